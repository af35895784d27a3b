"""Is Airflow asked again where its answer passes, and only there?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from cli import stack_api
from cli.stack_api import Airflow, AirflowRefused
from cli.stack_children import ChildEnded
from tests.cli.chosen_moments import Answer, Server, serving

NOON = datetime(2026, 11, 27, 4, tzinfo=timezone.utc)
TOKEN = "POST /auth/token"
POOLS = "GET /api/v2/pools"
NO_POOLS: Answer = (200, {"pools": [], "total_entries": 0})
BROKEN: Answer = (500, {"detail": "a run that was just made"})
FORGOTTEN: Answer = (401, {"detail": "Token Expired"})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(stack_api, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(stack_api, "PATIENCE_SECONDS", 0.5)
    with serving() as server:
        yield server


def a_run(number: int, **differs: object) -> Mapping[str, Any]:
    at = (NOON + timedelta(minutes=number)).isoformat().replace("+00:00", "Z")
    run = {"dag_id": "escalate", "dag_run_id": f"r{number}", "state": "success", "run_type": "manual"}
    return run | {"run_after": at, "queued_at": at} | differs


def test_an_error_of_airflows_own_is_asked_about_again(server: Server) -> None:
    server.answers[POOLS] = [BROKEN, BROKEN, NO_POOLS]
    assert Airflow(server.url).pools() == {}
    assert server.times(POOLS) == 3


def test_an_error_that_stays_is_told_in_the_end(server: Server) -> None:
    server.answers[POOLS] = [BROKEN]
    with pytest.raises(AirflowRefused, match=r"Airflow refused GET /api/v2/pools: 500 .*a run that was just made"):
        Airflow(server.url).pools()
    assert server.times(POOLS) > 2


def test_a_refusal_is_told_at_once(server: Server) -> None:
    server.answers[POOLS] = [(403, {"detail": "Forbidden"}), NO_POOLS]
    with pytest.raises(AirflowRefused, match="403"):
        Airflow(server.url).pools()
    assert server.times(POOLS) == 1


def test_where_the_process_that_answered_is_gone_its_end_is_told_and_not_that_nobody_answers(server: Server) -> None:
    def check() -> None:
        raise ChildEnded("api-server has ended (killed by SIGKILL)")

    airflow = Airflow("http://127.0.0.1:9", check)
    begun = time.monotonic()
    with pytest.raises(ChildEnded, match="api-server has ended"):
        airflow.pools()
    assert time.monotonic() - begun < stack_api.PATIENCE_SECONDS


def test_who_is_not_known_any_more_after_a_day_logs_in_again(server: Server) -> None:
    server.answers[TOKEN] = [(201, {"access_token": "first"}), (201, {"access_token": "second"})]
    server.answers[POOLS] = [FORGOTTEN, NO_POOLS]
    airflow = Airflow(server.url)
    airflow.login("operator", "secret")
    assert airflow.pools() == {}
    assert [token for request, _, token in server.asked if request == POOLS] == ["Bearer first", "Bearer second"]


def test_a_wrong_password_is_not_tried_over_and_over(server: Server) -> None:
    server.answers[TOKEN] = [(401, {"detail": "Invalid credentials"})]
    with pytest.raises(AirflowRefused, match="401"):
        Airflow(server.url).login("operator", "wrong")
    assert server.times(TOKEN) == 1


def test_an_answer_to_a_decision_is_given_once(server: Server) -> None:
    path = "PATCH /api/v2/dags/decide/dagRuns/D1/taskInstances/ask/-1/hitlDetails"
    server.answers[path] = [BROKEN, (200, {})]
    with pytest.raises(AirflowRefused, match="500"):
        Airflow(server.url).answer("D1", "approve", {})
    assert server.times(path) == 1


def test_a_run_that_is_made_between_two_pages_counts_none_of_the_others_twice(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack_api, "PAGE", 2)
    pages = [[a_run(3), a_run(2)], [a_run(2), a_run(1)]]
    server.answers["GET /api/v2/dags/escalate/dagRuns"] = [
        (200, {"dag_runs": page, "total_entries": 4}) for page in pages
    ]
    assert [run.run_id for run in Airflow(server.url).runs("escalate")] == ["r3", "r2", "r1"]


def test_runs_are_told_apart_by_when_they_were_queued_whatever_the_instants_look_like(server: Server) -> None:
    on_the_second, later = "2026-11-27T04:00:00Z", "2026-11-27T04:00:00.000001Z"
    assert later < on_the_second  # as texts
    found = [a_run(1, queued_at=later), a_run(2, queued_at=on_the_second), a_run(3, queued_at=None)]
    server.answers["GET /api/v2/dags/escalate/dagRuns"] = [(200, {"dag_runs": found, "total_entries": 3})]
    since = NOON + timedelta(microseconds=1)
    # Nobody noted when the third was queued: not before it was due.
    assert [run.run_id for run in Airflow(server.url).runs("escalate", since=since)] == ["r1", "r3"]


def test_a_run_that_starts_on_a_later_day_is_not_under_way(server: Server) -> None:
    tomorrow = (datetime.now(timezone.utc) + timedelta(days=1)).isoformat()
    found = [a_run(1, state="running"), a_run(2, state="queued", run_after=tomorrow)]
    server.answers["POST /api/v2/dags/~/dagRuns/list"] = [(200, {"dag_runs": found, "total_entries": 2})]
    assert [run.run_id for run in Airflow(server.url).under_way("escalate")] == ["r1"]


def test_what_an_earlier_stack_could_not_read_is_not_held_against_a_file_that_was_mended(server: Server) -> None:
    errors = [
        {"filename": name, "stack_trace": "SyntaxError", "timestamp": (NOON + timedelta(hours=hours)).isoformat()}
        for name, hours in (("mended.py", -1), ("broken.py", 1))
    ]
    server.answers["GET /api/v2/importErrors"] = [(200, {"import_errors": errors, "total_entries": 2})]
    assert Airflow(server.url).import_errors(NOON) == ("broken.py: SyntaxError",)


def test_a_dag_counts_once_its_file_was_read_again(server: Server) -> None:
    dags = [
        {"dag_id": "old", "is_paused": False, "last_parsed_time": (NOON - timedelta(hours=1)).isoformat()},
        {"dag_id": "new", "is_paused": False, "last_parsed_time": (NOON + timedelta(hours=1)).isoformat()},
        {"dag_id": "never", "is_paused": True, "last_parsed_time": None},
    ]
    server.answers["GET /api/v2/dags"] = [(200, {"dags": dags, "total_entries": 3})]
    assert Airflow(server.url).dags(NOON) == {"new"}
    assert Airflow(server.url).dags() == {"old", "new", "never"}
