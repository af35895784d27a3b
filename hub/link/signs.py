"""By which signs can a record be found, and which does it look for? Two records meet in linking only through a sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from hub.model import Party, Record, RecordKind
from hub.moment import Moment
from hub.values.document_numbers import loose_key, strict_key
from hub.values.identity import IdentityState, current_form, identity_of
from hub.values.names import comparable_name, hidden_parts, is_masked

K = RecordKind

Sign = tuple[str, str]
"""kind of sign, value"""

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


def signs(record: Record) -> Iterator[Sign]:
    """Everything by which a record can be found."""
    for field in NUMBER_FIELDS:
        if number := record.get(field):
            yield from number_signs(record, number)
    for field in ("police_case_no", "prior_police_case_no"):
        if number := record.get(field):
            yield "police_case_no", number
    yield from own_keys(record)
    yield from signs_of_people(record.parties)
    if record.kind is K.REFERRAL:
        sent = sent_on(record)
        for initial in {*_initials(record.parties), _ANY_INITIAL}:
            yield "initial", f"{record.agency}|{initial}|{_month(sent) if sent else ''}"
            yield "initial", f"{record.agency}|{initial}|any"


def sought(record: Record) -> Iterator[Sign]:
    """Everything that a record looks for when its place is chosen; a kind that chooses nothing looks for nothing."""
    yield from own_keys(record)
    if record.kind is K.ACCEPTANCE:
        yield from signs_of_people(record.parties)
        if number := record.get("referral_no"):
            yield from number_signs(record, number)
        yield from _initials_sought(record)
    elif record.kind is K.DOCUMENT and record.get("doc_type") != SEALED:
        yield from signs_of_people(record.parties)
        if number := record.get("related_doc_no"):
            yield from number_signs(record, number)
        if number := record.get("police_case_no"):
            yield "police_case_no", number
    elif number := record.get(_LETTER_FIELDS.get(record.kind, "")):
        yield "number", strict_key(number)


def own_keys(record: Record) -> Iterator[Sign]:
    """The numbers of its own under which an agency keeps several records of one matter."""
    if record.kind in (K.ACCEPTANCE, K.POLICE_RESULT):
        for field in ("police_case_no", "prior_police_case_no"):
            if number := record.get(field):
                yield "police_case_no", number
    elif record.kind is K.DOCUMENT and record.get("doc_type") != SEALED:
        if number := record.get("unified_case_no"):
            yield "unified_case_no", number
        if record.get("doc_type") in ("clue_registration", "clue_result") and (
            number := strict_key(record.get("related_doc_no"))
        ):
            # Both answer one clue, also where the township's row about it cannot be read.
            yield "clue number", number


def signs_of_people(parties: Iterable[Party]) -> Iterator[Sign]:
    """Signs of the persons alone. A masked name is a sign by its first character only, so it is none here."""
    for party in parties:
        identity = identity_of(party)
        if identity.state in _SEARCHABLE:
            yield "identity", (identity.prefix15 or current_form(identity))[:15]
        if party.name and not is_masked(party.name):
            yield "name", comparable_name(party.name)


def number_signs(record: Record, number: str) -> Iterator[Sign]:
    """The signs that a document's number makes, as it stands in this record: whole, and year and serial in the township."""
    yield "number", strict_key(number)
    if loose := loose_key(number):
        yield "loose", f"{unit_of(record)}|{loose}"


def _initials_sought(acceptance: Record) -> Iterator[Sign]:
    """Referrals of the township with a person of like initial, sent in the months before the receipt."""
    if not any(is_masked(p.name) or p.id_state in _UNSURE for p in acceptance.parties):
        return
    received = day_of(acceptance.get("received_at"))
    months = ["any"]
    if received is not None:
        months = ["", *(_month(received, back) for back in range(-_MONTHS_AFTER, _MONTHS_BEFORE + 1))]
    initials = _initials(acceptance.parties)
    wanted = {_ANY_INITIAL if initial == _HIDDEN_INITIAL else initial for initial in initials}
    for initial in sorted(wanted | ({_HIDDEN_INITIAL} if initials else set())):
        for month in months:
            yield "initial", f"{unit_of(acceptance)}|{initial}|{month}"


def _initials(parties: Iterable[Party]) -> set[str]:
    """The first characters of the names; `_HIDDEN_INITIAL` where a name hides it."""
    shown: set[str] = set()
    for party in parties:
        if name := comparable_name(party.name):
            parts = hidden_parts(name)
            shown.add(name[0] if parts is None else parts[0][:1] or _HIDDEN_INITIAL)
    return shown


def _month(day: date, back: int = 0) -> str:
    months = day.year * 12 + day.month - 1 - back
    return f"{months // 12:04d}-{months % 12 + 1:02d}"
