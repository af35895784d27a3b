"""On which fields do the records of one matter disagree, what does each say, and whose word settles it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from hub.findings.authority import About, Authorities
from hub.link import Case
from hub.link.persons import see_person, share_a_person
from hub.model import Party, Record, RecordKind
from hub.moment import Moment
from hub.values.document_numbers import strict_key
from hub.values.identity import Identity, IdentityState, identity_of, mask, same_person
from hub.values.names import is_masked, party_name

K = RecordKind
_WHOLE = (IdentityState.COMPLETE, IdentityState.LEGACY, IdentityState.MISTYPED)
# Masked numbers look alike: those that are the same bear the same sign.
_SIGNS = "①②③④⑤⑥⑦⑧⑨"

Entry = tuple[Record, Party]


@dataclass(frozen=True, slots=True, order=True)
class Statement:
    """What one record says. value: as the record has it (a cause perhaps by its code); an identity number masked."""

    agency: str
    source: str
    value: str


@dataclass(frozen=True, slots=True)
class Differing:
    """A field on which records of one matter disagree. settled_by: the code of the agency whose word counts."""

    case_id: str
    about: About
    statements: tuple[Statement, ...]
    settled_by: str


def differing_fields(case: Case, authorities: Authorities) -> Iterator[Differing]:
    """Every disagreement of one case, each with all that was said; a person's name or number once for each person."""
    for about, statements in _disagreements(case):
        said = tuple(sorted(set(statements)))
        yield Differing(case.case_id, about, said, _agency(case, authorities.of[about].agency))


def _agency(case: Case, kind: str) -> str:
    """The agency of a kind in this matter: for `township` the one that keeps the referral, or any row of it."""
    if kind != "township":
        return kind
    own = [*case.of_kind(K.REFERRAL), *case.of_kind(K.PENALTY, K.OPINION_HANDLING, K.CORRESPONDENCE)]
    named = [record.agency for record in own] + [unit for r in case.records if (unit := r.get("unit_code"))]
    return named[0] if named else "procuratorate"


def _disagreements(case: Case) -> Iterator[tuple[About, Iterable[Statement]]]:
    pairs = list(_same_people(case.records))
    for group in _together((a, b) for a, b in pairs if _names_differ(a[1], b[1])):
        yield About.PARTY, [_said(record, party.name) for record, party in group]
    for group in _together((a, b) for a, b in pairs if _numbers_differ(a[1], b[1])):
        yield About.ID_NO, _masked(group)
    yield from _causes(case)
    yield from _receipts(case)
    yield from _amounts(case)
    yield from _services(case)


def _said(record: Record, value: str) -> Statement:
    return Statement(record.agency, record.source, value)


def _masked(group: Iterable[Entry]) -> list[Statement]:
    """Numbers masked, each with a sign by which those that are the same are known."""
    entries = sorted(group, key=lambda entry: (entry[0].agency, entry[0].source))
    numbers = list(dict.fromkeys(party.id_no for _, party in entries))
    signs = {number: _SIGNS[place] if place < len(_SIGNS) else "…" for place, number in enumerate(numbers)}
    return [_said(record, f"{mask(party.id_no)} {signs[party.id_no]}") for record, party in entries]


def _when(canonical: str) -> str:
    """A day, or an instant to the minute, for people."""
    return canonical[:16].replace("T", " ")


def _same_people(records: tuple[Record, ...]) -> Iterator[tuple[Entry, Entry]]:
    """Pairs of entries, of different records, that mean one person."""
    for left, right in combinations(records, 2):
        if left.agency == right.agency:
            continue
        if len(left.parties) == len(right.parties) == 1:
            # Two records of one matter that name one person each name the same one.
            if not _another_persons_record(left, right):
                yield (left, left.parties[0]), (right, right.parties[0])
            continue
        for a in left.parties:
            for b in right.parties:
                if see_person(a, b).one_person():
                    yield (left, a), (right, b)


def _together(pairs: Iterable[tuple[Entry, Entry]]) -> list[list[Entry]]:
    """Pairs that share an entry are about one person: the groups that they make."""
    groups: list[list[Entry]] = []
    for pair in pairs:
        met = [group for group in groups if any(entry in group for entry in pair)]
        groups = [group for group in groups if group not in met]
        groups.append([*(entry for group in met for entry in group), *pair])
    return groups


def _another_persons_record(left: Record, right: Record) -> bool:
    """True where a matter with several persons explains why two single names differ in all respects.

    One wrong character is no other person's name, unless numbers say so.
    """
    seen = see_person(left.parties[0], right.parties[0])
    misspelt = seen.name == "one_character_off" and seen.identity is None
    return not misspelt and share_a_person(left.parties, right.parties) is False


def _names_differ(left: Party, right: Party) -> bool:
    # 不详 is no other name, and neither is an identity number that stands in the column of the names.
    a, b = party_name(left.name), party_name(right.name)
    return bool(a and b) and a != b and not (is_masked(a) or is_masked(b))


def _numbers_differ(left: Party, right: Party) -> bool:
    a, b = identity_of(left), identity_of(right)
    return _stands(a) and _stands(b) and same_person(a, b) is False


def _stands(identity: Identity) -> bool:
    """Masked, absent and rounded numbers are not compared.

    One that ends as no number cell of Excel leaves it is only suspected of having been rounded: it is compared
    by the digits that rounding would have spared.
    """
    suspected = identity.state is IdentityState.DAMAGED and not identity.text.endswith("000")
    return identity.state in _WHOLE or (suspected and identity.prefix15 != "" and "E" not in identity.text)


def _causes(case: Case) -> Iterator[tuple[About, Iterable[Statement]]]:
    own = [r for r in case.of_kind(K.REFERRAL, K.PENALTY) if r.get("cause_code")]
    others = [r for r in case.of_kind(K.ACCEPTANCE, K.POLICE_RESULT, K.DOCUMENT) if r.get("cause_code")]
    township, given = {r.get("cause_code") for r in own}, {r.get("cause_code") for r in others}
    if given - township if township else len(given) > 1:
        # The name of a police case says the cause too, but also whose it is: its code must do.
        yield About.CAUSE, [_said(r, r.get("cause") or r.get("cause_code")) for r in (*own, *others)]


def _receipts(case: Case) -> Iterator[tuple[About, Iterable[Statement]]]:
    acceptances = case.of_kind(K.ACCEPTANCE)
    received = {Moment.parse(a.get("received_at")).day for a in acceptances}
    for referral in case.of_kind(K.REFERRAL):
        noted = referral.get("receipt_at")
        if noted and received and Moment.parse(noted).day not in received:
            said = [_said(acceptance, _when(acceptance.get("received_at"))) for acceptance in acceptances]
            yield About.RECEIVED_AT, [_said(referral, _when(noted)), *said]


def _amounts(case: Case) -> Iterator[tuple[About, Iterable[Statement]]]:
    referrals = [r for r in case.of_kind(K.REFERRAL) if r.get("amount")]
    amounts = {r.get("amount") for r in referrals}
    for acceptance in case.of_kind(K.ACCEPTANCE):
        if amounts and acceptance.get("amount") and acceptance.get("amount") not in amounts:
            yield About.AMOUNT, [_said(record, record.get("amount")) for record in (*referrals, acceptance)]


def _services(case: Case) -> Iterator[tuple[About, Iterable[Statement]]]:
    served = {strict_key(d.get("doc_no")): d for d in case.of_kind(K.DOCUMENT) if d.get("served_at")}
    for handling in case.of_kind(K.OPINION_HANDLING):
        letter = served.get(strict_key(handling.get("doc_no")))
        signed = handling.get("signed_on")
        if letter is not None and Moment.parse(letter.get("served_at")).day != Moment.parse(signed).day:
            yield About.SERVED_AT, [_said(letter, _when(letter.get("served_at"))), _said(handling, _when(signed))]
