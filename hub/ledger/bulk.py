"""How do many rows get into a table at once, on either database?"""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import Table

from hub.ledger.store import Transaction


def insert_rows(tx: Transaction, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows of plain values (text, int, float, bytes), in the order of the table's columns.

    PostgreSQL gets them by COPY, SQLite by one prepared statement; either way in the caller's transaction and
    without a round trip a row. Raises RuntimeError in a reading transaction.
    """
    tx.must_write()
    if not rows:
        return
    if tx.connection.dialect.name == "postgresql":
        _copy(tx, table, rows)
    else:
        statement = str(table.insert().compile(dialect=tx.connection.dialect))
        tx.connection.exec_driver_sql(statement, list(rows))


def _copy(tx: Transaction, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    raw = tx.connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError(f"PostgreSQL is spoken through psycopg, not {type(raw)}")
    columns = SQL(", ").join(Identifier(column.name) for column in table.columns)
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table.name), columns)
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
