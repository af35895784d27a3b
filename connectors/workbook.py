"""How is an outgoing workbook written: same input, same bytes; text stays text; ready to print?"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from hub.model import CellValue
from hub.moment import SHANGHAI

# Properties of a workbook bear this time unless the caller hands in another.
EPOCH = datetime(2000, 1, 1, tzinfo=timezone.utc)
_OLDEST_IN_ZIP = (1980, 1, 1, 0, 0, 0)
_PROPERTIES = "docProps/core.xml"
_STAMPS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_LONGEST_TEXT = 32767  # of a cell, Excel's limit
_WIDEST, _NARROWEST = 40, 8
_A4 = 9
# What XML, and so a workbook, cannot hold.
_UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_CELL = {
    "font_name": "宋体",
    "font_size": 11,
    "border": 1,
    "border_color": "#999999",
    "valign": "vcenter",
    "text_wrap": 1,
}
_HEADER = {**_CELL, "bold": True, "align": "center", "bg_color": "#D9E1F2"}
_LOOKS: dict[str, dict[str, object]] = {
    "header": _HEADER,
    "other": _CELL,
    # Excel would take such a text for a formula as soon as someone opens the cell and leaves it.
    "prefixed": {**_CELL, "quote_prefix": True},
    "day": {**_CELL, "num_format": "yyyy-mm-dd"},
    "instant": {**_CELL, "num_format": "yyyy-mm-dd hh:mm"},
    "clock": {**_CELL, "num_format": "hh:mm:ss"},
    "span": {**_CELL, "num_format": "[h]:mm:ss"},
}

SheetContent = tuple[str, Sequence[str], Iterable[Sequence[CellValue]]]


def write(sheets: Sequence[SheetContent], at: datetime = EPOCH) -> bytes:
    """An .xlsx of (sheet name, header, rows): A4 across, the header on each page, as wide as one page.

    Text is written as text, also where it begins with `=` or looks like a number; instants are shown in
    Asia/Shanghai; lists and objects as their text. Characters that a workbook cannot hold become U+FFFD.
    at: when it was written, for its properties. Raises ValueError for a sheet name that Excel does not take, and for
    a text longer than a cell holds.
    """
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": at.astimezone(timezone.utc).replace(tzinfo=None)})
    looks = {name: book.add_format(look) for name, look in _LOOKS.items()}
    for name, header, rows in sheets:
        try:
            sheet = book.add_worksheet(name)
        except XlsxWriterException as error:
            raise ValueError(str(error)) from error
        held = [list(map(_plain, row)) for row in rows]
        _lay_out(sheet, header, held)
        for column, text in enumerate(header):
            sheet.write_string(0, column, text, looks["header"])
        for number, row in enumerate(held, start=1):
            for column, value in enumerate(row):
                _put(sheet, number, column, value, looks)
    book.close()
    return buffer.getvalue()


def freeze(content: bytes, at: datetime = EPOCH) -> bytes:
    """The same .xlsx with every time in it set to one instant: for books that another library stamped with its own."""
    stamp = at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == _PROPERTIES:
                part = _STAMPS.sub(rb"\g<1>" + stamp + rb"\g<2>", part)
            member = zipfile.ZipInfo(name, _OLDEST_IN_ZIP)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, part)
    return buffer.getvalue()


def _lay_out(sheet: Worksheet, header: Sequence[str], rows: Sequence[Sequence[CellValue]]) -> None:
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    sheet.freeze_panes(1, 0)
    for column, text in enumerate(header):
        widths = [_width(text), *(_width(row[column]) for row in rows if column < len(row))]
        sheet.set_column(column, column, min(max(*widths, _NARROWEST), _WIDEST) + 2)


def _plain(value: CellValue) -> CellValue:
    """A value as a workbook can hold it."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(SHANGHAI).replace(tzinfo=None)
    if isinstance(value, list | dict):
        value = str(value)
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT:
            raise ValueError(f"a text of {len(value)} characters does not fit into a cell")
        return _UNHOLDABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    return value


def _put(sheet: Worksheet, row: int, column: int, value: CellValue, looks: dict[str, object]) -> None:
    if isinstance(value, str) and value:
        prefixed = value.startswith(("=", "+", "-", "@"))
        sheet.write_string(row, column, value, looks["prefixed" if prefixed else "other"])
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, looks["other"])
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, looks["other"])
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value, looks["instant"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, looks["day"])
    elif isinstance(value, time):
        sheet.write_datetime(row, column, value, looks["clock"])
    elif isinstance(value, timedelta):
        sheet.write_datetime(row, column, value, looks["span"])
    else:
        sheet.write_blank(row, column, None, looks["other"])


def _width(value: CellValue) -> int:
    """Columns that a text takes; a Chinese character takes two."""
    if isinstance(value, datetime):
        return 16
    lines = str("" if value is None else value).splitlines() or [""]
    return max(sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line) for line in lines)
