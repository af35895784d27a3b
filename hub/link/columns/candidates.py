"""Which pairs are compared at all? Those that share a key, of keys that not too many share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.keys import Figures, Rows, keyed, met

_MONTH = 31
_BEFORE = 10  # days by which the later list's date may lie before the earlier one's
_HALF, _LOWER = np.uint64(32), np.uint64(0xFFFFFFFF)
_LATER_FIRST = ("day_procuratorate", "day_police", "day_township")

# The column of traits that each word of a block means; `number` and `serial` are the township's or the police's.
_COLUMNS = {"identity": "id_key", "first_15": "id_first", "name": "name_key", "birth": "id_birth"}


def candidate_pairs(
    left: pl.DataFrame, right: pl.DataFrame, blocks: Sequence[Sequence[str]], most: int
) -> pl.DataFrame:
    """`l`, `r`: places in the two tables of traits, each pair once, in order; only rows that are `open` take part.

    most: a key is passed over where more than so many pairs share it.
    """
    work = [
        (block, number)
        for block in blocks
        for number in (("town", "pol") if {"number", "serial"} & set(block) else ("",))
    ]
    found = np.concatenate(
        [np.zeros(0, dtype=np.uint64), *[_pairs_of(left, right, block, number, most) for block, number in work]]
    )
    found.sort()
    both = found[np.append(True, found[1:] != found[:-1])] if len(found) else found
    return pl.DataFrame({"l": both >> _HALF, "r": both & _LOWER}).cast(pl.UInt32)


def _pairs_of(left: pl.DataFrame, right: pl.DataFrame, block: Sequence[str], number: str, most: int) -> Figures:
    """The pairs of one block, left and right place as one figure."""
    left_rows, left_keys = _keyed(left, block, number, later=True)
    right_rows, right_keys = _keyed(right, block, number, later=False)
    one, other = met(left_keys, right_keys, most)
    one, other = left_rows[one], right_rows[other]
    if not {"number", "identity"} & set(block):
        kept = ~_others(one, other, left, right)
        one, other = one[kept], other[kept]
    pairs: Figures = (one.astype(np.uint64) << _HALF) | other.astype(np.uint64)
    return pairs


def _others(one: Rows, other: Rows, left: pl.DataFrame, right: pl.DataFrame) -> NDArray[np.bool_]:
    """Pairs of two whole numbers that both hold and differ: two persons, unless a document number joins them."""
    good = left["id_good"].to_numpy()[one] & right["id_good"].to_numpy()[other]
    differ = left["id_key"].gather(one) != right["id_key"].gather(other)
    others: NDArray[np.bool_] = good & differ.fill_null(value=False).to_numpy()
    return others


def _keyed(traits: pl.DataFrame, block: Sequence[str], number: str, *, later: bool) -> tuple[Rows, Figures]:
    """The open rows that have all of a block's values, and their keys."""
    columns = {"number": f"{number}_key", "serial": f"{number}_serial_key"} | _COLUMNS
    parts = [traits[columns.get(name, name)] for name in block if name != "month"]
    among = traits["open"].to_numpy()
    if "month" not in block:
        return keyed(*parts, among=among)
    day = traits.select(pl.coalesce(*_LATER_FIRST) if later else pl.coalesce(*_LATER_FIRST[::-1])).to_series()
    month = (day + (_BEFORE if later else 0)) // _MONTH
    rows, keys = keyed(*parts, month, among=among)
    if not later:
        return rows, keys
    # The later list looks into its own month and the one before it.
    _, before = keyed(*parts, month - 1, among=among)
    return np.concatenate([rows, rows]), np.concatenate([keys, before])
