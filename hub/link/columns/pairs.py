"""What do the two sides of many pairs show, trait by trait, and letter by letter where figures do not settle it?"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from hub.link.columns.keys import Figures, Flags, Rows
from hub.link.columns.numbers import Heads
from hub.link.columns.sides import Side
from hub.link.columns.traits import Column
from hub.values.names import COMPANY_WORDS, LEGAL_FORM, UNIT_WORDS

FAR = 99
_LEAST_NAME, _LEAST_FIRM = 2, 3  # characters of a name that say whose it is
_SERIAL = "第?0*([1-9][0-9]*)$"
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


def number_years(pairs: Pairs, number: str, worth: Flags) -> Flags:
    """Whether two document numbers are one but for the year, which one of them leaves out: 砂政移6号 and 砂政移〔2026〕6号."""
    places, keys, other_keys = pairs.numbers(number, worth)
    left_out = np.flatnonzero((pairs.heads.words(keys) == 0) != (pairs.heads.words(other_keys) == 0))
    open_years = np.zeros(len(pairs), dtype=np.bool_)
    if len(left_out):
        bare, other = (
            pairs.heads.texts(of[left_out])
            .str.replace("〔[0-9]{4}〕", "")
            .str.strip_suffix("号")
            .str.replace(_SERIAL, "${1}")
            for of in (keys, other_keys)
        )
        open_years[places[left_out[(bare == other).to_numpy()]]] = True
    return open_years


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
    slips[places[_one_slip(*pairs.texts("id_typed", places))]] = True
    return slips


def one_float(pairs: Pairs) -> Flags:
    """Whether of two whole numbers the one may be what a program left of the other that held it as a float, check digit or not."""
    rounded, rounded_r = pairs["id_round"]
    told: Flags = pairs.equal("id_float") & (rounded | rounded_r) & pairs.differ("id_key")
    return told


def _one_slip(a: pl.Series, b: pl.Series) -> Rows:
    if not a.len():
        return np.zeros(0, dtype=np.int64)
    gap = process.cpdist(a.to_list(), b.to_list(), scorer=OSA.distance, score_cutoff=1, dtype=np.int8)
    return np.flatnonzero(gap == 1)


def name_gaps(pairs: Pairs) -> Column:
    """How many characters two whole names are apart, of two units up to 8. Of others FAR may stand for more than one.

    Two neighbours in each other's place, 王芳华 for 王华芳, are one slip, but no name of two is written from its end.
    """
    (one, other), (unit, unit_r) = pairs["name_length"], pairs["is_unit"]
    units = unit & unit_r
    places = np.flatnonzero(pairs.differ("name_key") & ((np.abs(one - other) <= 1) | units))
    a, b = pairs.texts("name", places)
    near = _one_half_equal(a, b, np.maximum(one, other)[places]) | units[places]
    maybe = np.flatnonzero(~near & ((one == other) & pairs.equal("surname"))[places])
    near[maybe] = _halves_crossed(a[maybe], b[maybe], one[places[maybe]])
    worth = np.flatnonzero(near)
    gaps = np.full(len(pairs), FAR, dtype=np.int8)
    if len(worth):
        a, b = a[worth], b[worth]
        gaps[places[worth]] = process.cpdist(a.to_list(), b.to_list(), scorer=OSA.distance, score_cutoff=8, dtype=np.int8)  # fmt: skip
    return gaps


def _one_half_equal(a: pl.Series, b: pl.Series, longest: Column) -> Flags:
    """Whether names begin with the same half or end with the other one: else they are more than one character apart."""
    table = pl.DataFrame({"a": a, "b": b, "first": longest - longest // 2, "last": longest // 2})
    begins, ends = ([pl.col(name).str.head("first"), pl.col(name).str.tail("last")] for name in ("a", "b"))
    equal: Flags = table.select((begins[0] == ends[0]) | (begins[1] == ends[1])).to_series().to_numpy()
    return equal


def _halves_crossed(a: pl.Series, b: pl.Series, length: Column) -> Flags:
    """Whether of names of one length the last of the first half and the first of the other stand in each other's place."""
    table = pl.DataFrame({"a": a, "b": b, "last": length - length // 2 - 1}).with_columns(first=pl.col("last") + 1)
    (last, first), (other_last, other_first) = (
        [pl.col(name).str.slice(place, 1) for place in ("last", "first")] for name in ("a", "b")
    )
    crossed: Flags = table.select((last == other_first) & (first == other_last)).to_series().to_numpy()
    return crossed


def name_begins(pairs: Pairs, worth: Flags) -> Flags:
    """Whether one whole name is a part of the other: 张三 of 张三(绰号小六), 兴永建材 of 繁峙县兴永建材有限公司."""
    unit, unit_r = pairs["is_unit"]
    persons = worth & ~(unit | unit_r) & pairs.equal("surname") & pairs.differ("name_length")
    units = worth & unit & unit_r & pairs.differ("name_key")
    return _told_by_names(pairs, persons, _begins) | _told_by_names(pairs, units, _one_firm)


def name_shops(pairs: Pairs, worth: Flags) -> Flags:
    """Whether the one is a unit that is called after the other, a person: 邓记饭店 and 邓金仁."""
    unit, unit_r = pairs["is_unit"]
    right = _told_by_names(pairs, worth & ~unit & unit_r, _called_after)
    return right | _told_by_names(pairs, worth & unit & ~unit_r, lambda shop, person: _called_after(person, shop))


def name_owners(pairs: Pairs) -> Flags:
    """Whether the one is whom the other's cell names beside its party: the owner of a shop, or the shop of its owner."""
    (beside, beside_r), (name, name_r) = pairs["beside_key"], pairs["name_key"]
    told: Flags = ((beside == name_r) & (beside != 0)) | ((beside_r == name) & (beside_r != 0))
    told |= _told_by_names(pairs, (beside != 0) & (name_r != 0) & ~told, _one_shop, "beside", "name")
    return told | _told_by_names(pairs, (beside_r != 0) & (name != 0) & ~told, _one_shop, "name", "beside")


def name_companies(pairs: Pairs, worth: Flags) -> Flags:
    """Whether one of the two is a company or a cooperative."""
    return _told_by_names(
        pairs, worth, lambda one, other: one.str.contains(COMPANY_WORDS) | other.str.contains(COMPANY_WORDS)
    )


def _told_by_names(
    pairs: Pairs, worth: Flags, tell: Callable[[pl.Expr, pl.Expr], pl.Expr], left: str = "name", right: str = ""
) -> Flags:  # fmt: skip
    told = np.zeros(len(pairs), dtype=np.bool_)
    places = np.flatnonzero(worth)
    if len(places):
        one, other = pairs.texts(left, places, right)
        # Lazily: what the expression says twice is worked out once.
        table = pl.LazyFrame({"one": one, "other": other})
        told[places] = table.select(tell(pl.col("one"), pl.col("other"))).collect().to_series().to_numpy()
    return told


def _begins(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return (one.str.starts_with(other) | other.str.starts_with(one)) & _no_shorter(one, other, _LEAST_NAME)


def _one_firm(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    one, other = (name.str.replace_all(LEGAL_FORM.pattern, "") for name in (one, other))
    behind = one.str.ends_with(other) | other.str.ends_with(one)
    return (behind | one.str.starts_with(other) | other.str.starts_with(one)) & _no_shorter(one, other, _LEAST_FIRM)


def _one_shop(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """A shop is often called without the county and the township that it stands in."""
    units = one.str.contains(UNIT_WORDS) & other.str.contains(UNIT_WORDS)
    return units & (one.str.ends_with(other) | other.str.ends_with(one)) & _no_shorter(one, other, _LEAST_FIRM)


def _no_shorter(one: pl.Expr, other: pl.Expr, least: int) -> pl.Expr:
    return (one.str.len_chars() >= least) & (other.str.len_chars() >= least)


def _called_after(person: pl.Expr, unit: pl.Expr) -> pl.Expr:
    length = person.str.len_chars()
    given = pl.when(length > _LEAST_NAME).then(person.str.slice(1)).otherwise(person)
    after = [given, *(person.str.head(1) + sign for sign in _SHOP_SIGNS)]
    return (length >= _LEAST_NAME) & pl.any_horizontal(unit.str.contains(words, literal=True) for words in after)


def name_sounds(pairs: Pairs, one_apart: Flags) -> Flags:
    """Whether two whole names are spoken alike: 王小明 and 王晓明, as a clerk hears them, and not 王大明.

    one_apart: which pairs differ in one character or in the order of two, or have one more; these are not spoken alike.
    """
    told = np.zeros(len(pairs), dtype=np.bool_)
    places = np.flatnonzero(one_apart & ~pairs.differ("name_length"))
    if len(places):
        told[places] = sound_alike(*pairs.texts("name", places))
    return told


def sound_alike(one: pl.Series, other: pl.Series) -> Flags:
    """Of names of one length: whether the characters in which they differ are heard alike, each different two once."""
    characters = pl.DataFrame({"one": one, "other": other}).with_row_index("pair")
    characters = characters.with_columns(pl.col("one", "other").str.split("")).explode("one", "other")
    apart = characters.filter(pl.col("one") != pl.col("other")).select("pair", two=pl.concat_str("one", "other"))
    different = apart["two"].unique()
    unlike = different.filter(
        pl.Series([_sounds(a).isdisjoint(_sounds(b)) for a, b in different.to_list()], dtype=pl.Boolean)
    )
    alike = np.ones(one.len(), dtype=np.bool_)
    alike[apart.filter(pl.col("two").is_in(unlike.implode()))["pair"].to_numpy()] = False
    return alike


@cache
def _sounds(character: str) -> frozenset[str]:
    """All syllables, without tones, with which a character may be read."""
    from pypinyin import Style, pinyin  # its tables take a moment to load, and not every list needs them

    (readings,) = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore") or [[]]
    return frozenset(readings)
