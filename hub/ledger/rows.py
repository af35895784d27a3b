"""How do a parcel's rows get into their tables, each sealed, with its events and its persons?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import islice

from sqlalchemy import func, select

from hub.ledger import schema
from hub.ledger.bulk import insert_rows
from hub.ledger.canon import digest_of, instant_text
from hub.ledger.leaf import row_leaf
from hub.ledger.row_form import WrittenRow
from hub.ledger.store import Transaction
from hub.model import Reading
from hub.privacy import Cipher

# Rows of a large parcel go in by portions, so that only one portion of them is in memory, read and sealed.
CHUNK = 500


def insert_reading(
    tx: Transaction, parcel_id: str, attempt: int, rows: Iterable[WrittenRow], read_at: datetime
) -> dict[str, object]:
    """Keep the rows of one reading of a parcel, in their order; give what the entry of evidence says of them."""
    read = instant_text(read_at)
    # The writer's place is ours, so the next free numbers are ours too.
    first = (tx.connection.execute(select(func.max(schema.record.c.record_id))).scalar_one() or 0) + 1
    digests: list[str] = []
    counts: Counter[str] = Counter()
    identities: list[tuple[str, int]] = []
    coming = iter(rows)
    while portion := list(islice(coming, CHUNK)):
        for record_id, row in enumerate(portion, first + len(digests)):
            identities += identity_rows(tx.cipher, record_id, row)
        digests += _insert_rows(tx, parcel_id, first, len(digests), portion, read)
        counts.update([row.reading for row in portion])
    # In the order of the table, which is laid out by them: as they come they would go here and there in it.
    insert_rows(tx, schema.identity_index, sorted(identities))
    rows_digest = digest_of(digests)
    insert_rows(tx, schema.parcel_reading, [(parcel_id, attempt, read, first, len(digests), rows_digest)])
    return {
        "attempt": attempt,
        "read_at": read,
        "first_record_id": first,
        "rows": len(digests),
        "readings": {str(word): counts[str(word)] for word in Reading},
        "rows_digest": rows_digest,
    }


def records_naming(tx: Transaction, id_no: str) -> list[int]:
    """The record ids whose parties have this complete identity number, in order."""
    table = schema.identity_index
    query = select(table.c.record_id).where(table.c.identity == tx.cipher.index(id_no)).order_by(table.c.record_id)
    return list(tx.connection.execute(query).scalars())


def identity_rows(cipher: Cipher, record_id: int, row: WrittenRow) -> list[tuple[str, int]]:
    """The lines of table identity_index for one row, in the index's order: that of the numbers is known only to us."""
    return [(index, record_id) for index in sorted(map(cipher.index, row.numbers))]


def row_purpose(parcel_id: str, record_id: int) -> str:
    """What a row is sealed for: its own place, so that it opens nowhere else."""
    return f"record {parcel_id} {record_id}"


def _insert_rows(
    tx: Transaction, parcel_id: str, first: int, start: int, rows: Sequence[WrittenRow], read_at: str
) -> list[str]:
    records: list[tuple[object, ...]] = []
    events: list[tuple[object, ...]] = []
    digests: list[str] = []
    for position, row in enumerate(rows, start):
        record_id = first + position
        one = row_leaf(tx.cipher, row_purpose(parcel_id, record_id), partial(row.form, position))
        records.append((*row.columns(record_id, parcel_id, position), one.digest, one.sealed))
        events += row.event_rows(record_id, read_at)
        digests.append(one.digest)
    insert_rows(tx, schema.record, records)
    insert_rows(tx, schema.event, events)
    return digests
