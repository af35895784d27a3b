"""How much does it say that a value is the same? A rare name says more than a frequent one: counted in the lists."""

from __future__ import annotations

from math import log2

import numpy as np
import polars as pl

from hub.link.columns.keys import how_often, keyed
from hub.link.columns.rules import STAGES, LinkRules

_ONE_MORE = 0.5  # of a value seen once, the share of an occurrence that one more row is expected to bring

# feature -> what may be seen of it with the value counted -> the column of values
COUNTED = {
    "town": {"equal": "town_key", "serial_equal": "town_serial_key"},
    "pol": {"equal": "pol_key", "serial_equal": "pol_serial_key"},
    "identity": {"equal": "id_key", "first_15": "id_first"},
    "name": {"equal": "name_key", "mask_fits": "surname"},
    "unit": {"equal": "unit"},
    "cause": {"equal": "cause"},
    "amount": {"equal": "amount"},
}


def with_rarity(right: pl.DataFrame, rules: LinkRules) -> pl.DataFrame:
    """The traits with, row by row, the bits that it says when another row shows the same: `<feature>:<seen>`.

    log2(matches / others), where others is the share of the rows expected to show the value, this row left out.
    """
    columns = []
    for feature, seen in COUNTED.items():
        for name, column in seen.items():
            observation = rules.features["number" if feature in ("town", "pol") else feature][name]
            least = _ONE_MORE / float(observation.expected or 1.0)
            rows, keys = keyed(right[column])
            others = (how_often(keys) - 1 + _ONE_MORE) / (max(right.height - 1, 0) + least)
            bits = np.full(right.height, np.nan, dtype=np.float32)
            bits[rows] = np.log2(observation.matches / np.minimum(others, 1.0))
            columns.append(pl.Series(f"{feature}:{name}", bits, nan_to_null=True))
    return right.with_columns(columns)


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


def span_of(*traits: pl.DataFrame) -> float:
    """The days that the lists span, but for the outermost hundredth on either side."""
    days = pl.concat([frame[column] for frame in traits for column in frame.columns if column.startswith("day_")])
    known = days.drop_nulls().to_physical()
    return float((known.quantile(0.99) or 0) - (known.quantile(0.01) or 0)) if known.len() else 0.0


def _chance_up_to(days: int, span: float) -> float:
    """The chance that of two days anywhere in a span the second lies at most so many days after the first."""
    share = min(1.0, abs(days) / span)
    return (1 - share) ** 2 / 2 if days < 0 else 1 - (1 - share) ** 2 / 2
