"""What does the running Airflow say, and what is it asked to do? Its public REST API, as one user."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

import requests

SECONDS = 60
PAGE = 100
# A busy Airflow now and then answers a call with an error of its own, or not in time: how long it is asked again.
PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 1.0
DONE = frozenset({"success", "failed"})


class AirflowRefused(RuntimeError):
    """Airflow answered with an error; the message says to what, and its reason."""

    def __init__(self, request: str, status: int, reason: str) -> None:
        super().__init__(f"Airflow refused {request}: {status} {reason}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Run:
    """One DAG run. due_at: it does not start before."""

    dag: str
    run_id: str
    state: str
    kind: str
    due_at: datetime
    queued_at: datetime

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


@dataclass(slots=True)
class Airflow:
    """The REST API at an address, once `login` was called. AirflowRefused where it says no.

    What fails on Airflow's side (no answer, or an error of its own) is asked again for a minute, since nearly all that
    is asked here may be asked twice. check: raises where there is nobody left to ask.
    """

    url: str
    check: Callable[[], None] = field(default=lambda: None)
    _session: requests.Session = field(default_factory=requests.Session, repr=False)
    _credentials: dict[str, str] = field(default_factory=dict, repr=False)

    def login(self, user: str, password: str) -> None:
        """Become this user, and stay so: what Airflow gives for the password is good for a day only."""
        self._credentials = {"username": user, "password": password}
        self._session.headers.pop("Authorization", None)
        answer = self._patiently("POST", "/auth/token", json=self._credentials)
        self._session.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def healthy(self, *parts: str) -> bool:
        """Whether the server answers, has its database, and these parts of Airflow report to it."""
        try:
            health = self._once("GET", "/api/v2/monitor/health")
        except (requests.ConnectionError, requests.Timeout, AirflowRefused):
            return False
        return all(health[part]["status"] == "healthy" for part in ("metadatabase", *parts))

    def dags(self, since: datetime | None = None) -> frozenset[str]:
        """The DAGs that are there to run; with `since`, only those whose file was read again since then."""
        return frozenset(
            dag["dag_id"]
            for dag in self._pages("/api/v2/dags", "dags")
            if since is None or _not_before(since, dag["last_parsed_time"])
        )

    def unpaused(self) -> frozenset[str]:
        """Those of them that run by themselves."""
        return frozenset(dag["dag_id"] for dag in self._pages("/api/v2/dags", "dags") if not dag["is_paused"])

    def import_errors(self, since: datetime) -> tuple[str, ...]:
        """The DAG files that could not be read since then, each with the reason; what an earlier stack noted may be mended."""
        errors = self._pages("/api/v2/importErrors", "import_errors")
        return tuple(
            f"{error['filename']}: {error['stack_trace']}" for error in errors if _not_before(since, error["timestamp"])
        )

    def make_pool(self, name: str, slots: int, description: str) -> None:
        """Have a pool of this name; one that was made meanwhile is left as it is.

        Ask `pools` before: Airflow notes a pool that is there already as an error in its log.
        """
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

    def runs(self, dag: str, *states: str, since: datetime | None = None) -> tuple[Run, ...]:
        """The runs of a DAG, `~` for all DAGs, the latest first.

        states: only those that are in one of them. since: only those that were queued then or later.
        """
        # Airflow cannot be asked by when they were queued; to what changed since then they belong.
        changed = {} if since is None else {"updated_at_gte": since.isoformat()}
        found = self._pages(f"/api/v2/dags/{dag}/dagRuns", "dag_runs", order_by="-run_after", state=states, **changed)
        # A run that is made between two pages moves the last one of a page to the next.
        every = {(run["dag_id"], run["dag_run_id"]): _run(run) for run in found}
        return tuple(run for run in every.values() if since is None or run.queued_at >= since)

    def run(self, dag: str, run_id: str) -> Run:
        """One run of a DAG."""
        return _run(self._call("GET", f"/api/v2/dags/{dag}/dagRuns/{quote(run_id, safe='')}"))

    def newest(self) -> frozenset[tuple[str, str]]:
        """The run that was made last of all, by its DAG and its id; nothing where there is none."""
        made = self._call("GET", "/api/v2/dags/~/dagRuns", params={"order_by": "-id", "limit": 1})["dag_runs"]
        return frozenset((run["dag_id"], run["dag_run_id"]) for run in made)

    def under_way(self, *dags: str) -> tuple[Run, ...]:
        """The runs of these DAGs that have not ended, the oldest first; not those that are to start later.

        As long as they fill no more than a page, all are seen at one moment.
        """
        now = datetime.now(timezone.utc)
        asked = {"dag_ids": dags, "states": ["queued", "running"], "order_by": "id", "page_limit": PAGE}
        found = _pages(
            "dag_runs",
            lambda offset: self._call("POST", "/api/v2/dags/~/dagRuns/list", json={**asked, "page_offset": offset}),
        )
        return tuple(run for run in map(_run, found) if run.due_at <= now)

    def unheeded(self, dags: Collection[str]) -> frozenset[str]:
        """Those of these DAGs that there is news for which has not led to a run yet."""
        # Not asked of the news itself: Airflow 3.3 answers 500 while a run that it led to has not started.
        path = "/api/v2/dags/{}/assets/queuedEvents"
        return frozenset(dag for dag in dags if self._call("GET", path.format(dag))["total_entries"])

    def result(self, run: Run, task: str, key: str = "return_value") -> dict[str, int]:
        """The counts that a task left under a key; empty where it left none."""
        value = self.left(run, task, key)
        return {str(name): int(count) for name, count in value.items()} if isinstance(value, dict) else {}

    def left(self, run: Run, task: str, key: str = "return_value") -> object:
        """What a task left under a key; None where it left nothing."""
        try:
            return self._call("GET", f"{_path(run)}/taskInstances/{task}/xcomEntries/{key}")["value"]
        except AirflowRefused as refusal:
            if refusal.status != requests.codes.not_found:
                raise
        return None

    def why_failed(self, run: Run) -> str:
        """What the first task of a run that failed says of it: the last error in its log, else where to look."""
        tasks = self._pages(f"{_path(run)}/taskInstances", "task_instances", state=["failed"])
        for task in sorted(tasks, key=lambda one: one["end_date"] or ""):
            log = f"{_path(run)}/taskInstances/{task['task_id']}/logs/{task['try_number']}"
            try:
                lines = self._call("GET", log, params={"full_content": True, "map_index": task["map_index"]})["content"]
            except AirflowRefused:
                lines = []
            errors = [error for line in lines if isinstance(line, dict) for error in line.get("error_detail") or ()]
            said = f"{errors[-1]['exc_type']}: {errors[-1]['exc_value']}" if errors else "see its log"
            return f"{task['task_id']}: {said}"
        return f"run {run.run_id} was marked as failed"

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
        path = f"/api/v2/dags/decide/dagRuns/{quote(decision_id, safe='')}/taskInstances/ask/-1/hitlDetails"
        # Once: an answer that was taken is refused the second time.
        self._once("PATCH", path, json={"chosen_options": [option], "params_input": dict(form)})

    def _pages(self, path: str, member: str, **query: str | Collection[str]) -> Iterator[dict[str, Any]]:
        return _pages(member, lambda offset: self._call("GET", path, params={**query, "limit": PAGE, "offset": offset}))

    def _call(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """What may be asked twice; where Airflow does not know us any more, as a new login."""
        try:
            return self._patiently(method, path, **request)
        except AirflowRefused as refusal:
            if refusal.status != requests.codes.unauthorized or not self._credentials:
                raise
        self.login(self._credentials["username"], self._credentials["password"])
        return self._patiently(method, path, **request)

    def _patiently(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self._once(method, path, **request)
            except (AirflowRefused, requests.ConnectionError, requests.Timeout) as trouble:
                if isinstance(trouble, AirflowRefused) and trouble.status < requests.codes.server_error:
                    raise
                self.check()
                if time.monotonic() > deadline:
                    raise
            time.sleep(PAUSE_SECONDS)

    def _once(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        answer = self._session.request(method, self.url + path, timeout=SECONDS, **request)
        if not answer.ok:
            raise AirflowRefused(f"{method} {path}", answer.status_code, answer.text[:500])
        read: dict[str, Any] = answer.json() if answer.content else {}
        return read


def _pages(member: str, page_at: Callable[[int], Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    offset = 0
    while True:
        page = page_at(offset)
        yield from page[member]
        offset += PAGE
        if offset >= page["total_entries"]:
            return


def _path(run: Run) -> str:
    return f"/api/v2/dags/{run.dag}/dagRuns/{quote(run.run_id, safe='')}"


def _run(run: Mapping[str, Any]) -> Run:
    return Run(
        dag=run["dag_id"],
        run_id=run["dag_run_id"],
        state=run["state"],
        kind=run["run_type"],
        due_at=_instant(run["run_after"]),
        queued_at=_instant(run["queued_at"] or run["run_after"]),
    )


def _not_before(since: datetime, text: str | None) -> bool:
    return text is not None and _instant(text) >= since


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
