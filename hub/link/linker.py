"""The stages of linking, in order: own keys, acceptances, letters, documents; and the cases that result."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from hub.link.acceptances import join_acceptances
from hub.link.documents import SEALED, join_documents
from hub.link.letters import join_letters
from hub.link.matter import Groups, Joined
from hub.link.opinions import join_transfer_opinions
from hub.model import Event, Record, RecordKind
from hub.values.document_numbers import strict_key

K = RecordKind

# What names a case, best first: the record that the others are about.
_ANCHORS = (K.REFERRAL, K.ACCEPTANCE, K.PENALTY, K.DOCUMENT, K.CORRESPONDENCE, K.OPINION_HANDLING,
            K.POLICE_RESULT, K.COPY_RECEIPT, K.CLUE_RECEIPT)  # fmt: skip
_ANCHOR_ONLY = Joined("own", 0.0, ())


@dataclass(frozen=True, slots=True)
class Link:
    """Why one record stands in its case."""

    case_id: str
    record: Record
    tier: str
    score: float
    explanation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A record that fits several others equally well; nothing was guessed."""

    record: Record
    candidates: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """All records of one matter, in a stable order."""

    case_id: str
    records: tuple[Record, ...]

    def of_kind(self, *kinds: RecordKind) -> tuple[Record, ...]:
        """The records of these kinds."""
        return tuple(r for r in self.records if r.kind in kinds)

    def events(self) -> Iterable[tuple[Event, Record]]:
        """Every event with the record that asserts it."""
        return ((event, record) for record in self.records for event in record.events)


@dataclass(frozen=True, slots=True)
class Linkage:
    """The result of one linking: cases, the reason of each link, and what was left to a person."""

    cases: tuple[Case, ...]
    links: tuple[Link, ...]
    ambiguities: tuple[Ambiguity, ...]


def link(records: Iterable[Record]) -> Linkage:
    """Group the standing records of all agencies into cases; the same for any order of the input."""
    ordered = sorted(records, key=lambda r: (r.agency, r.kind.value, r.key, r.source))
    groups = Groups(ordered)
    _join_own_keys(groups)
    ambiguous = join_acceptances(groups)
    ambiguous |= join_letters(groups)
    ambiguous |= join_transfer_opinions(groups)
    ambiguous |= join_documents(groups)
    return _linkage(groups, ambiguous)


def _join_own_keys(groups: Groups) -> None:
    """Records of one agency under one number of its own: a police case, a case of the procuratorate."""
    first_of: dict[tuple[str, str], int] = {}
    for i, record in enumerate(groups.records):
        keys = []
        if record.kind in (K.ACCEPTANCE, K.POLICE_RESULT):
            keys = [("police_case_no", record.get("police_case_no")),
                    ("police_case_no", record.get("prior_police_case_no"))]  # fmt: skip
        elif record.kind is K.DOCUMENT and record.get("doc_type") != SEALED:
            keys = [("unified_case_no", record.get("unified_case_no"))]
            if record.get("doc_type") in ("clue_registration", "clue_result"):
                # Both answer one clue, also where the township's row about it cannot be read.
                keys.append(("clue number", strict_key(record.get("related_doc_no"))))
        for key in keys:
            if key[1]:
                first = first_of.setdefault(key, i)
                if first != i:
                    groups.join(i, first, "own_key", 0.0, (f"{key[0]} equal",))


def _linkage(groups: Groups, ambiguous: dict[int, tuple[int, ...]]) -> Linkage:
    cases: list[Case] = []
    links: list[Link] = []
    for members in groups.all():
        records = tuple(groups.records[i] for i in members)
        case_id = case_id_of(records)
        cases.append(Case(case_id, records))
        for i in members:
            reason = groups.reasons.get(i, _ANCHOR_ONLY)
            links.append(Link(case_id, groups.records[i], reason.tier, reason.score, reason.explanation))
    left = tuple(
        Ambiguity(groups.records[i], tuple(groups.records[j] for j in candidates))
        for i, candidates in sorted(ambiguous.items())
    )
    return Linkage(tuple(sorted(cases, key=lambda c: c.case_id)), tuple(links), left)


def case_id_of(records: Iterable[Record]) -> str:
    """The id of a case of these records: made from the own key of its leading record, so it changes when one joins that leads."""
    anchor = min(records, key=lambda r: (_ANCHORS.index(r.kind), r.agency, r.key))
    digest = hashlib.sha256(f"{anchor.agency}|{anchor.kind}|{anchor.key}".encode()).hexdigest()
    return f"C{digest[:12]}"
