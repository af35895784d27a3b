"""How is the ledger opened, and what does one transaction on it promise?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import ColumnClause, Connection, Engine, column, create_engine, event, inspect, select, table, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from hub.errors import ConfigurationFault
from hub.ledger import schema
from hub.ledger.waiting import PATIENCE_SECONDS, WRITER_LOCK, LedgerUnavailable
from hub.privacy import Cipher


@dataclass(slots=True)
class Transaction:
    """One open transaction: the only thing that the functions of this package take.

    writable: it holds the ledger's one writer's place. head: the chain's last entry as (seq, hash) once it was
    checked in this transaction; nobody else can extend the chain meanwhile.
    """

    connection: Connection
    cipher: Cipher
    writable: bool
    head: tuple[int, str] | None = field(default=None)

    def must_write(self) -> None:
        """Raise RuntimeError in a transaction that was opened for reading."""
        if not self.writable:
            raise RuntimeError("this transaction was opened for reading; use ledger.write()")


class Ledger:
    """An append-only ledger in SQLite (embedded) or PostgreSQL; may be used by many processes at once."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        self._engine = engine
        self._cipher = cipher
        self._checked = False

    @property
    def embedded(self) -> bool:
        """True on SQLite."""
        return self._engine.dialect.name == "sqlite"

    def upgrade(self) -> None:
        """Create the tables, or bring them up to date; safe to call from several processes at once.

        Raises ConfigurationFault where the ledger belongs to another key.
        """
        from hub.ledger.migrate import upgrade  # half a second to import, and only this needs it

        with self._faults_named():
            upgrade(self._engine)
        with self._begin(writing=True) as connection:
            if connection.execute(select(schema.ledger_key)).first() is None:
                connection.execute(schema.ledger_key.insert(), {"key_id": self._cipher.key_id})
            self._check(connection)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """One transaction with the writer's place: all of it is there afterwards, or nothing.

        Others wait for their turn. Raises ConfigurationFault where the tables are missing or old, or where
        the key is another one.
        """
        with self._begin(writing=True) as connection:
            self._check(connection)
            yield Transaction(connection, self._cipher, writable=True)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One transaction that sees the ledger as of its start and cannot write. Raises as `write` does."""
        with self._begin(writing=False) as connection:
            self._check(connection)
            yield Transaction(connection, self._cipher, writable=False)

    def dispose(self) -> None:
        """Close every connection; the ledger may be used again afterwards."""
        self._engine.dispose()

    @contextmanager
    def _begin(self, *, writing: bool) -> Iterator[Connection]:
        with self._faults_named(), self._open(writing=writing) as connection:
            yield connection

    @contextmanager
    def _faults_named(self) -> Iterator[None]:
        try:
            yield
        except (OperationalError, sqlite3.OperationalError) as error:
            reason = str(error.orig if isinstance(error, OperationalError) else error).strip()
            if "unable to open database file" in reason:
                raise ConfigurationFault(f"{self._place}: the ledger file cannot be opened ({reason})") from None
            raise LedgerUnavailable(f"{self._place}: {reason}") from error

    @contextmanager
    def _open(self, *, writing: bool) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            if self.embedded:
                connection = connection.execution_options(ledger_writing=writing)
                connection.begin()
            elif writing:
                connection.begin()
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITER_LOCK})
            else:
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                connection.begin()
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def _check(self, connection: Connection) -> None:
        if self._checked:
            return
        found = _revision(connection)
        if found != schema.REVISION:
            state = f"is at revision {found}" if found else "has no tables"
            raise ConfigurationFault(
                f"{self._place}: the ledger {state}, this version needs {schema.REVISION}; run `hub init`"
            )
        key_id = connection.execute(select(schema.ledger_key.c.key_id)).scalar_one_or_none()
        if key_id != self._cipher.key_id:
            raise ConfigurationFault(f"{self._place}: this ledger needs the key {key_id}, not {self._cipher.key_id}")
        self._checked = True

    @property
    def _place(self) -> str:
        return self._engine.url.render_as_string(hide_password=True)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(schema.VERSION_TABLE):
        return None
    version: ColumnClause[str] = column("version_num")
    return connection.execute(select(version).select_from(table(schema.VERSION_TABLE))).scalar_one_or_none()


def open_ledger(url: str, cipher: Cipher, patience: float = PATIENCE_SECONDS) -> Ledger:
    """A ledger at a database URL (`sqlite:///var/ledger.db`, `postgresql://user:secret@host/name`); connects later.

    patience: seconds to wait for another writer. Raises ConfigurationFault for a URL of any other kind.
    """
    milliseconds = int(patience * 1000)
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationFault("the ledger's database URL cannot be read") from None
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        return Ledger(_sqlite(parsed, milliseconds), cipher)
    if kind in {"postgresql", "postgres"}:
        return Ledger(_postgresql(parsed, milliseconds), cipher)
    raise ConfigurationFault(f"the ledger lives in sqlite or postgresql, not in {kind}")


def _postgresql(url: URL, patience: int) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, isolation_level="READ COMMITTED"
    )
    event.listen(engine, "connect", partial(_prepare_postgresql, patience))
    return engine


def _sqlite(url: URL, patience: int) -> Engine:
    engine = create_engine(url.set(drivername="sqlite+pysqlite"))
    event.listen(engine, "connect", partial(_prepare_sqlite, patience))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgresql(patience: int, connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    with closing(connection.cursor()) as cursor:
        cursor.execute(f"SET lock_timeout = {patience}")
    connection.commit()


def _prepare_sqlite(patience: int, connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver would open transactions on its own, late and deferred; here they are opened by `_begin_sqlite`.
    connection.isolation_level = None
    with closing(connection.cursor()) as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {patience}")
        cursor.execute("PRAGMA synchronous = FULL")  # a commit survives a power cut: what was told must stay told
        cursor.execute("PRAGMA cache_size = -8000")  # KB; with the usual 2,000 a large file goes in a tenth slower
        cursor.execute("PRAGMA recursive_triggers = ON")  # else INSERT OR REPLACE deletes without firing the trigger


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later can lose its place; a writer takes it at once.
    writing = connection.get_execution_options().get("ledger_writing", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
