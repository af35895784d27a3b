"""How much does it say that a value is the same? A rare name says more than a frequent one: counted in the lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

from hub.link.columns.keys import Figures, how_often, keyed
from hub.link.columns.rules import STAGES, LinkRules
from hub.link.columns.sheets import LISTS, side_by_side
from hub.link.columns.sides import Side
from hub.link.columns.traits import NO_DAY

Bits = NDArray[np.float32]
_ONE_MORE = 0.5  # of a value seen once, the share of an occurrence that one more row is expected to bring

# feature -> what may be seen of it with the value counted -> the trait
COUNTED = {
    "town": {"equal": "town_key", "serial_equal": "town_serial_key"},
    "pol": {"equal": "pol_key", "serial_equal": "pol_serial_key"},
    "identity": {"equal": "id_key", "first_15": "id_first"},
    "name": {"equal": "name_key", "mask_fits": "surname"},
    "unit": {"equal": "unit"},
    "cause": {"equal": "cause"},
    "amount": {"equal": "amount"},
}


# feature -> the trait that is what the second row of a group says
SECOND = {"identity": "id_2_key", "name": "name_2_key", "amount": "amount_2"}


@dataclass(frozen=True)
class Rarity:
    """Group by group the bits that it says when another shows the same value; not a number where there is none.

    second: the same of what the second row of the group says, where that is something else.
    """

    first: Bits
    second: Bits | None = None


Rarities = Mapping[tuple[str, str], Rarity]
"""(feature, seen) -> what the values of one side say"""


def rarities(right: Side, rules: LinkRules) -> Rarities:
    """(feature, seen) -> what the values say: log2(matches / others), where others is the share of the groups expected to
    show the value in either row, this one left out.
    """
    counted = [(feature, seen, trait) for feature, of in COUNTED.items() for seen, trait in of.items()]
    work = []
    for feature, seen, trait in counted:
        observation = rules.features["number" if feature in ("town", "pol") else feature][seen]
        second = right.key(SECOND[feature]) if seen == "equal" and feature in SECOND else None
        work.append((right.key(trait), second, observation.matches, _ONE_MORE / float(observation.expected or 1.0)))
    told = side_by_side(_rarity, work)
    return {(feature, seen): rarity for (feature, seen, _), rarity in zip(counted, told, strict=True)}


def _rarity(first: Figures, second: Figures | None, matches: float, least: float) -> Rarity:
    # A group that says the same twice shows it once.
    figures = first if second is None else np.concatenate([first, np.where(second == first, 0, second)])
    rows, keys = keyed(figures)
    others = (how_often(keys) - 1 + _ONE_MORE) / (max(len(first) - 1, 0) + least)
    bits = np.full(len(figures), np.nan, dtype=np.float32)
    bits[rows] = np.log2(matches / np.minimum(others, 1.0))
    return Rarity(bits[: len(first)], None if second is None else bits[len(first) :])


def lag_bits(rules: LinkRules, span: float) -> tuple[tuple[tuple[int, float], ...], ...]:
    """For each of STAGES: up to which days, how many bits; against two days anywhere in the span of the lists."""
    stages = []
    for stage in STAGES:
        before, bands = 0.0, []
        for band in rules.lags[stage]:
            below = _chance_up_to(band.days, span)
            bands.append((band.days, log2(band.matches / max(below - before, 1e-4))))
            before = below
        stages.append(tuple(bands))
    return tuple(stages)


def span_of(*sides: Side) -> float:
    """The days that the lists span, but for the outermost hundredth on either side."""
    days = np.concatenate([side[f"day_{agency}"] for side in sides for agency in LISTS])
    known = days[days != NO_DAY]
    if not len(known):
        return 0.0
    first, last = (round(share * (len(known) - 1)) for share in (0.01, 0.99))
    known.partition((first, last))
    return float(known[last] - known[first])


def _chance_up_to(days: int, span: float) -> float:
    """The chance that of two days anywhere in a span the second lies at most so many days after the first."""
    share = min(1.0, abs(days) / span)
    return (1 - share) ** 2 / 2 if days < 0 else 1 - (1 - share) ** 2 / 2
