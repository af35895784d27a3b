"""Do the benchmarks run, and compare like with like? On little, without a word about times."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest

from benchmarks.deliveries import GETS, PUTS, race_deliveries
from benchmarks.due_days import race_due_days
from benchmarks.matters import AS_OF, draw_matters
from benchmarks.nightly_walk import RULES
from benchmarks.obligations import count, race_obligations
from benchmarks.race import race
from benchmarks.reading import a_workbook, race_readers


def test_all_readers_read_the_same_from_a_small_workbook() -> None:
    results = race_readers(a_workbook(30, 4))
    assert [one.name for one in results] == ["hub", "python-calamine alone", "openpyxl read_only"]
    assert results[0].ratio == 1


def test_the_calendar_and_a_walk_day_by_day_agree_over_two_years() -> None:
    starts = [date(2024, 1, 1) + timedelta(days=number) for number in range(700)]
    assert [one.ratio > 0 for one in race_due_days(starts)] == [True, True]


def test_the_hub_and_a_nightly_job_owe_and_tell_the_same_over_three_hundred_matters() -> None:
    assert [one.ratio > 0 for one in race_obligations(300, rounds=1)] == [True, True]


def test_the_matters_open_every_rule_that_the_nightly_job_knows_and_end_in_every_way() -> None:
    owed = count(list(draw_matters(300)), AS_OF)
    assert {rule for rule, _, _ in owed.obligations} == set(RULES)
    assert {state for _, state, _ in owed.obligations} >= {"open", "overdue", "discharged", "discharged_late", "lapsed"}
    assert owed.notices > 100
    assert owed.questions > 10


def test_a_way_that_gives_another_answer_is_no_peer() -> None:
    with pytest.raises(AssertionError, match="do not agree"):
        race({"ours": lambda: 1, "theirs": lambda: 2}, rounds=1)


def test_every_carrier_brings_the_same_files_both_ways_to_a_real_server() -> None:
    raced = race_deliveries(files=3, size=70_000, rounds=1)
    assert {direction: [one.name for one in results] for direction, results in raced.items()} == {
        "get": list(GETS),
        "put": list(PUTS),
    }
    assert all(one.seconds > 0 for results in raced.values() for one in results)


def test_what_is_compared_is_worked_out_beside_the_clock() -> None:
    def slow(answer: int) -> int:
        time.sleep(0.2)
        return answer % 10

    ours, theirs = race({"ours": lambda: 11, "theirs": lambda: 21}, rounds=1, compared=slow)
    assert max(ours.seconds, theirs.seconds) < 0.1
    assert ours.processor >= 0
