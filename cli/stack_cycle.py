"""What is one full cycle through the Airflow scheduler, and what did it find?"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from cli.stack_api import Airflow, AirflowRefused, Run, Waiting

# Bounds for a slow, shared machine; a free one with two cores needs a tenth of them.
EXCHANGE_SECONDS = 1800.0
STEP_SECONDS = 1200.0
POLL_SECONDS = 1.0
FORBIDDEN = 403

Tell = Callable[[str], None]
Check = Callable[[], None]


class CycleFailed(RuntimeError):
    """The cycle did not go through; the message says where."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """What a cycle gave: counts by agency, counts of the comparison, decisions that wait. Never personal data."""

    pulled: Mapping[str, Mapping[str, int]]
    pushed: Mapping[str, Mapping[str, int]]
    reconciled: Mapping[str, int]
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class Driver:
    """Drives an Airflow. check: raises where a process of the stack has ended. tell: says what is under way."""

    airflow: Airflow
    check: Check
    tell: Tell

    def wait(self, what: str, seconds: float, ready: Callable[[], bool]) -> None:
        """Ask until it is so; CycleFailed where it takes longer than that."""
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise CycleFailed(f"{what}: not within {seconds:.0f} s")
            self.check()
            time.sleep(POLL_SECONDS)


def wait_for_dags(driver: Driver, expected: Collection[str]) -> None:
    """Every expected DAG is there; CycleFailed names a DAG file that cannot be read."""

    def there() -> bool:
        if errors := driver.airflow.import_errors():
            raise CycleFailed("a DAG file cannot be read\n" + "\n".join(errors))
        return driver.airflow.dags() >= frozenset(expected)

    driver.wait(f"{len(expected)} DAGs", STEP_SECONDS, there)


def run_cycle(driver: Driver, agencies: Collection[str], run_id: str) -> Cycle:
    """Exchange with every agency, then reconcile; escalation follows by itself, its decisions come to wait, what
    the agencies must be told goes out, and what they answered by then is noted.

    Everything goes through the scheduler. Runs that were under way when an earlier stack was interrupted go to
    their end first. CycleFailed where a run fails.
    """
    airflow = driver.airflow
    dags = {f"exchange_{agency}": agency for agency in agencies}
    driver.tell(f"exchanging with {len(dags)} agencies")
    for dag in dags:
        airflow.unpause(dag)
        airflow.trigger(dag, run_id, {})
    exchanged = {dag: _ended(driver, dag, run_id, EXCHANGE_SECONDS) for dag in dags}
    driver.tell("reconciling")
    for dag in ("reconcile", "escalate", "decide", "report", "bulletin"):
        airflow.unpause(dag)
    airflow.trigger("reconcile", run_id, {"commit": True})
    reconciled = _ended(driver, "reconcile", run_id, STEP_SECONDS)
    found = airflow.result(reconciled, "reconcile")
    shown = ", ".join(f"{found[name]} {name}" for name in ("cases", "obligations", "overdue", "findings"))
    driver.tell(f"reconciled: {shown}; escalating and pushing")
    wait_for_escalation(driver, reconciled.queued_at)
    wait_for_pushes(driver, dags, reconciled.queued_at)
    driver.tell("collecting receipts")
    for dag in dags:
        airflow.trigger(dag, f"{run_id}-receipts", {})
    for dag in dags:
        _ended(driver, dag, f"{run_id}-receipts", EXCHANGE_SECONDS)
    begun = min(run.queued_at for run in exchanged.values())
    return Cycle(
        pulled={agency: airflow.result(exchanged[dag], "pull") for dag, agency in dags.items()},
        pushed={agency: _pushed(airflow, dag, begun) for dag, agency in dags.items()},
        reconciled=found,
        waiting=airflow.waiting(),
    )


def wait_for_pushes(driver: Driver, exchanges: Collection[str], after: str) -> None:
    """Whatever was planned for an agency since then has gone out, and no exchange is under way."""

    def pushed() -> bool:
        if driver.airflow.unheeded(exchanges):
            return False
        runs = [run for dag in exchanges for run in driver.airflow.runs(dag) if run.queued_at > after]
        _require_success(runs)
        return all(run.done for run in runs)

    driver.wait("pushes", STEP_SECONDS, pushed)


def _pushed(airflow: Airflow, dag: str, begun: str) -> Mapping[str, int]:
    """What the exchanges with one agency pushed since then, together."""
    counts: Counter[str] = Counter()
    runs = [run for run in airflow.runs(dag) if run.queued_at >= begun]
    for run in runs:
        counts.update(airflow.result(run, "push"))
    # Not a sum: how many are unanswered now, by the latest.
    counts["unanswered"] = airflow.result(runs[0], "push").get("unanswered", 0)
    return counts


def wait_for_escalation(driver: Driver, after: str) -> None:
    """An escalation that was queued after this has ended, and every decision that is open waits for its person."""

    def settled() -> bool:
        runs = [run for run in driver.airflow.runs("escalate") if run.queued_at > after]
        _require_success(runs)
        return bool(runs) and all(run.done for run in runs)

    driver.wait("escalate", STEP_SECONDS, settled)

    def asked() -> bool:
        decisions = driver.airflow.runs("decide")
        _require_success([run for run in decisions if run.queued_at > after])
        open_runs = {run.run_id for run in decisions if not run.done}
        return open_runs <= {waiting.decision_id for waiting in driver.airflow.waiting()}

    driver.wait("decisions", STEP_SECONDS, asked)


@dataclass(frozen=True, slots=True)
class Approved:
    """A decision that was approved. by: who; refused_to: who tried before and may not. papers: drafted for it since."""

    decision: Waiting
    by: str
    refused_to: str
    papers: int
    held_back: int


def approve_one(driver: Driver, agencies: Collection[str], users: Mapping[str, str]) -> Approved:
    """Approve the oldest decision as one to whom it is assigned, see it recorded and its notice go out.

    Another user tries before, and must be refused. users: name -> password. CycleFailed where no waiting decision is
    assigned to any of them, or where anybody may answer.
    """
    for decision in driver.airflow.waiting():
        able = [user for user in decision.users if user in users]
        if able:
            break
    else:
        raise CycleFailed("no decision waits for a user of this stack")
    form: dict[str, object] = {"opinion": "", "reply_by": None}
    other = next(user for user in users if user not in decision.users)
    try:
        _as_user(driver, other, users).answer(decision.decision_id, decision.options[0], form)
    except AirflowRefused as refusal:
        if refusal.status != FORBIDDEN:
            raise
    else:
        raise CycleFailed(f"{decision.decision_id}: {other} could answer what was put to {', '.join(decision.users)}")
    asked_at = max(run.queued_at for run in driver.airflow.runs("escalate"))
    _as_user(driver, able[0], users).answer(decision.decision_id, decision.options[0], form)
    _ended(driver, "decide", decision.decision_id, STEP_SECONDS)
    wait_for_escalation(driver, asked_at)
    wait_for_pushes(driver, [f"exchange_{agency}" for agency in agencies], asked_at)
    counts: Counter[str] = Counter()
    for run in driver.airflow.runs("escalate"):
        if run.queued_at > asked_at:
            counts.update(driver.airflow.result(run, "climb", "counts"))
    return Approved(decision, able[0], other, counts["papers"], counts["held_back"])


def _as_user(driver: Driver, user: str, users: Mapping[str, str]) -> Airflow:
    person = Airflow(driver.airflow.url)
    person.login(user, users[user])
    return person


def _ended(driver: Driver, dag: str, run_id: str, seconds: float) -> Run:
    """The run, once it has ended; CycleFailed where it failed or takes longer than that."""
    found: list[Run] = []

    def ended() -> bool:
        found[:] = [run for run in driver.airflow.runs(dag) if run.run_id == run_id]
        return bool(found) and found[0].done

    driver.wait(f"{dag} {run_id}", seconds, ended)
    _require_success(found)
    return found[0]


def _require_success(runs: Collection[Run]) -> None:
    if failed := [f"{run.dag} {run.run_id}" for run in runs if run.state == "failed"]:
        raise CycleFailed("failed: " + ", ".join(failed))
