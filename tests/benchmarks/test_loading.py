"""Does the loading benchmark compare like with like? On little, without a word about times."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.loading.__main__ import an_empty_database, one_run, the_workbook
from benchmarks.loading.draw import COLUMNS, HEADER, draw
from benchmarks.loading.figures import Figures
from benchmarks.loading.report import Result, check_ours, check_peer, table
from connectors import excel
from tests.support.postgres import PostgresCluster

ROWS = 2_100


def test_the_same_seed_draws_the_same_rows_of_twenty_columns_with_every_kind_of_fault() -> None:
    rows, faults = draw(ROWS)
    assert (rows, faults) == draw(ROWS)
    assert rows != draw(ROWS, seed=12)[0]
    assert {len(row) for row in rows} == {len(HEADER)} == {COLUMNS}
    assert faults.rows == len(rows)
    assert min(faults.quarantined, faults.ignored, faults.duplicate, faults.superseded) > 0


@pytest.mark.parametrize("kind", ["SQLite", "PostgreSQL"])
def test_the_hub_gives_every_drawn_row_its_disposition_and_its_evidence(
    kind: str, postgres_cluster: PostgresCluster, tmp_path: Path
) -> None:
    book, drawn = the_workbook(tmp_path, ROWS)
    with an_empty_database(kind, postgres_cluster) as url:
        figures = one_run([sys.executable, "-m", "benchmarks.loading.ways.hub_way", str(book), url])
    check_ours(figures, drawn)
    assert figures.peak_mb > 0
    (sheet,) = excel.read(book.read_bytes(), "ledger.xlsx").sheets
    assert len(sheet.rows) == ROWS + 1


def test_a_way_that_loses_a_row_or_a_disposition_is_found_out() -> None:
    _, drawn = draw(ROWS)
    said = {
        "rows": ROWS, "quarantined": drawn.quarantined, "ignored": drawn.ignored, "duplicate": drawn.duplicate,
        "superseded": drawn.superseded, "evidence_holds": True,
        "accepted": ROWS - drawn.quarantined - drawn.ignored - drawn.duplicate - drawn.superseded,
    }  # fmt: skip
    good = Figures(1.0, 1.0, 100, 0.5, dict(said))
    check_ours(good, drawn)
    check_peer("peer", good, drawn)
    for name in said:
        with pytest.raises(AssertionError, match="drawn were"):
            check_ours(replace(good, answer={**said, name: -1}), drawn)
    with pytest.raises(AssertionError, match="rows of"):
        check_peer("peer", replace(good, answer={"rows": ROWS - 1}), drawn)


def test_the_table_tells_how_many_times_faster_each_way_is() -> None:
    def run(seconds: float) -> Figures:
        return Figures(seconds, seconds, 123, 0.5, {"rows": 1})

    told = table([Result("ours", (run(1.0), run(3.0))), Result("slow", (run(8.0),))], "slow")
    assert "| ours | 2.0 | 4.00 | 2.0 | 0.5 | 123 |" in told
    assert "| slow | 8.0 | 1.00 |" in told
