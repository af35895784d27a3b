"""How are the groups written out, every row once, in an order and under names that no order of input changes?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from hub.link.columns.groups import AGAIN, TIERS, Groups
from hub.link.columns.sheets import LISTS


@dataclass(frozen=True)
class Order:
    """The order of one list's rows in the output: which row comes where, where each row comes, all ids different."""

    rows: pl.Series
    places: pl.Series
    unique: bool


def written(
    groups: Groups, ids: Mapping[str, pl.Series], orders: Mapping[str, Order], leaders: Mapping[str, pl.Series]
) -> pl.DataFrame:
    """`case_id`, `agency`, `record_id`, `tier`, `score`. A case is called after the first row of its first list."""
    table = groups.table.filter(pl.any_horizontal(pl.all().is_not_null()))
    offsets, start = {}, 0
    for agency in LISTS:
        offsets[agency] = start
        start += ids[agency].len()
    first = pl.select(pl.coalesce(*[orders[a].places.gather(table[a]) + offsets[a] for a in LISTS])).to_series()
    parts = []
    for number, agency in enumerate(LISTS):
        rows = ids[agency].len()
        held = table[agency].is_not_null()
        case = pl.repeat(0, rows, dtype=pl.UInt32, eager=True).scatter(table[agency].filter(held), first.filter(held))
        case = case.gather(leaders[agency])
        tier, score = groups.tiers(agency)
        again = (leaders[agency] != pl.int_range(rows, dtype=pl.UInt32, eager=True)).arg_true()
        parts.append(
            pl.DataFrame(
                {
                    # The case, then the list, then the order within it: one figure to sort by.
                    "place": case.cast(pl.UInt64) * (4 << 31)
                    + number * (1 << 31)
                    + orders[agency].places.cast(pl.UInt64),
                    "case": case,
                    "agency": pl.repeat(number, rows, dtype=pl.UInt32, eager=True),
                    "record_id": ids[agency],
                    "tier": tier.scatter(again, AGAIN),
                    "score": score.scatter(again, 0.0).round(1),
                }
            )
        )
    names = pl.concat([_names(agency, ids[agency], orders[agency]) for agency in LISTS])
    out = pl.concat(parts)
    out = out[out["place"].arg_sort()]
    return out.select(
        case_id=names.gather(out["case"]),
        agency=_words(LISTS).gather(out["agency"]),
        record_id="record_id",
        tier=_words(TIERS).gather(out["tier"]),
        score="score",
    )


def _words(words: Sequence[str]) -> pl.Series:
    return pl.Series(words, dtype=pl.Enum(words))


def _names(agency: str, ids: pl.Series, order: Order) -> pl.Series:
    """A name for each row that may lead a case: its list and its id, numbered where the id stands again."""
    called = f"{agency}:" + ids.gather(order.rows).fill_null("")
    if order.unique:
        return called
    times = pl.DataFrame({"name": called}).select(pl.int_range(pl.len()).over("name")).to_series()
    return pl.select(pl.when(times == 0).then(called).otherwise(called + "#" + (times + 1).cast(pl.String))).to_series()
