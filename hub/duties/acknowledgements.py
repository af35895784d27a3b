"""Which deliveries has the receiver acknowledged in time? The technical duty that every delivery opens."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from hub.duties.duty import Obligation, State
from hub.duties.rules import Rule, Rules
from hub.errors import ConfigurationFault
from hub.ledger.deliveries import StoredDelivery
from hub.mapping.agency import Agency
from hub.moment import Moment
from hub.periods.calendar import WorkingCalendar
from hub.periods.period import Due, due, parse_period

RULE = "agency.acknowledge_delivery"


def derive_acknowledgements(
    deliveries: Iterable[StoredDelivery],
    agencies: Mapping[str, Agency],
    rules: Rules,
    calendar: WorkingCalendar,
    as_of: datetime,
) -> list[Obligation]:
    """One obligation for each delivery that was sent by the instant; acknowledged or refused ends it.

    The period stands in the receiver's mapping (`acknowledge_within`); the rule's own serves an agency that has left.
    """
    owed = []
    for delivery in deliveries:
        if delivery.sent_at is None or delivery.sent_at > as_of:
            continue
        opened = Moment.of(delivery.sent_at)
        rule = rules.in_force(RULE, opened.day) or rules.by_id[RULE]
        agency = agencies.get(delivery.agency)
        period = parse_period(agency.mapping.acknowledge_within) if agency else rule.period
        if period is None:
            raise ConfigurationFault(f"{RULE}: rules.yaml must give it a default period")
        owed.append(_obligation(delivery, rule, opened, due(opened, period, calendar), calendar.version, as_of))
    return sorted(owed, key=lambda o: o.obligation_id)


def _obligation(
    delivery: StoredDelivery, rule: Rule, opened: Moment, computed: Due, calendar_version: str, as_of: datetime
) -> Obligation:
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
        calendar_version=calendar_version,
        provisional=computed.provisional,
        subject=delivery.delivery_id,
        steps=computed.steps,
    )
