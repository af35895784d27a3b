"""What does the running Airflow say, and what is it asked to do? Its public REST API, as one user."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

SECONDS = 60
PAGE = 100
DONE = frozenset({"success", "failed"})


class AirflowRefused(RuntimeError):
    """Airflow answered with an error; the message says to what, and its reason."""

    def __init__(self, request: str, status: int, reason: str) -> None:
        super().__init__(f"Airflow refused {request}: {status} {reason}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Run:
    """One DAG run."""

    dag: str
    run_id: str
    state: str
    kind: str
    queued_at: str
    ended_at: str

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return self.state in DONE


@dataclass(frozen=True, slots=True)
class Waiting:
    """A decision that waits for a person. options: approval comes first. users: the names of those who may answer."""

    decision_id: str
    subject: str
    options: tuple[str, ...]
    users: tuple[str, ...]


def answers(url: str) -> bool:
    """Whether a server is there and well."""
    try:
        return requests.get(url, timeout=SECONDS).ok
    except (requests.ConnectionError, requests.Timeout):
        return False


class Airflow:
    """The REST API at an address, once `login` was called. AirflowRefused where it says no."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()

    def login(self, user: str, password: str) -> None:
        """Become this user."""
        answer = self._call("POST", "/auth/token", json={"username": user, "password": password})
        self._session.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def healthy(self, *parts: str) -> bool:
        """Whether the server answers, has its database, and these parts of Airflow report to it."""
        try:
            health = self._call("GET", "/api/v2/monitor/health")
        except (requests.ConnectionError, requests.Timeout, AirflowRefused):
            return False
        return all(health[part]["status"] == "healthy" for part in ("metadatabase", *parts))

    def dags(self) -> frozenset[str]:
        """The DAGs that are there to run."""
        return frozenset(dag["dag_id"] for dag in self._pages("/api/v2/dags", "dags"))

    def unpaused(self) -> frozenset[str]:
        """Those of them that run by themselves."""
        return frozenset(dag["dag_id"] for dag in self._pages("/api/v2/dags", "dags") if not dag["is_paused"])

    def import_errors(self) -> tuple[str, ...]:
        """The DAG files that cannot be read, each with the reason."""
        errors = self._pages("/api/v2/importErrors", "import_errors")
        return tuple(f"{error['filename']}: {error['stack_trace']}" for error in errors)

    def make_pool(self, name: str, slots: int, description: str) -> None:
        """Have a pool of this name; one that is there already is left as it is."""
        pool = {"name": name, "slots": slots, "description": description, "include_deferred": True}
        try:
            self._call("POST", "/api/v2/pools", json=pool)
        except AirflowRefused as refusal:
            if refusal.status != requests.codes.conflict:
                raise

    def pools(self) -> dict[str, int]:
        """The pools and their slots."""
        return {pool["name"]: pool["slots"] for pool in self._pages("/api/v2/pools", "pools")}

    def unpause(self, dag: str) -> None:
        """Let a DAG run."""
        self._call("PATCH", f"/api/v2/dags/{dag}", json={"is_paused": False})

    def trigger(self, dag: str, run_id: str, form: Mapping[str, object]) -> None:
        """Start a run by hand; one of that id that is there already is left as it is."""
        run = {"dag_run_id": run_id, "logical_date": None, "conf": dict(form)}
        try:
            self._call("POST", f"/api/v2/dags/{dag}/dagRuns", json=run)
        except AirflowRefused as refusal:
            if refusal.status != requests.codes.conflict:
                raise

    def runs(self, dag: str) -> tuple[Run, ...]:
        """Every run of a DAG, the latest first."""
        found = self._pages(f"/api/v2/dags/{dag}/dagRuns", "dag_runs", order_by="-run_after")
        return tuple(
            Run(
                dag=run["dag_id"],
                run_id=run["dag_run_id"],
                state=run["state"],
                kind=run["run_type"],
                queued_at=run["queued_at"] or "",
                ended_at=run["end_date"] or "",
            )
            for run in found
        )

    def unheeded(self, dags: Collection[str]) -> frozenset[str]:
        """Those of these DAGs that there is news for, of something to push, that has not led to a run yet."""
        # Not asked of the news itself: Airflow 3.3 answers 500 while a run that it led to has not started.
        path = "/api/v2/dags/{}/assets/queuedEvents"
        return frozenset(dag for dag in dags if self._call("GET", path.format(dag))["total_entries"])

    def result(self, run: Run, task: str, key: str = "return_value") -> dict[str, int]:
        """The counts that a task left under a key; empty where it left none."""
        path = f"/api/v2/dags/{run.dag}/dagRuns/{quote(run.run_id)}/taskInstances/{task}/xcomEntries/{key}"
        try:
            value = self._call("GET", path)["value"]
        except AirflowRefused as refusal:
            if refusal.status != requests.codes.not_found:
                raise
            value = None
        return {str(name): int(count) for name, count in value.items()} if isinstance(value, dict) else {}

    def waiting(self) -> tuple[Waiting, ...]:
        """The decisions that wait under Required Actions, oldest first."""
        path = "/api/v2/dags/decide/dagRuns/~/hitlDetails"
        details = self._pages(path, "hitl_details", state="awaiting_input", order_by="created_at")
        return tuple(
            Waiting(
                decision_id=detail["task_instance"]["dag_run_id"],
                subject=detail["subject"],
                options=tuple(detail["options"]),
                users=tuple(user["id"] for user in detail["assigned_users"]),
            )
            for detail in details
        )

    def answer(self, decision_id: str, option: str, form: Mapping[str, object]) -> None:
        """Answer a decision as the user who is logged in."""
        path = f"/api/v2/dags/decide/dagRuns/{quote(decision_id)}/taskInstances/ask/-1/hitlDetails"
        self._call("PATCH", path, json={"chosen_options": [option], "params_input": dict(form)})

    def _pages(self, path: str, member: str, **query: str) -> Iterator[dict[str, Any]]:
        offset = 0
        while True:
            page = self._call("GET", path, params={**query, "limit": PAGE, "offset": offset})
            yield from page[member]
            offset += PAGE
            if offset >= page["total_entries"]:
                return

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        answer = self._session.request(method, self.url + path, timeout=SECONDS, **request)
        if not answer.ok:
            raise AirflowRefused(f"{method} {path}", answer.status_code, answer.text[:500])
        read: dict[str, Any] = answer.json() if answer.content else {}
        return read
