"""What stands in a page of docs/: its tables, its fenced blocks, the words in code type?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CODE = re.compile(r"`([^`]+)`")
_FENCE = re.compile(r"(?ms)^```(\w*)\n(.*?)^```$")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: the heading it stands under, the column titles, its cells."""

    heading: str
    titles: tuple[str, ...]
    cells: tuple[str, ...]

    def names(self) -> tuple[str, ...]:
        """The words in code type of its first cell."""
        return words_of(self.cells[0])


def rows_of(page: Path) -> list[Row]:
    """Every line of every table of a page; fenced blocks are no part of it."""
    return list(_rows(_FENCE.sub("", page.read_text(encoding="utf-8"))))


def fenced(page: Path, language: str) -> list[str]:
    """The fenced blocks of one language."""
    return [body for word, body in _FENCE.findall(page.read_text(encoding="utf-8")) if word == language]


def words_of(text: str) -> tuple[str, ...]:
    """The words in code type."""
    return tuple(_CODE.findall(text))


def _rows(text: str) -> Iterator[Row]:
    heading, titles = "", tuple[str, ...]()
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("#").strip()
        if not line.startswith("|"):
            titles = ()
            continue
        cells = tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
        if set("".join(cells)) <= set("-: "):
            continue
        if not titles:
            titles = cells
            continue
        yield Row(heading, titles, cells)
