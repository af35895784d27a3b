"""Which deliveries has the receiver acknowledged in time? The technical duty that every delivery opens."""

from __future__ import annotations

import hashlib
from datetime import datetime

from hub.duty import Obligation, State
from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.ledger.deliveries import StoredDelivery, deliveries
from hub.ledger.store import Transaction
from hub.moment import Moment
from hub.periods import due, parse_period

RULE = "agency.acknowledge_delivery"


def delivery_obligations(
    hub: Hub, tx: Transaction, as_of: datetime, known_at: datetime | None = None
) -> list[Obligation]:
    """One obligation for each delivery that was sent by the instant; acknowledged or refused ends it."""
    owed = [
        _obligation(hub, one, one.sent_at, as_of)
        for one in deliveries(tx, known_at=known_at)
        if one.sent_at is not None and one.sent_at <= as_of
    ]
    return sorted(owed, key=lambda o: o.obligation_id)


def _obligation(hub: Hub, delivery: StoredDelivery, sent_at: datetime, as_of: datetime) -> Obligation:
    rule = hub.rules.by_id[RULE]
    opened = Moment.of(sent_at)
    agency = hub.agencies.get(delivery.agency)
    period = parse_period(agency.mapping.acknowledge_within) if agency else rule.period
    if period is None:
        raise ConfigurationFault(f"{RULE}: rules.yaml must give it a default period")
    computed = due(opened, period, hub.calendar)
    ended = delivery.ended_at if delivery.ended_at is not None and delivery.ended_at <= as_of else None
    if ended is None:
        state = State.OPEN if as_of <= computed.due_at else State.OVERDUE
    else:
        state = State.DISCHARGED if ended <= computed.due_at else State.DISCHARGED_LATE
    digest = hashlib.sha256(f"{RULE}|{delivery.delivery_id}".encode()).hexdigest()
    return Obligation(
        obligation_id=f"O{digest[:16]}",
        case_id=next(iter(delivery.refers.case_ids), f"delivery:{delivery.delivery_id}"),
        rule=RULE,
        kind=rule.kind,
        debtor=delivery.agency,
        creditor="hub",
        opened_at=opened,
        due_at=computed.due_at,
        state=state,
        ended_at=Moment.of(ended) if ended else None,
        basis=rule.basis,
        ladder=rule.ladder,
        rule_version=rule.version,
        calendar_version=hub.calendar.version,
        provisional=computed.provisional,
        subject=delivery.delivery_id,
        steps=computed.steps,
    )
