"""How are the spellings of a whole column brought to one, as hub.values does it cell by cell?

Everything here gives, cell for cell, what the reader in hub.values gives; tests compare them on spoilt texts. Most
cells stand in their one spelling already, and a look at their shape shows it. Of the others most take one pass that
replaces many texts at once; the rest go through the reader in hub.values itself, each different text once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product

import polars as pl

from hub.values.blanks import is_blank
from hub.values.document_numbers import strict_key
from hub.values.names import comparable_name
from hub.values.script import simplified_forms

# What Python's str.isspace() is true of, and the characters without width of hub.values.blanks.
SPACES = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u2060\ufeff"
)
_WIDE = {chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7F)}
_UPPER = {one: one.upper() for one in "abcdefghijklmnopqrstuvwxyz"}
_WIDE_UPPER = {chr(0xFEE0 + ord(one)): other for one, other in _UPPER.items()}
_OPENING, _CLOSING = "〔﹝［[【（〖(", "〕﹞］]】）〗)"


@dataclass(frozen=True)
class Spelling:
    """How one kind of text is spelt alike.

    plain: the shape of texts that are their own spelling; replaced: what one pass changes; doubtful: what
    it may change wrongly; finish: what is done to all texts after the pass; reader: the reader of hub.values for all that is not plain then.
    """

    plain: str
    replaced: dict[str, str]
    doubtful: str
    finish: Callable[[pl.Series], pl.Series]
    reader: Callable[[str], str | None]

    def one_spelling(self, texts: pl.Series) -> pl.Series:
        """Every text in its one spelling; null where the cell is null, or blank to a clerk."""
        odd = (~texts.str.contains(self.plain)).fill_null(False).arg_true()
        if odd.len() == 0:
            return texts
        raw = texts.gather(odd)
        done = self.finish(self._pass(raw))
        doubtful = raw.str.contains(self.doubtful)
        for prepared in (self._pass_whole, self._read):
            left = (doubtful | ~done.str.contains(self.plain)).fill_null(value=False).arg_true()
            if left.len():
                done = done.scatter(left, self.finish(prepared(raw.gather(left))))
        return texts.scatter(odd, done)

    def _pass_whole(self, texts: pl.Series) -> pl.Series:
        return self._pass(_whole(texts))

    def _read(self, texts: pl.Series) -> pl.Series:
        return each_once(texts, self.reader)

    def _pass(self, texts: pl.Series) -> pl.Series:
        return texts.str.replace_many(list(self.replaced), list(self.replaced.values()), leftmost=True)


def _whole(texts: pl.Series) -> pl.Series:
    """Half width, without spaces, in simplified script: the long way, for the few that need it."""
    simplified = simplified_forms()
    texts = texts.str.normalize("NFKC").str.replace_all(rf"[{SPACES}]+", "")
    return texts.str.replace_many(list(simplified), list(simplified.values()))


def each_once(texts: pl.Series, read: Callable[[str], str | None]) -> pl.Series:
    """A reader applied to every text, each different one once; null stays null, and so does what is read as null."""
    different = texts.drop_nulls().unique()
    answers = pl.Series([read(text) for text in different.to_list()], dtype=pl.String)
    return texts.replace_strict(different, answers, default=None) if different.len() else texts


@cache
def document_numbers() -> Spelling:
    """Like `strict_key`, but in the form that the law gives a number: `繁公（刑）受案字〔2026〕10071号`."""
    digits, wide = "0123456789", "０１２３４５６７８９"
    table: dict[str, str] = {}
    # A digit and a closing bracket end the year: 第 and leading zeros after them say nothing. Longest first.
    for (plain, full), closing, nth, zeros in product(zip(digits, wide, strict=True), _CLOSING, ("第", ""), range(6, -1, -1)):  # fmt: skip
        for digit in (plain, full):
            for zero in ("0", "０") if zeros else ("",):
                table[digit + closing + nth + zero * zeros] = f"{plain}〕"
    # A year begins with 19 or 20; 第 before it says nothing.
    for nth, opening, (plain, full) in product(("第", ""), _OPENING, (("1", "１"), ("2", "２"))):
        table[f"{nth}{opening}{plain}"] = table[f"{nth}{opening}{full}"] = f"〔{plain}"
    table |= dict.fromkeys(_OPENING, "（") | dict.fromkeys(_CLOSING, "）") | dict.fromkeys(SPACES, "") | {"號": "号"}
    table |= {one: other for one, other in _WIDE.items() if one not in table}
    han = _simplified_han()
    shape = rf"^[{han}]*(?:（[{han}]+）[{han}]*)*〔(?:19|20)[0-9]{{2}}〕[A-NP-Z]*[1-9][0-9]*号$"
    # A zero before letters is no leading zero of the serial.
    return Spelling(shape, table, r"[0０]\s*[A-Za-zＡ-Ｚａ-ｚ]", _with_ending, _read_number)


def _with_ending(texts: pl.Series) -> pl.Series:
    ends = texts.str.contains(r"〔(?:19|20)[0-9]{2}〕[A-NP-Z]*[1-9][0-9]*$").fill_null(False).arg_true()
    return texts.scatter(ends, texts.gather(ends) + "号") if ends.len() else texts


def official_number(text: str) -> str:
    """`strict_key` in the form that columns keep: brackets as printed.

    >>> official_number("繁公(刑)受案字[２０２６]第010071")
    '繁公（刑）受案字〔2026〕10071号'
    """
    return strict_key(text).replace("(", "（").replace(")", "）")


def _read_number(text: str) -> str | None:
    return None if is_blank(text) else official_number(text) or None


@cache
def names() -> Spelling:
    """Like `comparable_name`."""
    table = dict.fromkeys("（(〔[［【〖﹝", "(") | dict.fromkeys("）)〕]］】〗﹞", ")")
    table |= dict.fromkeys("•‧∙⋅・･.．", "·") | dict.fromkeys(SPACES, "") | _UPPER | _WIDE_UPPER
    table |= {one: other for one, other in _WIDE.items() if one not in table}
    shape = rf"^[{_simplified_han()}()·*□?×A-Z0-9]{{2,}}$"
    return Spelling(shape, table, "$^", lambda texts: texts, _read_name)


def one_name(texts: pl.Series) -> pl.Series:
    """Every name like `comparable_name`; null where nobody is named."""
    return names().one_spelling(texts).str.replace_all("有限责任公司", "有限公司", literal=True)


def one_number(texts: pl.Series) -> pl.Series:
    """Every document number like `official_number`; null where there is none."""
    return document_numbers().one_spelling(texts)


def _read_name(text: str) -> str | None:
    return None if is_blank(text) else comparable_name(text) or None


def codes(texts: pl.Series) -> pl.Series:
    """Half width, upper case, without spaces: what identity numbers and sums are read from."""
    table = _WIDE | _UPPER | _WIDE_UPPER | dict.fromkeys(SPACES, "")
    return texts.str.replace_many(list(table), list(table.values()))


@cache
def _simplified_han() -> str:
    """The common Chinese characters that are no traditional form of another, as a class of a regular expression."""
    traditional = simplified_forms()
    return _ranges([code for code in range(0x4E00, 0xA000) if chr(code) not in traditional])


def _ranges(places: list[int]) -> str:
    parts: list[str] = []
    first = last = places[0]
    for place in [*places[1:], -1]:
        if place != last + 1:
            parts.append(rf"\x{{{first:x}}}-\x{{{last:x}}}")
            first = place
        last = place
    return "".join(parts)
