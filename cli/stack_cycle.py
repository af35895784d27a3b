"""What is one full cycle through the Airflow scheduler, and what did it find?"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from cli.stack_api import Airflow, AirflowRefused, Run, Waiting

# How long a slow, shared machine may take until something moves; a free one with two cores needs a tenth of it for all.
EXCHANGE_SECONDS = 1800.0
STEP_SECONDS = 1200.0
POLL_SECONDS = 1.0
# Who waits longer than that is told what for.
SILENT_SECONDS = 60.0
FORBIDDEN = 403
# What concerns all agencies: where it fails, nothing more can come of the cycle.
COMMON = ("reconcile", "escalate", "decide")

Tell = Callable[[str], None]
Check = Callable[[], None]


class CycleFailed(RuntimeError):
    """The cycle did not go through; the message says where."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """What a cycle gave: counts by agency, counts of the comparison, decisions that wait. Never personal data.

    failed: DAG -> why its run failed, of those that the others need not stop for. report: the folder of the report.
    """

    pulled: Mapping[str, Mapping[str, int]]
    pushed: Mapping[str, Mapping[str, int]]
    reconciled: Mapping[str, int]
    waiting: tuple[Waiting, ...]
    begun: datetime
    failed: Mapping[str, str]
    report: str


@dataclass(frozen=True, slots=True)
class Driver:
    """Drives an Airflow. check: raises where a process of the stack has ended. tell: says what is under way."""

    airflow: Airflow
    check: Check
    tell: Tell

    def wait(self, what: str, seconds: float, ready: Callable[[], bool]) -> None:
        """Ask until it is so; CycleFailed where it takes longer than that."""
        self.wait_for_all(seconds, lambda: () if ready() else (what,))

    def wait_for_all(self, seconds: float, missing: Callable[[], Collection[str]]) -> None:
        """Ask until nothing is missing any more; CycleFailed names what is, where that has not changed for so long."""
        before, since = "", time.monotonic()
        told = since
        while names := ", ".join(sorted(missing())):
            now = time.monotonic()
            if names != before:
                before, since = names, now
            if now > since + seconds:
                raise CycleFailed(f"still waiting for {names}, which has not changed for {seconds:.0f} s")
            if now > told + SILENT_SECONDS:
                self.tell(f"still waiting for {names}")
                told = now
            self.check()
            time.sleep(POLL_SECONDS)


def wait_for_dags(driver: Driver, expected: Collection[str], since: datetime) -> None:
    """Every expected DAG is there, its file read since then; CycleFailed names a DAG file that cannot be read.

    Airflow's database still holds the DAGs of an earlier stack, and its errors, whatever became of the files.
    """

    def missing() -> Collection[str]:
        if errors := driver.airflow.import_errors(since):
            raise CycleFailed("a DAG file cannot be read\n" + "\n".join(errors))
        return frozenset(expected) - driver.airflow.dags(since)

    driver.wait_for_all(STEP_SECONDS, missing)


def run_cycle(driver: Driver, agencies: Collection[str], run_id: str) -> Cycle:
    """Exchange with every agency, then reconcile; escalation follows by itself, its decisions come to wait, what
    the agencies must be told goes out, what they answered by then is noted, and the report is written.

    Everything goes through the scheduler. Runs that were under way when an earlier stack was interrupted go to
    their end first. An exchange that fails does not stop the others, and neither does the report; CycleFailed where
    all exchanges fail, or another run.
    """
    airflow = driver.airflow
    dags = {f"exchange_{agency}": agency for agency in agencies}
    driver.tell(f"exchanging with {len(dags)} agencies")
    for dag in dags:
        airflow.unpause(dag)
        airflow.trigger(dag, run_id, {})
    exchanged = {dag: _ended(driver, dag, run_id, EXCHANGE_SECONDS) for dag in dags}
    begun = min((run.queued_at for run in exchanged.values()), default=datetime.now(timezone.utc))
    failed = failures(airflow, dags, begun)
    for dag, why in failed.items():
        driver.tell(f"{dag} failed: {why}")
    if dags and all(run.state == "failed" for run in exchanged.values()):
        raise CycleFailed("failed: " + "; ".join(f"{dag}: {why}" for dag, why in failed.items()))
    driver.tell("reconciling")
    for dag in ("reconcile", "escalate", "decide", "report", "bulletin"):
        airflow.unpause(dag)
    airflow.trigger("reconcile", run_id, {"commit": True})
    reconciled = _succeeded(driver, "reconcile", run_id, STEP_SECONDS)
    found = airflow.result(reconciled, "reconcile")
    shown = ", ".join(f"{found.get(name, 0)} {name}" for name in ("cases", "obligations", "overdue", "findings"))
    driver.tell(f"reconciled: {shown}; escalating and pushing")
    wait_until_settled(driver, agencies, begun)
    if not airflow.runs("escalate", since=reconciled.queued_at):
        raise CycleFailed(f"no run of escalate followed reconcile {run_id}")
    driver.tell("collecting receipts; writing the report")
    airflow.trigger("report", run_id, {})
    reached = [dag for dag in dags if exchanged[dag].state != "failed"]
    for dag in reached:
        airflow.trigger(dag, f"{run_id}-receipts", {})
    for dag in reached:
        _ended(driver, dag, f"{run_id}-receipts", EXCHANGE_SECONDS)
    written = _ended(driver, "report", run_id, STEP_SECONDS)
    # Not only receipts may have come.
    wait_until_settled(driver, agencies, begun)
    return Cycle(
        pulled={agency: airflow.result(exchanged[dag], "pull") for dag, agency in dags.items()},
        pushed={agency: _pushed(airflow, dag, begun) for dag, agency in dags.items()},
        reconciled=found,
        waiting=airflow.waiting(),
        begun=begun,
        failed=failures(airflow, [*dags, "report"], begun),
        report=str(airflow.left(written, "write") or ""),
    )


def failures(airflow: Airflow, dags: Collection[str], begun: datetime) -> dict[str, str]:
    """DAG -> why its latest failed run failed, of those of these DAGs that had one since then."""
    found = {run.dag: run for run in reversed(airflow.runs("~", "failed", since=begun)) if run.dag in dags}
    return {dag: airflow.why_failed(found[dag]) for dag in sorted(found)}


def wait_until_settled(driver: Driver, agencies: Collection[str], begun: datetime) -> None:
    """Whatever came in is reconciled, its ladders are climbed, what was planned has gone out, who must decide is asked.

    CycleFailed where a run of it failed that was queued since `begun`, or where it takes too long; of an exchange that
    failed, `failures` tells: one agency must not stop what concerns the others.
    """
    airflow = driver.airflow
    flow = ("reconcile", "escalate", *(f"exchange_{agency}" for agency in agencies))

    def moving() -> Collection[str]:
        _require_success([run for run in airflow.runs("~", "failed", since=begun) if run.dag in COMMON])
        # Each run may lead to the next, by way of news. At the second look no run was under way; the news that was there
        # then is there at the third, unless a run was made of it, and that the last look tells.
        newest = airflow.newest()
        dags = {run.dag for run in airflow.under_way(*flow)} or airflow.unheeded(flow)
        if not dags and airflow.newest() == newest:
            return ()
        # A long escalation is seen to move by the runs that it makes, one for each decision.
        made = "".join(f" (the newest run: {dag} {run_id})" for dag, run_id in newest)
        return (", ".join(sorted(dags or flow)) + made,)

    driver.wait_for_all(STEP_SECONDS, moving)

    def unasked() -> Collection[str]:
        # A question that comes again on a later day has its run already, which starts on that day.
        asking = {run.run_id for run in airflow.under_way("decide")}
        return asking - {waiting.decision_id for waiting in airflow.waiting()}

    driver.wait_for_all(STEP_SECONDS, unasked)
    _require_success(airflow.runs("decide", "failed", since=begun))


def _pushed(airflow: Airflow, dag: str, begun: datetime) -> Mapping[str, int]:
    """What the exchanges with one agency pushed since then, together."""
    counts: Counter[str] = Counter()
    runs = [run for run in airflow.runs(dag, since=begun) if run.done]
    for run in runs:
        counts.update(airflow.result(run, "push"))
    # Not a sum: how many are unanswered now, by the latest.
    counts["unanswered"] = airflow.result(runs[0], "push").get("unanswered", 0)
    return counts


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
    before = {run.run_id for run in driver.airflow.runs("escalate")}
    begun = datetime.now(timezone.utc)
    _as_user(driver, able[0], users).answer(decision.decision_id, decision.options[0], form)
    _succeeded(driver, "decide", decision.decision_id, STEP_SECONDS)
    wait_until_settled(driver, agencies, begun)
    counts: Counter[str] = Counter()
    for run in driver.airflow.runs("escalate"):
        if run.run_id not in before:
            counts.update(driver.airflow.result(run, "climb", "counts"))
    return Approved(decision, able[0], other, counts["papers"], counts["held_back"])


def _as_user(driver: Driver, user: str, users: Mapping[str, str]) -> Airflow:
    person = Airflow(driver.airflow.url, driver.check)
    person.login(user, users[user])
    return person


def _ended(driver: Driver, dag: str, run_id: str, seconds: float) -> Run:
    """The run, once it has ended, well or not; CycleFailed where it takes longer than that."""
    found: list[Run] = []

    def ended() -> bool:
        found[:] = [driver.airflow.run(dag, run_id)]
        return found[0].done

    driver.wait(f"{dag} {run_id}", seconds, ended)
    return found[0]


def _succeeded(driver: Driver, dag: str, run_id: str, seconds: float) -> Run:
    """The run, once it has ended well; CycleFailed where it failed or takes longer than that."""
    run = _ended(driver, dag, run_id, seconds)
    _require_success([run])
    return run


def _require_success(runs: Collection[Run]) -> None:
    if failed := [f"{run.dag} {run.run_id}" for run in runs if run.state == "failed"]:
        raise CycleFailed("failed: " + ", ".join(failed))
