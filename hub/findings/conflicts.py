"""Where do the agencies contradict each other about one matter: its fields, the order of acts, the outcome?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import combinations

from hub.findings.finding import Finding
from hub.link import Case
from hub.link.evidence import compare_people
from hub.model import Event, Party, Record, RecordKind
from hub.moment import Moment
from hub.values.document_numbers import strict_key
from hub.values.identity import Identity, IdentityState, identity_of, same_person
from hub.values.names import comparable_name, is_masked

K = RecordKind
_WHOLE = (IdentityState.COMPLETE, IdentityState.LEGACY, IdentityState.MISTYPED)


def find_conflicts(case: Case, as_of: datetime) -> Iterator[Finding]:
    """The contradictions of one case; each names the agency that must put it right."""
    now = Moment.of(as_of)
    events = [(event, record) for event, record in case.events() if not event.at.after(now)]
    yield from _field_conflicts(case)
    yield from _order_conflicts(case, events)
    yield from _status_conflicts(case, events)


def _field_conflicts(case: Case) -> Iterator[Finding]:
    def conflict(field: str, agency: str) -> Finding:
        return Finding(case.case_id, "field_conflict", agency, f"field={field}")

    acceptances, referrals = case.of_kind(K.ACCEPTANCE), case.of_kind(K.REFERRAL)
    for left, right in _same_people(case.records):
        if _names_differ(left, right):
            yield conflict("party", "police")
        if _numbers_differ(left, right):
            yield conflict("id_no", "police")
    if _causes_differ(case):
        yield conflict("cause", "police")
    received = {Moment.parse(a.get("received_at")).day for a in acceptances}
    for referral in referrals:
        receipt = referral.get("receipt_at")
        if receipt and received and Moment.parse(receipt).day not in received:
            yield conflict("date", "police")
    amounts = {r.get("amount") for r in referrals if r.get("amount")}
    for acceptance in acceptances:
        if amounts and acceptance.get("amount") and acceptance.get("amount") not in amounts:
            yield conflict("amount", referrals[0].agency)
    served = {strict_key(d.get("doc_no")): d.get("served_at") for d in case.of_kind(K.DOCUMENT) if d.get("served_at")}
    for handling in case.of_kind(K.OPINION_HANDLING):
        at = served.get(strict_key(handling.get("doc_no")))
        if at and Moment.parse(at).day != Moment.parse(handling.get("signed_on")).day:
            yield conflict("date", "procuratorate")


def _same_people(records: tuple[Record, ...]) -> Iterator[tuple[Party, Party]]:
    """Pairs of entries, of different records, that mean one person."""
    for left, right in combinations(records, 2):
        if left.agency == right.agency:
            continue
        if len(left.parties) == len(right.parties) == 1:
            # Two records of one matter that name one person each name the same one.
            if not _another_persons_record(left, right):
                yield left.parties[0], right.parties[0]
            continue
        for a in left.parties:
            for b in right.parties:
                if sum(o.bits for o in compare_people((a,), (b,))) > 0:
                    yield a, b


def _another_persons_record(left: Record, right: Record) -> bool:
    """True where a matter with several persons explains why two single names differ in all respects."""
    return sum(o.bits for o in compare_people(left.parties, right.parties)) < 0


def _names_differ(left: Party, right: Party) -> bool:
    if not left.name or not right.name or is_masked(left.name) or is_masked(right.name):
        return False
    return comparable_name(left.name) != comparable_name(right.name)


def _numbers_differ(left: Party, right: Party) -> bool:
    a, b = identity_of(left), identity_of(right)
    return _stands(a) and _stands(b) and same_person(a, b) is False


def _stands(identity: Identity) -> bool:
    """Masked, absent and rounded numbers are not compared.

    One that ends as no number cell of Excel leaves it is only suspected of having been rounded: it is compared
    by the digits that rounding would have spared.
    """
    suspected = identity.state is IdentityState.DAMAGED and not identity.text.endswith("000")
    return identity.state in _WHOLE or (suspected and identity.prefix15 != "" and "E" not in identity.text)


def _causes_differ(case: Case) -> bool:
    township = {r.get("cause_code") for r in case.of_kind(K.REFERRAL, K.PENALTY)} - {""}
    others = [r.get("cause_code") for r in case.of_kind(K.ACCEPTANCE, K.POLICE_RESULT, K.DOCUMENT)]
    given = {code for code in others if code}
    return bool(given - township) if township else len(given) > 1


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
