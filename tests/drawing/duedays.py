"""By when is something due? The working calendar of 2025 and 2026 and the mechanism's periods, on their own."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias

# A bare date is that whole day; a datetime is a moment in Shanghai. Neither carries a zone: there is only one here.
When: TypeAlias = date

Unit: TypeAlias = Literal["hour", "day", "working_day", "month"]


def _days(first: date, last: date) -> set[date]:
    return {first + timedelta(n) for n in range((last - first).days + 1)}


# Public holidays and make-up working days as the State Council published them for the two years.
OFF = (
    _days(date(2025, 1, 1), date(2025, 1, 1))
    | _days(date(2025, 1, 28), date(2025, 2, 4))
    | _days(date(2025, 4, 4), date(2025, 4, 6))
    | _days(date(2025, 5, 1), date(2025, 5, 5))
    | _days(date(2025, 5, 31), date(2025, 6, 2))
    | _days(date(2025, 10, 1), date(2025, 10, 8))
    | _days(date(2026, 1, 1), date(2026, 1, 3))
    | _days(date(2026, 2, 15), date(2026, 2, 23))
    | _days(date(2026, 4, 4), date(2026, 4, 6))
    | _days(date(2026, 5, 1), date(2026, 5, 5))
    | _days(date(2026, 6, 19), date(2026, 6, 21))
    | _days(date(2026, 9, 25), date(2026, 9, 27))
    | _days(date(2026, 10, 1), date(2026, 10, 7))
)
MAKE_UP = {
    *(date(2025, m, d) for m, d in ((1, 26), (2, 8), (4, 27), (9, 28), (10, 11))),
    *(date(2026, m, d) for m, d in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))),
}


@dataclass(frozen=True)
class Period:
    """So many units; the start day never counts."""

    amount: int
    unit: Unit


def is_working(day: date) -> bool:
    """Whether people work that day; years without a published notice know weekends only."""
    return day in MAKE_UP or (day not in OFF and day.weekday() < 5)


def roll(day: date) -> date:
    """The day itself, or the next working day where it is none."""
    while not is_working(day):
        day += timedelta(1)
    return day


def add_working(day: date, amount: int) -> date:
    """The amount-th working day after a day (0: the day itself, rolled)."""
    day = roll(day) if amount == 0 else day
    for _ in range(amount):
        day = roll(day + timedelta(1))
    return day


def day_of(when: When) -> date:
    """The calendar day of a date or a moment."""
    return when.date() if isinstance(when, datetime) else when


def end_of(day: date) -> datetime:
    """The last second of a day."""
    return datetime.combine(day, time(23, 59, 59))


def _month_later(day: date, amount: int) -> date:
    month = day.month - 1 + amount
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def due(opened: When, period: Period) -> datetime:
    """When a period that opened then ends: a moment for hours, else the last second of a day.

    Hours opened by a bare date run from the end of that day; they never roll. Days and months roll.
    """
    if period.unit == "hour":
        if isinstance(opened, datetime):
            return opened + timedelta(hours=period.amount)
        return end_of(opened) + timedelta(hours=period.amount)
    day = day_of(opened)
    if period.unit == "working_day":
        return end_of(add_working(day, period.amount))
    last = day + timedelta(period.amount) if period.unit == "day" else _month_later(day, period.amount)
    return end_of(roll(last))


def before(first: When, second: When) -> bool:
    """Whether one comes before the other; days are compared where either side is a bare date."""
    if isinstance(first, datetime) and isinstance(second, datetime):
        return first < second
    return day_of(first) < day_of(second)


def in_time(when: When, due_at: datetime) -> bool:
    """Whether something was done by its due time; a bare date is in time when its day is."""
    return not before(due_at, when)


def text(when: When) -> str:
    """ISO text: a bare date as such, a moment with +08:00."""
    return f"{when.isoformat()}+08:00" if isinstance(when, datetime) else when.isoformat()
