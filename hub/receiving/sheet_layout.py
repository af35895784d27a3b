"""Where is the header of a clerk's sheet, which rows below it hold data, and what are the others?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from hub.model import CellValue
from hub.receiving.table import Sheet
from hub.values.blanks import is_blank, text_of, without_spaces
from hub.values.headers import comparable

# A header deeper than this is no header but a form; no agency announced one.
_DEEPEST_HEADER = 3
_SEARCHED_ROWS = 40
# What may stand around a total's word: 本页合计, 合计（元）, 合计：3件.
_TOTAL = "(?:本[页月期表年]|以上|全[部年])?(?:{words})(?:[:(\\d共数金件]|$)"
_BEFORE_TOTAL = "本以全"
_NUMBER = re.compile(r"\d+(?:\.0*)?、?")


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a sheet: `names[i]` is the header of column i as it stands, `bottom` its last row (0-based).

    above: every row down to the bottom, as comparable texts: a page break repeats them in the middle of the data.
    """

    names: tuple[str, ...]
    bottom: int
    above: frozenset[tuple[str, ...]] = frozenset()

    def first(self) -> int:
        """The first column of the table."""
        return next((index for index, name in enumerate(self.names) if name), 0)


def find_header(sheet: Sheet, known: Collection[str]) -> Header | None:
    """The row, or block of up to three rows, that names the most known columns; the first of equals.

    known: comparable headers. None where no row names at least two of them (or the only one).
    A column takes the lowest word of its block: group titles above it are no headers, but a word that
    spans the block vertically is.
    """
    most = 0
    found: tuple[tuple[str, ...], int] | None = None
    head = list(islice(sheet.rows, _SEARCHED_ROWS))
    for bottom, row in enumerate(head):
        names = [_header_text(cell) for cell in row]
        if not _hits(names, known):
            continue
        for depth in range(min(_DEEPEST_HEADER, bottom + 1)):
            above = [_header_text(cell) for cell in head[bottom - depth]]
            names = [name or upper for name, upper in zip(names, above, strict=True)]
            if (hits := _hits(names, known)) > most:
                most, found = hits, (tuple(names), bottom)
    if found is None or most < min(2, len(known)):
        return None
    bottom = found[1]
    return Header(found[0], bottom, frozenset(_comparables(row) for row in head[: bottom + 1]))


def kind_of_row(
    cells: Sequence[CellValue],
    header: Header,
    numbering: int | None,
    total_words: Sequence[str],
    footnote_words: Sequence[str],
) -> str:
    """`blank`, `total`, `footnote`, or an empty text for a row of data.

    numbering: index of the running-number column, where the sheet has one; a row that holds only its number is
    blank. A total names itself in its first cell that is no running number. A footnote is text that stands alone
    where the number should be, that begins with one of the footnote words (there, alone, or as a label like 填表人：),
    or that stands beside the table; so is what a page break repeats from above the data.
    """
    numbered = numbering is not None and _is_number(cells[numbering])
    said = (i for i, cell in enumerate(cells) if not (numbered and i == numbering) and not is_blank(cell))
    # Asked for one by one, since most rows are data and show it at once: a number, and words under a header.
    place = next(said, None)
    if place is None:
        return "blank"
    if _repeats(cells, header.above):
        return "footnote"
    text = text_of(cells[place])
    opening, total = _total(tuple(total_words))
    # A Chinese character is what it is in any width, so one that opens no total needs no closer look.
    if (text[0] in opening or not "\u4e00" <= text[0] <= "\u9fff") and total.match(comparable(_plain(text))):
        return "total"
    if numbered and header.names[place]:
        return ""
    others = list(said)
    beside = all(not header.names[i] for i in (place, *others))
    if numbered and not beside:
        return ""
    word = _plain(text)
    in_front = place == numbering or place < header.first()
    alone = not others
    marked = word.startswith(tuple(footnote_words)) and (in_front or alone or ":" in word)
    return "footnote" if beside or marked or (in_front and alone) else ""


def _is_number(cell: CellValue) -> bool:
    if cell.__class__ in (float, int):
        return _NUMBER.fullmatch(text_of(cell)) is not None
    return not is_blank(cell) and _NUMBER.fullmatch(_plain(text_of(cell))) is not None


def _repeats(cells: Sequence[CellValue], above: Collection[tuple[str, ...]]) -> bool:
    """Whether the row is one of those above the data once more."""
    left = above
    for place, cell in enumerate(cells):
        text = _header_text(cell)
        word = text if text.isdecimal() and text.isascii() else comparable(text)
        left = [row for row in left if row[place] == word]
        if not left:
            return False
    return True


@lru_cache
def _total(words: tuple[str, ...]) -> tuple[str, re.Pattern[str]]:
    """The characters with which a total may open, and how it reads."""
    opening = _BEFORE_TOTAL + "".join(word[:1] for word in words)
    return opening, re.compile(_TOTAL.format(words="|".join(map(re.escape, words))))


def _plain(text: str) -> str:
    return without_spaces(unicodedata.normalize("NFKC", text))


def _comparables(cells: Sequence[CellValue]) -> tuple[str, ...]:
    return tuple(comparable(_header_text(cell)) for cell in cells)


def _header_text(cell: CellValue) -> str:
    return "" if cell is None else text_of(cell).strip()


def _hits(names: Sequence[str], known: Collection[str]) -> int:
    return len({c for c in map(comparable, names) if c in known})
