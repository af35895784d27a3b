"""When do hours end that run only while the office is open?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from hub.errors import ConfigurationFault
from hub.moment import SHANGHAI
from hub.periods.calendar import WorkingCalendar
from hub.periods.pauses import Pause

# The open times of a working day, in order: (08:30, 12:00), (14:30, 18:00).
OfficeHours = tuple[tuple[time, time], ...]

_CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
_SPANS = re.compile(rf"{_CLOCK}-{_CLOCK}(?: {_CLOCK}-{_CLOCK})*")


def parse_office_hours(text: str) -> OfficeHours:
    """Read `08:30-12:00 14:30-18:00`; raises `ConfigurationFault` where the times are not in order.

    >>> parse_office_hours("09:00-17:00")
    ((datetime.time(9, 0), datetime.time(17, 0)),)
    """
    if not _SPANS.fullmatch(text):
        raise ConfigurationFault(f"not the hours of an office: {text!r}")
    clocks = [time.fromisoformat(clock) for span in text.split(" ") for clock in span.split("-")]
    if clocks != sorted(set(clocks)):
        raise ConfigurationFault(f"the hours of the office are not in order: {text!r}")
    return tuple(zip(clocks[::2], clocks[1::2], strict=True))


def written(hours: OfficeHours) -> str:
    """The text that `parse_office_hours` reads back."""
    return " ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in hours)


def end_in_office_hours(
    start: datetime, quantity: int, hours: OfficeHours, calendar: WorkingCalendar, pauses: Sequence[Pause]
) -> datetime:
    """The instant at which `quantity` hours of open office are over, what fell into a pause left out.

    pauses: merged and in order.
    """
    left = timedelta(hours=quantity)
    day = start.date()
    while True:
        if calendar.is_working_day(day):
            for opens, closes in _running(day, start, hours, pauses):
                if closes - opens >= left:
                    return opens + left
                left -= closes - opens
        day += timedelta(days=1)


def _running(
    day: date, start: datetime, hours: OfficeHours, pauses: Sequence[Pause]
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of a working day in which the clock runs."""
    for opening, closing in hours:
        opens = max(datetime.combine(day, opening, SHANGHAI), start)
        closes = datetime.combine(day, closing, SHANGHAI)
        for since, until in pauses:
            if since.latest() >= closes or until.latest() <= max(opens, since.latest()):
                continue
            if opens < since.latest():
                yield opens, since.latest()
            opens = until.latest()
        if opens < closes:
            yield opens, closes
