"""Where do the hub and the day walker disagree, over many periods drawn at random?"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path

from hub.moment import SHANGHAI, Moment
from hub.periods.calendar import WorkingCalendar, load_calendar
from hub.periods.period import due, parse_period
from tests.hub.periods.walker import Draw, Question, Walk, When

CALENDARS = Path(__file__).resolve().parents[3] / "mappings" / "calendars"


def answer(question: Question, working: WorkingCalendar) -> tuple[datetime, bool]:
    """What the hub says: the end on Shanghai's clock, and whether it is provisional."""
    pauses = [(_moment(since), _moment(until)) for since, until in question.pauses]
    found = due(_moment(question.opened), parse_period(question.text()), working, pauses)
    return found.due_at.astimezone(SHANGHAI).replace(tzinfo=None), found.provisional


def _moment(when: When) -> Moment:
    return Moment(when[0], when[1])


def differences(count: int, seed: int, working: WorkingCalendar, drawn: Counter[str]) -> Iterator[str]:
    """A line for each period on which the two disagree; `drawn` counts what was compared."""
    draw = Draw(seed)
    for _ in range(count):
        question = draw.question()
        drawn.update(_kinds(question))
        said, walked = answer(question, working), Walk(question).end()
        if said != walked:
            yield f"{question.text()} from {question.opened} with {question.pauses}: hub {said}, walker {walked}"


def _kinds(question: Question) -> Iterator[str]:
    yield question.unit
    kinds = {
        "no roll": not question.rolls,
        "last day of month": question.last_day_of_month,
        "from next hour": question.from_next_hour,
        "closes": question.closes < time(23),
        "in office hours": bool(question.office),
        "with a pause": bool(question.pauses),
        "with several pauses": len(question.pauses) > 1,
        "from a bare date": question.opened[1] is None,
    }
    yield from (name for name, holds in kinds.items() if holds)


def main() -> None:
    """Compare, print what was compared and every difference; fails where there is one."""
    asked = argparse.ArgumentParser(prog="python -m tests.hub.periods.walker", description=main.__doc__)
    asked.add_argument("--count", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=1)
    chosen = asked.parse_args()
    drawn = Counter[str]()
    found = list(differences(chosen.count, chosen.seed, load_calendar(CALENDARS), drawn))
    for kind, count in drawn.most_common():
        print(f"{kind}: {count}")
    print(*found, sep="\n", end="\n" if found else "")
    print(f"periods: {chosen.count} · seed: {chosen.seed} · differences: {len(found)}")
    raise SystemExit(1 if found else 0)
