"""Which clause of the mechanism is carried out by what, and which cannot be computed? The clauses, as data."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, StrictStr, model_validator
from typing_extensions import Self

from hub.data_file import FaultWithin, Strict, fault_at, load_model

# What of the other files a clause names: its member here, and what one of them is called.
NAMES: Mapping[str, str] = {
    "rules": "rule",
    "events": "event",
    "ladders": "ladder",
    "findings": "finding",
    "papers": "paper",
}
# Of these each must stand under some clause: else the county could not say on what it acts.
_COVERED = ("rules", "ladders", "papers", "findings")

Names = tuple[StrictStr, ...]


class Clause(Strict):
    """What one clause asks of whom; a paragraph that asks several things has several.

    clause: as papers cite it. words: its own words, in short, with …… for what is left out. who, whom: keys of
    `parties`. rules, events, ladders, findings, papers: names in the other files. documents: papers that the agencies
    write themselves. why, instead: what cannot be computed and why, and what the hub does for it.
    """

    clause: StrictStr = Field(min_length=1)
    words: StrictStr = Field(min_length=1)
    who: Names = Field(min_length=1)
    whom: Names = Field(min_length=1)
    what: StrictStr = Field(min_length=1)
    rules: Names = ()
    events: Names = ()
    ladders: Names = ()
    findings: Names = ()
    papers: Names = ()
    documents: Names = ()
    why: StrictStr = ""
    instead: StrictStr = ""

    @model_validator(mode="after")
    def _says_what_is_done(self) -> Self:
        if bool(self.why) != bool(self.instead):
            raise ValueError("what cannot be computed goes with what the hub does for it: give both why and instead")
        if not self.rules and not self.why:
            raise ValueError("a clause without a rule says why, and what the hub does for it")
        return self


class Clauses(Strict):
    """All clauses, in the order of the text. parties: key -> name of whoever acts or is addressed."""

    parties: dict[str, StrictStr] = Field(min_length=1)
    clauses: tuple[Clause, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _known_parties(self) -> Self:
        for number, clause in enumerate(self.clauses):
            for member in ("who", "whom"):
                for party in getattr(clause, member):
                    if party not in self.parties:
                        raise FaultWithin(("clauses", number, member), f"no party is named {party}")
        return self


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to name in the county's files. rules: rule -> its ladder, or empty."""

    rules: Mapping[str, str]
    events: Collection[str]
    ladders: Collection[str]
    findings: Collection[str]
    papers: Collection[str]


def load_clauses(path: Path) -> Clauses:
    """Read mappings/clauses.yaml; `ConfigurationFault` names every fault with its line."""
    return load_model(path, Clauses)


def uncovered(path: Path, clauses: Clauses, known: Known) -> list[str]:
    """Every name to which nothing answers, with file and line; and every rule, ladder, paper and finding under no clause.

    A ladder stands under the clauses of the rules that climb it.
    """
    return [*_strangers(path, clauses, known), *_orphans(path, clauses, known)]


def _strangers(path: Path, clauses: Clauses, known: Known) -> Iterator[str]:
    for number, clause in enumerate(clauses.clauses):
        for member, what in NAMES.items():
            for place, name in enumerate(getattr(clause, member)):
                if name not in getattr(known, member):
                    yield str(fault_at(path, ("clauses", number, member, place), f"no {what} is named {name}"))


def _orphans(path: Path, clauses: Clauses, known: Known) -> Iterator[str]:
    for member in _COVERED:
        named = {name for clause in clauses.clauses for name in getattr(clause, member)}
        if member == "ladders":
            named |= {known.rules.get(rule, "") for clause in clauses.clauses for rule in clause.rules}
        for name in sorted(set(getattr(known, member)) - named):
            yield str(fault_at(path, ("clauses",), f"{NAMES[member]} {name} stands under no clause"))
