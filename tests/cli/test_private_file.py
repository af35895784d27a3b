"""Does what only its owner may read come to its place whole or not at all, and never over what is there?"""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cli.private_file import private_file
from hub.errors import ConfigurationFault

# Writes half of it, says so, and waits to be killed.
_HALF = """
import sys
from pathlib import Path
from cli.private_file import private_file
with private_file(Path(sys.argv[1])) as out:
    out.write(b"half of it")
    out.flush()
    print("written", flush=True)
    sys.stdin.read()
"""


def test_it_is_for_its_owner_only_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    before = os.umask(0o077)
    os.umask(0)
    try:
        with private_file(path) as out:
            assert not path.exists()
            out.write(b"first")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(ConfigurationFault, match="not replaced"), private_file(path):
        pytest.fail("the block is entered although the file is there")
    assert path.read_bytes() == b"first"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_what_came_there_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    with pytest.raises(ConfigurationFault, match="not replaced"), private_file(path):
        path.write_bytes(b"theirs")
    assert path.read_bytes() == b"theirs"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_link_that_leads_nowhere_is_a_file_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigurationFault, match="not replaced"), private_file(path):
        pytest.fail("the block is entered although the name is taken")


def test_what_could_not_be_written_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
        with pytest.raises(OSError, match="File too large"), private_file(path) as out:
            out.write(bytes(44))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert not list(tmp_path.iterdir())


def test_a_process_that_is_killed_while_writing_leaves_the_place_free(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    with subprocess.Popen(
        [sys.executable, "-c", _HALF, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        process.kill()
    assert not path.exists()
    with private_file(path) as out:
        out.write(b"whole")
    assert path.read_bytes() == b"whole"
