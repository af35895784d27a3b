"""Which rows of the ledger stand, and by what are they found? As little of each is kept as that takes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping

import numpy as np

from hub.ledger.canon import in_clear
from hub.ledger.notes import Role, note_signs, numbering
from hub.ledger.parcels import StoredRow, stored_parcels
from hub.ledger.store import Transaction
from hub.link.linked_by import linked_by
from hub.link.meetings import Signed
from hub.mapping.agency import Agency
from hub.model import Disposition, Reading, Record, RowReading
from hub.receiving.versions import HeldRow, settle


class Rows:
    """Rows with what they are found by; of a million of them no more is kept than is needed to see which stand."""

    def __init__(self, tx: Transaction, agencies: Mapping[str, Agency]) -> None:
        self._agencies = agencies
        self._agency_of = {parcel.parcel_id: parcel.agency for parcel in stored_parcels(tx)}
        self._first: dict[str, int] = {}  # parcel -> the number of its first row, for they are numbered in order
        self._rows: list[HeldRow] = []
        self._keys, self._keyed = array("q"), array("q")
        self._words: dict[str, str] = {}
        self.signed = Signed(numbering(tx))

    def add(self, rows: Iterable[tuple[int, StoredRow]]) -> None:
        """Take in more of them, each no more than once; only of those that could be read is there anything to note."""
        for record_id, row in rows:
            agency = self._agency_of[row.parcel_id]
            self._first[row.parcel_id] = record_id - row.position
            reading = linked_by(row.reading, self._words)
            self._rows.append(_as_held(agency, row, reading))
            if reading.reading is Reading.READ:
                sign = row_sign(agency, str(reading.kind), in_clear(reading.key))
                self._keys.append(self.signed.number_of(sign))
                self._keyed.append(record_id)
            if reading.record is not None:
                self.signed.add(record_id, reading.record)

    def add_rows_of(self, other: Rows) -> None:
        """Take in the rows of another such heap, without what they are found by."""
        self._first |= other._first
        self._rows += other._rows

    def keys(self) -> list[int]:
        """What the versions of each of these rows are found by."""
        return list(self._keys)

    def note(self, tx: Transaction) -> None:
        """Note everything by which these rows are found."""
        keys = np.array(self._keys, dtype=np.int64), np.array(self._keyed, dtype=np.int64)
        signed = self.signed
        note_signs(tx, (Role.ROW, *keys), (Role.BEARS, *signed.borne()), (Role.SEEKS, *signed.sought()))

    def standing(self) -> dict[int, Record]:
        """The records that stand, given that all versions of these rows are here."""
        return {
            self._first[one.row.parcel_id] + one.row.position: one.row.reading.record
            for one in settle(self._rows, self._agencies)
            if one.disposition is Disposition.ACCEPTED and one.row.reading.record is not None
        }


def row_sign(agency: str, kind: str, key: str) -> str:
    """The sign that all versions of a row share. key: the agency's own, as it stands in clear."""
    return f"row|{agency}|{kind}|{key}"


def _as_held(agency: str, row: StoredRow, reading: RowReading) -> HeldRow:
    return HeldRow(
        agency, row.parcel_id, row.path, row.parcel_sha256, row.arrived_at, row.received_at, row.position, reading
    )
