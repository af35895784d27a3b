"""What does taking many rows at once do where it cannot?"""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import create_engine, text

from hub.ledger import schema
from hub.ledger.postgres_copy import copy_rows
from hub.ledger.store import Ledger
from hub.ledger.waiting import LedgerUnavailable


def test_only_postgresql_through_its_driver_takes_rows_this_way() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(TypeError, match="psycopg"):
        copy_rows(connection, schema.parcel, [])
    engine.dispose()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_server_that_goes_away_meanwhile_is_tried_again(ledger: Ledger, url: str) -> None:
    def cut_off_meanwhile() -> None:
        with ledger.write() as tx:
            (pid,) = tx.connection.execute(text("SELECT pg_backend_pid()")).one()
            with psycopg.connect(url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
            copy_rows(tx.connection, schema.fact, [tuple("x" for _ in schema.fact.columns)])

    with pytest.raises(LedgerUnavailable):
        cut_off_meanwhile()
