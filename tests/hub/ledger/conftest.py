"""What do the ledger's tests share? The same tests run on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.ledger.store import Ledger, open_ledger
from hub.privacy import Cipher


@pytest.fixture
def key() -> bytes:
    return Cipher.generate()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database; every test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def ledger(url: str, key: bytes) -> Iterator[Ledger]:
    opened = open_ledger(url, Cipher(key))
    opened.upgrade()
    yield opened
    opened.dispose()
