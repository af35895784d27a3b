"""How is a row's reading written as JSON, and read back as exactly the same value?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TypedDict, cast

from hub.ledger.canon import canonical_texts, in_clear, instant_text
from hub.model import Event, Party, Reading, Record, RecordKind, RowReading
from hub.moment import SHANGHAI, Moment
from hub.privacy import Cipher

Pairs = Sequence[Sequence[str]]
"""Names and values; as tuples before they are written, as lists when they come back."""


class EventForm(TypedDict):
    """An event in JSON."""

    code: str
    at: str
    agency: str
    attributes: Pairs


class RecordForm(TypedDict):
    """A record in JSON."""

    agency: str
    kind: str
    key: str
    source: str
    fields: Mapping[str, str]
    parties: Pairs
    events: list[EventForm]
    raw: Pairs


class RowForm(TypedDict):
    """A row's reading in JSON."""

    position: int
    source: str
    reading: str
    kind: str
    key: str
    content_hash: str
    column: str
    reason: str
    detail: str
    record: RecordForm | None


def written(position: int, row: RowReading) -> RowForm:
    """The reading as JSON: complete, personal data in full; it is only ever stored sealed."""
    return {
        "position": position,
        "source": row.source,
        "reading": str(row.reading),
        "kind": str(row.kind) if row.kind else "",
        "key": row.key,
        "content_hash": row.content_hash,
        "column": row.column,
        "reason": row.reason,
        "detail": row.detail,
        "record": _record_written(row.record) if row.record else None,
    }


def read(form: dict[str, object]) -> RowReading:
    """The reading that `written` wrote."""
    row = cast("RowForm", form)
    record = row["record"]
    return RowReading(
        source=row["source"],
        reading=Reading(row["reading"]),
        kind=RecordKind(row["kind"]) if row["kind"] else None,
        key=row["key"],
        content_hash=row["content_hash"],
        column=row["column"],
        reason=row["reason"],
        detail=row["detail"],
        record=_record_read(record) if record else None,
    )


def record_columns(record_id: int, parcel_id: str, form: RowForm) -> tuple[object, ...]:
    """The unsealed columns of table record, without digest and sealed; `audit` compares them with the sealed form."""
    return (
        record_id,
        parcel_id,
        form["position"],
        in_clear(form["source"]),
        form["reading"],
        form["kind"],
        in_clear(form["key"]),
        form["content_hash"],
        in_clear(form["column"]),
        in_clear(form["reason"]),
    )


def event_rows(record_id: int, form: RowForm, learned_at: str) -> list[tuple[object, ...]]:
    """The rows of table event for one reading. learned_at: an instant as the ledger writes it."""
    record = form["record"]
    if record is None:
        return []
    return [
        (
            record_id,
            ordinal,
            event["code"],
            event["at"],
            _sort_text(event["at"]),
            event["agency"],
            in_clear(canonical_texts(event["attributes"]).decode()) if event["attributes"] else "[]",
            learned_at,
        )
        for ordinal, event in enumerate(record["events"])
    ]


def identity_rows(record_id: int, form: RowForm, cipher: Cipher) -> list[tuple[object, ...]]:
    """The rows of table identity_index for one reading: a line for each complete number that the record names."""
    record = form["record"]
    if record is None:
        return []
    numbers = {id_no for _, id_no, id_state in record["parties"] if id_state == "complete" and id_no}
    # In the order of the index, as the audit reads them back: the order of the numbers is known only to us.
    return [(index, record_id) for index in sorted(map(cipher.index, numbers))]


def _record_written(record: Record) -> RecordForm:
    return {
        "agency": record.agency,
        "kind": str(record.kind),
        "key": record.key,
        "source": record.source,
        "fields": dict(record.fields),
        "parties": [(party.name, party.id_no, party.id_state) for party in record.parties],
        "events": [
            {
                "code": event.code,
                "at": str(event.at),
                "agency": event.agency,
                "attributes": event.attributes,
            }
            for event in record.events
        ],
        "raw": record.raw,
    }


def _record_read(form: RecordForm) -> Record:
    return Record(
        agency=form["agency"],
        kind=RecordKind(form["kind"]),
        key=form["key"],
        source=form["source"],
        fields=form["fields"],
        parties=tuple([Party(name, id_no, id_state) for name, id_no, id_state in form["parties"]]),
        events=tuple(
            [
                Event(event["code"], _moment(event["at"]), event["agency"], _pairs(event["attributes"]))
                for event in form["events"]
            ]
        ),
        raw=_pairs(form["raw"]),
    )


def _pairs(form: Pairs) -> tuple[tuple[str, str], ...]:
    return tuple([(name, value) for name, value in form])


# Days and minutes come again and again: a month's ledger names a few hundred, each on thousands of rows.
_SEEN = 1 << 16


@lru_cache(_SEEN)
def _moment(text: str) -> Moment:
    return Moment.parse(text)


@lru_cache(_SEEN)
def _sort_text(text: str) -> str:
    day, clock = _moment(text).sort_key()
    return instant_text(datetime.combine(day, clock, SHANGHAI))
