"""How is one year's calendar held in its file, and what must be true of it?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from hub.data_file import Strict, load_model
from hub.errors import ConfigurationFault


class DaysOff(Strict):
    """One holiday's days off, first and last day within."""

    name: str
    first: date
    last: date

    def days(self) -> tuple[date, ...]:
        """Each of them."""
        return tuple(date.fromordinal(n) for n in range(self.first.toordinal(), self.last.toordinal() + 1))


class Announcement(Strict):
    """The State Council's notice that moved the days."""

    title: str
    published_on: date | None = None
    source: tuple[str, ...]


class CalendarYear(Strict):
    """One file of mappings/calendars: the days of one year that its notice moves.

    The last days of December stand in the file of their own year, although the next year's notice moves them.
    """

    year: Annotated[int, Field(ge=1949, le=2200)]
    notice: Announcement
    days_off: tuple[DaysOff, ...]
    make_up_working_days: tuple[date, ...]

    def same_days(self, other: CalendarYear) -> bool:
        """Whether both move the same days, whatever the holidays are called and wherever it was read."""
        return set(named_days(self)) == set(named_days(other)) and set(self.make_up_working_days) == set(
            other.make_up_working_days
        )

    def text(self) -> str:
        """The file as it is written; `load_year` reads it back."""
        sources = [f"    - {source}" for source in self.notice.source]
        published = [f"  published_on: {self.notice.published_on}"] if self.notice.published_on else []
        lines = [
            f"year: {self.year}",
            "notice:",
            f"  title: {self.notice.title}",
            *published,
            *(["  source:", *sources] if sources else ["  source: []"]),
            *(["days_off:"] if self.days_off else ["days_off: []"]),
            *(f"  - {{name: {one.name}, first: {one.first}, last: {one.last}}}" for one in self.days_off),
            *(["make_up_working_days:"] if self.make_up_working_days else ["make_up_working_days: []"]),
            *(f"  - {day}" for day in self.make_up_working_days),
        ]
        return "\n".join(lines) + "\n"


def load_year(path: Path) -> CalendarYear:
    """Read and check one file; raises `ConfigurationFault` naming the file and what is wrong.

    A file that is named for a year must hold that year.
    """
    year = load_model(path, CalendarYear)
    if path.stem.isdigit() and path.stem != str(year.year):
        raise ConfigurationFault(f"{path}: holds the year {year.year}")
    try:
        check_year(year)
    except ConfigurationFault as fault:
        raise ConfigurationFault(f"{path}: {fault}") from fault
    return year


def load_years(folder: Path) -> dict[int, CalendarYear]:
    """Read every file of the folder, by year; raises `ConfigurationFault` naming the file that is wrong."""
    years = [load_year(path) for path in sorted(folder.glob("*.yaml"))]
    if not years:
        raise ConfigurationFault(f"{folder}: holds no calendar")
    return {year.year: year for year in years}


def check_year(year: CalendarYear) -> None:
    """Raises `ConfigurationFault` where days lie outside the year, stand twice, or cannot make up for a holiday."""
    named = named_days(year)
    for day in year.make_up_working_days:
        if day.year != year.year or day.weekday() < 5 or day in named:
            raise ConfigurationFault(f"{day} cannot be a make-up working day")
    if len(set(year.make_up_working_days)) != len(year.make_up_working_days):
        raise ConfigurationFault("a make-up working day stands twice")


def named_days(year: CalendarYear) -> Mapping[date, str]:
    """Every day off of the year with its name."""
    named: dict[date, str] = {}
    for entry in year.days_off:
        if entry.last < entry.first or {entry.first.year, entry.last.year} != {year.year}:
            raise ConfigurationFault(f"{entry.name} runs from {entry.first} to {entry.last}")
        for day in entry.days():
            if day in named:
                raise ConfigurationFault(f"{day} is both {named[day]} and {entry.name}")
            named[day] = entry.name
    return named
