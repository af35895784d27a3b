"""Which rows share a key with another? 64-bit keys of texts, and a look at which stand more than once."""

from __future__ import annotations

import numpy as np
import polars as pl


def key_of(*texts: pl.Series) -> pl.Series:
    """One 64-bit figure for the texts of a row together; null where one of them is null."""
    mixed = texts[0].hash(1)
    known = texts[0].is_not_null()
    for place, column in enumerate(texts[1:], 2):
        mixed, known = mixed ^ column.hash(place), known & column.is_not_null()
    return pl.select(pl.when(known).then(mixed)).to_series()


def stands_again(keys: pl.Series) -> pl.Series:
    """Whether each key, not null, stands in the column more than once.

    By sorting the figures and looking up the few that repeat, which is several times faster than counting all.
    """
    ordered = np.sort(keys.drop_nulls().to_numpy())
    repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    return keys.is_in(pl.Series(repeated, dtype=pl.UInt64).implode()).fill_null(value=False)
