"""Which rows are certain at once: number and person equal, and no other row of either list like them?"""

from __future__ import annotations

import numpy as np
import polars as pl

from hub.link.columns.keys import Figures, Flags, Rows, keyed, met_once
from hub.link.columns.parties import names_fit

# (tier, person column); what stands first is tried first.
TIERS = (("number+identity", "whole_id"), ("number+name", "name"))


def certain_pairs(left: pl.DataFrame, left_number: str, right: pl.DataFrame, right_number: str) -> pl.DataFrame:
    """`left`, `right` (rows), `tier` (a place in TIERS) of the pairs that agree in a number and in the person.

    The number noted on the left is the number borne on the right, and the identity number or the name is equal; no
    other row of either list has the two. Found by 64-bit figures and verified on numbers and texts. A pair of equal
    names whose whole identity numbers differ is left to the weighing of evidence, and so is one of equal numbers whose
    names are altogether different.
    """
    found: list[pl.DataFrame] = []
    still_left, still_right = left["open"].to_numpy().copy(), right["open"].to_numpy().copy()
    for number, (_, person) in enumerate(TIERS):
        left_rows, left_keys = _keys(left, left_number, person, still_left)
        right_rows, right_keys = _keys(right, right_number, person, still_right)
        one, other = met_once(left_keys, right_keys)
        one, other = left_rows[one], right_rows[other]
        fits = _same(left[person], one, right[person], other)
        fits &= _figures(left, left_number, one) == _figures(right, right_number, other)
        if person == "name":
            whole, whole_right = _figures(left, "whole_id", one), _figures(right, "whole_id", other)
            fits &= (whole == whole_right) | (whole == 0) | (whole_right == 0)
        else:
            fits &= _names_fit(left, one, right, other)
        one, other = one[fits], other[fits]
        still_left[one], still_right[other] = False, False
        pairs = pl.DataFrame({"left": one.astype(np.uint32), "right": other.astype(np.uint32)})
        found.append(pairs.with_columns(tier=pl.lit(number, dtype=pl.Int8)))
    return pl.concat(found)


def _keys(sheet: pl.DataFrame, number: str, person: str, among: Flags) -> tuple[Rows, Figures]:
    return keyed(*(sheet[f"{of}_key"].to_numpy() for of in (number, person)), among=among)


def _figures(sheet: pl.DataFrame, column: str, rows: Rows) -> Figures:
    figures: Figures = sheet[f"{column}_key"].to_numpy()[rows]
    return figures


def _same(left: pl.Series, one: Rows, right: pl.Series, other: Rows) -> Flags:
    same: Flags = (left.gather(one) == right.gather(other)).to_numpy()
    return same


def _names_fit(left: pl.DataFrame, one: Rows, right: pl.DataFrame, other: Rows) -> Flags:
    """Where the names are not altogether different: most are equal, and most others begin alike."""
    name, name_right = _figures(left, "name", one), _figures(right, "name", other)
    differs = np.flatnonzero((name != name_right) & (name != 0) & (name_right != 0))
    names = left["name"].gather(one[differs]), right["name"].gather(other[differs])
    unlike = (names[0].str.head(1) != names[1].str.head(1)).arg_true()
    told = np.ones(len(one), dtype=np.bool_)
    told[differs[unlike.to_numpy()]] = [
        names_fit(a, b) for a, b in zip(*(name.gather(unlike).to_list() for name in names), strict=True)
    ]
    return told
