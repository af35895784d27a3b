"""Which rows of one list are the same party in the same matter, delivered again?"""

from __future__ import annotations

import polars as pl

from hub.values.identity import Identity, read_identity, same_person

_WALKED = ("row", "own", "name", "whole_id", "id_no", "said")
NAME, IDENTITY = "name", "whole_id"


def leading_rows(typed: pl.DataFrame, sheet: pl.DataFrame, order: pl.Series) -> pl.Series:
    """For every row the row that stands for it: itself, or of rows delivered again the one that says most.

    The same again is: the list's own number and the name equal, unless two identity numbers cannot be one person's; the own
    number and the whole identity number equal; or, where there is no own number, every cell equal but the id.
    order: the place of each row in the order of the output, which settles what is otherwise equal.
    """
    by_name = _again(sheet, NAME)
    by_identity = _again(sheet, IDENTITY)
    unnumbered = sheet["own"].is_null()
    bare = (unnumbered & (sheet["name"].is_not_null() | sheet["whole_id"].is_not_null())).arg_true()
    rest = [name for name in typed.columns if name != "record_id"]
    said = pl.repeat(None, sheet.height, dtype=pl.UInt64, eager=True).scatter(bare, typed.select(rest)[bare].hash_rows(1))
    by_all = said.is_duplicated() & said.is_not_null()
    some = (by_name | by_identity | by_all).arg_true()
    if some.len() == 0:
        return sheet["row"]
    rows = sheet.with_columns(order=order, said=said)[some]
    return _led(sheet["row"], rows, typed)


def _again(sheet: pl.DataFrame, person: str) -> pl.Series:
    key = pl.select(
        pl.when(sheet["own"].is_not_null() & sheet[person].is_not_null()).then(sheet["own"].hash(1) ^ sheet[person].hash(2))
    ).to_series()
    return key.is_duplicated() & key.is_not_null()


def _led(every_row: pl.Series, rows: pl.DataFrame, typed: pl.DataFrame) -> pl.Series:
    """Among rows that share a key with another: who leads whom. They are few, so they are walked one by one."""
    cells = typed[rows["row"]].select(pl.sum_horizontal(pl.all().is_not_null().cast(pl.Int32)))
    rows = rows.with_columns(says=cells.to_series(), id_no=typed["id_no"].gather(rows["row"])).sort(pl.col("whole_id").is_null(), -pl.col("says"), "order")
    first: dict[tuple[object, ...], int] = {}
    leads: dict[int, int] = {}
    identity_of: dict[int, Identity] = {}
    for row, own, name, whole_id, typed_id, said in rows.select(_WALKED).iter_rows():
        identity = read_identity(typed_id)
        keys = [(own, "id", whole_id)] if own and whole_id else []
        keys += [(own, "name", name)] if own and name else []
        keys += [(said,)] if said is not None else []
        for key in keys:
            leader = first.get(key)
            if leader is not None and same_person(identity, identity_of[leader]) is not False:
                leads[row] = leader
                break
        else:
            leader = row
            identity_of[row] = identity
        for key in keys:
            first.setdefault(key, leader)
    if not leads:
        return every_row
    return every_row.scatter(pl.Series(list(leads), dtype=pl.UInt32), pl.Series(list(leads.values()), dtype=pl.UInt32))
