"""What does a workbook hold, cell by cell, exactly as it is typed?"""

from __future__ import annotations

import io

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from connectors.archive import unpacked
from connectors.date_system import counts_from_1904
from connectors.extent import check_extent
from connectors.workbook import freeze, write
from hub.errors import ParcelRefused
from hub.model import CellValue
from hub.table import Sheet, Table

__all__ = ["freeze", "read", "write"]


def read(content: bytes, path: str) -> Table:
    """The worksheets of an .xlsx, .xls, .ods or .xlsb file, hidden ones too, in the workbook's order.

    Cells stay as typed: a number stays a number however long, text stays text. rows[0] is sheet row 1 and its first
    cell column A, wherever the used range begins; rows after the last value are left out. A formula gives its stored
    value; an error value (#N/A) cannot be told from an empty cell and is None. Merged ranges are known for .xlsx
    and .xls only. Chart and macro sheets are no worksheets. The content decides what the file is, not its name.

    Raises ParcelRefused: `unreadable_file` or `archive_bomb`.
    """
    with unpacked(content, path) as archive:
        date_1904 = counts_from_1904(content, archive)
        if archive is not None:
            check_extent(archive, path)
    book = _open(content, path)
    sheets = tuple(
        _sheet(_load(book, about.name, path), date_1904)
        for about in book.sheets_metadata
        if about.typ == SheetTypeEnum.WorkSheet
    )
    return Table(sheets, (("date_system", "1904" if date_1904 else "1900"),))


def _sheet(found: CalamineSheet, date_1904: bool) -> Sheet:
    # Iterated rows begin at row 1 but at the first used column; a list of lists would cost half as much memory again.
    left: tuple[CellValue, ...] = (None,) * (found.start[1] if found.start else 0)
    rows: list[tuple[CellValue, ...]] = []
    last = 0
    for cells in found.iter_rows():
        row = (*left, *(None if value == "" else value for value in cells))
        rows.append(row)
        if any(value is not None for value in row):
            last = len(rows)
    merged = tuple((top, left, bottom, right) for (top, left), (bottom, right) in found.merged_cell_ranges or ())
    return Sheet(found.name, rows[:last], merged, date_1904)


def _open(content: bytes, path: str) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError as error:
        raise ParcelRefused(path, "unreadable_file", "the workbook is encrypted") from error
    except BaseException as error:
        raise _refused(error, path) from error


def _load(book: CalamineWorkbook, name: str, path: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except BaseException as error:
        raise _refused(error, path) from error


def _refused(error: BaseException, path: str) -> BaseException:
    """What to raise for what calamine raised; its panics are no Exception, interrupts stay what they are."""
    if isinstance(error, (CalamineError, OSError, ValueError)) or type(error).__name__ == "PanicException":
        return ParcelRefused(path, "unreadable_file", f"not a readable workbook: {error}")
    return error
