"""What did each way come to? The table of docs/benchmarks.md, and whether every way did its work at all."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.loading.draw import Faults
from benchmarks.loading.figures import Figures
from benchmarks.medians import Runs

Result = Runs[Figures]
"""One way into one database."""


def check_ours(figures: Figures, drawn: Faults) -> None:
    """Raise AssertionError where a row is lost, has another disposition than was drawn, or the evidence does not hold."""
    accepted = drawn.rows - drawn.quarantined - drawn.ignored - drawn.duplicate - drawn.superseded
    expected = {
        "rows": drawn.rows,
        "accepted": accepted,
        "duplicate": drawn.duplicate,
        "superseded": drawn.superseded,
        "quarantined": drawn.quarantined,
        "ignored": drawn.ignored,
        "evidence_holds": True,
    }
    found = {name: figures.answer.get(name) for name in expected}
    if found != expected:
        raise AssertionError(f"the hub gave {found}, drawn were {expected}")


def check_peer(name: str, figures: Figures, drawn: Faults) -> None:
    """Raise AssertionError where a way lost rows: a faster wrong one is no peer."""
    if figures.answer["rows"] != drawn.rows:
        raise AssertionError(f"{name} gave {figures.answer['rows']} rows of {drawn.rows}")


def table(results: Sequence[Result], against: str) -> str:
    """Markdown; the third column says how many times longer the way `against` took."""
    slow = next(one.seconds for one in results if one.name == against)
    lines = [
        f"| way | s | times as fast as {against} | processor s | start s | peak MB |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for one in results:
        start = median(run.start_seconds for run in one.runs)
        lines.append(
            f"| {one.name} | {one.seconds:.1f} | {slow / one.seconds:.2f} | {one.processor_seconds:.1f} | {start:.1f} | {one.peak_mb:,} |"
        )
    return "\n".join(lines) + "\n"
