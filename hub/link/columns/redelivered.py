"""Which rows of one list are the same party in the same matter: delivered again, or in a further paper?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import polars.selectors as cs

from hub.link.columns.keys import Figures, Rows, keyed, stands_again
from hub.link.columns.matter_values import amount_column, day_column
from hub.link.columns.parties import names_fit, numbers_fit
from hub.link.columns.spelling import with_put
from hub.values.names import is_masked

_WALKED = ("place", "own_key", "ref_key", "pol_key", "name", "whole_id", "id_no", "said", "cause", "day", "amount")


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says of its party and its matter. said: a figure of all its cells but the id. Of numbers, 0 is none."""

    place: int
    own: int
    ref: int
    pol: int
    name: str | None
    whole_id: str | None
    id_no: str | None
    said: int
    cause: str | None
    day: int | None
    amount: int | None

    def shares(self, *, papers: bool) -> Iterator[tuple[object, ...]]:
        """What it shares with the same row once more, and with a further paper, the surest first."""
        yield "said", self.said
        persons = [("id", self.whole_id), ("name", self.name)]
        for how, number in (("own", self.own), *((("ref", self.ref), ("pol", self.pol)) if papers else ())):
            yield from ((how, number, by, person) for by, person in persons if number and person)
        if not self.own and self.whole_id and self.day is not None:
            yield "bare", self.name, self.whole_id, self.day, self.amount

    def may_be(self, other: Row) -> bool:
        """Whether it may be the same party in the same matter, given that something is shared."""
        if self.said == other.said:
            return True
        if not (names_fit(self.name, other.name) and numbers_fit(self.id_no, other.id_no)):
            return False
        known = self.whole_id is not None and self.whole_id == other.whole_id
        if not known and self.name and is_masked(self.name):
            return False  # several people may hide behind one mask
        return not self.is_elsewhere(other)

    def is_elsewhere(self, other: Row) -> bool:
        """Whether cause and sum, and of one paper the day, are all given and all others: the number was used twice."""
        told = [(self.cause, other.cause), (self.amount, other.amount)]
        told += [(self.day, other.day)] if self.own == other.own else []
        return all(one is not None and another is not None and one != another for one, another in told)


def leading_rows(typed: pl.DataFrame, sheet: pl.DataFrame, order: pl.Series, papers: bool = False) -> pl.Series:
    """For every row the row that stands for it: itself, or of rows delivered again the one that says most.

    papers: whether a row is a paper, of which several may be written to one party in one matter: then the same party under
    the same number of another agency is one matter as well.

    The same again is: every cell equal but the id; the list's own number and the party equal; or, where there is no own
    number, party, identity number, day and sum. The party is equal by its whole identity number, unless two names are
    altogether different (a clerk copied the number down one row too far), or by its name, unless that is masked or two
    identity numbers cannot be one person's. Where cause, day and sum are all others, the number was used twice.
    order: the place of each row in the order of the output, which settles what is otherwise equal.
    """
    some, said = _in_turn(_worth_a_look(typed, sheet, papers), typed, sheet, order)
    if not len(some):
        return sheet["row"]
    # What says the same as a row before it goes where that one goes, and shares nothing that is not shared already: so
    # of equal rows the first alone is looked at, and walked only where it may share something with one that says another.
    _, first, of = np.unique(said, return_index=True, return_inverse=True)
    once = np.sort(first)
    once = once[_share_more(sheet.select(cs.ends_with("_key"))[some[once]], papers)]
    leads = led(_rows(once, said[once], typed[some[once]], sheet[some[once]]), papers)
    leader = np.arange(len(some))
    leader[list(leads)] = list(leads.values())
    return with_put(sheet["row"], some, pl.Series(some[leader[first[of]]].astype(np.uint32)))


def _in_turn(rows: Rows, typed: pl.DataFrame, sheet: pl.DataFrame, order: pl.Series) -> tuple[Rows, Figures]:
    """The rows in the order in which they lead, and for each a figure of what it says."""
    cells = typed[rows]
    says = cells.select(pl.sum_horizontal(pl.all().is_not_null().cast(pl.Int32))).to_series().to_numpy()
    nobody = sheet["whole_id_key"].to_numpy()[rows] == 0
    turns = np.lexsort((order.to_numpy()[rows], -says, nobody))
    return rows[turns], _said(cells)[turns]


def _said(cells: pl.DataFrame) -> Figures:
    """A figure of all cells but the id."""
    figures: Figures = cells.select(pl.exclude("record_id")).hash_rows(1).to_numpy()
    return figures


def _worth_a_look(typed: pl.DataFrame, sheet: pl.DataFrame, papers: bool) -> Rows:
    """The rows that share what the same row once more would share."""
    own, name, whole_id = (sheet[f"{of}_key"].to_numpy() for of in ("own", "name", "whole_id"))
    bare = np.flatnonzero((own == 0) & ((name != 0) | (whole_id != 0)))
    bares = [bare[stands_again(_said(typed[bare]))], bare[_sharing(name[bare], whole_id[bare])]]
    return np.unique(np.concatenate([*_share_numbers(sheet, papers), *bares]))


def _share_more(sheet: pl.DataFrame, papers: bool) -> Rows:
    """Of rows that say different things those that may share something nevertheless, in their order."""
    bare = np.flatnonzero(sheet["own_key"].to_numpy() == 0)
    bares = bare[_sharing(sheet["whole_id_key"].to_numpy()[bare])]
    return np.unique(np.concatenate([*_share_numbers(sheet, papers), bares]))


def _share_numbers(sheet: pl.DataFrame, papers: bool) -> list[Rows]:
    """The rows that share a number and the party, for each number that is looked at and each way to know the party."""
    persons = [sheet[f"{of}_key"].to_numpy() for of in ("name", "whole_id")]
    found = []
    for number in (sheet[f"{of}_key"].to_numpy() for of in (("own", "ref", "pol") if papers else ("own",))):
        rows = _sharing(number)  # few; so the party need not be looked at in the whole list
        found += [rows[_sharing(number[rows], person[rows])] for person in persons]
    return found


def _sharing(*figures: Figures) -> Rows:
    """The places where figures stand that stand together elsewhere, too."""
    rows, keys = keyed(*figures)
    return rows[stands_again(keys)]


def _rows(places: Rows, said: Figures, cells: pl.DataFrame, sheet: pl.DataFrame) -> list[Row]:
    rows = sheet.with_columns(
        place=pl.Series(places), said=pl.Series(said), id_no=cells["id_no"], cause=cells["cause"],
        day=day_column(cells["date"]).to_physical(), amount=amount_column(cells["amount"]),
    )  # fmt: skip
    return [Row(*one) for one in rows.select(_WALKED).iter_rows()]


def led(rows: Sequence[Row], papers: bool) -> dict[int, int]:
    """place -> the place that leads it, of rows in the order in which they lead. They are few, so they are walked one by one."""
    first: dict[tuple[object, ...], Row] = {}
    leads: dict[int, int] = {}
    for one in rows:
        leader = next((first[key] for key in one.shares(papers=papers) if key in first and one.may_be(first[key])), one)
        if leader is not one:
            leads[one.place] = leader.place
        for key in one.shares(papers=papers):
            first.setdefault(key, leader)
    return leads
