"""Where do the agencies contradict each other about one matter: its fields, the order of acts, the outcome?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hub.findings.authority import Authorities
from hub.findings.differing import differing_fields
from hub.findings.finding import Finding
from hub.link import Case
from hub.model import Event, Record, RecordKind
from hub.moment import Moment
from hub.values.document_numbers import strict_key

K = RecordKind


def find_conflicts(case: Case, authorities: Authorities, as_of: datetime) -> Iterator[Finding]:
    """The contradictions of one case; each names the agency that must put it right, of a field who settles it."""
    now = Moment.of(as_of)
    events = [(event, record) for event, record in case.events() if not event.at.after(now)]
    for one in differing_fields(case, authorities):
        yield Finding(case.case_id, "field_conflict", one.settled_by, f"field={authorities.of[one.about].field}")
    yield from _order_conflicts(case, events)
    yield from _status_conflicts(case, events)


def _order_conflicts(case: Case, events: list[tuple[Event, Record]]) -> Iterator[Finding]:
    def conflict(detail: str, agency: str) -> Finding:
        return Finding(case.case_id, "order_conflict", agency, detail)

    received = [(e, r) for e, r in events if e.code == "referral.received"]
    for number in {r.get("police_case_no") for _, r in received}:
        first = min((e.at for e, r in received if r.get("police_case_no") == number), key=Moment.sort_key)
        for event, record in events:
            decided = event.code in ("filing.accepted", "filing.refused")
            if decided and record.get("police_case_no") == number and event.at.before(first):
                yield conflict("decided_before_received", "police")
    sent = [e.at for e, _ in events if e.code == "referral.sent"]
    if sent and any(e.at.before(min(sent, key=Moment.sort_key)) for e, _ in received):
        yield conflict("received_before_sent", "police")
    served = {
        strict_key(r.get("doc_no")): e.at
        for e, r in events
        if e.code in ("penalty_opinion.served", "transfer_opinion.served")
    }
    for event, record in events:
        if event.code == "opinion.replied":
            at = served.get(strict_key(record.get("doc_no")))
            if at is not None and event.at.before(at):
                yield conflict("replied_before_served", record.agency)
    for referral in case.of_kind(K.REFERRAL):
        own = {e.code: e.at for e in referral.events}
        sent_at, approved_at = own.get("referral.sent"), own.get("transfer.approved")
        if sent_at is not None and approved_at is not None and sent_at.before(approved_at):
            yield conflict("sent_before_approved", referral.agency)


def _status_conflicts(case: Case, events: list[tuple[Event, Record]]) -> Iterator[Finding]:
    codes = {e.code for e, _ in events}
    decided = codes & {"filing.accepted", "filing.refused"}
    told = {
        "filing.accepted" if c == "filing.notice_received" else "filing.refused"
        for c in codes & {"filing.notice_received", "nonfiling.received"}
    }
    if decided and told - decided:
        yield Finding(case.case_id, "status_conflict", "police", "filing")
    said = {e.attribute("outcome") for e, _ in events if e.code == "reconsideration.decided"} - {""}
    heard = {e.attribute("outcome") for e, _ in events if e.code == "reconsideration.result_received"} - {""}
    if said and heard - said:
        yield Finding(case.case_id, "status_conflict", "police", "reconsideration")
    if {"prosecution.filed", "case.withdrawn"} <= codes:
        yield Finding(case.case_id, "status_conflict", "procuratorate", "withdrawn_and_prosecuted")
