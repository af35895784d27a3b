"""Which rows of three lists are the same party in the same matter? The stages, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from hub.link.columns.causes_alike import with_causes_alike
from hub.link.columns.certain_told import explain_certain
from hub.link.columns.exact import certain_pairs
from hub.link.columns.explanations import LINKED, Called, Explained, explain, near
from hub.link.columns.groups import Groups
from hub.link.columns.keys import Rows, stands_again
from hub.link.columns.learning import PAIRINGS, learn, sampled
from hub.link.columns.looks import Looks
from hub.link.columns.redelivered import leading_rows
from hub.link.columns.rules import LinkRules
from hub.link.columns.settle import asked_bits, settle
from hub.link.columns.sheets import LISTS, read_sheets, side_by_side, typed
from hub.link.columns.sides import Side
from hub.link.columns.traits import Pool, read_rows
from hub.link.columns.written import Order, written
from hub.mapping.codes import Codes

TOWNSHIP, POLICE, PROCURATORATE = LISTS


# Which lists' rows the groups of either side may have, round after round: first whose referral a police record (perhaps
# with its papers) answers, then which of all these matters a paper that stands alone is about.
ROUNDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    ((POLICE, PROCURATORATE), (TOWNSHIP, PROCURATORATE)),
    ((PROCURATORATE,), (TOWNSHIP, POLICE)),
)


@dataclass(frozen=True)
class Outcome:
    """links: `case_id`, `agency`, `record_id`, `tier`, `score`, every row once, in a fixed order; matters: how many cases.

    rules: as applied; learned: what was counted in the lists, where that was wished for; explained: pairs in words,
    likewise, by their first row in the order of the output, then by the other; what was decided first of a pair first.
    well_named: the lists of which every row has an id that no other of them has.
    """

    links: pl.DataFrame
    matters: int
    rules: LinkRules
    learned: tuple[tuple[str, str, float, float], ...]
    explained: tuple[Explained, ...]
    well_named: frozenset[str]


@dataclass(frozen=True)
class Wish:
    """What the caller wants beside the links: shares learned from the lists, and explanations."""

    learn: bool = False
    explain: bool = False


def link_columns(lists: Mapping[str, pl.DataFrame], codes: Codes, rules: LinkRules, wish: Wish = Wish()) -> Outcome:
    """Link the three lists; the same for any order of their rows and any number of threads."""
    cells = {agency: typed(lists[agency]) for agency in LISTS}
    ids = {agency: cells[agency]["record_id"] for agency in LISTS}
    sheets, heads = read_sheets(cells)
    orders = dict(zip(LISTS, side_by_side(output_order, [(cells[agency],) for agency in LISTS]), strict=True))
    # The longest first: papers have more numbers to look at.
    led = side_by_side(leading_rows, [(cells[a], sheets[a], orders[a].places, a == PROCURATORATE) for a in LISTS[::-1]])
    leaders = dict(zip(LISTS[::-1], led, strict=True))
    sheets = {a: sheet.with_columns(open=leaders[a] == sheet["row"]) for a, sheet in sheets.items()}
    groups = Groups(sheets, rules)
    certain = certain_pairings(sheets)
    groups.join_certain(*certain)
    called = Called(ids, {agency: orders[agency].places for agency in LISTS}) if wish.explain else None
    told = explain_certain(certain, groups, cells, sheets, heads, codes, called, rules) if called else []
    asked = {a: groups.unfinished(a) for a in LISTS}
    samples: list[pl.DataFrame] = []
    if wish.learn:
        samples = [sampled(pairs, orders[name].places) for pairs, (name, _) in zip(certain, PAIRINGS, strict=True)]
        asked = {a: _with_sampled(rows, samples, a, cells[a].height) for a, rows in asked.items()}
    pool = read_rows(asked, cells, sheets, heads, codes)
    learned: tuple[tuple[str, str, float, float], ...] = ()
    if wish.learn:
        pool = with_causes_alike(samples, pool)
        taught = learn(samples, pool, rules)
        rules, learned = taught.rules, taught.changes
    for left_slots, right_slots in ROUNDS:
        told += join_weighed(groups, pool, rules, left_slots, right_slots, called)
    told.sort(key=lambda one: one.places)
    return Outcome(
        written(groups, ids, orders, leaders, {a: sheets[a]["own_key"] for a in LISTS}),
        groups.count(),
        rules,
        learned,
        tuple(told),
        frozenset(agency for agency in LISTS if orders[agency].unique),
    )


def _with_sampled(rows: pl.Series, samples: Sequence[pl.DataFrame], agency: str, height: int) -> pl.Series:
    """The rows of one list, and those that stand in the samples, each once and in order."""
    among = np.zeros(height, dtype=np.bool_)
    among[rows.to_numpy()] = True
    for pairs, names in zip(samples, PAIRINGS, strict=True):
        for name, side in zip(names, ("left", "right"), strict=True):
            if name == agency:
                among[pairs[side].to_numpy()] = True
    return pl.Series(np.flatnonzero(among).astype(np.uint32))


def output_order(cells: pl.DataFrame) -> Order:
    """The rows by their id, and where ids are equal by what else they say."""
    ids = cells["record_id"]
    if ids.null_count() == 0 and ids.is_sorted():
        # As lists mostly come.
        unique = not (ids == ids.shift(1)).any()
    else:
        unique = ids.null_count() == 0 and not stands_again(ids.hash().to_numpy()).any()
    if unique and ids.is_sorted():
        rows = pl.int_range(cells.height, dtype=pl.UInt32, eager=True)
        return Order(rows, rows, unique)
    rows = cells.select(pl.arg_sort_by(["record_id"] if unique else list(cells.columns), nulls_last=True)).to_series()
    places = pl.zeros(cells.height, dtype=pl.UInt32, eager=True).scatter(
        rows, pl.int_range(cells.height, dtype=pl.UInt32, eager=True)
    )
    return Order(rows, places, unique)


def certain_pairings(sheets: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    """Number and person equal, each once in its list: for each of PAIRINGS."""
    township, police, procuratorate = (sheets[agency] for agency in LISTS)
    pairings = [
        (police, "ref", township, "own"),
        (procuratorate, "pol", police, "own"),
        (procuratorate, "ref", township, "own"),
    ]
    return side_by_side(certain_pairs, pairings)


def join_weighed(
    groups: Groups, pool: Pool, rules: LinkRules, left_slots: tuple[str, ...],
    right_slots: tuple[str, ...], called: Called | None = None,
) -> list[Explained]:  # fmt: skip
    """Compare what is left, by narrow keys first and, for what they leave open, by wide ones; join what is clear.

    left_slots, right_slots: which lists the groups on either side may have rows of, the leading list first; a group
    on the left has a row of its leading list, and none of the right's leading one. called: where explanations are wanted.
    """
    left_groups, right_groups = groups.sides(left_slots, right_slots)
    told: list[Explained] = []
    if not (left_groups.height and right_groups.height):
        return told
    left, right = Side(left_groups, pool, left_slots), Side(right_groups, pool, right_slots)
    open_left, open_right = np.ones(left.height, dtype=np.bool_), np.ones(right.height, dtype=np.bool_)
    looks = Looks(left, right, rules)
    asked, margin = asked_bits(right.height, rules), rules.decide.margin
    for blocks, clear in ((rules.blocks.narrow, rules.decide.clear), (rules.blocks.narrow + rules.blocks.wide, 0.0)):
        pairs = looks.pairs(open_left, open_right, blocks, rules.blocks.most_pairs_of_a_key)
        pairs = _without_clashes(*pairs, left_groups, right_groups)
        settled = settle(looks.acceptable(*pairs), asked + clear, margin + clear)
        groups.join(left_groups, right_groups, settled.links, left_slots[0])
        open_left[settled.links["l"].to_numpy()] = False
        open_right[settled.links["r"].to_numpy()] = False
        if called is not None:
            worth = near(looks.weigh(*pairs), settled.links, settled.ambiguous, asked, rules)
            worth = worth.filter(pl.col("verdict") == LINKED) if clear else worth
            told += explain(worth, called.groups(left_groups, left_slots), called.groups(right_groups, right_slots), asked, rules)  # fmt: skip
    groups.leave(left_groups, settled.ambiguous, left_slots[0])
    return told


def _without_clashes(one: Rows, other: Rows, left: pl.DataFrame, right: pl.DataFrame) -> tuple[Rows, Rows]:
    """Without pairs of groups that both have a row of one list: one row of each, delivered once, is one party."""
    clash = np.zeros(len(one), dtype=np.bool_)
    for slot in LISTS:
        clash |= left[slot].is_not_null().to_numpy()[one] & right[slot].is_not_null().to_numpy()[other]
    return one[~clash], other[~clash]
