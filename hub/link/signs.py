"""By which signs can a record be found, and which does it look for? Two records meet in linking only through a sign.

A sign that very many bear is worth little and costs much: a common name meets half a county. So a name is looked for
together with what a matter of that name would share, the township or the sum, and an initial only where name and number
of both sides leave open who it is. Such pairs are found as before; those that could not be joined whatever else stood
in them do not meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from hub.link.persons import Person, people_of
from hub.model import Record, RecordKind
from hub.moment import Moment
from hub.values.document_numbers import find_document_numbers, loose_key, strict_key
from hub.values.identity import IdentityState
from hub.values.names import hidden_parts

K = RecordKind

Sign = str
"""kind of sign, a bar, value"""

# The fields that hold a number an agency gave or noted, by which another agency may refer to the record.
NUMBER_FIELDS = ("referral_no", "penalty_no", "doc_no", "acceptance_no")
TOWNSHIP_KINDS = (K.REFERRAL, K.PENALTY, K.OPINION_HANDLING, K.CORRESPONDENCE)
# A clue of duty crime is a matter of its own, whatever numbers it bears: who sees the other matter must not see it.
SEALED = "duty_clue"

_UNSURE = (IdentityState.ABSENT, IdentityState.MASKED, IdentityState.DAMAGED)
# Where a person cannot be found by name or number: months from sending to receipt in which one of like initial is
# tried.
_MONTHS_BEFORE, _MONTHS_AFTER = 6, 1
_HIDDEN_INITIAL, _ANY_INITIAL = "?", "*"
# Which referrals of an initial: all of them, those that show no number, those that hide the name.
_ALL, _NUMBERLESS, _NAMELESS = "", "no number", "no name"
_POLICE_CASE = re.compile(r"(?<![0-9A-Z])A\d{22}(?!\d)")
# What the letters' answers name: kind -> the field with the letter's number.
_LETTER_FIELDS = {
    K.OPINION_HANDLING: "doc_no",
    K.COPY_RECEIPT: "doc_no",
    K.CLUE_RECEIPT: "doc_no",
    K.CORRESPONDENCE: "doc_no",
    K.PENALTY: "related_doc_no",
}


def day_of(text: str) -> date | None:
    """The day of a canonical moment; None where the field is empty."""
    return Moment.parse(text).day if text else None


def unit_of(record: Record) -> str:
    """The township that a record speaks of: its own agency, or the referring unit that another agency names."""
    if record.kind in TOWNSHIP_KINDS:
        return record.agency
    return record.get("unit_code")


def sent_on(referral: Record) -> date | None:
    """The day a referral went out, or the nearest before it that is known."""
    return day_of(referral.get("sent_at") or referral.get("approved_at") or referral.get("opened_on"))


def kind_of(sign: Sign) -> str:
    """What kind of sign it is."""
    return sign.partition("|")[0]


def signs(record: Record) -> Iterator[Sign]:
    """Everything by which a record can be found."""
    return _borne(record, people_in(record))


def sought(record: Record) -> Iterator[Sign]:
    """Everything that a record looks for when its place is chosen; a kind that chooses nothing looks for nothing."""
    return _looked_for(record, people_in(record))


def signs_and_sought(record: Record) -> tuple[set[Sign], set[Sign]]:
    """Both at once, which takes less."""
    people = people_in(record)
    return set(_borne(record, people)), set(_looked_for(record, people))


def people_in(record: Record) -> list[Person]:
    """The persons of a record as they are compared."""
    return people_of(record.parties, record.get("remarks") if record.kind is K.REFERRAL else "")


def _borne(record: Record, people: Sequence[Person]) -> Iterator[Sign]:
    for field in NUMBER_FIELDS:
        if number := record.get(field):
            yield from number_signs(record, number)
    yield from _police_cases(record)
    yield from own_keys(record)
    unit = unit_of(record)
    for person in people:
        if person.searched:
            yield f"identity|{person.searched}"
        # A masked name is a sign by its first character only, so it is none here.
        if person.name and not person.masked:
            yield f"name|{person.name}"
            yield f"name there|{unit}|{person.name}"
    if record.kind is K.REFERRAL:
        yield from _borne_by_referral(record, people)


def _looked_for(record: Record, people: Sequence[Person]) -> Iterator[Sign]:
    yield from own_keys(record)
    if record.kind is K.ACCEPTANCE:
        yield from _people_sought(record, people, unit_of(record))
        if number := record.get("referral_no"):
            yield from number_signs(record, number)
            yield f"mentioned|{strict_key(number)}"
        yield from (f"mentioned|{number}" for number in named_by(record))
        yield from _initials_sought(record, people)
    elif record.kind is K.DOCUMENT and record.get("doc_type") != SEALED:
        # What a township did is found by the name alone, for its own words may name the opinion that it obeys.
        unit = "" if record.get("doc_type") == "transfer_opinion" else unit_of(record)
        yield from _people_sought(record, people, unit)
        if number := record.get("related_doc_no"):
            yield from number_signs(record, number)
        if number := record.get("police_case_no"):
            yield f"police_case_no|{number}"
    elif number := record.get(_LETTER_FIELDS.get(record.kind, "")):
        yield f"number|{strict_key(number)}"


def own_keys(record: Record) -> Iterator[Sign]:
    """The numbers of its own under which an agency keeps several records of one matter."""
    if record.kind in (K.ACCEPTANCE, K.POLICE_RESULT):
        yield from _police_cases(record)
    elif record.kind is K.DOCUMENT and record.get("doc_type") != SEALED:
        if number := record.get("unified_case_no"):
            yield f"unified_case_no|{number}"
        if record.get("doc_type") in ("clue_registration", "clue_result") and (
            number := strict_key(record.get("related_doc_no"))
        ):
            # Both answer one clue, also where the township's row about it cannot be read.
            yield f"clue number|{number}"


def number_signs(record: Record, number: str) -> Iterator[Sign]:
    """The signs that a document's number makes in this record: whole, and year and serial in the township."""
    yield f"number|{strict_key(number)}"
    if loose := loose_key(number):
        yield f"loose|{unit_of(record)}|{loose}"


def _police_cases(record: Record) -> Iterator[Sign]:
    for field in ("police_case_no", "prior_police_case_no"):
        if number := record.get(field):
            yield f"police_case_no|{number}"


def _people_sought(record: Record, people: Sequence[Person], unit: str) -> Iterator[Sign]:
    """The persons by number; by name those of the township, or of a record that tells none, and of the same sum."""
    acceptance = record.kind is K.ACCEPTANCE
    amount = record.get("amount") if acceptance else ""
    for person in people:
        if person.searched:
            yield f"identity|{person.searched}"
        if not person.name or person.masked:
            continue
        if not unit:
            yield f"name|{person.name}"
            continue
        yield f"name there|{unit}|{person.name}"
        if not acceptance:
            yield f"name there||{person.name}"
        if amount:
            yield f"name and sum|{amount}|{person.name}"


def named_by(acceptance: Record) -> tuple[str, ...]:
    """The numbers that police gave, as a township may mention them."""
    return tuple(filter(None, (strict_key(acceptance.get("acceptance_no")), acceptance.get("police_case_no"))))


def police_cases_in(text: str) -> tuple[str, ...]:
    """The numbers of police cases that running text mentions, in order."""
    return tuple(_POLICE_CASE.findall(text))


def mentioned_in(referral: Record) -> tuple[str, ...]:
    """The numbers of documents and of police cases in a referral's remarks, by which an acceptance may be meant.

    公安受案号…, or the number under which it went out before it came back: 退回后重新移送，原…号.
    """
    remarks = referral.get("remarks") if referral.kind is K.REFERRAL else ""
    if not remarks:
        return ()
    numbers = find_document_numbers(remarks)
    # 原 says that it was the number before; or it is the first word of a number: 原平.
    return (*numbers, *(n[1:] for n in numbers if n.startswith("原")), *police_cases_in(remarks))


def _borne_by_referral(record: Record, people: Sequence[Person]) -> Iterator[Sign]:
    """By what an acceptance finds a referral where neither number nor name leads to it."""
    yield from (f"mentioned|{number}" for number in mentioned_in(record))
    sent, amount = sent_on(record), record.get("amount")
    month = _month(sent) if sent else ""
    for person in people:
        if not person.name:
            continue
        which = [_ALL]
        if not person.searched:
            which.append(_NUMBERLESS)
        if person.masked:
            which.append(_NAMELESS)
        elif amount:
            yield f"name and sum|{amount}|{person.name}"
        for initial in (_initial(person), _ANY_INITIAL):
            for one in which:
                yield f"initial|{record.agency}|{initial}|{month}|{one}"
            if amount:
                yield f"initial and sum|{record.agency}|{initial}|{amount}"


def _initials_sought(acceptance: Record, people: Sequence[Person]) -> Iterator[Sign]:
    """Referrals of the township with a person of like initial, sent in the months before the receipt.

    Two whole numbers say by themselves whether it is one person, and so do two whole names, unless the number that is
    hidden in part may show that one of them is misspelt.
    """
    unsure = [p for p in people if p.name and (p.masked or p.identity.state in _UNSURE)]
    received = day_of(acceptance.get("received_at")) if unsure else None
    if received is None:
        return
    unit, amount = unit_of(acceptance), acceptance.get("amount")
    months = ["", *(_month(received, back) for back in range(-_MONTHS_AFTER, _MONTHS_BEFORE + 1))]
    for person in unsure:
        which = _NUMBERLESS
        if not person.searched:
            which = _ALL if person.masked or person.identity.state is IdentityState.MASKED else _NAMELESS
        shown = _initial(person)
        for initial in (_ANY_INITIAL if shown == _HIDDEN_INITIAL else shown, _HIDDEN_INITIAL):
            yield from (f"initial|{unit}|{initial}|{month}|{which}" for month in months)
            if amount and which == _NAMELESS:
                yield f"initial and sum|{unit}|{initial}|{amount}"


def _initial(person: Person) -> str:
    """The first character of a name; `_HIDDEN_INITIAL` where the name hides it."""
    parts = hidden_parts(person.name) if person.masked else None
    return person.name[0] if parts is None else parts[0][:1] or _HIDDEN_INITIAL


def _month(day: date, back: int = 0) -> str:
    months = day.year * 12 + day.month - 1 - back
    return f"{months // 12:04d}-{months % 12 + 1:02d}"
