"""Hand over what is planned for an agency and has not gone out yet; each once, whatever happens on the way."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime

from hub.errors import DeliveryRefused, NameTaken
from hub.hub import Hub
from hub.ledger.chain import head
from hub.ledger.deliveries import (
    ACKNOWLEDGED,
    REFUSED,
    RESEND_DUE,
    RESENT,
    SENT,
    DeliveryState,
    StoredDelivery,
    deliveries,
    delivery_content,
)
from hub.ledger.facts import append_fact, facts
from hub.ledger.store import Transaction
from hub.model import Outgoing, Receipt
from hub.transport import Transport
from hub.usecases.new_number import give_new_number
from hub.usecases.receipts import collect_receipts

LOG = logging.getLogger(__name__)

# How often one push tries what got a new number: each time passes all numbers that were tried before.
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class PushSummary:
    """What one push did. resent: sent once more; acknowledged, refused: by answers that came meanwhile or at once.

    refused: also those whose number was taken; each counts as sent too, once it is out under its new one.
    unanswered: sent and not yet answered. faults: lines of answers that a person must look at.
    """

    agency: str
    sent: int
    resent: int
    acknowledged: int
    refused: int
    unanswered: int
    faults: int

    def counts(self) -> dict[str, int]:
        """The figures."""
        return {name: value for name, value in asdict(self).items() if name != "agency"}


def push(hub: Hub, agency: str, transport: Transport, now: datetime) -> PushSummary:
    """Note what the agency answered, then send what is planned, oldest first, noting each once it is known to be out.

    Its bytes and id were fixed when it was planned, so a hub that was stopped between sending and noting
    sends the same again under the same id, which the transport and the receiver take for one. What the ladder wants
    sent once more goes out again under its id, once. Where something else stands under its number, or was answered
    under it, the same goes out under a new one, now or with the next push. Raises `AgencyUnreachable` when the other
    side does not answer, `EvidenceBroken` when the evidence cannot be extended; what went out before that is noted.
    """
    answers = collect_receipts(hub, agency, now)
    counts: Counter[str] = Counter(acknowledged=answers.acknowledged, refused=answers.refused)
    with hub.ledger.read() as tx:
        again = to_repeat(tx, agency)
    for _ in range(_ROUNDS):
        told = _send_planned(hub, agency, transport, now)
        counts.update(told)
        if not told["renumbered"]:
            break
    for delivery in again:
        _repeat(hub, delivery, transport, now)
    with hub.ledger.read() as tx:
        unanswered = len(deliveries(tx, agency, DeliveryState.SENT))
    acknowledged = counts["acknowledged"] + counts["receipt"]
    sent = counts["sent"] + counts["receipt"]
    refused = counts["refused"] + counts["renumbered"]
    done = PushSummary(agency, sent, len(again), acknowledged, refused, unanswered, answers.faults)
    LOG.info("%s: pushed %s", agency, " ".join(f"{name}={count}" for name, count in done.counts().items()))
    return done


def _send_planned(hub: Hub, agency: str, transport: Transport, now: datetime) -> Counter[str]:
    """Send what is planned now and note what became of each; how many of what."""
    with hub.ledger.read() as tx:
        planned = deliveries(tx, agency, DeliveryState.PLANNED)
    outcomes = transport.deliver_all(_outgoing(hub, delivery) for delivery in planned)
    return Counter(_note(hub, delivery, outcome, now) for delivery, outcome in zip(planned, outcomes, strict=True))


def _note(hub: Hub, delivery: StoredDelivery, outcome: Receipt | DeliveryRefused | None, now: datetime) -> str:
    """Note what became of it; `receipt`, `sent` (the answer comes later), `refused` or `renumbered`."""
    if isinstance(outcome, NameTaken):
        return "renumbered" if give_new_number(hub, delivery, outcome.detail, now) else "refused"
    if isinstance(outcome, DeliveryRefused):
        LOG.warning("%s: %s was refused: %s", delivery.agency, delivery.delivery_id, outcome.detail)
        with hub.ledger.write() as tx:
            noted = {"agency": delivery.agency, "detail": outcome.detail, "by": "channel"}
            append_fact(tx, REFUSED, delivery.delivery_id, now, noted)
        return "refused"
    with hub.ledger.write() as tx:
        append_fact(tx, SENT, delivery.delivery_id, now, {"agency": delivery.agency, "kind": delivery.kind})
        return "receipt" if _note_receipt(tx, delivery, outcome, now) else "sent"


def _repeat(hub: Hub, delivery: StoredDelivery, transport: Transport, now: datetime) -> None:
    try:
        receipt, noted = transport.deliver(_outgoing(hub, delivery)), {"agency": delivery.agency}
    except DeliveryRefused as fault:  # It was taken once: that the place refuses it now is no answer to it.
        LOG.warning("%s: %s cannot go out again: %s", delivery.agency, delivery.delivery_id, fault.detail)
        receipt, noted = None, {"agency": delivery.agency, "detail": fault.detail}
    with hub.ledger.write() as tx:
        append_fact(tx, RESENT, delivery.delivery_id, now, noted)
        _note_receipt(tx, delivery, receipt, now)


def to_repeat(tx: Transaction, agency: str | None = None) -> list[StoredDelivery]:
    """What is still unanswered and is to be sent once more, and was not; to one agency, or to all."""
    due = {fact.subject for fact in facts(tx, code=RESEND_DUE)} - {fact.subject for fact in facts(tx, code=RESENT)}
    return [one for one in deliveries(tx, agency, DeliveryState.SENT) if one.delivery_id in due] if due else []


def _outgoing(hub: Hub, delivery: StoredDelivery) -> Outgoing:
    with hub.ledger.read() as tx:
        head(tx)  # Nothing goes out whose sending could not be sealed afterwards: raises EvidenceBroken.
        content = delivery_content(tx, delivery.delivery_id)
    return Outgoing(delivery.delivery_id, delivery.agency, delivery.path, content, delivery.media_type)


def _note_receipt(tx: Transaction, delivery: StoredDelivery, receipt: Receipt | None, now: datetime) -> bool:
    if receipt is None:
        return False
    noted = {"result": receipt.result, "receipt_no": receipt.receipt_no, "by": "channel"}
    append_fact(tx, ACKNOWLEDGED, delivery.delivery_id, receipt.received_at, noted, learned_at=now)
    return True
