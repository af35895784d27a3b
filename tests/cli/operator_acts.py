"""What does an operator do by hand in the UI of a running stack? The same through Airflow's REST API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import requests

from tests.cli.running_stack import Stack


def announce(stack: Stack, password: str, asset: str) -> None:
    """Tell Airflow of news of an asset, as an operator does by hand in its UI."""
    with _as_operator(stack, password) as session:
        found = session.get(f"{stack.url}/api/v2/assets", params={"name_pattern": asset}, timeout=60).json()["assets"]
        assert [one["name"] for one in found] == [asset]
        answer = session.post(f"{stack.url}/api/v2/assets/events", json={"asset_id": found[0]["id"]}, timeout=60)
        assert answer.ok, answer.text


@contextmanager
def no_place(stack: Stack, password: str, pool: str) -> Iterator[None]:
    """Let nothing start that needs this pool while the block runs."""
    _resize(stack, password, pool, 0)
    try:
        yield
    finally:
        _resize(stack, password, pool, 1)


def _resize(stack: Stack, password: str, pool: str, slots: int) -> None:
    with _as_operator(stack, password) as session:
        sized = {"pool": pool, "slots": slots, "include_deferred": True}
        answer = session.patch(f"{stack.url}/api/v2/pools/{pool}", json=sized, timeout=60)
        assert answer.ok, answer.text


def put_off(stack: Stack, password: str, decision: str, day: datetime) -> None:
    """Have a decision asked for on a later day, as a run of `decide` does whose person asked for more."""
    with _as_operator(stack, password) as session:
        run = {"dag_run_id": decision, "logical_date": None, "run_after": day.isoformat()}
        answer = session.post(f"{stack.url}/api/v2/dags/decide/dagRuns", json=run, timeout=60)
        assert answer.ok, answer.text


@contextmanager
def _as_operator(stack: Stack, password: str) -> Iterator[requests.Session]:
    with requests.Session() as session:
        as_operator = {"username": "operator", "password": password}
        answer = session.post(f"{stack.url}/auth/token", json=as_operator, timeout=60)
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield session
