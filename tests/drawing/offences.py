"""What was done, and how much of it? Causes and thresholds as the code tables give them."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

CODES = Path(__file__).resolve().parent.parent / "samples" / "codes"


def _read(name: str) -> list[dict[str, str]]:
    with (CODES / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


TERMS: dict[str, list[str]] = {}
CHARGES: dict[str, str] = {}
for _row in _read("causes.csv"):
    TERMS.setdefault(_row["cause_code"], []).append(_row["term"])
    CHARGES[_row["cause_code"]] = _row["charge"]

THRESHOLDS = {(r["cause_code"], r["object"], r["unit"]): Decimal(r["at_or_over"]) for r in _read("thresholds.csv")}

Level = Literal["over", "under", "just", "half"]


@dataclass(frozen=True)
class Offence:
    """A cause with its measure: an amount in 元, or a quantity of some unit (and kind of land)."""

    code: str
    amount: Decimal | None = None
    quantity: Decimal | None = None
    unit: str = ""
    object: str = ""

    def measures(self) -> list[tuple[str, str, Decimal]]:
        """(对象, unit, value) for each measure that is given."""
        found = [] if self.quantity is None else [(self.object, self.unit, self.quantity)]
        return found if self.amount is None else [*found, (self.object, "元", self.amount)]

    def reaches_threshold(self) -> bool:
        """Whether any measure is at or over the criminal threshold of its cause."""
        return any(
            value >= THRESHOLDS[self.code, thing, unit]
            for thing, unit, value in self.measures()
            if (self.code, thing, unit) in THRESHOLDS
        )

    def comparable(self, other: Offence) -> bool:
        """Whether the two would be added up: one cause, kind of land and unit."""
        mine = {(self.code, thing, unit) for thing, unit, _ in self.measures()}
        return bool(mine & {(other.code, thing, unit) for thing, unit, _ in other.measures()})


def _scaled(rng: random.Random, limit: Decimal, level: Level) -> Decimal:
    low, high = {"over": (1.05, 4.0), "under": (0.3, 0.9), "just": (1.0, 1.0), "half": (0.52, 0.6)}[level]
    value = limit * Decimal(str(round(rng.uniform(low, high), 3)))
    step = Decimal(500) if limit >= 5000 else Decimal(1) if limit >= 200 else Decimal("0.1")
    # Rounded up for "over", "just" and "half", so that rounding never moves a measure across its threshold.
    count = value / step
    whole = int(count) if level == "under" else -int(-count // 1)
    return step * whole


def draw_offence(rng: random.Random, level: Level, *, code: str | None = None, measured: bool = False) -> Offence:
    """An offence over or under its threshold; with measured=True one whose cause has a threshold."""
    if code is None:
        known = sorted({c for c, _, _ in THRESHOLDS}) if measured else sorted(TERMS)
        code = rng.choice(known)
    limits = sorted((key, limit) for key, limit in THRESHOLDS.items() if key[0] == code)
    if not limits:
        return Offence(code, amount=Decimal(rng.randrange(2, 62) * 500))
    (_, thing, unit), limit = rng.choice(limits)
    value = _scaled(rng, limit, level)
    if unit == "元":
        return Offence(code, amount=value)
    return Offence(code, quantity=value, unit=unit, object=thing)


def term(rng: random.Random, code: str) -> str:
    """One of the words for a cause."""
    return rng.choice(TERMS[code])
