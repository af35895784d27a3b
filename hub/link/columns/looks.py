"""Which pairs of groups are looked at, and how: as they show themselves, and once more by the word of their other row.

A referral and its police record are one matter although the one names 大营镇 and the other 砂河镇; a paper that says 砂河镇
agrees with one of them, and is not to be held against the other alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from hub.link.columns.candidates import candidate_pairs
from hub.link.columns.evidence import Comparison
from hub.link.columns.keys import Flags, Rows
from hub.link.columns.rules import LinkRules
from hub.link.columns.sides import Side

_HALF, _LOWER = np.uint64(32), np.uint64(0xFFFFFFFF)


class Looks:
    """Two sides, and the ways to look at their pairs. Of a pair that is looked at in several, the best look counts."""

    def __init__(self, left: Side, right: Side, rules: LinkRules) -> None:
        self._all = np.ones(left.height, dtype=np.bool_), np.ones(right.height, dtype=np.bool_)
        plain = Comparison(left, right, rules)
        # Each way: the two sides, which groups of either are looked at in it, and the comparison.
        self._ways = [(left, right, *self._all, plain)]
        if (twice := left.of_two_minds()).any():
            turned = left.turned()
            self._ways.append((turned, right, twice, self._all[1], Comparison(turned, right, rules, plain.rare)))
        if (twice := right.of_two_minds()).any():
            turned = right.turned()
            self._ways.append((left, turned, self._all[0], twice, Comparison(left, turned, rules)))

    def pairs(
        self, open_left: Flags, open_right: Flags, blocks: Sequence[Sequence[str]], most: int
    ) -> tuple[Rows, Rows]:
        """The pairs of open groups that share a key in any way, each once and in order; see `candidate_pairs`."""
        found = [
            candidate_pairs(left, right, open_left & among_left, open_right & among_right, blocks, most)
            for left, right, among_left, among_right, _ in self._ways
        ]
        if len(found) == 1:
            return found[0]
        both = np.unique(np.concatenate([(a.astype(np.uint64) << _HALF) | b.astype(np.uint64) for a, b in found]))
        return (both >> _HALF).astype(np.int64), (both & _LOWER).astype(np.int64)

    def acceptable(self, left: Rows, right: Rows) -> pl.DataFrame:
        """`Comparison.acceptable` of the pairs, with the best score of each."""
        return _best([way.acceptable(*pairs) for way, pairs in self._seen(left, right)])

    def weigh(self, left: Rows, right: Rows) -> pl.DataFrame:
        """`Comparison.weigh` of the pairs, each as it is seen best."""
        return _best([way.weigh(*pairs) for way, pairs in self._seen(left, right)])

    def _seen(self, left: Rows, right: Rows) -> list[tuple[Comparison, tuple[Rows, Rows]]]:
        seen = []
        for _, _, among_left, among_right, way in self._ways:
            kept = among_left[left] & among_right[right]
            seen.append((way, (left[kept], right[kept])))
        return seen


def _best(looked_at: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Each pair once, with its highest score; of two looks that say the same, the first."""
    if len(looked_at) == 1:
        return looked_at[0]
    return (
        pl.concat(looked_at)
        .sort("l", "r", "score", descending=[False, False, True], maintain_order=True)
        .unique(["l", "r"], keep="first", maintain_order=True)
    )
