"""How often are the observations made of true pairs, according to the lists themselves?

The pairs that are certain at once (number and person equal, each once) are nearly all true, and what they were not
chosen by is seen of them as it is of all true pairs: days, causes, sums and units of all; names of those that agree in
the identity number; identity numbers of those that agree in the name. How often numbers are slips cannot be seen of
pairs that were chosen by equal numbers, so the set figures stay. No person has to label anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from hub.link.columns.evidence import Comparison
from hub.link.columns.exact import TIERS
from hub.link.columns.rules import STAGES, LinkRules
from hub.link.columns.sheets import side_by_side
from hub.link.columns.sides import Side
from hub.link.columns.traits import Pool

SAMPLE = 20_000  # pairs of each pairing that are looked at
_SET = 200.0  # the set figures count as much as so many pairs
_LEAST = 0.25  # of the set share that is kept: certain pairs are the tidy ones, so what they never show may still be
# What only a part of the values can show (masked, damaged, of two characters): its share of all says nothing.
_OF_A_PART = ("mask_fits", "first_15", "alike_short", "kin", "begins", "sounds", "owner", "shop", "other_kind")
# Which pairs a feature may be counted of: those of a tier that it had no part in.
_BY_TIER = {"name": "number+identity", "identity": "number+name"}
PAIRINGS = (("police", "township"), ("procuratorate", "police"), ("procuratorate", "township"))


@dataclass(frozen=True)
class Learned:
    """Rules with shares counted in the lists, and what changed: (feature or stage, observation, set, learned)."""

    rules: LinkRules
    changes: tuple[tuple[str, str, float, float], ...]


def sampled(pairs: pl.DataFrame, order: pl.Series) -> pl.DataFrame:
    """Certain pairs from all over the list, evenly by the order of the output, so that no order of input chooses others."""
    ordered = order.gather(pairs["left"]).arg_sort()
    return pairs[ordered.gather_every(-(-max(ordered.len(), 1) // SAMPLE))]


def learn(samples: Sequence[pl.DataFrame], pool: Pool, rules: LinkRules) -> Learned:
    """The rules with the shares that the certain pairs show; samples: police-township, paper-police, paper-township."""
    seen = side_by_side(
        _observed, [(pairs, names, pool, rules) for pairs, names in zip(samples, PAIRINGS, strict=True)]
    )
    certain = pl.concat(seen)
    changes: list[tuple[str, str, float, float]] = []
    raw = rules.model_dump()
    for feature in ("identity", "name", "unit", "cause", "amount"):
        some = certain.filter(tier=_tier(_BY_TIER[feature])) if feature in _BY_TIER else certain
        codes = some[feature].drop_nulls()
        observations = raw["features"][feature]
        counted = {name: int((codes == place).sum()) for place, name in enumerate(observations)}
        whole = [name for name in observations if name not in _OF_A_PART]
        total = sum(counted[name] for name in whole) + _SET
        for name in whole:
            before = observations[name]["matches"]
            after = min(1.0, max((counted[name] + _SET * before) / total, before * _LEAST))
            observations[name]["matches"] = after
            changes.append((feature, name, before, after))
    for place, stage in enumerate(STAGES):
        days = certain.filter(stage=place)["days"].drop_nulls()
        below = 0
        shares = []
        for band in raw["lags"][stage]:
            upto = int((days <= band["days"]).sum())
            shares.append((upto - below + _SET * band["matches"]) / (days.len() + _SET))
            below = upto
        kept = [max(share, band["matches"] * _LEAST) for share, band in zip(shares, raw["lags"][stage], strict=True)]
        for band, share in zip(raw["lags"][stage], kept, strict=True):
            before, band["matches"] = band["matches"], share / sum(kept)
            changes.append((stage, f"up to {band['days']} days", before, band["matches"]))
    return Learned(LinkRules.model_validate(raw), tuple(changes))


def _observed(pairs: pl.DataFrame, names: tuple[str, str], pool: Pool, rules: LinkRules) -> pl.DataFrame:
    left, right = (Side(pl.DataFrame({name: pairs[side]}), pool, (name,)) for name, side in zip(names, ("left", "right"), strict=True))  # fmt: skip
    places = np.arange(pairs.height)
    weighed = Comparison(left, right, rules).weigh(places, places)
    return weighed.select("identity", "name", "unit", "cause", "amount", "stage", "days", tier=pairs["tier"])


def _tier(name: str) -> int:
    return [tier for tier, _ in TIERS].index(name)
