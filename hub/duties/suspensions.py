"""When did the clock of one obligation stand still by a decision that no agency's file records, and on what basis?

The agencies' files have no column for 审查中止, an appraisal (鉴定) or a consultation elsewhere. An officer enters them
from the paper, and the hub keeps them as facts; nothing ever edits a due date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.ledger.facts import facts
from hub.ledger.store import Transaction
from hub.moment import Moment
from hub.periods.pauses import Pause

STOPPED, RESUMED = "clock.stopped", "clock.resumed"


@dataclass(frozen=True, slots=True)
class Suspension:
    """The clock of an obligation stopped once. number: 1, 2 …; until: None while it stands still.

    basis: the provision; paper: the number of the paper that says so; by: who entered it.
    """

    obligation_id: str
    number: int
    since: Moment
    until: Moment | None
    basis: str
    paper: str
    by: str

    def pause(self, as_of: datetime) -> Pause:
        """From when to when it does not count as of the instant; one that stands goes on until then."""
        now = Moment.of(as_of)
        return self.since, now if self.until is None or self.until.after(now) else self.until

    def line(self) -> str:
        """The line of the arithmetic that says why."""
        end = f"至 {self.until}" if self.until else "起，尚未恢复"
        return f"中止依据：{self.since} {end}，{self.basis}（{self.paper}）。"


def suspension_subject(obligation_id: str, number: int) -> str:
    """Under which the ledger keeps an obligation's n-th stop, and its end."""
    return f"{obligation_id}~{number}"


def suspensions(tx: Transaction, known_at: datetime | None = None) -> list[Suspension]:
    """Every stop that the ledger knew of at `known_at`, in order of their telling."""
    resumed = {fact.subject: fact.attributes["until"] for fact in facts(tx, code=RESUMED, known_at=known_at)}
    found = []
    for fact in facts(tx, code=STOPPED, known_at=known_at):
        obligation_id, _, number = fact.subject.rpartition("~")
        said = fact.attributes
        until = Moment.parse(resumed[fact.subject]) if fact.subject in resumed else None
        since = Moment.parse(said["since"])
        found.append(Suspension(obligation_id, int(number), since, until, said["basis"], said["paper"], said["by"]))
    return found


def by_obligation(stopped: Iterable[Suspension], as_of: datetime) -> Mapping[str, tuple[Suspension, ...]]:
    """obligation id -> its stops that had begun by the instant, in order."""
    now = Moment.of(as_of)
    found: dict[str, tuple[Suspension, ...]] = {}
    for one in sorted(stopped, key=lambda s: (s.since.sort_key(), s.number)):
        if not one.since.after(now):
            found[one.obligation_id] = (*found.get(one.obligation_id, ()), one)
    return found
