"""Do parcels, their bytes, their rows, events and identity index stand as they were sealed?"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Protocol

from sqlalchemy import RowMapping, Table

from hub.errors import ConfigurationFault, EvidenceBroken
from hub.ledger import schema
from hub.ledger.audit.report import Audit
from hub.ledger.audit.scan import as_written, columns_of, scan
from hub.ledger.parcels import content_purpose
from hub.ledger.row_form import rewritten
from hub.ledger.rows import identity_rows, row_purpose
from hub.ledger.store import Transaction
from hub.model import Reading
from hub.privacy import digest

Parts = dict[str, list[RowMapping]]


def check_parcels(tx: Transaction, audit: Audit) -> None:
    """Every parcel's line is what was sealed."""
    for row in scan(tx, schema.parcel, "parcel_id"):
        claim = audit.take("parcel", row["parcel_id"])
        audit.compare(claim, f"parcel {row['parcel_id']}", {**columns_of(row), "meta": as_written(row["meta"])})


def check_contents(tx: Transaction, audit: Audit) -> None:
    """Every parcel's bytes are there and give the sha256 under which they were sealed."""
    wanted = {row["sha256"]: row["parcel_id"] for row in scan(tx, schema.parcel, "parcel_id")}
    for row in scan(tx, schema.parcel_content, "sha256"):
        place = f"parcel_content {row['sha256']}"
        if wanted.pop(row["sha256"], None) is None:
            audit.fault(0, place, "belongs to no parcel")
        try:
            content = tx.cipher.open(row["sealed"], content_purpose(row["sha256"]))
        except (EvidenceBroken, ConfigurationFault) as error:
            audit.fault(0, place, str(error))
        else:
            if digest(content) != row["sha256"]:
                audit.fault(0, place, "the bytes do not give this sha256")
    for sha256, parcel_id in wanted.items():
        audit.fault(0, f"parcel_content {sha256}", f"the bytes of parcel {parcel_id} are gone")


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


@dataclass(slots=True)
class _Span:
    """The records of one reading, while they are checked."""

    seq: int
    parcel_id: str
    attempt: int
    first: int
    rows: int
    read_at: str
    running: _Hash = field(default_factory=hashlib.sha256)
    found: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def place(self) -> str:
        return f"parcel_reading {self.parcel_id} {self.attempt}"


def check_rows(tx: Transaction, audit: Audit) -> None:
    """Every record opens, says what its columns say, has its events and index lines, and none was added or dropped."""
    claims = {}
    spans = []
    for row in scan(tx, schema.parcel_reading, "first_record_id", "rows"):
        span = _Span(0, row["parcel_id"], row["attempt"], row["first_record_id"], row["rows"], row["read_at"])
        claim = audit.take("parcel_reading", f"{row['parcel_id']} {row['attempt']}")
        audit.compare(claim, span.place, {**columns_of(row, "digest"), "rows_digest": row["digest"]})
        span.seq = claim.seq
        claims[span.place] = claim
        spans.append(span)
    position = 0
    for record_id, parts in _by_record(tx):
        while position < len(spans) and record_id >= spans[position].first + spans[position].rows:
            position += 1
        if position == len(spans) or record_id < spans[position].first:
            for name in (name for name, rows in parts.items() if rows):
                audit.fault(0, f"{name} of record {record_id}", "belongs to no reading of a parcel")
            continue
        _check_record(tx, audit, spans[position], record_id, parts)
    for span in spans:
        entry = claims[span.place].entry
        if span.seq and entry.get("rows_digest") != span.running.hexdigest():
            gone = f"{span.found} of {entry.get('rows')} rows are there"
            audit.fault(span.seq, span.place, f"its rows are not those that were sealed ({gone})")
        if span.seq and entry.get("readings") != {str(word): span.counts[str(word)] for word in Reading}:
            audit.fault(span.seq, span.place, "its rows do not add up to the counts that were sealed")


def _check_record(tx: Transaction, audit: Audit, span: _Span, record_id: int, parts: Parts) -> None:
    place = f"record {record_id}"
    if not parts["record"]:
        audit.fault(span.seq, place, "is gone, its events or index lines are left")
        return
    row = parts["record"][0]
    span.found += 1
    span.running.update(row["digest"].encode())
    place = f"{place} ({row['source']})"
    try:
        payload = tx.cipher.open(row["sealed"], row_purpose(span.parcel_id, record_id))
    except (EvidenceBroken, ConfigurationFault) as error:
        audit.fault(span.seq, place, str(error))
        return
    if digest(payload) != row["digest"]:
        audit.fault(span.seq, place, "its digest is not that of what was sealed")
    form = json.loads(payload)
    row_again = rewritten(form)
    span.counts[form["reading"]] += 1
    expected = row_again.columns(record_id, span.parcel_id, form["position"])
    for name, value, right in zip(row.keys(), row.values(), expected, strict=False):
        if value != right:
            audit.fault(span.seq, place, f"column {name} is not what was sealed")
    if form["position"] != record_id - span.first:
        audit.fault(span.seq, place, "stands in another place than it was sealed for")
    if [tuple(one.values()) for one in parts["event"]] != row_again.event_rows(record_id, span.read_at):
        audit.fault(span.seq, f"event of {place}", "its events are not what was sealed")
    lines: list[tuple[object, ...]] = [*identity_rows(tx.cipher, record_id, row_again)]
    if [tuple(one.values()) for one in parts["identity_index"]] != lines:
        audit.fault(span.seq, f"identity_index of {place}", "its index lines are not what was sealed")


def _by_record(tx: Transaction) -> Iterator[tuple[int, Parts]]:
    """For every record id that any of the three tables has, its rows in each."""
    streams = (
        _tagged(tx, schema.record, "record_id"),
        _tagged(tx, schema.event, "record_id", "ordinal"),
        _tagged(tx, schema.identity_index, "record_id", "identity"),
    )
    for record_id, group in groupby(merge(*streams, key=itemgetter(0)), key=itemgetter(0)):
        parts: Parts = {"record": [], "event": [], "identity_index": []}
        for _, name, row in group:
            parts[name].append(row)
        yield record_id, parts


def _tagged(tx: Transaction, table: Table, *order: str) -> Iterator[tuple[int, str, RowMapping]]:
    for row in scan(tx, table, *order):
        yield row["record_id"], table.name, row
