"""What figure stands at the end of each text of a whole column, and what stands before it? Looked at byte by byte.

The bytes of the whole column lie one behind another, and eight of them are read as one 64-bit word, which holds up to
eight digits: a few sums over whole columns find the digits, read them, and tell the words before them apart. That takes
a small part of the time of regular expressions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.keys import Figures, Rows

MOST_DIGITS = 8
_WORD = 8
AT_ONCE = 1 << 16  # texts that are looked at together: as many as lie near the processor
_LONGEST = 56  # bytes of a head that are looked at; a longer one is no agency's, nor is one of less than a word
_ENDINGS = tuple(int.from_bytes(ending.encode(), "little") for ending in ("号", "號"))
_MIX = np.uint64(0x9E3779B97F4A7C15)
# Of eight bytes: the digit 0, the lower seven bits, what lifts 10 and above into the highest bit, and that bit.
_ZEROS, _LOWER, _LIFT, _HIGHEST = (np.uint64(byte * 0x0101010101010101) for byte in (0x30, 0x7F, 0x76, 0x80))
# Eight digits become four numbers of two, these two of four, these one: (which bytes count, times, by how many bits down).
_FOLDS = tuple(
    (np.uint64(mask), np.uint64(times), np.uint64(down))
    for mask, times, down in (
        (0x0F0F0F0F0F0F0F0F, 2561, 8), (0x00FF00FF00FF00FF, 6553601, 16), (0x0000FFFF0000FFFF, 42949672960001, 32),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Endings:
    """Text by text: the figure at its end, -1 where there is none or it has more than MOST_DIGITS digits, an ending 号 or 號 aside;
    and how many bytes stand before it.

    same: a row whose text has the same bytes before the figure; rows of one head name the same row.
    """  # fmt: skip

    figures: NDArray[np.int64]
    before: NDArray[np.int64]
    same: Rows


def endings(texts: pl.Series) -> Endings:
    """The figures at the end of texts; a null has none."""
    parts = [_endings(part) for part in texts.to_frame().iter_slices(AT_ONCE)] or [_endings(texts.to_frame())]
    figures, before, heads = (np.concatenate(of) for of in zip(*parts, strict=True))
    return Endings(figures, before, _first_alike(heads))


def _endings(column: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64], Figures]:
    """The figures, the bytes before them, and one figure for these bytes."""
    texts = column.to_series()
    # More bytes on either side, for words that reach beyond the first text and the last.
    body = texts.cast(pl.Binary).cast(pl.List(pl.UInt8)).explode(empty_as_null=False, keep_nulls=False).to_numpy()
    letters = np.zeros(len(body) + _LONGEST + 2 * _WORD, dtype=np.uint8)
    letters[2 * _WORD : 2 * _WORD + len(body)] = body
    words = np.lib.stride_tricks.as_strided(
        letters[:_WORD].view(np.uint64), shape=(len(letters) - _WORD + 1,), strides=(1,), writeable=False
    )
    lengths = texts.str.len_bytes().fill_null(0).to_numpy().astype(np.int64)
    ends = np.cumsum(lengths) + 2 * _WORD
    begins = ends - lengths
    last = words[ends - _WORD] >> np.uint64(40)
    ends = ends - 3 * ((lengths >= 3) & ((last == _ENDINGS[0]) | (last == _ENDINGS[1])))
    figures, digits = _figures_before(words, ends)
    full = np.flatnonzero(digits == MOST_DIGITS)
    digits[full[letters[ends[full] - MOST_DIGITS - 1] - np.uint8(ord("0")) < 10]] += 1
    room = ends - begins
    figures[(digits == 0) | (digits > MOST_DIGITS) | (digits > room)] = -1
    before = room - digits
    figures[(before < _WORD) | (before > _LONGEST)] = -1
    before[figures < 0] = 0
    return figures, before, _heads(words, begins, before)


def _figures_before(words: Figures, ends: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The number that the digits before each place make, and how many they are, eight at most."""
    digits = words[ends - _WORD] ^ _ZEROS
    others = (((digits & _LOWER) + _LIFT) | digits) & _HIGHEST
    # The last byte is the highest: the digits end below the highest bit that says otherwise.
    _, behind = np.frexp(others.astype(np.float64))
    digits = np.where(behind < 64, digits >> behind.astype(np.uint64) << behind.astype(np.uint64), np.uint64(0))
    for mask, times, down in _FOLDS:
        digits = ((digits & mask) * times) >> down
    return digits.astype(np.int64), (64 - behind.astype(np.int64)) // 8


def _heads(words: Figures, begins: Rows, lengths: NDArray[np.int64]) -> Figures:
    """One figure for the bytes of each text up to its length, of no less than a word; equal where they are.

    Where the last word would reach beyond the length, it begins earlier: a few bytes count twice, and none of others'.
    """
    heads = lengths.astype(np.uint64)
    last = begins + lengths - _WORD
    for at in range(0, int(lengths.max(initial=0)), _WORD):
        if 4 * np.count_nonzero(lengths > at) < len(lengths):
            some = np.flatnonzero(lengths > at)
            heads[some] = _mixed(heads[some], words[np.minimum(begins[some] + at, last[some])])
        else:
            heads = _mixed(heads, words[np.minimum(begins + at, last)])
    return heads


def _mixed(heads: Figures, part: Figures) -> Figures:
    part ^= heads
    part *= _MIX
    part ^= part >> np.uint64(29)
    return part


def _first_alike(figures: Figures) -> Rows:
    """For each figure a row in which it stands, one and the same for all rows of it."""
    alike = np.full(len(figures), -1, dtype=np.int64)
    left, bits = np.arange(len(figures)), 18
    while len(left):
        # As in a table of hashes: who comes to a place first keeps it, others go on to a larger table.
        place = (figures[left] >> np.uint64(64 - bits)).astype(np.int64)
        table = np.zeros(1 << bits, dtype=np.int64)
        table[place] = left
        held = table[place]
        same = figures[held] == figures[left]
        alike[left[same]] = held[same]
        left, bits = left[~same], min(bits + 2, 26)
        if bits == 26:
            order = np.argsort(figures[left], kind="stable")
            ordered = figures[left][order]
            begins = np.flatnonzero(np.append(np.ones(min(len(left), 1), dtype=np.bool_), ordered[1:] != ordered[:-1]))
            alike[left[order]] = np.repeat(left[order][begins], np.diff(np.append(begins, len(left))))
            break
    return alike
