"""Does the stack stop whole and say so, whoever asks it to and whether or not somebody still reads?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from tests.cli.running_stack import wait


@pytest.fixture
def starting(tmp_path: Path, samples: Path, project_root: Path) -> Iterator[subprocess.Popen[str]]:
    """A stack whose first processes are there, on a home of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "cli.stack", "demo", "--source", samples, "--home", tmp_path / "var"],
        cwd=project_root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as stack:
        assert stack.stdout is not None
        assert "starting the agencies" in stack.stdout.readline()
        wait(lambda: len(children_of(stack)) > 2, "its first processes")
        yield stack


def children_of(stack: subprocess.Popen[str]) -> Sequence[psutil.Process]:
    found: Sequence[psutil.Process] = psutil.Process(stack.pid).children(recursive=True)
    return found


def runs(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_a_terminal_that_closes_asks_more_than_once_and_everything_is_stopped_once(
    starting: subprocess.Popen[str],
) -> None:
    children = children_of(starting)
    # The terminal's own, the shell's, and that of make.
    for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGTERM, signal.SIGHUP):
        os.kill(starting.pid, number)
    _, said = starting.communicate()
    assert (starting.returncode, said) == (130, "interrupted; everything is stopped\n")
    assert not [child for child in children if runs(child)]


def test_who_read_its_words_is_gone_by_the_same_interrupt_and_everything_is_stopped_all_the_same(
    starting: subprocess.Popen[str],
) -> None:
    children = children_of(starting)
    assert starting.stdout is not None
    assert starting.stderr is not None
    starting.stdout.close()
    starting.stderr.close()
    starting.send_signal(signal.SIGINT)
    assert starting.wait() == 130
    assert not [child for child in children if runs(child)]


def test_a_process_that_is_killed_under_way_is_named_and_the_others_are_stopped(
    starting: subprocess.Popen[str], tmp_path: Path
) -> None:
    children = children_of(starting)
    (migrating,) = [child for child in children if "migrate" in child.cmdline()]
    migrating.kill()
    _, said = starting.communicate()
    assert starting.returncode == 1
    assert said.startswith(
        "stack: airflow-db failed (killed by SIGKILL, as a machine does that is out of memory); see "
    )
    assert str(tmp_path / "var" / "logs" / "airflow-db.log") in said
    assert not [child for child in children if runs(child)]
