"""How are the groups written out, every row once, in an order and under names that no order of input changes?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.groups import AGAIN, FURTHER, TIERS, Groups
from hub.link.columns.keys import Rows
from hub.link.columns.sheets import LISTS, side_by_side

_HALF, _LOWER = np.uint64(32), np.uint64(0xFFFFFFFF)


@dataclass(frozen=True)
class Order:
    """The order of one list's rows in the output: which row comes where, where each row comes, all ids different."""

    rows: pl.Series
    places: pl.Series
    unique: bool


def written(
    groups: Groups, ids: Mapping[str, pl.Series], orders: Mapping[str, Order], leaders: Mapping[str, pl.Series],
    numbers: Mapping[str, pl.Series],
) -> pl.DataFrame:  # fmt: skip
    """`case_id`, `agency`, `record_id`, `tier`, `score`. A case is called after the first row of its first list.

    numbers: a figure for each row's own number: who follows a row with another number is no delivery once more.

    Cases come in the order of the rows that they are called after, list after list; within a case the rows do.

    Say the township's t1 and t2 and the police's p1 have the places 0, 1 and 2, and t1 and p1 are one group. Its case
    is number 0, the place of its first row; that of t2 is number 1. Sorted by case and place they are t1 and p1 (0, 0 and
    0, 2), then t2 (1, 1); and the cases are called township:t1 and township:t2.
    """
    heights = [ids[agency].len() for agency in LISTS]
    offsets = dict(zip(LISTS, np.cumsum([0, *heights]).tolist(), strict=False))
    lines = _case_of_each_place(groups, orders, leaders, offsets) << _HALF
    lines |= np.arange(len(lines), dtype=np.uint64)
    lines.sort()
    cases = (lines >> _HALF).astype(np.int64)
    begins = np.append(np.ones(min(len(cases), 1), dtype=np.bool_), cases[1:] != cases[:-1])
    named = side_by_side(_names, [(a, ids[a], orders[a], of) for a, of in _by_list(cases[begins], offsets, heights)])
    tiers, scores = zip(*side_by_side(_why, [(groups, a, leaders[a], numbers[a]) for a in LISTS]), strict=True)
    row_of_place = np.concatenate([orders[a].rows.to_numpy() + np.uint32(offsets[a]) for a in LISTS])
    rows = row_of_place[lines & _LOWER]
    agencies = [np.full(height, place, dtype=np.uint8) for place, height in enumerate(heights)]
    columns: dict[str, tuple[object, ...]] = {
        "case_id": (named, np.cumsum(begins, dtype=np.uint32) - np.uint32(1)),
        "agency": (agencies, rows, LISTS),
        "record_id": ([ids[a] for a in LISTS], rows),
        "tier": (tiers, rows, TIERS),
        "score": (scores, rows),
    }
    return pl.DataFrame(dict(zip(columns, side_by_side(_laid_out, list(columns.values())), strict=True)))


def _case_of_each_place(
    groups: Groups, orders: Mapping[str, Order], leaders: Mapping[str, pl.Series], offsets: Mapping[str, int]
) -> NDArray[np.uint64]:
    """For each place of all lists one after the other the number of its row's case: the place of the case's first row."""
    table = groups.table
    first = pl.select(pl.coalesce(*[orders[a].places.gather(table[a]) + offsets[a] for a in LISTS])).to_series()
    return np.concatenate(side_by_side(_case_of_places, [(table[a], first, leaders[a], orders[a].rows) for a in LISTS]))


def _by_list(cases: Rows, offsets: Mapping[str, int], heights: Sequence[int]) -> list[tuple[str, Rows]]:
    """The cases that are called after rows of each list, by the places of these in their list."""
    bounds = np.searchsorted(cases, [*offsets.values(), sum(heights)])
    return [(a, cases[begin:end] - offsets[a]) for a, begin, end in zip(LISTS, bounds, bounds[1:], strict=False)]


def _laid_out(parts: Sequence[Any], places: NDArray[np.uint32], words: Sequence[str] = ()) -> pl.Series:
    """What stands at these places of the parts, one after the other; words: which the parts give by their places."""
    column: pl.Series = pl.concat(parts, rechunk=True) if not words else pl.Series(np.concatenate(parts))
    return column.gather(places).cat.to(pl.Enum(words)) if words else column.gather(places)


def _case_of_places(held: pl.Series, first: pl.Series, leaders: pl.Series, order: pl.Series) -> NDArray[np.uint64]:
    """For each row, in the order of the output, the case of the row that leads it."""
    some = held.is_not_null()
    case = np.zeros(leaders.len(), dtype=np.uint64)
    case[held.filter(some).to_numpy()] = first.filter(some).to_numpy()
    ordered: NDArray[np.uint64] = case[leaders.to_numpy()[order.to_numpy()]]
    return ordered


def _why(groups: Groups, agency: str, leaders: pl.Series, numbers: pl.Series) -> tuple[NDArray[np.uint8], pl.Series]:
    of, bits = groups.tiers(agency)
    tier, score = of.astype(np.uint8), bits.round(1)
    leader, number = leaders.to_numpy(), numbers.to_numpy()
    led = np.flatnonzero(leader != np.arange(len(leader)))
    one, other = number[led], number[leader[led]]
    tier[led], score[led] = np.where((one != 0) & (other != 0) & (one != other), FURTHER, AGAIN), 0.0
    return tier, pl.Series(score)


def _names(agency: str, ids: pl.Series, order: Order, places: Rows) -> pl.Series:
    """A name for each row that leads a case: its list and its id, numbered where the id stands again."""
    if order.unique:
        return f"{agency}:" + ids.gather(order.rows.gather(places)).fill_null("")
    called = f"{agency}:" + ids.gather(order.rows).fill_null("")
    times = pl.DataFrame({"name": called}).select(pl.int_range(pl.len()).over("name")).to_series()
    numbered = pl.select(
        pl.when(times == 0).then(called).otherwise(called + "#" + (times + 1).cast(pl.String))
    ).to_series()
    if numbered.filter(times > 0).is_in(called.implode()).any():
        numbered = pl.Series(_told_apart(called.to_list()))
    return numbered.gather(places)


def _told_apart(called: Sequence[str]) -> list[str]:
    """The names, all different: what stands again is numbered on past every number that an id bears itself.

    >>> _told_apart(["t1", "t1", "t1", "t1#2"])
    ['t1', 't1#3', 't1#4', 't1#2']
    """
    borne = set(called)
    last: dict[str, int] = {}
    names = []
    for name in called:
        if name not in last:
            last[name] = 1
            names.append(name)
            continue
        last[name] += 1
        while f"{name}#{last[name]}" in borne:
            last[name] += 1
        names.append(f"{name}#{last[name]}")
    return names
