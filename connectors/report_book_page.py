"""How does a sheet of mixed content grow downwards, and how does a chart name the rows that it draws?"""

from __future__ import annotations

from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from connectors.report_book_sheet import Line, Pens, put_line

ROW = 18  # points


class Page:
    """The sheet as it grows downwards, so that charts can name the rows that they draw."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.last = 0
        self._pens = Pens(sheet)

    def put(self, line: Line, height: float = 0) -> int:
        """Write a row and give its number."""
        self.last += 1
        if height:
            self.sheet.row_dimensions[self.last].height = height
        put_line(self.sheet, self._pens, line)
        return self.last

    def skip(self, rows: int = 1) -> None:
        """Leave rows empty."""
        for _ in range(rows):
            self.put([], height=ROW)

    def turn(self) -> None:
        """Go on on the next printed page."""
        self.sheet.row_breaks.append(Break(id=self.last))
