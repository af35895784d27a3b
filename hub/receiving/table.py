"""What a format hands over: sheets of cells, exactly as typed, with their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.model import CellValue

Row = tuple[CellValue, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or the whole of a delimited file.

    rows: every row from the sheet's first, so that rows[0] is sheet row 1; all padded to one width;
        a cell without value is None. Hidden rows and columns are there like any other. Of a large sheet they may be
        made as they are walked through, from the first on; any other way to them is slow there.
    merged: (top, left, bottom, right), 0-based and inclusive; covered cells are None.
    date_1904: bare serial numbers count from 1904.
    """

    name: str
    rows: Sequence[Row]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    date_1904: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """What one parcel holds. notes: what was detected on the way (encoding, delimiter, date system)."""

    sheets: tuple[Sheet, ...]
    notes: tuple[tuple[str, str], ...] = ()
