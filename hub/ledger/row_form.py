"""How is a row's reading written as JSON, and read back as exactly the same value?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypedDict, cast

import orjson

from hub.ledger.canon import canonical_bytes, in_clear, json_bytes, json_text
from hub.ledger.event_moment import moment_texts
from hub.model import Event, Party, Reading, Record, RecordKind, RowReading
from hub.moment import Moment
from hub.whole_text import whole_json

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


EventColumns = tuple[str, str, str, str, str]
"""What table event has of an event: code, at, at_sort, agency, and the attributes as JSON in clear."""


class WrittenEvent(NamedTuple):
    """An event as it is kept: its JSON, and its columns."""

    form: bytes
    columns: EventColumns


class WrittenRow(NamedTuple):
    """A row's reading as it is kept; `opened` gives the value that it stands for.

    record: its record as JSON, `null` where the row was set aside or ignored; a text where it holds half a surrogate
    pair, for which there are no bytes. numbers: the complete identity numbers that it names, each once.
    """

    source: str
    reading: str
    kind: str = ""
    key: str = ""
    content_hash: str = ""
    column: str = ""
    reason: str = ""
    detail: str = ""
    record: bytes | str = b"null"
    events: tuple[EventColumns, ...] = ()
    numbers: tuple[str, ...] = ()

    def form(self, position: int, salt: str) -> bytes:
        """`RowForm` with a salt, as canonical JSON: complete, personal data in full; it is only ever stored sealed."""
        before = (
            f'{{"column":{json_text(self.column)},"content_hash":{json_text(self.content_hash)}'
            f',"detail":{json_text(self.detail)},"key":{json_text(self.key)},"kind":"{self.kind}","position":{position}'
            f',"reading":"{self.reading}","reason":{json_text(self.reason)},"record":'
        )
        behind = f',"salt":"{salt}","source":{json_text(self.source)}}}'
        record = self.record
        if isinstance(record, bytes):
            try:
                return b"".join((before.encode(), record, behind.encode()))
            except UnicodeEncodeError:  # half a surrogate pair beside the record
                record = record.decode()
        return canonical_bytes(f"{before}{record}{behind}")

    def columns(self, record_id: int, parcel_id: str, position: int) -> tuple[object, ...]:
        """The unsealed columns of table record, without digest and sealed."""
        return (
            record_id,
            parcel_id,
            position,
            in_clear(self.source),
            self.reading,
            self.kind,
            in_clear(self.key),
            self.content_hash,
            in_clear(self.column),
            in_clear(self.reason),
        )

    def event_rows(self, record_id: int, learned_at: str) -> list[tuple[object, ...]]:
        """The rows of table event. learned_at: an instant as the ledger writes it."""
        return [(record_id, ordinal, *event, learned_at) for ordinal, event in enumerate(self.events)]


def written(row: RowReading) -> WrittenRow:
    """A reading as it is kept."""
    bare = WrittenRow(
        source=row.source,
        reading=str(row.reading),
        kind=str(row.kind) if row.kind else "",
        key=row.key,
        content_hash=row.content_hash,
        column=row.column,
        reason=row.reason,
        detail=row.detail,
    )
    if row.record is None:
        return bare
    record = row.record
    events = tuple([written_event(one.code, str(one.at), one.agency, one.attributes) for one in record.events])
    members = b"".join([field_member(name, value) for name, value in sorted(record.fields.items())])
    raw = b"".join([pair_text(name, value) for name, value in record.raw])
    form = record_text(
        record.agency, str(record.kind), record.key, record.source, events, members, people_text(record.parties), raw
    )
    return bare._replace(record=whole(form), events=columns_of(events), numbers=complete_numbers(record.parties))


def record_text(
    agency: str, kind: str, key: str, source: str,
    events: Iterable[WrittenEvent], members: bytes, people: bytes, raw: bytes,
) -> bytes:  # fmt: skip
    """`RecordForm` as canonical JSON. members: the fields as `field_member` writes them, by name. people: as
    `people_text` writes them; raw: as `pair_text` does.
    """
    return b'{"agency":%b,"events":[%b],"fields":{%b},"key":%b,"kind":"%b","parties":[%b],"raw":[%b],"source":%b}' % (
        json_bytes(agency), b",".join([event.form for event in events]), members[:-1], json_bytes(key), kind.encode(),
        people, raw[:-1], json_bytes(source),
    )  # fmt: skip


def whole(told: bytes) -> bytes | str:
    """What `json_bytes` wrote as it is kept: as text where it holds half a surrogate pair."""
    if b"\xed" in told:  # as each such half begins, and some whole signs
        try:
            told.decode()
        except UnicodeDecodeError:
            return told.decode("utf-8", "surrogatepass")
    return told


def columns_of(events: Iterable[WrittenEvent]) -> tuple[EventColumns, ...]:
    """What table event has of each."""
    return tuple([event.columns for event in events])


def field_member(name: str, value: str) -> bytes:
    """A field as a member of a JSON object, a comma behind it."""
    return b"%b:%b," % (json_bytes(name), json_bytes(value))


def pair_text(name: str, value: str) -> bytes:
    """A name and a value as an entry of a list in JSON, a comma behind it."""
    return b"[%b,%b]," % (json_bytes(name), json_bytes(value))


def written_event(code: str, at: str, agency: str, attributes: Pairs) -> WrittenEvent:
    """An event as it is kept. Raises ValueError where `at` is no moment."""
    when, sort = moment_texts(at)
    told = f"[{','.join([f'[{json_text(name)},{json_text(value)}]' for name, value in attributes])}]"
    form = f'{{"agency":{json_text(agency)},"at":"{when}","attributes":{told},"code":{json_text(code)}}}'
    return WrittenEvent(
        form.encode("utf-8", "surrogatepass"), (code, when, sort, agency, in_clear(told) if attributes else told)
    )


def people_text(parties: Iterable[Party]) -> bytes:
    """Parties as entries of a list in JSON."""
    told = [f"[{json_text(one.name)},{json_text(one.id_no)},{json_text(one.id_state)}]" for one in parties]
    return ",".join(told).encode("utf-8", "surrogatepass")


def complete_numbers(parties: Iterable[Party]) -> tuple[str, ...]:
    """The complete identity numbers among the parties', each once."""
    return tuple(dict.fromkeys([one.id_no for one in parties if one.id_state == "complete" and one.id_no]))


def opened(row: WrittenRow) -> RowReading:
    """The reading that was written, its texts made whole as where the ledger gives it again."""
    try:
        record = orjson.loads(row.record)
    except orjson.JSONDecodeError:  # half a surrogate pair
        record = json.loads(row.record)
    return read(whole_json({**row._asdict(), "record": record}))


def read(form: Mapping[str, object]) -> RowReading:
    """The reading that stands in the JSON of a row."""
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


def rewritten(form: Mapping[str, object]) -> WrittenRow:
    """What the JSON of a row puts into the tables, for an audit to compare: all but the record itself."""
    row = cast("RowForm", form)
    record = row["record"]
    bare = WrittenRow(
        row["source"], row["reading"], row["kind"], row["key"], row["content_hash"], row["column"], row["reason"]
    )
    if record is None:
        return bare
    events = [written_event(one["code"], one["at"], one["agency"], one["attributes"]) for one in record["events"]]
    parties = [Party(name, id_no, id_state) for name, id_no, id_state in record["parties"]]
    return bare._replace(events=columns_of(events), numbers=complete_numbers(parties))


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
