"""Which document is meant by each number of a whole column? One spelling for all spellings, as hub.values has it.

A number is a head (the agency's words and the year) and a figure behind it. Heads are few, so each different one goes
through the reader of hub.values once; what has no such head is read as a whole, each different text once. From then on
a number is a key: the place of its head in the table of all heads, and its figure. Keys are equal where the numbers
are, and the table knows the words and the year of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.link.columns.keys import Figures, Rows
from hub.link.columns.letters import MOST_DIGITS, endings
from hub.link.columns.spelling import SPACES, WIDE, different, replaced
from hub.values.blanks import is_blank
from hub.values.document_numbers import find_document_numbers, led_in, read_document_number, strict_key

_OPENING, _CLOSING = r"〔﹝［\[【（〖(", r"〕﹞］\]】）〗)"
_HEAD = rf"^[\p{{Han}}（）()]*[{_OPENING}](?:19|20)[0-9]{{2}}[{_CLOSING}]第?[A-NP-Z]*$"
# A number in its one spelling, taken apart into words, year and serial: as it should be; or with a year of two digits
# or without brackets, as hub.values.document_numbers reads loosely.
_READABLE = re.compile(r"(.*)〔([0-9]{4})〕[A-Z]*([0-9]+)号")
_LOOSE = re.compile(r"(.*?)(?:（([0-9][0-9])）第?|((?:19|20)[0-9][0-9])(?:[年）-]第?|第))[A-Za-z]*([0-9]+)号?")
_FIGURE = rf"(0|[1-9][0-9]{{0,{MOST_DIGITS - 1}}})"
_HEAD_AND_FIGURE, _ONLY_FIGURE = re.compile(rf"(.*[^0-9]){_FIGURE}号"), re.compile(_FIGURE)
# A code of a case system, A1409240200002026070001: more digits than one figure holds.
_CODE = rf"^([A-NP-Z]{{0,4}}[0-9]+)([0-9]{{{MOST_DIGITS}}})$"
_SHORTEST, _SOME_DIGIT = 4, "[1-9]"
# One character for one: width, spaces, and the brackets that compatibility forms leave as they are.
_CHARACTERS = WIDE | dict.fromkeys(SPACES, "")
# The last bits of a key are the figure, which has MOST_DIGITS digits at the most; before them stands the head's place.
_BITS, _FIGURES = np.uint64(27), np.uint64((1 << 27) - 1)
_OTHER_SERIAL = 1 << 62  # beyond what year and figure come to


class Head(NamedTuple):
    """What stands before the figure of a number; `ending` says how the number ends."""

    text: str
    ending: Literal["号", "digits", "none"]

    def number(self, figure: int) -> str:
        """The number of this head and a figure: with 号, with as many digits as a figure holds, or the head alone.

        >>> Head("砂政移字〔2026〕", "号").number(12), Head("A14092402000020", "digits").number(26070001), Head("立案A", "none").number(0)
        ('砂政移字〔2026〕12号', 'A1409240200002026070001', '立案A')
        """
        ends = {"号": f"{figure}号", "digits": f"{figure:0{MOST_DIGITS}}", "none": ""}
        return self.text + ends[self.ending]


class Parts(NamedTuple):
    """What a number is made of."""

    words: str
    year: str
    serial: str


@dataclass(frozen=True)
class Numbers:
    """The numbers of a column: heads, and row by row the place of its head (-1 where there is no number) and its figure."""

    heads: Sequence[Head]
    places: Rows
    figures: NDArray[np.int64]


class Heads:
    """The table of the heads of all lists. What it tells of numbers it tells of their keys; a key of 0 is no number's."""

    def __init__(self, heads: Sequence[Head]) -> None:
        parts = [None if head.ending == "digits" else _parts(head.number(1)) for head in heads]
        words = {one: place for place, one in enumerate(sorted({part.words for part in parts if part}), 1)}
        self._texts = pl.Series([None, *(head.text for head in heads)], dtype=pl.String)
        self._ending = pl.Series(["none", *(head.ending for head in heads)], dtype=pl.Enum(("号", "digits", "none")))
        self._words = np.array([0, *(words[part.words] if part else 0 for part in parts)])
        # Of a number without a figure behind its head year and serial are those of the head.
        years = [int(part.year) if part and head.ending == "号" else 0 for head, part in zip(heads, parts, strict=True)]
        self._years = np.array([0, *years], dtype=np.uint64)
        self._serials = np.array([0, *_serials(heads, parts)], dtype=np.uint64)

    def words(self, keys: Figures) -> Rows:
        """A figure for the words before the year of each number; 0 where there is no year."""
        words: Rows = self._words[keys >> _BITS]
        return words

    def serials(self, keys: Figures) -> Figures:
        """A figure for year and serial of each number; 0 where there is no year."""
        heads = keys >> _BITS
        years = self._years[heads]
        serials: Figures = np.where(years > 0, (years << _BITS) | (keys & _FIGURES), self._serials[heads])
        return serials

    def texts(self, keys: Figures) -> pl.Series:
        """The numbers letter by letter."""
        heads = keys >> _BITS
        ending, figures = self._ending.gather(heads), pl.Series(keys & _FIGURES).cast(pl.String)
        end = pl.when(ending == "号").then(figures + "号").when(ending == "digits").then(figures.str.zfill(MOST_DIGITS))
        numbers: pl.Series = self._texts.gather(heads) + pl.select(end.otherwise(pl.lit(""))).to_series()
        return numbers


def one_table(columns: Sequence[Numbers]) -> tuple[Heads, list[Figures]]:
    """The table of all heads of the columns, and the keys of each column's numbers."""
    heads = sorted({head for column in columns for head in column.heads})
    places = {head: place for place, head in enumerate(heads, 1)}
    keys = []
    for column in columns:
        # The last, which is that of the place -1, is that of no head.
        known = np.array([*(places[head] for head in column.heads), 0], dtype=np.uint64)
        keys.append((known[column.places] << _BITS) | column.figures.astype(np.uint64))
    return Heads(heads), keys


def one_number(texts: pl.Series) -> pl.Series:
    """Every document number like `official_number`; null where there is none."""
    heads, (keys,) = one_table([read_numbers(texts)])
    return heads.texts(keys).alias(texts.name)


def read_numbers(texts: pl.Series) -> Numbers:
    """The numbers of a column."""
    return _and_of_the_rest(_and_of_the_rest(_by_head(texts), texts, _codes), texts, _simply)


def _simply(texts: pl.Series) -> Numbers:
    """The same when width and spaces are brought to one."""
    simple = replaced(texts, _CHARACTERS)
    return _and_of_the_rest(_and_of_the_rest(_by_head(simple), simple, _codes), simple, _one_by_one)


def _and_of_the_rest(numbers: Numbers, texts: pl.Series, read: Callable[[pl.Series], Numbers]) -> Numbers:
    """The numbers, and of the texts that are left what another reads."""
    rows = np.flatnonzero((numbers.places < 0) & texts.is_not_null().to_numpy())
    return _put(numbers, rows, read(texts.gather(rows))) if len(rows) else numbers


def _put(numbers: Numbers, rows: Rows, others: Numbers) -> Numbers:
    """The numbers, with others in some rows."""
    places, figures = numbers.places.copy(), numbers.figures.copy()
    places[rows] = np.where(others.places < 0, -1, others.places + len(numbers.heads))
    figures[rows] = others.figures
    return Numbers([*numbers.heads, *others.heads], places, figures)


def _by_head(texts: pl.Series) -> Numbers:
    """The numbers whose head is one that is followed by nothing but a figure."""
    read = endings(texts)
    first = np.flatnonzero((read.same == np.arange(texts.len())) & (read.figures >= 0))
    shapes = pl.DataFrame({"text": texts.gather(first), "length": read.before[first]})
    heads = shapes.select(pl.col("text").cast(pl.Binary).bin.head("length").cast(pl.String)).to_series()
    known = heads.str.contains(_HEAD).to_numpy()
    spelt = [Head((number_in(f"{head}1号") or "").removesuffix("1号"), "号") for head in heads.filter(known).to_list()]
    place = np.full(texts.len(), -1)
    place[first[known]] = np.arange(len(spelt))
    places = np.where(read.figures >= 0, place[read.same], -1)
    return Numbers(spelt, places, np.where(places < 0, 0, read.figures))


def _codes(texts: pl.Series) -> Numbers:
    """The codes of case systems, which are their own spelling."""
    parts = texts.str.extract_groups(_CODE).struct
    some = texts.str.contains(_SOME_DIGIT)
    once, places = different(pl.select(pl.when(some).then(parts.field("1"))).to_series())
    figures = pl.select(pl.when(some).then(parts.field("2").cast(pl.Int64))).to_series().fill_null(0)
    heads = [Head(text, "digits") for text in once.to_list()]
    return Numbers(heads, places.cast(pl.Int64).fill_null(-1).to_numpy(), figures.to_numpy())


def _one_by_one(texts: pl.Series) -> Numbers:
    """The same by the reader in hub.values, each different text once."""
    once, places = different(texts)
    apart = [_taken_apart(number_in(text)) for text in once.to_list()]
    known = np.array([one is not None for one in apart], dtype=np.bool_)
    heads, figures = zip(*(one for one in apart if one), strict=True) if known.any() else ((), ())
    figure = np.zeros(len(apart), dtype=np.int64)
    figure[known] = figures
    of = places.to_numpy()
    return Numbers(heads, np.where(known, np.cumsum(known) - 1, -1)[of], figure[of])


def _taken_apart(number: str | None) -> tuple[Head, int] | None:
    """The head and the figure of a number in its one spelling."""
    if number is None:
        return None
    if read := _HEAD_AND_FIGURE.fullmatch(number):
        return Head(read[1], "号"), int(read[2])
    if read := re.fullmatch(_CODE, number):
        return Head(read[1], "digits"), int(read[2])
    return Head(number, "none"), 0


def _serials(heads: Sequence[Head], parts: Sequence[Parts | None]) -> Iterator[int]:
    """Year and serial of each head that is all of its number, as one figure; what others may share is the figure that it is there."""
    others: dict[tuple[str, str], int] = {}
    for head, part in zip(heads, parts, strict=True):
        if part is None or head.ending != "none":
            yield 0
        elif _ONLY_FIGURE.fullmatch(part.serial):
            yield (int(part.year) << int(_BITS)) | int(part.serial)
        else:
            yield others.setdefault((part.year, part.serial), _OTHER_SERIAL + len(others))


def _parts(number: str) -> Parts | None:
    """Words, year and serial of a number in its one spelling; None where there is no year."""
    if read := _READABLE.fullmatch(number):
        return Parts(*read.groups())
    if read := _LOOSE.fullmatch(number):
        words, short, year, serial = read.groups()
        return Parts(words, year or f"20{short}", serial.lstrip("0") or "0")
    return None


def official_number(text: str) -> str:
    """`strict_key` in the form that columns keep: brackets as printed.

    >>> official_number("繁公(刑)受案字[２０２６]第010071")
    '繁公（刑）受案字〔2026〕10071号'
    """
    return strict_key(text).replace("(", "（").replace(")", "）")


def number_in(text: str) -> str | None:
    """The number that a cell gives, in the form that columns keep: of a text around one number the number alone.

    None where there is none: 口头, 待查, or a figure that is too short to mean one document.

    >>> number_in("移送书：繁公(刑)受案字[２０２６]第010071号。"), number_in("A1409240200002026070001"), number_in("待查")
    ('繁公（刑）受案字〔2026〕10071号', 'A1409240200002026070001', None)
    """
    if is_blank(text):
        return None
    read = read_document_number(text)
    found = () if read.readable and not led_in(read) else find_document_numbers(text)
    number = official_number(found[0] if len(found) == 1 else text)
    return number if len(number) >= _SHORTEST and re.search(_SOME_DIGIT, number) else None
