"""Is nothing left when the stack stops, however it stops?"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from cli.stack_children import ChildEnded, Children

# A component as Airflow's scheduler is one: it starts a worker that is in a process group of its own.
PARENT = textwrap.dedent("""
    import os, subprocess, sys, time
    worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], preexec_fn=lambda: os.setpgid(0, 0))
    print(worker.pid, flush=True)
    time.sleep(600)
""")
# The same, but deaf to every polite request.
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + PARENT


def until(ready: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def worker_of(children: Children, name: str) -> int:
    until(lambda: children.log(name).read_text().strip().isdigit())
    return int(children.log(name).read_text())


def check_until_it_says_so(children: Children, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        children.check()
        time.sleep(0.02)


def in_folder(folder: Path) -> Children:
    return Children(folder / "logs", folder / "stack.json")


def test_stopping_leaves_neither_a_child_nor_its_workers(tmp_path: Path) -> None:
    with in_folder(tmp_path) as children:
        children.start("scheduler", (sys.executable, "-c", PARENT), os.environ)
        worker = worker_of(children, "scheduler")
        assert runs(worker)
    assert not runs(worker)


def test_who_does_not_end_when_asked_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.stack_children.GRACE_SECONDS", 0.4)
    with in_folder(tmp_path) as children:
        children.start("scheduler", (sys.executable, "-c", STUBBORN), os.environ)
        worker = worker_of(children, "scheduler")
    assert not runs(worker)


def test_a_child_that_ends_by_itself_is_named_with_its_log(tmp_path: Path) -> None:
    with in_folder(tmp_path) as children:
        children.start("api-server", (sys.executable, "-c", "raise SystemExit(3)"), os.environ)
        with pytest.raises(ChildEnded, match=r"api-server has ended \(exit code 3\); see .*api-server\.log"):
            check_until_it_says_so(children)


def test_a_step_that_fails_stops_the_start(tmp_path: Path) -> None:
    with in_folder(tmp_path) as children:
        children.start("ledger", (sys.executable, "-c", "raise SystemExit(2)"), os.environ)
        with pytest.raises(ChildEnded, match="ledger failed"):
            children.finish("ledger", 30.0)


def test_a_step_that_does_not_end_is_not_waited_for_without_end(tmp_path: Path) -> None:
    with in_folder(tmp_path) as children:
        children.start("ledger", (sys.executable, "-c", "import time; time.sleep(600)"), os.environ)
        with pytest.raises(ChildEnded, match=r"ledger has not ended within 0 s; see .*ledger\.log"):
            children.finish("ledger", 0.2)


def test_the_end_of_what_a_child_said_is_told_with_its_end(tmp_path: Path) -> None:
    script = "for n in range(9): print('line', n, '\\n')\nraise SystemExit('the port is taken')"
    with in_folder(tmp_path) as children:
        children.start("api-server", (sys.executable, "-u", "-c", script), os.environ)
        with pytest.raises(ChildEnded) as ended:
            check_until_it_says_so(children)
    said = str(ended.value).splitlines()
    assert said[0].endswith("api-server.log")
    assert said[1:] == ["  | line 5", "  | line 6", "  | line 7", "  | line 8", "  | the port is taken"]


def test_a_child_that_was_killed_outright_is_told_as_such_with_what_mostly_does_it(tmp_path: Path) -> None:
    with in_folder(tmp_path) as children:
        children.start("scheduler", (sys.executable, "-c", PARENT), os.environ)
        worker_of(children, "scheduler")
        (leader,) = json.loads((tmp_path / "stack.json").read_text(encoding="utf-8"))
        os.kill(int(leader), signal.SIGKILL)
        with pytest.raises(
            ChildEnded, match=r"scheduler has ended \(killed by SIGKILL, as a machine .* out of memory\)"
        ):
            check_until_it_says_so(children)


def test_where_the_disk_is_full_and_a_log_cannot_say_so_the_message_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.stack_children.FULL_BYTES", shutil.disk_usage(tmp_path).total)
    with in_folder(tmp_path) as children:
        children.start("scheduler", (sys.executable, "-c", "raise SystemExit(1)"), os.environ)
        with pytest.raises(ChildEnded, match=r"scheduler\.log; the disk is full"):
            check_until_it_says_so(children)


def test_what_an_outright_kill_left_behind_is_stopped_by_the_next_start(tmp_path: Path) -> None:
    script = textwrap.dedent(f"""
        import os, sys, time
        from pathlib import Path
        import cli.stack_children
        cli.stack_children.LEASH = ()
        children = cli.stack_children.Children(Path({str(tmp_path / "logs")!r}), Path({str(tmp_path / "stack.json")!r}))
        children.start("scheduler", (sys.executable, "-c", {PARENT!r}), os.environ)
        time.sleep(600)
    """)
    stack = subprocess.Popen([sys.executable, "-c", script])
    log = tmp_path / "logs" / "scheduler.log"
    until(lambda: log.exists() and log.read_text().strip().isdigit())
    worker = int(log.read_text())
    stack.kill()
    stack.wait()
    assert runs(worker)
    with in_folder(tmp_path):
        assert not runs(worker)


def test_a_process_that_only_has_the_number_of_one_of_ours_is_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        (tmp_path / "stack.json").write_text(f'{{"{other.pid}": 12345.0}}', encoding="utf-8")
        with in_folder(tmp_path):
            assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_second_interrupt_does_not_cut_the_stopping_short(tmp_path: Path) -> None:
    children = in_folder(tmp_path)
    handler = signal.getsignal(signal.SIGINT)
    with children:
        children.start("scheduler", (sys.executable, "-c", PARENT), os.environ)
        worker = worker_of(children, "scheduler")
        interrupter = "import os, time; time.sleep(0.05); os.kill(os.getppid(), 2)"
        children.stop = _interrupted(children.stop, interrupter)  # type: ignore[method-assign]
    assert not runs(worker)
    assert signal.getsignal(signal.SIGINT) is handler


def _interrupted(stop: Callable[[], None], interrupter: str) -> Callable[[], None]:
    def both() -> None:
        subprocess.run([sys.executable, "-c", interrupter], check=True)
        stop()

    return both
