"""Is this a working day, why, and how sure is that?"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from hub.periods.year import CalendarYear, load_years, named_days

_ONE_DAY = timedelta(days=1)
_REST_DAYS = {5: "周六", 6: "周日"}
MAKE_UP = "调休上班"
WORKING = "工作日"
# How far beyond the published years working days are laid out by Saturdays and Sundays.
_YEARS_AHEAD = 10


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """The working days as the State Council's yearly notices set them, with Saturdays and Sundays off.

    Years without a notice fall back to Saturdays and Sundays alone; what was computed on one is
    provisional (`published`). `version` is a short hash over all the days. Two calendars are the same
    only where they are one, so that what was computed on one can be remembered by it.
    """

    days_off: Mapping[date, str]
    make_up: frozenset[date]
    notices: Mapping[int, str]
    version: str
    _working: list[int] = field(init=False, repr=False, compare=False)
    _laid_out: tuple[int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        years = sorted(self.notices) or [date.min.year]
        first, last = date(years[0], 1, 1).toordinal(), date(years[-1] + _YEARS_AHEAD, 12, 31).toordinal()
        working = [day for day in range(first, last + 1) if self.is_working_day(date.fromordinal(day))]
        object.__setattr__(self, "_working", working)
        object.__setattr__(self, "_laid_out", (first, last))

    def is_working_day(self, day: date) -> bool:
        """True for working days, among them Saturdays and Sundays that make up for a holiday."""
        return day in self.make_up or (day.weekday() < 5 and day not in self.days_off)

    def roll(self, day: date) -> date:
        """The day itself if it is a working day, else the next working day."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The count-th working day after `day`, which itself is not counted; count is at least 1."""
        if count < 1:
            raise ValueError("a period has at least one working day")
        first, last = self._laid_out
        if first <= day.toordinal() <= last:
            place = bisect_right(self._working, day.toordinal()) + count - 1
            if place < len(self._working):
                return date.fromordinal(self._working[place])
        while count:
            day += _ONE_DAY
            count -= self.is_working_day(day)
        return day

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days lie after the one day, up to and with the other; 0 where they are reversed."""
        first, last = self._laid_out
        if first <= after.toordinal() <= until.toordinal() <= last:
            return bisect_right(self._working, until.toordinal()) - bisect_left(self._working, after.toordinal() + 1)
        days = range(after.toordinal() + 1, until.toordinal() + 1)
        return sum(self.is_working_day(date.fromordinal(day)) for day in days)

    def published(self, year: int) -> bool:
        """True where the notice for that year is among our data."""
        return year in self.notices

    def reason(self, day: date) -> str:
        """Why the day is a working day or none: 国庆节, 周六, 调休上班, 工作日."""
        if day in self.make_up:
            return MAKE_UP
        if name := self.days_off.get(day):
            return name
        return _REST_DAYS.get(day.weekday(), WORKING)


def load_calendar(folder: Path) -> WorkingCalendar:
    """Read every `<year>.yaml` of the folder; raises `ConfigurationFault` naming the file that is wrong."""
    return calendar_of(load_years(folder).values())


def calendar_of(years: Iterable[CalendarYear]) -> WorkingCalendar:
    """The working days that these years' notices make."""
    days_off: dict[date, str] = {}
    make_up: set[date] = set()
    notices: dict[int, str] = {}
    for year in years:
        days_off |= named_days(year)
        make_up |= set(year.make_up_working_days)
        notices[year.year] = year.notice.title
    return WorkingCalendar(days_off, frozenset(make_up), notices, _version(days_off, make_up, notices))


def _version(days_off: Mapping[date, str], make_up: set[date], notices: Mapping[int, str]) -> str:
    lines = [f"off {day}" for day in sorted(days_off)] + [f"work {day}" for day in sorted(make_up)]
    lines += [f"year {year}" for year in sorted(notices)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
