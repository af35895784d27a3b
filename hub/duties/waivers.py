"""Which obligations did the county let go of, who decided that, and why?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from hub.duties.duty import Obligation, State
from hub.ledger.facts import facts
from hub.ledger.store import Transaction
from hub.moment import SHANGHAI, Moment

WAIVED, REVOKED = "obligation.waived", "obligation.waiver_revoked"
_STANDS = (State.OPEN, State.OVERDUE)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A waiver of one obligation: since when, by whom, and why; and since when no longer. number: 1, 2 …"""

    obligation_id: str
    number: int
    at: datetime
    by: str
    reason: str
    revoked_at: datetime | None = None

    @property
    def subject(self) -> str:
        """Under which the ledger keeps it, and its revocation."""
        return waiver_subject(self.obligation_id, self.number)

    def stands(self, as_of: datetime) -> bool:
        """Whether it is in force as of the instant."""
        return self.at <= as_of and (self.revoked_at is None or as_of < self.revoked_at)


def waiver_subject(obligation_id: str, number: int) -> str:
    """The subject of an obligation's n-th waiver."""
    return f"{obligation_id}~{number}"


def waivers(tx: Transaction, known_at: datetime | None = None) -> list[Waiver]:
    """Every waiver that the ledger knew of at `known_at`, in order of their telling."""
    revoked = {fact.subject: fact.at for fact in facts(tx, code=REVOKED, known_at=known_at)}
    found = []
    for fact in facts(tx, code=WAIVED, known_at=known_at):
        obligation_id, _, number = fact.subject.rpartition("~")
        by, reason = fact.attributes["by"], fact.attributes["reason"]
        found.append(Waiver(obligation_id, int(number), fact.at, by, reason, revoked.get(fact.subject)))
    return found


def apply_waivers(owed: Iterable[Obligation], given: Iterable[Waiver], as_of: datetime) -> list[Obligation]:
    """The obligations with those void that a waiver in force lets go of; its reason is the last line of the steps.

    An act that came before the waiver has ended the obligation, and stays its end. One that comes later changes
    nothing: nobody waited for it any more.
    """
    standing: Mapping[str, Waiver] = {one.obligation_id: one for one in given if one.stands(as_of)}
    return [_waived(one, standing.get(one.obligation_id)) for one in owed]


def _waived(obligation: Obligation, waiver: Waiver | None) -> Obligation:
    if waiver is None:
        return obligation
    ended_before = obligation.ended_at is not None and not obligation.ended_at.after(Moment.of(waiver.at))
    if obligation.state not in _STANDS and (ended_before or obligation.ended_at is None):
        return obligation
    at = waiver.at.astimezone(SHANGHAI)
    line = f"免除：{at:%Y-%m-%d %H:%M} 由 {waiver.by} 决定不再要求履行。理由：{waiver.reason}"
    return replace(
        obligation, state=State.VOID, ended_at=Moment.of(waiver.at), ended_by="", steps=(*obligation.steps, line)
    )
