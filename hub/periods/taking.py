"""Which files of the calendar does a year's notice change, and does it leave out a day that is off by law?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hub.errors import ConfigurationFault
from hub.periods.announcement import Announced
from hub.periods.calendar import calendar_of
from hub.periods.statutory import StatutoryDays
from hub.periods.year import CalendarYear, check_year, named_days

_DECEMBER = 12


def take(years: Mapping[int, CalendarYear], announced: Announced) -> dict[int, CalendarYear]:
    """The years as the notice leaves them, those that it changes only; empty where all of it is held already.

    Days of December belong to the next year's notice: they are kept in a year that is taken anew, and put into the
    year before where this notice moves them. Raises `ConfigurationFault` where that year is not held.
    """
    own = announced.year
    changed: dict[int, CalendarYear] = {}
    if (held := years.get(own.year)) is not None and not announced.whole:
        own = _with_december(own, held)
    if held is None or not held.same_days(own):
        changed[own.year] = own
    if announced.before_off or announced.before_make_up:
        before = years.get(own.year - 1)
        if before is None:
            raise ConfigurationFault(f"the notice moves days of {own.year - 1}, whose own notice is not held yet")
        december = own.model_copy(
            update={"days_off": announced.before_off, "make_up_working_days": announced.before_make_up}
        )
        merged = _with_december(before, december)
        if not before.same_days(merged):
            changed[merged.year] = merged
    for year in changed.values():
        check_year(year)
    return changed


def replaces(years: Mapping[int, CalendarYear], changed: Mapping[int, CalendarYear], announced: int) -> list[int]:
    """The years that are held otherwise: the notice's own, and the one before where it would lose a day."""
    return [
        year
        for year, new in sorted(changed.items())
        if year in years and (year == announced or not _moves(years[year]) <= _moves(new))
    ]


def check_statutory(year: CalendarYear, statutory: StatutoryDays) -> str:
    """A remark on what was checked; raises `ConfigurationFault` where a day that is off by law would be worked."""
    days = statutory.of(year.year)
    if days is None:
        return f"{year.year} stands in no table of statutory days: that all of them are off was not checked"
    calendar = calendar_of([year])
    if worked := [f"{day} {name}" for day, name in sorted(days.items()) if calendar.is_working_day(day)]:
        raise ConfigurationFault(f"off by law (国务院令第795号), and worked under the notice: {', '.join(worked)}")
    return f"{len(days)} statutory days, all off"


def _with_december(year: CalendarYear, december: CalendarYear) -> CalendarYear:
    """The year with the December days of another statement in the place of its own."""
    off = [one for one in year.days_off if one.first.month != _DECEMBER]
    off += [one for one in december.days_off if one.first.month == _DECEMBER]
    make_up = [day for day in year.make_up_working_days if day.month != _DECEMBER]
    make_up += [day for day in december.make_up_working_days if day.month == _DECEMBER]
    return year.model_copy(update={"days_off": tuple(off), "make_up_working_days": tuple(make_up)})


def _moves(year: CalendarYear) -> set[tuple[str, date]]:
    return {("off", day) for day in named_days(year)} | {("work", day) for day in year.make_up_working_days}
