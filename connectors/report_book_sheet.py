"""How does a list become a sheet that prints well and whose texts stay texts?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from hub.privacy import mask_identity_numbers

Value = str | int | float | date | datetime | None
"""datetime without zone, as shown"""

_A4 = 9
_CM = 1 / 2.54
_HEAD_HEIGHT, _LINE_HEIGHT, _HIGHEST = 22, 13.5, 409  # points; Excel's limit
# What XML, and so a workbook, cannot hold.
_UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Excel takes such a text for a formula as soon as someone opens the cell and leaves it.
_LIKE_A_FORMULA = ("=", "+", "-", "@")
_SONG, _HEI = "宋体", "黑体"
_LINE = Side(style="thin", color="A6A6A6")
_GRID = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FORMATS: dict[type, str] = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", float: "0.0", int: "#,##0"}

ALARM, SUM, HEAD, TITLE, HEADING, NOTE, LABEL, FIGURE, ALARM_FIGURE, PERCENT, SUM_PERCENT, PLAIN = (
    "alarm", "sum", "head", "title", "heading", "note", "label", "figure", "alarm figure", "percent", "sum percent", "plain",
)  # fmt: skip
_FONTS = {
    ALARM: Font(name=_SONG, size=10, color="C00000", bold=True),
    SUM: Font(name=_SONG, size=10, bold=True),
    HEAD: Font(name=_HEI, size=10, bold=True, color="FFFFFF"),
    TITLE: Font(name=_HEI, size=20, bold=True, color="1F3864"),
    HEADING: Font(name=_HEI, size=13, bold=True, color="1F3864"),
    NOTE: Font(name=_SONG, size=9, color="595959"),
    SUM_PERCENT: Font(name=_SONG, size=10, bold=True),
    LABEL: Font(name=_SONG, size=10, color="595959"),
    FIGURE: Font(name=_HEI, size=18, bold=True, color="1F3864"),
    ALARM_FIGURE: Font(name=_HEI, size=18, bold=True, color="C00000"),
}
_FILLS = {
    ALARM: "FCE4E4", SUM: "E7ECF5", SUM_PERCENT: "E7ECF5", HEAD: "1F3864", LABEL: "E7ECF5",
    FIGURE: "F5F7FB", ALARM_FIGURE: "F5F7FB",
}  # fmt: skip
_UNRULED = (TITLE, HEADING, NOTE)
_IN_THE_MIDDLE = (HEAD, LABEL, FIGURE, ALARM_FIGURE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, its width in Latin characters, and whether its cells stand in the middle."""

    header: str
    width: float
    middle: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of rows under one header. looks: row (from 0) -> ALARM or SUM; other rows are plain."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    looks: Mapping[int, str] = field(default_factory=dict)


Line = Sequence[tuple[str, Value]]
"""one row of a sheet, cell by cell: (look, value)"""


class Pens:
    """One cell per look and column, written again and again: a styled cell for every value would take minutes."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._pens: dict[tuple[int, str, str, bool, bool], Cell] = {}

    def draw(self, column: int, look: str, value: Value, middle: bool = False) -> Cell:
        """The cell of a value, good until the next row is drawn."""
        if isinstance(value, str):
            value = _UNHOLDABLE.sub("\N{REPLACEMENT CHARACTER}", mask_identity_numbers(value)) or None
        quoted = isinstance(value, str) and value.startswith(_LIKE_A_FORMULA)
        shown = "0.0%" if look in (PERCENT, SUM_PERCENT) else _FORMATS.get(type(value), "General")
        centred = middle or look in _IN_THE_MIDDLE or (not isinstance(value, str) and look not in _UNRULED)
        key = (column, look, shown, quoted, centred)
        if key not in self._pens:
            self._pens[key] = self._pen(look, shown, quoted, centred)
        pen = self._pens[key]
        pen.value = value
        if isinstance(value, str):
            pen.data_type = "s"  # whatever it looks like: a formula, an error, a number
        return pen

    def _pen(self, look: str, shown: str, quoted: bool, centred: bool) -> Cell:
        pen: Cell = WriteOnlyCell(self._sheet)
        pen.font = _FONTS.get(look, Font(name=_SONG, size=10))
        if look in _FILLS:
            pen.fill = PatternFill("solid", start_color=_FILLS[look])
        if look not in _UNRULED:
            pen.border = _GRID
        pen.alignment = Alignment(
            horizontal="center" if centred else None, vertical="center", wrap_text=look not in _UNRULED
        )
        pen.number_format = shown
        pen.quotePrefix = quoted
        return pen


def write_list(book: Workbook, listing: Listing, heading: str, as_of: str) -> Worksheet:
    """A sheet of its own for one list: header on every page and always in sight, filters, one page wide."""
    sheet = new_sheet(book, listing.name, [column.width for column in listing.columns], heading, as_of)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    last = get_column_letter(len(listing.columns))
    sheet.auto_filter.ref = f"A1:{last}{1 + sum(listing.looks.get(n) != SUM for n in range(len(listing.rows)))}"
    put_list(sheet, Pens(sheet), listing)
    return sheet


def new_sheet(book: Workbook, name: str, widths: Iterable[float], heading: str, as_of: str) -> Worksheet:
    """An empty sheet for A4 across, as wide as one page, with its name above and the page number below."""
    # The book is write-only: such a sheet does here what a `Worksheet` does, though its type does not say so.
    sheet: Worksheet = book.create_sheet(name)
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 1.2 * _CM
    margins.top, margins.bottom, margins.header, margins.footer = 1.8 * _CM, 1.6 * _CM, 0.8 * _CM, 0.8 * _CM
    above, below = HeaderFooterItem(), HeaderFooterItem()
    above.left.text, above.right.text, below.center.text = heading, f"截至 {as_of}", "第 &P 页　共 &N 页"
    sheet.HeaderFooter.oddHeader, sheet.HeaderFooter.oddFooter = above, below
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    return sheet


def put_list(sheet: Worksheet, pens: Pens, listing: Listing, above: int = 0) -> int:
    """Write header and rows below the `above` rows that the sheet holds, and give the number of its rows then.

    Rows are as high as their longest cell needs: not every program measures them when it opens a book. An empty
    list says so.
    """
    sheet.row_dimensions[above + 1].height = _HEAD_HEIGHT
    put_line(sheet, pens, [(HEAD, column.header) for column in listing.columns])
    middle = [column.middle for column in listing.columns]
    widths = [column.width for column in listing.columns]
    for number, row in enumerate(listing.rows):
        look = listing.looks.get(number, PLAIN)
        lines = max(map(_lines, row, widths))
        sheet.row_dimensions[above + number + 2].height = min(lines * _LINE_HEIGHT + 5, _HIGHEST)
        cells = enumerate(zip(row, middle, strict=True))
        sheet.append(tuple(pens.draw(column, look, value, centred) for column, (value, centred) in cells))
    if not listing.rows:
        put_line(sheet, pens, [(PLAIN, "（无）"), *((PLAIN, None) for _ in listing.columns[1:])])
    return above + 1 + max(len(listing.rows), 1)


def put_line(sheet: Worksheet, pens: Pens, line: Line) -> None:
    """Write one row below what the sheet holds, each cell with its own look; all but the first in the middle."""
    sheet.append(tuple(pens.draw(column, look, value, column > 0) for column, (look, value) in enumerate(line)))


def _lines(value: Value, width: float) -> int:
    """How many lines a value takes in a column; a Chinese character is two Latin ones wide."""
    if not isinstance(value, str) or (len(value) * 2 < width and "\n" not in value):
        return 1
    wide = (sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in line) for line in value.split("\n"))
    return sum(max(1, ceil(units / (width - 1))) for units in wide)
