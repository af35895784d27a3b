"""How would somebody with full rights on the database change what the ledger holds?"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing

import psycopg
from sqlalchemy.engine import make_url


def tamper(url: str, statement: str, values: Sequence[object] = ()) -> int:
    """Run one statement (`?` marks values) past the triggers; give the number of rows it touched."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(str(make_url(url).database))) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            count = connection.execute(statement, values).rowcount
            connection.commit()
            return count
    with closing(psycopg.connect(url, autocommit=True)) as server:
        server.execute("SET session_replication_role = replica")
        return server.execute(statement.replace("?", "%s").encode(), values).rowcount


def plainly(url: str, statement: str) -> None:
    """Run one statement as an ordinary client of the database would, triggers and all."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(str(make_url(url).database))) as connection:
            connection.execute(statement)
            connection.commit()
    else:
        with closing(psycopg.connect(url, autocommit=True)) as server:
            server.execute(statement.encode())


def rows_of(url: str, table: str) -> list[dict[str, object]]:
    """Everything in a table."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(str(make_url(url).database))) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
    with closing(psycopg.connect(url)) as server, server.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        return list(cursor.execute(f"SELECT * FROM {table}".encode()))


def put(url: str, table: str, key: Mapping[str, object], column: str, value: object) -> None:
    """Set one column of one row."""
    where = " AND ".join(f'"{name}" = ?' for name in key)
    assert tamper(url, f'UPDATE {table} SET "{column}" = ? WHERE {where}', [value, *key.values()]) == 1


def one_bit_off(value: object, place: int) -> object:
    """The value with one bit of one byte or character changed; numbers by one. place: counts from either end."""
    if isinstance(value, bytes):
        changed = bytearray(value)
        changed[place] ^= 1
        return bytes(changed)
    if isinstance(value, str):
        place %= max(len(value), 1)
        return value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :] if value else "x"
    if isinstance(value, int | float):
        return value + 1
    raise TypeError(type(value))
