"""Where is the header of a clerk's sheet, which rows below it hold data, and what are the others?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from hub.model import CellValue
from hub.table import Sheet
from hub.values.blanks import is_blank, text_of

# A header deeper than this is no header but a form; no agency announced one.
_DEEPEST_HEADER = 3
_SEARCHED_ROWS = 40


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a sheet: `names[i]` is the header of column i as it stands, `bottom` its last row (0-based)."""

    names: tuple[str, ...]
    bottom: int


def comparable(header: str) -> str:
    """A header without width, blanks, line breaks and the star that marks required columns."""
    return re.sub(r"[\s*★]+", "", unicodedata.normalize("NFKC", header))


def find_header(sheet: Sheet, known: Collection[str]) -> Header | None:
    """The row, or block of up to three rows, that names the most known columns.

    known: comparable headers. None where no row names at least two of them (or the only one).
    A column takes the lowest word of its block: group titles above it are no headers, but a word that
    spans the block vertically is.
    """
    best: tuple[int, Header] | None = None
    for bottom, row in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        names = [_header_text(cell) for cell in row]
        hits = _hits(names, known)
        for depth in range(1, _DEEPEST_HEADER):
            if not hits or bottom - depth < 0:
                break
            above = [_header_text(cell) for cell in sheet.rows[bottom - depth]]
            filled = [name or upper for name, upper in zip(names, above, strict=True)]
            if _hits(filled, known) <= hits:
                break
            names, hits = filled, _hits(filled, known)
        if hits and (best is None or hits > best[0]):
            best = (hits, Header(tuple(names), bottom))
    if best is None or best[0] < min(2, len(known)):
        return None
    return best[1]


def _header_text(cell: CellValue) -> str:
    return "" if cell is None else text_of(cell).strip()


def _hits(names: Sequence[str], known: Collection[str]) -> int:
    return len({c for c in map(comparable, names) if c in known})


def kind_of_row(
    cells: Sequence[CellValue], numbering: int | None, total_words: Sequence[str], footnote_words: Sequence[str]
) -> str:
    """`blank`, `total`, `footnote`, or an empty text for a row of data.

    numbering: index of the running-number column, where the sheet has one. A total names itself in
    its first cell that is not empty; a footnote is text that stands alone, or that starts with one of
    the footnote words where a number should be.
    """
    filled = [(i, text_of(cell).strip()) for i, cell in enumerate(cells) if not is_blank(cell)]
    if not filled:
        return "blank"
    place, first = filled[0]
    word = comparable(first)
    if any(word == t or word.startswith(t + ":") or word == "本页" + t for t in total_words):
        return "total"
    if place != (numbering or 0) or _is_number(word):
        return ""
    if any(word.startswith(w) for w in footnote_words):
        return "footnote"
    return "footnote" if len(filled) == 1 and numbering is not None else ""


def _is_number(word: str) -> bool:
    return word.replace(".", "", 1).isdigit()
