"""When did a clock stand still, and on which days may a period therefore not end?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from hub.moment import Moment

# From when to when a clock stood still, for example while an appraisal was made.
Pause = tuple[Moment, Moment]


def merged(pauses: Sequence[Pause]) -> list[Pause]:
    """Pauses in order, those that overlap as one: a clock that stands still cannot be stopped again.

    A bare date begins and ends at the end of its day; for counting hours.
    """
    return _joined(sorted(pauses, key=lambda pause: pause[0].latest()))


def merged_days(pauses: Sequence[Pause]) -> list[Pause]:
    """The same for counting days: of what begins on one day, a bare date comes first, since it is that whole day."""
    return _joined(sorted(pauses, key=lambda pause: pause[0].sort_key()))


def _joined(pauses: Sequence[Pause]) -> list[Pause]:
    found: list[Pause] = []
    for since, until in pauses:
        if found and since.latest() <= found[-1][1].latest():
            end = max(found[-1][1], until, key=Moment.latest)
            found[-1] = (found[-1][0], end)
        else:
            found.append((since, until))
    return found


def came_in_time(since: Moment, last: date, closes: time) -> bool:
    """Whether a pause that began then can still move a period that ends on `last`, at its closing time."""
    return since.day < last or (since.day == last and (since.clock is None or since.clock <= closes))


def resumed_on(day: date, closes: time, pauses: Sequence[Pause]) -> date | None:
    """The day on which the clock runs again, where it stands still at the end of `day`; None where it runs."""
    standing = (
        until.day for since, until in merged_days(pauses) if came_in_time(since, day, closes) and day < until.day
    )
    return max(standing, default=None)
