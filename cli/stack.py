"""How is everything started on one machine? `python -m cli.stack run|demo`"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from types import FrameType
from typing import TextIO

from cli import stack_airflow, stack_cycle
from cli.counting import counted
from cli.stack_airflow import AIRFLOW, ROOT, SCHEDULER, TRIGGERER, Place, Ports
from cli.stack_api import Airflow, AirflowRefused, answers
from cli.stack_children import STOPPING, ChildEnded, Children
from cli.stack_cycle import Cycle, CycleFailed, Driver
from cli.stack_report import how_to_get_in, report
from hub.errors import ConfigurationFault, HubError
from hub.settings import read_instant

SAMPLES = ROOT / "tests" / "samples"
# The samples end here; on them the demonstration judges by this instant instead of by the clock.
SAMPLES_AS_OF = "2026-10-31T23:59+08:00"
WATCH_SECONDS = 5.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 fine; 1 something failed; 2 wrong use, or another stack runs on this home; 130 interrupted.

    Ctrl-C while `run` stays up is its fine end.
    """
    options = _parser().parse_args(arguments)
    if options.command == "pools":
        print(json.dumps(_pools(stack_airflow.agencies(stack_airflow.mappings_folder())), ensure_ascii=False, indent=1))
        return 0
    # A terminal that closes and a plain kill stop everything as Ctrl-C does, and that even where a script started
    # us in its background: a shell lets such a process ignore it.
    for number in STOPPING:
        signal.signal(number, _interrupt)
    try:
        as_of = _as_of(options)
        with _alone(options.home.resolve() / "stack.lock"):
            return _run(options, as_of)
    except KeyboardInterrupt:
        _say("interrupted; everything is stopped", sys.stderr)
        return 130
    except (ConfigurationFault, BlockingIOError) as fault:
        _say(f"stack: {fault}", sys.stderr)
        return 2
    except (HubError, ChildEnded, CycleFailed, AirflowRefused, OSError) as fault:
        # An OSError is also an Airflow that does not answer, and a disk that is full.
        _say(f"stack: {fault}", sys.stderr)
        return 1


def _run(options: argparse.Namespace, as_of: datetime | None) -> int:
    begun = time.monotonic()

    def tell(what: str) -> None:
        _say(f"{time.monotonic() - begun:6.0f} s  {what}", sys.stdout)

    place = Place(options.home.resolve())
    source = options.source.resolve()
    codes = source / "codes"
    environment = stack_airflow.hub_environment(place, as_of, codes if codes.is_dir() else None)
    passwords = stack_airflow.passwords(place)
    stack_airflow.drop_half_config(place)
    with (
        Children(place.home / "logs", place.home / "stack.json") as children,
        stack_airflow.hold_ports(options.host, options.port) as ports,
    ):
        driver = Driver(Airflow(ports.address, children.check), children.check, tell)
        tell("starting the agencies; preparing the ledger and Airflow's database")
        _prepare(children, driver, place, source, environment)
        stack_airflow.write_commands(place, environment)
        endpoints: dict[str, str] = json.loads(place.endpoints.read_text(encoding="utf-8"))
        environment |= stack_airflow.airflow_environment(place, endpoints) | ports.environment()
        tell("starting Airflow")
        started = datetime.now(timezone.utc)
        for name, command in ports.servers().items():
            children.start(name, command, environment)
        driver.wait("Airflow's servers", stack_cycle.STEP_SECONDS, lambda: _answer(children, ports))
        children.start("scheduler", SCHEDULER, environment)
        driver.wait("Airflow", stack_cycle.STEP_SECONDS, lambda: driver.airflow.healthy("scheduler", "dag_processor"))
        driver.airflow.login("operator", passwords["operator"])
        cycle = _first_cycle(driver, started)
        if options.command == "demo":
            _approve_one(driver, cycle, passwords)
        if options.command == "run":
            children.start("triggerer", TRIGGERER, environment)
            driver.wait("the triggerer", stack_cycle.STEP_SECONDS, lambda: driver.airflow.healthy("triggerer"))
        stays = options.command == "run"
        report(cycle, place.home / "reports", as_of)
        if stays:
            how_to_get_in(ports.address, passwords, place.commands)
        tell("one full cycle is through")
        if stays:
            _stay(driver)
        failed = cycle.failed if stays else stack_cycle.failures(driver.airflow, _dags(), cycle.begun)
        tell("stopping")
    # What stays up is there to mend it; a demonstration that shows less than all must not end as if it had.
    if failed and not stays:
        raise CycleFailed("failed: " + "; ".join(f"{dag}: {why}" for dag, why in failed.items()))
    return 0


def _prepare(children: Children, driver: Driver, place: Place, source: Path, environment: dict[str, str]) -> None:
    """The agencies answer, the ledger has its tables and its key, and Airflow's database is up to date."""
    agencies = (sys.executable, "-m", "sandbox", "serve", str(source), "--place", str(place.sandbox))
    children.start("sandbox", agencies, environment)
    migrate = environment | stack_airflow.airflow_environment(place, {})
    children.start("airflow-db", (*AIRFLOW, "db", "migrate"), migrate)
    children.start("ledger", (sys.executable, "-m", "cli.main", "init"), environment)
    children.finish("ledger", stack_cycle.STEP_SECONDS)
    children.finish("airflow-db", stack_cycle.STEP_SECONDS)
    driver.wait(
        "the agencies", stack_cycle.STEP_SECONDS, lambda: "sandbox ready" in children.log("sandbox").read_text("utf-8")
    )


def _answer(children: Children, ports: Ports) -> bool:
    """Whether the servers answer, and they are ours: a password must not go to whoever took the port first."""
    ours = children.listens("task-server", ports.tasks) and children.listens("api-server", ports.ui)
    return ours and answers(f"{ports.task_address}health") and answers(f"{ports.address}/api/v2/version")


def _dags() -> set[str]:
    """The DAGs that there are to be."""
    agencies = stack_airflow.agencies(stack_airflow.mappings_folder())
    return {"reconcile", "escalate", "decide", "report", "bulletin", *(f"exchange_{agency}" for agency in agencies)}


def _first_cycle(driver: Driver, started: datetime) -> Cycle:
    agencies = stack_airflow.agencies(stack_airflow.mappings_folder())
    dags = _dags()
    _make_pools(driver.airflow, agencies)
    driver.tell(f"waiting for {len(dags)} DAGs")
    stack_cycle.wait_for_dags(driver, dags, started)
    return stack_cycle.run_cycle(driver, agencies, f"cycle_{datetime.now(timezone.utc):%Y%m%dT%H%M%S}")


def _approve_one(driver: Driver, cycle: Cycle, passwords: dict[str, str]) -> None:
    if not cycle.waiting:
        raise CycleFailed("no decision waits under Required Actions")
    agencies = stack_airflow.agencies(stack_airflow.mappings_folder())
    done = stack_cycle.approve_one(driver, agencies, passwords)
    driver.tell(f"{done.decision.decision_id}: refused to {done.refused_to}, to whom it is not assigned")
    papers = f"{counted(done.papers, 'paper')} drafted" + (f", {done.held_back} held back" if done.held_back else "")
    driver.tell(
        f"approved {done.decision.decision_id} as {done.by}; {papers}; {counted(len(driver.airflow.waiting()), 'decision')} waiting"
    )


def _stay(driver: Driver) -> None:
    """Until Ctrl-C: a mapping file that is new gets its pool, so that its DAG can run once it is unpaused."""
    driver.tell("staying up; Ctrl-C stops everything")
    known = set(stack_airflow.agencies(stack_airflow.mappings_folder()))
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(WATCH_SECONDS)
            driver.check()
            new = set(stack_airflow.agencies(stack_airflow.mappings_folder())) - known
            _make_pools(driver.airflow, sorted(new))
            known |= new


def _pools(agencies: Sequence[str]) -> dict[str, dict[str, object]]:
    """The pools as `airflow pools import` takes them: one connection at a time to each agency."""
    return {
        f"agency_{agency}": {
            "slots": 1,
            "description": f"one connection at a time to {agency}",
            "include_deferred": True,
        }
        for agency in agencies
    }


def _make_pools(airflow: Airflow, agencies: Sequence[str]) -> None:
    wanted = _pools(agencies)
    for name in wanted.keys() - (airflow.pools() if wanted else {}).keys():
        airflow.make_pool(name, 1, str(wanted[name]["description"]))


def _as_of(options: argparse.Namespace) -> datetime | None:
    if options.as_of:
        return read_instant("--as-of", options.as_of)
    return read_instant("--as-of", SAMPLES_AS_OF) if options.source.resolve() == SAMPLES else None


def _interrupt(number: int, frame: FrameType | None) -> None:
    # Once is enough, and more than one come where a terminal closes: a second must not cut the stopping short.
    for other in STOPPING:
        signal.signal(other, _stopping_already)
    raise KeyboardInterrupt


def _stopping_already(number: int, frame: FrameType | None) -> None:
    pass


def _say(what: str, stream: TextIO) -> None:
    """Print a line, where there is still somebody to read it: a terminal closes, and `| tee` ends by the same Ctrl-C."""
    try:
        print(what, file=stream, flush=True)
    except OSError:
        # Or Python complains of it once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold the home; BlockingIOError where another stack runs on it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BlockingIOError(f"another stack runs on {lock.parent}") from None
        yield


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cli.stack", description="The hub, its agencies and Airflow on one machine."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    texts = {"run": "start everything, run one full cycle, stay up", "demo": "the same, but stop after the cycle"}
    for name, text in texts.items():
        command = commands.add_parser(name, help=text)
        command.add_argument(
            "--source", type=Path, default=SAMPLES, help="the agencies' files, a folder like the samples"
        )
        command.add_argument("--home", type=Path, default=ROOT / "var", help="where all of it lives (default: var)")
        command.add_argument(
            "--host", default="127.0.0.1", help="the address to listen on (default: this machine only)"
        )
        command.add_argument("--port", type=int, help="the port (default: 8080 if it is free, else a free one)")
        command.add_argument("--as-of", metavar="T", help=f"judge by this instant (on the samples: {SAMPLES_AS_OF})")
    commands.add_parser("pools", help="print the pools that the mapping files need, for `airflow pools import`")
    return parser


if __name__ == "__main__":
    sys.exit(main())
