"""Is a moment between two runs taken for the end of all of them? Is it said what is waited for?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from cli import stack_cycle
from cli.stack_api import Airflow
from cli.stack_cycle import CycleFailed, Driver, wait_until_settled
from tests.cli.chosen_moments import Answer, Server, serving

NOW = datetime.now(timezone.utc)
EVERY_RUN = "GET /api/v2/dags/~/dagRuns"
UNDER_WAY = "POST /api/v2/dags/~/dagRuns/list"
DECISIONS = "GET /api/v2/dags/decide/dagRuns"
QUESTIONS = "GET /api/v2/dags/decide/dagRuns/~/hitlDetails"
FLOW = ("reconcile", "escalate", "exchange_police")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(stack_cycle, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(stack_cycle, "STEP_SECONDS", 0.5)
    with serving() as server:
        for dag in FLOW:
            server.answers[news(dag)] = [queued(0)]
        server.answers[EVERY_RUN] = server.answers[UNDER_WAY] = server.answers[DECISIONS] = [runs()]
        server.answers[QUESTIONS] = [(200, {"hitl_details": [], "total_entries": 0})]
        yield server


def driver_of(server: Server, said: list[str] | None = None) -> Driver:
    return Driver(Airflow(server.url), lambda: None, (said if said is not None else []).append)


def settle(server: Server) -> None:
    wait_until_settled(driver_of(server), ["police"], NOW)


def news(dag: str) -> str:
    return f"GET /api/v2/dags/{dag}/assets/queuedEvents"


def queued(count: int) -> Answer:
    return 200, {"total_entries": count}


def a_run(dag: str, state: str, number: int = 1, minutes: int = 1) -> Mapping[str, Any]:
    at = (NOW + timedelta(minutes=minutes)).isoformat()
    run = {"dag_id": dag, "dag_run_id": f"{dag}{number}", "state": state, "run_type": "asset_triggered"}
    return run | {"run_after": NOW.isoformat(), "queued_at": at}


def runs(*found: Mapping[str, Any]) -> Answer:
    return 200, {"dag_runs": found, "total_entries": len(found)}


def test_where_nothing_moves_nothing_is_waited_for(server: Server) -> None:
    settle(server)
    assert server.times(news("escalate")) == 1


def test_news_that_has_led_to_no_run_yet_is_waited_for(server: Server) -> None:
    server.answers[news("escalate")] = [queued(1), queued(1), queued(0)]
    settle(server)
    assert server.times(news("escalate")) == 3


def test_a_run_that_is_made_of_the_news_while_we_look_is_not_overlooked(server: Server) -> None:
    before, made = runs(a_run("escalate", "success", 1)), runs(a_run("escalate", "success", 2))
    # Of the failed ones there are none. The newest one, before the others are looked at and after.
    server.answers[EVERY_RUN] = [runs(), before, made, runs(), made, runs(), made, made, runs()]
    # When the news was looked for it was gone, and when the runs were, the one that is made of it was not there.
    server.answers[UNDER_WAY] = [runs(), runs(a_run("escalate", "running", 2)), runs(), runs()]
    settle(server)
    assert (server.answers[EVERY_RUN], server.answers[UNDER_WAY]) == ([runs()], [runs()])
    assert server.times(news("escalate")) == 2


def test_a_run_that_failed_is_told_at_once_unless_it_failed_before_the_cycle(server: Server) -> None:
    earlier, foreign = a_run("escalate", "failed", 1, minutes=-1), a_run("report", "failed")
    server.answers[EVERY_RUN] = [runs(earlier, foreign), runs()]
    settle(server)
    server.answers[EVERY_RUN] = [runs(a_run("reconcile", "failed"))]
    with pytest.raises(CycleFailed, match=r"^failed: reconcile reconcile1$"):
        settle(server)


def test_an_exchange_that_failed_stops_nobody_and_its_reason_is_told(server: Server) -> None:
    server.answers[EVERY_RUN] = [runs(a_run("exchange_police", "failed", 2), a_run("exchange_police", "failed"))]
    settle(server)
    run = "GET /api/v2/dags/exchange_police/dagRuns/exchange_police2/taskInstances"
    task = {"task_id": "pull", "try_number": 1, "map_index": -1, "end_date": "2026-11-27T04:00:00Z"}
    server.answers[run] = [(200, {"task_instances": [task], "total_entries": 1})]
    detail = {"exc_type": "ConfigurationFault", "exc_value": "Airflow has no Connection hub_police"}
    lines = [{"event": "begins"}, {"event": "Task failed", "error_detail": [detail]}]
    server.answers[f"{run}/pull/logs/1"] = [(200, {"content": lines})]
    airflow = driver_of(server).airflow
    told = {"exchange_police": "pull: ConfigurationFault: Airflow has no Connection hub_police"}
    assert stack_cycle.failures(airflow, ["exchange_police", "report"], NOW) == told


def test_a_decision_that_is_open_is_waited_for_until_its_person_is_asked(server: Server) -> None:
    server.answers[UNDER_WAY] = [runs(), runs(a_run("decide", "queued"))]
    with pytest.raises(CycleFailed, match=r"^still waiting for decide1, which has not changed"):
        settle(server)


def test_what_is_still_under_way_at_the_end_is_named(server: Server) -> None:
    server.answers[EVERY_RUN] = server.answers[UNDER_WAY] = [runs(a_run("exchange_police", "running"))]
    named = r"still waiting for exchange_police \(the newest run: exchange_police exchange_police1\)"
    with pytest.raises(CycleFailed, match=rf"^{named}, which has not changed for 0 s$"):
        settle(server)


def test_who_waits_long_is_told_what_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack_cycle, "SILENT_SECONDS", 0.05)
    said: list[str] = []
    answers = iter([{"police", "140924100"}] * 12)
    driver_of(server, said).wait_for_all(60, lambda: next(answers, set()))
    assert set(said) == {"still waiting for 140924100, police"}
    assert 1 <= len(said) <= 3


def test_a_wait_is_as_long_as_it_needs_to_be_while_something_moves(server: Server) -> None:
    left = [f"D{number}" for number in range(60)]
    # Each takes its time, together they take more than the bound.
    driver_of(server).wait_for_all(0.3, lambda: left[: len(left) - 1] and [left.pop()])
    assert left == ["D0"]


def test_an_escalation_that_puts_one_decision_after_another_is_seen_to_move(server: Server) -> None:
    made = [answer for number in range(80) for answer in (runs(), runs(a_run("decide", "running", number)))]
    server.answers[EVERY_RUN] = [*made, runs()]
    server.answers[UNDER_WAY] = [*[runs(a_run("escalate", "running"))] * 80, runs()]
    settle(server)
    assert server.answers[UNDER_WAY] == [runs()]
