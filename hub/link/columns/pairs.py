"""What do the two sides of many pairs show, trait by trait, and letter by letter where figures do not settle it?"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from hub.link.columns.identities import NUMBER, STAR, figures_by_place
from hub.link.columns.keys import Figures, Flags, Rows
from hub.link.columns.numbers import Heads
from hub.link.columns.sides import Side
from hub.link.columns.traits import Column
from hub.values.names import LEGAL_FORM, UNIT_WORDS, masked_fits

FAR = 99
_ISSUED = 6  # characters of the place of issue, at the beginning of an identity number
_MOST_SHOWN = 8
_LEAST_NAME, _LEAST_FIRM = 2, 3  # characters of a name that say whose it is
_SHOP_SIGNS = "记氏家"  # what a shop's name has behind its owner's surname
_REMEMBERED = 1 << 16  # what masks show is compared again and again


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

    def texts(self, trait: str, places: Rows) -> tuple[pl.Series, pl.Series]:
        """A trait of some of the pairs letter by letter."""
        return self._sides[0].texts(trait, self.left[places]), self._sides[1].texts(trait, self.right[places])


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
    """How many characters two whole names are apart, where that may be few."""
    one, other = pairs["name_length"]
    places = np.flatnonzero(pairs.differ("name_key") & ((np.abs(one - other) <= 1) | pairs["is_unit"][0]))
    gaps = np.full(len(pairs), FAR, dtype=np.int8)
    if len(places):
        a, b = pairs.texts("name", places)
        gaps[places] = process.cpdist(a.to_list(), b.to_list(), scorer=Levenshtein.distance, score_cutoff=8, dtype=np.int8)  # fmt: skip
    return gaps


def name_begins(pairs: Pairs, worth: Flags) -> Flags:
    """Whether one whole name is a part of the other: 张三 of 张三(绰号小六), 兴永建材 of 繁峙县兴永建材有限公司."""
    unit, unit_r = pairs["is_unit"]
    persons = worth & ~(unit | unit_r) & pairs.equal("surname") & pairs.differ("name_length")
    units = worth & unit & unit_r & pairs.differ("name_key")
    return _told_by_names(pairs, persons, _begins) | _told_by_names(pairs, units, _one_firm)


def name_shops(pairs: Pairs, worth: Flags) -> Flags:
    """Whether the one is a unit that is called after the other, a person: 邓记饭店 and 邓金仁."""
    return _told_by_names(pairs, worth & (pairs["is_unit"][0] ^ pairs["is_unit"][1]), _called_after)


def name_sounds(pairs: Pairs, worth: Flags) -> Flags:
    """Whether two whole names of one length are spoken alike: 王小明 and 王晓明, as a clerk hears them, and not 王大明."""
    return _told_by_names(pairs, worth & ~pairs.differ("name_length"), _sound_alike)


@lru_cache(_REMEMBERED)
def _sound_alike(one: str | None, other: str | None) -> bool:
    if not one or not other:
        return False
    return all(a == b or not _sounds(a).isdisjoint(_sounds(b)) for a, b in zip(one, other, strict=True))


@lru_cache(_REMEMBERED)
def _sounds(character: str) -> frozenset[str]:
    """All syllables, without tones, with which a character may be read."""
    from pypinyin import Style, pinyin  # its tables take a fifth of a second to load, and few lists need none

    (readings,) = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore") or [[]]
    return frozenset(readings)


def _told_by_names(pairs: Pairs, worth: Flags, tell: Callable[[str | None, str | None], bool]) -> Flags:
    told = np.zeros(len(pairs), dtype=np.bool_)
    places = np.flatnonzero(worth)
    if len(places):
        a, b = pairs.texts("name", places)
        told[places] = [tell(one, other) for one, other in zip(a.to_list(), b.to_list(), strict=True)]
    return told


def _begins(one: str | None, other: str | None) -> bool:
    shorter, longer = sorted((one or "", other or ""), key=len)
    return len(shorter) >= _LEAST_NAME and longer.startswith(shorter)


@lru_cache(_REMEMBERED)
def _one_firm(one: str | None, other: str | None) -> bool:
    shorter, longer = sorted((LEGAL_FORM.sub("", one or ""), LEGAL_FORM.sub("", other or "")), key=len)
    return len(shorter) >= _LEAST_FIRM and (longer.endswith(shorter) or longer.startswith(shorter))


@lru_cache(_REMEMBERED)
def _called_after(one: str | None, other: str | None) -> bool:
    person, unit = sorted((one or "", other or ""), key=lambda name: re.search(UNIT_WORDS, name) is not None)
    if len(person) < _LEAST_NAME:
        return False
    given = person[1:] if len(person) > _LEAST_NAME else person
    return given in unit or any(person[0] + sign in unit for sign in _SHOP_SIGNS)


def identity_masks(pairs: Pairs) -> tuple[Column, Column]:
    """Whether what a masked identity number shows fits the other's (1, 0; -1 where it cannot be told), and how many characters
    both show beyond the place of issue, which says little.
    """
    places = np.flatnonzero(pairs["id_masked"][0] | pairs["id_masked"][1])
    fits, shows = np.full(len(pairs), -1, dtype=np.int8), np.zeros(len(pairs), dtype=np.int8)
    if len(places):
        (a, b), (mask, other_mask) = pairs.texts("id_text", places), pairs.texts("id_mask", places)
        one, other = _either(a, mask), _either(b, other_mask)
        whole = ((one.str.len_bytes() == NUMBER) & (other.str.len_bytes() == NUMBER)).fill_null(value=False).to_numpy()
        at, rest = np.flatnonzero(whole), np.flatnonzero(~whole)
        fits[places[at]], shows[places[at]] = _masks_by_place(one.gather(at), other.gather(at))
        for place, left, right in zip(
            places[rest], one.gather(rest).to_list(), other.gather(rest).to_list(), strict=True
        ):
            fits[place], shows[place] = _masks_by_ends(left, right)
    return fits, shows


def _masks_by_place(one: pl.Series, other: pl.Series) -> tuple[Column, Column]:
    """What `identity_masks` says of numbers of full length: each star hides one character."""
    if not one.len():
        return np.zeros(0, dtype=np.int8), np.zeros(0, dtype=np.int8)
    a, b = figures_by_place(one, NUMBER), figures_by_place(other, NUMBER)
    both = (a != STAR) & (b != STAR)
    return (~both | (a == b)).all(axis=0).astype(np.int8), np.minimum(both[_ISSUED:].sum(axis=0), _MOST_SHOWN).astype(
        np.int8
    )


def _masks_by_ends(one: str | None, other: str | None) -> tuple[int, int]:
    """The same where the stars are not as many as what they hide: only the beginning and the end are known."""
    if one is None or other is None:
        return -1, 0
    begins, ends = (min(map(len, parts)) for parts in zip(_open_ends(one), _open_ends(other), strict=True))
    fit = one[:begins] == other[:begins] and one[len(one) - ends :] == other[len(other) - ends :]
    return int(fit), min(max(begins - _ISSUED, 0) + ends, _MOST_SHOWN)


def _open_ends(number: str) -> tuple[str, str]:
    """What a number shows before its first star and behind its last; a whole one shows all of it twice."""
    return number.partition("*")[0], number.rpartition("*")[2]


def name_masks(pairs: Pairs) -> tuple[Flags, Column]:
    """Whether what a masked name shows fits the other's, and how many characters it shows at its beginning."""
    hidden, named, shown = pairs["hidden"], pairs["named"], pairs["shows"]
    places = np.flatnonzero((hidden[0] | hidden[1]) & named[0] & named[1])
    fits, shows = np.zeros(len(pairs), dtype=np.bool_), np.zeros(len(pairs), dtype=np.int8)
    if len(places):
        (mask, other_mask), (name, other_name) = pairs.texts("mask", places), pairs.texts("name", places)
        masked, other = _either(mask, other_mask), _either(other_name, _either(name, other_mask))
        fits[places] = [_name_mask(a, b) for a, b in zip(masked.to_list(), other.to_list(), strict=True)]
        shows[places] = np.where(hidden[0], shown[0], shown[1])[places]
    return fits, shows


_name_mask = lru_cache(_REMEMBERED)(masked_fits)


def _either(one: pl.Series, other: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(one, other)).to_series()
