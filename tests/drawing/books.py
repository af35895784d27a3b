"""How does a grid become a file? Workbooks and CSV files whose bytes depend on nothing but their content."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, time

import xlsxwriter
import xlwt

from tests.drawing.sheets import Sheet
from tests.drawing.spelling import Cell

MADE = datetime.combine(date(2026, 6, 1), time(0))
EXTRA: tuple[tuple[str, list[list[str | int]]], ...] = (
    ("填表说明", [["一、本台账由综合行政执法队按月填写。"], ["二、次月五日前报送。"]]),
    ("人员名册", [["序号", "姓名", "证号"], [1, "示例人员", "SX-0000-0009"]]),
    ("移送案件汇总", [["序号", "立案号", "案由", "当事人"], [1, "汇总", "全年", "共若干人"]]),
)


def xlsx(sheets: list[Sheet], *, epoch_1904: bool, other_sheets: bool) -> bytes:
    """A workbook of Excel's present format."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "date_1904": epoch_1904,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    book.set_properties({"created": MADE})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    if other_sheets:
        _extra(book, *EXTRA[0])
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        for first_row, first, last_row, last in sheet.merges:
            page.merge_range(first_row, first, last_row, last, "")
        for r, line in enumerate(sheet.grid):
            for c, cell in enumerate(line):
                _write(page, r, c, cell, day, moment)
        for r in range(len(sheet.grid), len(sheet.grid) + 3 * sheet.trailing_blanks):
            page.write_blank(r, 1, None, day)
        for r in sheet.hidden_rows:
            page.set_row(r, None, None, {"hidden": True})
        for column in sheet.hidden:
            page.set_column(column, column, 13, None, {"hidden": True})
    if other_sheets:
        _extra(book, *EXTRA[1])
        _extra(book, *EXTRA[2])
        book.get_worksheet_by_name(EXTRA[2][0]).hide()
    book.close()
    return out.getvalue()


def _extra(book: xlsxwriter.Workbook, name: str, lines: list[list[str | int]]) -> None:
    page = book.add_worksheet(name)
    for r, line in enumerate(lines):
        page.write_row(r, 0, line)


def _write(
    page: xlsxwriter.worksheet.Worksheet,
    r: int,
    c: int,
    cell: Cell,
    day: xlsxwriter.format.Format,
    moment: xlsxwriter.format.Format,
) -> None:
    if cell is None:
        return
    if isinstance(cell, datetime):
        page.write_datetime(r, c, cell, moment)
    elif isinstance(cell, date):
        page.write_datetime(r, c, cell, day)
    elif isinstance(cell, str):
        page.write_string(r, c, cell)
    else:
        page.write_number(r, c, cell)


def xls(sheets: list[Sheet], *, epoch_1904: bool, other_sheets: bool) -> bytes:
    """A workbook of Excel's old format."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = epoch_1904
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    moment = xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM")
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        covered = set()
        for first_row, first, last_row, last in sheet.merges:
            page.write_merge(first_row, last_row, first, last, sheet.grid[first_row][first])
            covered |= {(r, c) for r in range(first_row, last_row + 1) for c in range(first, last + 1)}
        for r, line in enumerate(sheet.grid):
            for c, cell in enumerate(line):
                if cell is None or (r, c) in covered:
                    continue
                if isinstance(cell, date):
                    page.write(r, c, cell, moment if isinstance(cell, datetime) else day)
                else:
                    page.write(r, c, cell)
    if other_sheets:
        name, lines = EXTRA[1]
        page = book.add_sheet(name)
        for r, words in enumerate(lines):
            for c, value in enumerate(words):
                page.write(r, c, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_csv(sheet: Sheet) -> bytes:
    """One sheet as a GB18030 file with CRLF."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in sheet.grid:
        writer.writerow(["" if cell is None else cell for cell in line])
    return out.getvalue().encode("gb18030")


def cut_short(book: bytes) -> bytes:
    """A workbook whose transfer broke off."""
    return book[: len(book) * 2 // 3]


def undecodable(text: bytes) -> bytes:
    """Bytes in the middle that stand for no sign in GB18030."""
    return text[: len(text) // 2] + b"\xff\xff" + text[len(text) // 2 :]


def web_page(book: bytes) -> bytes:
    """What a browser saves when the session has ended: a page under a workbook's name."""
    return f"<html><body><p>会话已过期</p><!-- {len(book)} --></body></html>".encode()


def locked(book: bytes) -> bytes:
    """A compound file without a workbook stream, as a password leaves it."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + book[:3000]


def nothing(book: bytes) -> bytes:
    """A file of no bytes: the transfer never began."""
    return book[:0]


BROKEN = (cut_short, cut_short, web_page, locked, nothing)


def bomb(book: bytes) -> bytes:
    """The same workbook, small, and more than a hundred times its size when unpacked."""
    out = io.BytesIO(book)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        padding = zipfile.ZipInfo("xl/media/image1.bmp", (1980, 1, 1, 0, 0, 0))
        padding.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(padding, bytes(len(book) * 160))
    return out.getvalue()


def quoted_csv(header: list[str], rows: list[list[str]]) -> bytes:
    """A police file: GB18030, every field quoted, CRLF, one header line."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("gb18030")


def receipts_csv(header: list[str], rows: list[list[str]]) -> bytes:
    """A receipts file: UTF-8 with BOM, CRLF."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")
