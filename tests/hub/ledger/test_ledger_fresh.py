"""Is a rehearsal's ledger its own, and gone afterwards, whatever the database?"""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.ledger.facts import append_fact, facts
from hub.ledger.fresh import fresh_ledger
from hub.ledger.store import Ledger
from tests.hub.ledger.statements import MORNING
from tests.hub.ledger.tampering import rows_of


def schemas(url: str) -> set[str]:
    return {str(row["nspname"]) for row in rows_of(url, "pg_namespace")}


def test_a_fresh_ledger_is_empty_and_leaves_the_one_at_the_address_alone(ledger: Ledger, url: str) -> None:
    with ledger.write() as tx:
        append_fact(tx, "notice.sent", "obligation-1", MORNING, {})
    with fresh_ledger(url) as fresh:
        with fresh.read() as tx:
            assert facts(tx) == []
        with fresh.write() as tx:
            append_fact(tx, "notice.sent", "rehearsed", MORNING, {})
        with fresh.read() as tx:
            assert [fact.subject for fact in facts(tx)] == ["rehearsed"]
    with ledger.read() as tx:
        assert [fact.subject for fact in facts(tx)] == ["obligation-1"]


def test_on_postgresql_its_tables_stand_in_a_schema_of_their_own_that_is_dropped(postgres_url: str) -> None:
    before = schemas(postgres_url)
    with fresh_ledger(postgres_url):
        (made,) = schemas(postgres_url) - before
        assert made.startswith("rehearsal_")
    assert schemas(postgres_url) == before


def test_it_is_gone_also_where_the_rehearsal_failed(postgres_url: str) -> None:
    before = schemas(postgres_url)
    with pytest.raises(ZeroDivisionError), fresh_ledger(postgres_url):
        raise ZeroDivisionError
    assert schemas(postgres_url) == before


def test_on_sqlite_the_address_is_not_even_made(tmp_path: Path) -> None:
    with fresh_ledger(f"sqlite:///{tmp_path / 'ledger.db'}"):
        assert list(tmp_path.iterdir()) == []
