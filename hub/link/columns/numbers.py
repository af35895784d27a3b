"""Which document is meant by each number of a whole column? One spelling for all spellings, as hub.values has it.

A number is a head (the agency's words and the year) and a serial. Heads are few, so each different one goes through the
reader of hub.values once; serials are figures. What has no such head is read as a whole, each different text once.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import polars as pl

from hub.link.columns.letters import endings
from hub.link.columns.spelling import SPACES, WIDE, each_once, replaced, simplified_han, with_put
from hub.values.blanks import is_blank
from hub.values.document_numbers import find_document_numbers, read_document_number, strict_key

_OPENING, _CLOSING = r"〔﹝［\[【（〖(", r"〕﹞］\]】）〗)"
_HEAD = rf"^[\p{{Han}}（）()]*[{_OPENING}](?:19|20)[0-9]{{2}}[{_CLOSING}]第?[A-NP-Z]*$"
# Taken apart: year and serial where nothing stands between them; with letters between; a year of two digits or
# without brackets, as hub.values.document_numbers reads loosely.
_BARE = r"〔([0-9]{4}〕[0-9]+)号$"
_BEFORE = r"^([^〔]*)〔[0-9]{4}〕[A-Z]*[0-9]+号$"
_READABLE = r"^(.*)〔([0-9]{4})〕[A-Z]*([0-9]+)号$"
_LOOSE = r"^(.*?)(?:（([0-9][0-9])）|((?:19|20)[0-9][0-9])[年）-])第?[A-Za-z]*([0-9]+)号?$"
# One character for one: width, spaces, and the brackets that compatibility forms leave as they are.
_SHORTEST, _FIGURE = 4, re.compile("[1-9]")
_CHARACTERS = WIDE | dict.fromkeys(SPACES, "")


def one_number(texts: pl.Series) -> pl.Series:
    """Every document number like `official_number`; null where there is none."""
    odd = (~texts.str.contains(_plain())).fill_null(value=False).arg_true()
    return with_put(texts, odd, _spelt(texts.gather(odd))) if odd.len() else texts


@cache
def _plain() -> str:
    """The shape of a number in its one spelling. A 第 before the year says nothing, so no head ends with it."""
    han = simplified_han()
    return rf"^(?:[{han}（）]*[{han}）--第])?〔(?:19|20)[0-9]{{2}}〕[A-NP-Z]*[1-9][0-9]*号$"


def _spelt(texts: pl.Series) -> pl.Series:
    done = _by_head(texts)
    left = done.is_null().arg_true()
    if left.len() == 0:
        return done
    again = replaced(texts.gather(left), _CHARACTERS)
    read = _by_head(again)
    whole = read.is_null().arg_true()
    if whole.len():
        read = with_put(read, whole, each_once(again.gather(whole), number_in))
    return with_put(done, left, read)


def _by_head(texts: pl.Series) -> pl.Series:
    """The number where its head is one that is followed by nothing but a serial; else null."""
    read = endings(texts)
    rows = np.arange(texts.len())
    different = np.flatnonzero((read.same == rows) & (read.figures >= 0))
    shapes = pl.DataFrame({"text": texts.gather(different), "length": read.before[different]})
    heads = shapes.select(pl.col("text").cast(pl.Binary).bin.head("length").cast(pl.String)).to_series()
    heads = pl.select(pl.when(heads.str.contains(_HEAD)).then(heads)).to_series()
    spelt = [head and official_number(f"{head}1号").removesuffix("1号") for head in heads.to_list()]
    # The place behind the last is that of no head.
    place = np.full(texts.len(), len(spelt))
    place[different] = np.arange(len(spelt))
    place = np.where(read.figures >= 0, place[read.same], len(spelt))
    known = pl.Series([*spelt, None], dtype=pl.String).gather(place)
    return pl.select(pl.concat_str(known, pl.Series(read.figures).cast(pl.String), pl.lit("号"))).to_series()


def serials(numbers: pl.Series) -> pl.Series:
    """Year and serial of each number in its one spelling, `2026〕12`; null where there are none."""
    bare = numbers.str.extract(_BARE)
    odd = (bare.is_null() & numbers.is_not_null()).arg_true()
    return with_put(bare, odd, _parts(numbers.gather(odd))["serial"]) if odd.len() else bare


def words(numbers: pl.Series) -> pl.Series:
    """The words before the year of each number; null where there is no year."""
    before = numbers.str.extract(_BEFORE)
    odd = (before.is_null() & numbers.is_not_null()).arg_true()
    return with_put(before, odd, _parts(numbers.gather(odd))["words"]) if odd.len() else before


def _parts(numbers: pl.Series) -> pl.DataFrame:
    read, loose = numbers.str.extract_groups(_READABLE).struct, numbers.str.extract_groups(_LOOSE).struct
    table = pl.DataFrame(
        {
            "words": read.field("1"), "year": read.field("2"), "serial": read.field("3"),
            "loose_words": loose.field("1"), "short": "20" + loose.field("2"), "long": loose.field("3"),
            "loose_serial": loose.field("4").str.replace("^0+([0-9])", "${1}"),
        }
    )  # fmt: skip
    year = pl.coalesce("year", "long", "short")
    return table.select(
        words=pl.coalesce("words", "loose_words"), serial=year + "〕" + pl.coalesce("serial", "loose_serial")
    )


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
    found = () if read_document_number(text).readable else find_document_numbers(text)
    number = official_number(found[0] if len(found) == 1 else text)
    return number if len(number) >= _SHORTEST and _FIGURE.search(number) else None
