"""Which rows share a key? Texts as 64-bit figures, and the rows in which the same figure stands.

A figure of 0 stands for nothing. Everything is done by sorting the figures with their places packed into their last
bits, which takes a small part of the time of hash tables, and gives the same on any number of threads.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Figures = NDArray[np.uint64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
_MIX = np.uint64(0x9E3779B97F4A7C15)


def figure(text: pl.Expr) -> pl.Expr:
    """A value as a figure that is equal where the values are; 0 for null."""
    return pl.when(text.is_not_null()).then(text.hash()).otherwise(pl.lit(0, dtype=pl.UInt64))


def keyed(*figures: Figures, among: Flags | None = None) -> tuple[Rows, Figures]:
    """The rows (of those `among`) where none of the figures is 0, and one key of all their figures for each."""
    known = np.ones(len(figures[0]), dtype=np.bool_) if among is None else among.copy()
    for one in figures:
        known &= one != 0
    rows = np.flatnonzero(known)
    mixed = np.zeros(len(rows), dtype=np.uint64)
    for one in figures:
        mixed ^= one[rows]
        mixed *= _MIX
        mixed ^= mixed >> np.uint64(31)
    return rows, mixed


def stands_again(keys: Figures) -> Flags:
    """Whether each key stands more than once."""
    order, begins = _runs(keys)
    again = np.zeros(len(keys), dtype=np.bool_)
    same = ~begins[1:]
    again[order[1:][same]] = True
    again[order[:-1][same]] = True
    return again


def met_once(left: Figures, right: Figures) -> tuple[Rows, Rows]:
    """The places of the keys that stand exactly once on either side, in the order of the left ones."""
    order, begins = _runs(np.concatenate([left, right]))
    # A pair is alone where a run begins, goes on, and the next begins; in a run the left ones stand first.
    alone = begins[:-1] & ~begins[1:] & np.append(begins[2:], True)
    first, second = order[:-1][alone], order[1:][alone]
    met = (first < len(left)) & (second >= len(left))
    right_of = np.full(len(left), -1, dtype=np.int64)
    right_of[first[met]] = second[met] - len(left)
    places = np.flatnonzero(right_of >= 0)
    return places, right_of[places]


def met(left: Figures, right: Figures, most: int) -> tuple[Rows, Rows]:
    """The places of every left and right that share a key, but for keys that more than `most` pairs share."""
    order, begins = _runs(np.concatenate([left, right]))
    # Most keys stand alone: only runs of two and more are looked at.
    starts = np.flatnonzero(begins[:-1] & ~begins[1:])
    ends = np.flatnonzero(~begins & np.append(begins[1:], True)) + 1
    rights_before = np.concatenate([[0], np.cumsum(order >= len(left))])
    rights = rights_before[ends] - rights_before[starts]
    lefts = ends - starts - rights
    pairs = lefts * rights
    worth = (pairs > 0) & (pairs <= most)
    starts, rights, pairs, lefts = starts[worth], rights[worth], pairs[worth], lefts[worth]
    run = np.repeat(np.arange(len(pairs)), pairs)
    within = np.arange(len(run)) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    one, other = within // rights[run], within % rights[run]
    return order[starts[run] + one], order[starts[run] + lefts[run] + other] - len(left)


def how_often(keys: Figures) -> Rows:
    """How often each key stands."""
    order, begins = _runs(keys)
    starts = np.flatnonzero(begins)
    sizes = np.diff(np.append(starts, len(order)))
    counts = np.empty(len(keys), dtype=np.int64)
    counts[order] = np.repeat(sizes, sizes)
    return counts


def _runs(keys: Figures) -> tuple[Rows, Flags]:
    """The places of the keys, equal ones together and in the order of their places; and where a new key begins.

    The last bits of the keys make room for the places, so that figures are sorted alone, which is several times as
    fast as to sort places by figures; keys that differ in those bits only are put in order afterwards. They are few.
    """
    low = np.uint64((1 << max(len(keys) - 1, 1).bit_length()) - 1)
    packed = (keys & ~low) | np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    order = (packed & low).astype(np.int64)
    ordered = keys[order]
    differs = ordered[1:] != ordered[:-1]
    mixed = np.flatnonzero(differs & ((packed[1:] ^ packed[:-1]) <= low))
    if len(mixed):
        among = np.isin(packed & ~low, packed[mixed] & ~low)
        order[among] = order[among][np.argsort(ordered[among], kind="stable")]
        ordered = keys[order]
        differs = ordered[1:] != ordered[:-1]
    return order, np.append(np.ones(min(len(keys), 1), dtype=np.bool_), differs)
