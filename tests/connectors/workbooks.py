"""How do tests make workbooks of every kind, well-formed and not?"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime

import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from xlwt.BIFFRecords import BiffRecord
from xlwt.CompoundDoc import XlsDoc

Cell = str | float | date | None
Rows = Sequence[Sequence[Cell]]

_SHEET_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_BOOK_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"


def xlsx(rows: Rows, sheet: str = "移送案件") -> bytes:
    """As openpyxl writes it; a text stays text."""
    book = Workbook()
    page = first(book)
    page.title = sheet
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = page.cell(number, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    return saved(book)


def first(book: Workbook) -> Worksheet:
    """The sheet that a book opens with."""
    page = book.active
    assert isinstance(page, Worksheet)
    return page


def saved(book: Workbook) -> bytes:
    """The bytes of an openpyxl book."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def xls(rows: Rows, sheet: str = "移送案件", *, date_1904: bool = False) -> bytes:
    """As xlwt writes it (BIFF8)."""
    return saved_xls(_xlwt(rows, sheet, date_1904=date_1904))


def saved_xls(book: xlwt.Workbook) -> bytes:
    """The bytes of an xlwt book."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _xlwt(rows: Rows, sheet: str, *, date_1904: bool) -> xlwt.Workbook:
    book = xlwt.Workbook()
    book.dates_1904 = date_1904
    page = book.add_sheet(sheet)
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                page.write(number, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
            elif value is not None:
                page.write(number, column, value)
    return book


def ods(rows: Rows, sheet: str = "移送案件") -> bytes:
    """As odfpy writes it."""
    document = OpenDocumentSpreadsheet()
    table = Table(name=sheet)
    document.spreadsheet.addElement(table)
    for row in rows:
        line = TableRow()
        table.addElement(line)
        for value in row:
            line.addElement(_ods_cell(value))
    buffer = io.BytesIO()
    document.write(buffer)
    return buffer.getvalue()


def _ods_cell(value: Cell) -> TableCell:
    if value is None:
        return TableCell()
    if isinstance(value, date):
        return TableCell(valuetype="date", datevalue=value.isoformat())
    if isinstance(value, float):
        return TableCell(valuetype="float", value=value)
    cell = TableCell(valuetype="string")
    cell.addElement(P(text=value))
    return cell


def xlsb(rows: Rows, sheet: str = "移送案件", *, date_1904: bool = False) -> bytes:
    """A minimal binary workbook ([MS-XLSB]), record by record: no library writes the format."""
    book = b"".join(
        (
            _record(131),  # BrtBeginBook
            _record(153, struct.pack("<III", int(date_1904), 0, 0)),  # BrtWbProp, an empty code name at its end
            _record(143),  # BrtBeginBundleShs
            _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide(sheet)),  # BrtBundleSh
            _record(144),
            _record(132),
        )
    )
    width = max(map(len, rows), default=1)
    page = [_record(129), _record(148, struct.pack("<4I", 0, max(len(rows) - 1, 0), 0, width - 1)), _record(145)]
    for number, row in enumerate(rows):
        page.append(_record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0)))  # BrtRowHdr
        for column, value in enumerate(row):
            place = struct.pack("<II", column, 1 if isinstance(value, date) else 0)
            if isinstance(value, date):
                serial = float((value - date(1899, 12, 30)).days - (1462 if date_1904 else 0))
                page.append(_record(5, place + struct.pack("<d", serial)))  # BrtCellReal
            elif isinstance(value, float):
                page.append(_record(5, place + struct.pack("<d", value)))
            elif value is not None:
                page.append(_record(6, place + _wide(value)))  # BrtCellSt
    page += [_record(146), _record(130)]
    formats = b"".join(_record(47, struct.pack("<HHHHHBBHH", 0, code, 0, 0, 0, 0, 0, 0, 0)) for code in (0, 14))
    styles = _record(278) + _record(617, struct.pack("<I", 2)) + formats + _record(618) + _record(279)
    kinds = "application/vnd.ms-excel"
    return archive(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Default Extension="bin" ContentType="{kinds}.sheet.binary.macroEnabled.main"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
            "_rels/.rels": _relations(("rId1", _BOOK_TYPE, "xl/workbook.bin")),
            "xl/_rels/workbook.bin.rels": _relations(("rId1", _SHEET_TYPE, "worksheets/sheet1.bin")),
            "xl/workbook.bin": book,
            "xl/styles.bin": styles,
            "xl/worksheets/sheet1.bin": b"".join(page),
        }
    )


def _record(number: int, content: bytes = b"") -> bytes:
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    length, sign = b"", len(content)
    while True:
        length += bytes([sign & 0x7F | (0x80 if sign > 127 else 0)])
        sign >>= 7
        if not sign:
            return head + length + content


def _wide(text: str) -> bytes:
    units = text.encode("utf-16-le")
    return struct.pack("<I", len(units) // 2) + units


def _relations(*relations: tuple[str, str, str]) -> str:
    lines = "".join(f'<Relationship Id="{name}" Type="{kind}" Target="{to}"/>' for name, kind, to in relations)
    return f'<Relationships xmlns="{_RELATIONSHIPS}">{lines}</Relationships>'


def archive(parts: dict[str, str | bytes]) -> bytes:
    """A zip of parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return buffer.getvalue()


def changed_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same archive with one part changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        parts: dict[str, str | bytes] = {one: source.read(one) for one in source.namelist()}
    part = parts[name]
    assert isinstance(part, bytes)
    after = change(part)
    assert after != part, f"nothing to change in {name}"
    return archive(parts | {name: after})


def encrypted_xls(rows: Rows) -> bytes:
    """A BIFF8 book that says it is encrypted (FILEPASS), the way Excel's password does."""

    class _FilePass(BiffRecord):  # type: ignore[misc]
        _REC_ID = 0x002F

        def __init__(self) -> None:
            self._rec_data = struct.pack("<HHH", 1, 1, 1) + bytes(48)

    stream: bytes = _xlwt(rows, "移送案件", date_1904=False).get_biff_data()
    (length,) = struct.unpack_from("<H", stream, 2)
    begin = 4 + length
    stream = stream[:begin] + _FilePass().get() + stream[begin:]
    return _container(stream)


def encrypted_xlsx() -> bytes:
    """An OLE container with an EncryptedPackage, which is what Excel makes of an .xlsx with a password."""
    content = _container(bytes(8192))
    before = "Workbook".encode("utf-16-le")
    after = "EncryptedPackage".encode("utf-16-le")
    place = content.index(before)
    entry = bytearray(content[place : place + 128])
    entry[: len(after)] = after
    struct.pack_into("<H", entry, 64, len(after) + 2)
    return content[:place] + bytes(entry) + content[place + 128 :]


def _container(stream: bytes) -> bytes:
    buffer = io.BytesIO()
    XlsDoc().save(buffer, stream)
    return buffer.getvalue()
