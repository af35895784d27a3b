"""When are the agencies' records linked and compared?"""

from __future__ import annotations

from airflow.sdk import DAG, AssetAny, AssetOrTimeSchedule, Param, get_current_context, task

from dags import adapter

DOC = """\
### 核对 · Reconcile

**中文** 把各单位讲同一件事的记录连到一起，推算谁欠谁什么、何时到期，指出缺失、迟延、矛盾之处；尚未到期的另列。
只重新关联新到记录所触及的部分，结果与全部重新关联一致。
任一单位送来新记录后、以及每天凌晨自动运行并入账，同时拟出应送各单位的移送、抄送、决定和问题，随后的升级运行通知各单位的交换投递；
手工运行默认只预览（不写账），在表单中勾选“入账”才写。

**English** Links the records of all agencies that speak of the same matter, derives what is owed and by when, and names
what is missing, late or contradictory; what is not yet due is kept apart. Only what came since the last run, and what it
touches, is linked; the links are those of a run over everything. Runs by itself after any agency brought
something new and every night, and then commits, and plans what the agencies must be told; the escalation that follows
has the agencies' exchanges hand it over. A run by hand is a preview unless the form says commit.
"""

AGENCIES = adapter.agencies()
PERIOD = r"^\d{4}-\d{2}-\d{2}\.\.\d{4}-\d{2}-\d{2}$"


@task(multiple_outputs=False, outlets=[adapter.teller(adapter.RECONCILED)])
def reconcile() -> dict[str, int]:
    """Link and compare as of the run's instant; the counts of it. Tells the asset only if it was committed."""
    from hub.usecases.reconcile import reconcile as link_and_compare

    context = get_current_context()
    commit = adapter.commits(context)
    with adapter.open_hub() as hub:
        done = link_and_compare(
            hub,
            adapter.as_of(hub, context),
            adapter.instant(hub),
            agencies=tuple(context["params"]["agencies"] or ()),
            period=adapter.period(context["params"]["period"]),
            commit=commit,
        )
    if commit:
        adapter.tell(adapter.RECONCILED, done.counts())
    return done.counts()


with DAG(
    dag_id="reconcile",
    dag_display_name="reconcile · 核对",
    description="核对各单位记录 · Link and compare the agencies' records",
    schedule=AssetOrTimeSchedule(
        timetable=adapter.at("0 2 * * *"),
        assets=AssetAny(*(adapter.received(agency.code) for agency in AGENCIES)),
    ),
    catchup=False,
    max_active_runs=1,
    default_args=adapter.TASK_DEFAULTS,
    doc_md=DOC,
    tags=["reconcile"],
    params={
        "as_of": Param(
            None,
            type=["null", "string"],
            format="date-time",
            title="截至 · As of",
            description="留空为现在 · empty: now",
        ),
        "agencies": Param(
            [],
            type=["null", "array"],
            items={"type": "string", "enum": [agency.code for agency in AGENCIES]},
            examples=[agency.code for agency in AGENCIES],
            values_display={agency.code: agency.name for agency in AGENCIES},
            title="单位 · Agencies",
            description="留空为全部 · empty: all of them",
        ),
        "period": Param(
            None,
            type=["null", "string"],
            pattern=PERIOD,
            title="期间 · Period",
            description="如 · such as 2026-09-01..2026-09-30",
        ),
        "commit": Param(
            False,
            type="boolean",
            title="入账 · Commit",
            description="不勾选只预览 · unchecked: a preview",
        ),
    },
):
    reconcile()
