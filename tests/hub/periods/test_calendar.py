"""Are working days what the State Council's notices make them?"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import ConfigurationFault
from hub.periods.calendar import WorkingCalendar, load_calendar


@pytest.fixture(scope="module")
def working(project_root: Path) -> WorkingCalendar:
    return load_calendar(project_root / "mappings" / "calendars")


def test_every_day_from_2004_to_2026_agrees_with_an_independent_data_set(working: WorkingCalendar) -> None:
    days = [date.fromordinal(n) for n in range(date(2004, 1, 1).toordinal(), date(2026, 12, 31).toordinal() + 1)]
    disagreeing = [day for day in days if working.is_working_day(day) != chinese_calendar.is_workday(day)]
    assert len(days) == 8401
    assert Counter(day.year for day in days) == {year: 366 if year % 4 == 0 else 365 for year in range(2004, 2027)}
    assert disagreeing == []
    assert all(working.published(year) for year in range(2004, 2027))


def _span(first: date, last: date) -> set[date]:
    return {date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)}


@pytest.mark.parametrize(
    ("year", "off", "make_up"),
    [
        (
            2025,
            ["01-01 01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"],
            ["01-26", "02-08", "04-27", "09-28", "10-11"],
        ),
        (
            2026,
            ["01-01 01-03", "02-15 02-23", "04-04 04-06", "05-01 05-05", "06-19 06-21", "09-25 09-27", "10-01 10-07"],
            ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
        ),
    ],
)
def test_the_notices_of_2025_and_2026_are_held_day_by_day(
    working: WorkingCalendar, year: int, off: list[str], make_up: list[str]
) -> None:
    expected: set[date] = set()
    for span in off:
        first, last = (date.fromisoformat(f"{year}-{day}") for day in span.split())
        expected |= _span(first, last)
    assert {day for day in working.days_off if day.year == year} == expected
    assert {day for day in working.make_up if day.year == year} == {date.fromisoformat(f"{year}-{d}") for d in make_up}


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 10, 1), "国庆节"), (date(2026, 2, 15), "春节"), (date(2026, 9, 20), "调休上班"), (date(2026, 3, 7), "周六"),
        (date(2026, 3, 8), "周日"), (date(2026, 3, 9), "工作日"), (date(2025, 10, 6), "国庆节、中秋节"),
    ],
)  # fmt: skip
def test_a_day_says_why_it_is_a_working_day_or_none(working: WorkingCalendar, day: date, reason: str) -> None:
    assert working.reason(day) == reason


def test_a_year_without_notice_knows_only_saturdays_and_sundays(working: WorkingCalendar) -> None:
    assert not working.published(2027)
    assert working.is_working_day(date(2027, 1, 1))
    assert working.roll(date(2027, 2, 28)) == date(2027, 3, 1)
    assert working.add_working_days(date(2026, 12, 31), 1) == date(2027, 1, 1)


@pytest.mark.parametrize("start", [date(1990, 6, 1), date(2003, 12, 30), date(2036, 12, 25), date(2099, 1, 1)])
def test_days_outside_the_laid_out_years_are_counted_one_by_one(working: WorkingCalendar, start: date) -> None:
    for count in (1, 5, 13):
        assert working.add_working_days(start, count) == _walk(working, start, count)
        last = working.add_working_days(start, count)
        assert working.working_days_between(start, last) == count


def _walk(working: WorkingCalendar, day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= 1 if working.is_working_day(day) else 0
    return day


DAYS = st.dates(date(2003, 6, 1), date(2029, 12, 31))


@given(DAYS, st.integers(1, 120))
def test_counting_working_days_is_walking_them(working: WorkingCalendar, day: date, count: int) -> None:
    last = working.add_working_days(day, count)
    assert last == _walk(working, day, count)
    assert working.is_working_day(last)
    assert working.working_days_between(day, last) == count


@given(DAYS)
def test_rolling_never_goes_back_and_never_passes_a_working_day(working: WorkingCalendar, day: date) -> None:
    rolled = working.roll(day)
    assert working.is_working_day(rolled)
    assert not any(working.is_working_day(passed) for passed in _span(day, rolled) - {rolled})


def test_a_period_of_no_working_days_is_refused(working: WorkingCalendar) -> None:
    with pytest.raises(ValueError, match="at least one"):
        working.add_working_days(date(2026, 6, 1), 0)


GOOD = """\
year: 2030
notice: {title: 通知, source: []}
days_off:
  - {name: 元旦, first: 2030-01-01, last: 2030-01-01}
make_up_working_days: [2030-01-05]
"""


def test_the_version_follows_the_days_and_nothing_else(tmp_path: Path) -> None:
    versions = set()
    for text in (GOOD, "# a remark\n" + GOOD, GOOD.replace("2030-01-05", "2030-01-06")):
        (tmp_path / "2030.yaml").write_text(text, encoding="utf-8")
        versions.add(load_calendar(tmp_path).version)
    assert len(versions) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + "holiday: x\n", "2030.yaml:6: holiday"),
        (GOOD.replace("year: 2030", "year: 2031"), "holds the year 2031"),
        (GOOD.replace("last: 2030-01-01", "last: 2029-12-31"), "runs from"),
        (GOOD.replace("last: 2030-01-01", "last: 2031-01-01"), "runs from"),
        (GOOD.replace("[2030-01-05]", "[2030-01-04]"), "2030-01-04 cannot be"),
        (GOOD.replace("[2030-01-05]", "[2030-01-01]"), "2030-01-01 cannot be"),
        (GOOD.replace("[2030-01-05]", "[2030-01-05, 2030-01-05]"), "stands twice"),
        (GOOD.replace("[2030-01-05]", "[someday]"), "2030.yaml:5"),
        (GOOD.replace("元旦, first", "元旦, last: 2030-01-02, first"), "stands twice"),
        (
            GOOD.replace("make_up", "  - {name: 春节, first: 2030-01-01, last: 2030-01-02}\nmake_up"),
            "2030-01-01 is both 元旦 and 春节",
        ),
    ],
)
def test_a_wrong_calendar_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "2030.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=r"2030\.yaml") as fault:
        load_calendar(tmp_path)
    assert said in str(fault.value)


def test_a_folder_without_calendars_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match="holds no calendar"):
        load_calendar(tmp_path)
