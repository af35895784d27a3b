"""How are the groups written out, every row once, in an order and under names that no order of input changes?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.groups import AGAIN, FURTHER, TIERS, Groups
from hub.link.columns.keys import Rows
from hub.link.columns.sheets import LISTS, side_by_side


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
    is number 0, the place of its first row, and has two rows; that of t2 is number 1, and has one. So case 0 is laid out
    from line 0 (t1, p1), case 1 from line 2 (t2), and they are called township:t1 and township:t2.
    """
    heights = [ids[agency].len() for agency in LISTS]
    offsets = dict(zip(LISTS, np.cumsum([0, *heights]).tolist(), strict=False))
    cases = _case_of_each_row(groups, orders, leaders, offsets)
    sizes = sum((np.bincount(cases[a], minlength=sum(heights)) for a in LISTS), np.zeros(sum(heights), dtype=np.int64))
    called = np.flatnonzero(sizes)
    bounds = np.searchsorted(called, [offsets[a] for a in LISTS] + [sum(heights)])
    called_of = [called[begin:end] - offsets[a] for a, begin, end in zip(LISTS, bounds, bounds[1:], strict=False)]
    named = side_by_side(_names, [(a, ids[a], orders[a], of) for a, of in zip(LISTS, called_of, strict=True)])
    tiers, scores = zip(*side_by_side(_why, [(groups, a, leaders[a], numbers[a]) for a in LISTS]), strict=True)
    agencies = [pl.repeat(a, len(ids[a]), dtype=pl.Enum(LISTS), eager=True) for a in LISTS]
    of_rows = {"agency": agencies, "record_id": [ids[a] for a in LISTS], "tier": tiers, "score": scores}
    work: dict[str, tuple[Sequence[pl.Series], NDArray[np.uint32]]] = {
        "case_id": (named, np.repeat(np.arange(len(called), dtype=np.uint32), sizes[called]))
    }
    lines = _row_of_each_line(cases, sizes, orders, offsets)
    work |= {name: (parts, lines) for name, parts in of_rows.items()}
    return pl.DataFrame(dict(zip(work, side_by_side(_laid_out, list(work.values())), strict=True)))


def _case_of_each_row(
    groups: Groups, orders: Mapping[str, Order], leaders: Mapping[str, pl.Series], offsets: Mapping[str, int]
) -> dict[str, Rows]:
    """For each list, in the order of the output, the number of each row's case: the place of the case's first row."""
    table = groups.table.filter(pl.any_horizontal(pl.all().is_not_null()))
    first = pl.select(pl.coalesce(*[orders[a].places.gather(table[a]) + offsets[a] for a in LISTS])).to_series()
    held = side_by_side(_case_of_rows, [(table[a], first, leaders[a], orders[a].rows) for a in LISTS])
    return dict(zip(LISTS, held, strict=True))


def _row_of_each_line(
    cases: Mapping[str, Rows], sizes: Rows, orders: Mapping[str, Order], offsets: Mapping[str, int]
) -> NDArray[np.uint32]:
    """Which row, of all lists one after the other, stands in each line of the answer."""
    lines = np.empty(len(sizes), dtype=np.uint32)
    begin = np.cumsum(sizes) - sizes
    for agency in LISTS:
        case = cases[agency]
        counts = np.bincount(case, minlength=len(sizes))
        lines[begin[case] + _rank_within(case, counts)] = orders[agency].rows.to_numpy() + offsets[agency]
        begin += counts
    return lines


def _laid_out(parts: Sequence[pl.Series], places: NDArray[np.uint32]) -> pl.Series:
    return pl.concat(parts, rechunk=True).gather(places)


def _case_of_rows(held: pl.Series, first: pl.Series, leaders: pl.Series, order: pl.Series) -> Rows:
    """For each row, in the order of the output, the case of the row that leads it."""
    some = held.is_not_null()
    case = np.zeros(leaders.len(), dtype=np.int64)
    case[held.filter(some).to_numpy()] = first.filter(some).to_numpy()
    ordered: Rows = case[leaders.to_numpy()[order.to_numpy()]]
    return ordered


def _rank_within(case: Rows, counts: Rows) -> Rows:
    """Which of the rows of its case each row is; almost all are the only one of their list."""
    rank = np.zeros(len(case), dtype=np.int64)
    several = np.flatnonzero(counts[case] > 1)
    order = several[np.argsort(case[several], kind="stable")]
    starts = np.flatnonzero(np.append(True, case[order][1:] != case[order][:-1])) if len(order) else order
    rank[order] = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    return rank


def _why(groups: Groups, agency: str, leaders: pl.Series, numbers: pl.Series) -> tuple[pl.Series, pl.Series]:
    tier, score = groups.tiers(agency)
    leader, number = leaders.to_numpy(), numbers.to_numpy()
    again = leader != np.arange(leaders.len())
    follows = np.where((number != 0) & (number[leader] != 0) & (number != number[leader]), FURTHER, AGAIN)
    tier, score = np.where(again, follows, tier).astype(np.uint32), np.where(again, 0.0, score).round(1)
    return pl.Series(TIERS, dtype=pl.Enum(TIERS)).gather(tier), pl.Series(score)


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
