"""Obligations, deliveries and facts for the tests of the figures: as few words as the figure needs."""

from __future__ import annotations

from datetime import datetime

from hub.duties.duty import Obligation, RuleKind, State
from hub.ledger.deliveries import DeliveryState, Refers, StoredDelivery
from hub.ledger.facts import Fact
from hub.moment import Moment
from tests.hub.agency_rows import TOWNSHIP
from tests.hub.county import at

FILING = "police.decide_filing"


def owed(
    due: str,
    state: State = State.DISCHARGED,
    ended: str = "",
    *,
    rule: str = FILING,
    debtor: str = "police",
    creditor: str = TOWNSHIP,
    kind: RuleKind = RuleKind.DUTY,
    subject: str = "繁城综执移〔2026〕1号",
    no: int = 1,
) -> Obligation:
    """An obligation due at the end of a day (or at an instant), in a state; done in time on the due day where none is given."""
    ended = ended or (due[:10] if state is State.DISCHARGED else "")
    due_at = at(due if "T" in due else f"{due}T23:59:59+08:00")
    return Obligation(
        obligation_id=f"O{rule}{debtor}{due}{no}",
        case_id="C1",
        rule=rule,
        kind=kind,
        debtor=debtor,
        creditor=creditor,
        opened_at=Moment.parse("2026-06-01"),
        due_at=due_at,
        state=state,
        ended_at=Moment.parse(ended) if ended else None,
        basis="国令730 八",
        ladder="police_silent",
        rule_version="1",
        calendar_version="1",
        subject=subject,
        steps=("届满",),
    )


def delivered(
    no: int, sent: str, ended: str = "", agency: str = TOWNSHIP, state: DeliveryState | None = None
) -> StoredDelivery:
    """A delivery sent at an instant, and acknowledged (or refused) at another."""
    found = state or (DeliveryState.ACKNOWLEDGED if ended else DeliveryState.SENT)
    sent_at = at(sent)
    return StoredDelivery(
        f"T{agency}-{no}", agency, "notice", "inbox/x", "text/csv", "", Refers(), sent_at, found, sent_at,
        at(ended) if ended else None,
    )  # fmt: skip


def fact(code: str, subject: str, when: str, **said: str) -> Fact:
    """Something that the hub did or was told."""
    instant: datetime = at(when)
    return Fact(code, subject, instant, instant, said)
