"""Which of the weighed pairs are links, and what is left to a person?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

_LARGEST = 60  # nodes of a component that is assigned exactly; beyond, only clear best pairs are links


@dataclass(frozen=True)
class Settled:
    """links: `l`, `r`, `score`. ambiguous: `l`, `score` of what fits several equally well."""

    links: pl.DataFrame
    ambiguous: pl.DataFrame


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
    return edges.filter(_leads(edges, "l", margin) & _leads(edges, "r", margin))


def _leads(edges: pl.DataFrame, side: str, margin: float) -> pl.Series:
    """Whether each pair is the best of its side by the margin."""
    order = edges.select(pl.arg_sort_by([side, "score"], descending=[False, True])).to_series()
    at, score = edges[side].gather(order), edges["score"].gather(order)
    first = (at != at.shift(1)).fill_null(value=True)
    alone = (at != at.shift(-1)).fill_null(value=True)
    ahead = (score - score.shift(-1) >= margin).fill_null(value=True)
    return pl.repeat(False, edges.height, dtype=pl.Boolean, eager=True).scatter(order, first & (alone | ahead))


def _assign(edges: pl.DataFrame, accept: float, margin: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    nothing = pl.DataFrame(schema={"l": pl.UInt32, "r": pl.UInt32, "score": pl.Float32})
    if edges.height == 0:
        return nothing, nothing.select("l", "score")
    edges = edges.sort("l", "r")
    lefts, left_at = np.unique(edges["l"].to_numpy(), return_inverse=True)
    rights, right_at = np.unique(edges["r"].to_numpy(), return_inverse=True)
    size = len(lefts) + len(rights)
    graph = coo_array((np.ones(edges.height), (left_at, right_at + len(lefts))), shape=(size, size))
    _, component = connected_components(graph, directed=False)
    of_edge = component[left_at]
    order = np.argsort(of_edge, kind="stable")
    bounds = np.flatnonzero(np.diff(of_edge[order], prepend=-1, append=-1))
    score = edges["score"].to_numpy() - accept
    taken: list[int] = []
    open_lefts: list[tuple[int, float]] = []
    for start, end in pairwise(bounds.tolist()):
        places = order[start:end]
        sure = _sure(left_at[places], right_at[places], score[places], margin)
        taken += places[sure].tolist()
        done = set(left_at[places[sure]].tolist())
        undone = [left for left in np.unique(left_at[places]).tolist() if left not in done]
        open_lefts += [
            (int(lefts[left]), float(score[places][left_at[places] == left].max()) + accept) for left in undone
        ]
    links = edges[np.array(taken, dtype=np.int64)] if taken else nothing
    ambiguous = pl.DataFrame(open_lefts, schema={"l": pl.UInt32, "score": pl.Float32}, orient="row")
    return links, ambiguous


def _sure(left: np.ndarray, right: np.ndarray, score: np.ndarray, margin: float) -> np.ndarray:
    """Which edges of one component stand in the best assignment, and in every one within the margin of it."""
    rows, at_row = np.unique(left, return_inverse=True)
    columns, at_column = np.unique(right, return_inverse=True)
    if len(rows) + len(columns) > _LARGEST:
        return np.zeros(len(score), dtype=bool)
    # Staying alone is worth nothing: one private column for each row.
    gain = np.zeros((len(rows), len(columns) + len(rows)))
    gain[:, : len(columns)] = -1e6
    gain[at_row, at_column] = score
    best, chosen = _best(gain)
    sure = np.zeros(len(score), dtype=bool)
    for row, column in chosen:
        if column >= len(columns):
            continue
        without = gain.copy()
        without[row, column] = -1e6
        if best - _best(without)[0] >= margin:
            sure |= (at_row == row) & (at_column == column)
    return sure


def _best(gain: np.ndarray) -> tuple[float, list[tuple[int, int]]]:
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return float(gain[rows, columns].sum()), list(zip(rows.tolist(), columns.tolist(), strict=True))
