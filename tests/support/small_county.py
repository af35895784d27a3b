"""A county of four agencies for tests: each with its real channel and nothing to deliver yet, and a hub of its own."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors import delimited
from connectors.wiring import assemble, open_agency_transport
from hub.hub import Hub
from hub.ledger.store import open_ledger
from hub.mapping.agency import AgencyMapping
from hub.model import CellValue
from hub.moment import SHANGHAI
from hub.privacy import Cipher, key_line
from hub.settings import Settings
from hub.usecases.exchange import PullSummary, pull
from sandbox.agencies import Sandbox
from tests.connectors.workbooks import xlsx
from tests.hub.agency_rows import REFERRALS, filled, headers

ROOT = Path(__file__).resolve().parents[2]
TOWNSHIP = "140924100"
# The day on which the tests' clock stands first; a later pull is told to be a minute later.
NOW = datetime(2026, 8, 3, 9, 0, tzinfo=SHANGHAI)


@dataclass
class SmallCounty:
    """One township (folder), the police (SFTP), the procuratorate (API) and the justice bureau, running.

    hub: with a ledger of its own. clock: what the hub is told the time is; every pull takes a minute.
    """

    hub: Hub
    sandbox: Sandbox
    clock: datetime = NOW

    def put(self, path: str, content: bytes, came: datetime = NOW - timedelta(days=1)) -> None:
        """Lay a file at an agency's place, as of an instant."""
        target = self.sandbox.place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        os.utime(target, (came.timestamp(), came.timestamp()))

    def ledger(self, month: str, *rows: Mapping[str, CellValue], came: datetime = NOW - timedelta(days=1)) -> None:
        """The township's ledger of a month, with one sheet: rows of 移送案件 that say the least and what is given."""
        lines = [filled(TOWNSHIP, REFERRALS, n, **row) for n, row in enumerate(rows, start=1)]
        cells = [[None if cell is None else str(cell) for cell in line] for line in lines]
        content = xlsx([headers(TOWNSHIP, REFERRALS), *cells], REFERRALS)
        self.put(f"townships/{TOWNSHIP}/行刑衔接台账_{month}.xlsx", content, came)

    def outbox(self, name: str, *rows: Mapping[str, CellValue], came: datetime = NOW - timedelta(days=1)) -> None:
        """A file of the police with its manifest: the header of its notice and these lines."""
        content = delimited.write(headers("police", name[:2]), [filled("police", name[:2], **row) for row in rows])
        self.put(f"police/outbox/{name}", content, came)
        manifest = f"rows={len(rows)}\nsha256={hashlib.sha256(content).hexdigest()}\n"
        self.put(f"police/outbox/{name}.ok", manifest.encode(), came + timedelta(minutes=5))

    def documents(self, *documents: Mapping[str, CellValue]) -> None:
        """What the API of the procuratorate serves from now on."""
        content = json.dumps([dict(one) for one in documents], ensure_ascii=False).encode()
        # The server reads the file again when its time has changed.
        self.put("procuratorate/documents.json", content, self.clock)

    def pull(self, agency: str = TOWNSHIP) -> PullSummary:
        """Take what is new, a minute after the last time."""
        self.clock += timedelta(minutes=1)
        transport = open_agency_transport(self.hub, agency, self.sandbox.endpoints[agency], lambda: self.clock)
        try:
            return pull(self.hub, agency, transport, self.clock)
        finally:
            transport.close()

    def corrected(self, agency: str, **changes: object) -> Hub:
        """The same hub after one agency's mapping file was corrected."""
        standing = self.hub.agencies[agency]
        mapping = AgencyMapping.model_validate({**standing.mapping.model_dump(), **changes})
        agencies = {**self.hub.agencies, agency: replace(standing, mapping=mapping)}
        return replace(self.hub, agencies=agencies)


@pytest.fixture
def small_county(tmp_path: Path) -> Iterator[SmallCounty]:
    """The county, running, with an empty ledger."""
    with county_at(tmp_path) as county:
        yield county


@contextmanager
def county_at(tmp_path: Path) -> Iterator[SmallCounty]:
    """A county in a folder, running, with an empty ledger; only its four agencies have a mapping there."""
    source = tmp_path / "source"
    for home in (f"townships/{TOWNSHIP}", "police/outbox", "procuratorate", "justice_bureau"):
        (source / home).mkdir(parents=True)
    (source / "procuratorate" / "documents.json").write_text("[]", encoding="utf-8")
    key = Cipher.generate()
    (tmp_path / "hub.key").write_bytes(key_line(key))
    settings = Settings(
        f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path / "hub.key", ROOT / "mappings", tmp_path / "endpoints.json"
    )
    ledger = open_ledger(settings.database_url, Cipher(key))
    ledger.upgrade()
    hub = assemble(settings, ledger)
    mapped = hub.agencies
    with Sandbox(source, tmp_path / "agencies", answers=False) as sandbox:
        hub = replace(hub, agencies={code: mapped[code] for code in sorted(sandbox.endpoints)})
        yield SmallCounty(hub, sandbox)
    ledger.dispose()
