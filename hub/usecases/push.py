"""Hand over what is planned for an agency and has not gone out yet; each once, whatever happens on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.errors import DeliveryRefused
from hub.hub import Hub
from hub.ledger.deliveries import (
    ACKNOWLEDGED,
    REFUSED,
    SENT,
    DeliveryState,
    StoredDelivery,
    deliveries,
    delivery_content,
)
from hub.ledger.facts import append_fact
from hub.model import Outgoing, Receipt
from hub.transport import Transport


@dataclass(frozen=True, slots=True)
class PushSummary:
    """What one push did. unanswered: sent earlier and not yet acknowledged."""

    agency: str
    sent: int
    acknowledged: int
    refused: int
    unanswered: int

    def counts(self) -> dict[str, int]:
        """The figures."""
        return {
            "sent": self.sent,
            "acknowledged": self.acknowledged,
            "refused": self.refused,
            "unanswered": self.unanswered,
        }


def push(hub: Hub, agency: str, transport: Transport, now: datetime) -> PushSummary:
    """Send what is planned, oldest first, and note each delivery as soon as it is out.

    Its bytes and id were fixed when it was planned, so a hub that was stopped between sending and noting
    sends the same again under the same id, which the transport and the receiver take for one. Raises
    `AgencyUnreachable` when the other side does not answer; what went out before that is noted.
    """
    sent = acknowledged = refused = 0
    with hub.ledger.read() as tx:
        waiting = deliveries(tx, agency, DeliveryState.PLANNED)
    for delivery in waiting:
        with hub.ledger.read() as tx:
            content = delivery_content(tx, delivery.delivery_id)
        outgoing = Outgoing(delivery.delivery_id, agency, delivery.path, content, delivery.media_type)
        try:
            receipt = transport.deliver(outgoing)
        except DeliveryRefused as fault:
            _note_refusal(hub, delivery, fault, now)
            refused += 1
            continue
        acknowledged += _note_sent(hub, delivery, receipt, now)
        sent += 1
    with hub.ledger.read() as tx:
        unanswered = len(deliveries(tx, agency, DeliveryState.SENT))
    return PushSummary(agency, sent, acknowledged, refused, unanswered)


def _note_sent(hub: Hub, delivery: StoredDelivery, receipt: Receipt | None, now: datetime) -> bool:
    with hub.ledger.write() as tx:
        append_fact(tx, SENT, delivery.delivery_id, now, {"agency": delivery.agency, "kind": delivery.kind})
        if receipt is None:
            return False
        content = {"result": receipt.result, "receipt_no": receipt.receipt_no}
        return append_fact(tx, ACKNOWLEDGED, delivery.delivery_id, receipt.received_at, content, learned_at=now)


def _note_refusal(hub: Hub, delivery: StoredDelivery, fault: DeliveryRefused, now: datetime) -> None:
    with hub.ledger.write() as tx:
        append_fact(tx, REFUSED, delivery.delivery_id, now, {"agency": delivery.agency, "detail": fault.detail})
