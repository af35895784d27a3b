"""How much was it, in the unit that the law counts in?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hub.mapping.codes import Codes, Threshold
from hub.model import Record
from hub.moment import Moment
from hub.values.amounts import plain
from hub.values.blanks import tidy
from hub.values.identity import IdentityState, current_form, identity_of


@dataclass(frozen=True, slots=True)
class Measured:
    """A penalty with the quantity that one threshold measures. written: as the row has it, with its unit."""

    case_id: str
    penalty: Record
    decided: date
    threshold: Threshold
    quantity: Decimal
    written: str

    @property
    def number(self) -> str:
        """The number of the penalty decision."""
        return self.penalty.get("penalty_no")

    @property
    def over(self) -> bool:
        """At or over the threshold by itself."""
        return self.quantity >= self.threshold.at_or_over

    @property
    def line(self) -> str:
        """The quantity in words, with the conversion where there was one."""
        counted = f"{plain(self.quantity)} {self.threshold.unit}"
        return f"{self.decided} {self.number}：{self.written}" + (
            f"，折合 {counted}" if self.written != counted else ""
        )


def measure(case_id: str, penalty: Record, codes: Codes) -> Iterator[Measured]:
    """The penalty under every threshold of its cause and object; none for a unit that cannot be converted."""
    decided = Moment.parse(penalty.get("penalty_decided_at")).day
    for threshold in codes.thresholds:
        if threshold.cause_code != penalty.get("cause_code"):
            continue
        if threshold.object and threshold.object != tidy(penalty.get("object")):
            continue
        if threshold.unit == "元":
            given, unit = penalty.get("amount"), "元"
        else:
            given, unit = penalty.get("quantity"), tidy(penalty.get("quantity_unit"))
        counted = codes.converted(Decimal(given), unit, threshold.unit) if given else None
        if counted is not None:
            yield Measured(case_id, penalty, decided, threshold, counted, f"{given} {unit}")


def complete_numbers(record: Record) -> set[str]:
    """The identity numbers of a record that are whole, each in its present form."""
    identities = [identity_of(party) for party in record.parties]
    return {current_form(i) for i in identities if i.state in (IdentityState.COMPLETE, IdentityState.LEGACY)}


def years_before(day: date, years: int) -> date:
    """The same day so many years before; 28 February for a 29th that the year does not have."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 2, 28)
