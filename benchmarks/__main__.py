"""`make bench`: every benchmark beside its peers in one run; medians and ratios, for the notes and not for a test."""

from __future__ import annotations

from benchmarks.deliveries import every_delivery
from benchmarks.due_days import STARTS, race_due_days
from benchmarks.obligations import MATTERS, race_obligations
from benchmarks.reading import COLUMNS, ROWS, a_workbook, race_readers
from benchmarks.show import show


def main() -> None:
    """Run and print all of them."""
    show(f"reading a workbook of {ROWS:,} × {COLUMNS} cells", race_readers(a_workbook()))
    show(f"{len(STARTS):,} due days, ten working days each", race_due_days())
    show(f"the obligations of {MATTERS:,} matters, derived and their rungs planned", race_obligations())
    for title, results in every_delivery():
        show(title, results)


if __name__ == "__main__":
    main()
