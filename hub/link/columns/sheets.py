"""What is read of every row of a list before anything is compared: numbers, name, and whole identity number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import polars as pl

from hub.link.columns.identities import whole_number
from hub.link.columns.keys import figure
from hub.link.columns.numbers import one_number
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


def read_sheets(lists: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """agency -> `own`, `ref`, `pol` (numbers in one spelling), `name` (as compared), `whole_id`, and a figure for each of
    them (`…_key`), row by row.

    The columns are read side by side on as many threads as polars has; each is a function of its own cells alone.
    """
    work = [(agency, name, column) for agency in LISTS for name, column in NUMBERS[agency].items()]
    work += [(agency, name, column) for agency in LISTS for name, column in (("name", "party"), ("whole_id", "id_no"))]
    columns = side_by_side(_read, [(name, lists[agency][column]) for agency, name, column in work])
    sheets = {}
    for agency in LISTS:
        read = [frame for (of, _, _), frame in zip(work, columns, strict=True) if of == agency]
        lack = [_keyed(name, pl.repeat(None, lists[agency].height, dtype=pl.String, eager=True))
                for name in ("ref", "pol") if name not in NUMBERS[agency]]  # fmt: skip
        sheets[agency] = pl.concat([*read, *lack], how="horizontal").with_row_index("row")
    return sheets


def _read(name: str, texts: pl.Series) -> pl.DataFrame:
    readers = {"name": one_name, "whole_id": whole_number}
    return _keyed(name, readers.get(name, one_number)(texts))


def _keyed(name: str, texts: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({name: texts}).with_columns(figure(pl.col(name)).alias(f"{name}_key"))


def side_by_side(work: Callable[..., Answer], of_each: Sequence[tuple[object, ...]]) -> list[Answer]:
    """The answers in the order of `of_each`, worked out on as many threads as polars has.

    Every call is a function of its own arguments alone, so the number of threads changes nothing but the time.
    """
    with ThreadPoolExecutor(max_workers=pl.thread_pool_size()) as pool:
        return list(pool.map(lambda arguments: work(*arguments), of_each))
