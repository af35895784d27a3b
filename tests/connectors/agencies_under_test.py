"""How does one test speak to agencies of every channel?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from connectors.endpoint import parse_endpoint
from connectors.open import open_transport
from hub.channel import Channel
from hub.model import Outgoing, Parcel
from hub.transport import Transport
from tests.support.http_agency import HttpAgency

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=timezone.utc)
LONG_AGO = datetime(2026, 9, 1, tzinfo=timezone.utc).timestamp()


def no_pause(seconds: float) -> None:
    """Time that passes at once."""


def taken(parcels: Iterable[Parcel]) -> dict[str, str]:
    """What a ledger that holds these parcels says of them."""
    held = {parcel.path: dict(parcel.meta)["fingerprint"] for parcel in parcels}
    until = [dict(parcel.meta).get("updated_until", "") for parcel in parcels]
    return held | ({"updated_since": max(until)} if any(until) else {})


class AgencyUnderTest(Protocol):
    """An agency as the shared contract sees it: things appear, things arrive, and it may fall silent."""

    def lay_out(self, number: int) -> bytes:
        """Make one more thing appear, later than those before; what of it must be found in a parcel."""
        ...

    def outgoing(self, delivery_id: str, text: str = "") -> Outgoing:
        """Something that this agency takes."""
        ...

    def received(self) -> list[bytes]:
        """Whatever has arrived, each thing once."""
        ...

    def fall_silent(self) -> None:
        """Answer no more."""
        ...

    def open(self) -> Transport:
        """A transport to it."""
        ...


@dataclass(slots=True)
class FilesUnderTest:
    """A place of files behind some server, or none."""

    folder: Path
    url: str
    silence: Callable[[], None]
    manifest: str = ""
    transport: str = "folder"
    pause: Callable[[float], None] = no_pause
    now: Callable[[], datetime] = lambda: NOW

    @property
    def channel(self) -> Channel:
        """Outbox and answers, as at the police."""
        return Channel(
            agency="police",
            transport=self.transport,
            source_prefix="police",
            pull=("outbox/*.csv", "ack/*.ack.csv"),
            manifest=self.manifest,
        )

    def open(self, **changes: object) -> Transport:
        """A transport, with other settings of the channel where given."""
        channel = replace(self.channel, **changes)  # type: ignore[arg-type]
        return open_transport(parse_endpoint("police", self.url), channel, self.now, self.pause)

    def put(self, path: str, content: bytes, changed_at: float = LONG_AGO) -> Path:
        """A file that appeared at an instant."""
        way = self.folder / path
        way.parent.mkdir(parents=True, exist_ok=True)
        way.write_bytes(content)
        os.utime(way, (changed_at, changed_at))
        return way

    def vouch(self, path: str, content: bytes, rows: int | None = None, changed_at: float = LONG_AGO + 1) -> Path:
        """A manifest of a file's content."""
        lines = [] if rows is None else [f"rows={rows}"]
        text = "\n".join([*lines, f"sha256={sha256(content).hexdigest()}", ""])
        return self.put(path + ".ok", text.encode(), changed_at)

    def lay_out(self, number: int) -> bytes:
        content = f'"案件编号"\r\n"A{number}"\r\n'.encode("gb18030")
        path = f"outbox/cl_{number:04}.csv"
        self.put(path, content, LONG_AGO + number)
        if self.manifest:
            self.vouch(path, content, rows=1, changed_at=LONG_AGO + number + 1)
        return content

    def outgoing(self, delivery_id: str, text: str = "") -> Outgoing:
        content = f'"移送书文号"\r\n"{text}"\r\n'.encode("gb18030")
        return Outgoing(delivery_id, "police", f"inbox/{delivery_id}.csv", content, "text/csv")

    def received(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted((self.folder / "inbox").glob("*.csv"))]

    def fall_silent(self) -> None:
        self.silence()


@dataclass(slots=True)
class ApiUnderTest:
    """An API, with pages of two documents."""

    agency: HttpAgency
    silence: Callable[[], None]
    page_size: int = 2
    pause: Callable[[float], None] = no_pause

    def open(self, url: str = "") -> Transport:
        channel = Channel(
            agency="procuratorate",
            transport="api",
            source_prefix="procuratorate",
            resource="/api/v1/documents",
            page_size=self.page_size,
        )
        endpoint = parse_endpoint("procuratorate", url or self.agency.url)
        return open_transport(endpoint, channel, lambda: NOW, self.pause)

    def lay_out(self, number: int) -> bytes:
        return str(self.agency.add_document(number)["doc_id"]).encode()

    def outgoing(self, delivery_id: str, text: str = "") -> Outgoing:
        content = f'{{"doc_no": "{text}"}}'.encode()
        return Outgoing(delivery_id, "procuratorate", "/api/v1/referral-copies", content, "application/json")

    def received(self) -> list[bytes]:
        return list(self.agency.effects)

    def fall_silent(self) -> None:
        self.silence()


def fetched(agency: AgencyUnderTest, held: Mapping[str, str] | None = None) -> list[Parcel]:
    """One pull over a transport of its own."""
    with opened(agency) as transport:
        return list(transport.fetch(held or {}))


@contextmanager
def opened(agency: AgencyUnderTest) -> Iterator[Transport]:
    """A transport that is closed at the end of the block."""
    transport = agency.open()
    try:
        yield transport
    finally:
        transport.close()
