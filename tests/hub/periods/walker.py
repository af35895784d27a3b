"""When does a period end, found by walking through time? A second opinion that shares nothing with hub.periods.

The law it knows (民法典 200-204, 刑事诉讼法 105, 最高法刑诉法解释 202, and mechanism.md, Periods):

- Days, working days, months: the start day is not counted; the walk goes day by day.
- Make-up days are working days. Days off are taken from the package chinesecalendar, not from our own files.
- A month ends on the same day number, or on its last day where there is none; or from last day to last day.
- A period that rolls, and one of working days, ends on a working day. It ends at 24:00, or at the closing time.
- Hours run from the instant, through everything; from a bare date, from the end of that day; perhaps only from the
  next full hour; perhaps only while the office is open.
- While a clock stands still, nothing is counted: of days, those after the day of the pause's beginning up to and with
  the day of its end. No period ends on a day at whose closing time the clock stands still.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import chinese_calendar

FIRST_YEAR, LAST_YEAR = 2004, 2026  # the years whose notices there are
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MIDNIGHT = time(23, 59, 59)  # the last second of a day

# A day, perhaps with the time of day.
When = tuple[date, time | None]

_WORKING = {
    day: bool(chinese_calendar.is_workday(day))
    for day in (
        date(FIRST_YEAR, 1, 1) + DAY * n for n in range((date(LAST_YEAR + 1, 1, 1) - date(FIRST_YEAR, 1, 1)).days)
    )
}


@dataclass(frozen=True)
class Question:
    """A period with all that may bear upon its end."""

    opened: When
    quantity: int
    unit: str
    rolls: bool = True
    last_day_of_month: bool = False
    from_next_hour: bool = False
    closes: time = MIDNIGHT
    office: tuple[tuple[time, time], ...] = ()
    pauses: tuple[tuple[When, When], ...] = ()

    def text(self) -> str:
        """The period in the words of rules.yaml."""
        office = " ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in self.office)
        options = [
            "no roll" if not self.rolls and self.unit in ("day", "month") else "",
            "last day of month" if self.last_day_of_month else "",
            "from next hour" if self.from_next_hour else "",
            f"closes {self.closes:%H:%M}" if self.closes != MIDNIGHT else "",
            f"in office hours {office}" if office else "",
        ]
        return ", ".join([f"{self.quantity} {self.unit}", *filter(None, options)])


@dataclass
class Walk:
    """One walk. asked: the years in which it was asked whether a day is a working day."""

    question: Question
    asked: set[int] = field(default_factory=set)

    def end(self) -> tuple[datetime, bool]:
        """The last second of the period, Shanghai's clock; and whether it rests on a year without a notice."""
        found = self._hours() if self.question.unit == "hour" else self._days()
        return found, any(not FIRST_YEAR <= year <= LAST_YEAR for year in self.asked)

    def _works(self, day: date) -> bool:
        self.asked.add(day.year)
        return _WORKING.get(day, day.weekday() < 5)

    def _days(self) -> datetime:
        q = self.question
        start = q.opened[0]
        wanted = q.quantity if q.unit != "month" else self._days_of_months()
        day, counted = start, 0
        while counted < wanted:
            day += DAY
            if q.unit == "working_day" and not self._works(day):
                continue
            if not any(max(since[0], start) < day <= until[0] for since, until in q.pauses):
                counted += 1
        must_work = q.unit == "working_day" or q.rolls
        while (must_work and not self._works(day)) or self._stands_still_at_close_of(day):
            day += DAY
        return datetime.combine(day, q.closes)

    def _days_of_months(self) -> int:
        """How many days the months of the question last, walked one by one."""
        start = self.question.opened[0]
        from_last = self.question.last_day_of_month and (start + DAY).month != start.month
        day, months, count = start, 0, 0
        while True:
            if months == self.question.quantity:
                is_last = (day + DAY).month != day.month
                if is_last or (day.day == start.day and not from_last):
                    return count
            if (day + DAY).month != day.month:
                months += 1
            day += DAY
            count += 1

    def _stands_still_at_close_of(self, day: date) -> bool:
        for since, until in self.question.pauses:
            in_time = since[0] < day or (since[0] == day and (since[1] is None or since[1] <= self.question.closes))
            if in_time and _latest(since) <= _latest(until) and self._resumed(until) > day:
                return True
        return False

    def _resumed(self, until: When) -> date:
        """The day on which the clock runs again: a pause that ends within another one ends with that."""
        end = _latest(until)
        while later := [_latest(u) for s, u in self.question.pauses if _latest(s) <= end < _latest(u)]:
            end = max(later)
        return end.date()

    def _hours(self) -> datetime:
        q = self.question
        now = _latest(q.opened)
        if q.from_next_hour and q.opened[1] is not None:
            while now.minute or now.second:
                now += timedelta(minutes=1) if not now.second else timedelta(seconds=1)
        marks = {_latest(when) for pause in q.pauses for when in pause}
        left = HOUR * q.quantity
        while left:
            stop = min([now + HOUR, *(mark for mark in marks if mark > now), *self._office_marks(now)])
            if self._runs(now):
                step = min(stop - now, left)
                left -= step
                now += step
            else:
                now = stop
        return now

    def _office_marks(self, now: datetime) -> Iterator[datetime]:
        for window in self.question.office:
            for clock in window:
                mark = datetime.combine(now.date(), clock)
                if mark > now:
                    yield mark

    def _runs(self, now: datetime) -> bool:
        if any(_latest(since) <= now < _latest(until) for since, until in self.question.pauses):
            return False
        if not self.question.office:
            return True
        return self._works(now.date()) and any(a <= now.time() < b for a, b in self.question.office)


def _latest(when: When) -> datetime:
    return datetime.combine(when[0], when[1] or MIDNIGHT)


class Draw:
    """Questions at random, all options mixed; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def question(self) -> Question:
        """One question; starts lie between 2004 and 2027, so that some ends rest on no notice."""
        pick = self._random
        unit = pick.choice(("hour", "day", "day", "working_day", "month"))
        first = date(FIRST_YEAR, 1, 1)
        start = first + DAY * pick.randrange((date(LAST_YEAR + 2, 1, 1) - first).days)
        if pick.random() < 0.2:  # the ends of months and years are where mistakes live
            start = date(start.year, pick.choice((1, 2, 4, 9, 12)), 28) + DAY * pick.randrange(4)
        opened = (start, self._clock() if pick.random() < 0.5 else None)
        office: tuple[tuple[time, time], ...] = ()
        if unit == "hour" and pick.random() < 0.3:
            office = pick.choice((((time(8, 30), time(12)), (time(14, 30), time(18))), ((time(9), time(17)),)))
        most = {"hour": 60 if office else 200, "day": 90, "working_day": 40, "month": 14}[unit]
        quantity = pick.randint(1, pick.choice((3, 10, most)))
        closes = pick.choice((MIDNIGHT, MIDNIGHT, time(18), time(17, 30))) if unit != "hour" else MIDNIGHT
        return Question(
            opened,
            quantity,
            unit,
            rolls=unit == "working_day" or pick.random() < 0.7,
            last_day_of_month=unit == "month" and pick.random() < 0.5,
            from_next_hour=unit == "hour" and pick.random() < 0.4,
            closes=closes,
            office=office,
            pauses=tuple(self._pause(start, quantity, unit) for _ in range(pick.choice((0, 0, 0, 1, 1, 2, 3)))),
        )

    def _clock(self) -> time:
        return time(self._random.randrange(24), self._random.choice((0, 0, 15, 59)), self._random.choice((0, 0, 1, 59)))

    def _when(self, day: date) -> When:
        return day, self._clock() if self._random.random() < 0.6 else None

    def _pause(self, start: date, quantity: int, unit: str) -> tuple[When, When]:
        """Before the start, across it, within, across the end or after it; perhaps of no length at all."""
        days = {"hour": quantity // 24 + 1, "day": quantity, "working_day": quantity * 7 // 5, "month": quantity * 31}[
            unit
        ]
        since = self._when(start + DAY * self._random.randint(-5, days + 6))
        if self._random.random() < 0.1:
            return since, since
        until = self._when(since[0] + DAY * self._random.choice((0, 1, 2, 3, 7, 12)))
        return (since, until) if _latest(since) <= _latest(until) else (until, since)


if __name__ == "__main__":
    from tests.hub.periods.compared import main

    main()
