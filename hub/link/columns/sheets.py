"""What is read of every row of a list before anything is compared: numbers, name, and whole identity number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import polars as pl

from hub.link.columns.identities import whole_number
from hub.link.columns.keys import figure
from hub.link.columns.numbers import Heads, one_table, read_numbers
from hub.link.columns.spelling import one_name

Answer = TypeVar("Answer")
_NUMBER = "([1-9][0-9]{14}(?:[0-9]{2}[0-9Xx])?)"
LISTS = ("township", "police", "procuratorate")
COLUMNS = ("record_id", "unit", "doc_no", "ref_doc_no", "police_doc_no", "party", "id_no", "cause", "date", "amount")
# Which numbers a list of each agency bears or notes: `own` its own, `ref` the township's, `pol` the police's.
NUMBERS = {
    "township": {"own": "doc_no"},
    "police": {"own": "doc_no", "ref": "ref_doc_no"},
    "procuratorate": {"own": "doc_no", "ref": "ref_doc_no", "pol": "police_doc_no"},
}
# What tells persons apart for sure: how it is read, and of which column.
_PERSON = {"name": (one_name, "party"), "whole_id": (whole_number, "id_no")}


def typed(frame: pl.DataFrame) -> pl.DataFrame:
    """The list with all COLUMNS, as text; what is absent is null, and so is a cell of nothing."""
    if frame.columns != list(COLUMNS) or set(frame.dtypes) != {pl.String}:
        have = [pl.col(name).cast(pl.String) for name in COLUMNS if name in frame.columns]
        lack = [pl.lit(None, dtype=pl.String).alias(name) for name in COLUMNS if name not in frame.columns]
        frame = frame.select(*have, *lack).select(COLUMNS)
    blank = frame.select(pl.all().str.len_bytes().min() == 0).row(0)
    some = [name for name, nothing in zip(COLUMNS, blank, strict=True) if nothing]
    frame = frame.with_columns(pl.when(pl.col(name).str.len_bytes() > 0).then(name).alias(name) for name in some)
    frame = _person_and_number(frame)
    # In one piece: rows are gathered from here again and again, which takes ten times as long from many pieces.
    return frame if frame.n_chunks() <= 1 else frame.rechunk()


def _person_and_number(frame: pl.DataFrame) -> pl.DataFrame:
    """With the identity number in its column where a clerk typed it into the party's, in its place or behind the name."""
    party, number = pl.col("party"), pl.col("id_no")
    if not frame.select(party.str.contains("[0-9]{15}").any()).item():
        return frame
    exchanged = (party.str.contains(rf"^{_NUMBER}$") & number.str.contains(r"^\p{Han}+$")).fill_null(value=False)
    behind = pl.when(number.is_null()).then(party.str.extract(rf"(?:^|[^0-9]){_NUMBER}(?:[^0-9]|$)"))
    return frame.with_columns(
        party=pl.when(exchanged).then(number).otherwise(party),
        id_no=pl.when(exchanged).then(party).otherwise(pl.coalesce(number, behind)),
    )


def read_sheets(lists: dict[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], Heads]:
    """agency -> row by row `own_key`, `ref_key`, `pol_key` (numbers, as the table of heads tells of them), `name` (as compared),
    `whole_id`, and a figure for these two (`…_key`); and the table of heads.

    The columns are read side by side on as many threads as polars has; each is a function of its own cells alone.
    """  # fmt: skip
    noted = [(agency, name, column) for agency in LISTS for name, column in NUMBERS[agency].items()]
    numbers = side_by_side(read_numbers, [(lists[agency][column],) for agency, _, column in noted])
    heads, keys = one_table(numbers)
    persons = [(agency, name) for agency in LISTS for name in _PERSON]
    read = side_by_side(_person, [(name, lists[agency]) for agency, name in persons])
    columns = {(agency, name): of for (agency, name, _), of in zip(noted, keys, strict=True)}
    sheets = {}
    for agency in LISTS:
        nothing = np.zeros(lists[agency].height, dtype=np.uint64)
        own = pl.DataFrame({f"{name}_key": columns.get((agency, name), nothing) for name in ("own", "ref", "pol")})
        of_persons = [frame for (of, _), frame in zip(persons, read, strict=True) if of == agency]
        sheets[agency] = pl.concat([own, *of_persons], how="horizontal").with_row_index("row")
    return sheets, heads


def _person(name: str, cells: pl.DataFrame) -> pl.DataFrame:
    read, column = _PERSON[name]
    return pl.DataFrame({name: read(cells[column])}).with_columns(figure(pl.col(name)).alias(f"{name}_key"))


def side_by_side(work: Callable[..., Answer], of_each: Sequence[tuple[object, ...]]) -> list[Answer]:
    """The answers in the order of `of_each`, worked out on as many threads as polars has.

    Every call is a function of its own arguments alone, so the number of threads changes nothing but the time.
    """
    with ThreadPoolExecutor(max_workers=pl.thread_pool_size()) as pool:
        return list(pool.map(lambda arguments: work(*arguments), of_each))
