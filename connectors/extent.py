"""How far apart do the cells of a sheet stand? A reader makes room for everything between the outermost."""

from __future__ import annotations

import re
import struct

from connectors.archive import Archive
from hub.errors import ParcelRefused

# A value in the last corner of an empty sheet asks for 17 thousand million cells, which would end the process.
MOST_CELLS = 20_000_000
_WIDEST = 16384  # columns of a sheet
_SHEETS = re.compile(r"xl/(?:worksheets|macrosheets|dialogsheets)/[^/]+\.(?:xml|bin)", re.IGNORECASE)
# Each pattern begins with plain letters: that is what makes a pass over a hundred megabytes take a tenth of a second.
_ROW = re.compile(rb"row\s[^>]*?\br=[\"'](\d+)")
_COLUMN = re.compile(rb"r=[\"']([A-Z]{1,3})\d")
_TWO_LETTERS, _THREE_LETTERS = re.compile(rb"r=[\"'][A-Z]{2,3}\d"), re.compile(rb"r=[\"'][A-Z]{3}\d")
# A look at each cell takes seconds for a large sheet, so it is kept for those that seem too far-flung.
_WHOLE_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br=[\"'](\d+)[\"'][^>]*(?<!/)>(.*?)</(?:\w+:)?row>", re.DOTALL)
_ANY_CELL = re.compile(rb"<(?:\w+:)?c[\s>]")
_FILLED_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3})\d+[\"'][^>]*(?<!/)>(?!</)")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is|f)[\s>]")
_XLSB_DIMENSION = re.compile(rb"\x94\x01\x10(.{16})", re.DOTALL)  # BrtWsDim ([MS-XLSB] 2.4.848)


def check_extent(archive: Archive, path: str) -> None:
    """Raise ParcelRefused (`unreadable_file`) for a workbook with a sheet too far-flung to be read."""
    for name in archive.names():
        if _SHEETS.fullmatch(name.lstrip("/")):
            part = archive.part(name)
            xlsb = name.lower().endswith(".bin")
            cells = _xlsb_cells(part) if xlsb else _xlsx_cells(part)
            if cells > MOST_CELLS and (xlsb or _filled_cells(part) > MOST_CELLS):
                raise ParcelRefused(path, "unreadable_file", f"{name}: a value stands very far from the others")


def _xlsx_cells(part: bytes) -> int:
    """Rows by columns up to the outermost, or more where a cheap look shows that even that is little enough."""
    rows = max(map(int, _ROW.findall(part)), default=0)
    if rows * _WIDEST <= MOST_CELLS:
        return rows * _WIDEST
    if rows * 26 <= MOST_CELLS and not _TWO_LETTERS.search(part):
        return rows * 26
    if rows * 702 <= MOST_CELLS and not _THREE_LETTERS.search(part):
        return rows * 702
    return rows * max(map(_column_number, set(_COLUMN.findall(part))), default=0)


def _filled_cells(part: bytes) -> int:
    """Rows by columns up to the outermost value: a height or a format that a slip left in the last row takes no room."""
    rows = columns = 0
    for row in _WHOLE_ROW.finditer(part):
        if _VALUE.search(row[2]):
            rows = max(rows, int(row[1]))
            named = map(_column_number, set(_FILLED_CELL.findall(row[2])))
            columns = max(columns, len(_ANY_CELL.findall(row[2])), *named)  # cells may leave out where they stand
    return rows * columns


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _xlsb_cells(part: bytes) -> int:
    """As the sheet itself states near its beginning."""
    found = _XLSB_DIMENSION.search(part, 0, 4096)
    if found is None:
        return 0
    first_row, last_row, first_column, last_column = struct.unpack("<4I", found[1])
    return int((last_row - first_row + 1) * (last_column - first_column + 1))
