"""Which rows came in only after a person had corrected something?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from hub.ledger import schema
from hub.ledger.canon import instant_text
from hub.ledger.store import Transaction
from hub.model import Reading


def set_aside_at_first(tx: Transaction, known_at: datetime | None = None) -> list[tuple[str, int]]:
    """(parcel_id, position) of each row that the first reading of a parcel read again since had set aside.

    known_at: readings made later do not count. A parcel that was read once gives nothing.
    """
    reading, record = schema.parcel_reading, schema.record
    again = select(reading.c.parcel_id).group_by(reading.c.parcel_id).having(func.count() > 1)
    if known_at is not None:
        again = again.where(reading.c.read_at <= instant_text(known_at))
    first = reading.alias()
    query = (
        select(record.c.parcel_id, record.c.position)
        .join(first, first.c.parcel_id == record.c.parcel_id)
        .where(
            first.c.attempt == 1,
            record.c.record_id >= first.c.first_record_id,
            record.c.record_id < first.c.first_record_id + first.c.rows,
            record.c.reading == str(Reading.QUARANTINED),
            record.c.parcel_id.in_(again),
        )
        .order_by(record.c.parcel_id, record.c.position)
    )
    return [(parcel_id, position) for parcel_id, position in tx.connection.execute(query)]
