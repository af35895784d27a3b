"""How does PostgreSQL take many rows at once? By COPY, inside the transaction that is open."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, Table

from hub.ledger.waiting import LedgerUnavailable


def copy_rows(connection: Connection, table: Table, rows: Sequence[tuple[object, ...]]) -> None:
    """Append rows in the order of the table's columns. Raises LedgerUnavailable where the server went away."""
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError(f"PostgreSQL is spoken through psycopg, not {type(raw)}")
    columns = SQL(", ").join(Identifier(column.name) for column in table.columns)
    statement = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table.name), columns)
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.OperationalError as error:
        raise LedgerUnavailable(f"{table.name}: {error}") from error
