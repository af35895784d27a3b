"""Does the database itself refuse to change or take away what was kept?"""

from __future__ import annotations

import sqlite3

import psycopg
import pytest

from hub.evidence.bundle import verify_chain
from hub.ledger import schema
from hub.ledger.store import Ledger
from tests.hub.ledger.statements import fill
from tests.hub.ledger.tampering import plainly, rows_of

TABLES = [table.name for table in schema.TABLES]
REFUSED = (sqlite3.IntegrityError, psycopg.errors.RestrictViolation)


@pytest.mark.parametrize("table", TABLES)
def test_no_row_of_any_table_can_be_changed(ledger: Ledger, url: str, table: str) -> None:
    fill(ledger)
    before = rows_of(url, table)
    column = schema.metadata.tables[table].columns.keys()[-1]
    with pytest.raises(REFUSED, match="append-only"):
        plainly(url, f'UPDATE {table} SET "{column}" = "{column}"')
    assert rows_of(url, table) == before != []


@pytest.mark.parametrize("table", TABLES)
def test_no_row_of_any_table_can_be_taken_away(ledger: Ledger, url: str, table: str) -> None:
    fill(ledger)
    before = rows_of(url, table)
    with pytest.raises(REFUSED, match="append-only"):
        plainly(url, f"DELETE FROM {table}")
    if not url.startswith("sqlite"):
        with pytest.raises(REFUSED, match="append-only"):
            plainly(url, f"TRUNCATE {table}")
    assert rows_of(url, table) == before


@pytest.mark.parametrize("table", TABLES)
def test_no_row_of_any_table_can_be_replaced(ledger: Ledger, url: str, table: str) -> None:
    fill(ledger)
    before = rows_of(url, table)
    columns = ", ".join(f'"{column.name}"' for column in schema.metadata.tables[table].columns)
    if url.startswith("sqlite"):
        replacing = f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}"
    else:
        key = ", ".join(column.name for column in schema.metadata.tables[table].primary_key.columns)
        replacing = (
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} "
            f"ON CONFLICT ({key}) DO UPDATE SET {key.split(', ', maxsplit=1)[0]} = excluded.{key.split(', ', maxsplit=1)[0]}"
        )
    with pytest.raises(REFUSED, match="append-only"):
        plainly(url, replacing)
    assert rows_of(url, table) == before
    assert verify_chain(ledger).ok
