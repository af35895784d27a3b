"""Write the results of an instant into a folder: the tables for programs and the workbook for people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from hub.hub import Hub
from hub.outputs import tables, write_tables
from hub.usecases.reconcile import Reconciliation, reconcile

Book = Callable[[Hub, Reconciliation], bytes]
"""makes report.xlsx of a reconciliation"""


def write_report(hub: Hub, as_of: datetime, out: Path, book: Book) -> dict[str, int]:
    """Write all of them and give the figures; nothing is kept in the ledger."""
    result = reconcile(hub, as_of, as_of)
    write_tables(out, tables(result.view, result.balance))
    (out / "report.xlsx").write_bytes(book(hub, result))
    return result.counts()
