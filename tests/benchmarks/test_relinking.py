"""Does the benchmark of the relinking run to its end on a small ledger, and do its two runs agree?"""

from __future__ import annotations

from pathlib import Path

from benchmarks import relinking


def test_a_small_round_relinks_alike_and_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[str] = []
    found = relinking.measure(600, 60, kept=tmp_path, tell=told.append, views=True)
    assert (found.records, found.new, found.different) == (600, 60, 0)
    assert not found.again.whole
    assert found.again.new == 60
    assert found.view_seconds is not None
    assert [line.split(":")[0] for line in told] == ["filled", "first run", "what they touch", "everything"]


def test_a_filled_ledger_that_was_kept_is_not_filled_again(tmp_path: Path) -> None:
    filled = relinking.measure(300, 30, kept=tmp_path)
    told: list[str] = []
    taken = relinking.measure(300, 30, kept=tmp_path, tell=told.append)
    assert not any(line.startswith("filled") for line in told)
    assert taken.again == filled.again
    assert {path.name for path in tmp_path.iterdir()} == {"filled-300-1.db", "key"}
