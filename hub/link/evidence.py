"""What speaks for and against two records being of one matter: observations with their bits and words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from hub.link.persons import IdentitySeen, NameSeen, Person, PersonSeen, see_persons
from hub.link.traits import Number, read_number
from hub.link.weights import LagBands, Weights, WordBits, lag_bits

IDENTITY_WORDS: Mapping[IdentitySeen, str] = {
    "equal": "equal",
    "other_equal": "equal",
    "first_15": "first 15 digits equal, rest damaged",
    "mask_fits": "mask fits",
    "differs": "differs",
    "differs_under_one_name": "differs under one name",
}
NAME_WORDS: Mapping[NameSeen, str] = {
    "equal": "equal",
    "owner": "named as owner",
    "mask_fits": "mask fits",
    "mask_excludes": "mask excludes",
    "one_character_off": "one character off",
    "differs": "differs",
}
# A name that a mask excludes differs.
_WEIGHED_AS: Mapping[NameSeen, str] = {"mask_excludes": "differs"}
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


def compare_people(left: Sequence[Person], right: Sequence[Person], weights: Weights) -> tuple[Observation, ...]:
    """The best pair of persons that two records share; empty where one names nobody."""
    best: PersonSeen | None = None
    most = 0.0
    for a in left:
        for b in right:
            seen = see_persons(a, b)
            bits = _bits(seen, weights)
            if best is None or bits > most:
                best, most = seen, bits
    return () if best is None else _weigh_person(best, weights)


def _bits(seen: PersonSeen, weights: Weights) -> float:
    bits = 0.0
    if seen.identity is not None:
        bits += getattr(weights.identity, seen.identity)
    if seen.name is not None:
        bits += getattr(weights.name, _WEIGHED_AS.get(seen.name, seen.name))
    return bits


def _weigh_person(seen: PersonSeen, weights: Weights) -> tuple[Observation, ...]:
    found = []
    if seen.identity is not None:
        bits, words = getattr(weights.identity, seen.identity), IDENTITY_WORDS[seen.identity]
        found.append(Observation("identity number", bits, words))
    if seen.name is not None:
        bits, words = getattr(weights.name, _WEIGHED_AS.get(seen.name, seen.name)), NAME_WORDS[seen.name]
        found.append(Observation("name", bits, words))
    return tuple(found)


def compare_number(given: str, held: Iterable[str], feature: str, weights: Weights) -> Observation | None:
    """A number as one side noted it, against the numbers that the other side gave; None where either is silent."""
    return compare_numbers(read_number(given), [read_number(n) for n in held if n], feature, weights) if given else None


def compare_numbers(given: Number, held: Collection[Number], feature: str, weights: Weights) -> Observation | None:
    """The same for numbers that were read before."""
    if not held:
        return None
    if any(given.strict == n.strict for n in held):
        return Observation(feature, weights.number.equal, "equal")
    if given.loose and any(given.loose == n.loose for n in held):
        return Observation(feature, weights.number.loosely_equal, "year and serial equal")
    return Observation(feature, weights.number.differs, "differs")


def compare_word(given: str, held: Collection[str], feature: str, bits: WordBits) -> Observation | None:
    """A code against the codes of the other side; None where either is silent."""
    if not given or not any(held):
        return None
    return Observation(feature, bits.equal, "equal") if given in held else Observation(feature, bits.differs, "differs")


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
