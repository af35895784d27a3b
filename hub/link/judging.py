"""Which decisions about links act as of an instant, and how does the linker follow them?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from hub.link.decisions import Key, LinkDecision, Named, digest_of, key_of
from hub.link.matter import Groups
from hub.model import Record
from hub.words import Word


class Force(Word):
    """Whether a decision acts."""

    STANDS = "stands"
    EXPIRED = "expired"
    TAKEN_BACK = "taken_back"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision as of an instant.

    changed: the records for which it expired. by: the later decision that overtook it.
    """

    decision: LinkDecision
    force: Force
    changed: tuple[Key, ...] = ()
    by: str = ""


def judge_decisions(decisions: Sequence[LinkDecision], records: Iterable[Record], as_of: datetime) -> list[Judged]:
    """What each decision comes to as of an instant, in their order; those that came later are left out.

    records: all that stand. Of two decisions that contradict each other the later one acts: that can only be where the
    earlier one had expired when the later one was made.
    """
    made = [one for one in decisions if one.at <= as_of]
    wanted = {named.key for one in made for named in one.named}
    said = {key: digest_of(record) for record in records if (key := key_of(record)) in wanted} if wanted else {}
    judged: list[Judged] = []
    followed = _Followed()
    for one in reversed(made):
        changed = tuple(named.key for named in one.named if said.get(named.key) != named.digest)
        if one.taken_back_at is not None and one.taken_back_at <= as_of:
            judged.append(Judged(one, Force.TAKEN_BACK))
        elif changed:
            judged.append(Judged(one, Force.EXPIRED, changed))
        elif against := followed.against(one):
            judged.append(Judged(one, Force.OVERTAKEN, by=against.decision_id))
        else:
            followed.follow(one)
            judged.append(Judged(one, Force.STANDS))
    return judged[::-1]


def acting(judged: Iterable[Judged]) -> list[LinkDecision]:
    """Those that stand."""
    return [one.decision for one in judged if one.force is Force.STANDS]


def contradicted(new: LinkDecision, others: Sequence[LinkDecision]) -> LinkDecision | None:
    """Of the other decisions the latest without which a new one could stand; None where all can be followed at once.

    others: that can be followed at once, as those that stand can.
    """
    return _Followed(others).against(new)


def decide(groups: Groups, decisions: Sequence[LinkDecision]) -> None:
    """Keep apart what people said does not belong together, and put together what does, before anything is weighed.

    Records that do not stand here are passed over; the order of the decisions changes nothing.
    """
    if not decisions:
        return
    place = {key_of(record): i for i, record in enumerate(groups.records)}
    for one in sorted(decisions, key=lambda one: (one.joins, one.at, one.decision_id)):
        for pair in one.pairs():
            here = sorted(place[key] for key in pair if key in place)
            if len(here) < 2:
                continue
            if one.joins:
                groups.join_as_decided(here[1], here[0], one.line())
            else:
                groups.keep_apart(here[0], here[1])


class _Followed:
    """Decisions that can be followed at once: which records are of one matter by them, and which are not.

    Each is taken in once, so that of many decisions each costs as much as of few.
    """

    def __init__(self, decisions: Iterable[LinkDecision] = ()) -> None:
        self._decisions: list[LinkDecision] = []
        self._nearer: dict[Key, Key] = {}  # a record -> one that is nearer to the leading record of its matter
        self._apart: dict[Key, set[Key]] = {}  # leading records of matters that are kept apart, both ways
        for one in decisions:
            self.follow(one)

    def follow(self, one: LinkDecision) -> None:
        """Follow one more, against which none of these speaks."""
        self._decisions.append(one)
        if one.joins:
            first, *rest = one.named
            for named in rest:
                self._join(self._lead(first.key), self._lead(named.key))
            return
        for a, b in product(self._leads(one.one), self._leads(one.other)):
            self._apart.setdefault(a, set()).add(b)
            self._apart.setdefault(b, set()).add(a)

    def against(self, new: LinkDecision) -> LinkDecision | None:
        """The latest of these without which a new one could be followed, too; None where it can."""
        if self.allows(new):
            return None
        matters = self._leads(new.named)
        against = [one for one in self._decisions if not matters.isdisjoint(self._leads(one.named))]
        # What is left once nothing more can be left out is all needed for the contradiction.
        for one in tuple(against):
            rest = [other for other in against if other is not one]
            if not _Followed(rest).allows(new):
                against = rest
        return max(against, key=lambda one: one.at, default=new)

    def allows(self, new: LinkDecision) -> bool:
        """Whether no two records are said to be of one matter, and kept apart."""
        if not new.joins:
            return self._leads(new.one).isdisjoint(self._leads(new.other))
        matters = self._leads(new.named)
        return all(matters.isdisjoint(self._apart.get(lead, ())) for lead in matters)

    def _leads(self, side: Iterable[Named]) -> set[Key]:
        return {self._lead(named.key) for named in side}

    def _lead(self, key: Key) -> Key:
        while (nearer := self._nearer.get(key, key)) != key:
            self._nearer[key] = self._nearer.get(nearer, nearer)
            key = nearer
        return key

    def _join(self, one: Key, other: Key) -> None:
        if one == other:
            return
        # Whoever is kept apart from fewer follows the other: less has to be moved.
        lose, keep = sorted((one, other), key=lambda lead: len(self._apart.get(lead, ())))
        self._nearer[lose] = keep
        for third in self._apart.pop(lose, ()):
            self._apart[third].discard(lose)
            self._apart[third].add(keep)
            self._apart.setdefault(keep, set()).add(third)
