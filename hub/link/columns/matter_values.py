"""When was it, how much, what for, and from which township? Whole columns of days, sums, causes and units."""

from __future__ import annotations

import polars as pl

from hub.errors import UnreadableValue
from hub.link.columns.spelling import codes, each_once
from hub.mapping.codes import Codes, tidy
from hub.values.amounts import plain, read_amount
from hub.values.blanks import is_blank
from hub.values.moments import read_moment

# A time of day behind a day changes nothing about the day.
_CLOCK = r"(\d)[ T]+(?:[01]?\d|2[0-3]):[0-5]?\d(?::[0-5]?\d)?$"
_SUM = r"^(?:人民币|RMB|CNY)?[¥￥]?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(百万|千万|万亿|[百千万亿])?(?:元|圆|块)?整?$"
_UNITS = {"百": 100, "千": 1_000, "万": 10_000, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
_ACCUSED = r"^[\p{Han}·某*×]{1,4}涉嫌"


def day_column(texts: pl.Series) -> pl.Series:
    """The days as dates; null where `read_moment` reads none."""
    days = each_once(texts.str.replace(_CLOCK, "${1}"), _read_day)
    return days.str.to_date("%Y-%m-%d", strict=False)


def _read_day(text: str) -> str | None:
    try:
        return read_moment(text).day.isoformat()
    except UnreadableValue:
        return None


def amount_column(texts: pl.Series) -> pl.Series:
    """The sums in hundredths of a 元, rounded; null where `read_amount` reads none."""
    parts = codes(texts).str.extract_groups(_SUM)
    number = parts.struct.field("1").str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
    factor = parts.struct.field("2").replace_strict(list(_UNITS), list(_UNITS.values()), default=1, return_dtype=pl.Int64)  # fmt: skip
    sums = number * factor
    odd = (sums.is_null() & texts.is_not_null()).arg_true()
    if odd.len():
        sums = sums.scatter(odd, each_once(texts.gather(odd), _read_sum).cast(pl.Float64))
    return pl.select(pl.when(sums < 1e15).then((sums * 100).round().cast(pl.Int64, strict=False))).to_series()


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
