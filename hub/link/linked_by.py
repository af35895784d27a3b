"""What of a row does the linker need? A million of them must fit into memory."""

from __future__ import annotations

from hub.model import Event, Record, RowReading

# Words of short lists, and who says them: each row has its own copy of a text that a few would do for.
_WORDS = ("cause_code", "category", "doc_type", "unit_code")


def linked_by(reading: RowReading, words: dict[str, str]) -> RowReading:
    """The reading with all by which versions are told apart and records are linked, and no more.

    words: the texts that many rows share, for rows that are kept together; grows.
    """
    record = reading.record
    if record is None:
        return RowReading(reading.source, reading.reading, reading.kind, reading.key, reading.content_hash)
    key = record.key if reading.key == record.key else reading.key
    share = words.setdefault
    fields = {
        share(name, name): share(value, value) if name in _WORDS or len(value) == 10 else key if value == key else value
        for name, value in record.fields.items()
    }
    events = tuple([Event(share(e.code, e.code), e.at, share(e.agency, e.agency)) for e in record.events])
    agency = share(record.agency, record.agency)
    kept = Record(agency, record.kind, record.key, record.source, fields, record.parties, events)
    source = record.source if reading.source == record.source else reading.source
    return RowReading(source, reading.reading, reading.kind, key, reading.content_hash, record=kept)
