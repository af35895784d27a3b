"""Which of the weighed pairs are links, and what is left to a person?"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.assignment import groups_of, sure_pairs
from hub.link.columns.rules import LinkRules

_LARGEST = 60  # nodes of a component that is assigned exactly; beyond, only clear best pairs are links

_HALF, _LOWER = np.uint64(32), np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Settled:
    """links: `l`, `r`, `score`. ambiguous: `l`, `score` of what fits several equally well."""

    links: pl.DataFrame
    ambiguous: pl.DataFrame


def asked_bits(candidates: int, rules: LinkRules) -> float:
    """What a pair must say: that it is one of so many candidates, and `accept` beyond."""
    return log2(max(candidates, rules.least_candidates)) + rules.decide.accept


def settle(weighed: pl.DataFrame, accept: float, margin: float) -> Settled:
    """One-to-one: pairs with `accept` bits or more that are the best for both sides by `margin`, first alone, then
    as the best assignment of the small group they are in. What two readings fit within the margin is ambiguous.

    weighed: `l`, `r`, `score`, sorted by `l` and `r`, acceptable but for the score. The order of rows does not matter.
    """
    edges = weighed.filter(pl.col("score") >= accept).select("l", "r", "score")
    links = []
    while edges.height:
        clear = _clear(edges, margin)
        if clear.height == 0:
            break
        links.append(clear)
        edges = edges.join(clear, on="l", how="anti").join(clear, on="r", how="anti")
    assigned, left = _assign(edges, accept, margin)
    return Settled(pl.concat([*links, assigned]), left)


def _clear(edges: pl.DataFrame, margin: float) -> pl.DataFrame:
    """The pairs that beat every other pair of either side by the margin."""
    score = edges["score"].to_numpy()
    return edges.filter(pl.Series(_leads(edges["l"].to_numpy(), score, margin) & _leads(edges["r"].to_numpy(), score, margin)))  # fmt: skip


def _leads(side: NDArray[np.uint32], score: NDArray[np.float32], margin: float) -> NDArray[np.bool_]:
    """Whether each pair is the best of its side by the margin."""
    # Scores that are worth a look are above 0, and the bits of such a float rise with it.
    order = np.argsort((side.astype(np.uint64) << _HALF) | (_LOWER - score.view(np.uint32)))
    at, ordered = side[order], score[order]
    first, alone = np.append(True, at[1:] != at[:-1]), np.append(at[1:] != at[:-1], True)
    ahead = np.append(ordered[:-1] - ordered[1:] >= margin, True)
    leads = np.zeros(len(side), dtype=np.bool_)
    leads[order] = first & (alone | ahead)
    return leads


def _assign(edges: pl.DataFrame, accept: float, margin: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The sure pairs of each small group of edges that hang together, and the lefts that are left."""
    edges = edges.sort("l", "r")
    pairs, scores = edges.select("l", "r").rows(), edges["score"].to_list()
    taken: list[int] = []
    left_over: dict[int, float] = {}
    for places in groups_of(pairs):
        sure: set[tuple[int, int]] = set()
        if len({pairs[place][0] for place in places}) + len({pairs[place][1] for place in places}) <= _LARGEST:
            sure = set(sure_pairs({pairs[place]: scores[place] - accept for place in places}, margin))
        taken += [place for place in places if pairs[place] in sure]
        done = {left for left, _ in sure}
        for place in places:
            if (left := pairs[place][0]) not in done:
                left_over[left] = max(scores[place], left_over.get(left, scores[place]))
    ambiguous = pl.DataFrame(list(left_over.items()), schema={"l": pl.UInt32, "score": pl.Float32}, orient="row")
    return edges[taken], ambiguous
