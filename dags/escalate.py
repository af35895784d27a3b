"""When does what stays unacknowledged climb its ladder, and whose decision does it wait for?"""

from __future__ import annotations

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, AssetAny, AssetOrTimeSchedule, Param, get_current_context, task

from dags import adapter

DOC = """\
### 升级 · Escalate

**中文** 对逾期未回应的事项，按梯级逐级提醒、报告；每级对每项义务只触发一次。需要人决定的梯级，在“待操作的任务实例”
（Required Actions）里为每一项决定开一个 `decide` 运行；没有记录在案的决定，绝不发出。核对或决定之后、以及每天早晨自动运行。
手工运行默认只预览。

**English** What stays unanswered past its due time climbs its ladder, each rung once per obligation. A rung that a person
decides opens one run of `decide` under Required Actions and is never sent without the recorded decision. Runs after a
reconciliation or a decision and every morning, and then commits; by hand it is a preview unless the form says commit.
"""


@task(outlets=adapter.outgoing_tellers())
def climb() -> list[str]:
    """Fire the rungs that are due, or in a preview none; the runs that put a decision to its person now."""
    from hub.usecases.escalate import escalate

    context = get_current_context()
    commit = adapter.commits(context)
    with adapter.open_hub() as hub:
        done = escalate(hub, adapter.as_of(hub, context), adapter.instant(hub), commit)
    context["ti"].xcom_push("counts", done.counts())
    adapter.tell_outgoing(done.outgoing)
    if not commit:
        return []
    return [run for pending in done.pending if (run := adapter.unasked(pending.decision_id))]


with DAG(
    dag_id="escalate",
    dag_display_name="escalate · 升级",
    description="逐级升级逾期事项 · Climb the ladders of what is overdue",
    schedule=AssetOrTimeSchedule(
        timetable=adapter.at("0 8 * * *"),
        assets=AssetAny(adapter.RECONCILED, adapter.DECIDED),
    ),
    catchup=False,
    max_active_runs=1,
    default_args=adapter.TASK_DEFAULTS,
    doc_md=DOC,
    tags=["escalate"],
    params={
        "as_of": Param(
            None,
            type=["null", "string"],
            format="date-time",
            title="截至 · As of",
            description="留空为现在 · empty: now",
        ),
        "commit": Param(
            False,
            type="boolean",
            title="触发 · Commit",
            description="不勾选只预览 · unchecked: a preview",
        ),
    },
):
    # The run id is the decision's id: one that waits already, or was taken, is not asked again; one whose run ended
    # without an answer is, under the next number. Nothing else goes along, since a run's conf stands in Airflow's own
    # database.
    TriggerDagRunOperator.partial(
        task_id="ask",
        trigger_dag_id="decide",
        logical_date=None,
        skip_when_already_exists=True,
        map_index_template="{{ task.trigger_run_id }}",
    ).expand(trigger_run_id=climb())
