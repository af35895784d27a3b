"""What may a report know? Everything but sealed matters, which are left out as if they had never come."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.cycles import cycles_left_alone
from hub.delivery.desk import base
from hub.delivery.plan import Kind
from hub.duties.acknowledgements import derive_acknowledgements
from hub.duties.obligations import derive
from hub.findings import Finding
from hub.hub import Hub
from hub.ladder.questions import derive_questions
from hub.ladder.told import Question
from hub.ledger.deliveries import StoredDelivery, deliveries, delivery_content
from hub.ledger.facts import Fact, facts
from hub.ledger.parcels import stored_parcels
from hub.ledger.rereadings import set_aside_at_first
from hub.ledger.store import Transaction
from hub.link import link
from hub.link.decisions import key_of
from hub.link.linker import case_id_of
from hub.receiving.versions import HeldRow, accepted, settle
from hub.reports.told_findings import ToldFinding, standing_threads, told_findings
from hub.view import Decided, View, decided, held_rows, view_of

# What a fact's subject adds to the obligation that it is about: a rung, or the number of a waiver.
_OWN_ID = re.compile("[/~]")
_YES = ("true", "1", "yes")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a report is made of, as of an instant and as known until another (None: all that is known).

    facts: what the hub did, of open matters, until `as_of`. helped: rows that a person's correction brought in, by
    (parcel_id, position). told: the findings told. standing: the threads of those that still stand.
    """

    as_of: datetime
    known_at: datetime | None
    view: View
    deliveries: tuple[StoredDelivery, ...]
    facts: tuple[Fact, ...]
    helped: frozenset[tuple[str, int]]
    told: tuple[ToldFinding, ...]
    standing: Mapping[str, Finding]


@cycles_left_alone()
def stand(hub: Hub, tx: Transaction, as_of: datetime, known_at: datetime | None = None) -> Standing:
    """Compute it. A ledger with sealed matters gives the same as one to which they never came."""
    sealing = hub.delivery_rules.sealed
    parcels = stored_parcels(tx, known_at=known_at)
    every = held_rows(tx, parcels, known_at)
    known = facts(tx, known_at=known_at)
    planned = deliveries(tx, known_at=known_at)
    people = decided(tx, known_at)
    hidden = _hidden(hub, every, planned, people, as_of)
    sent = [one for one in planned if one.delivery_id not in hidden]
    open_hub = replace(hub, agencies={c: a for c, a in hub.agencies.items() if c not in _closed(hub)})
    shown = [parcel for parcel in parcels if parcel.agency in open_hub.agencies]
    rows = [row for row in every if not _seals(row, hub)]
    open_people = Decided(
        tuple(question for question in people.asked if _names(question) not in hidden),
        tuple(waiver for waiver in people.let_go if waiver.obligation_id not in hidden),
        tuple(stop for stop in people.stopped if stop.obligation_id not in hidden),
        tuple(one for one in people.linked if one.decision_id not in hidden),
    )
    view = view_of(open_hub, as_of, shown, rows, sent, None, open_people)
    bodies = ((one, delivery_content(tx, one.delivery_id)) for one in sent if str(Kind.FINDING) in one.kind)
    told = told_findings(bodies, as_of)
    return Standing(
        as_of=as_of,
        known_at=known_at,
        view=view,
        deliveries=tuple(sent),
        facts=tuple(f for f in known if f.at <= as_of and _OWN_ID.split(f.subject, maxsplit=1)[0] not in hidden),
        helped=frozenset(set_aside_at_first(tx, known_at)),
        told=tuple(one for one in told if base(one.agency) not in sealing.agencies),
        standing=standing_threads(view, tx.cipher.index),
    )


def _closed(hub: Hub) -> frozenset[str]:
    """The agencies that take part in sealed matters alone."""
    return frozenset(hub.delivery_rules.sealed.agencies) | {c for c, a in hub.agencies.items() if a.mapping.sealed}


def _hidden(
    hub: Hub,
    every: Sequence[HeldRow],
    planned: Sequence[StoredDelivery],
    people: Decided,
    as_of: datetime,
) -> frozenset[str]:
    """The ids by which the hub's own acts name sealed matters: obligations, cases, deliveries, decisions about links."""
    sealing = hub.delivery_rules.sealed
    disposed = settle(every, hub.agencies)
    # Every version that was ever read: what was told may rest on one that no longer stands.
    read = [d.row.reading.record for d in disposed if d.row.reading.record is not None]
    sealed = [record for record in accepted(disposed) if sealing.seals(record)]
    cases = link(sealed, hub.link_weights).cases
    hidden = {case_id_of([record]) for record in read if sealing.seals(record)} | {case.case_id for case in cases}
    hidden |= {o.obligation_id for o in derive(cases, hub.rules, hub.calendar, as_of)}
    keys = {key_of(record) for record in read if sealing.seals(record)}
    hidden |= {one.decision_id for one in people.linked if any(named.key in keys for named in one.named)}
    # Each hand-over and each question about them opens a duty of its own, about which there may be others.
    while True:
        about = [one for one in planned if one.delivery_id not in hidden and _is_about(one, hidden, hub)]
        put = [question for question in people.asked if _names(question) in hidden]
        owed = [
            *derive_acknowledgements(about, hub.agencies, hub.rules, hub.calendar, as_of),
            *derive_questions(put, (), hub.rules, hub.calendar, as_of),
        ]
        more = {one.delivery_id for one in about} | {o.obligation_id for o in owed}
        if more <= hidden:
            return frozenset(hidden)
        hidden |= more


def _names(question: Question) -> str:
    """The obligation that a question is about."""
    return question.rung_key.partition("/")[0]


def _is_about(delivery: StoredDelivery, hidden: Collection[str], hub: Hub) -> bool:
    named = (*delivery.refers.obligation_ids, *delivery.refers.case_ids)
    return delivery.agency in _closed(hub) or any(one in hidden for one in named)


def _seals(row: HeldRow, hub: Hub) -> bool:
    reading, sealing = row.reading, hub.delivery_rules.sealed
    if row.agency in _closed(hub) or reading.kind in sealing.record_kinds:
        return True
    if reading.record is not None:
        return sealing.seals(reading.record)
    if not reading.detail:
        return False
    # A row that did not read has no fields: what it says of itself stands in the row as it came.
    cells = dict(json.loads(reading.detail).get("row", ()))
    return cells.get("doc_type") in sealing.document_types or str(cells.get("sealed", "")).strip().lower() in _YES
