"""How long do files take over SFTP? Many small ones and one large, fetched and left: the hub beside its peers.

`python -m benchmarks.deliveries` runs all four; against a real OpenSSH server on loopback, which is itself not counted
in the processor's seconds.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path

from benchmarks import carriers
from benchmarks.race import Result, race
from benchmarks.show import show
from tests.support.sshd import SftpServer, openssh_server

MANY, SMALL = 1_000, 20_000
ONE, LARGE = 1, 200_000_000
LONG_AGO = 1_780_000_000

GETS = {
    "hub": carriers.hub_get,
    "sftp -b": carriers.command_get,
    "asyncssh": carriers.asyncssh_get,
    "paramiko, one after another": carriers.script_get,
}
PUTS = {
    "hub (beside, flushed, renamed)": carriers.hub_put,
    "sftp -b (beside, flushed, renamed)": carriers.command_put_safely,
    "sftp -b (plain put)": carriers.command_put,
    "asyncssh (beside, flushed, renamed)": carriers.asyncssh_put_safely,
    "asyncssh (plain put)": carriers.asyncssh_put,
    "paramiko, one after another (plain put)": carriers.script_put,
}


def race_deliveries(files: int, size: int, rounds: int = 3) -> dict[str, list[Result]]:
    """Fetch and leave so many files of so many bytes by every way; what arrived is compared by digest."""
    with tempfile.TemporaryDirectory(prefix="deliveries-") as home, _server(Path(home)) as server:
        source = server.folder / "outbox"
        source.mkdir()
        lay_out(source, files, size)
        gets = {name: partial(_get, way, server, Path(home)) for name, way in GETS.items()}
        puts = {name: partial(_put, way, server, source) for name, way in PUTS.items()}
        return {"get": race(gets, rounds, _arrived), "put": race(puts, rounds, _arrived)}


def lay_out(folder: Path, files: int, size: int) -> None:
    """So many files of random bytes, each a minute older than the hub takes for still growing."""
    draw = random.Random(20261126)
    for number in range(files):
        path = folder / f"sa_{number:05}.csv"
        path.write_bytes(draw.randbytes(size))
        os.utime(path, (LONG_AGO, LONG_AGO))


@contextmanager
def _server(home: Path) -> Iterator[SftpServer]:
    (home / "served").mkdir()
    with openssh_server(home / "served", home / "keys") as server:
        yield server


def _get(way: Callable[[SftpServer, str, Path], carriers.Fetched], server: SftpServer, home: Path) -> carriers.Fetched:
    return way(server, "outbox", Path(tempfile.mkdtemp(dir=home)))


def _put(way: Callable[[SftpServer, Path, str], None], server: SftpServer, source: Path) -> Path:
    into = Path(tempfile.mkdtemp(dir=server.folder))
    way(server, source, into.name)
    return into


def _arrived(found: carriers.Fetched) -> dict[str, str]:
    """Name and digest of each file that arrived; where they lie in a folder, it goes."""
    if isinstance(found, dict):
        return {name: sha256(content).hexdigest() for name, content in found.items()}
    digests = {path.name: sha256(path.read_bytes()).hexdigest() for path in found.iterdir()}
    shutil.rmtree(found)
    return digests


def every_delivery(rounds: int = 3) -> Iterator[tuple[str, list[Result]]]:
    """The four races, each with its title."""
    for files, size in ((MANY, SMALL), (ONE, LARGE)):
        for direction, results in race_deliveries(files, size, rounds).items():
            yield f"{direction} {files:,} × {size:,} bytes over SFTP", results


def main() -> None:
    """Print every race, so many rounds."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    for title, results in every_delivery(parser.parse_args().rounds):
        show(title, results)


if __name__ == "__main__":
    main()
