"""By which signs can a record be found, and which does it look for? Two records meet in linking only through a sign.

A sign that very many bear is worth little and costs much: a common name meets half a county. So a name is looked for
together with what a matter of that name would share, the township or the sum, and an initial only where name and number
of both sides leave open who it is. Such pairs are found as before; those that could not be joined whatever else stood in
them do not meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from hub.model import Party, Record, RecordKind
from hub.moment import Moment
from hub.values.document_numbers import loose_key, strict_key
from hub.values.identity import IdentityState, current_form, identity_of
from hub.values.names import comparable_name, hidden_parts, is_masked

K = RecordKind

Sign = str
"""kind of sign, a bar, value"""

# The fields that hold a number an agency gave or noted, by which another agency may refer to the record.
NUMBER_FIELDS = ("referral_no", "penalty_no", "doc_no", "acceptance_no")
TOWNSHIP_KINDS = (K.REFERRAL, K.PENALTY, K.OPINION_HANDLING, K.CORRESPONDENCE)
# A clue of duty crime is a matter of its own, whatever numbers it bears: who sees the other matter must not see it.
SEALED = "duty_clue"

_SEARCHABLE = (IdentityState.COMPLETE, IdentityState.LEGACY, IdentityState.MISTYPED, IdentityState.DAMAGED)
_UNSURE = (IdentityState.ABSENT, IdentityState.MASKED, IdentityState.DAMAGED)
# Where a person cannot be found by name or number: months from sending to receipt in which one of like initial is tried.
_MONTHS_BEFORE, _MONTHS_AFTER = 6, 1
_HIDDEN_INITIAL, _ANY_INITIAL = "?", "*"
# Which referrals of an initial: all of them, those that show no number, those that hide the name.
_ALL, _NUMBERLESS, _NAMELESS = "", "no number", "no name"
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
    for field in NUMBER_FIELDS:
        if number := record.get(field):
            yield from number_signs(record, number)
    yield from _police_cases(record)
    yield from own_keys(record)
    unit = unit_of(record)
    for party in record.parties:
        if number := searched_number(party):
            yield f"identity|{number}"
        if name := _shown_name(party):
            yield f"name|{name}"
            yield f"name there|{unit}|{name}"
    if record.kind is K.REFERRAL:
        yield from _signs_of_referral(record)


def sought(record: Record) -> Iterator[Sign]:
    """Everything that a record looks for when its place is chosen; a kind that chooses nothing looks for nothing."""
    yield from own_keys(record)
    if record.kind is K.ACCEPTANCE:
        yield from _people_sought(record, unit_of(record))
        if number := record.get("referral_no"):
            yield from number_signs(record, number)
        yield from _initials_sought(record)
    elif record.kind is K.DOCUMENT and record.get("doc_type") != SEALED:
        # What a township did is found by the name alone, for its own words may name the opinion that it obeys.
        yield from _people_sought(record, "" if record.get("doc_type") == "transfer_opinion" else unit_of(record))
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
    """The signs that a document's number makes, as it stands in this record: whole, and year and serial in the township."""
    yield f"number|{strict_key(number)}"
    if loose := loose_key(number):
        yield f"loose|{unit_of(record)}|{loose}"


def searched_number(party: Party) -> str:
    """What of an identity number a person is searched by; empty where nothing of it is left to search by."""
    identity = identity_of(party)
    if identity.state is IdentityState.DAMAGED:
        return identity.prefix15
    return current_form(identity)[:15] if identity.state in _SEARCHABLE else ""


def _police_cases(record: Record) -> Iterator[Sign]:
    for field in ("police_case_no", "prior_police_case_no"):
        if number := record.get(field):
            yield f"police_case_no|{number}"


def _shown_name(party: Party) -> str:
    """The name as compared. A masked name is a sign by its first character only, so it is none here."""
    return comparable_name(party.name) if party.name and not is_masked(party.name) else ""


def _people_sought(record: Record, unit: str) -> Iterator[Sign]:
    """The persons by number; by name those of the township, or of a record that tells none, and those of the same sum."""
    amount = record.get("amount") if record.kind is K.ACCEPTANCE else ""
    for party in record.parties:
        if number := searched_number(party):
            yield f"identity|{number}"
        if name := _shown_name(party):
            if not unit:
                yield f"name|{name}"
                continue
            yield f"name there|{unit}|{name}"
            if record.kind is not K.ACCEPTANCE:
                yield f"name there||{name}"
            if amount:
                yield f"name and sum|{amount}|{name}"


def _signs_of_referral(record: Record) -> Iterator[Sign]:
    """By what an acceptance finds a referral where neither number nor name leads to it."""
    sent, amount = sent_on(record), record.get("amount")
    month = _month(sent) if sent else ""
    for party in record.parties:
        if amount and (name := _shown_name(party)):
            yield f"name and sum|{amount}|{name}"
        if not (shown := _initial(party)):
            continue
        which = [_ALL]
        if not searched_number(party):
            which.append(_NUMBERLESS)
        if is_masked(party.name):
            which.append(_NAMELESS)
        for initial in (shown, _ANY_INITIAL):
            yield from (f"initial|{record.agency}|{initial}|{month}|{one}" for one in which)
            if amount:
                yield f"initial and sum|{record.agency}|{initial}|{amount}"


def _initials_sought(acceptance: Record) -> Iterator[Sign]:
    """Referrals of the township with a person of like initial, sent in the months before the receipt.

    Two whole numbers say by themselves whether it is one person, and so do two whole names, unless the number that is
    hidden in part may show that one of them is misspelt.
    """
    received, amount = day_of(acceptance.get("received_at")), acceptance.get("amount")
    if received is None:
        return
    months = ["", *(_month(received, back) for back in range(-_MONTHS_AFTER, _MONTHS_BEFORE + 1))]
    for party in acceptance.parties:
        shown, hidden = _initial(party), is_masked(party.name)
        if not shown or not (hidden or party.id_state in _UNSURE):
            continue
        which = _NUMBERLESS
        if not searched_number(party):
            which = _ALL if hidden or party.id_state == IdentityState.MASKED else _NAMELESS
        for initial in (_ANY_INITIAL if shown == _HIDDEN_INITIAL else shown, _HIDDEN_INITIAL):
            yield from (f"initial|{unit_of(acceptance)}|{initial}|{month}|{which}" for month in months)
            if amount and which == _NAMELESS:
                yield f"initial and sum|{unit_of(acceptance)}|{initial}|{amount}"


def _initial(party: Party) -> str:
    """The first character of the name; `_HIDDEN_INITIAL` where the name hides it, empty where there is none."""
    if not (name := comparable_name(party.name)):
        return ""
    parts = hidden_parts(name)
    return name[0] if parts is None else parts[0][:1] or _HIDDEN_INITIAL


def _month(day: date, back: int = 0) -> str:
    months = day.year * 12 + day.month - 1 - back
    return f"{months // 12:04d}-{months % 12 + 1:02d}"
