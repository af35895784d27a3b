"""`python -m benchmarks.linking`: every way on the same lists in one run; a table, a picture, recall per kind of noise."""

from __future__ import annotations

import argparse
import sys
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from benchmarks.linking.draw import AGENCIES, draw_into
from benchmarks.linking.measure import ROOT, Run, run
from benchmarks.linking.report import Result, noise_table, picture, table
from benchmarks.linking.score import judge

OURS = "hub link"
PEERS = {
    "Splink 5": "splink_way",
    "recordlinkage": "recordlinkage_way",
    "pandas + rapidfuzz script": "pandas_script",
    "DuckDB SQL": "duckdb_sql",
}
FLOOR = "floor: read and hash join"
FROM_CSV = "{}, from CSV"


def main() -> None:
    """Draw the lists, run every way in turn, round after round, and write what came of it."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", default=sys.executable, help="the Python that has the peers")
    parser.add_argument("--only", nargs="*", default=[*PEERS], help="which peers, by name")
    parser.add_argument("--folder", type=Path, help="lists that were drawn before; else they are drawn")
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "bench")
    wanted = parser.parse_args()
    folder = wanted.folder or wanted.out / f"lists-{wanted.rows}-{wanted.seed}"
    if not all((folder / f"{name}.parquet").is_file() for name in ("truth", *AGENCIES)):
        # In a process of its own: what this one ever held would be counted as the memory of every way that it starts.
        one = get_context("spawn").Process(target=draw_into, args=(wanted.rows, wanted.seed, folder))
        one.start()
        one.join()
        if one.exitcode:
            raise SystemExit(f"{folder}: the lists could not be drawn: exit code {one.exitcode}")
    wanted.out.mkdir(parents=True, exist_ok=True)
    results = race(folder, wanted.out, wanted.python, wanted.only, wanted.rounds)
    name = f"linking-{wanted.rows}"
    (wanted.out / f"{name}.md").write_text(table(results) + "\n" + noise_table(results), encoding="utf-8")
    (wanted.out / f"{name}.svg").write_text(picture(results, f"{wanted.rows:,} rows × 3 lists"), encoding="utf-8")
    print(table(results), noise_table(results), sep="\n")


def race(folder: Path, out: Path, python: str, peers: list[str], rounds: int) -> list[Result]:
    """Ours, the peers and the floor, in turn, so that what else the machine does slows all alike.

    All read Parquet, which is faster for each of them; ours and the floor once more from CSV.
    """
    names = (OURS, *peers, FLOOR, FROM_CSV.format(OURS), FROM_CSV.format(FLOOR))
    answers = {name: out / f"answer-{folder.name}-{place}.csv" for place, name in enumerate(names)}
    commands = {name: _command(name, folder, answers[name], python) for name in names}
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(run(command))
            print(f"{name}: {runs[name][-1]}", file=sys.stderr, flush=True)
    truth = pl.read_parquet(folder / "truth.parquet")
    judged = {
        name: None if FLOOR in name else judge(truth, pl.read_csv(answers[name], infer_schema=False))
        for name in commands
    }
    return [Result(name, tuple(runs[name]), judged[name]) for name in commands]


def _command(name: str, folder: Path, answer: Path, python: str) -> list[str]:
    form = "csv" if name in (FROM_CSV.format(OURS), FROM_CSV.format(FLOOR)) else "parquet"
    if OURS in name:
        files = [str(folder / f"{agency}.{form}") for agency in AGENCIES]
        return [sys.executable, "-c", "from cli.main import app; app()", "link", *files, "--out", str(answer)]
    if FLOOR in name:
        return [python, "-m", "benchmarks.linking.ways.floor", str(folder), str(answer), form]
    return [python, "-m", f"benchmarks.linking.ways.{PEERS[name]}", str(folder), str(answer)]


if __name__ == "__main__":
    main()
