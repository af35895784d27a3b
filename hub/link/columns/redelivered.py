"""Which rows of one list are the same party in the same matter, delivered again?"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from hub.link.columns.keys import keyed, stands_again
from hub.link.columns.spelling import with_put
from hub.values.identity import read_identity, same_person
from hub.values.names import is_masked, masked_fits

_LETTERS_A_SLIP = 4  # one character of four may be wrong, and one of a short name
_WALKED = ("row", "own", "name", "whole_id", "id_no", "said")


def leading_rows(typed: pl.DataFrame, sheet: pl.DataFrame, order: pl.Series) -> pl.Series:
    """For every row the row that stands for it: itself, or of rows delivered again the one that says most.

    The same again is: the list's own number and the name equal, unless two identity numbers cannot be one person's; the own
    number and the whole identity number equal, unless two names are altogether different (a clerk copied the number down
    one row too far); or, where there is no own number, every cell equal but the id.
    order: the place of each row in the order of the output, which settles what is otherwise equal.
    """
    shared, numbers = keyed(sheet["own_key"].to_numpy())
    shared = shared[stands_again(numbers)]
    rest = [name for name in typed.columns if name != "record_id"]
    somebody = (sheet["name"].is_not_null() | sheet["whole_id"].is_not_null()).to_numpy()
    bare = np.flatnonzero(sheet["own"].is_null().to_numpy() & somebody)
    said = typed.select(rest)[bare].hash_rows(1)
    repeated = stands_again(said.to_numpy())
    some = pl.Series(np.sort(np.concatenate([_again(sheet[shared]), bare[repeated]])))
    if some.len() == 0:
        return sheet["row"]
    told = pl.repeat(None, sheet.height, dtype=pl.UInt64, eager=True).scatter(bare, said)
    rows = sheet[some].with_columns(order=order.gather(some), said=told.gather(some))
    return _led(sheet["row"], rows, typed)


def _again(shared: pl.DataFrame) -> NDArray[np.int64]:
    """Of the rows that share their own number with another those that share the name or the whole identity number, too."""
    found = np.zeros(shared.height, dtype=np.bool_)
    for person in ("name_key", "whole_id_key"):
        rows, keys = keyed(shared["own_key"].to_numpy(), shared[person].to_numpy())
        found[rows[stands_again(keys)]] = True
    return shared["row"].to_numpy()[found].astype(np.int64)


def _led(every_row: pl.Series, rows: pl.DataFrame, typed: pl.DataFrame) -> pl.Series:
    """Among rows that share a key with another: who leads whom. They are few, so they are walked one by one."""
    cells = typed[rows["row"]].select(pl.sum_horizontal(pl.all().is_not_null().cast(pl.Int32)))
    rows = rows.with_columns(says=cells.to_series(), id_no=typed["id_no"].gather(rows["row"])).sort(
        pl.col("whole_id").is_null(), -pl.col("says"), "order"
    )
    first: dict[tuple[object, ...], int] = {}
    leads: dict[int, int] = {}
    typed_of: dict[int, tuple[str | None, str | None]] = {}
    for row, own, name, whole_id, typed_id, said in rows.select(_WALKED).iter_rows():
        keys: list[tuple[object, ...]] = [(own, "id", whole_id)] if own and whole_id else []
        keys += [(own, "name", name)] if own and name else []
        keys += [(said,)] if said is not None else []
        leader = next(
            (first[key] for key in keys if key in first and _may_be_one((name, typed_id), typed_of[first[key]])), row
        )
        if leader == row:
            typed_of[row] = name, typed_id
        else:
            leads[row] = leader
        for key in keys:
            first.setdefault(key, leader)
    if not leads:
        return every_row
    return with_put(
        every_row, pl.Series(list(leads), dtype=pl.UInt32), pl.Series(list(leads.values()), dtype=pl.UInt32)
    )


def _may_be_one(one: tuple[str | None, str | None], other: tuple[str | None, str | None]) -> bool:
    """Whether two parties under one number may be one: no name altogether different, no number of another person."""
    (name, number), (other_name, other_number) = one, other
    if name and other_name and name != other_name and not _alike(name, other_name):
        return False
    return number == other_number or same_person(read_identity(number), read_identity(other_number)) is not False


def _alike(name: str, other: str) -> bool:
    if is_masked(name) or is_masked(other):
        return masked_fits(name, other) if is_masked(name) else masked_fits(other, name)
    if name.startswith(other) or other.startswith(name):
        return True
    return Levenshtein.distance(name, other) <= max(1, max(len(name), len(other)) // _LETTERS_A_SLIP)
