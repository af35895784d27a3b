"""`make bench`: every benchmark beside its peers in one run; medians and ratios, for the notes and not for a test."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from benchmarks.due_days import STARTS, race_due_days
from benchmarks.obligations import MATTERS, race_obligations
from benchmarks.race import Result
from benchmarks.reading import COLUMNS, ROWS, a_workbook, race_readers


def main() -> None:
    """Run and print all of them."""
    show(f"reading a workbook of {ROWS:,} × {COLUMNS} cells", race_readers(a_workbook()))
    show(f"{len(STARTS):,} due days, ten working days each", race_due_days())
    show(f"the obligations of {MATTERS:,} matters, derived and their rungs planned", race_obligations())


def show(title: str, results: list[Result]) -> None:
    """One table: the ways, their medians, and how many times longer than ours each took."""
    table = Table(title=title, title_justify="left")
    table.add_column("")
    table.add_column("median s", justify="right")
    table.add_column("× ours", justify="right")
    for one in results:
        table.add_row(one.name, f"{one.seconds:.2f}", f"{one.ratio:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
