"""How are many values asked for in one query, on either database?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import ARRAY, ColumnElement, any_, bindparam, func, literal, select

from hub.ledger.store import Transaction


def among(
    tx: Transaction, column: ColumnElement[int] | ColumnElement[str], values: Iterable[int] | Iterable[str]
) -> ColumnElement[bool]:
    """The condition that a column holds one of these values; as one parameter, however many there are."""
    wanted: Sequence[int | str] = sorted(set(values))
    if tx.connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, wanted, ARRAY(column.type)))
    return column.in_(select(func.json_each(literal(json.dumps(wanted))).table_valued("value").c.value))
