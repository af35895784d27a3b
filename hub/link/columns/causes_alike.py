"""Which causes that no code table knows mean the same? Said by the pairs that are certain without them.

A township writes 非法采伐国家重点保护植物, the police 危害国家重点保护植物罪. Where the one word mostly meets the other, they are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.keys import Figures
from hub.link.columns.learning import PAIRINGS
from hub.link.columns.traits import Pool

_LEAST = 5  # pairs in which two words meet before that says anything
_SHARE = 0.5  # of the pairs in which an unknown word meets any word of the other list


def with_causes_alike(samples: Sequence[pl.DataFrame], pool: Pool) -> Pool:
    """The pool with one figure for causes that mean the same; samples: certain pairs of PAIRINGS, all in the pool.

    What was learned counts as known: such a word speaks against another cause as well.
    """
    cause, known = pool.figures["cause"], pool.figures["cause_known"]
    unknown = np.unique(cause[(cause != 0) & ~known])
    if not len(unknown):
        return pool
    meant: dict[int, int] = {}
    for pairs, names in zip(samples, PAIRINGS, strict=True):
        one, other = (cause[pool.lines(name, pairs[side])] for name, side in zip(names, ("left", "right"), strict=True))
        both = (one != 0) & (other != 0)
        for words, met in ((one[both], other[both]), (other[both], one[both])):
            _note_what_they_mean(words, met, unknown, meant)
    if not meant:
        return pool
    words = np.array(sorted(meant), dtype=cause.dtype)
    to = np.array([_end(word, meant) for word in words.tolist()], dtype=cause.dtype)
    places = np.minimum(np.searchsorted(words, cause), len(words) - 1)
    learned = words[places] == cause
    ends = np.isin(cause, to)
    figures = {
        **pool.figures,
        "cause": np.where(learned, to[places], cause),
        "cause_known": known | learned | ends,
    }
    return replace(pool, figures=figures)


def _note_what_they_mean(words: Figures, met: Figures, unknown: NDArray[np.uint64], meant: dict[int, int]) -> None:
    """For each unknown word the one that it mostly meets, where that is another; both ways round it is noted once."""
    some = np.isin(words, unknown)
    table = pl.DataFrame({"word": words[some], "met": met[some]}).group_by("word", "met").len()
    mostly = table.with_columns(all=pl.col("len").sum().over("word")).filter(
        (pl.col("len") >= _LEAST) & (pl.col("len") > pl.col("all") * _SHARE) & (pl.col("word") != pl.col("met"))
    )
    for word, other in mostly.sort("len", "word", "met", descending=[True, False, False]).select("word", "met").rows():
        if word not in meant and _end(other, meant) != word:
            meant[word] = other


def _end(word: int, meant: dict[int, int]) -> int:
    """What a word means in the end."""
    while word in meant:
        word = meant[word]
    return word
