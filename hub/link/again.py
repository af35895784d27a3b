"""What must be thought over again when records come, change or go; and is the result what a whole run would give?

Every turn of the linker depends on the record whose turn it is and on the groups that hold a record it looks for. So
a turn need not be taken again where none of those groups changed: what came of it is repeated. The run over the
records concerned is itself an ordinary run of the linker, and it is made again until no group changed that somebody
else looks at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Protocol

from hub.link.acceptances import acceptable, compare
from hub.link.decisions import LinkDecision
from hub.link.documents import could_fit
from hub.link.linker import OWN_KEY, case_id_of, in_order, join_all
from hub.link.matter import DECIDED, Choice, Groups, Join, Joined
from hub.link.meetings import Meetings, Signed
from hub.link.opinions import ACTS
from hub.link.signs import Sign, kind_of, signs, sought
from hub.link.traits import traits_of
from hub.link.weights import Weights
from hub.model import Record, RecordKind

K = RecordKind
# The steps in which nobody chooses: they are always taken anew.
_NO_TURNS = (DECIDED, OWN_KEY)
_LOOSE = ("identity", "name", "name there", "name and sum", "initial", "initial and sum", "loose")
_ALONE = Joined("own", 0.0, ())


@dataclass(frozen=True, slots=True)
class Held:
    """A standing record with its place, as the last run left it.

    choices: step -> what came of its turn, by record ids.
    """

    record_id: int
    record: Record
    case_id: str
    why: Joined
    choices: Mapping[str, Choice]


class Known(Protocol):
    """What the last run left, to be asked for a few records at a time."""

    def bearing(self, wanted: Iterable[Sign]) -> set[int]:
        """The standing records that bear one of these signs."""

    def looking_for(self, borne: Iterable[Sign]) -> Mapping[Sign, Collection[int]]:
        """The standing records that look for each of these signs."""

    def whole_cases(self, record_ids: Iterable[int]) -> set[int]:
        """The standing records of the cases in which these stand."""

    def held(self, record_ids: Iterable[int]) -> list[Held]:
        """These records; those that do not stand are left out."""


@dataclass(frozen=True, slots=True)
class Relinked:
    """What is no longer as it was.

    looked_at: how many records had to be read. chosen: how many took their turns again.
    """

    changed: tuple[Held, ...]
    looked_at: int
    chosen: int


def link_all(
    records: Mapping[int, Record],
    weights: Weights,
    decisions: Sequence[LinkDecision] = (),
    signed: Signed | None = None,
) -> Iterator[Held]:
    """A whole run, with what a later run needs to go on from it; the order of the input changes nothing.

    decisions: those of people that act. signed: the signs of the records, where they were made already.
    """
    return _run(records, {}, weights, decisions, signed)


def link_again(
    known: Known,
    new: Mapping[int, Record],
    gone: Collection[int],
    weights: Weights,
    decisions: Sequence[LinkDecision] = (),
    stirred: Collection[int] = (),
) -> Relinked:
    """Link what is new and take back what is gone; the same cases, links and reasons as a whole run would give.

    new: record id -> record that stands now and did not before. gone: records that stood and do not any more.
    weights: those of the run that is gone on from; where they are others, `link_all` is needed. decisions: those of
    people that act now. stirred: standing records about which other decisions acted before.
    """
    return _Again(known, new, frozenset(gone), weights, decisions).run(stirred)


class _Again:
    """One incremental run: the records that were read so far, and those that must choose again."""

    def __init__(
        self,
        known: Known,
        new: Mapping[int, Record],
        gone: frozenset[int],
        weights: Weights,
        decisions: Sequence[LinkDecision],
    ) -> None:
        self._known = known
        self._weights = weights
        self._decisions = decisions
        self._new = new
        self._gone = gone
        self._read: dict[int, Held] = {}
        self._stood_in: dict[str, set[int]] = {}  # case -> those of its records that were read
        self._choosing: set[int] = set(new)
        self._disturbed: set[frozenset[int]] = set()

    def run(self, stirred: Collection[int]) -> Relinked:
        """Until nothing more is disturbed."""
        self._disturb([{record_id} for record_id in sorted(self._new)])
        self._disturb(self._cases_of(self._gone.union(stirred)))
        while True:
            concerned = self._concerned()
            settled = concerned - self._choosing
            repeated = {i: self._read[i].choices for i in settled}
            again = {i: self._record(i) for i in concerned}
            found = {held.record_id: held for held in _run(again, repeated, self._weights, self._decisions)}
            before = len(self._choosing)
            self._disturb(self._altered(found))
            if len(self._choosing) == before:
                return self._result(found)

    def _disturb(self, groups: Iterable[Set[int]]) -> None:
        """Groups are not as they were: their members choose again, and so does whoever might join, or might have."""
        fresh = {frozenset(group) for group in groups} - self._disturbed
        self._disturbed |= fresh
        borne = {group: {sign for i in group for sign in signs(self._record(i))} for group in fresh}
        looking = self._known.looking_for(set().union(*borne.values()))
        readers = {
            group: {i for sign in found for i in looking.get(sign, ())} - self._gone - group
            for group, found in borne.items()
        }
        self._fetch(set().union(*readers.values()))
        for group, might in readers.items():
            self._choosing |= group - self._gone
            records = [self._record(i) for i in sorted(group)]
            self._choosing |= {
                i
                for i in might - self._choosing
                if _concerns(self._read[i].record, records, borne[group], self._weights)
            }

    def _concerned(self) -> set[int]:
        """Who chooses again, all that they may choose, and all that stands together with any of these."""
        wanted = {sign for i in self._choosing for sign in sought(self._record(i))}
        near = (self._known.bearing(wanted) | self._choosing) - self._new.keys()
        concerned = self._known.whole_cases(near) - self._gone
        self._fetch(concerned)
        return concerned | self._new.keys()

    def _altered(self, found: Mapping[int, Held]) -> list[set[int]]:
        """The groups of this run that are not as they were, each with those who stood with its members before."""
        groups: dict[str, set[int]] = {}
        for i, held in found.items():
            groups.setdefault(held.case_id, set()).add(i)
        altered = []
        for members in groups.values():
            before = {self._read[i].case_id for i in members if i in self._read}
            stood = set().union(*(self._stood_in[case] for case in before))
            if stood != members or any(not _same(found[i], self._read[i]) for i in members):
                altered.append(members | stood)
        return altered

    def _result(self, found: Mapping[int, Held]) -> Relinked:
        changed = [held for i, held in sorted(found.items()) if i in self._new or not _same(held, self._read[i])]
        return Relinked(tuple(changed), len(self._read) + len(self._new), len(self._choosing))

    def _cases_of(self, record_ids: Collection[int]) -> list[set[int]]:
        self._fetch(self._known.whole_cases(record_ids))
        cases = sorted({self._read[i].case_id for i in record_ids if i in self._read})
        return [set(self._stood_in[case]) for case in cases]

    def _record(self, record_id: int) -> Record:
        if record_id in self._new:
            return self._new[record_id]
        return self._read[record_id].record

    def _fetch(self, record_ids: Iterable[int]) -> None:
        missing = sorted(set(record_ids) - self._read.keys())
        for held in self._known.held(missing):
            self._read[held.record_id] = held
            self._stood_in.setdefault(held.case_id, set()).add(held.record_id)


def _run(
    records: Mapping[int, Record],
    settled: Mapping[int, Mapping[str, Choice]],
    weights: Weights,
    decisions: Sequence[LinkDecision],
    signed: Signed | None = None,
) -> Iterator[Held]:
    """One run over these records. settled: record id -> step -> what came of its turn before, and is repeated."""
    ids = sorted(records, key=lambda i: in_order(records[i]))
    index = {record_id: n for n, record_id in enumerate(ids)} if settled else {}
    repeated: dict[int, dict[str, Choice]] = {
        index[i]: {
            step: Choice(tuple(Join(index[j.newcomer], index[j.standing], j.why) for j in choice.joins))
            for step, choice in choices.items()
            if step not in _NO_TURNS
        }
        for i, choices in settled.items()
    }
    ordered = [records[i] for i in ids]
    groups = Groups(ordered, weights, repeated, Meetings(ordered, ids, signed) if signed else None)
    join_all(groups, decisions)
    turns: dict[int, list[str]] = {}
    for step, n in groups.choices:
        turns.setdefault(n, []).append(step)
    for members in groups.all():
        case_id = case_id_of(groups.records[n] for n in members)
        for n in members:
            choices = {step: _by_ids(groups.choices[step, n], ids) for step in turns.get(n, ())}
            if earlier := settled.get(ids[n]):
                choices |= {step: choice for step, choice in earlier.items() if step not in _NO_TURNS}
            yield Held(ids[n], groups.records[n], case_id, groups.reasons.get(n, _ALONE), choices)


def _by_ids(choice: Choice, ids: Sequence[int]) -> Choice:
    """A choice with the records' own numbers in the place of their indexes."""
    joins = tuple([Join(ids[j.newcomer], ids[j.standing], j.why) for j in choice.joins])
    return Choice(joins, tuple([ids[n] for n in choice.between]))


def _same(one: Held, other: Held) -> bool:
    return one.case_id == other.case_id and one.why == other.why and one.choices == other.choices


def _concerns(reader: Record, group: list[Record], borne: Set[Sign], weights: Weights) -> bool:
    """Whether a group could be chosen at this record's turn, in any state that the group may have had."""
    if any(sign in borne and kind_of(sign) not in _LOOSE for sign in sought(reader)):
        return True
    own = traits_of(reader)
    if reader.kind is K.ACCEPTANCE:
        asked = weights.decide.acceptance
        return any(r.kind is K.REFERRAL and acceptable(compare(own, traits_of(r), weights), asked) for r in group)
    if reader.get("doc_type") == "transfer_opinion":
        asked = weights.decide.opinion
        return any(r.kind in ACTS and acceptable(ACTS[r.kind](own, traits_of(r), weights), asked) for r in group)
    return could_fit(reader, group, weights)
