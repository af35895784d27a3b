"""When was it, how much, what for, and from which township? Whole columns of days, sums, causes and units."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import polars as pl

from hub.errors import UnreadableValue
from hub.link.columns.spelling import codes, each_once
from hub.mapping.codes import Codes, tidy
from hub.values.amounts import plain, read_amount
from hub.values.blanks import is_blank
from hub.values.moments import read_moment

# A time of day behind a day changes nothing about the day.
_CLOCK = r"(\d)[ T]+(?:[01]?\d|2[0-3]):[0-5]?\d(?::[0-5]?\d)?$"
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_FIRST_DAY, _LAST_DAY = date(1949, 1, 1), date(2099, 12, 31)  # the years of hub.values.moments
_PLAIN = r"^[0-9]{1,15}(?:\.[0-9]+)?$"
_SUM = r"^(?:人民币|RMB|CNY)?[¥￥]?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(百万|千万|万亿|[百千万亿])?(?:元|圆|块)?整?$"
_UNITS = {"百": 100, "千": 1_000, "万": 10_000, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
# Who is accused: a short name, or one that ends like a company's. No cause word is as short or ends so.
_ACCUSED = r"^(?:[\p{Han}·某*×]{1,4}|[^涉]*公司)涉嫌"


def day_column(texts: pl.Series) -> pl.Series:
    """The days as dates; null where `read_moment` reads none."""
    days = texts.str.to_date("%Y-%m-%d", strict=False, exact=True)
    # polars reads 2026-3-5 and +2026-03-05 as well; what a clerk may write is for `read_moment` to say.
    plain = texts.str.contains(_ISO).fill_null(value=False)
    odd = (~(plain & days.is_between(_FIRST_DAY, _LAST_DAY)) & texts.is_not_null()).fill_null(value=True).arg_true()
    if odd.len() == 0:
        return days
    typed = texts.gather(odd)
    clock = typed.str.contains(":", literal=True).fill_null(value=False).arg_true()
    typed = typed.scatter(clock, typed.gather(clock).str.replace(_CLOCK, "${1}"))
    return days.scatter(odd, each_once(typed, _read_day).str.to_date("%Y-%m-%d", strict=False))


# The three lists are of the same days, in the same dozen forms.
@lru_cache(maxsize=200_000)
def _read_day(text: str) -> str | None:
    try:
        return read_moment(text).day.isoformat()
    except UnreadableValue:
        return None


def amount_column(texts: pl.Series) -> pl.Series:
    """The sums in hundredths of a 元, rounded; null where `read_amount` reads none."""
    sums = pl.select(pl.when(texts.str.contains(_PLAIN)).then(texts)).to_series().cast(pl.Float64, strict=False)
    odd = (sums.is_null() & texts.is_not_null()).arg_true()
    if odd.len():
        sums = sums.scatter(odd, _long_way(texts.gather(odd)))
    return pl.select(pl.when(sums < 1e15).then((sums * 100).round().cast(pl.Int64, strict=False))).to_series()


def _long_way(texts: pl.Series) -> pl.Series:
    parts = codes(texts).str.extract_groups(_SUM)
    number = parts.struct.field("1").str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
    factor = parts.struct.field("2").replace_strict(list(_UNITS), list(_UNITS.values()), default=1, return_dtype=pl.Int64)  # fmt: skip
    sums: pl.Series = number * factor
    odd = (sums.is_null() & texts.is_not_null()).arg_true()
    return sums.scatter(odd, each_once(texts.gather(odd), _read_sum).cast(pl.Float64)) if odd.len() else sums


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

    return each_once(texts.str.replace(_ACCUSED, "涉嫌"), read)


def unit_column(texts: pl.Series, known: Codes) -> pl.Series:
    """The code of the township; names of no township of ours stand for themselves, after `?`."""

    def read(text: str) -> str | None:
        if is_blank(text):
            return None
        return known.township(text) or f"?{tidy(text)}"

    return each_once(texts, read)
