"""Do the tables come to be as the schema says, once, and only under the right key?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from hub.errors import ConfigurationFault
from hub.ledger import migrate, schema
from hub.ledger.facts import append_fact, facts
from hub.ledger.store import Ledger, open_ledger
from hub.ledger.waiting import LedgerUnavailable
from hub.privacy import Cipher
from tests.hub.ledger.statements import MORNING
from tests.hub.ledger.tampering import rows_of, tamper


def test_the_migrations_build_exactly_the_tables_of_the_schema(ledger: Ledger, url: str) -> None:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        options = {"version_table": schema.VERSION_TABLE, "compare_type": True}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), schema.metadata)
    engine.dispose()
    assert differences == []


def test_upgrading_again_changes_nothing(ledger: Ledger, url: str) -> None:
    with ledger.write() as tx:
        append_fact(tx, "notice.sent", "obligation-1", MORNING, {})
    ledger.upgrade()
    with ledger.read() as tx:
        assert [fact.subject for fact in facts(tx)] == ["obligation-1"]
    assert [row["version_num"] for row in rows_of(url, schema.VERSION_TABLE)] == [schema.REVISION] == [migrate.head()]


def test_several_processes_may_upgrade_an_empty_database_at_once(url: str, key: bytes, project_root: Path) -> None:
    command = [sys.executable, "-m", "tests.hub.ledger.writer", "upgrade", url, key.hex()]
    started = [subprocess.Popen(command, cwd=project_root, stderr=subprocess.PIPE) for _ in range(4)]
    errors = [process.communicate(timeout=120)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 4, errors
    assert len(rows_of(url, "ledger_key")) == 1


def test_a_ledger_without_tables_says_to_run_init(url: str, key: bytes) -> None:
    empty = open_ledger(url, Cipher(key))
    with pytest.raises(ConfigurationFault, match=r"has no tables.*hub init"), empty.read():
        pass
    empty.dispose()


def test_a_ledger_of_another_version_is_not_used(ledger: Ledger, url: str, key: bytes) -> None:
    tamper(url, f"UPDATE {schema.VERSION_TABLE} SET version_num = ?", ["0000"])
    fresh = open_ledger(url, Cipher(key))
    with pytest.raises(ConfigurationFault, match="is at revision 0000"), fresh.write():
        pass
    fresh.dispose()


def test_another_key_opens_nothing_and_writes_nothing(ledger: Ledger, url: str) -> None:
    stranger = open_ledger(url, Cipher(Cipher.generate()))
    with pytest.raises(ConfigurationFault, match="needs the key"), stranger.write():
        pass
    with pytest.raises(ConfigurationFault, match="needs the key"):
        stranger.upgrade()
    stranger.dispose()


def test_every_table_is_closed_by_triggers(ledger: Ledger, url: str) -> None:
    if url.startswith("sqlite"):
        rows = rows_of(url, "sqlite_master WHERE type = 'trigger'")
        verbs = {(row["tbl_name"], str(row["name"]).rsplit("_", 1)[1]) for row in rows}
        assert verbs == {(table.name, verb) for table in schema.TABLES for verb in ("update", "delete", "replace")}
    else:
        rows = rows_of(url, "pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal")
        assert {row["relname"] for row in rows} == {table.name for table in schema.TABLES}


@pytest.mark.parametrize("wrong", ["mysql://somewhere/ledger", "no url at all"])
def test_a_ledger_lives_in_sqlite_or_postgresql_only(wrong: str, key: bytes) -> None:
    with pytest.raises(ConfigurationFault):
        open_ledger(wrong, Cipher(key))


def test_a_ledger_file_that_cannot_be_made_is_a_fault_of_the_configuration(tmp_path: Path, key: bytes) -> None:
    nowhere = open_ledger(f"sqlite:///{tmp_path / 'missing' / 'ledger.db'}", Cipher(key))
    for call in (nowhere.upgrade, lambda: nowhere.read().__enter__()):
        with pytest.raises(ConfigurationFault, match="missing"):
            call()


def test_a_server_that_is_down_is_tried_again_and_its_password_not_told(tmp_path: Path, key: bytes) -> None:
    down = open_ledger(f"postgresql://hub:hush@/ledger?host={tmp_path}", Cipher(key))
    for call in (down.upgrade, lambda: down.read().__enter__()):
        with pytest.raises(LedgerUnavailable) as told:
            call()
        assert "hush" not in str(told.value)
