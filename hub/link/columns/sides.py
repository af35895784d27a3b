"""What does each group of rows that is one already show, on one side of a comparison?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from hub.link.columns.keys import Figures, Flags, Rows
from hub.link.columns.sheets import LISTS
from hub.link.columns.traits import NO_SUM, Column, Pool

_NAME = ("name", "mask", "shows", "surname", "is_unit", "name_key", "name_length", "hidden", "named")
_IDENTITY = (
    "id_text", "id_typed", "id_mask", "id_key", "tail", "id_first", "id_birth", "id_good", "id_other", "id_damaged", "id_masked",
    "id_float", "id_round",
)  # fmt: skip
_WORDS = ("unit", "unit_known", "cause", "cause_known", "amount")
_NUMBERS = ("town", "pol")
# trait of a group -> (which row of the group shows it, the column of the pool)
_SHOWN: Mapping[str, tuple[str, str]] = {
    **{trait: ("name", trait) for trait in _NAME},
    **{trait: ("id", trait) for trait in _IDENTITY},
    **{trait: (number, trait) for number in _NUMBERS for trait in (f"{number}_key", f"{number}_serial_key", f"{number}_others")},
    **{trait: (trait.removesuffix("_known"), trait) for trait in _WORDS},
    **{f"day_{agency}": (f"day_{agency}", "day") for agency in LISTS},
    "beside": ("beside", "beside"), "beside_key": ("beside", "beside_key"),
    "name_2_key": ("name_2", "name_key"), "id_2_key": ("id_2", "id_key"), "amount_2": ("amount_2", "amount"),
}  # fmt: skip
# column of the pool -> where it is 0, nothing is told
_TOLD_TWICE = {"name_key": "name_key", "id_key": "id_key", "unit": "unit_known", "cause": "cause_known"}


class Side:
    """Groups of up to two rows, and for each trait the row of the group that shows it.

    The name that is whole stands before a masked one, the identity number that holds before one that does not, of all
    else the first that shows it; `name_2_key`, `id_2_key` and `amount_2` are what the other row says.
    """

    def __init__(self, groups: pl.DataFrame, pool: Pool, slots: tuple[str, ...], *, turned: bool = False) -> None:
        """slots: which lists may have a row in the groups, the leading one first. turned: whether the other row's word is
        taken where both show something; not of numbers, which are told by whose they are.
        """
        self.height = groups.height
        self.heads = pool.heads
        self._pool = pool
        self._of = groups, slots
        self._seen: dict[str, Column] = {}
        lines = [pool.lines(slot, groups[slot]) for slot in slots]
        nobody = np.full(groups.height, len(pool.figures["day"]) - 1)
        self._rows = lines[0], lines[1] if len(lines) > 1 else nobody
        self._lines = dict.fromkeys((f"day_{agency}" for agency in LISTS), nobody)
        self._lines |= _choice(*self._rows, pool.figures)
        if turned:
            other = _choice(*self._rows[::-1], pool.figures)
            self._lines |= {row: of for row, of in other.items() if row not in _NUMBERS}
        self._lines |= {f"day_{slot}": of for slot, of in zip(slots, lines, strict=True)}

    def of_two_minds(self) -> Flags:
        """The groups whose two rows name two persons, townships or causes."""
        told = np.zeros(self.height, dtype=np.bool_)
        for column, known in _TOLD_TWICE.items():
            one, other = (self._pool.figures[column][rows] for rows in self._rows)
            told |= (one != other) & np.logical_and(*(self._pool.figures[known][rows] != 0 for rows in self._rows))
        return told

    def turned(self) -> Side:
        """The same groups by the word of their other row."""
        groups, slots = self._of
        return Side(groups, self._pool, slots, turned=True)

    def __getitem__(self, trait: str) -> Column:
        """A trait of every group, as figures; the same array each time."""
        if trait not in self._seen:
            row, column = _SHOWN[trait]
            self._seen[trait] = self._pool.figures[column][self._lines[row]]
        return self._seen[trait]

    def key(self, trait: str) -> Figures:
        """A trait of every group as a figure that groups may share; 0 where it is not shown."""
        figures: Figures = self[trait].astype(np.int64, copy=False).view(np.uint64)
        return figures ^ np.uint64(abs(NO_SUM)) if trait in ("amount", "amount_2") else figures

    def texts(self, trait: str, places: Rows) -> pl.Series:
        """A trait of some groups letter by letter; null where it is not shown."""
        row, column = _SHOWN[trait]
        return self._pool.texts[column][self._lines[row][places]]


def _choice(one: Rows, other: Rows, shown: Mapping[str, Column]) -> dict[str, Rows]:
    """Which of two rows shows the traits of each kind."""
    named, held = shown["name_key"] != 0, shown["id_good"]
    read = (shown["id_first"] != 0) | shown["id_masked"] | (shown["id_key"] != 0)
    other_name = ~named[one] & (named[other] | ~shown["hidden"][one])
    other_id = (held[other] & ~held[one]) | ~read[one]
    lines = {
        "name": np.where(other_name, other, one), "name_2": np.where(other_name, one, other),
        "id": np.where(other_id, other, one), "id_2": np.where(other_id, one, other), "amount_2": other,
    }  # fmt: skip
    first_that_shows = (
        ("town", "town_key"),
        ("pol", "pol_key"),
        ("unit", "unit"),
        ("cause", "cause"),
        ("amount", "amount"),
        ("beside", "beside_key"),
    )
    for row, column in first_that_shows:
        figures = shown[column]
        lines[row] = np.where(figures[one] == figures[-1], other, one)
    return lines
