"""How do many rows get into a table at once, on either database?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from sqlalchemy import Table

from hub.ledger.store import Transaction

_TOGETHER = 50


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
        _insert_into_sqlite(tx, table, rows)


def _insert_into_sqlite(tx: Transaction, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    # Many rows a statement, since what SQLite and its driver do for each statement is a third of the work.
    statement = str(table.insert().compile(dialect=tx.connection.dialect))
    head, word, values = statement.partition("VALUES ")
    together = len(rows) - len(rows) % _TOGETHER
    if together:
        many = head + word + ", ".join([values] * _TOGETHER)
        whole = [tuple(chain.from_iterable(rows[at : at + _TOGETHER])) for at in range(0, together, _TOGETHER)]
        tx.connection.exec_driver_sql(many, whole)
    if together < len(rows):
        tx.connection.exec_driver_sql(statement, list(rows[together:]))
