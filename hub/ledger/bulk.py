"""How do many rows get into a table at once, on either database?"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table

from hub.ledger.store import Transaction


def insert_rows(tx: Transaction, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows of plain values (text, int, float, bytes), in the order of the table's columns.

    PostgreSQL gets them by COPY, SQLite by one prepared statement; either way in the caller's transaction and
    without a round trip a row. Raises RuntimeError in a reading transaction, LedgerUnavailable where the server goes.
    """
    tx.must_write()
    if not rows:
        return
    if tx.connection.dialect.name == "postgresql":
        from hub.ledger.postgres_copy import copy_rows  # its driver is loaded where it is used, and only there

        copy_rows(tx.connection, table, rows)
    else:
        statement = str(table.insert().compile(dialect=tx.connection.dialect))
        tx.connection.exec_driver_sql(statement, list(rows))
