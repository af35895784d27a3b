"""Which pairs are compared at all? Those that share a key, of keys that not too many share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hub.link.columns.keys import Figures, Flags, Rows, keyed, met
from hub.link.columns.pairs import Pairs, one_float
from hub.link.columns.sheets import side_by_side
from hub.link.columns.sides import Side
from hub.link.columns.traits import NO_DAY

_MONTH = 31
_BEFORE = 10  # days by which the later list's date may lie before the earlier one's
_HALF, _LOWER = np.uint64(32), np.uint64(0xFFFFFFFF)
_LATER_FIRST = ("day_procuratorate", "day_police", "day_township")
_FIRST_MONTH = 1 << 20  # so that every month is a figure above 0

# The trait that each word of a block means; `number` and `serial` are the township's or the police's.
_TRAITS = {"identity": "id_key", "first_15": "id_first", "name": "name_key", "birth": "id_birth"}


def candidate_pairs(
    left: Side, right: Side, open_left: Flags, open_right: Flags, blocks: Sequence[Sequence[str]], most: int
) -> tuple[Rows, Rows]:  # fmt: skip
    """The places in the two sides, each pair once, in order; only groups that are open take part.

    most: a key is passed over where more than so many pairs share it.
    """
    work = [
        (block, number)
        for block in blocks
        for number in (("town", "pol") if {"number", "serial"} & set(block) else ("",))
    ]
    found = side_by_side(_pairs_of, [(left, right, open_left, open_right, *one, most) for one in work])
    pairs = np.concatenate([np.zeros(0, dtype=np.uint64), *found])
    pairs.sort()
    both = pairs[np.append(True, pairs[1:] != pairs[:-1])] if len(pairs) else pairs
    return (both >> _HALF).astype(np.int64), (both & _LOWER).astype(np.int64)


def _pairs_of(
    left: Side, right: Side, open_left: Flags, open_right: Flags, block: Sequence[str], number: str, most: int
) -> Figures:  # fmt: skip
    """The pairs of one block, left and right place as one figure."""
    left_rows, left_keys = _keyed(left, open_left, block, number, later=True)
    right_rows, right_keys = _keyed(right, open_right, block, number, later=False)
    one, other = met(left_keys, right_keys, most)
    one, other = left_rows[one], right_rows[other]
    if not {"number", "identity"} & set(block):
        kept = ~_others(one, other, left, right)
        one, other = one[kept], other[kept]
    pairs: Figures = (one.astype(np.uint64) << _HALF) | other.astype(np.uint64)
    return pairs


def _others(one: Rows, other: Rows, left: Side, right: Side) -> Flags:
    """Pairs of two whole numbers that both hold and differ: two persons, unless a document number joins them."""
    others: Flags = left["id_good"][one] & right["id_good"][other] & (left["id_key"][one] != right["id_key"][other])
    places = np.flatnonzero(others)
    others[places[one_float(Pairs((left, right), one[places], other[places]))]] = False
    return others


def _keyed(side: Side, among: Flags, block: Sequence[str], number: str, *, later: bool) -> tuple[Rows, Figures]:
    """The open groups that have all of a block's values, and their keys."""
    traits = {"number": f"{number}_key", "serial": f"{number}_serial_key"} | _TRAITS
    parts = [side.key(traits.get(name, name)) for name in block if name != "month"]
    if "month" not in block:
        return keyed(*parts, among=among)
    day = np.full(side.height, NO_DAY, dtype=np.int32)
    for column in _LATER_FIRST if later else _LATER_FIRST[::-1]:
        day = np.where(day == NO_DAY, side[column], day)
    known = day != NO_DAY
    month = ((day + (_BEFORE if later else 0)) // _MONTH + _FIRST_MONTH).astype(np.uint64)
    rows, keys = keyed(*parts, np.where(known, month, 0), among=among)
    if not later:
        return rows, keys
    # The later list looks into its own month and the one before it.
    _, before = keyed(*parts, np.where(known, month - np.uint64(1), 0), among=among)
    return np.concatenate([rows, rows]), np.concatenate([keys, before])
