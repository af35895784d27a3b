"""What does a workbook hold, cell by cell, exactly as it is typed?"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum

from connectors.archive import unpacked
from connectors.date_system import counts_from_1904
from connectors.extent import check_extent
from connectors.sheet_rows import SheetRows
from connectors.workbook import freeze, write
from hub.errors import ParcelRefused
from hub.receiving.table import Sheet, Table

__all__ = ["freeze", "read", "write"]

# A zip (.xlsx, .ods, .xlsb) and the older compound file (.xls).
_CONTAINERS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read(content: bytes, path: str) -> Table:
    """The worksheets of an .xlsx, .xls, .ods or .xlsb file, hidden ones too, in the workbook's order.

    Cells stay as typed: a number stays a number however long, text stays text. rows[0] is sheet row 1 and its first
    cell column A, wherever the used range begins; rows after the last value are left out. A formula gives its stored
    value; an error value (#N/A) cannot be told from an empty cell and is None. Merged ranges are known for .xlsx
    and .xls only. Chart and macro sheets are no worksheets. The content decides what the file is, not its name.

    Raises ParcelRefused: `unreadable_file` or `archive_bomb`.
    """
    date_1904 = _looked_through(content, path)
    with _damage_named(content, path):
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = tuple(
            _sheet(book.get_sheet_by_name(about.name), date_1904)
            for about in book.sheets_metadata
            if about.typ == SheetTypeEnum.WorkSheet
        )
    return Table(sheets, (("date_system", "1904" if date_1904 else "1900"),))


def _looked_through(content: bytes, path: str) -> bool:
    """Whether it counts from 1904; raises ParcelRefused where it had better not be read."""
    with unpacked(content, path) as archive:
        if archive is not None:
            check_extent(archive, path)
        return counts_from_1904(content, archive)


def _sheet(found: CalamineSheet, date_1904: bool) -> Sheet:
    # All of it is walked through here, so that nothing in it can fail once rows are being taken in.
    last = 0
    for number, cells in enumerate(found.iter_rows(), start=1):
        if cells.count("") != len(cells):
            last = number
    merged = tuple((*start, *end) for start, end in found.merged_cell_ranges or ())
    return Sheet(found.name, SheetRows(found, last), merged, date_1904)


@contextmanager
def _damage_named(content: bytes, path: str) -> Iterator[None]:
    """Whatever calamine cannot read is the file's fault; its panics are no Exception, interrupts stay what they are."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise ParcelRefused(
                path, "unreadable_file", _looks_like(content) or f"a damaged workbook: {error}"
            ) from error
        raise


def _looks_like(content: bytes) -> str:
    """What was probably sent instead of a workbook, for the people who must send it again."""
    if not content:
        return "the file is empty"
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return "a web page under the name of a workbook"
    if content.startswith(b"%PDF-"):
        return "a PDF under the name of a workbook"
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        return "a picture under the name of a workbook"
    if _ENCRYPTED in content:
        return "the workbook is protected by a password"
    return "" if content.startswith(_CONTAINERS) else "a file of another format under the name of a workbook"
