"""When was it, how much, what for, and from which township? Whole columns of days, sums, causes and units."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

import polars as pl

from hub.errors import UnreadableValue
from hub.link.columns.identities import is_day_of
from hub.link.columns.spelling import codes, different, each_once, replaced, with_put
from hub.mapping.codes import Codes
from hub.mapping.townships import bare_township
from hub.values.amounts import plain, read_amount
from hub.values.blanks import is_blank, tidy
from hub.values.moments import read_moment

# A time of day behind a day changes nothing about the day.
_CLOCK = r"(\d)[ T]+(?:[01]?\d|2[0-3]):[0-5]?\d(?::[0-5]?\d)?$"
_FIGURES = r"^[0-9]{4}(?:[0-9]{4}|-[0-9]{1,2}-[0-9]{1,2}|/[0-9]{1,2}/[0-9]{1,2}|\.[0-9]{1,2}\.[0-9]{1,2}|年[0-9]{1,2}月[0-9]{1,2}日)$"
_SHORT_YEAR = re.compile(r"[0-9]{2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?$")
_PARTS = r"^([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})"
_FIRST_YEAR, _LAST_YEAR = 1949, 2099  # of hub.values.moments
# What most sums are: figures, perhaps in groups of three, and one of the marks that say nothing or ten thousand.
_PLAIN = r"^[0-9]{1,15}(?:\.[0-9]+)?$"
_USUAL = r"^[¥￥]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?万?元?$"
_USUAL_MARKS = dict.fromkeys("¥￥,万元", "")
_SUM = r"^(?:人民币|RMB|CNY)?[¥￥]?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(百万|千万|万亿|[百千万亿])?(?:元|圆|块)?整?$"
_UNITS = {"百": 100, "千": 1_000, "万": 10_000, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
# Who is accused: a short name, or one that ends like a company's. No cause word is as short or ends so.
_ACCUSED = r"^(?:[\p{Han}·某*×]{1,4}|[^涉]*公司)涉嫌"


def day_column(texts: pl.Series) -> pl.Series:
    """The days as dates, as `read_moment` reads them; with a year of two digits, too. Null where there is none."""
    once, places = different(texts)
    once, places_of_once = different(once.str.replace(_CLOCK, "${1}"))
    days = _in_figures(once)
    odd = days.is_null().arg_true()
    read = [_read_day(text) for text in once.gather(odd).to_list()]
    return with_put(days, odd, pl.Series(read, dtype=pl.Date)).gather(places_of_once).gather(places)


def _in_figures(texts: pl.Series) -> pl.Series:
    """The days that are written in figures and one kind of mark, as most are; null for all others."""
    shaped = pl.DataFrame({"text": texts}).select(pl.when(pl.col("text").str.contains(_FIGURES)).then("text"))
    parts = shaped.select(pl.col("text").str.extract_groups(_PARTS)).unnest("text").cast(pl.Int32)
    year, month, day = (parts[name].fill_null(0).to_numpy() for name in ("1", "2", "3"))
    is_day = is_day_of(year, month, day) & (year >= _FIRST_YEAR) & (year <= _LAST_YEAR)
    there = parts.select(pl.when(pl.Series(is_day)).then(name) for name in parts.columns)
    return there.select(pl.date("1", "2", "3")).to_series()


# The three lists are of the same days, in the same dozen forms.
@lru_cache(maxsize=200_000)
def _read_day(text: str) -> date | None:
    # As evidence a year of two digits will do; the ledger reads none.
    for written in (text, f"20{text}") if _SHORT_YEAR.match(text) else (text,):
        try:
            return read_moment(written).day
        except UnreadableValue:
            continue
    return None


def amount_column(texts: pl.Series) -> pl.Series:
    """The sums in hundredths of a 元, rounded; null where `read_amount` reads none."""
    sums = pl.select(pl.when(texts.str.contains(_PLAIN)).then(texts)).to_series().cast(pl.Float64, strict=False)
    odd = (sums.is_null() & texts.is_not_null()).arg_true()
    if odd.len():
        sums = with_put(sums, odd, _long_way(texts.gather(odd)))
    return pl.select(pl.when(sums < 1e15).then((sums * 100).round().cast(pl.Int64, strict=False))).to_series()


def _long_way(texts: pl.Series) -> pl.Series:
    usual = pl.select(pl.when(texts.str.contains(_USUAL)).then(texts)).to_series()
    tens_of_thousands = usual.str.contains("万", literal=True)
    number = replaced(usual, _USUAL_MARKS).cast(pl.Float64, strict=False)
    sums = pl.select(pl.when(tens_of_thousands).then(number * _UNITS["万"]).otherwise(number)).to_series()
    odd = (sums.is_null() & texts.is_not_null()).arg_true()
    return with_put(sums, odd, _longest_way(texts.gather(odd))) if odd.len() else sums


def _longest_way(texts: pl.Series) -> pl.Series:
    parts = codes(texts).str.extract_groups(_SUM)
    number = parts.struct.field("1").str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
    factor = parts.struct.field("2").replace_strict(list(_UNITS), list(_UNITS.values()), default=1, return_dtype=pl.Int64)  # fmt: skip
    sums: pl.Series = number * factor
    odd = (sums.is_null() & texts.is_not_null()).arg_true()
    return with_put(sums, odd, each_once(texts.gather(odd), _read_sum).cast(pl.Float64)) if odd.len() else sums


def _read_sum(text: str) -> str | None:
    try:
        return plain(read_amount(text))
    except UnreadableValue:
        return None


def cause_column(texts: pl.Series, known: Codes) -> pl.Series:
    """The code of the cause; words that are no cause of ours stand for themselves, after `?`."""

    def read(text: str) -> str | None:
        if is_blank(text):
            return None
        cause = known.cause(text) or known.cause_in(text)
        return cause.code if cause else f"?{tidy(text)}"

    once, places = different(texts)
    return each_once(once.str.replace(_ACCUSED, "涉嫌"), read).gather(places)


def unit_column(texts: pl.Series, known: Codes) -> pl.Series:
    """The code of the township; names of no township of ours stand for themselves, after `?`.

    An office of no township, such as a police station, says nothing of where the matter is from.
    """

    def read(text: str) -> str | None:
        if is_blank(text):
            return None
        if code := known.township(text):
            return code
        name = bare_township(text)
        return f"?{name}" if name else None

    return each_once(texts, read)
