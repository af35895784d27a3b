"""Which processes does the stack run, and how are they stopped so that none is left?"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

GRACE_SECONDS = 30.0
KILL_SECONDS = 10.0
# What a log needs at least; with less, nobody can say any more why he ended.
FULL_BYTES = 1 << 20
LAST_LINES = 5
LINE_CHARACTERS = 200
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Where the machine has it, a child goes when the stack goes, even where that was killed outright.
LEASH = ("setpriv", "--pdeathsig", "TERM", "--") if shutil.which("setpriv") else ()


class ChildEnded(RuntimeError):
    """A process that should stay up has ended, or one that should end has not; the message names it and its log."""


class Children:
    """Processes in sessions of their own, so that Ctrl-C reaches only the stack, which then stops each whole session.

    A session and not a process group, because Airflow gives every task a group of its own. logs: a folder; what a child
    says goes to `<name>.log` there. record: a file that names the running sessions, by which the next start finds
    what an outright kill left behind.
    """

    def __init__(self, logs: Path, record: Path) -> None:
        self._logs = logs
        self._record = record
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        logs.mkdir(parents=True, exist_ok=True)
        stop_leftovers(record)

    def __enter__(self) -> Children:
        return self

    def __exit__(self, *_: object) -> None:
        # A second Ctrl-C must not cut the stopping short: it takes no longer than the grace.
        before = {number: signal.signal(number, signal.SIG_IGN) for number in STOPPING}
        try:
            self.stop()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start one; it is stopped with the others."""
        with self.log(name).open("wb") as log:
            self._running[name] = subprocess.Popen(
                [*LEASH, *command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._write_record()

    def finish(self, name: str, seconds: float) -> None:
        """Wait until one that is meant to end has ended well; ChildEnded where it has not, or not within that time."""
        try:
            code = self._running[name].wait(seconds)
        except subprocess.TimeoutExpired:
            raise ChildEnded(f"{name} has not ended within {seconds:.0f} s; {self._told(name)}") from None
        del self._running[name]
        self._write_record()
        if code != 0:
            raise ChildEnded(f"{name} failed ({_how(code)}); {self._told(name)}")

    def check(self) -> None:
        """Raise ChildEnded where one of them is not running any more."""
        for name, child in self._running.items():
            if child.poll() is not None:
                raise ChildEnded(f"{name} has ended ({_how(child.returncode)}); {self._told(name)}")

    def listens(self, name: str, port: int) -> bool:
        """Whether it is this child, and not someone else's, that answers on a port of this machine."""
        for pid in _members([self._running[name].pid]):
            with suppress(psutil.NoSuchProcess):
                held = psutil.Process(pid).net_connections(kind="tcp")
                if any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in held):
                    return True
        return False

    def log(self, name: str) -> Path:
        """Where a child's output goes."""
        return self._logs / f"{name}.log"

    def stop(self) -> None:
        """Ask everyone to end, and end who does not within the grace."""
        stop_sessions([child.pid for child in self._running.values()])
        for child in self._running.values():
            child.wait()
        self._running.clear()
        self._write_record()

    def _told(self, name: str) -> str:
        """Where a child's own account is found, with the end of it, or why there may be none."""
        with self.log(name).open(encoding="utf-8", errors="replace") as log:
            last = deque(filter(str.strip, log), LAST_LINES)
        full = "; the disk is full" if shutil.disk_usage(self._logs).free < FULL_BYTES else ""
        return f"see {self.log(name)}{full}" + "".join(f"\n  | {line.rstrip()[:LINE_CHARACTERS]}" for line in last)

    def _write_record(self) -> None:
        running = {str(child.pid): _born(child.pid) for child in self._running.values()}
        aside = self._record.with_suffix(".new")
        aside.write_text(json.dumps(running), encoding="utf-8")
        os.replace(aside, self._record)


def _how(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    killed = f"killed by {signal.Signals(-code).name}"
    return f"{killed}, as a machine does that is out of memory" if -code == signal.SIGKILL else killed


def stop_leftovers(record: Path) -> None:
    """Stop the sessions that a record names and that still are what they were; a number used anew is left alone."""
    if record.exists():
        noted = json.loads(record.read_text(encoding="utf-8"))
        # Where the leader is gone, its number cannot have been given anew as long as any of its session lives.
        stop_sessions([int(pid) for pid, born in noted.items() if _born(int(pid)) in {born, None}])
        record.unlink()


def stop_sessions(sessions: Sequence[int]) -> None:
    """Ask the leaders to end, who then see to their own; then who is left; after the grace, end whoever still is."""
    _signal([pid for pid in _members(sessions) if pid in sessions], signal.SIGTERM)
    _wait(sessions, GRACE_SECONDS / 2)
    _signal(_members(sessions), signal.SIGTERM)
    _wait(sessions, GRACE_SECONDS / 2)
    _signal(_members(sessions), signal.SIGKILL)
    # Nobody can refuse that, but the machine takes its moment: who asks afterwards must find nobody.
    _wait(sessions, KILL_SECONDS)


def _wait(sessions: Sequence[int], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while _members(sessions) and time.monotonic() < deadline:
        time.sleep(0.1)


def _signal(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):  # It may have ended by now.
            os.kill(pid, number)


def _members(sessions: Sequence[int]) -> list[int]:
    """Who runs in these sessions; one that only waits to be noted as ended does not."""
    found = []
    for process in psutil.process_iter(["pid", "status"]):
        with suppress(ProcessLookupError):
            if os.getsid(process.info["pid"]) in sessions and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(process.info["pid"])
    return found


def _born(pid: int) -> float | None:
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None
