"""What speaks for and against two records being of one matter: observations with their bits and words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from hub.link.persons import IdentitySeen, NameSeen, PersonSeen, see_person
from hub.link.weights import LagBands, Weights, WordBits, lag_bits
from hub.model import Party
from hub.values.document_numbers import loose_key, strict_key

_IDENTITY_WORDS: Mapping[IdentitySeen, str] = {
    "equal": "equal",
    "other_equal": "equal",
    "first_15": "first 15 digits equal, rest damaged",
    "mask_fits": "mask fits",
    "differs": "differs",
    "differs_under_one_name": "differs under one name",
}
_NAME_WORDS: Mapping[NameSeen, str] = {
    "equal": "equal",
    "mask_fits": "mask fits",
    "mask_excludes": "mask excludes",
    "one_character_off": "one character off",
    "differs": "differs",
}
_LINE = re.compile(r"(?P<feature>.+?) (?P<bits>[+-]\d+(?:\.\d+)?) (?P<seen>.*)")


@dataclass(frozen=True, slots=True)
class Observation:
    """One feature that was compared: its name, its bits, and what was seen, without personal data."""

    feature: str
    bits: float
    seen: str

    def __str__(self) -> str:
        return f"{self.feature} {self.bits:+g} {self.seen}"

    @classmethod
    def read(cls, line: str) -> Observation | None:
        """The observation that a line of an explanation tells; None where the line weighs nothing.

        >>> Observation.read("days from sending to receipt -6 -5 days")
        Observation(feature='days from sending to receipt', bits=-6.0, seen='-5 days')
        >>> Observation.read("police_case_no equal") is None
        True
        """
        found = _LINE.fullmatch(line)
        return cls(found["feature"], float(found["bits"]), found["seen"]) if found else None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The observations about one pair. person and matter are the sums of their two groups."""

    person: float
    matter: float
    observations: tuple[Observation, ...]
    identified: bool = False

    @property
    def score(self) -> float:
        """All bits together."""
        return self.person + self.matter

    @property
    def explanation(self) -> tuple[str, ...]:
        """One line for each observation, the weightiest first."""
        return _lines(self.observations)


@lru_cache(1 << 14)
def _lines(observations: tuple[Observation, ...]) -> tuple[str, ...]:
    return tuple(map(_line, sorted(observations, key=lambda o: (-abs(o.bits), o.feature))))


@lru_cache(1 << 14)  # the same few lines explain a million links
def _line(observation: Observation) -> str:
    return str(observation)


def compare_people(left: Sequence[Party], right: Sequence[Party], weights: Weights) -> tuple[Observation, ...]:
    """The best pair of persons that two records share; empty where one names nobody."""
    pairs = [_weigh_person(see_person(a, b), weights) for a in left for b in right]
    return max(pairs, key=lambda found: sum(o.bits for o in found), default=())


def _weigh_person(seen: PersonSeen, weights: Weights) -> tuple[Observation, ...]:
    found = []
    if seen.identity is not None:
        bits, words = getattr(weights.identity, seen.identity), _IDENTITY_WORDS[seen.identity]
        found.append(Observation("identity number", bits, words))
    if seen.name is not None:
        name = "differs" if seen.name == "mask_excludes" else seen.name
        found.append(Observation("name", getattr(weights.name, name), _NAME_WORDS[seen.name]))
    return tuple(found)


def compare_number(given: str, held: Iterable[str], feature: str, weights: Weights) -> Observation | None:
    """A number as one side noted it, against the numbers that the other side gave; None where either is silent."""
    numbers = [n for n in held if n]
    if not given or not numbers:
        return None
    if strict_key(given) in {strict_key(n) for n in numbers}:
        return Observation(feature, weights.number.equal, "equal")
    loose = loose_key(given)
    if loose and loose in {loose_key(n) for n in numbers}:
        return Observation(feature, weights.number.loosely_equal, "year and serial equal")
    return Observation(feature, weights.number.differs, "differs")


def compare_word(given: str, held: Iterable[str], feature: str, bits: WordBits) -> Observation | None:
    """A code against the codes of the other side; None where either is silent."""
    words = {h for h in held if h}
    if not given or not words:
        return None
    return (
        Observation(feature, bits.equal, "equal") if given in words else Observation(feature, bits.differs, "differs")
    )


def compare_days(start: date | None, end: date | None, bands: LagBands, feature: str) -> Observation | None:
    """The lag between two acts; None where one is not dated."""
    if start is None or end is None:
        return None
    days = (end - start).days
    return Observation(feature, lag_bits(days, bands), f"{days} days")


def weigh(person: Sequence[Observation], matter: Iterable[Observation | None], identified: bool = False) -> Evidence:
    """Sum up what was observed."""
    seen = tuple(o for o in matter if o is not None)
    return Evidence(
        sum(o.bits for o in person), sum(o.bits for o in seen), (*person, *seen), identified
    )  # fmt: skip
