"""Which records stand together so far? Groups that grow, turn by turn, and an index to find records by any sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from hub.link.evidence import Evidence
from hub.link.meetings import Meetings, signed
from hub.link.traits import Matter, Traits, matter_of, traits_of
from hub.link.weights import Weights
from hub.model import Record, RecordKind

# The step that comes before all others: what people decided. Also the tier of such a link.
DECIDED = "decided"
_NOBODY: frozenset[int] = frozenset()
# Of how many records, and of how many groups, what is compared is kept at hand: those of one time are compared
# together.
_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Joined:
    """Why a record stands in its group."""

    tier: str
    score: float
    explanation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Join:
    """One record that was put to another, by index."""

    newcomer: int
    standing: int
    why: Joined


Turn = tuple[str, int]
"""(step, record by index): each record that a step is about has one turn in it"""


@dataclass(frozen=True, slots=True)
class Choice:
    """What came of a turn: the joins that were made, or the records between which nothing was guessed."""

    joins: tuple[Join, ...] = ()
    between: tuple[int, ...] = ()


class Groups:
    """Disjoint groups of records, by index into `records`; joining keeps the reason for every record.

    weights: by what the steps weigh. repeated: records that need not choose again -> step -> what came of their turn in
    an earlier run. meetings: who meets whom, where that is known already.
    """

    def __init__(
        self,
        records: Sequence[Record],
        weights: Weights,
        repeated: Mapping[int, Mapping[str, Choice]] | None = None,
        meetings: Meetings | None = None,
    ) -> None:
        self.records = tuple(records)
        self.weights = weights
        self.reasons: dict[int, Joined] = {}
        self.choices: dict[Turn, Choice] = {}
        self._repeated = repeated or {}
        self._turn: Turn = ("", -1)
        self._parent = list(range(len(self.records)))
        self._members: dict[int, list[int]] = {}  # of groups of two and more
        self._whys: dict[Joined, Joined] = {}  # the same few reasons come again and again
        self._traits: dict[int, Traits] = {}
        self._matters: dict[int, Matter] = {}
        self._decided: dict[int, set[int]] = {}
        self._apart: dict[int, set[int]] = {}
        self._meetings = meetings or Meetings(self.records, range(len(self.records)), signed(self.records))

    def begin(self, step: str, index: int) -> None:
        """Begin the turn of a record in a step."""
        self._turn = (step, index)

    def must_choose(self, step: str, index: int) -> bool:
        """Begin the turn of a record; False where what came of it in an earlier run was repeated instead."""
        self.begin(step, index)
        if index not in self._repeated:
            return True
        earlier = self._repeated[index].get(step, Choice())
        for join in earlier.joins:
            self._join(join)
        if earlier != Choice():
            self._note(earlier.joins, earlier.between)
        return False

    def leave(self, candidates: Iterable[int]) -> None:
        """End the turn without a guess: several fit equally well."""
        self._note((), tuple(candidates))

    def ambiguous(self) -> dict[int, tuple[int, ...]]:
        """The records that were left to a person, each with its candidates."""
        return {i: choice.between for (_, i), choice in sorted(self.choices.items()) if choice.between}

    def root(self, index: int) -> int:
        """The group of a record."""
        while self._parent[index] != index:
            self._parent[index] = self._parent[self._parent[index]]
            index = self._parent[index]
        return index

    def members(self, index: int) -> list[Record]:
        """All records of the group that this record is in."""
        return [self.records[i] for i in self.places(index)]

    def places(self, index: int) -> Sequence[int]:
        """The indexes of all records of the group that this record is in, in order."""
        root = self.root(index)
        return self._members.get(root) or (root,)

    def traits(self, index: int) -> Traits:
        """A record as it is compared."""
        found = self._traits.get(index)
        if found is None:
            if len(self._traits) >= _REMEMBERED:
                self._traits.clear()
            found = self._traits[index] = traits_of(self.records[index])
        return found

    def matter(self, index: int) -> Matter:
        """The group of a record as it is compared."""
        root = self.root(index)
        found = self._matters.get(root)
        if found is None:
            if len(self._matters) >= _REMEMBERED:
                self._matters.clear()
            found = self._matters[root] = matter_of([self.traits(i) for i in self.places(root)])
        return found

    def of_kind(self, *kinds: RecordKind) -> list[int]:
        """The indexes of all records of these kinds."""
        return [i for i, record in enumerate(self.records) if record.kind in kinds]

    def found_by(self, sign: str, value: str) -> list[int]:
        """The records that bear a sign."""
        return self._meetings.bearing(f"{sign}|{value}")

    def looking_at(self, places: Iterable[int]) -> list[int]:
        """The records that have one of these among their candidates."""
        return self._meetings.meeting(places)

    def candidates(self, index: int) -> list[int]:
        """The records that bear a sign which this one looks for; itself left out, and what it must not stand with."""
        found = self._meetings.met_by(index)
        return [other for other in found if self.may_join(index, other)] if self._apart else found

    def keep_apart(self, one: int, other: int) -> None:
        """Never let these two into one group; they must not be in one already."""
        a, b = self.root(one), self.root(other)
        self._apart.setdefault(a, set()).add(b)
        self._apart.setdefault(b, set()).add(a)

    def may_join(self, one: int, other: int) -> bool:
        """Whether nobody decided that what stands with the one must not stand with the other."""
        return not self._apart or self.root(other) not in self._apart.get(self.root(one), ())

    def join_as_decided(self, newcomer: int, standing: int, why: str) -> None:
        """Put two groups together because a person said so; `decided_with` tells the stages that it is settled."""
        self.begin(DECIDED, newcomer)
        self.join(newcomer, standing, DECIDED, 0.0, (why,))
        together = {newcomer, standing, *self._decided.get(newcomer, ()), *self._decided.get(standing, ())}
        self._decided |= dict.fromkeys(together, together)

    def decided_with(self, index: int) -> Set[int]:
        """The other records with which people put this one together."""
        return self._decided[index] - {index} if index in self._decided else _NOBODY

    def join(self, newcomer: int, standing: int, tier: str, score: float, explanation: Iterable[str]) -> None:
        """Put two groups together; the reason is kept with the newcomer, unless it has one already.

        Nothing happens where a person keeps them apart.
        """
        why = Joined(tier, round(score, 1), tuple(explanation))
        join = Join(newcomer, standing, self._whys.setdefault(why, why))
        if self.may_join(newcomer, standing):
            self._join(join)
            self._note((join,), ())

    def join_by(self, newcomer: int, standing: int, tier: str, evidence: Evidence) -> None:
        """Join by weighed evidence."""
        self.join(newcomer, standing, tier, evidence.score, evidence.explanation)

    def all(self) -> Iterator[Sequence[int]]:
        """Every group, in the order of its first record."""
        for place, parent in enumerate(self._parent):
            if place == parent:
                yield self.places(place)

    def _join(self, join: Join) -> None:
        self.reasons.setdefault(join.newcomer, join.why)
        a, b = self.root(join.newcomer), self.root(join.standing)
        if a == b:
            return
        keep, lose = min(a, b), max(a, b)
        self._matters.pop(keep, None)
        self._matters.pop(lose, None)
        self._parent[lose] = keep
        self._members[keep] = sorted([*self._members.get(keep, (keep,)), *self._members.pop(lose, (lose,))])
        for other in self._apart.pop(lose, ()):
            self._apart[other] = self._apart[other] - {lose} | {keep}
            self._apart.setdefault(keep, set()).add(other)

    def _note(self, joins: tuple[Join, ...], between: tuple[int, ...]) -> None:
        before = self.choices.get(self._turn, Choice())
        self.choices[self._turn] = Choice(before.joins + joins, between or before.between)
