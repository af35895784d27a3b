"""How long do many due days take? The hub's calendar, and a walk day by day over chinesecalendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

from benchmarks.race import Result, race
from hub.moment import Moment
from hub.periods.calendar import load_calendar
from hub.periods.period import Period, Unit, due

CALENDARS = Path(__file__).resolve().parents[1] / "mappings" / "calendars"
STARTS = tuple(date(2024, 1, 1) + timedelta(days=number % 700) for number in range(20_000))
PERIOD = Period(10, Unit.WORKING_DAY)


def race_due_days(starts: Sequence[date] = STARTS) -> list[Result]:
    """Ten working days from each start; both ways give the same days."""
    calendar = load_calendar(CALENDARS)

    def hub() -> list[date]:
        return [due(Moment(start, None), PERIOD, calendar).due_at.date() for start in starts]

    def walk() -> list[date]:
        ends = []
        for start in starts:
            day, left = start, PERIOD.quantity
            while left:
                day += timedelta(days=1)
                left -= chinese_calendar.is_workday(day)
            ends.append(day)
        return ends

    return race({"hub, with its arithmetic in words": hub, "chinesecalendar, day by day": walk}, rounds=3)
