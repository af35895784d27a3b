"""Which rows are certain at once: number and person equal, and no other row of either list like them?"""

from __future__ import annotations

import numpy as np
import polars as pl

from hub.link.columns.keys import keyed, met_once
from hub.link.columns.parties import names_fit

# (tier, person column); what stands first is tried first.
TIERS = (("number+identity", "whole_id"), ("number+name", "name"))


def certain_pairs(left: pl.DataFrame, left_number: str, right: pl.DataFrame, right_number: str) -> pl.DataFrame:
    """`left`, `right` (rows), `tier` (a place in TIERS) of the pairs that agree in a number and in the person.

    The number noted on the left is the number borne on the right, and the identity number or the name is equal; no
    other row of either list has the two. Found by 64-bit figures and verified on the numbers and the texts. A pair of equal names whose
    whole identity numbers differ is left to the weighing of evidence, and so is one of equal numbers whose names are
    altogether different.
    """
    found: list[pl.DataFrame] = []
    still_left, still_right = left["open"].to_numpy().copy(), right["open"].to_numpy().copy()
    for number, (_, person) in enumerate(TIERS):
        left_rows, left_keys = keyed(
            left[f"{left_number}_key"].to_numpy(), left[f"{person}_key"].to_numpy(), among=still_left
        )
        right_rows, right_keys = keyed(
            right[f"{right_number}_key"].to_numpy(), right[f"{person}_key"].to_numpy(), among=still_right
        )
        one, other = met_once(left_keys, right_keys)
        pairs = pl.DataFrame({"left": left_rows[one].astype(np.uint32), "right": right_rows[other].astype(np.uint32)})
        equal = [
            _same(pairs, left[f"{left_number}_key"], right[f"{right_number}_key"]),
            _same(pairs, left[person], right[person]),
        ]
        if person == "name":
            equal.append(_same(pairs, left["whole_id"], right["whole_id"]).fill_null(value=True))
        pairs = pairs.filter(pl.all_horizontal(equal)).with_columns(tier=pl.lit(number, dtype=pl.Int8))
        pairs = pairs.filter(_names_fit(pairs, left["name"], right["name"]))
        still_left[pairs["left"].to_numpy()] = False
        still_right[pairs["right"].to_numpy()] = False
        found.append(pairs)
    return pl.concat(found)


def _names_fit(pairs: pl.DataFrame, left: pl.Series, right: pl.Series) -> pl.Series:
    """Where the names are not altogether different: most are equal, and most others begin alike."""
    differs = np.flatnonzero(~pairs.select(_same(pairs, left, right).fill_null(value=True)).to_series().to_numpy())
    names = left.gather(pairs["left"].gather(differs)), right.gather(pairs["right"].gather(differs))
    other = (names[0].str.head(1) != names[1].str.head(1)).arg_true()
    fits = [names_fit(a, b) for a, b in zip(*(name.gather(other).to_list() for name in names), strict=True)]
    told = np.ones(pairs.height, dtype=np.bool_)
    told[differs[other.to_numpy()]] = fits
    return pl.Series(told)


def _same(pairs: pl.DataFrame, left: pl.Series, right: pl.Series) -> pl.Expr:
    return pl.lit(left).gather(pairs["left"]) == pl.lit(right).gather(pairs["right"])
