"""Which rows of three lists are the same party in the same matter? The stages, in order."""

from __future__ import annotations

from collections.abc import Mapping
from math import log2

import polars as pl

from hub.link.columns.candidates import candidate_pairs
from hub.link.columns.evidence import Comparison
from hub.link.columns.exact import certain_pairs
from hub.link.columns.groups import Groups
from hub.link.columns.redelivered import leading_rows
from hub.link.columns.rules import LinkRules
from hub.link.columns.settle import settle
from hub.link.columns.sheets import LISTS, read_sheets, side_by_side, typed
from hub.link.columns.traits import Reader, group_traits
from hub.link.columns.written import Order, written
from hub.mapping.codes import Codes

TOWNSHIP, POLICE, PROCURATORATE = LISTS


def link_columns(lists: Mapping[str, pl.DataFrame], codes: Codes, rules: LinkRules) -> pl.DataFrame:
    """`case_id`, `agency`, `record_id`, `tier`, `score`: every row of the three lists once, in a fixed order.

    The same for any order of the rows and any number of threads.
    """
    cells = {agency: typed(lists[agency]) for agency in LISTS}
    sheets = read_sheets(cells)
    orders = dict(zip(LISTS, side_by_side(output_order, [(cells[agency],) for agency in LISTS]), strict=True))
    led = side_by_side(leading_rows, [(cells[agency], sheets[agency], orders[agency].places) for agency in LISTS])
    leaders = dict(zip(LISTS, led, strict=True))
    sheets = {a: sheet.with_columns(open=leaders[a] == sheet["row"]) for a, sheet in sheets.items()}
    groups = Groups(sheets)
    join_certain(groups, sheets)
    read = side_by_side(Reader, [(a, cells[a], sheets[a], codes, groups.unfinished(a)) for a in LISTS])
    readers = dict(zip(LISTS, read, strict=True))
    join_weighed(groups, readers, rules, (POLICE, PROCURATORATE), (TOWNSHIP, PROCURATORATE))
    join_weighed(groups, readers, rules, (PROCURATORATE,), (TOWNSHIP, POLICE))
    return written(groups, {agency: cells[agency]["record_id"] for agency in LISTS}, orders, leaders)


def output_order(cells: pl.DataFrame) -> Order:
    """The rows by their id, and where ids are equal by what else they say."""
    ids = cells["record_id"]
    unique = bool(ids.is_unique().all())
    rows = cells.select(pl.arg_sort_by(["record_id"] if unique else list(cells.columns), nulls_last=True)).to_series()
    places = pl.zeros(cells.height, dtype=pl.UInt32, eager=True).scatter(
        rows, pl.int_range(cells.height, dtype=pl.UInt32, eager=True)
    )
    return Order(rows, places, unique)


def join_certain(groups: Groups, sheets: Mapping[str, pl.DataFrame]) -> None:
    """Number and person equal, each once in its list."""
    township, police, procuratorate = (sheets[agency] for agency in LISTS)
    pairings = [
        (police, "ref", township, "own"),
        (procuratorate, "pol", police, "own"),
        (procuratorate, "ref", township, "own"),
    ]
    groups.join_certain(*side_by_side(certain_pairs, pairings))


def join_weighed(groups: Groups, readers: Mapping[str, Reader], rules: LinkRules, left_slots: tuple[str, ...], right_slots: tuple[str, ...]) -> None:  # fmt: skip
    """Compare what is left, by narrow keys first and, for what they leave open, by wide ones; join what is clear.

    left_slots, right_slots: which lists the groups on either side may have rows of, the leading list first; a group
    on the left has a row of its leading list, and none of the right's leading one.
    """
    left_groups, right_groups = groups.sides(left_slots, right_slots)
    if not (left_groups.height and right_groups.height):
        return
    left = group_traits(left_groups, readers, left_slots).with_columns(open=pl.lit(value=True))
    right = group_traits(right_groups, readers, right_slots).with_columns(open=pl.lit(value=True))
    comparison = Comparison(left, right, rules)
    accept = log2(max(right.height, rules.least_candidates)) + rules.decide.accept
    margin = rules.decide.margin
    for blocks, clear in ((rules.blocks.narrow, rules.decide.clear), (rules.blocks.narrow + rules.blocks.wide, 0.0)):
        pairs = candidate_pairs(left, right, blocks, rules.blocks.most_pairs_of_a_key)
        pairs = _without_clashes(pairs, left_groups, right_groups)
        weighed = comparison.weigh(pairs).filter(
            (pl.col("person") >= rules.decide.person) & (pl.col("matter") >= rules.decide.matter)
        )
        settled = settle(weighed, accept + clear, margin + clear)
        groups.join(left_groups, right_groups, settled.links, left_slots[0])
        left = left.with_columns(left["open"].scatter(settled.links["l"], False))
        right = right.with_columns(right["open"].scatter(settled.links["r"], False))
    groups.leave(left_groups, settled.ambiguous, left_slots[0])


def _without_clashes(pairs: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Without pairs of groups that both have a row of one list: one row of each, delivered once, is one party."""
    clash = pl.Series([False]).new_from_index(0, pairs.height)
    for slot in LISTS:
        clash |= left[slot].gather(pairs["l"]).is_not_null() & right[slot].gather(pairs["r"]).is_not_null()
    return pairs.filter(~clash)


