"""Which decisions wait too long? A question that was put to a person is itself owed an answer by a day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from hub.duties.duty import Obligation, State
from hub.duties.rules import Rule, Rules
from hub.errors import ConfigurationFault
from hub.ladder.rung import Outcome
from hub.ladder.told import Question
from hub.moment import Moment
from hub.periods.calendar import WorkingCalendar
from hub.periods.pauses import Pause
from hub.periods.period import Due, due

RULE = "procuratorate.decide_escalation"


def derive_questions(
    asked: Iterable[Question],
    owed: Iterable[Obligation],
    rules: Rules,
    calendar: WorkingCalendar,
    as_of: datetime,
) -> list[Obligation]:
    """One obligation for each question put by the instant; approved or declined ends it, withdrawn makes it void.

    owed: the obligations that the questions are about; each question belongs to the case of its own. While more was
    asked for, until the day that was named for it, the clock stands still.
    """
    case_of = {one.obligation_id: one.case_id for one in owed}
    derived = []
    for question in asked:
        if question.asked_at > as_of:
            continue
        opened = Moment.of(question.asked_at)
        rule = rules.in_force(RULE, opened.day)
        if rule is not None:
            derived.append(_obligation(question, rule, opened, case_of, calendar, as_of))
    return sorted(derived, key=lambda one: one.obligation_id)


def _obligation(
    question: Question,
    rule: Rule,
    opened: Moment,
    case_of: Mapping[str, str],
    calendar: WorkingCalendar,
    as_of: datetime,
) -> Obligation:
    if rule.period is None:
        raise ConfigurationFault(f"{RULE}: rules.yaml must give it a period")
    computed = due(opened, rule.period, calendar, _pauses(question, as_of))
    answered = question.answered_at if question.answered_at is not None and question.answered_at <= as_of else None
    digest = hashlib.sha256(f"{RULE}|{question.rung_key}~{question.attempt}".encode()).hexdigest()
    return Obligation(
        obligation_id=f"O{digest[:16]}",
        case_id=case_of.get(question.rung_key.split("/", 1)[0], question.case_id),
        rule=RULE,
        kind=rule.kind,
        debtor=str(rule.debtor),
        creditor=str(rule.creditor),
        opened_at=opened,
        due_at=computed.due_at,
        state=_state(question, computed, answered, as_of),
        ended_at=Moment.of(answered) if answered else None,
        basis=rule.basis,
        ladder=rule.ladder,
        rule_version=rule.version,
        calendar_version=calendar.version,
        provisional=computed.provisional,
        subject=decision_id(question.rung_key, question.attempt),
        steps=computed.steps,
    )


def _pauses(question: Question, as_of: datetime) -> list[Pause]:
    return [
        (Moment.of(at), Moment(date.fromisoformat(reply_by)))
        for at, reply_by in question.more
        if reply_by and at <= as_of
    ]


def _state(question: Question, computed: Due, answered: datetime | None, as_of: datetime) -> State:
    if answered is None:
        return State.OPEN if as_of <= computed.due_at else State.OVERDUE
    if question.answer is Outcome.WITHDRAWN:
        return State.VOID
    return State.DISCHARGED if answered <= computed.due_at else State.DISCHARGED_LATE


def decision_id(rung_key: str, attempt: int) -> str:
    """The id of a decision: fit for a run id, and the same whoever computes it."""
    digest = hashlib.sha256(f"{rung_key}~{attempt}".encode()).hexdigest()
    return f"D{digest[:20]}"
