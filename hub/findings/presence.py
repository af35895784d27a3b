"""Which act is missing although its time is over? Not yet due is not missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from hub.duties.duty import Obligation, State
from hub.findings.finding import Finding
from hub.link import Case
from hub.link.signs import unit_of
from hub.model import Event, Record, RecordKind
from hub.moment import Moment
from hub.periods.calendar import WorkingCalendar
from hub.periods.period import due, parse_period

# An overdue duty that is a finding by itself, on its debtor.
OVERDUE = {
    "township.hand_over_items": "filed_items_not_handed_over",
    "township.penalise_after_refusal": "refused_then_nothing",
    "procuratorate.review_nonprosecution": "nonprosecution_not_reviewed",
    "procuratorate.copy_justice_bureau": "opinion_not_copied",
    "township.perform_opinion": "replied_not_performed",
}
DECISIONS = ("filing.accepted", "filing.refused")
NOTICES = ("filing.notice_received", "nonfiling.received")
ENDS_WITHOUT_DECISION = ("referral.rerouted", "referral.returned")
NOTICE_PERIOD = parse_period("3 day")  # 国令730 八, 十二: the township must know in time to act


def find_presence(
    case: Case, obligations: Sequence[Obligation], calendar: WorkingCalendar, as_of: datetime, unclear: set[str]
) -> Iterator[Finding]:
    """The findings of one case that say that something is missing. unclear: sources of ambiguous records."""
    overdue = [o for o in obligations if o.state is State.OVERDUE]
    acceptances = case.of_kind(RecordKind.ACCEPTANCE)
    referrals = case.of_kind(RecordKind.REFERRAL)
    for obligation in overdue:
        if code := OVERDUE.get(obligation.rule):
            yield Finding(case.case_id, code, obligation.debtor, f"rule={obligation.rule}")
        if obligation.rule == "police.sign_receipt" and not acceptances:
            yield Finding(case.case_id, "sent_not_received", "police", f"rule={obligation.rule}")
    if not referrals:
        for acceptance in acceptances:
            if acceptance.source not in unclear:
                agency = unit_of(acceptance) or "police"
                yield Finding(case.case_id, "received_not_sent", agency, _police_case(acceptance))
    yield from _undecided(case, overdue, as_of)
    if referrals:
        yield from _not_notified(case, calendar, as_of)


def _undecided(case: Case, overdue: Iterable[Obligation], as_of: datetime) -> Iterator[Finding]:
    decided = {
        record.get("police_case_no")
        for event, record in _until(case, as_of)
        if event.code in DECISIONS + ENDS_WITHOUT_DECISION
    }
    by_source = {record.source: record for record in case.records}
    for obligation in overdue:
        if obligation.rule == "police.decide_filing":
            record = by_source[obligation.opened_by]
            if record.get("police_case_no") not in decided:
                yield Finding(case.case_id, "undecided", "police", _police_case(record))


def _not_notified(case: Case, calendar: WorkingCalendar, as_of: datetime) -> Iterator[Finding]:
    noticed = [event.at.day for event, _ in _until(case, as_of) if event.code in NOTICES]
    for event, record in _until(case, as_of):
        if event.code not in DECISIONS or any(day >= event.at.day for day in noticed):
            continue
        if due(event.at, NOTICE_PERIOD, calendar).due_at < as_of:
            yield Finding(case.case_id, "decided_not_notified", "police", _police_case(record))


def _until(case: Case, as_of: datetime) -> list[tuple[Event, Record]]:
    now = Moment.of(as_of)
    return [(event, record) for event, record in case.events() if not event.at.after(now)]


def _police_case(record: Record) -> str:
    return f"police_case={record.get('police_case_no')}"
