"""When was it, according to the cell? Every way a clerk writes a date, and no guess at the others."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from hub.errors import UnreadableValue
from hub.model import CellValue
from hub.moment import END_OF_DAY, OUR_YEARS, Moment
from hub.values.blanks import is_blank, text_of, without_spaces
from hub.values.numerals import han_number, han_year

# Day 0 of the two date systems. Excel counts a 29 February 1900 that never was, hence 30 December.
_DAY_ZERO = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 - Excel has no time zones
_WRITTEN_YEARS = range(1949, 2100)
_OFFSET_YEARS = range(1992, 2100)  # in which Shanghai's offset is one and the same

_HALF_A_SECOND = timedelta(microseconds=500_000)
_CLOCK = r"(?P<hour>\d{1,2})[:时点](?P<minute>\d{1,2})(?:分|:(?P<second>\d{1,2})(?:\.\d+)?|分(?P<second_cn>\d{1,2})秒)?"
_BETWEEN = r"(?:\s+|(?P<iso>T))"
_OFFSET = r"(?P<offset>Z|[+-]\d{2}:?\d{2})"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<year>\d{{4}})\s*(?P<mark>[-/.])\s*(?P<month>\d{{1,2}})\s*(?P=mark)\s*(?P<day>\d{{1,2}})(?:{_BETWEEN}{_CLOCK}\s*{_OFFSET}?)?",
        rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})(?:{_BETWEEN}{_CLOCK}\s*{_OFFSET}?)?",
        rf"(?P<year>\d{{4}})年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})[日号](?:T?{_CLOCK})?",
    )
)
_HAN_FORM = re.compile(
    r"(?P<year>[一二三四五六七八九〇○◯零0OＯ]{4})年(?P<month>[一二三四五六七八九十]{1,3})月(?P<day>[一二三四五六七八九十]{1,3})[日号]"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"\d{4,5}(?:\.\d+)?")


def read_moment(value: CellValue, *, date_1904: bool = False) -> Moment:
    """Read a date, with its time where one is given; times are Asia/Shanghai unless an offset says otherwise.

    Cells that a format already took for dates; serial numbers (as number or text, 1900 or 1904
    system); 2026-03-05, 2026/3/5, 2026.3.5, 20260305, 2026年3月5日, 二〇二六年三月五日, each perhaps with
    a time; ISO instants. Digits may be full width. 24:00 is the end of that day. A datetime cell at
    midnight is a bare day, since that is how a workbook stores a day in a date-time column; a time
    that was typed out stands. Two-digit years and dates without year are not read.

    Raises `UnreadableValue`: `missing_required` for an empty cell, else `impossible_date`.

    >>> str(read_moment("2026.3.5")), str(read_moment(46086)), str(read_moment("二○二六年三月五日"))
    ('2026-03-05', '2026-03-05', '2026-03-05')
    >>> str(read_moment("2026-03-05 16:30")), str(read_moment("2026-03-05T08:30:00Z"))
    ('2026-03-05T16:30:00+08:00', '2026-03-05T16:30:00+08:00')
    >>> read_moment("2026-02-30")
    Traceback (most recent call last):
    hub.errors.UnreadableValue: no such day in the calendar
    """
    if is_blank(value):
        raise UnreadableValue("missing_required", "the cell is empty")
    if isinstance(value, datetime):
        return _of_datetime_cell(value)
    if isinstance(value, date):
        return _moment(value.year, value.month, value.day)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _of_number(text_of(value), date_1904)
    if isinstance(value, str):
        return _of_text(unicodedata.normalize("NFKC", text_of(value)), date_1904)
    raise UnreadableValue("impossible_date", "not a date")


def moment_text(value: CellValue, *, date_1904: bool = False) -> str:
    """The moment as text, with a quick look at instants as a workbook keeps them; raises as `read_moment` does.

    >>> moment_text(datetime(2026, 3, 5, 16, 30)), moment_text("2026.3.5")
    ('2026-03-05T16:30:00+08:00', '2026-03-05')
    """
    if isinstance(value, datetime) and (text := plain_instant(value)):
        return text + "+08:00"
    return str(read_moment(value, date_1904=date_1904))


def plain_instant(cell: datetime) -> str:
    """The ISO text of an instant as a workbook keeps most of them, whose moment is that text with Shanghai's offset; else empty.

    >>> plain_instant(datetime(2026, 3, 5, 16, 30)), plain_instant(datetime(2026, 3, 5))
    ('2026-03-05T16:30:00', '')
    """
    if cell.tzinfo is not None or cell.microsecond or cell.year not in _OFFSET_YEARS:
        return ""
    text = cell.isoformat()
    return "" if text.endswith("T00:00:00") else text


def _of_datetime_cell(value: datetime) -> Moment:
    if value.year not in _WRITTEN_YEARS:
        raise UnreadableValue("impossible_date", "no year of our time")
    if value.tzinfo is not None:
        return Moment.of(value)
    # Serial numbers are fractions of a day: 15:49:59.9999 was typed as 15:50.
    rounded = (value + _HALF_A_SECOND).replace(microsecond=0) if value.microsecond else value
    clock = rounded.time()
    return _moment(rounded.year, rounded.month, rounded.day, clock if clock != time.min else None)


def _of_number(text: str, date_1904: bool) -> Moment:
    if re.fullmatch(r"\d{8}", text):
        return _of_text(text, date_1904)
    if not _SERIAL.fullmatch(text):
        raise UnreadableValue("impossible_date", "a number that is no date")
    moment = _of_datetime_cell(_DAY_ZERO[date_1904] + timedelta(days=float(text)))
    # 250 in a column of days is somebody's mistake, not 1900-09-06.
    if moment.day.year not in OUR_YEARS:
        raise UnreadableValue("impossible_date", "a number that is no date of our time")
    return moment


def _of_text(text: str, date_1904: bool) -> Moment:
    if _SERIAL.fullmatch(text):
        return _of_number(text, date_1904)
    if han := _HAN_FORM.fullmatch(without_spaces(text)):
        text = f"{han_year(han['year'])}年{han_number(han['month'])}月{han_number(han['day'])}日{han['rest']}"
    for form in _FORMS:
        if match := form.fullmatch(without_spaces(text) if "年" in text else text):
            return _of_match(match.groupdict())
    raise UnreadableValue("impossible_date", "not a date in year, month and day")


def _of_match(part: dict[str, str | None]) -> Moment:
    year, month, day = (int(part[name] or 0) for name in ("year", "month", "day"))
    if part["hour"] is None:
        return _moment(year, month, day)
    hour, minute = int(part["hour"]), int(part["minute"] or 0)
    second = int(part["second"] or part.get("second_cn") or 0)
    if (hour, minute, second) == (24, 0, 0):
        clock = END_OF_DAY
    elif hour > 23 or minute > 59 or second > 59:
        raise UnreadableValue("impossible_date", "no such time of day")
    else:
        clock = time(hour, minute, second)
    moment = _moment(year, month, day, clock)
    if offset := part.get("offset"):
        if offset.startswith("-") and not part["iso"]:
            raise UnreadableValue("impossible_date", "a span of time, no instant")  # 10:00-11:00
        return Moment.of(_at_offset(datetime.combine(moment.day, clock), offset))
    return moment


def _at_offset(local: datetime, offset: str) -> datetime:
    sign = offset.upper().replace("Z", "+00:00")
    sign = sign if ":" in sign else f"{sign[:3]}:{sign[3:]}"
    try:
        return datetime.fromisoformat(f"{local.isoformat()}{sign}")
    except ValueError as fault:
        raise UnreadableValue("impossible_date", "no such offset from UTC") from fault


def _moment(year: int, month: int, day: int, clock: time | None = None) -> Moment:
    try:
        when = date(year, month, day)
    except ValueError as fault:
        raise UnreadableValue("impossible_date", "no such day in the calendar") from fault
    if year not in _WRITTEN_YEARS:
        raise UnreadableValue("impossible_date", "no year of our time")
    return Moment(when, clock)
