"""How is a figure held so that nobody takes it for more than it says? With what it was counted over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from statistics import median

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many. Over nothing there is no rate: neither 0 % nor 100 %.

    >>> str(Rate(3, 4)), str(Rate(0, 0)), Rate(1, 2) + Rate(2, 2)
    ('75.0% (3/4)', '— (0/0)', Rate(part=3, whole=4))
    """

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None over nothing."""
        return self.part / self.whole if self.whole else None

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.part + other.part, self.whole + other.whole)

    def __str__(self) -> str:
        shown = NOTHING if self.value is None else f"{self.value:.1%}"
        return f"{shown} ({self.part}/{self.whole})"

    def told(self) -> dict[str, object]:
        """As JSON: numerator, denominator, and the rate or null."""
        return {"numerator": self.part, "denominator": self.whole, "rate": self.value}


@dataclass(frozen=True, slots=True)
class Spread:
    """How some measured lengths lie: how many, the middle one, the one that nine of ten do not exceed, the longest.

    median: of an even number the mean of the two in the middle. p90: the nearest rank, always one that was measured.

    >>> Spread.of([1, 2, 3, 10])
    Spread(count=4, median=2.5, p90=10.0, most=10.0)
    >>> Spread.of([])
    Spread(count=0, median=None, p90=None, most=None)
    """

    count: int
    median: float | None
    p90: float | None
    most: float | None

    @classmethod
    def of(cls, lengths: Iterable[float]) -> Spread:
        """The spread of these lengths, in their own unit."""
        ordered = sorted(float(length) for length in lengths)
        if not ordered:
            return cls(0, None, None, None)
        return cls(len(ordered), median(ordered), ordered[ceil(0.9 * len(ordered)) - 1], ordered[-1])

    def told(self) -> dict[str, object]:
        """As JSON."""
        return {"count": self.count, "median": self.median, "p90": self.p90, "max": self.most}
