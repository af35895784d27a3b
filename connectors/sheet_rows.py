"""How are the rows of a large worksheet handed on without all of them standing in memory?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import overload

from python_calamine import CalamineSheet

from hub.model import CellValue

Row = tuple[CellValue, ...]


class SheetRows(Sequence[Row]):
    """The rows of a worksheet from its first to its last with a value, made anew whenever they are walked through.

    Walking takes a fraction of the memory that a list of them would, and a row is still in the processor's cache when
    it is read. Any other use makes the list.
    """

    __slots__ = ("_count", "_sheet")

    def __init__(self, sheet: CalamineSheet, count: int) -> None:
        """count: how many rows there are down to the last with a value."""
        self._sheet = sheet
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        # Iterated rows begin at row 1 but at the first used column.
        left: Row = (None,) * (self._sheet.start[1] if self._sheet.start else 0)
        for cells in islice(self._sheet.iter_rows(), self._count):
            # An empty text is as false as a zero, and most cells are neither.
            yield (*left, *[value if value or value != "" else None for value in cells])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # what is equal to a list cannot be a key

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        return list(self)[place]
