"""Does every period end on the day that a judge would name?"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.duties.rules import load_rules
from hub.errors import ConfigurationFault
from hub.moment import SHANGHAI, Moment
from hub.periods.calendar import WorkingCalendar, load_calendar
from hub.periods.pauses import Pause
from hub.periods.period import HourStart, MonthEnd, Period, Roll, Unit, due, letter_date, parse_period


@pytest.fixture(scope="module")
def working(project_root: Path) -> WorkingCalendar:
    return load_calendar(project_root / "mappings" / "calendars")


def ends_on(opened: str, period: str, working: WorkingCalendar) -> str:
    ends = due(Moment.parse(opened), parse_period(period), working).due_at
    assert ends.isoformat()[10:] == "T23:59:59+08:00"
    return ends.date().isoformat()


@pytest.mark.parametrize(
    ("start", "days", "no_roll", "rolled", "working_days"),
    [
        ("2026-02-12", 3, "2026-02-15", "2026-02-24", "2026-02-24"),
        ("2026-03-05", 3, "2026-03-08", "2026-03-09", "2026-03-10"),
        ("2026-04-30", 3, "2026-05-03", "2026-05-06", "2026-05-08"),
        ("2026-09-17", 3, "2026-09-20", "2026-09-20", "2026-09-21"),
        ("2026-09-24", 7, "2026-10-01", "2026-10-08", "2026-10-12"),
        ("2026-09-22", 15, "2026-10-07", "2026-10-08", "2026-10-20"),
        ("2025-09-27", 3, "2025-09-30", "2025-09-30", "2025-09-30"),
    ],
)
def test_a_period_of_days_ends_as_the_reference_has_it(
    working: WorkingCalendar, start: str, days: int, no_roll: str, rolled: str, working_days: str
) -> None:
    assert ends_on(start, f"{days} day, no roll", working) == no_roll
    assert ends_on(start, f"{days} day", working) == rolled
    assert ends_on(start, f"{days} working_day", working) == working_days


@pytest.mark.parametrize(
    ("start", "months", "civil_day", "civil", "last_day", "from_last_day_to_last_day"),
    [
        ("2026-03-05", 2, "2026-05-05", "2026-05-06", "2026-05-05", "2026-05-06"),
        ("2025-12-31", 2, "2026-02-28", "2026-02-28", "2026-02-28", "2026-02-28"),
        ("2026-02-28", 2, "2026-04-28", "2026-04-28", "2026-04-30", "2026-04-30"),
        ("2026-04-30", 1, "2026-05-30", "2026-06-01", "2026-05-31", "2026-06-01"),
        ("2026-08-01", 2, "2026-10-01", "2026-10-08", "2026-10-01", "2026-10-08"),
        ("2026-11-30", 3, "2027-02-28", "2027-03-01", "2027-02-28", "2027-03-01"),
    ],
)
def test_a_period_of_months_ends_as_the_reference_has_it(
    working: WorkingCalendar,
    start: str,
    months: int,
    civil_day: str,
    civil: str,
    last_day: str,
    from_last_day_to_last_day: str,
) -> None:
    assert ends_on(start, f"{months} month, no roll", working) == civil_day
    assert ends_on(start, f"{months} month", working) == civil
    assert ends_on(start, f"{months} month, last day of month, no roll", working) == last_day
    assert ends_on(start, f"{months} month, last day of month", working) == from_last_day_to_last_day


def test_a_three_day_period_ending_on_a_make_up_working_day_ends_that_day(working: WorkingCalendar) -> None:
    ends = due(Moment.parse("2026-09-17"), parse_period("3 day"), working)
    assert ends.due_at.date() == date(2026, 9, 20)
    assert any("2026-09-20（周日）调休上班，是工作日" in step for step in ends.steps)


def test_hours_run_through_a_holiday_and_do_not_roll(working: WorkingCalendar) -> None:
    approved = Moment.parse("2026-04-30T16:30:00+08:00")
    assert due(approved, parse_period("24 hour"), working).due_at.isoformat() == "2026-05-01T16:30:00+08:00"
    later = due(approved, parse_period("24 hour, from next hour"), working).due_at
    assert later.isoformat() == "2026-05-01T17:00:00+08:00"


def test_a_full_hour_counts_from_itself_even_where_the_started_hour_does_not(working: WorkingCalendar) -> None:
    full = Moment.parse("2026-04-30T16:00:00+08:00")
    assert due(full, parse_period("24 hour, from next hour"), working).due_at.hour == 16


def test_hours_from_a_bare_date_run_from_the_end_of_that_day(working: WorkingCalendar) -> None:
    ends = due(Moment.parse("2026-06-30"), parse_period("24 hour"), working)
    assert ends.due_at.isoformat() == "2026-07-01T23:59:59+08:00"
    assert "自该日终了" in ends.steps[0]


def test_the_time_of_day_at_which_days_begin_to_run_makes_no_difference(working: WorkingCalendar) -> None:
    for opened in ("2026-09-24", "2026-09-24T00:00:00+08:00", "2026-09-24T23:59:59+08:00"):
        assert ends_on(opened, "7 day", working) == "2026-10-08"


def test_a_day_named_in_a_letter_is_the_due_day_even_on_a_sunday() -> None:
    ends = letter_date(date(2026, 7, 26))
    assert ends.due_at.isoformat() == "2026-07-26T23:59:59+08:00"
    assert not ends.provisional
    assert "2026-07-26（周日）" in ends.steps[0]


def test_a_county_may_let_days_end_at_the_close_of_business(working: WorkingCalendar) -> None:
    ends = due(Moment.parse("2026-03-05"), parse_period("3 day, closes 18:00"), working)
    assert ends.due_at.isoformat() == "2026-03-09T18:00:00+08:00"


@pytest.mark.parametrize(
    ("opened", "period", "provisional"),
    [
        ("2026-11-30", "3 month", True),
        ("2026-12-30", "3 working_day", True),
        ("2026-12-30", "3 day", True),
        ("2026-12-28", "3 day", False),
        ("2026-12-31", "24 hour", False),
        ("2026-12-30", "3 day, no roll", False),
        ("2026-06-01", "3 day", False),
    ],
)
def test_a_due_time_that_rests_on_an_unpublished_year_says_that_it_is_provisional(
    working: WorkingCalendar, opened: str, period: str, provisional: bool
) -> None:
    ends = due(Moment.parse(opened), parse_period(period), working)
    assert ends.provisional is provisional
    assert any(step.startswith("暂定：2027 年") for step in ends.steps) is provisional


def test_the_steps_can_be_followed_line_by_line(working: WorkingCalendar) -> None:
    assert due(Moment.parse("2026-09-24T10:00:00+08:00"), parse_period("7 day"), working).steps == (
        "起算：2026-09-24（周四）当日不计入期间（民法典第二百零一条第一款、刑事诉讼法第一百零五条）。",
        "计算：7 日，末日为 2026-10-01（周四）。",
        "顺延：2026-10-01（周四）为国庆节假期，顺延至其后第一个工作日 2026-10-08（周四）（民法典第二百零三条第一款、刑事诉讼法第一百零五条）。",
        "依据：《国务院办公厅关于2026年部分节假日安排的通知》。",
        "届满：2026-10-08（周四）23:59:59（北京时间）。",
    )
    month_end = due(Moment.parse("2025-12-31"), parse_period("2 month"), working).steps
    assert month_end[1].endswith("到期月份没有对应日，以月末日为届满日（民法典第二百零二条）。")
    counted = due(Moment.parse("2026-09-24"), parse_period("7 working_day"), working).steps
    assert counted[1].endswith("其间 11 日为休息日或节假日，不计入。2026-10-10（周六）调休上班，计入。")


def pause(since: str, until: str) -> Pause:
    return Moment.parse(since), Moment.parse(until)


@pytest.mark.parametrize(
    ("period", "pauses", "ends"),
    [
        ("3 day", [], "2026-06-04T23:59:59+08:00"),
        ("3 day", [pause("2026-06-02", "2026-06-04")], "2026-06-08T23:59:59+08:00"),
        ("3 day", [pause("2026-06-02", "2026-06-03"), pause("2026-06-02", "2026-06-04")], "2026-06-08T23:59:59+08:00"),
        ("3 day", [pause("2026-06-05", "2026-06-20")], "2026-06-04T23:59:59+08:00"),
        ("3 day", [pause("2026-05-20", "2026-06-02")], "2026-06-05T23:59:59+08:00"),
        ("3 day", [pause("2026-06-02T09:00:00+08:00", "2026-06-02T17:00:00+08:00")], "2026-06-04T23:59:59+08:00"),
        ("3 working_day", [pause("2026-06-03", "2026-06-08")], "2026-06-09T23:59:59+08:00"),
        ("24 hour", [pause("2026-06-02T09:00:00+08:00", "2026-06-02T17:00:00+08:00")], "2026-06-03T07:59:59+08:00"),
        ("24 hour", [pause("2026-06-03", "2026-06-05")], "2026-06-02T23:59:59+08:00"),
    ],
)
def test_a_pause_moves_the_end_by_what_fell_into_it(
    working: WorkingCalendar, period: str, pauses: list[Pause], ends: str
) -> None:
    found = due(Moment.parse("2026-06-01"), parse_period(period), working, pauses)
    assert found.due_at.isoformat() == ends
    moved = found.due_at != due(Moment.parse("2026-06-01"), parse_period(period), working).due_at
    assert any(step.startswith("中止：") for step in found.steps) is moved


def test_every_due_time_of_the_samples_follows_from_the_rules(
    working: WorkingCalendar, project_root: Path, samples: Path
) -> None:
    rules = load_rules(project_root / "mappings" / "rules.yaml").by_id
    with (samples / "expected" / "obligations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    other = Counter[str]()
    for row in rows:
        period = rules[row["rule"]].period
        if (
            period is not None
            and due(Moment.parse(row["opened_at"]), period, working).due_at.isoformat() != row["due_at"]
        ):
            other[row["rule"]] += 1
    # What is left was set by an extension, by the letter itself, or by urgency.
    assert len(rows) > 1200
    assert set(other) <= {"police.decide_filing", "township.reply_opinion", "township.reply_suggestion"}
    assert sum(other.values()) <= 10


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("3 day", Period(3, Unit.DAY)),
        ("1 working_day", Period(1, Unit.WORKING_DAY)),
        ("24 hours", Period(24, Unit.HOUR)),
        ("90 day, no roll", Period(90, Unit.DAY, Roll.NONE)),
        ("2 months, last day of month", Period(2, Unit.MONTH, month_end=MonthEnd.LAST_DAY)),
        ("24 hour, from next hour", Period(24, Unit.HOUR, hour_start=HourStart.NEXT_HOUR)),
        ("3 day, closes 18:00", Period(3, Unit.DAY, closes=time(18, 0))),
    ],
)
def test_a_period_is_read_from_its_words_and_written_back(text: str, period: Period) -> None:
    assert parse_period(text) == period
    assert parse_period(str(period)) == period


@pytest.mark.parametrize(
    "text",
    ["", "3", "day", "0 day", "-1 day", "3 weeks", "3.5 day", "3 day no roll", "3 day, maybe", "24 hour, no roll",
     "3 day, last day of month", "3 day, from next hour", "24 hour, closes 18:00", "3 day, closes 25:00", "3 working_day, no roll"],
)  # fmt: skip
def test_a_period_that_makes_no_sense_is_a_fault_of_the_configuration(text: str) -> None:
    with pytest.raises(ConfigurationFault, match="period"):
        parse_period(text)


def _brute_force(opened: date, unit: str, quantity: int, working: WorkingCalendar) -> date:
    """The last day found by walking the calendar one day at a time, by another way than the hub's."""
    day, counted = opened, 0
    if unit == "month":
        months, wanted = 0, opened.day
        while months < quantity or day.day != wanted:
            after = day + timedelta(days=1)
            if after.month != day.month:
                if months == quantity:
                    break  # this month has no such day
                months += 1
            day = after
    else:
        while counted < quantity:
            day += timedelta(days=1)
            counted += 1 if unit == "day" or working.is_working_day(day) else 0
    while not working.is_working_day(day):
        day += timedelta(days=1)
    return day


OPENED = st.dates(date(2004, 1, 1), date(2028, 12, 31))
UNITS = st.sampled_from([("day", 90), ("working_day", 60), ("month", 14)])


@given(OPENED, UNITS, st.data())
def test_a_day_walker_finds_the_same_last_day(
    working: WorkingCalendar, opened: date, unit: tuple[str, int], data: st.DataObject
) -> None:
    quantity = data.draw(st.integers(1, unit[1]))
    ends = due(Moment(opened), Period(quantity, Unit(unit[0])), working)
    assert ends.due_at.date() == _brute_force(opened, unit[0], quantity, working)
    assert ends.due_at.time() == time(23, 59, 59)
    assert ends.provisional == any(step.startswith("暂定") for step in ends.steps)


@given(OPENED, st.times(), st.integers(1, 200))
def test_hours_are_exactly_that_many_hours(working: WorkingCalendar, opened: date, clock: time, hours: int) -> None:
    start = datetime.combine(opened, clock.replace(microsecond=0), SHANGHAI)
    ends = due(Moment.of(start), Period(hours, Unit.HOUR), working)
    assert ends.due_at - start == timedelta(hours=hours)


@given(OPENED, UNITS, st.data())
def test_a_longer_period_never_ends_earlier(
    working: WorkingCalendar, opened: date, unit: tuple[str, int], data: st.DataObject
) -> None:
    quantity = data.draw(st.integers(1, unit[1]))
    shorter = due(Moment(opened), Period(quantity, Unit(unit[0])), working)
    longer = due(Moment(opened), Period(quantity + 1, Unit(unit[0])), working)
    assert shorter.due_at <= longer.due_at
    assert shorter.due_at.date() > opened
