"""What becomes of a delivery whose number something else has taken at its receiver's place?

So it is after the ledger was set back to an older copy: the numbers told since then are used again.
"""

from __future__ import annotations

import logging
import posixpath
from datetime import datetime

from hub.delivery.outbox import next_name
from hub.delivery.rules import Kind
from hub.hub import Hub
from hub.ledger.deliveries import (
    REFUSED,
    DeliveryState,
    PlannedDelivery,
    StoredDelivery,
    deliveries,
    delivery_content,
    plan_delivery,
)
from hub.ledger.facts import append_fact
from hub.ledger.store import Transaction
from hub.moment import SHANGHAI
from hub.usecases.dispatch import desk_of

LOG = logging.getLogger(__name__)


def give_new_number(hub: Hub, delivery: StoredDelivery, detail: str, now: datetime) -> bool:
    """Note why a delivery cannot go out under its number, and plan the same content under the next; whether that was done.

    Not where another run has dealt with it meanwhile. Where no layout names such a file any more, it is refused for good.
    """
    with hub.ledger.write() as tx:
        (known,) = deliveries(tx, delivery_ids=[delivery.delivery_id])
        if known.state is not DeliveryState.PLANNED:
            return False
        number = _next_number(hub, tx, delivery, now)
        then = f"the same goes out as {number}" if number else "it is not sent again, since no layout names such a file"
        LOG.warning("%s: %s: %s; %s", delivery.agency, delivery.delivery_id, detail, then)
        noted = {"agency": delivery.agency, "detail": f"{detail}; {then}", "by": "channel"}
        append_fact(tx, REFUSED, delivery.delivery_id, now, noted | ({"replaced_by": number} if number else {}))
        if number:
            plan_delivery(tx, _renamed(delivery, number, delivery_content(tx, delivery.delivery_id), now))
    return bool(number)


def _next_number(hub: Hub, tx: Transaction, delivery: StoredDelivery, now: datetime) -> str:
    """The number after all that were used; empty where the rules have no file of this kind for the receiver any more."""
    desk = desk_of(hub, tx)
    receiver, kind = desk.receivers.get(delivery.agency), Kind(delivery.kind.partition("+")[0])
    layout = desk.layout(receiver, kind) if receiver else None
    if layout is None or layout.body:
        return ""
    used = [one.delivery_id for one in deliveries(tx)]
    return next_name(layout, delivery.agency, now.astimezone(SHANGHAI).date(), used)


def _renamed(delivery: StoredDelivery, number: str, content: bytes, now: datetime) -> PlannedDelivery:
    folder, name = posixpath.split(delivery.path)
    path = posixpath.join(folder, name.replace(delivery.delivery_id, number))
    return PlannedDelivery(
        number, delivery.agency, delivery.kind, path, content, delivery.media_type, delivery.refers, now
    )
