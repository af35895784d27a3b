"""What do several runs of one way come to?"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Generic, Protocol, TypeVar


class Measured(Protocol):
    """One run, as its process measured it."""

    @property
    def seconds(self) -> float: ...

    @property
    def processor_seconds(self) -> float: ...

    @property
    def peak_mb(self) -> int: ...


Kind = TypeVar("Kind", bound=Measured)


@dataclass(frozen=True)
class Runs(Generic[Kind]):
    """One way and its runs."""

    name: str
    runs: tuple[Kind, ...]

    @property
    def seconds(self) -> float:
        """The median by the clock."""
        return median(run.seconds for run in self.runs)

    @property
    def processor_seconds(self) -> float:
        """The median of processor time, which other work on the machine changes less."""
        return median(run.processor_seconds for run in self.runs)

    @property
    def peak_mb(self) -> int:
        """The most memory of any run."""
        return max(run.peak_mb for run in self.runs)
