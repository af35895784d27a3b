"""Which rows share a key? Texts as 64-bit figures, and the rows in which the same figure stands.

Everything is done by sorting the figures, which takes a small part of the time of hash tables, and gives the same
on any number of threads.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Figures = NDArray[np.uint64]
Rows = NDArray[np.int64]
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SIDE = np.uint64(1)


def figure(text: pl.Expr) -> pl.Expr:
    """A value as a figure that is equal where the values are; null for null."""
    return pl.when(text.is_not_null()).then(text.hash())


def keyed(*figures: pl.Series, among: NDArray[np.bool_] | None = None) -> tuple[Rows, Figures]:
    """The rows (of those `among`) where none of the figures is null, and one key of all their figures for each."""
    known = np.ones(figures[0].len(), dtype=np.bool_) if among is None else among.copy()
    for one in figures:
        if one.null_count():
            known &= one.is_not_null().to_numpy()
    rows = np.flatnonzero(known)
    mixed = np.zeros(len(rows), dtype=np.uint64)
    for one in figures:
        mixed = (mixed ^ one.fill_null(0).to_numpy()[rows].astype(np.uint64)) * _MIX
        mixed ^= mixed >> np.uint64(31)
    return rows, mixed


def stands_again(keys: Figures) -> NDArray[np.bool_]:
    """Whether each key stands more than once."""
    order = np.argsort(keys)
    ordered = keys[order]
    same = ordered[1:] == ordered[:-1]
    again = np.zeros(len(keys), dtype=np.bool_)
    again[order[1:][same]] = True
    again[order[:-1][same]] = True
    return again


def met_once(left: Figures, right: Figures) -> tuple[Rows, Rows]:
    """The places of the keys that stand exactly once on either side, in the order of the left ones."""
    order, ordered = _sorted_by_side(left, right)
    if len(order) < 2:
        return order[:0], order[:0]
    same = (ordered[1:] ^ ordered[:-1]) <= _SIDE
    # A pair is alone where neither the key before it nor the one behind it is the same.
    alone = same & ~np.append(False, same[:-1]) & ~np.append(same[1:], False)
    met = alone & ((ordered[:-1] & _SIDE) == 0) & ((ordered[1:] & _SIDE) == 1)
    one, other = order[:-1][met], order[1:][met] - len(left)
    by_left = np.argsort(one)
    return one[by_left], other[by_left]


def met(left: Figures, right: Figures, most: int) -> tuple[Rows, Rows]:
    """The places of every left and right that share a key, but for keys that more than `most` pairs share."""
    order, ordered = _sorted_by_side(left, right)
    if not len(order):
        return order, order
    starts = np.flatnonzero(np.append(True, (ordered[1:] ^ ordered[:-1]) > _SIDE))
    sizes = np.diff(np.append(starts, len(order)))
    rights = np.add.reduceat((ordered & _SIDE).astype(np.int64), starts)
    pairs = (sizes - rights) * rights
    worth = (pairs > 0) & (pairs <= most)
    starts, rights, pairs, lefts = starts[worth], rights[worth], pairs[worth], (sizes - rights)[worth]
    run = np.repeat(np.arange(len(pairs)), pairs)
    within = np.arange(len(run)) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    one, other = within // rights[run], within % rights[run]
    return order[starts[run] + one], order[starts[run] + lefts[run] + other] - len(left)


def how_often(keys: Figures) -> Rows:
    """How often each key stands."""
    order = np.argsort(keys)
    ordered = keys[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(order) else order
    counts = np.zeros(len(keys), dtype=np.int64)
    sizes = np.diff(np.append(starts, len(order)))
    counts[order] = np.repeat(sizes, sizes)
    return counts


def _sorted_by_side(left: Figures, right: Figures) -> tuple[Rows, Figures]:
    """Left and right keys in one order, the left ones of a key before the right ones; the last bit says the side."""
    both = np.concatenate([left & ~_SIDE, right | _SIDE])
    order = np.argsort(both)
    return order, both[order]
