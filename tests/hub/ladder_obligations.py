"""Obligations as the ladder's tests need them: due at a given time, in the state that follows from it."""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.duties.duty import Obligation, RuleKind, State
from hub.moment import SHANGHAI, Moment

DUE = datetime(2026, 7, 6, 23, 59, 59, tzinfo=SHANGHAI)


def obligation(
    rule: str = "police.decide_filing",
    ladder: str = "police_silent",
    *,
    as_of: datetime,
    due_at: datetime = DUE,
    opened_at: datetime | None = None,
    obligation_id: str = "O1",
    ended_at: datetime | None = None,
    void: bool = False,
    kind: RuleKind = RuleKind.DUTY,
    debtor: str = "police",
    creditor: str = "140924202",
    subject: str = "A1409240400002026070052",
    case_id: str = "M1",
) -> Obligation:
    """An obligation as derived for `as_of`; `ended_at` counts once that instant has come."""
    ended = ended_at is not None and ended_at <= as_of
    if void:
        state = State.VOID
    elif ended and ended_at is not None:
        state = State.DISCHARGED if ended_at <= due_at else State.DISCHARGED_LATE
    elif as_of <= due_at:
        state = State.OPEN
    else:
        state = State.LAPSED if kind is RuleKind.RIGHT else State.OVERDUE
    return Obligation(
        obligation_id=obligation_id,
        case_id=case_id,
        rule=rule,
        kind=kind,
        debtor=debtor,
        creditor=creditor,
        opened_at=Moment.of(opened_at or due_at - timedelta(days=3)),
        due_at=due_at,
        state=state,
        ended_at=Moment.of(ended_at) if ended and ended_at is not None else None,
        basis="国令第730号第八条",
        ladder=ladder,
        rule_version="1",
        calendar_version="c",
        subject=subject,
    )
