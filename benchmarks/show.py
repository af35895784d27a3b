"""How is the outcome of a race shown?"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from benchmarks.race import Result


def show(title: str, results: Iterable[Result]) -> None:
    """One table: the ways, their medians, how many times longer than ours each took, and the processor's seconds."""
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for name in ("median s", "× ours", "processor s"):
        table.add_column(name, justify="right")
    for one in results:
        table.add_row(one.name, f"{one.seconds:.2f}", f"{one.ratio:.2f}", f"{one.processor:.2f}")
    Console().print(table)
