"""What does a list hold that is given to `hub link`, CSV or Parquet, and what is wrong with it?"""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from connectors.delimited import decode, delimiter_of
from hub.errors import ConfigurationFault, ParcelRefused

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# How a file begins -> what it is.
_NO_LISTS = {
    b"PK\x03\x04": "a workbook or an archive: save the sheet as CSV UTF-8",
    b"\xd0\xcf\x11\xe0": "a workbook of the old kind (.xls): save the sheet as CSV UTF-8",
    b"%PDF": "a PDF",
}
_NO_TEXT = (pl.Binary, pl.Object, pl.Unknown)
_LINE_END = r"[\r\n]"


def read_list(path: Path) -> pl.DataFrame:
    """The COLUMNS of a list, every cell as text: a number that was inferred would have lost what a clerk typed.

    CSV is read as connectors.delimited does: by byte order mark, else UTF-8, else GB18030; comma, semicolon or tab.
    Cells that a line lacks at its end are empty, empty cells beyond the last column are passed over.

    Lines that hold nothing are no rows.

    Raises ConfigurationFault, with the line or the column where there is one, for what would be lost without a word:
    cells beyond the last column, lines behind a stray quotation mark, one of two columns of one name. It holds
    no cell, since cells name people; so no fault of the reader is told or chained.
    """
    if not path.is_file():
        raise ConfigurationFault(f"{path}: is a folder" if path.is_dir() else f"{path}: no such file")
    with path.open("rb") as handle:
        begins = handle.read(8)
    for look, what in _NO_LISTS.items():
        if begins.startswith(look):
            raise ConfigurationFault(f"{path}: is {what}; a list comes as CSV or Parquet")
    names, frame = _parquet(path) if path.suffix == ".parquet" else _delimited(path)
    return _as_text(path, [name.lstrip("\ufeff").strip() for name in names], frame)


def _as_text(path: Path, names: Sequence[str], frame: pl.DataFrame) -> pl.DataFrame:
    # Here, for the linker is still being read when the first list is.
    from hub.link.columns.sheets import COLUMNS, typed

    if "record_id" not in names:
        raise ConfigurationFault(f"{path}: no column record_id; the columns are {', '.join(COLUMNS)}")
    if unread := [name for name in names if name and name not in COLUMNS]:
        print(f"{path}: not read: {', '.join(unread)}; the columns are {', '.join(COLUMNS)}", file=sys.stderr)
    texts = {}
    for name in COLUMNS:
        if names.count(name) > 1:
            raise ConfigurationFault(f"{path}: column {name}: stands {names.count(name)} times; which one is meant?")
        if name in names:
            texts[name] = _text(path, name, frame.to_series(names.index(name)))
    whole = typed(pl.DataFrame(texts))
    # A program leaves lines of separators behind the last row; they hold no party and no matter.
    says = whole.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    return whole if says.all() else whole.filter(says)


def _text(path: Path, name: str, cells: pl.Series) -> pl.Series:
    try:
        if not (cells.dtype.is_nested() or cells.dtype in _NO_TEXT):
            texts: pl.Series = cells.cast(pl.String)
            return texts
    except pl.exceptions.PolarsError:
        pass
    raise ConfigurationFault(f"{path}: column {name}: holds {cells.dtype.base_type()}, no text") from None


def _parquet(path: Path) -> tuple[list[str], pl.DataFrame]:
    try:
        frame = pl.read_parquet(path)
    except pl.exceptions.PolarsError:
        raise ConfigurationFault(f"{path}: cannot be read as a list: it is no Parquet file, or a broken one") from None
    return frame.columns, frame


def _delimited(path: Path) -> tuple[list[str], pl.DataFrame]:
    with path.open("rb") as handle:
        head = next((line for line in handle if line.strip()), b"")
    if head.startswith(_UTF_16) or b"\0" in head or b"\r" in head.rstrip():
        return _decoded(path)
    # What stands between the names is the same byte in UTF-8 and in GB18030.
    first = head.decode("utf-8-sig", errors="replace")
    delimiter = delimiter_of(first)
    frame = _split(path, delimiter)
    # Of as many lines as there are rows and names, no cell holds a line end.
    if frame is None or (_lines(path) > frame.height + 1 and _swallows(frame, delimiter)):
        return _decoded(path)
    return _names(first, delimiter, frame), frame


def _decoded(path: Path) -> tuple[list[str], pl.DataFrame]:
    """The same of a list that is not in UTF-8, or that is not split as it should be."""
    try:
        text, _ = decode(path.read_bytes(), str(path))
    except ParcelRefused as refused:
        raise ConfigurationFault(f"{path}: cannot be read as a list: {refused.detail}") from None
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    delimiter = delimiter_of(first)
    frame = None if "\r" in first.rstrip() else _split(text.encode(), delimiter)
    if frame is None or _swallows(frame, delimiter):
        return _line_by_line(path, text, delimiter)
    return _names(first, delimiter, frame), frame


def _split(source: Path | bytes, delimiter: str) -> pl.DataFrame | None:
    """None where there is a fault; it is not told, and no other is raised while it is handled: it holds cells."""
    try:
        return pl.read_csv(source, infer_schema=False, encoding="utf8", separator=delimiter)
    except pl.exceptions.PolarsError:
        return None


def _names(first: str, delimiter: str, frame: pl.DataFrame) -> list[str]:
    """The names as they stand: polars gives another to what stands again."""
    names = next(csv.reader([first], delimiter=delimiter))
    return names if len(names) == frame.width else frame.columns


def _lines(path: Path) -> int:
    with path.open("rb") as handle:
        return sum(part.count(b"\n") for part in iter(lambda: handle.read(1 << 20), b""))


def _swallows(frame: pl.DataFrame, delimiter: str) -> bool:
    """Whether a cell may hold whole lines."""
    for cells in frame:
        several = cells.filter(cells.str.contains(_LINE_END))
        if (several.str.count_matches(delimiter, literal=True) >= _of_a_line(frame.width)).any():
            return True
    return False


def _of_a_line(width: int) -> int:
    """So many delimiters within a cell of several lines are those of a line: a stray quotation mark took it in."""
    return max(width - 1, 2)


def _line_by_line(path: Path, text: str, delimiter: str) -> tuple[list[str], pl.DataFrame]:
    """The same, slowly, and with the line in which something is wrong."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    rows: list[list[str | None]] = []
    line, wrong = 1, ""
    try:
        for cells in reader:
            while len(cells) > len(names) > 0 and not cells[-1]:
                cells.pop()
            if not names:
                names = cells if any(cells) else []
            elif len(cells) > len(names):
                wrong = f"{len(cells)} cells, but {len(names)} columns have a name"
            elif any(
                ("\n" in cell or "\r" in cell) and cell.count(delimiter) >= _of_a_line(len(names)) for cell in cells
            ):
                wrong = "a cell holds whole lines: a quotation mark is left open"
            else:
                rows.append([*(cell or None for cell in cells), *[None] * (len(names) - len(cells))])
            if wrong:
                break
            line = reader.line_num + 1
    except csv.Error:
        wrong = "a quotation mark is left open, or stands within a quoted cell"
    if not (names or wrong):
        raise ConfigurationFault(f"{path}: cannot be read as a list: it is empty")
    if wrong:
        raise ConfigurationFault(f"{path}: cannot be read as a list: line {line}: {wrong}")
    while rows and not any(rows[-1]):
        rows.pop()
    return names, pl.DataFrame(rows, schema=[(str(place), pl.String) for place in range(len(names))], orient="row")
