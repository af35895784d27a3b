"""From which year do a workbook's bare serial numbers count?"""

from __future__ import annotations

import io
import re
import struct

import olefile  # type: ignore[import-untyped]

from connectors.archive import Archive

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XLSX_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*[\"'](?:1|true)[\"']")
_ODS_1904 = re.compile(rb"<(?:\w+:)?null-date\b[^>]*\bdate-value\s*=\s*[\"']1904-01-01[\"']")
_BIFF_DATEMODE = 0x0022
_BIFF_EOF = 0x000A
_XLSB_WORKBOOK_PROPERTIES = 153  # BrtWbProp


def counts_from_1904(content: bytes, archive: Archive | None) -> bool:
    """Whether the workbook says so; where it says nothing, or cannot be asked, it counts from 1900."""
    if archive is None:
        return content.startswith(_OLE) and _xls(content)
    for name in archive.names():
        plain = name.lower().lstrip("/")
        if plain == "xl/workbook.xml":
            return bool(_XLSX_1904.search(archive.part(name)))
        if plain == "xl/workbook.bin":
            return _xlsb(archive.part(name))
        if plain == "content.xml":
            return bool(_ODS_1904.search(archive.part(name)))
    return False


def _xls(content: bytes) -> bool:
    """The DATEMODE record of the workbook's global records ([MS-XLS] 2.4.77)."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            name = next((name for name in ("Workbook", "Book") if container.exists(name)), None)
            stream = container.openstream(name).read() if name else b""
    except (OSError, ValueError, IndexError, struct.error):
        return False  # calamine says what is wrong with it
    offset = 0
    while offset + 4 <= len(stream):
        record, length = struct.unpack_from("<HH", stream, offset)
        if record == _BIFF_DATEMODE and length == 2:
            return bool(struct.unpack_from("<H", stream, offset + 4)[0])
        if record == _BIFF_EOF:
            break
        offset += 4 + length
    return False


def _xlsb(part: bytes) -> bool:
    """Bit 0 of the workbook properties ([MS-XLSB] 2.4.829); record numbers and lengths are 7 bits a byte."""
    offset = 0
    while offset < len(part):
        record, offset = _seven_bits(part, offset, 2)
        length, offset = _seven_bits(part, offset, 4)
        if record == _XLSB_WORKBOOK_PROPERTIES and length:
            return offset < len(part) and bool(part[offset] & 1)
        offset += length
    return False


def _seven_bits(part: bytes, offset: int, longest: int) -> tuple[int, int]:
    """A number in at most so many bytes, the last of which lacks the high bit, and where the next thing begins."""
    number = 0
    for place in range(longest):
        if offset >= len(part):
            break
        byte = part[offset]
        offset += 1
        number |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            break
    return number, offset
