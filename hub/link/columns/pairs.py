"""What do the two sides of many pairs show, trait by trait, and letter by letter where figures do not settle it?"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from hub.link.columns.keys import Figures, Flags, Rows
from hub.link.columns.numbers import Heads
from hub.link.columns.sides import Side
from hub.link.columns.traits import Column
from hub.values.names import LEGAL_FORM

FAR = 99
_LEAST_NAME, _LEAST_FIRM = 2, 3  # characters of a name that say whose it is
_SHOP_SIGNS = "记氏家"  # what a shop's name has behind its owner's surname


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

    @property
    def heads(self) -> Heads:
        """What is known of the numbers by their heads."""
        return self._sides[0].heads

    def numbers(self, number: str, worth: Flags) -> tuple[Rows, Figures, Figures]:
        """The places of some of the pairs, and the numbers of their left and right sides."""
        places = np.flatnonzero(worth)
        left, right = self[f"{number}_key"]
        return places, left[places], right[places]

    def texts(self, trait: str, places: Rows, right: str = "") -> tuple[pl.Series, pl.Series]:
        """A trait of some of the pairs letter by letter. right: another one for the right side."""
        left, right = self._sides[0].texts(trait, self.left[places]), right or trait
        return left, self._sides[1].texts(right, self.right[places])


def number_slips(pairs: Pairs, number: str, worth: Flags) -> Flags:
    """Whether two document numbers are one slip apart: a digit wrong, lost or too many, or two swapped.

    Of one series: else it is another agency's number, or another kind of number.
    """
    places, keys, other_keys = pairs.numbers(number, worth)
    words, other_words = pairs.heads.words(keys), pairs.heads.words(other_keys)
    alike = np.flatnonzero((words == other_words) & (words != 0))
    near = alike[_one_slip(pairs.heads.texts(keys[alike]), pairs.heads.texts(other_keys[alike]))]
    slips = np.zeros(len(pairs), dtype=np.bool_)
    slips[places[near]] = True
    return slips


def number_series(pairs: Pairs, number: str, worth: Flags) -> Flags:
    """Whether two document numbers are of two series, by the words before their year."""
    places, keys, other_keys = pairs.numbers(number, worth)
    words, other_words = pairs.heads.words(keys), pairs.heads.words(other_keys)
    series = np.zeros(len(pairs), dtype=np.bool_)
    series[places] = (words != other_words) & (words != 0) & (other_words != 0)
    return series


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
    """How many characters two whole names are apart, of two units up to 8; of others only where it is one. FAR else."""
    (one, other), (unit, unit_r) = pairs["name_length"], pairs["is_unit"]
    units = unit & unit_r
    places = np.flatnonzero(pairs.differ("name_key") & ((np.abs(one - other) <= 1) | units))
    gaps = np.full(len(pairs), FAR, dtype=np.int8)
    if len(places):
        a, b = pairs.texts("name", places)
        near = np.flatnonzero(_one_half_equal(a, b, np.maximum(one, other)[places]) | units[places])
        a, b = a[near], b[near]
        gaps[places[near]] = process.cpdist(a.to_list(), b.to_list(), scorer=Levenshtein.distance, score_cutoff=8, dtype=np.int8)  # fmt: skip
    return gaps


def _one_half_equal(a: pl.Series, b: pl.Series, longest: Column) -> Flags:
    """Whether texts begin with the same half or end with the other one: else they are more than one character apart."""
    half = (longest + 1) // 2
    table = pl.DataFrame({"a": a, "b": b, "first": half, "last": longest - half})
    begins, ends = (pl.col(of).str.head("first") for of in "ab"), (pl.col(of).str.tail("last") for of in "ab")
    equal: Flags = table.select(pl.Expr.eq(*begins) | pl.Expr.eq(*ends)).to_series().to_numpy()
    return equal


def name_begins(pairs: Pairs, worth: Flags) -> Flags:
    """Whether one whole name is a part of the other: 张三 of 张三(绰号小六), 兴永建材 of 繁峙县兴永建材有限公司."""
    unit, unit_r = pairs["is_unit"]
    persons = worth & ~(unit | unit_r) & pairs.equal("surname") & pairs.differ("name_length")
    units = worth & unit & unit_r & pairs.differ("name_key")
    return _told_by_names(pairs, persons, _begins) | _told_by_names(pairs, units, _one_firm)


def name_shops(pairs: Pairs, worth: Flags) -> Flags:
    """Whether the one is a unit that is called after the other, a person: 邓记饭店 and 邓金仁."""
    unit, unit_r = pairs["is_unit"]
    after = _told_by_names(pairs, worth & ~unit & unit_r, _called_after)
    return after | _told_by_names(pairs, worth & unit & ~unit_r, lambda shop, person: _called_after(person, shop))


def name_sounds(pairs: Pairs, one_apart: Flags) -> Flags:
    """Whether two whole names of which one character differs are spoken alike: 王小明 and 王晓明, as a clerk hears them, and not
    王大明.

    one_apart: which pairs differ in one character or have one more; of these the others are not spoken alike.
    """
    return _told_by_names(pairs, one_apart & ~pairs.differ("name_length"), _sound_alike)


def _told_by_names(pairs: Pairs, worth: Flags, tell: Callable[[pl.Series, pl.Series], pl.Series]) -> Flags:
    told = np.zeros(len(pairs), dtype=np.bool_)
    places = np.flatnonzero(worth)
    if len(places):
        told[places] = tell(*pairs.texts("name", places)).to_numpy()
    return told


def _sound_alike(one: pl.Series, other: pl.Series) -> pl.Series:
    """Of pairs of names in each of which one character differs."""
    characters = pl.DataFrame({"one": one, "other": other}).select(pl.all().str.split("")).explode("one", "other")
    apart = characters.filter(pl.col("one") != pl.col("other")).select(pl.col("one") + pl.col("other")).to_series()
    different = apart.unique()
    alike = [not _sounds(a).isdisjoint(_sounds(b)) for a, b in different.to_list()]
    return apart.replace_strict(different, alike, return_dtype=pl.Boolean)


@cache
def _sounds(character: str) -> frozenset[str]:
    """All syllables, without tones, with which a character may be read."""
    # Its tables of single characters take a moment to load, and few lists need none; those of whole phrases take three
    # times as long, and nobody needs them here.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, pinyin

    (readings,) = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore") or [[]]
    return frozenset(readings)


def _begins(one: pl.Series, other: pl.Series) -> pl.Series:
    a, b = pl.lit(one), pl.lit(other)
    return pl.select((a.str.starts_with(b) | b.str.starts_with(a)) & _least_length(a, b, _LEAST_NAME)).to_series()


def _one_firm(one: pl.Series, other: pl.Series) -> pl.Series:
    a, b = (pl.lit(names.str.replace_all(LEGAL_FORM.pattern, "")) for names in (one, other))
    holds = a.str.starts_with(b) | a.str.ends_with(b) | b.str.starts_with(a) | b.str.ends_with(a)
    return pl.select(holds & _least_length(a, b, _LEAST_FIRM)).to_series()


def _least_length(a: pl.Expr, b: pl.Expr, least: int) -> pl.Expr:
    return (a.str.len_chars() >= least) & (b.str.len_chars() >= least)


def _called_after(person: pl.Series, unit: pl.Series) -> pl.Series:
    name, shop, length = pl.lit(person), pl.lit(unit), pl.lit(person).str.len_chars()
    given = pl.when(length > _LEAST_NAME).then(name.str.slice(1)).otherwise(name)
    signs = [shop.str.contains(name.str.head(1) + sign, literal=True) for sign in _SHOP_SIGNS]
    return pl.select(
        (length >= _LEAST_NAME) & pl.any_horizontal(shop.str.contains(given, literal=True), *signs)
    ).to_series()
