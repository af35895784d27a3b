"""What did the linker note about the records, so that the next run need not read them all?

These tables may be changed: they follow from the append-only ones and are made anew whenever they do not fit them.
A sign stands there as a keyed digest only; without the key nobody can try a name or number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from hub.ledger import schema
from hub.ledger.among import among
from hub.ledger.bulk import insert_rows
from hub.ledger.store import Transaction
from hub.model import Reading

_SIGNED = 1 << 63
# Signs go in sorted, since the index keeps them so; no more of them at once than fit well into memory.
_PORTION = 1_000_000


@dataclass(frozen=True, slots=True)
class Note:
    """A standing record's place: its case, and as JSON why it is there and what came of its turns."""

    record_id: int
    case_id: str
    why: str
    choices: str


def note_signs(tx: Transaction, signs: Iterable[tuple[int, Iterable[str]]]) -> None:
    """Note by what records are found: (record id, texts of its signs), none of it noted yet."""
    portion: list[tuple[object, ...]] = []
    for record_id, texts in signs:
        portion += {(_digest(tx, text), record_id) for text in texts}
        if len(portion) > _PORTION:
            insert_rows(tx, schema.sign, sorted(portion))
            portion.clear()
    insert_rows(tx, schema.sign, sorted(portion))


def found_by(tx: Transaction, texts: Iterable[str]) -> dict[str, list[int]]:
    """The records that each sign leads to, standing or not, in order; signs that lead nowhere are left out."""
    by_digest = {_digest(tx, text): text for text in texts}
    table = schema.sign
    query = select(table.c.sign, table.c.record_id).where(among(tx, table.c.sign, by_digest))
    found: dict[str, list[int]] = {}
    for number, record_id in tx.connection.execute(query.order_by(table.c.sign, table.c.record_id)):
        found.setdefault(by_digest[number], []).append(record_id)
    return found


def notes_of(tx: Transaction, record_ids: Iterable[int]) -> list[Note]:
    """The notes of these records, in their order; a record that does not stand has none."""
    table = schema.standing
    query = select(table).where(among(tx, table.c.record_id, record_ids)).order_by(table.c.record_id)
    return [Note(*row) for row in tx.connection.execute(query)]


def standing_among(tx: Transaction, record_ids: Iterable[int]) -> set[int]:
    """Those of the records that stand."""
    table = schema.standing
    return set(
        tx.connection.execute(select(table.c.record_id).where(among(tx, table.c.record_id, record_ids))).scalars()
    )


def standing_with(tx: Transaction, record_ids: Iterable[int]) -> set[int]:
    """The records of the cases in which these stand."""
    table = schema.standing
    cases = tx.connection.execute(select(table.c.case_id).where(among(tx, table.c.record_id, record_ids))).scalars()
    return set(tx.connection.execute(select(table.c.record_id).where(among(tx, table.c.case_id, cases))).scalars())


def put_notes(tx: Transaction, notes: Collection[Note], gone: Iterable[int] = ()) -> None:
    """Put these notes in the place of what was noted of the same records, and drop those of records that are gone."""
    tx.must_write()
    table = schema.standing
    replaced = {note.record_id for note in notes}.union(gone)
    tx.connection.execute(delete(table).where(among(tx, table.c.record_id, replaced)))
    insert_rows(tx, table, [(note.record_id, note.case_id, note.why, note.choices) for note in notes])


def linked_upto(tx: Transaction) -> tuple[int, str] | None:
    """The last record that the notes know, and which linker made them; None where there are none."""
    row = tx.connection.execute(select(schema.linked.c.record_id, schema.linked.c.linker)).first()
    return None if row is None else (row.record_id, row.linker)


def set_linked(tx: Transaction, record_id: int, linker: str) -> None:
    """Note up to which record the notes go now."""
    tx.must_write()
    tx.connection.execute(delete(schema.linked))
    insert_rows(tx, schema.linked, [(record_id, linker)])


def forget(tx: Transaction) -> None:
    """Drop all notes, to make them anew."""
    tx.must_write()
    for table in schema.NOTES:
        tx.connection.execute(delete(table))


def last_record_id(tx: Transaction) -> int:
    """The number of the last row that the ledger holds; 0 where it holds none."""
    return tx.connection.execute(select(func.max(schema.record.c.record_id))).scalar_one() or 0


def row_keys(tx: Transaction, record_ids: Iterable[int]) -> set[tuple[str, str, str]]:
    """Agency, kind and key of these rows, as they stand in clear; those that could not be read have none."""
    row, parcel = schema.record, schema.parcel
    query = select(parcel.c.agency, row.c.kind, row.c.key).join(parcel, parcel.c.parcel_id == row.c.parcel_id)
    found = tx.connection.execute(query.where(among(tx, row.c.record_id, record_ids), row.c.reading == Reading.READ))
    return {(agency, kind, key) for agency, kind, key in found}


def rows_replaced(tx: Transaction, after: int) -> list[int]:
    """The rows up to `after` whose parcel was read again later."""
    table = schema.parcel_reading
    again = select(table.c.parcel_id).where(table.c.attempt > 1, table.c.first_record_id > after)
    query = select(table.c.first_record_id, table.c.rows).where(table.c.parcel_id.in_(again))
    ranges = tx.connection.execute(query.where(table.c.first_record_id <= after))
    return [i for first, rows in ranges for i in range(first, first + rows)]


def _digest(tx: Transaction, text: str) -> int:
    """64 bits of the keyed digest, as both databases hold a whole number."""
    return int(tx.cipher.index(f"sign {text}")[:16], 16) - _SIGNED
