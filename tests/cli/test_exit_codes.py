"""Does the exit code say what it is promised to say, also where nobody reads to the end?"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

from cli.exit_codes import FOR_A_PERSON, UNREACHABLE, WRONG_USE

DUE = ("due", "police.decide_filing", "--from", "2026-09-24")
BEGIN = "import sys\nfrom cli.exit_codes import run, SomethingForAPerson\n"
# More than a pipe holds: the writer stands at the pipe while its reader goes.
LONG = "print('x' * 1_000_000)"


def end_of(command: Sequence[str], *, read: int = 0, both: bool = False) -> tuple[int, str]:
    """Exit code and complaints of a command whose output goes into a pipe that is closed after so many bytes.

    both: standard error goes into the same pipe.
    """
    ours, theirs = os.pipe()
    if not read:
        os.close(ours)
    # Unbuffered, a short output would meet the broken pipe before the rest happens.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.Popen(command, stdout=theirs, stderr=theirs if both else subprocess.PIPE, text=True, env=environ)
    os.close(theirs)
    if read:
        assert len(os.read(ours, read)) == read
        os.close(ours)
    _, said = done.communicate(timeout=60)
    return done.returncode, said or ""


def hub(*words: str) -> list[str]:
    return [sys.executable, "-m", "cli.main", *words]


def ends(act: str) -> list[str]:
    return [sys.executable, "-c", f"{BEGIN}def act():\n    {act}\nrun(act)"]


@pytest.mark.parametrize("words", [(*DUE, "--json"), DUE, (*DUE, "--all"), ("--help",)])
def test_a_reader_that_has_enough_is_no_fault(words: tuple[str, ...]) -> None:
    assert end_of(hub(*words)) == (0, "")


def test_a_reader_that_goes_in_the_middle_is_none_either() -> None:
    assert end_of(ends(LONG), read=10) == (0, "")


def test_a_pipe_that_is_not_the_readers_is_a_fault() -> None:
    done = subprocess.run(
        ends("raise BrokenPipeError(32, 'Broken pipe', 'the.fifo')"), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (WRONG_USE, "hub: the.fifo: Broken pipe\n")


@pytest.mark.parametrize(
    ("act", "code", "said"),
    [
        ("raise SomethingForAPerson('1 row set aside')", FOR_A_PERSON, "1 row set aside"),
        (
            "from hub.errors import AgencyUnreachable; raise AgencyUnreachable('police', 'silent')",
            UNREACHABLE,
            "silent",
        ),
        ("from hub.errors import ConfigurationFault; raise ConfigurationFault('no such rule')", WRONG_USE, "no such"),
    ],
)
def test_what_else_happened_is_said_though_nobody_reads(act: str, code: int, said: str) -> None:
    found, told = end_of(ends(f"print('a table'); {act}"))
    assert found == code
    assert said in told
    assert end_of(ends(f"print('a table'); {act}"), both=True) == (code, "")


def test_wrong_use_is_still_wrong_use() -> None:
    for words in (("due",), ("no-such-word",), ("due", "no.such.rule", "--from", "2026-09-24")):
        assert subprocess.run(hub(*words), capture_output=True, check=False).returncode == WRONG_USE
