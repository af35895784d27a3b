"""Does a walk through time, day by day and hour by hour, end where the hub says that a period ends?"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.periods.calendar import WorkingCalendar, load_calendar
from tests.hub.periods.compared import answer, differences
from tests.hub.periods.walker import Draw, Question, Walk

SEEDS = st.integers(0, 1_000_000)


@pytest.fixture(scope="module")
def working(project_root: Path) -> WorkingCalendar:
    return load_calendar(project_root / "mappings" / "calendars")


# Four times 25,000: a hundred thousand, in pieces that a busy machine can run beside each other.
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_hundred_thousand_random_periods_end_where_the_walk_ends(working: WorkingCalendar, seed: int) -> None:
    drawn = Counter[str]()
    assert list(differences(25_000, seed, working, drawn)) == []
    assert sum(drawn[unit] for unit in ("hour", "day", "working_day", "month")) == 25_000
    kinds = ("no roll", "last day of month", "from next hour", "closes", "in office hours", "with several pauses")
    assert min(drawn[kind] for kind in kinds) > 1_000


def test_the_walker_knows_nothing_of_the_hub(project_root: Path) -> None:
    tree = ast.parse((project_root / "tests/hub/periods/walker.py").read_bytes())
    imported = {a.name for node in tree.body if isinstance(node, ast.Import) for a in node.names}
    imported |= {str(node.module) for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert imported == {"__future__", "random", "collections.abc", "dataclasses", "datetime", "chinese_calendar"}


def test_one_make_up_day_that_is_missing_is_found(working: WorkingCalendar) -> None:
    wrong = WorkingCalendar(working.days_off, working.make_up - {date(2026, 9, 20)}, working.notices, "wrong")
    question = Question((date(2026, 9, 17), None), 3, "day")
    assert answer(question, working) == Walk(question).end()
    assert answer(question, wrong) != Walk(question).end()


@given(SEEDS)
def test_one_unit_more_never_ends_earlier(working: WorkingCalendar, seed: int) -> None:
    question = Draw(seed).question()
    assert answer(question, working)[0] <= answer(replace(question, quantity=question.quantity + 1), working)[0]


@given(SEEDS)
def test_rolling_never_ends_earlier_than_not_rolling(working: WorkingCalendar, seed: int) -> None:
    question = Draw(seed).question()
    rolled, unrolled = (answer(replace(question, rolls=rolls), working)[0] for rolls in (True, False))
    assert unrolled <= rolled
    assert question.unit in ("day", "month") or unrolled == rolled


@given(SEEDS, st.integers(0, 20))
def test_a_longer_pause_never_ends_earlier(working: WorkingCalendar, seed: int, days: int) -> None:
    question = Draw(seed).question()
    longer = tuple((since, (until[0] + timedelta(days=days), until[1])) for since, until in question.pauses)
    without, paused, more = (
        answer(replace(question, pauses=pauses), working)[0] for pauses in ((), question.pauses, longer)
    )
    assert without <= paused <= more


@given(SEEDS)
def test_the_order_in_which_pauses_are_given_makes_no_difference(working: WorkingCalendar, seed: int) -> None:
    question = Draw(seed).question()
    assert answer(question, working) == answer(replace(question, pauses=question.pauses[::-1]), working)


@given(SEEDS, st.dates(date(2004, 1, 1), date(2027, 12, 31)))
def test_a_make_up_day_more_never_ends_a_period_later(working: WorkingCalendar, seed: int, day: date) -> None:
    question = Draw(seed).question()
    days_off = {off: name for off, name in working.days_off.items() if off != day}
    busier = WorkingCalendar(days_off, working.make_up | {day}, working.notices, "busier")
    assert answer(replace(question, pauses=()), busier)[0] <= answer(replace(question, pauses=()), working)[0]


@given(SEEDS, st.dates(date(2004, 1, 1), date(2027, 12, 31)))
def test_a_day_off_more_never_ends_a_period_earlier(working: WorkingCalendar, seed: int, day: date) -> None:
    question = Draw(seed).question()
    idler = WorkingCalendar({**working.days_off, day: "假"}, working.make_up - {day}, working.notices, "idler")
    assert answer(replace(question, pauses=()), working)[0] <= answer(replace(question, pauses=()), idler)[0]


@given(SEEDS)
def test_a_clock_that_closes_earlier_ends_on_the_same_day_or_before(working: WorkingCalendar, seed: int) -> None:
    question = Draw(seed).question()
    if question.unit != "hour":
        closed = replace(question, closes=time(18), pauses=())
        assert answer(closed, working)[0].date() == answer(replace(closed, closes=time(23, 59, 59)), working)[0].date()


def day(text: str) -> tuple[date, time | None]:
    return date.fromisoformat(text[:10]), time.fromisoformat(text[11:]) if text[10:] else None


@pytest.mark.parametrize(
    ("pause", "ends"),
    [
        (("2026-06-06", "2026-06-06"), "2026-06-08"),  # no length
        (("2026-06-05", "2026-06-09"), "2026-06-10"),
        (("2026-06-06", "2026-06-11"), "2026-06-11"),  # begins on the last day, a Saturday
        (("2026-06-07", "2026-06-09"), "2026-06-09"),  # begins while the period waits for Monday
        (("2026-06-08", "2026-06-13"), "2026-06-15"),  # begins on the Monday; runs again on a Saturday
        (("2026-06-08T18:30", "2026-06-13"), "2026-06-08"),  # begins after the office closed on the last day
        (("2026-06-09", "2026-06-13"), "2026-06-08"),  # too late
        (("2026-05-01", "2026-06-03"), "2026-06-08"),  # was over before
    ],
)
def test_no_period_ends_while_its_clock_stands_still(
    working: WorkingCalendar, pause: tuple[str, str], ends: str
) -> None:
    asked = Question(day("2026-06-03"), 3, "day", closes=time(18), pauses=((day(pause[0]), day(pause[1])),))
    assert answer(asked, working)[0].date().isoformat() == ends
    assert Walk(asked).end() == answer(asked, working)


@pytest.mark.parametrize(
    ("opened", "hours", "ends"),
    [
        ("2026-04-30T16:30", 2, "2026-05-06T09:00:00"),  # over the holiday of labour day
        ("2026-09-18T17:30", 1, "2026-09-20T09:00:00"),  # a Sunday that makes up is open
        ("2026-06-01T12:00", 1, "2026-06-01T15:30:00"),  # not at noon
        ("2026-06-01T10:00", 2, "2026-06-01T12:00:00"),  # ends as the office closes
        ("2026-06-01", 7, "2026-06-02T18:00:00"),
    ],
)
def test_hours_of_an_office_run_while_it_is_open(working: WorkingCalendar, opened: str, hours: int, ends: str) -> None:
    office = ((time(8, 30), time(12)), (time(14, 30), time(18)))
    asked = Question(day(opened), hours, "hour", office=office)
    assert answer(asked, working)[0].isoformat() == ends
    assert Walk(asked).end() == answer(asked, working)
