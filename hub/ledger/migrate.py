"""How do the ledger's tables come to be? Imported only to make them: Alembic takes longer to load than most commands."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from hub.ledger.waiting import WRITER_LOCK, LedgerUnavailable

SCRIPTS = Path(__file__).parent / "migrations"
PAGE_BYTES = 16_384
ATTEMPTS = 20  # as many processes may make the same SQLite file at once


def upgrade(engine: Engine) -> None:
    """Bring the tables to the newest revision in one transaction; whoever comes second waits and finds it done."""
    if engine.dialect.name == "sqlite":
        _write_ahead(engine)
    with engine.connect() as connection:
        connection.begin()
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()


def head() -> str | None:
    """The newest revision among the scripts."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


def _write_ahead(engine: Engine) -> None:
    # Readers go on while one process writes. The switch needs the file alone for a moment, and SQLite does not
    # wait for that by itself; taking and giving back the writer's place does the waiting.
    raw = engine.raw_connection()
    cursor = raw.cursor()
    try:
        # Only of effect in a file that is still empty: a sealed row takes half a page of the usual size, so that a
        # third of every page would stay unused.
        cursor.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        for _ in range(ATTEMPTS):
            try:
                if cursor.execute("PRAGMA journal_mode = WAL").fetchone()[0] in {"wal", "memory"}:
                    return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("COMMIT")
        raise LedgerUnavailable(f"{engine.url}: another program holds the ledger file")
    finally:
        raw.close()
