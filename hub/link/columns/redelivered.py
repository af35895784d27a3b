"""Which rows of one list are the same party in the same matter: delivered again, or in a further paper?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.keys import Figures, keyed, stands_again
from hub.link.columns.matter_values import amount_column, day_column
from hub.link.columns.parties import names_fit, numbers_fit
from hub.link.columns.spelling import with_put
from hub.values.names import is_masked

_WALKED = ("row", "own_key", "ref_key", "pol_key", "name", "whole_id", "id_no", "said", "cause", "day", "amount")


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row says of its party and its matter. said: a figure of all its cells but the id. Of numbers, 0 is none."""

    row: int
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

    def may_be(self, other: _Row) -> bool:
        """Whether it may be the same party in the same matter, given that something is shared."""
        if self.said == other.said:
            return True
        if not (names_fit(self.name, other.name) and numbers_fit(self.id_no, other.id_no)):
            return False
        known = self.whole_id is not None and self.whole_id == other.whole_id
        if not known and self.name and is_masked(self.name):
            return False  # several people may hide behind one mask
        return not self.is_elsewhere(other)

    def is_elsewhere(self, other: _Row) -> bool:
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
    some = _worth_a_look(typed, sheet, papers)
    if some.len() == 0:
        return sheet["row"]
    cells = typed[some]
    rest = cells.select(pl.exclude("record_id"))
    rows = sheet[some].with_columns(
        order=order.gather(some), says=cells.select(pl.sum_horizontal(pl.all().is_not_null().cast(pl.Int32))).to_series(),
        said=rest.hash_rows(1), id_no=cells["id_no"], cause=cells["cause"], day=day_column(cells["date"]).to_physical(),
        amount=amount_column(cells["amount"]),
    )  # fmt: skip
    rows = rows.sort(pl.col("whole_id").is_null(), -pl.col("says"), "order")
    leads = _led([_Row(*cells) for cells in rows.select(_WALKED).iter_rows()], papers)
    return with_put(
        sheet["row"], pl.Series(list(leads), dtype=pl.UInt32), pl.Series(list(leads.values()), dtype=pl.UInt32)
    )


def _worth_a_look(typed: pl.DataFrame, sheet: pl.DataFrame, papers: bool) -> pl.Series:
    """The rows that share what the same row once more would share."""
    own, name, whole_id = (sheet[f"{of}_key"].to_numpy() for of in ("own", "name", "whole_id"))
    shared, numbers = keyed(own)
    shared = shared[stands_again(numbers)]
    bare = np.flatnonzero((own == 0) & ((name != 0) | (whole_id != 0)))
    said = typed.select(pl.exclude("record_id"))[bare].hash_rows(1).to_numpy()
    noted = [sheet[f"{of}_key"].to_numpy() for of in ("ref", "pol")] if papers else []
    found = [
        *(_sharing(number, person) for number in noted for person in (name, whole_id)),
        shared[_sharing(own[shared], name[shared])],
        shared[_sharing(own[shared], whole_id[shared])],
        bare[stands_again(said)],
        bare[_sharing(name[bare], whole_id[bare])],
    ]
    return pl.Series(np.unique(np.concatenate(found)))


def _sharing(one: Figures, other: Figures) -> NDArray[np.int64]:
    """The places where two figures stand that stand together elsewhere, too."""
    rows, keys = keyed(one, other)
    return rows[stands_again(keys)]


def _led(rows: Sequence[_Row], papers: bool) -> dict[int, int]:
    """row -> the row that leads it, of rows in the order in which they lead. They are few, so they are walked one by one."""
    first: dict[tuple[object, ...], _Row] = {}
    leads: dict[int, int] = {}
    for one in rows:
        leader = next((first[key] for key in one.shares(papers=papers) if key in first and one.may_be(first[key])), one)
        if leader is not one:
            leads[one.row] = leader.row
        for key in one.shares(papers=papers):
            first.setdefault(key, leader)
    return leads
