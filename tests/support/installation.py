"""An installation of the hub for tests: the samples' agencies running, everything pulled once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from connectors.wiring import assemble, open_agency_transport
from hub.hub import Hub
from hub.ledger.store import open_ledger
from hub.moment import SHANGHAI
from hub.privacy import Cipher, key_line
from hub.settings import Settings
from hub.usecases.exchange import pull
from sandbox.agencies import Sandbox

ROOT = Path(__file__).resolve().parents[2]
AS_OF = datetime(2026, 10, 31, 23, 59, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Iterator[Hub]:
    """A hub with its own ledger that has pulled every agency of the samples; the sandbox stays up meanwhile."""
    var = tmp_path_factory.mktemp("var")
    key = Cipher.generate()
    (var / "hub.key").write_bytes(key_line(key))
    settings = Settings(
        database_url=f"sqlite:///{var / 'ledger.db'}",
        key_file=var / "hub.key",
        mappings=ROOT / "mappings",
        endpoints=var / "endpoints.json",
        as_of=AS_OF,
    )
    ledger = open_ledger(settings.database_url, Cipher(key))
    ledger.upgrade()
    hub = assemble(settings, ledger)
    with Sandbox(samples, var / "agencies", until=AS_OF, answers=False) as sandbox:
        settings.endpoints.write_text(json.dumps(sandbox.endpoints), encoding="utf-8")
        for agency in sorted(sandbox.endpoints):
            transport = open_agency_transport(hub, agency, sandbox.endpoints[agency])
            try:
                pull(hub, agency, transport, datetime.now(timezone.utc))
            finally:
                transport.close()
        yield hub
    ledger.dispose()
