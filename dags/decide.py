"""Who decides a rung that a person must decide, and how is the answer kept?"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, datetime, timezone
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Context, Param, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException
from airflow.sdk.execution_time.hitl import HITLUser

from dags import adapter
from dags.failures import PassingFault
from hub.errors import ConfigurationFault
from hub.ledger.waiting import LedgerUnavailable
from hub.moment import SHANGHAI

DOC = """\
### 决定 · Decide

**中文** 每个运行等待一项决定，运行编号即决定编号，由 `escalate` 发起。在首页“待操作的任务实例”（Required Actions）中作答：
批准、不批准，或要求补充；检察长还可以免除该事项（意见栏写明理由）。只有被指派的人可以作答。意见与答复期限记入账本。要求补充的，到答复期限再问一次（编号加 `.2`）。
把 `ask` 标为成功不是作答：运行失败，请清除 `ask` 重新提问，否则下次升级时再问。
意见中请勿写入姓名、证件号码。

**English** Each run waits for one decision and bears its id; `escalate` starts it. Answer under Required Actions on
the home page: approve, decline, or ask for more; the chief procurator may also waive the duty, with the reason as opinion. Only the
assigned person can. Opinion and reply-by date go to the
ledger. Where more was asked for, the question comes again on the reply-by date (its id then ends in `.2`). Marking `ask`
as success answers nothing: the run fails; clear `ask`, or the next `escalate` puts the question again. Please name no person in the opinion: Airflow's own database keeps what is typed here.
"""

OUTCOMES = {"批准 · Approve": "approve", "不批准 · Decline": "decline", "要求补充 · Ask for more": "more"}
# Only for a role that may (mappings/ladders.yaml); the opinion is then the reason, and without one it is asked again.
WAIVE = {"免除该事项 · Waive": "waive"}
# How long an answer is kept in hand, in seconds, where the ledger cannot be written for the moment.
PAUSES = (60.0, 120.0, 240.0, 480.0)


def decision_of(run_id: str) -> str:
    """The decision that a run asks for: its id, without the number of a repeated question."""
    return run_id.partition(".")[0]


class Ask(HITLOperator):
    """Ask the person whom the ledger names, in the ledger's words, and write the answer to the ledger.

    Skipped where nobody waits for it any more. Subject, body, options and assigned users are only known when it runs,
    and a subclass is the one place where the operator lets all of it be set then.
    """

    def execute(self, context: Context) -> None:
        from hub.usecases.decide import find_decision, may_answer

        with adapter.open_hub() as hub:
            try:
                pending = find_decision(hub, decision_of(context["dag_run"].run_id))
            except ConfigurationFault as settled:
                raise AirflowSkipException(str(settled)) from settled
        self.subject = pending.subject
        self.body = pending.body_markdown
        self.options = [*OUTCOMES, *(WAIVE if pending.may_waive else ())]
        users = may_answer(adapter.approvers(), pending.assigned_role)
        self.assigned_users = [HITLUser(id=user, name=user) for user in users]
        super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> None:
        """Write what the person answered, here and nowhere else; leaves nothing behind for another task.

        The event is Airflow's own copy of the answer, made when it took it from the person who was logged in. What one
        task leaves for the next (XCom), and what a task's state says, anybody may write who may clear a task.
        """
        answer = super().execute_complete(context, event)
        for pause in (*PAUSES, None):
            try:
                keep(context["dag_run"].run_id, answer)
                break
            except (LedgerUnavailable, PassingFault):
                # A new try of the task would ask the person again: that is the last resort.
                if pause is None:
                    raise
                time.sleep(pause)


def keep(run_id: str, answer: Mapping[str, Any]) -> None:
    """Write the answer to a question into the ledger, once however often it runs."""
    from hub.usecases.decide import record_decision
    from hub.usecases.waive import unfit

    outcome = {**OUTCOMES, **WAIVE}[answer["chosen_options"][0]]
    form = answer["params_input"]
    reply_by = str(form.get("reply_by") or "")
    text = str(form.get("opinion") or "").strip()
    by = str((answer["responded_by_user"] or {}).get("id", ""))
    if outcome == "waive" and (fault := unfit(by, text)):
        outcome, text = "more", fault
    with adapter.open_hub() as hub:
        instant = hub.settings.as_of or answer["responded_at"]
        if reply_by and date.fromisoformat(reply_by) < instant.astimezone(SHANGHAI).date():
            # Nobody can reply by a day that is over: the question comes again at once.
            outcome, text, reply_by = "more", f"{text}\n答复期限 {reply_by} 已过 / that day is over".strip(), ""
        record_decision(
            hub,
            decision_of(run_id),
            outcome,
            by,
            f"{text}\n答复期限 {reply_by}".strip() if reply_by else text,
            instant,
            reply_by,
            question=run_id,
            approvers=adapter.approvers(),
        )


@task(outlets=[adapter.DECIDED])
def recorded() -> list[dict[str, str]]:
    """See in the ledger that the question has its answer, whatever Airflow says of `ask`.

    The run that asks again, where more was asked for. A task that was marked as done answers nothing.
    """
    from hub.usecases.decide import kept_answer

    run_id = get_current_context()["dag_run"].run_id
    with adapter.open_hub() as hub:
        kept = kept_answer(hub, decision_of(run_id), run_id)
        if kept is None:
            raise ConfigurationFault(
                f"{run_id}: no answer; clear `ask`, and the question is put again / 没有答复，请清除 ask 任务，重新提问"
            )
    return [again(run_id, kept.reply_by, datetime.now(timezone.utc))] if kept.more else []


def again(run_id: str, reply_by: str, now: datetime) -> dict[str, str]:
    """The next run that asks the same: on the day by which an answer was asked for, or at once where none was named."""
    decision_id, _, number = run_id.partition(".")
    day = datetime.combine(date.fromisoformat(reply_by), datetime.min.time(), SHANGHAI) if reply_by else now
    return {"trigger_run_id": adapter.question_id(decision_id, int(number or 1) + 1), "run_after": day.isoformat()}


with DAG(
    dag_id="decide",
    dag_display_name="decide · 决定",
    description="待决定事项 · Decisions that wait for a person",
    schedule=None,
    catchup=False,
    # A run that waits for a person stays running: the limit is how many decisions can wait at once.
    max_active_runs=1000,
    default_args=adapter.TASK_DEFAULTS,
    doc_md=DOC,
    tags=["decide"],
):
    ask = Ask(
        task_id="ask",
        subject="决定 {{ dag_run.run_id }}",
        options=[*OUTCOMES, *WAIVE],
        params={
            "opinion": Param(
                "",
                type=["null", "string"],
                format="multiline",
                maxLength=4000,
                title="意见 · Opinion",
                description="请勿写入姓名、证件号码 · please name no person",
            ),
            "reply_by": Param(
                None,
                type=["null", "string"],
                format="date",
                title="答复期限 · Reply by",
                description="可留空 · may be empty",
            ),
        },
        # What limits the wait for a person is the ladder's next rung, not Airflow.
        execution_timeout=None,
    )
    answered = recorded()
    ask >> answered
    TriggerDagRunOperator.partial(
        task_id="ask_again",
        trigger_dag_id="decide",
        logical_date=None,
        skip_when_already_exists=True,
    ).expand_kwargs(answered)
