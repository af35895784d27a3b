"""What is in the world, and what does each agency write down of it?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from tests.drawing.duedays import When, day_of
from tests.drawing.offences import Offence
from tests.drawing.people import Person
from tests.drawing.spelling import Number

Value: TypeAlias = "str | Decimal | date | Number | list[Person] | None"
END = date(2026, 12, 31)


@dataclass(eq=False)
class Case:
    """One matter; what is said about it belongs together."""

    township: str
    name: str = ""


@dataclass(frozen=True)
class Fault:
    """What makes a version of a row unreadable: the column, the reason, the text that stands there."""

    column: str
    reason: str
    text: str


@dataclass(eq=False)
class Row:
    """A row of a township's ledger: what its clerk knows, and since when.

    `changes` holds what a delivery said instead, by (month, column); `faults` what made it unreadable, by month.
    """

    sheet: str
    township: str
    case: Case | None
    number: Number
    parties: list[Person] = field(default_factory=list)
    offence: Offence | None = None
    cells: dict[str, Value] = field(default_factory=dict)
    since: dict[str, date] = field(default_factory=dict)
    changes: dict[tuple[int, str], Value] = field(default_factory=dict)
    faults: dict[int, Fault] = field(default_factory=dict)
    born: date = END
    gone_from: int | None = None
    whole_ids: bool = False
    plain: bool = False

    def put(self, column: str, value: Value, known: date | None = None) -> None:
        """Write a cell, known from a day on (a date: from itself on)."""
        self.cells[column] = value
        if known is None:
            known = day_of(value) if isinstance(value, date) else self.born
        self.since[column] = known

    def content(self, month: int, cutoff: date) -> dict[str, Value]:
        """What the row says in a month's ledger, typed; empty cells are left out."""
        seen = {c: v for c, v in self.cells.items() if self.since[c] <= cutoff}
        for (changed, column), value in self.changes.items():
            if changed == month and column in seen:
                seen[column] = value
        return {c: v for c, v in seen.items() if v is not None}


@dataclass(frozen=True)
class Named:
    """A person as a record names them: text as typed; `name` and `id_no` only where complete."""

    person: Person
    name_text: str
    id_text: str
    name: str | None
    id_no: str | None


@dataclass(eq=False)
class Acceptance:
    """A row of `sa`: a referral accepted."""

    case: Case
    register: Number
    case_no: str
    unit: str
    township: str
    agency_text: str
    suspects: list[Named]
    case_name: str
    cause_code: str | None
    received: datetime
    charged: str
    reference: Number | None = None
    incomplete: datetime | None = None
    amount: Decimal | None = None
    earlier_case_no: str = ""
    fault: Fault | None = None
    candidates: list[Row] = field(default_factory=list)


@dataclass(eq=False)
class Decision:
    """A row of `cl`: what became of a police case."""

    case: Case
    case_no: str
    result: str
    number: Number | None
    at: datetime
    days: int | None = None
    served: date | None = None
    served_later: bool = False
    charge: str = ""
    cause_code: str | None = None
    grounds: str = ""
    outcome: str = ""
    persons: list[Person] = field(default_factory=list)


@dataclass(eq=False)
class Document:
    """A document of the procuratorate."""

    case: Case
    kind: str
    number: Number
    township: str
    persons: list[Named]
    decided: datetime
    served: datetime | None = None
    related: Number | None = None
    police_case_no: str | None = None
    unified: str | None = None
    cause_code: str | None = None
    cause_text: str | None = None
    reply_by: date | None = None
    urgent: bool = False
    penalty_needed: bool | None = None
    copied: list[datetime] = field(default_factory=list)
    sealed: bool = False


@dataclass(eq=False)
class Receipt:
    """A row of the justice bureau's or the supervision commission's receipts."""

    agency: str
    case: Case
    letter: Number
    received: date
    number: Number
    fault: Fault | None = None
    again: int = 0


@dataclass(frozen=True)
class Event:
    """A fact as an accepted record asserts it, with what a duty may have to share with it."""

    case: Case
    code: str
    at: When
    agency: str
    source: str
    attributes: str = ""
    row: str = ""
    police_case: str = ""
    letter: str = ""
    persons: frozenset[int] = frozenset()
    township: str = ""
    days: int = 0
    reply_by: date | None = None
    flag: str = ""
