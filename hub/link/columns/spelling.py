"""How are the spellings of a whole column brought to one, as hub.values does it cell by cell?

Everything here gives, cell for cell, what the reader in hub.values gives; tests compare them on spoilt texts. Most
cells stand in their one spelling already, and a look at their shape shows it. Of the others most take one pass that
replaces characters; the rest go through the reader in hub.values itself, each different text once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hub.values.blanks import is_blank
from hub.values.names import NOBODY, PUT_AROUND, party_name
from hub.values.script import simplified_forms

# What Python's str.isspace() is true of, and the characters without width of hub.values.blanks.
SPACES = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u2060\ufeff"
)
WIDE = {chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7F)}
_UPPER = {one: one.upper() for one in "abcdefghijklmnopqrstuvwxyz"}
_WIDE_UPPER = {chr(0xFEE0 + ord(one)): other for one, other in _UPPER.items()}
_LIMITED, _LIMITED_BRIEFLY = "有限责任公司", "有限公司"
# Where one of these stands, more than a name may be written, or nobody be named.
_MORE_THAN_A_NAME = [*PUT_AROUND, *NOBODY]
_LONG = 18  # bytes: six characters, 有限责任公司; only the names of units are as long


def replaced(texts: pl.Series, table: dict[str, str]) -> pl.Series:
    """The texts with every key of the table replaced, in one pass."""
    return texts.str.replace_many(list(table), list(table.values()), leftmost=True)


def with_put(series: pl.Series, places: pl.Series | NDArray[np.int64], values: pl.Series) -> pl.Series:
    """The column with other values at some places; polars' own `scatter` would change the one that was given."""
    put: pl.Series = series.clone().scatter(pl.Series(places), values)
    return put


def different(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The different texts of a column, and for each row the place of its text among them; null for null."""
    # Fresh categories are numbered as they come up: one look-up a row, where `unique` and `replace_strict` take two.
    places = texts.cast(pl.Categorical(pl.Categories.random())).to_physical()
    place = places.drop_nulls().to_numpy().astype(np.int64)
    one_of_each = np.zeros(place.max(initial=-1) + 1, dtype=np.int64)
    one_of_each[place] = places.is_not_null().arg_true().to_numpy()
    return texts.gather(one_of_each), places


def each_once(texts: pl.Series, read: Callable[[str], str | None]) -> pl.Series:
    """A reader applied to every text, each different one once; null stays null, and so does what is read as null."""
    once, places = different(texts)
    return pl.Series([read(text) for text in once.to_list()], dtype=pl.String).gather(places)


def one_name(texts: pl.Series) -> pl.Series:
    """Every name like `party_name`; null where nobody is named."""
    odd = (~texts.str.contains(_ordinary_name()) | (texts.str.len_bytes() >= _LONG)).fill_null(value=False).arg_true()
    if odd.len() == 0:
        return texts
    raw, plain = texts.gather(odd), _plain_name()
    done = replaced(raw, _name_table())
    left = (~done.str.contains(plain) | done.str.contains(_LIMITED, literal=True) | _says_more(done)).arg_true()
    if left.len():
        done = with_put(done, left, each_once(raw.gather(left), _read_name))
    return with_put(texts, odd, done)


def _says_more(names: pl.Series) -> pl.Series:
    """Where more than a name may be written, or nobody be named."""
    return names.str.contains_any(_MORE_THAN_A_NAME) | names.str.ends_with(")") | names.str.starts_with("某")


@cache
def _ordinary_name() -> str:
    """The shape of most names: each is its own spelling, unless it is long. What begins a word for more stands nowhere in it."""
    han = simplified_han(without="某" + "".join(sorted({word[0] for word in _MORE_THAN_A_NAME})))
    return rf"^[{han}][{han}*×]+$"


@cache
def _plain_name() -> str:
    """The shape of a name that is its own spelling, unless it is long or more than a name."""
    return rf"^[{simplified_han()}][{simplified_han()}()·*□?×A-Z]+$"


@cache
def _name_table() -> dict[str, str]:
    table = dict.fromkeys("（(〔[［【〖﹝", "(") | dict.fromkeys("）)〕]］】〗﹞", ")")
    table |= dict.fromkeys("•‧∙⋅・･.．", "·") | dict.fromkeys(SPACES, "") | _UPPER | _WIDE_UPPER
    table |= {one: other for one, other in WIDE.items() if one not in table}
    return table | simplified_forms() | {_LIMITED: _LIMITED_BRIEFLY}


def _read_name(text: str) -> str | None:
    return None if is_blank(text) else party_name(text) or None


def codes(texts: pl.Series) -> pl.Series:
    """Half width, upper case, without spaces: what identity numbers and sums are read from."""
    return replaced(texts, WIDE | _UPPER | _WIDE_UPPER | dict.fromkeys(SPACES, ""))


@cache
def simplified_han(without: str = "") -> str:
    """The common Chinese characters that are no traditional form of another, but for some, as a class of a regular expression."""
    others = {*simplified_forms(), *without}
    return _ranges([code for code in range(0x4E00, 0xA000) if chr(code) not in others])


def _ranges(places: list[int]) -> str:
    parts: list[str] = []
    first = last = places[0]
    for place in [*places[1:], -1]:
        if place != last + 1:
            parts.append(rf"\x{{{first:x}}}-\x{{{last:x}}}")
            first = place
        last = place
    return "".join(parts)
