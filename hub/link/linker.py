"""The stages of linking, in order: own keys, acceptances, letters, documents; and the cases that result."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hub.link.acceptances import join_acceptances
from hub.link.decisions import LinkDecision
from hub.link.documents import join_documents
from hub.link.judging import decide
from hub.link.letters import join_letters
from hub.link.matter import Groups, Joined
from hub.link.opinions import join_transfer_opinions
from hub.link.signs import Sign, kind_of, own_keys
from hub.link.weights import Weights
from hub.model import Event, Record, RecordKind

K = RecordKind

# What names a case, best first: the record that the others are about.
_ANCHORS = (K.REFERRAL, K.ACCEPTANCE, K.PENALTY, K.DOCUMENT, K.CORRESPONDENCE, K.OPINION_HANDLING,
            K.POLICE_RESULT, K.COPY_RECEIPT, K.CLUE_RECEIPT)  # fmt: skip
# The step in which nobody chooses: whoever shares a number of its own agency stands together.
OWN_KEY = "own key"
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


def link(records: Iterable[Record], weights: Weights, decisions: Sequence[LinkDecision] = ()) -> Linkage:
    """Group the standing records of all agencies into cases; the same for any order of the input.

    weights: what counts for how much. decisions: those of people that act; nothing is joined against them.
    """
    groups = Groups(sorted(records, key=in_order), weights)
    join_all(groups, decisions)
    return linkage_of(groups)


def in_order(record: Record) -> tuple[str, str, str, str]:
    """What the records are sorted by, so that their order on arrival changes nothing."""
    return record.agency, record.kind.value, record.key, record.source


def join_all(groups: Groups, decisions: Sequence[LinkDecision] = ()) -> None:
    """Every step, in order; what was repeated from an earlier run is not thought over again."""
    decide(groups, decisions)
    _join_own_keys(groups)
    join_acceptances(groups)
    join_letters(groups)
    join_transfer_opinions(groups)
    join_documents(groups)


def _join_own_keys(groups: Groups) -> None:
    """Records of one agency under one number of its own: a police case, a case of the procuratorate."""
    standing: dict[Sign, list[int]] = {}
    for i, record in enumerate(groups.records):
        for key in own_keys(record):
            others = standing.setdefault(key, [])
            if i in others:
                continue
            # The first one, unless a person keeps them apart: then there are two matters under the number.
            first = next((j for j in others if groups.may_join(i, j)), None)
            if first is None:
                others.append(i)
            else:
                groups.begin(OWN_KEY, i)
                groups.join(i, first, "own_key", 0.0, (f"{kind_of(key)} equal",))


def linkage_of(groups: Groups) -> Linkage:
    """The cases that the groups are, with the reason of each link."""
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
        for i, candidates in groups.ambiguous().items()
    )
    return Linkage(tuple(sorted(cases, key=lambda c: c.case_id)), tuple(links), left)


def case_id_of(records: Iterable[Record]) -> str:
    """The id of a case of these records: made from the leading record's own key, so another leader changes it."""
    anchor = min(records, key=lambda r: (_ANCHORS.index(r.kind), r.agency, r.key))
    digest = hashlib.sha256(f"{anchor.agency}|{anchor.kind}|{anchor.key}".encode()).hexdigest()
    return f"C{digest[:12]}"
