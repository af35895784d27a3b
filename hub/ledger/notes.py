"""What did the linker note about the records, so that the next run need not read them all?

These tables may be changed: they follow from the append-only ones and are made anew whenever they do not fit them.
A sign stands there as a keyed digest only; without the key nobody can try a name or number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import partial

import numpy as np
import numpy.typing as npt
from sqlalchemy import delete, func, select

from hub.errors import EvidenceBroken
from hub.ledger import schema
from hub.ledger.among import among
from hub.ledger.bulk import insert_rows
from hub.ledger.store import Transaction
from hub.model import Reading
from hub.privacy import Cipher

# How many rows are put into a table, or deleted from it, at once.
_PORTION = 50_000
_WITHOUT_ROLE = ~3
_MARKS = 1 << 256


class Role(IntEnum):
    """What a row has to do with a sign; the two last bits of what is noted."""

    ROW = 0  # its versions are found by it
    BEARS = 1
    SEEKS = 2


Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Note:
    """A standing record's place: its case, and as JSON why it is there and what came of its turns."""

    record_id: int
    case_id: str
    why: str
    choices: str


@dataclass(frozen=True, slots=True)
class LastLinked:
    """How far the last run came: the last record that its notes know, and the version of the linker that made them.

    acted: the ids of the decisions of people that acted. mark: what `marked` gives for all notes together; it is kept
    sealed for just these values, and is one that no notes have where somebody altered any.
    """

    record_id: int
    linker: str
    acted: tuple[str, ...]
    mark: int


def numbering(tx: Transaction) -> Callable[[str], int]:
    """What gives a sign its number: a keyed digest with two bits left free for the role."""
    return partial(_number, tx.cipher)


def note_signs(tx: Transaction, *found: tuple[Role, Numbers, Numbers]) -> None:
    """Note by what records are found, none of it noted yet: a role, and the numbers of signs beside their records."""
    signs = np.concatenate([numbers | role for role, numbers, _ in found])
    owners = np.concatenate([records for _, _, records in found])
    # In the order of the table, so that each of its pages is written once.
    order = np.lexsort((owners, signs))
    for start in range(0, len(order), _PORTION):
        portion = order[start : start + _PORTION]
        insert_rows(tx, schema.sign, list(zip(signs[portion].tolist(), owners[portion].tolist(), strict=True)))


def found_by(tx: Transaction, role: Role, numbers: Iterable[int]) -> dict[int, list[int]]:
    """The records that each sign leads to, standing or not, in order; signs that lead nowhere are left out."""
    table = schema.sign
    wanted = [number | role for number in numbers]
    query = select(table.c.sign, table.c.record_id).where(among(tx, table.c.sign, wanted))
    found: dict[int, list[int]] = {}
    for number, record_id in tx.connection.execute(query.order_by(table.c.sign, table.c.record_id)):
        found.setdefault(number & _WITHOUT_ROLE, []).append(record_id)
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


def all_notes(tx: Transaction) -> list[Note]:
    """The notes of all records that stand, in their order."""
    table = schema.standing
    return [Note(*row) for row in tx.connection.execute(select(table).order_by(table.c.record_id))]


def put_notes(tx: Transaction, notes: Collection[Note], gone: Iterable[int] = ()) -> int:
    """Put these notes in the place of what was noted of the same records, and drop those of records that are gone.

    Gives by how much that changes the mark of all notes.
    """
    tx.must_write()
    table = schema.standing
    replaced = {note.record_id for note in notes}.union(gone)
    before = marked(tx, notes_of(tx, replaced))
    tx.connection.execute(delete(table).where(among(tx, table.c.record_id, replaced)))
    return (add_notes(tx, notes) - before) % _MARKS


def add_notes(tx: Transaction, notes: Iterable[Note]) -> int:
    """Put notes of records of which nothing is noted; gives their mark."""
    added = list(notes)
    insert_rows(tx, schema.standing, [(note.record_id, note.case_id, note.why, note.choices) for note in added])
    return marked(tx, added)


def marked(tx: Transaction, notes: Iterable[Note]) -> int:
    """A mark that only who has the key can make: the sum of a keyed digest of each note, so that a run that changes
    few of them need not read the others. Notes that somebody altered have another.
    """
    index = tx.cipher.index
    lines = (f"note {note.record_id} {note.case_id} {note.why} {note.choices}" for note in notes)
    return sum(int(index(line), 16) for line in lines) % _MARKS


def added_up(*marks: int) -> int:
    """The mark of notes of which these are the marks."""
    return sum(marks) % _MARKS


def last_linked(tx: Transaction) -> LastLinked | None:
    """How far the last run came; None where there are no notes."""
    row = tx.connection.execute(select(schema.linked.c.record_id, schema.linked.c.linker)).first()
    if row is None:
        return None
    # Before there was a mark, the version stood first; such notes are of another linker in any case.
    sealed, linker, *acted = row.linker.split() if " " in row.linker else ("", row.linker)
    try:
        mark = int.from_bytes(tx.cipher.open(bytes.fromhex(sealed), _purpose(row.record_id, linker, acted)), "big")
    except (EvidenceBroken, ValueError):
        mark = _MARKS
    return LastLinked(row.record_id, linker, tuple(acted), mark)


def set_last_linked(tx: Transaction, last: LastLinked) -> None:
    """Note how far a run came."""
    tx.must_write()
    tx.connection.execute(delete(schema.linked))
    sealed = tx.cipher.seal(last.mark.to_bytes(33, "big"), _purpose(last.record_id, last.linker, last.acted))
    insert_rows(tx, schema.linked, [(last.record_id, " ".join((sealed.hex(), last.linker, *last.acted)))])


def _purpose(record_id: int, linker: str, acted: Iterable[str]) -> str:
    return " ".join(("notes", str(record_id), linker, *acted))


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


def _number(cipher: Cipher, text: str) -> int:
    return cipher.number(text) & _WITHOUT_ROLE
