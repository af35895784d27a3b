"""Which rungs would have been told at another time, had the due time been another?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hub.duties.amendment import Shift
from hub.ladder.ladders import Ladders
from hub.ladder.rung import Outcome, Told

_TOLD = (Outcome.FIRED, Outcome.PROPOSED)


@dataclass(frozen=True, slots=True)
class ToldOtherwise:
    """A rung that was told, or put to a person, under the old due time.

    stands_since: from when it stands under the new one; None where the obligation is not opened at all.
    """

    rung_key: str
    outcome: Outcome
    told_at: datetime
    stands_since: datetime | None

    @property
    def too_early(self) -> bool:
        """Whether it was told although it does not stand yet under the new due time. Nothing takes it back by itself."""
        return self.stands_since is None or self.stands_since > self.told_at


def told_otherwise(found: Iterable[Shift], told: Iterable[Told], ladders: Ladders) -> tuple[ToldOtherwise, ...]:
    """Every told rung whose time changes with the due time of its obligation, in the order in which they were told.

    ladders: with those that the ledger kept; a rung whose ladder nobody kept is passed over.
    """
    changed = {one.obligation.obligation_id: one for one in found if one.moved or one.after is None}
    otherwise = []
    for one in told:
        obligation_id, name, no = one.rung_key.rsplit("/", 2)
        shift, ladder = changed.get(obligation_id), ladders.of_version(name, one.ladder_version)
        rung = next((rung for rung in ladder.rungs if rung.rung == int(no)), None) if ladder else None
        if shift is None or rung is None or one.outcome not in _TOLD:
            continue
        after = shift.after
        since = rung.since(after.opened_at.latest(), after.due_at) if after else None
        otherwise.append(ToldOtherwise(one.rung_key, one.outcome, one.at, since))
    return tuple(sorted(otherwise, key=lambda one: (one.told_at, one.rung_key, one.outcome)))
