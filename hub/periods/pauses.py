"""When did a clock stand still, and on which days may a period therefore not end?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from hub.moment import Moment

# From when to when a clock stood still, for example while an appraisal was made.
Pause = tuple[Moment, Moment]


def merged(pauses: Sequence[Pause]) -> list[Pause]:
    """Pauses in order, those that overlap as one: a clock that stands still cannot be stopped again."""
    found: list[Pause] = []
    for since, until in sorted(pauses, key=lambda pause: pause[0].latest()):
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
    standing = (until.day for since, until in merged(pauses) if came_in_time(since, day, closes) and day < until.day)
    return max(standing, default=None)
