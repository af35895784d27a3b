"""How is a whole table read once, row by row, without holding it in memory?"""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import RowMapping, Table, select

from hub.ledger.canon import canonical
from hub.ledger.store import Transaction


def scan(tx: Transaction, table: Table, *order: str) -> Iterator[RowMapping]:
    """Every row of a table, in the order of these columns."""
    query = select(table).order_by(*(table.c[name] for name in order))
    yield from tx.connection.execute(query, execution_options={"yield_per": 2_000}).mappings()


def columns_of(row: RowMapping, *without: str) -> dict[str, object]:
    """A row's values by column, but for some."""
    return {str(name): value for name, value in row.items() if name not in without}


def as_written(text: str) -> object:
    """What a text column of JSON holds; None where it does not stand as the ledger writes it."""
    try:
        found: object = json.loads(text)
    except ValueError:
        return None
    return found if canonical(found).decode() == text else None
