"""What do the two sides of many pairs show, trait by trait, and letter by letter where figures do not settle it?"""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from hub.link.columns.keys import Flags, Rows
from hub.link.columns.numbers import words
from hub.link.columns.sides import Side
from hub.link.columns.traits import Column

FAR = 99
_SERIES = 2  # characters by which numbers of different agencies differ mostly: a quick look before the long one


class Pairs:
    """Pairs of groups, `left` and `right` their places on the two sides."""

    def __init__(self, sides: tuple[Side, Side], left: Rows, right: Rows) -> None:
        self.left, self.right = left, right
        self._sides = sides
        self._seen: dict[str, tuple[Column, Column]] = {}

    def __len__(self) -> int:
        return len(self.left)

    def __getitem__(self, trait: str) -> tuple[Column, Column]:
        """A trait on the left and on the right."""
        if trait not in self._seen:
            self._seen[trait] = self._sides[0][trait][self.left], self._sides[1][trait][self.right]
        return self._seen[trait]

    def those(self, kept: Rows) -> Pairs:
        """Some of the pairs."""
        return Pairs(self._sides, self.left[kept], self.right[kept])

    def both(self, trait: str) -> Flags:
        """Whether both sides show a trait, of those that are 0 where they do not."""
        left, right = self[trait]
        both: Flags = (left != 0) & (right != 0)
        return both

    def equal(self, trait: str) -> Flags:
        """Whether both sides show the same."""
        left, right = self[trait]
        equal: Flags = (left == right) & (left != 0)
        return equal

    def differ(self, trait: str) -> Flags:
        """Whether the sides show two things."""
        left, right = self[trait]
        differ: Flags = (left != right) & (left != 0) & (right != 0)
        return differ

    def texts(self, trait: str, places: Rows) -> tuple[pl.Series, pl.Series]:
        """A trait of some of the pairs letter by letter."""
        return self._sides[0].texts(trait, self.left[places]), self._sides[1].texts(trait, self.right[places])


def number_slips(pairs: Pairs, number: str, worth: Flags) -> Flags:
    """Whether two document numbers are one slip apart: a digit wrong, lost or too many, or two swapped."""
    places = np.flatnonzero(worth)
    a, b = pairs.texts(number, places)
    # Of one series: else it is another agency's number, or another kind of number.
    alike = (a.str.head(_SERIES) == b.str.head(_SERIES)).arg_true()
    near = _one_slip(a.gather(alike), b.gather(alike))
    places, a, b = places[alike.to_numpy()[near]], a.gather(alike.gather(near)), b.gather(alike.gather(near))
    slips = np.zeros(len(pairs), dtype=np.bool_)
    slips[places[(words(a) == words(b)).fill_null(value=False).to_numpy()]] = True
    return slips


def identity_slips(pairs: Pairs, worth: Flags) -> Flags:
    """Whether two identity numbers are one slip apart."""
    places = np.flatnonzero(worth)
    slips = np.zeros(len(pairs), dtype=np.bool_)
    slips[places[_one_slip(*pairs.texts("id_text", places))]] = True
    return slips


def _one_slip(a: pl.Series, b: pl.Series) -> Rows:
    if not a.len():
        return np.zeros(0, dtype=np.int64)
    gap = process.cpdist(a.to_list(), b.to_list(), scorer=OSA.distance, score_cutoff=1, dtype=np.int8)
    return np.flatnonzero(gap == 1)


def name_gaps(pairs: Pairs) -> Column:
    """How many characters two whole names are apart, where that may be few."""
    one, other = pairs["name_length"]
    places = np.flatnonzero(pairs.differ("name_key") & ((np.abs(one - other) <= 1) | pairs["is_unit"][0]))
    gaps = np.full(len(pairs), FAR, dtype=np.int8)
    if len(places):
        a, b = pairs.texts("name", places)
        gaps[places] = process.cpdist(a.to_list(), b.to_list(), scorer=Levenshtein.distance, score_cutoff=8, dtype=np.int8)  # fmt: skip
    return gaps


def name_begins(pairs: Pairs) -> Flags:
    """Whether one whole name of a person is the beginning of the other: 张三, and 张三(绰号小六)."""
    person = ~(pairs["is_unit"][0] | pairs["is_unit"][1])
    places = np.flatnonzero(person & pairs.equal("surname") & pairs.differ("name_length"))
    begins = np.zeros(len(pairs), dtype=np.bool_)
    if len(places):
        a, b = pairs.texts("name", places)
        one, other = pl.col("a"), pl.col("b")
        either = (one.str.starts_with(other) & (other.str.len_chars() >= 2)) | (other.str.starts_with(one) & (one.str.len_chars() >= 2))  # fmt: skip
        begins[places] = pl.DataFrame({"a": a, "b": b}).select(either).to_series()
    return begins


def identity_masks(pairs: Pairs) -> tuple[Column, Column]:
    """Whether what a masked identity number shows fits the other's (1, 0; -1 where it cannot be told), and how many characters it shows."""
    places = np.flatnonzero(pairs["id_masked"][0] ^ pairs["id_masked"][1])
    fits, shows = np.full(len(pairs), -1, dtype=np.int8), np.zeros(len(pairs), dtype=np.int8)
    if len(places):
        mask, whole = _either(*pairs.texts("id_mask", places)), _either(*pairs.texts("id_text", places))
        begins, ends = pl.col("mask").str.extract(r"^([^*]*)\*"), pl.col("mask").str.extract(r"\*([^*]*)$")
        fit = pl.col("whole").str.starts_with(begins) & pl.col("whole").str.ends_with(ends)
        fits[places] = pl.DataFrame({"whole": whole, "mask": mask}).select(fit).to_series().cast(pl.Int8).fill_null(-1)
        # The place of issue, the first six, says little.
        shows[places] = (mask.str.count_matches(r"[^*]").cast(pl.Int32) - 6).clip(0, 8).cast(pl.Int8)
    return fits, shows


def name_masks(pairs: Pairs) -> tuple[Flags, Column]:
    """Whether what a masked name shows fits the other's, and how many characters it shows at its beginning."""
    hidden, named = pairs["hidden"], pairs["named"]
    places = np.flatnonzero((hidden[0] | hidden[1]) & named[0] & named[1])
    fits, shows = np.zeros(len(pairs), dtype=np.bool_), np.zeros(len(pairs), dtype=np.int8)
    if len(places):
        shown_l, shown_r = pairs.texts("shown", places)
        table = pl.DataFrame(
            {
                "whole": _either(*pairs.texts("name", places)), "shown": _either(shown_l, shown_r),
                "ending": _either(*pairs.texts("ending", places)), "shown_l": shown_l, "shown_r": shown_r,
                "unit": (pairs["is_unit"][0] | pairs["is_unit"][1])[places],
            }
        )  # fmt: skip
        whole, shown, ending = pl.col("whole"), pl.col("shown"), pl.col("ending")
        more = whole.str.len_chars().cast(pl.Int32) - shown.str.len_chars().cast(pl.Int32)
        at_end = pl.when(ending == "").then(~pl.col("unit") & more.is_between(1, 3)).otherwise(whole.str.ends_with(ending))  # fmt: skip
        one, other = pl.col("shown_l"), pl.col("shown_r")
        two = one.str.starts_with(other) | other.str.starts_with(one)
        fit = pl.when(whole.is_not_null()).then(whole.str.starts_with(shown) & at_end).otherwise(two)
        found = table.select(fits=fit.fill_null(value=False), shows=shown.str.len_chars().clip(0, 3).cast(pl.Int8))
        fits[places], shows[places] = found["fits"], found["shows"]
    return fits, shows


def _either(one: pl.Series, other: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(one, other)).to_series()
