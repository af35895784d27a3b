"""Pull what an agency recorded, and receive it row by row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from hub.hub import Hub
from hub.ledger.parcels import append_parcel, stored_rows, taken
from hub.ledger.store import Transaction
from hub.mapping import Agency
from hub.model import Parcel, Reading, RowReading
from hub.receive import read_name, read_parcel
from hub.transport import Transport


@dataclass(frozen=True, slots=True)
class PullSummary:
    """What one pull brought. unknown: files at the place that no notice announces; they are left where they are."""

    agency: str
    parcels: int
    rows: int
    read: int
    quarantined: int
    ignored: int
    refused: int
    unknown: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """The figures, without names."""
        return {
            "parcels": self.parcels,
            "rows": self.rows,
            "read": self.read,
            "quarantined": self.quarantined,
            "ignored": self.ignored,
            "refused": self.refused,
            "unknown_files": len(self.unknown),
        }


def pull(hub: Hub, agency_code: str, transport: Transport, now: datetime) -> PullSummary:
    """Fetch what is new at the agency's place and keep it, parcel by parcel, each in one transaction.

    A parcel is kept whole before anything else happens with it, so stopping at any moment loses nothing;
    pulling again takes up what is left. Raises `AgencyUnreachable` when the other side does not answer:
    what came before that is kept.
    """
    agency = hub.agencies[agency_code]
    with hub.ledger.read() as tx:
        held = taken(tx, agency_code)
        said = _said(tx, agency)
    counts: Counter[str] = Counter()
    unknown: list[str] = []
    for parcel in transport.fetch(held):
        if read_name(agency, parcel.path) is None:
            unknown.append(parcel.path)
            continue
        counts.update(_receive(hub, agency, parcel, said, now))
    return PullSummary(
        agency_code,
        counts["parcels"],
        counts["rows"],
        counts[Reading.READ],
        counts[Reading.QUARANTINED],
        counts[Reading.IGNORED],
        counts["refused"],
        tuple(sorted(unknown)),
    )


def _said(tx: Transaction, agency: Agency) -> set[tuple[str, str]]:
    """(key, content hash) of every document held of an API, whose pages overlap: one that says nothing new is no row."""
    if all(rule.format != "documents" for rule in agency.notice.files):
        return set()
    return {(row.reading.key, row.reading.content_hash) for row in stored_rows(tx, agency=agency.code)}


def _receive(hub: Hub, agency: Agency, parcel: Parcel, said: set[tuple[str, str]], now: datetime) -> Counter[str]:
    readings = read_parcel(agency, parcel, hub.codes, hub.read_table)
    if said:
        readings = [r for r in readings if (r.key, r.content_hash) not in said or r.source == parcel.path]
        if not readings:
            return Counter()
    with hub.ledger.write() as tx:
        kept = append_parcel(tx, parcel, readings, now)
    if kept is None:
        return Counter()
    return Counter(parcels=1, rows=len(readings), refused=_refused(parcel, readings)) + Counter(
        str(reading.reading) for reading in readings
    )


def _refused(parcel: Parcel, readings: list[RowReading]) -> int:
    return sum(reading.source == parcel.path for reading in readings)
