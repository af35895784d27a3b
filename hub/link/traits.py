"""What of a record, and of a group of them, is held against others? Worked out once, since it is held against many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hub.link.persons import Person
from hub.link.signs import NUMBER_FIELDS, day_of, mentioned_in, people_in, unit_of
from hub.model import Record, RecordKind
from hub.moment import Moment
from hub.values.document_numbers import loose_key, read_document_number


@dataclass(frozen=True, slots=True)
class Number:
    """A document's number as it is compared: whole, year and serial alone, and the words before them."""

    strict: str
    loose: str
    series: str


def read_number(text: str) -> Number:
    """The number that a record bears or notes; all of it empty where there is none."""
    number = read_document_number(text)
    loose = f"{number.year}-{number.serial}" if number.readable else loose_key(text)
    return Number(number.key, loose, number.prefix)


@dataclass(frozen=True, slots=True)
class Traits:
    """A record as it is compared. sent: the day that it says it was sent or approved.

    own, noted: the numbers that it bears itself, and the one that police noted of a referral. mentioned: the numbers of
    documents and of police cases that a referral's remarks name, as they are compared.
    """

    record: Record
    kind: RecordKind
    people: tuple[Person, ...]
    unit: str
    cause: str
    amount: str
    sent: date | None
    own: tuple[Number, ...]
    noted: tuple[Number, ...]
    mentioned: frozenset[str]


def traits_of(record: Record) -> Traits:
    """What of a record is held against others."""
    acceptance = record.kind is RecordKind.ACCEPTANCE
    own: list[Number] = []
    noted: list[Number] = []
    for field in NUMBER_FIELDS:
        if number := record.get(field):
            (noted if acceptance and field == "referral_no" else own).append(read_number(number))
    return Traits(
        record,
        record.kind,
        tuple(people_in(record)),
        unit_of(record),
        record.get("cause_code"),
        record.get("amount"),
        day_of(record.get("sent_at") or record.get("approved_at")),
        tuple(own),
        tuple(noted),
        frozenset(mentioned_in(record)),
    )


@dataclass(frozen=True, slots=True)
class Matter:
    """A group of records as it is held against a document.

    own, noted: the numbers that its records bear themselves, and those that police noted of a referral. referred: a
    referral with a number is among them. acts: the codes of the events that they assert, each with its times.
    """

    members: tuple[Traits, ...]
    people: tuple[Person, ...]
    police_cases: frozenset[str]
    units: frozenset[str]
    causes: frozenset[str]
    own: tuple[Number, ...]
    noted: tuple[Number, ...]
    referred: bool
    acts: dict[str, tuple[Moment, ...]]


def matter_of(members: Sequence[Traits]) -> Matter:
    """A group of records together."""
    records = [one.record for one in members]
    acts: dict[str, tuple[Moment, ...]] = {}
    for record in records:
        for event in record.events:
            acts[event.code] = (*acts.get(event.code, ()), event.at)
    cases = (record.get(field) for record in records for field in ("police_case_no", "prior_police_case_no"))
    return Matter(
        tuple(members),
        tuple([person for one in members for person in one.people]),
        frozenset(filter(None, cases)),
        frozenset(one.unit for one in members if one.unit),
        frozenset(one.cause for one in members if one.cause),
        tuple([number for one in members for number in one.own]),
        tuple([number for one in members for number in one.noted]),
        any(record.kind is RecordKind.REFERRAL and record.get("referral_no") for record in records),
        acts,
    )
