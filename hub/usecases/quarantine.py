"""Which rows are set aside, and which of them read now that a mapping was corrected?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hub.hub import Hub
from hub.ledger.parcels import StoredParcel, append_rereading, content, stored_parcels
from hub.ledger.row_form import written
from hub.ledger.store import Transaction
from hub.mapping.agency import Agency
from hub.model import Disposition, Parcel, Reading, RowReading
from hub.receiving.parcel import read_name, read_parcel
from hub.receiving.versions import Disposed, HeldRow, settle
from hub.view import held_rows


@dataclass(frozen=True, slots=True)
class Replay:
    """What reading again gave: parcels read again, and how many rows are set aside before and after."""

    parcels: int
    before: int
    after: int


def quarantined(hub: Hub, tx: Transaction) -> list[Disposed]:
    """Every row and file that is set aside, in order of source."""
    disposed = settle(held_rows(tx, stored_parcels(tx)), hub.agencies)
    return sorted((d for d in disposed if d.disposition is Disposition.QUARANTINED), key=lambda d: d.source)


def replay(hub: Hub, now: datetime, source: str = "") -> Replay:
    """Read every parcel again that holds rows set aside (or the one of `source`), with the mappings as they are now.

    Only a reading that differs is kept; the earlier one stays visible in views of the time before.
    """
    with hub.ledger.read() as tx:
        aside = [d for d in quarantined(hub, tx) if not source or d.source == source]
        wanted = {d.row.parcel_id for d in aside}
        parcels = [p for p in stored_parcels(tx) if p.parcel_id in wanted]
        contents = {p.sha256: content(tx, p.sha256) for p in parcels}
        rows = held_rows(tx, stored_parcels(tx))
    held: dict[str, list[RowReading]] = {parcel_id: [] for parcel_id in wanted}
    for row in rows:
        if row.parcel_id in wanted:
            held[row.parcel_id].append(row.reading)
    before = after = changed = 0
    for stored in parcels:
        agency = hub.agencies[stored.agency]
        readings = read_parcel(agency, _parcel(stored, contents[stored.sha256]), hub.codes, hub.read_table)
        readings = _without_passed_over(agency, stored, readings, rows)
        before += sum(r.reading is Reading.QUARANTINED for r in held[stored.parcel_id])
        after += sum(r.reading is Reading.QUARANTINED for r in readings)
        if readings != held[stored.parcel_id]:
            changed += 1
            with hub.ledger.write() as tx:
                append_rereading(tx, stored.parcel_id, map(written, readings), now)
    return Replay(changed, before, after)


def _without_passed_over(
    agency: Agency, stored: StoredParcel, readings: list[RowReading], rows: Iterable[HeldRow]
) -> list[RowReading]:
    """Leave out what a page of an API repeated of another page: pulling passed it over, and it stays so."""
    name = read_name(agency, stored.path)
    if name is None or name.rule.format != "documents":
        return readings
    here: set[tuple[str, str]] = set()
    elsewhere: set[tuple[str, str]] = set()
    for row in rows:
        said = (row.reading.key, row.reading.content_hash)
        (here if row.parcel_id == stored.parcel_id else elsewhere).add(said)
    return [r for r in readings if (r.key, r.content_hash) in here or (r.key, r.content_hash) not in elsewhere]


def _parcel(stored: StoredParcel, data: bytes) -> Parcel:
    return Parcel(stored.agency, stored.path, data, stored.sha256, stored.arrived_at, stored.fetched_at, stored.meta)
