"""What is to be handed over to whom, and how far has each delivery come?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import select

from hub.ledger import schema
from hub.ledger.bulk import insert_rows
from hub.ledger.canon import canonical, instant, instant_text
from hub.ledger.chain import seal
from hub.ledger.facts import Fact, facts
from hub.ledger.store import Transaction
from hub.privacy import digest, holds_identity_number
from hub.words import Word

SENT = "delivery.sent"
ACKNOWLEDGED = "delivery.acknowledged"
REFUSED = "delivery.refused"
# The one repetition that the technical ladder asks for: due, and done. Both bear the delivery's id.
RESEND_DUE = "delivery.resend_due"
RESENT = "delivery.resent"


class DeliveryState(Word):
    """How far a delivery has come."""

    PLANNED = "planned"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Refers:
    """What a delivery speaks of. intents: the ids of the single things that are told in it, in the order of its rows."""

    case_ids: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    obligation_ids: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """Bytes that an agency must have. delivery_id: deterministic; kind: `referral`, `copy`, `notice`, `finding` ..."""

    delivery_id: str
    agency: str
    kind: str
    path: str
    content: bytes = field(repr=False)
    media_type: str
    refers: Refers
    planned_at: datetime


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    """A delivery without its bytes, and how far it has come by the facts known at the time asked for.

    ending: the fact of its acknowledgement or refusal.
    """

    delivery_id: str
    agency: str
    kind: str
    path: str
    media_type: str
    sha256: str
    refers: Refers
    planned_at: datetime
    state: DeliveryState
    sent_at: datetime | None = None
    ended_at: datetime | None = None
    ending: Fact | None = None


def plan_delivery(tx: Transaction, delivery: PlannedDelivery) -> bool:
    """Keep a delivery and its entry of evidence; False where its id is there already.

    What was planned first is what is sent: a later rendering under the same id changes nothing. Raises ValueError
    where the id, path or references, which stand in clear, hold what reads like an identity number.
    """
    tx.must_write()
    refers = _refers_written(delivery.refers)
    if holds_identity_number(f"{delivery.delivery_id} {delivery.path} {refers}"):
        raise ValueError(
            f"a delivery's id, path and references stand in clear: an identity number is in {delivery.kind}"
        )
    table = schema.delivery
    if tx.connection.execute(select(table.c.kind).where(table.c.delivery_id == delivery.delivery_id)).first():
        return False
    columns = {
        "delivery_id": delivery.delivery_id,
        "agency": delivery.agency,
        "kind": delivery.kind,
        "path": delivery.path,
        "media_type": delivery.media_type,
        "sha256": digest(delivery.content),
        "refers": refers,
        "planned_at": instant_text(delivery.planned_at),
    }
    sealed = tx.cipher.seal(delivery.content, delivery_purpose(delivery.delivery_id))
    insert_rows(tx, table, [(*columns.values(), sealed)])
    seal(tx, "delivery", {**columns, "refers": json.loads(refers)}, delivery.planned_at)
    return True


def deliveries(
    tx: Transaction,
    agency: str | None = None,
    state: DeliveryState | None = None,
    *,
    delivery_ids: Sequence[str] | None = None,
    known_at: datetime | None = None,
) -> list[StoredDelivery]:
    """Deliveries planned until `known_at`, oldest first, each with its state by the facts known then."""
    table = schema.delivery
    columns = [column for column in table.c if column.name != "sealed"]
    query = select(*columns).order_by(table.c.planned_at, table.c.delivery_id)
    if agency is not None:
        query = query.where(table.c.agency == agency)
    if delivery_ids is not None:
        query = query.where(table.c.delivery_id.in_(delivery_ids))
    if known_at is not None:
        query = query.where(table.c.planned_at <= instant_text(known_at))
    told = {code: {one.subject: one for one in facts(tx, code=code, known_at=known_at)} for code in _CODES}
    result = []
    for row in tx.connection.execute(query):
        sent, acknowledged, refused = (told[code].get(row.delivery_id) for code in _CODES)
        found = _state(sent, acknowledged, refused)
        if state is not None and found is not state:
            continue
        ending = acknowledged or refused
        result.append(
            StoredDelivery(
                row.delivery_id,
                row.agency,
                row.kind,
                row.path,
                row.media_type,
                row.sha256,
                _refers_read(row.refers),
                instant(row.planned_at),
                found,
                sent.at if sent else None,
                ending.at if ending else None,
                ending,
            )
        )
    return result


def delivery_content(tx: Transaction, delivery_id: str) -> bytes:
    """The bytes of a delivery. Raises KeyError for an unknown one, EvidenceBroken where they were altered."""
    table = schema.delivery
    query = select(table.c.sealed).where(table.c.delivery_id == delivery_id)
    sealed = tx.connection.execute(query).scalar_one_or_none()
    if sealed is None:
        raise KeyError(delivery_id)
    return tx.cipher.open(sealed, delivery_purpose(delivery_id))


def delivery_purpose(delivery_id: str) -> str:
    """What a delivery's bytes are sealed for."""
    return f"delivery {delivery_id}"


_CODES = (SENT, ACKNOWLEDGED, REFUSED)


def _state(sent: Fact | None, acknowledged: Fact | None, refused: Fact | None) -> DeliveryState:
    if acknowledged is not None:
        return DeliveryState.ACKNOWLEDGED
    if refused is not None:
        return DeliveryState.REFUSED
    return DeliveryState.SENT if sent is not None else DeliveryState.PLANNED


def _refers_written(refers: Refers) -> str:
    return canonical(asdict(refers)).decode()


def _refers_read(text: str) -> Refers:
    found = json.loads(text)
    return Refers(**{name: tuple(values) for name, values in found.items()})
