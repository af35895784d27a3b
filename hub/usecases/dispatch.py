"""Put what agencies must be told into files and messages, each once, in the transaction that found it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from hub.delivery.outbox import compose
from hub.delivery.plan import CaseView, Desk, IntentId, Kind, Receiver, Situation, on_record, plan
from hub.duties.duty import State
from hub.hub import Hub
from hub.ladder.rung import RungDue
from hub.ledger.deliveries import (
    ACKNOWLEDGED,
    DeliveryState,
    PlannedDelivery,
    Refers,
    StoredDelivery,
    deliveries,
    plan_delivery,
)
from hub.ledger.facts import append_fact, facts
from hub.ledger.store import Transaction
from hub.model import Receipt
from hub.moment import SHANGHAI
from hub.usecases.receipts import INTENT_REFUSED
from hub.view import View, look


def dispatch_matters(hub: Hub, as_of: datetime, now: datetime) -> Counter[str]:
    """Plan what follows from the records alone: referrals, copies, filing decisions; receiver -> hand-overs planned.

    What a comparison finds is told when it is committed, and a rung when it fires.
    """
    with hub.ledger.write() as tx:
        return dispatch(hub, tx, look(hub, tx, as_of), now)


def dispatch(
    hub: Hub,
    tx: Transaction,
    view: View,
    now: datetime,
    *,
    compared: bool = False,
    fired: Sequence[RungDue] = (),
    papers: Mapping[str, str] | None = None,
) -> Counter[str]:
    """Plan what has to go out as the view stands, and note what the townships' own ledgers acknowledge.

    compared: findings and overdue obligations are told too. fired: rungs that fire in this transaction;
    papers: rung key -> the number of the paper drafted for it.
    Whatever was planned before in the same words is not planned again, whoever asks and however often. Raises
    `EvidenceBroken` where the evidence cannot be extended: then nothing is planned, and so nothing goes out.
    """
    desk = desk_of(hub, tx)
    situation = Situation(
        as_of=view.as_of,
        cases=tuple(CaseView(case.case_id, tuple(case.records)) for case in view.linkage.cases),
        fired=fired,
        refused=_refused(tx),
        papers=papers or {},
    )
    if compared:
        overdue = tuple(o for o in view.obligations if o.state is State.OVERDUE)
        situation = replace(situation, findings=view.findings, overdue=overdue)
    every = deliveries(tx)
    _acknowledge_by_ledger(tx, every, on_record(situation, desk), view, now)
    known = [intent for one in every for intent in one.refers.intents]
    used = [one.delivery_id for one in every]
    planned: Counter[str] = Counter()
    for composed in compose(plan(situation, known, desk), used, now.astimezone(SHANGHAI).date(), desk, hub.writers):
        out = composed.outgoing
        refers = Refers(composed.case_ids, composed.sources, composed.obligation_ids, composed.intents)
        kinds = "+".join(composed.kinds)
        plan_delivery(
            tx,
            PlannedDelivery(out.delivery_id, out.agency, kinds, out.path, out.content, out.media_type, refers, now),
        )
        planned[out.agency] += 1
    return planned


def desk_of(hub: Hub, tx: Transaction) -> Desk:
    """Who plans, with this installation's rules, and the ledger's keyed digest."""
    receivers = {
        code: Receiver(code, agency.mapping.kind, agency.mapping.name, agency.mapping.receives, agency.mapping.people)
        for code, agency in hub.agencies.items()
    }
    return Desk(hub.delivery_rules, receivers, hub.ladders.roles, hub.rules.titles, tx.cipher.index)


def _refused(tx: Transaction) -> dict[str, Receipt]:
    return {
        fact.subject: Receipt(fact.subject, fact.at, "refused", detail=fact.attributes["detail"])
        for fact in facts(tx, code=INTENT_REFUSED)
    }


def _acknowledge_by_ledger(
    tx: Transaction,
    every: Iterable[StoredDelivery],
    noted: Mapping[str, Sequence[str]],
    view: View,
    now: datetime,
) -> None:
    """A township that has entered each decision of a file in its ledger has the file, with or without an answer."""
    arrived = {one.source: one.row.arrived_at for one in view.disposed}
    for delivery in every:
        if delivery.state is not DeliveryState.SENT or delivery.sent_at is None:
            continue
        told = [one for one in map(IntentId.parse, delivery.refers.intents) if one and one.kind is Kind.FILING_DECISION]
        if not told or not all(one.thread in noted for one in told):
            continue
        # The ledger that completed it counts, and none can be a receipt for what was not out yet.
        last = max(min(arrived[source] for source in noted[one.thread]) for one in told)
        content = {"result": "known", "receipt_no": "", "by": "ledger", "sources": "\n".join(noted[told[0].thread])}
        append_fact(tx, ACKNOWLEDGED, delivery.delivery_id, max(last, delivery.sent_at), content, learned_at=now)
