"""What speaks for and against two records being of one matter: observations with their bits and words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from hub.link import weights as w
from hub.model import Party
from hub.values.document_numbers import loose_key, strict_key
from hub.values.identity import IdentityState, current_form, identity_of, same_person
from hub.values.names import comparable_name, is_masked, masked_fits

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
        return tuple(str(o) for o in sorted(self.observations, key=lambda o: (-abs(o.bits), o.feature)))


def compare_people(left: Sequence[Party], right: Sequence[Party]) -> tuple[Observation, ...]:
    """The best pair of persons that two records share; empty where one names nobody."""
    pairs = [_compare_person(a, b) for a in left for b in right]
    return max(pairs, key=lambda found: sum(o.bits for o in found), default=())


@lru_cache(maxsize=200_000)
def _compare_person(left: Party, right: Party) -> tuple[Observation, ...]:
    name = _compare_names(left.name, right.name)
    identity = _compare_identities(left, right)
    if identity is not None and identity.bits == w.IDENTITY_DIFFERS and name is not None and name.bits == w.NAME_EQUAL:
        identity = Observation("identity number", w.IDENTITY_DIFFERS_NAME_EQUAL, "differs under one name")
    return tuple(o for o in (identity, name) if o is not None)


def _compare_names(left: str, right: str) -> Observation | None:
    a, b = comparable_name(left), comparable_name(right)
    if not a or not b:
        return None
    if is_masked(left) or is_masked(right):
        masked, full = (left, right) if is_masked(left) else (right, left)
        both = is_masked(left) and is_masked(right)
        fits = a[0] == b[0] if both else masked_fits(masked, full)
        return Observation(
            "name", w.NAME_MASK_FITS if fits else w.NAME_DIFFERS, "mask fits" if fits else "mask excludes"
        )
    if a == b:
        return Observation("name", w.NAME_EQUAL, "equal")
    if len(a) == len(b) and Levenshtein.distance(a, b) == 1:
        return Observation("name", w.NAME_ONE_CHARACTER_OFF, "one character off")
    return Observation("name", w.NAME_DIFFERS, "differs")


def _compare_identities(left: Party, right: Party) -> Observation | None:
    a, b = identity_of(left), identity_of(right)
    same = same_person(a, b)
    if same is not None:
        if not same:
            return Observation("identity number", w.IDENTITY_DIFFERS, "differs")
        other = IdentityState.OTHER in (a.state, b.state)
        return Observation("identity number", w.IDENTITY_OTHER_EQUAL if other else w.IDENTITY_EQUAL, "equal")
    states = {a.state, b.state}
    if states & {IdentityState.ABSENT, IdentityState.OTHER} or not (a.text and b.text):
        return None
    if IdentityState.MASKED in states:
        return Observation("identity number", w.IDENTITY_MASK_FITS, "mask fits")
    good = a.prefix15 or b.prefix15
    if good and all(good == (i.prefix15 or current_form(i)[:15]) for i in (a, b)):
        return Observation("identity number", w.IDENTITY_PREFIX_EQUAL, "first 15 digits equal, rest damaged")
    return None


def compare_number(given: str, held: Iterable[str], feature: str) -> Observation | None:
    """A number as one side noted it, against the numbers that the other side gave; None where either is silent."""
    numbers = [n for n in held if n]
    if not given or not numbers:
        return None
    if strict_key(given) in {strict_key(n) for n in numbers}:
        return Observation(feature, w.NUMBER_EQUAL, "equal")
    loose = loose_key(given)
    if loose and loose in {loose_key(n) for n in numbers}:
        return Observation(feature, w.NUMBER_LOOSELY_EQUAL, "year and serial equal")
    return Observation(feature, w.NUMBER_DIFFERS, "differs")


def compare_word(given: str, held: Iterable[str], feature: str, equal: float, differs: float) -> Observation | None:
    """A code against the codes of the other side; None where either is silent."""
    words = {h for h in held if h}
    if not given or not words:
        return None
    return Observation(feature, equal, "equal") if given in words else Observation(feature, differs, "differs")


def compare_days(
    start: date | None, end: date | None, bands: tuple[w.LagBand, ...], feature: str
) -> Observation | None:
    """The lag between two acts; None where one is not dated."""
    if start is None or end is None:
        return None
    days = (end - start).days
    return Observation(feature, w.lag_bits(days, bands), f"{days} days")


def weigh(person: Sequence[Observation], matter: Iterable[Observation | None], identified: bool = False) -> Evidence:
    """Sum up what was observed."""
    seen = tuple(o for o in matter if o is not None)
    return Evidence(
        sum(o.bits for o in person), sum(o.bits for o in seen), (*person, *seen), identified
    )  # fmt: skip
