"""`python -m benchmarks.loading`: a workbook of 100,000 × 20 cells into SQLite and PostgreSQL, every way in one run."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from benchmarks.loading.draw import ROWS, Faults, draw, write
from benchmarks.loading.figures import Figures, read
from benchmarks.loading.report import Result, check_ours, check_peer, table
from tests.support.postgres import PostgresCluster, running_cluster

ROOT = Path(__file__).resolve().parents[2]
OURS = "hub"
AGAINST = "pandas + openpyxl + to_sql"
PEERS = {
    AGAINST: "pandas_openpyxl",
    "polars + ADBC": "polars_way",
    "calamine + SQLAlchemy bulk insert": "sqlalchemy_bulk",
    "dlt": "dlt_way",
}
FLOOR = "floor: calamine reads, nothing is kept"
# As Debian installs it: what is committed is on the disk.
SERVER = {"listen_addresses": "", "max_connections": "20"}


def main() -> None:
    """Draw the workbook where it is not there yet, run every way in turn, round after round, and write the tables."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", default=sys.executable, help="the Python that has the peers")
    parser.add_argument("--only", nargs="*", default=[*PEERS], help="which peers, by name")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    book, drawn = the_workbook(wanted.out, wanted.rows)
    with running_cluster(SERVER) as cluster:
        told = [
            f"## Into {kind}\n\n{table(race(kind, cluster, book, drawn, wanted.python, wanted.only, wanted.rounds), AGAINST)}"
            for kind in ("SQLite", "PostgreSQL")
        ]
    (wanted.out / f"loading-{wanted.rows}.md").write_text("\n".join(told), encoding="utf-8")
    print("\n".join(told))


def the_workbook(folder: Path, rows: int) -> tuple[Path, Faults]:
    """The drawn workbook and what is wrong with it; drawn once, since that takes longer than any way."""
    book, said = folder / f"ledger-{rows}.xlsx", folder / f"ledger-{rows}.json"
    if not said.is_file():
        drawn, faults = draw(rows)
        write(drawn, book)
        said.write_text(json.dumps(asdict(faults)), encoding="utf-8")
    return book, Faults(**json.loads(said.read_text(encoding="utf-8")))


def race(
    kind: str, cluster: PostgresCluster, book: Path, drawn: Faults, python: str, peers: list[str], rounds: int
) -> list[Result]:
    """Ours, the peers and the floor, in turn, so that what else the machine does slows all alike."""
    programs = {
        OURS: (sys.executable, "hub_way"),
        **{name: (python, PEERS[name]) for name in peers},
        FLOOR: (python, "floor"),
    }
    runs: dict[str, list[Figures]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, (interpreter, way) in programs.items():
            with an_empty_database(kind, cluster) as url:
                figures = one_run([interpreter, "-m", f"benchmarks.loading.ways.{way}", str(book), url])
            if name == OURS:
                check_ours(figures, drawn)
            else:
                check_peer(name, figures, drawn)
            runs[name].append(figures)
            print(f"{kind}, {name}: {figures}", file=sys.stderr, flush=True)
    return [Result(name, tuple(runs[name])) for name in programs]


@contextmanager
def an_empty_database(kind: str, cluster: PostgresCluster) -> Iterator[str]:
    """The URL of a new database, gone afterwards."""
    if kind == "SQLite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'ledger.db'}"
        return
    name = cluster.new_database()
    yield cluster.url(name)
    cluster.drop_database(name)


def one_run(command: list[str]) -> Figures:
    """Run a way in a process of its own; raises CalledProcessError where it fails, with what it printed on stderr."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return read(done.stdout)


if __name__ == "__main__":
    main()
