"""What came from the agencies, and what does it say?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from hub.ledger import row_form, schema
from hub.ledger.among import among
from hub.ledger.bulk import insert_rows
from hub.ledger.canon import canonical, instant, instant_text
from hub.ledger.chain import seal
from hub.ledger.facts import append_fact, facts
from hub.ledger.leaf import open_leaf
from hub.ledger.row_form import WrittenRow
from hub.ledger.rows import insert_reading, row_purpose
from hub.ledger.store import Transaction
from hub.model import Parcel, RowReading
from hub.privacy import digest

SEEN_AGAIN = "parcel.seen_again"


@dataclass(frozen=True, slots=True)
class StoredParcel:
    """A parcel as the ledger holds it, without its content. received_at: when the hub had read and kept it."""

    parcel_id: str
    agency: str
    path: str
    sha256: str
    fingerprint: str
    size: int
    arrived_at: datetime
    fetched_at: datetime
    received_at: datetime
    meta: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row as the ledger holds it. position: its place in the parcel, from 0."""

    parcel_id: str
    path: str
    parcel_sha256: str
    arrived_at: datetime
    received_at: datetime
    position: int
    reading: RowReading


def append_parcel(tx: Transaction, parcel: Parcel, rows: Iterable[WrittenRow], received_at: datetime) -> str | None:
    """Keep a parcel, its rows and one entry of evidence; give its id, or None where it says nothing new.

    Nothing new is: the same content at the same path under the same fingerprint; or the content that already is
    the newest at its path, under another fingerprint (a file that was only touched), which is noted as a fact
    so that it is not fetched again. What was refused, as its manifest did not fit, and comes with one that fits, is new.
    The id is made of agency, path, sha256 and fingerprint. The rows are asked for one after another, and only where the
    parcel is kept.
    """
    tx.must_write()
    fingerprint = dict(parcel.meta).get("fingerprint", "")
    identity = [parcel.agency, parcel.path, parcel.sha256, fingerprint]
    parcel_id = digest(canonical(identity))[:32]
    newest = _newest(tx, parcel.agency, parcel.path)
    if newest is not None:
        if _is_there(tx, parcel_id):
            if newest.parcel_id != parcel_id:
                # An older file was put back in the place of a newer one: its rows are held, and it is not fetched again.
                _note_seen_again(tx, parcel_id, parcel, fingerprint, parcel_id, received_at)
            return None
        if newest.sha256 == parcel.sha256 and _refusal(newest) == _refusal(parcel):
            _note_seen_again(tx, parcel_id, parcel, fingerprint, newest.parcel_id, received_at)
            return None
    _insert_content(tx, parcel)
    columns = (
        parcel_id,
        *identity,
        len(parcel.content),
        instant_text(parcel.arrived_at),
        instant_text(parcel.fetched_at),
        instant_text(received_at),
        canonical(parcel.meta).decode(),
    )
    insert_rows(tx, schema.parcel, [columns])
    reading = insert_reading(tx, parcel_id, 1, rows, received_at)
    seal(tx, "parcel", {**_entry(columns), **reading}, received_at)
    return parcel_id


def append_rereading(tx: Transaction, parcel_id: str, rows: Iterable[WrittenRow], read_at: datetime) -> int:
    """Keep what a corrected mapping reads in a parcel that is there already; give the number of the attempt.

    The earlier reading stays, and stays visible in views of the time before. Raises KeyError for an unknown parcel.
    """
    tx.must_write()
    table = schema.parcel_reading
    last = tx.connection.execute(select(func.max(table.c.attempt)).where(table.c.parcel_id == parcel_id)).scalar_one()
    if last is None:
        raise KeyError(parcel_id)
    attempt = int(last) + 1
    reading = insert_reading(tx, parcel_id, attempt, rows, read_at)
    seal(tx, "reading", {"parcel_id": parcel_id, **reading}, read_at)
    return attempt


def taken(tx: Transaction, agency: str) -> dict[str, str]:
    """What a transport must not fetch again: path -> fingerprint of what was taken there last.

    For an agency whose parcels note `updated_until` (pages of an API) also `updated_since` -> the latest of them. None
    counts for later than its page was fetched: what is dated ahead of that says nothing about what came afterwards.
    """
    found = stored_parcels(tx, agency=agency)
    seen = [(one.fetched_at, one.path, one.fingerprint) for one in found]
    again = [(fact.at, fact.attributes) for fact in facts(tx, code=SEEN_AGAIN)]
    seen += [(at, noted["path"], noted["fingerprint"]) for at, noted in again if noted["agency"] == agency]
    result = {path: fingerprint for _, path, fingerprint in sorted(seen)}
    until = [
        min(datetime.fromisoformat(value.replace("Z", "+00:00")), one.fetched_at)
        for one in found
        for name, value in one.meta
        if name == "updated_until" and value
    ]
    if until:
        result["updated_since"] = max(until).isoformat()
    return result


def stored_parcels(
    tx: Transaction, *, agency: str | None = None, known_at: datetime | None = None
) -> list[StoredParcel]:
    """Every parcel received until `known_at`, by agency, arrival and path."""
    table = schema.parcel
    query = select(table)
    if agency is not None:
        query = query.where(table.c.agency == agency)
    if known_at is not None:
        query = query.where(table.c.received_at <= instant_text(known_at))
    order = (table.c.agency, table.c.arrived_at, table.c.path, table.c.fetched_at, table.c.parcel_id)
    return [_parcel(row) for row in tx.connection.execute(query.order_by(*order))]


def stored_rows(tx: Transaction, *, agency: str | None = None, known_at: datetime | None = None) -> list[StoredRow]:
    """Every row received until `known_at`, each as the latest reading until then has it.

    Ordered by agency, arrival, path and position: two calls at one `known_at` give the same list.
    Raises EvidenceBroken where a sealed row was altered.
    """
    found = {one.parcel_id: one for one in stored_parcels(tx, agency=agency, known_at=known_at)}
    rows: dict[str, list[StoredRow]] = {parcel_id: [] for parcel_id in found}
    table = schema.record
    query = select(table.c.record_id, table.c.parcel_id, table.c.sealed).order_by(table.c.record_id)
    if agency is not None:
        query = query.where(
            table.c.parcel_id.in_(select(schema.parcel.c.parcel_id).where(schema.parcel.c.agency == agency))
        )
    for _, row in _opened(tx, query, found, _latest_readings(tx, known_at)):
        rows[row.parcel_id].append(row)
    return [row for parcel_id in found for row in rows[parcel_id]]


def numbered_rows(
    tx: Transaction, *, after: int = 0, record_ids: Iterable[int] | None = None, read_again: bool = False
) -> Iterator[tuple[int, StoredRow]]:
    """Rows with their record ids, in that order: those that came after one, or just these.

    read_again: also rows whose parcel was read again since, so that they do not count any more. Raises
    EvidenceBroken where a sealed row was altered.
    """
    found = {one.parcel_id: one for one in stored_parcels(tx)}
    table = schema.record
    query = select(table.c.record_id, table.c.parcel_id, table.c.sealed).order_by(table.c.record_id)
    query = query.where(table.c.record_id > after if record_ids is None else among(tx, table.c.record_id, record_ids))
    yield from _opened(tx, query, found, _readings(tx, None) if read_again else _latest_readings(tx, None))


def first_record_ids(tx: Transaction) -> dict[str, int]:
    """parcel id -> the record id of the first row of its latest reading; those of the others follow, in order."""
    return {parcel_id: first for parcel_id, [(first, _)] in _latest_readings(tx, None).items()}


def content(tx: Transaction, sha256: str) -> bytes:
    """The bytes of a parcel as they came. Raises KeyError where no parcel has this sha256."""
    table = schema.parcel_content
    sealed = tx.connection.execute(select(table.c.sealed).where(table.c.sha256 == sha256)).scalar_one_or_none()
    if sealed is None:
        raise KeyError(sha256)
    return tx.cipher.open(sealed, content_purpose(sha256))


def content_purpose(sha256: str) -> str:
    """What a parcel's bytes are sealed for."""
    return f"content {sha256}"


def _newest(tx: Transaction, agency: str, path: str) -> StoredParcel | None:
    table = schema.parcel
    query = select(table).where(table.c.agency == agency, table.c.path == path)
    row = tx.connection.execute(query.order_by(table.c.fetched_at.desc(), table.c.received_at.desc()).limit(1)).first()
    return _parcel(row) if row is not None else None


def _refusal(parcel: Parcel | StoredParcel) -> str:
    """Why a transport refused it whole; empty where it did not."""
    return dict(parcel.meta).get("refused", "")


def _is_there(tx: Transaction, parcel_id: str) -> bool:
    table = schema.parcel
    return tx.connection.execute(select(table.c.parcel_id).where(table.c.parcel_id == parcel_id)).first() is not None


def _note_seen_again(
    tx: Transaction, parcel_id: str, parcel: Parcel, fingerprint: str, same_as: str, received_at: datetime
) -> None:
    attributes = {"agency": parcel.agency, "path": parcel.path, "fingerprint": fingerprint, "same_as": same_as}
    append_fact(tx, SEEN_AGAIN, parcel_id, parcel.fetched_at, attributes, learned_at=received_at)


def _insert_content(tx: Transaction, parcel: Parcel) -> None:
    table = schema.parcel_content
    if tx.connection.execute(select(table.c.sha256).where(table.c.sha256 == parcel.sha256)).first() is None:
        sealed = tx.cipher.seal(parcel.content, content_purpose(parcel.sha256))
        insert_rows(tx, table, [(parcel.sha256, sealed)])


def _entry(columns: tuple[object, ...]) -> Mapping[str, object]:
    entry = dict(zip(schema.parcel.columns.keys(), columns, strict=True))
    return {**entry, "meta": json.loads(str(entry["meta"]))}


Readings = Mapping[str, Sequence[tuple[int, int]]]
"""parcel id -> its readings that count: first record id, number of rows"""


def _opened(
    tx: Transaction, query: Select[Any], parcels: Mapping[str, StoredParcel], readings: Readings
) -> Iterator[tuple[int, StoredRow]]:
    for record_id, parcel_id, sealed in tx.connection.execute(query, execution_options={"yield_per": 5_000}):
        place = next(
            (record_id - first for first, n in readings.get(parcel_id, ()) if 0 <= record_id - first < n), None
        )
        if parcel_id not in parcels or place is None:
            continue  # came later than is asked for, or was read again since
        one = parcels[parcel_id]
        reading = row_form.read(open_leaf(tx, row_purpose(parcel_id, record_id), sealed))
        yield record_id, StoredRow(parcel_id, one.path, one.sha256, one.arrived_at, one.received_at, place, reading)


def _latest_readings(tx: Transaction, known_at: datetime | None) -> Readings:
    return {parcel_id: readings[-1:] for parcel_id, readings in _readings(tx, known_at).items()}


def _readings(tx: Transaction, known_at: datetime | None) -> Readings:
    table = schema.parcel_reading
    query = select(table.c.parcel_id, table.c.first_record_id, table.c.rows).order_by(table.c.attempt)
    if known_at is not None:
        query = query.where(table.c.read_at <= instant_text(known_at))
    readings: dict[str, list[tuple[int, int]]] = {}
    for parcel_id, first, rows in tx.connection.execute(query):
        readings.setdefault(parcel_id, []).append((first, rows))
    return readings


def _parcel(row: Row[tuple[object, ...]]) -> StoredParcel:
    return StoredParcel(
        parcel_id=row.parcel_id,
        agency=row.agency,
        path=row.path,
        sha256=row.sha256,
        fingerprint=row.fingerprint,
        size=row.size,
        arrived_at=instant(row.arrived_at),
        fetched_at=instant(row.fetched_at),
        received_at=instant(row.received_at),
        meta=tuple((name, value) for name, value in json.loads(row.meta)),
    )
