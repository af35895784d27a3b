"""What did people decide about links, and on which records does each decision rest?

A decision names records by their agency's own key, so it outlives a row that is delivered again, and keeps a digest of
all by which the linker tells a record from others. Where the standing version of one of them says something else
there, the decision no longer acts until somebody decides again: it was about other words.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from hub.ledger.facts import Fact, facts
from hub.ledger.store import Transaction
from hub.link.signs import police_cases_in
from hub.model import Record
from hub.moment import SHANGHAI
from hub.values.document_numbers import find_document_numbers
from hub.values.names import person_behind_in
from hub.words import Word

# All by which the linker tells a record from others, beside its parties; a test holds the list to the linker's code.
TOLD_APART_BY = (
    "acceptance_no", "amount", "approved_at", "category", "cause_code", "decided_at", "doc_no", "doc_type", "opened_on",
    "penalty_decided_at", "penalty_no", "police_case_no", "prior_police_case_no", "received_at", "referral_no",
    "referring_unit", "related_doc_no", "sent_at", "unified_case_no", "unit_code",
)  # fmt: skip
TAKEN_BACK = "link.taken_back"


class Judgement(Word):
    """What a person says about records."""

    CONFIRM = "confirm"
    REJECT = "reject"
    MERGE = "merge"
    SPLIT = "split"


CODES: Mapping[Judgement, str] = {
    Judgement.CONFIRM: "link.confirmed",
    Judgement.REJECT: "link.rejected",
    Judgement.MERGE: "link.merged",
    Judgement.SPLIT: "link.split",
}
_JOINING = (Judgement.CONFIRM, Judgement.MERGE)

Key = tuple[str, str, str]
"""agency, kind, the agency's own key: what all versions of a row share"""
Pair = frozenset[Key]


@dataclass(frozen=True, slots=True)
class Named:
    """A record that a decision rests on, and the digest of what it then said."""

    key: Key
    digest: str


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """Who decided what about which records, and why.

    one, other: what belongs together with, or apart from, each other; of a split, what was taken out and what it was
    taken out of. role: under which `by` decided. number: 1, 2 … for the same records.
    """

    decision_id: str
    judgement: Judgement
    one: tuple[Named, ...]
    other: tuple[Named, ...]
    by: str
    role: str
    reason: str
    at: datetime
    taken_back_at: datetime | None = None

    @property
    def named(self) -> tuple[Named, ...]:
        """Every record that it rests on."""
        return self.one + self.other

    @property
    def joins(self) -> bool:
        """Whether it says that the records are of one matter."""
        return self.judgement in _JOINING

    def pairs(self) -> list[Pair]:
        """The pairs of records that it puts together, or keeps apart."""
        if self.joins:
            first, *rest = (one.key for one in self.named)
            return [frozenset((first, other)) for other in rest]
        return [frozenset((a.key, b.key)) for a, b in product(self.one, self.other)]

    def says_the_same(self, other: LinkDecision) -> bool:
        """Whether both say one thing of records that said one thing; who named which first makes no difference."""
        return self._said() == other._said()

    def _said(self) -> tuple[Judgement, frozenset[frozenset[Named]]]:
        sides = (self.named,) if self.judgement is not Judgement.SPLIT else (self.one, self.other)
        return self.judgement, frozenset(map(frozenset, sides))

    def line(self) -> str:
        """The line of an explanation that says so: without a person's name, and without the reason, which is sealed."""
        day = f"{self.at.astimezone(SHANGHAI):%Y-%m-%d}"
        return f"decided: {self.judgement} {self.decision_id} on {day} by {self.role}"


def digest_of(record: Record) -> str:
    """SHA-256 over all by which the linker tells the record from others; not over what happened to it since."""
    said = {name: record.get(name) for name in TOLD_APART_BY if record.get(name)}
    if record.get("unit_code"):
        said.pop("referring_unit", None)  # by which words a known township is named tells nothing apart
    remarks = record.get("remarks")
    numbers = sorted((*find_document_numbers(remarks), *police_cases_in(remarks)))
    people = sorted((party.name, party.id_no, party.id_state) for party in record.parties)
    if behind := person_behind_in(remarks):
        people.append((behind, "", ""))
    text = json.dumps([said, numbers, people], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def key_of(record: Record) -> Key:
    """What names a record in every version of it."""
    return record.agency, str(record.kind), record.key


def named(record: Record) -> Named:
    """The record as a decision names it."""
    return Named(key_of(record), digest_of(record))


def decision_id_of(judgement: Judgement, one: Sequence[Named], other: Sequence[Named], number: int) -> str:
    """The id of the n-th such decision about these records; the same in any ledger, and whoever of them is named first.

    It is made when the decision is: a ledger that holds one under another id goes on to hold it under that.
    """
    if judgement is not Judgement.SPLIT:  # all that is named belongs, or does not belong, together
        first, *rest = sorted((*one, *other), key=lambda n: "|".join(n.key))
        one, other = [first], rest
    names = [sorted("|".join(n.key) for n in side) for side in (one, other)]
    text = json.dumps([str(judgement), names, number], ensure_ascii=False)
    return f"L{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def link_decisions(tx: Transaction, known_at: datetime | None = None) -> list[LinkDecision]:
    """Every decision that the ledger knew of at `known_at`, in order of their telling."""
    back = {fact.subject: fact.at for fact in facts(tx, code=TAKEN_BACK, known_at=known_at)}
    told = [
        (fact.learned_at, _decision(judgement, fact, back.get(fact.subject)))
        for judgement, code in CODES.items()
        for fact in facts(tx, code=code, known_at=known_at)
    ]
    return [decision for _, decision in sorted(told, key=lambda one: (one[0], one[1].at, one[1].decision_id))]


def content_of(decision: LinkDecision) -> dict[str, str]:
    """What a decision's fact holds beside its code and subject."""
    sides = {"one": decision.one, "other": decision.other}
    records = {name: json.dumps([[*n.key, n.digest] for n in side], ensure_ascii=False) for name, side in sides.items()}
    return {"by": decision.by, "role": decision.role, "reason": decision.reason, **records}


def _decision(judgement: Judgement, fact: Fact, taken_back_at: datetime | None) -> LinkDecision:
    said = fact.attributes
    one, other = (
        tuple(Named((agency, kind, key), digest) for agency, kind, key, digest in json.loads(said[side]))
        for side in ("one", "other")
    )
    return LinkDecision(
        fact.subject, judgement, one, other, said["by"], said["role"], said["reason"], fact.at, taken_back_at
    )
