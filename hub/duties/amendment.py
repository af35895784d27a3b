"""What does another calendar, or another text of the rules, make of the same obligations at the same instant?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from hub.duties.duty import Obligation


@dataclass(frozen=True, slots=True)
class Shift:
    """One obligation that comes out otherwise. before, after: None where it is opened only under the other."""

    before: Obligation | None
    after: Obligation | None

    @property
    def obligation(self) -> Obligation:
        """As it comes out under the new, or as it was where the new does not open it."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a shift is of an obligation")
        return found

    @property
    def moved(self) -> bool:
        """Whether it falls due at another time."""
        return self.before is not None and self.after is not None and self.before.due_at != self.after.due_at

    @property
    def state_changed(self) -> bool:
        """Whether it stands in another state as of the instant."""
        return self.before is not None and self.after is not None and self.before.state is not self.after.state

    @property
    def becomes_final(self) -> bool:
        """Whether its due time rested on a year without a notice, and no longer does."""
        return bool(self.before and self.before.provisional and self.after and not self.after.provisional)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many obligations of one rule and one debtor come out otherwise, and in which way; one may count twice."""

    rule: str
    debtor: str
    only_before: int
    only_after: int
    moved: int
    state_changed: int
    becomes_final: int


def shifts(before: Iterable[Obligation], after: Iterable[Obligation]) -> tuple[Shift, ...]:
    """Every obligation whose due time, state, provisional mark or existence differs, in a stable order."""
    was = {one.obligation_id: one for one in before}
    now = {one.obligation_id: one for one in after}
    found = [Shift(was.get(key), now.get(key)) for key in {**was, **now}]
    return tuple(sorted((one for one in found if _differs(one)), key=_place))


def _place(one: Shift) -> tuple[str, str, tuple[date, time], str]:
    owed = one.obligation
    return owed.rule, owed.debtor, owed.opened_at.sort_key(), owed.obligation_id


def tally(found: Sequence[Shift]) -> list[Tally]:
    """The shifts counted by rule and debtor."""
    by_agency: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in found:
        counter = by_agency[one.obligation.rule, one.obligation.debtor]
        counter["only_before"] += one.after is None
        counter["only_after"] += one.before is None
        counter["moved"] += one.moved
        counter["state_changed"] += one.state_changed
        counter["becomes_final"] += one.becomes_final
    return [Tally(rule, debtor, **counter) for (rule, debtor), counter in sorted(by_agency.items())]


def _differs(one: Shift) -> bool:
    if one.before is None or one.after is None:
        return True
    return one.moved or one.state_changed or one.before.provisional != one.after.provisional
