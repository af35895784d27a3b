"""Which records stand together so far? Groups of records that grow, and an index to find them by any sign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from hub.link.evidence import Evidence
from hub.model import Party, Record, RecordKind
from hub.moment import Moment
from hub.values.document_numbers import loose_key, strict_key
from hub.values.identity import IdentityState, current_form, identity_of
from hub.values.names import comparable_name, is_masked

# The fields that hold a number an agency gave or noted, by which another agency may refer to the record.
NUMBER_FIELDS = ("referral_no", "penalty_no", "doc_no", "acceptance_no")
_SEARCHABLE = (IdentityState.COMPLETE, IdentityState.LEGACY, IdentityState.MISTYPED, IdentityState.DAMAGED)


@dataclass(frozen=True, slots=True)
class Joined:
    """Why a record stands in its group."""

    tier: str
    score: float
    explanation: tuple[str, ...]


def day_of(text: str) -> date | None:
    """The day of a canonical moment; None where the field is empty."""
    return Moment.parse(text).day if text else None


def unit_of(record: Record) -> str:
    """The township that a record speaks of: its own agency, or the referring unit that another agency names."""
    if record.kind in TOWNSHIP_KINDS:
        return record.agency
    return record.get("unit_code")


TOWNSHIP_KINDS = (RecordKind.REFERRAL, RecordKind.PENALTY, RecordKind.OPINION_HANDLING, RecordKind.CORRESPONDENCE)


def signs(record: Record) -> Iterator[tuple[str, str]]:
    """Everything by which a record can be found: (kind of sign, value)."""
    for field in NUMBER_FIELDS:
        if number := record.get(field):
            yield "number", strict_key(number)
            if loose := loose_key(number):
                yield "loose", f"{unit_of(record)}|{loose}"
    for field in ("police_case_no", "prior_police_case_no"):
        if number := record.get(field):
            yield "police_case_no", number
    yield from signs_of_people(record.parties)


def signs_of_people(parties: Iterable[Party]) -> Iterator[tuple[str, str]]:
    """Signs of the persons alone. A masked name is a sign by its first character only, so it is none here."""
    for party in parties:
        identity = identity_of(party)
        if identity.state in _SEARCHABLE:
            yield "identity", (identity.prefix15 or current_form(identity))[:15]
        if party.name and not is_masked(party.name):
            yield "name", comparable_name(party.name)


class Groups:
    """Disjoint groups of records, by index into `records`; joining keeps the reason for every record."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = tuple(records)
        self.reasons: dict[int, Joined] = {}
        self._parent = list(range(len(self.records)))
        self._members: dict[int, list[int]] = {i: [i] for i in range(len(self.records))}
        self._index: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i, record in enumerate(self.records):
            for sign in set(signs(record)):
                self._index[sign].append(i)

    def root(self, index: int) -> int:
        """The group of a record."""
        while self._parent[index] != index:
            self._parent[index] = self._parent[self._parent[index]]
            index = self._parent[index]
        return index

    def members(self, index: int) -> list[Record]:
        """All records of the group that this record is in."""
        return [self.records[i] for i in self._members[self.root(index)]]

    def of_kind(self, *kinds: RecordKind) -> list[int]:
        """The indexes of all records of these kinds."""
        return [i for i, record in enumerate(self.records) if record.kind in kinds]

    def found_by(self, sign: str, value: str) -> list[int]:
        """The records that bear a sign."""
        return self._index.get((sign, value), [])

    def join(self, newcomer: int, standing: int, tier: str, score: float, explanation: Iterable[str]) -> None:
        """Put two groups together; the reason is kept with the newcomer, unless it has one already."""
        self.reasons.setdefault(newcomer, Joined(tier, round(score, 1), tuple(explanation)))
        a, b = self.root(newcomer), self.root(standing)
        if a == b:
            return
        keep, lose = min(a, b), max(a, b)
        self._parent[lose] = keep
        self._members[keep] = sorted(self._members[keep] + self._members.pop(lose))

    def join_by(self, newcomer: int, standing: int, tier: str, evidence: Evidence) -> None:
        """Join by weighed evidence."""
        self.join(newcomer, standing, tier, evidence.score, evidence.explanation)

    def all(self) -> Iterator[list[int]]:
        """Every group, in the order of its first record."""
        for root in sorted(self._members):
            yield self._members[root]
