"""What does an audit find, and what does it still have to find?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One place that is not as it was sealed. seq: the entry that covers it, 0 where none does."""

    seq: int
    place: str
    detail: str

    def __str__(self) -> str:
        return f"{self.place}: {self.detail}"


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What verifying found. head: the hash that stands for everything; detail: the first fault, for people."""

    entries: int
    ok: bool
    first_broken_seq: int | None
    detail: str
    head: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What one entry of evidence says that a table holds. A claim of seq 0 stands for a missing one."""

    seq: int
    entry: Mapping[str, object]


@dataclass(slots=True)
class Audit:
    """One pass over the ledger: the claims not yet met, by table and name, and the faults so far."""

    claims: dict[tuple[str, str], Claim] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, seq: int, place: str, detail: str) -> None:
        """Note a fault and go on."""
        self.faults.append(Fault(seq, place, detail))

    def take(self, table: str, name: str) -> Claim:
        """The claim about one row, taken off the list; a row that was never sealed is a fault."""
        claim = self.claims.pop((table, name), None)
        if claim is None:
            self.fault(0, f"{table} {name}", "stands in its table and was never sealed")
            return Claim(0, {})
        return claim

    def compare(self, claim: Claim, place: str, found: Mapping[str, object]) -> None:
        """Every value found must be the one that was sealed."""
        if claim.seq == 0:
            return
        for name, value in found.items():
            if claim.entry.get(name) != value:
                self.fault(claim.seq, place, f"{name} is not what was sealed")
