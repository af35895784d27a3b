"""Write the results of an instant into a folder: the tables for programs and the workbook for people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from hub.hub import Hub
from hub.outputs import csv_files, tables
from hub.usecases.reconcile import Reconciliation, reconcile
from hub.whole_files import write_whole

Book = Callable[[Hub, Reconciliation], bytes]
"""makes report.xlsx of a reconciliation"""


def write_results(hub: Hub, result: Reconciliation, out: Path, book: Book) -> None:
    """Write what a reconciliation found into a folder: each file whole, and none where one cannot be written."""
    write_whole(out, {**csv_files(tables(result.view, result.balance)), "report.xlsx": book(hub, result)})


def write_report(hub: Hub, as_of: datetime, out: Path, book: Book) -> dict[str, int]:
    """Write all of them and give the figures; nothing is kept in the ledger."""
    result = reconcile(hub, as_of, as_of)
    write_results(hub, result, out, book)
    return result.counts()
