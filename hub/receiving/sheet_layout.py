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
_MOST_ROWS = 1 << 20  # of a sheet
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


class RowKinds:
    """Which rows below a header hold data, and what the others are."""

    def __init__(
        self, header: Header, numbering: int | None, total_words: Sequence[str], footnote_words: Sequence[str]
    ) -> None:
        """numbering: index of the running-number column, where the sheet has one."""
        self._header = header
        self._numbering = numbering
        self._opening, self._total = _total(tuple(total_words))
        self._footnote_words = tuple(footnote_words)
        # Behind the number stands a named column, and nothing above the data has a number where theirs is.
        self._regular = (
            numbering == 0
            and len(header.names) > 1
            and bool(header.names[1])
            and not any(row[0].isdecimal() for row in header.above)
        )

    def of(self, cells: Sequence[CellValue]) -> str:
        """`blank`, `total`, `footnote`, or an empty text for a row of data.

        A row that holds only its number is blank. A total names itself in its first cell that is no running number. A
        footnote is text that stands alone where the number should be, that begins with one of the footnote words
        (there, alone, or as a label like 填表人：), or that stands beside the table; so is what a page break repeats
        from above the data.
        """
        return "" if self._regular and self._plainly_data(cells[0], cells[1]) else self._with_care(cells)

    def _plainly_data(self, number: CellValue, first: CellValue) -> bool:
        """A whole number, and words that open no total: what most rows begin with."""
        if not isinstance(number, float) or not isinstance(first, str) or not first or not 0 <= number < _MOST_ROWS:
            return False
        if not number.is_integer():
            return False
        sign = first[0]
        return "\u4e00" <= sign <= "\u9fff" and sign not in "无無" and sign not in self._opening

    def _with_care(self, cells: Sequence[CellValue]) -> str:
        header, numbering = self._header, self._numbering
        numbered = numbering is not None and _is_number(cells[numbering])
        said = (i for i, cell in enumerate(cells) if not (numbered and i == numbering) and not is_blank(cell))
        place = next(said, None)
        if place is None:
            return "blank"
        if _repeats(cells, header.above):
            return "footnote"
        text = text_of(cells[place])
        # A Chinese character is what it is in any width, so one that opens no total needs no closer look.
        looks_like_one = text[0] in self._opening or not "\u4e00" <= text[0] <= "\u9fff"
        if looks_like_one and self._total.match(comparable(_plain(text))):
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
        marked = word.startswith(self._footnote_words) and (in_front or alone or ":" in word)
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
