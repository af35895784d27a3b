"""What does a delimited text file hold, and how is one written?"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence

from connectors.extent import MOST_CELLS
from hub.errors import ParcelRefused
from hub.model import CellValue
from hub.receiving.table import Sheet, Table
from hub.whole_text import whole_text

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = (",", ";", "\t")
LINE_END = "\r\n"


def read(content: bytes, path: str) -> Table:
    """One sheet named '' whose first row is the file's first line; every value is text, an empty one None.

    Encoding: by byte order mark, else strict UTF-8, else strict GB18030. Delimiter: the most frequent of comma,
    semicolon and tab on the first line that has one. Both are noted. Lines are padded to one width; an empty line
    is a row of None, so that row numbers hold. Raises ParcelRefused (`unreadable_file`).
    """
    text, encoding = decode(content, path)
    delimiter = delimiter_of(text)
    try:
        lines = _lines(text, delimiter)
    except csv.Error as error:
        raise ParcelRefused(path, "unreadable_file", f"the lines cannot be split for sure: {error}") from error
    if not lines:
        raise ParcelRefused(path, "unreadable_file", "the file is empty")
    width = max(map(len, lines))
    if width * len(lines) > MOST_CELLS:
        raise ParcelRefused(path, "unreadable_file", f"a line of {width} fields is very much longer than the others")
    rows = [(*(value or None for value in line), *[None] * (width - len(line))) for line in lines]
    notes = (("encoding", encoding), ("delimiter", {"\t": "tab"}.get(delimiter, delimiter)))
    return Table((Sheet("", rows),), notes)


def count_rows(content: bytes) -> int | None:
    """Data rows, the header not counted; None where the content cannot be read as delimited text."""
    try:
        (sheet,) = read(content, "").sheets
    except ParcelRefused:
        return None
    return len(sheet.rows) - 1


def write(
    header: Sequence[str],
    rows: Iterable[Sequence[CellValue]],
    encoding: str = "gb18030",
    quote_all: bool = True,
) -> bytes:
    """A file with CRLF line ends; None becomes an empty field, everything else its text, half a character U+FFFD."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(
        buffer, quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL, lineterminator=LINE_END, strict=True
    )
    writer.writerow(header)
    writer.writerows(rows)
    return whole_text(buffer.getvalue()).encode(encoding)


def decode(content: bytes, path: str) -> tuple[str, str]:
    """The text without its byte order mark, and the encoding that was found as `read` says.

    Raises ParcelRefused (`unreadable_file`), also where there are NUL bytes; its detail holds nothing of the text.
    """
    encodings = [name for mark, name in _MARKS if content.startswith(mark)] or ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise ParcelRefused(path, "unreadable_file", "the file holds NUL bytes, it is no text")
        # Programs that put files together leave more than one mark, and one before a quotation mark undoes it.
        return text.lstrip("\ufeff"), encoding
    raise ParcelRefused(path, "unreadable_file", f"the text is not in {' or '.join(encodings)}")


def delimiter_of(text: str) -> str:
    """Of comma, semicolon and tab the most frequent on the first line that has one; else the comma."""
    for line in io.StringIO(text):
        # Every other piece between quotation marks is quoted, so its signs do not count.
        bare = "".join(line.split('"')[::2])
        counts = [bare.count(sign) for sign in _DELIMITERS]
        if any(counts):
            return _DELIMITERS[counts.index(max(counts))]
    return ","


def _lines(text: str, delimiter: str) -> list[list[str]]:
    """The fields of each line. Strict: a quotation mark left open would swallow every line after it."""
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    while lines and not lines[-1]:
        lines.pop()
    return lines
