"""Write the results of an instant into a folder: the tables for programs and the workbook for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from hub.hub import Hub
from hub.mapping.agency import Agency
from hub.outputs import tables, write_tables
from hub.receiving.balance import FileBalance
from hub.usecases.reconcile import reconcile
from hub.view import View

Book = Callable[[View, Sequence[FileBalance], Mapping[str, Agency], Mapping[str, str]], bytes]
"""makes report.xlsx of a view; the last argument: rule id -> its Chinese title"""


def write_report(hub: Hub, as_of: datetime, out: Path, book: Book) -> dict[str, int]:
    """Write all of them and give the figures; nothing is kept in the ledger."""
    result = reconcile(hub, as_of, as_of)
    write_tables(out, tables(result.view, result.balance))
    (out / "report.xlsx").write_bytes(book(result.view, result.balance, hub.agencies, hub.rules.titles))
    return result.counts()
