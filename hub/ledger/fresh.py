"""Where does a rehearsal keep its ledger? In one made for it, that is gone afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, make_url, text

from hub.ledger.store import Ledger, open_ledger
from hub.privacy import Cipher


@contextmanager
def fresh_ledger(url: str) -> Iterator[Ledger]:
    """An empty, upgraded ledger with a key of its own.

    url: a PostgreSQL address means a schema of its own in that database, dropped at the end; anything
    else means an SQLite file in a temporary folder. Nothing that the address already holds is touched.
    """
    cipher = Cipher(Cipher.generate())
    if make_url(url).get_backend_name() != "postgresql":
        with TemporaryDirectory(prefix="hub-rehearsal-") as folder:
            ledger = open_ledger(f"sqlite:///{Path(folder) / 'ledger.db'}", cipher)
            try:
                ledger.upgrade()
                yield ledger
            finally:
                ledger.dispose()
        return
    schema = f"rehearsal_{secrets.token_hex(6)}"
    address = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        own = address.update_query_dict({"options": f"-csearch_path={schema}"})
        ledger = open_ledger(own.render_as_string(hide_password=False), cipher)
        try:
            ledger.upgrade()
            yield ledger
        finally:
            ledger.dispose()
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()
