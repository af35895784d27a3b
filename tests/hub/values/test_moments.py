"""Is every way of writing a date read, and none guessed at?"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import UnreadableValue
from hub.model import CellValue
from hub.moment import Moment
from hub.values.moments import read_moment

THE_DAY = date(2026, 3, 5)
THE_AFTERNOON = Moment(THE_DAY, time(16, 30))
EAST_ASIA = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-05", "2026-3-5", "2026/3/5", "2026/03/05", "2026.3.5", "2026.03.05", "20260305", " 2026-03-05\u3000",
        "2026年3月5日", "2026年03月05日", "2026 年 3 月 5 日", "2026年3月5号",
        "二〇二六年三月五日", "二○二六年三月五日", "二零二六年三月五日", "二O二六年三月五日", "二Ｏ二六年三月五日", "二0二六年三月五日",
        "２０２６－０３－０５", "２０２６年３月５日", "２０２６．３．５", "'2026-03-05", '="2026-03-05"',
        date(2026, 3, 5), datetime.fromisoformat("2026-03-05"), 46086, 46086.0, "46086", "４６０８６", 20260305, 20260305.0,
    ],
)  # fmt: skip
def test_every_form_of_a_date_is_that_whole_day(cell: CellValue) -> None:
    assert read_moment(cell) == Moment(THE_DAY)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-05 16:30", "2026-3-5 16:30:00", "2026/3/5 16:30", "2026.3.5 16:30", "20260305 16:30",
        "2026年3月5日 16:30", "2026年3月5日16:30", "2026年3月5日16时30分", "二〇二六年三月五日 16:30", "2026-03-05\u300016：30",
        "２０２６－３－５　１６：３０", "2026-03-05T16:30:00+08:00", "2026-03-05T08:30:00Z", "2026-03-05T08:30:00.000Z",
        "2026-03-05T17:30:00+0900", "2026-03-05T16:30:00", datetime.fromisoformat("2026-03-05T16:30:00"), 46086.6875, "46086.6875",
        datetime(2026, 3, 5, 17, 30, tzinfo=EAST_ASIA), datetime.fromisoformat("2026-03-05T16:29:59.999995"),
    ],
)  # fmt: skip
def test_a_time_behind_the_date_is_kept_in_shanghai_time(cell: CellValue) -> None:
    assert read_moment(cell) == THE_AFTERNOON


def test_an_instant_late_in_another_zone_is_the_next_day_here() -> None:
    assert read_moment("2026-03-05T20:00:00Z") == Moment(date(2026, 3, 6), time(4, 0))


def test_a_serial_number_counts_from_1904_where_the_workbook_does() -> None:
    assert read_moment(46086 - 1462, date_1904=True) == Moment(THE_DAY)
    assert read_moment(str(46086 - 1462), date_1904=True) == Moment(THE_DAY)


def test_a_date_time_cell_at_midnight_is_a_bare_day_but_a_typed_midnight_stands() -> None:
    assert read_moment(datetime.fromisoformat("2026-03-05T00:00:00")).bare
    assert read_moment("2026-03-05 00:00") == Moment(THE_DAY, time(0, 0))


def test_a_serial_number_that_rounds_up_to_midnight_is_the_next_bare_day() -> None:
    assert read_moment(46085.999999) == Moment(THE_DAY)


def test_twenty_four_hundred_is_the_end_of_that_day() -> None:
    assert str(read_moment("2026-03-05 24:00")) == "2026-03-05T23:59:59+08:00"
    assert str(read_moment("2026年3月5日24时00分")) == "2026-03-05T23:59:59+08:00"


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-30", "2026-13-01", "2026-00-10", "2026/13/1", "2026年9月31日", "二〇二六年二月三十日", "2025-02-29", "20260230",
        "26-3-5", "26年3月5日", "二六年三月五日", "3月5日", "三月五日", "2026年3月", "2026-03", "2026", "3/5/2026", "5-3-2026",
        "2026-3/5", "2026-03-05 25:00", "2026-03-05 16:60", "2026-03-05 24:01", "2026-03-05 下午4点", "三月上旬", "待定",
        "2026-03-05至2026-03-06", "1926-03-05", "2126-03-05", "二〇二六年十三月五日", "二〇二六年三月三十二日", "二〇二六年三月五五日",
        "二〇二六年十十月五日", "2026-03-05T16:30:00+99:00",
        250, 12500.0, "12500", 1.5, -46086, True, 99999999, 2026.35, time(16, 30), timedelta(hours=3), ["2026-03-05"],
        datetime.max, datetime.min, datetime.max.replace(tzinfo=timezone.utc), datetime.min.replace(tzinfo=EAST_ASIA),  # noqa: DTZ901
    ],
)  # fmt: skip
def test_what_is_no_date_in_year_month_and_day_is_refused(cell: CellValue) -> None:
    with pytest.raises(UnreadableValue) as refused:
        read_moment(cell)
    assert refused.value.reason == "impossible_date"


@pytest.mark.parametrize("cell", [None, "", "/", "无"])
def test_an_empty_cell_is_no_impossible_date(cell: CellValue) -> None:
    with pytest.raises(UnreadableValue) as refused:
        read_moment(cell)
    assert refused.value.reason == "missing_required"


DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
CLOCKS = st.none() | st.times().map(lambda t: t.replace(microsecond=0))
HAN = "〇一二三四五六七八九"


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = {0: "", 1: "十"}.get(tens, HAN[tens] + "十")
    return ten + (HAN[ones] if ones else "")


def _written(day: date, form: str) -> str:
    if form == "han":
        return f"{''.join(HAN[int(d)] for d in str(day.year))}年{_han(day.month)}月{_han(day.day)}日"
    return form.format(y=day.year, m=day.month, d=day.day)


FORMS = st.sampled_from(
    ["{y}-{m:02}-{d:02}", "{y}-{m}-{d}", "{y}/{m}/{d}", "{y}.{m}.{d}", "{y}{m:02}{d:02}", "{y}年{m}月{d}日", "han"]
)


@given(DAYS, CLOCKS, FORMS, st.booleans())
def test_a_date_reads_back_from_every_form_it_can_be_written_in(
    day: date, clock: time | None, form: str, wide: bool
) -> None:
    text = _written(day, form) + (f" {clock:%H:%M:%S}" if clock else "")
    if wide:
        text = "".join(chr(ord(c) + 0xFEE0) if c in "0123456789:-./" else c for c in text)
        assert unicodedata.normalize("NFKC", text) != text or form == "han"
    assert read_moment(text) == Moment(day, clock)


@given(DAYS, st.none() | st.integers(1, 86_399), st.booleans())
def test_a_date_reads_back_from_its_serial_number(day: date, seconds: int | None, since_1904: bool) -> None:
    zero = date(1904, 1, 1) if since_1904 else date(1899, 12, 30)
    serial = (day - zero).days + (seconds or 0) / 86_400
    clock = None if seconds is None else time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    assert read_moment(serial, date_1904=since_1904) == Moment(day, clock)
    assert read_moment(str(serial), date_1904=since_1904) == Moment(day, clock)


@given(DAYS, CLOCKS)
def test_our_own_text_of_a_moment_reads_back(day: date, clock: time | None) -> None:
    assert read_moment(str(Moment(day, clock))) == Moment(day, clock)


@given(st.text() | st.integers() | st.floats())
def test_reading_a_date_gives_a_moment_or_a_reason_and_nothing_else(cell: str | int | float) -> None:
    reasons = {"impossible_date", "missing_required"}
    try:
        year = read_moment(cell).day.year
    except UnreadableValue as refused:
        reasons.remove(refused.reason)
        year = 1949
    assert year >= 1949


@pytest.mark.parametrize("span", ["2026-06-05 10:00-11:00", "2026-06-05 10:00 -1100", "20260605 10:00-11:00"])
def test_a_span_of_time_is_no_instant_of_another_zone(span: str) -> None:
    with pytest.raises(UnreadableValue, match="span of time"):
        read_moment(span)


def test_an_offset_behind_an_instant_counts() -> None:
    assert str(read_moment("2026-03-05T08:30:00-05:00")) == "2026-03-05T21:30:00+08:00"
    assert str(read_moment("2026-03-05 16:30:00+08:00")) == "2026-03-05T16:30:00+08:00"
