"""What does one township's monthly bulletin (情况通报) say? Its own matters alone; of others only the county's averages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hub.delivery.desk import base
from hub.duties.duty import Obligation
from hub.findings import Finding
from hub.findings.counterparts import Counterparts
from hub.findings.patterns import SHOWN_BY, Side
from hub.hub import Hub
from hub.ladder.rung import shown_subject, written_number
from hub.ledger.deliveries import StoredDelivery
from hub.link import Case
from hub.link.signs import unit_of
from hub.model import Record, RecordKind
from hub.reports.figures import Rate
from hub.reports.punctuality import ACKNOWLEDGE, in_time, is_judged, is_platform, overdue_on
from hub.reports.span import Span
from hub.reports.standing import Standing
from hub.values.document_numbers import strict_key

# What passed between the township and the others, by the events that say so: (name, events).
MOVEMENTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("referrals_sent", ("referral.sent",)),
    ("referrals_received", ("referral.received",)),
    ("decisions_received", ("filing.notice_received", "nonfiling.received", "reconsideration.result_received")),
    ("opinions_served", ("transfer_opinion.served", "penalty_opinion.served")),
    ("opinions_replied", ("opinion.replied",)),
    ("penalties", ("penalty.decided",)),
    ("letters_sent", ("clue.sent", "consultation.asked", "suggestion.replied")),
    ("letters_received", ("clue.registered", "clue.result_notified", "consultation.answered", "suggestion.served")),
)
_JOINTLY = "should_have_been_referred_jointly"
_TREND = 6  # months


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of the span beside that of the one before; county: of all townships together, where it is a rate."""

    name: str
    now: int | Rate
    before: int | Rate
    county: Rate | None = None


@dataclass(frozen=True, slots=True)
class OwnFinding:
    """A finding that the township must put right. subject: the number by which it knows the matter.

    may_be: of its own referrals those that may be the same matter, each by its number and the day it was sent.
    """

    code: str
    subject: str
    detail: str
    may_be: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True)
class TownshipBulletin:
    """All that one bulletin says.

    due: duties that fell due in the span, in time or late. overdue: what it owes as of the instant. owed: what others
    have let pass towards it. told: what the hub handed to it in the span. trend: (month, own rate, the county's).
    """

    span: Span
    as_of: datetime
    agency: str
    name: str
    figures: tuple[Compared, ...]
    due: tuple[Obligation, ...]
    overdue: tuple[Obligation, ...]
    owed: tuple[Obligation, ...]
    findings: tuple[OwnFinding, ...]
    told: tuple[StoredDelivery, ...]
    trend: tuple[tuple[Span, Rate, Rate], ...]


def township_bulletin(
    hub: Hub, standing: Standing, span: Span, agency: str, pairs: Sequence[Counterparts] = ()
) -> TownshipBulletin:
    """Gather it; figures of earlier months are computed by what is known now. pairs: of matters that may be one."""
    view, as_of, before = standing.view, standing.as_of, span.before()
    townships = {code for code, one in hub.agencies.items() if one.mapping.kind == "township"}
    own = [o for o in view.obligations if base(o.debtor) == agency]
    every = [o for o in view.obligations if base(o.debtor) in townships]
    moved = _movements(view.linkage.cases, agency)
    overdue = overdue_on(own, as_of)
    figures = [
        *(Compared(name, _within(moved, codes, span), _within(moved, codes, before)) for name, codes in MOVEMENTS),
        Compared("due", len(_acts(own, span)), len(_acts(own, before))),
        Compared("on_time", _rate(own, span), _rate(own, before), _rate(every, span)),
        Compared("platform", _platform(own, span), _platform(own, before), _platform(every, span)),
        Compared("overdue", len(overdue), len(overdue_on(own, before.end))),
    ]
    return TownshipBulletin(
        span=span,
        as_of=as_of,
        agency=agency,
        name=hub.agencies[agency].mapping.name,
        figures=tuple(figures),
        due=_in_order(o for o in own if is_judged(o) and span.holds(o.due_at)),
        overdue=_in_order(overdue),
        owed=_in_order(
            o for o in overdue_on(view.obligations, as_of) if base(o.creditor) == agency and base(o.debtor) != agency
        ),
        findings=_findings(view.findings, view.linkage.cases, agency, pairs),
        told=tuple(one for one in standing.deliveries if one.agency == agency and _sent_in(one, span, as_of)),
        trend=tuple((month, _rate(own, month), _rate(every, month)) for month in span.until(_TREND)),
    )


def _acts(owed: Iterable[Obligation], span: Span) -> list[Obligation]:
    return [o for o in owed if is_judged(o) and not is_platform(o) and span.holds(o.due_at)]


def _rate(owed: Iterable[Obligation], span: Span) -> Rate:
    return in_time(_acts(owed, span))


def _platform(owed: Iterable[Obligation], span: Span) -> Rate:
    return in_time(o for o in owed if is_judged(o) and is_platform(o) and span.holds(o.due_at))


def _in_order(owed: Iterable[Obligation]) -> tuple[Obligation, ...]:
    return tuple(sorted(owed, key=lambda o: (o.rule == ACKNOWLEDGE, o.due_at, o.rule, o.subject, o.obligation_id)))


def _sent_in(one: StoredDelivery, span: Span, as_of: datetime) -> bool:
    return one.sent_at is not None and span.holds(one.sent_at) and one.sent_at <= as_of


def _movements(cases: Iterable[Case], agency: str) -> list[tuple[str, datetime]]:
    """(event, when) of everything that its own rows assert, and that others assert of its matters."""
    records = (record for case in cases for record in case.records if unit_of(record) == agency)
    return [(event.code, event.at.latest()) for record in records for event in record.events]


def _within(moved: Iterable[tuple[str, datetime]], codes: Sequence[str], span: Span) -> int:
    return sum(code in codes and span.begin <= at <= span.end for code, at in moved)


def _findings(
    found: Iterable[Finding], cases: Iterable[Case], agency: str, pairs: Iterable[Counterparts]
) -> tuple[OwnFinding, ...]:
    # Of what another township sent it learns nothing here.
    theirs = [pair for pair in pairs if pair.referral.record.agency == agency]
    by_id = {case.case_id: case for case in cases}
    penalties = {strict_key(r.get("penalty_no")) for case in by_id.values() for r in case.records if r.agency == agency}
    told = [(finding, by_id.get(finding.case_id)) for finding in found if base(finding.agency) == agency]
    return tuple(
        sorted(
            (_own(one, case, agency, penalties, theirs) for one, case in told),
            key=lambda f: (f.code, f.subject, f.detail),
        )
    )


def _own(
    finding: Finding, case: Case | None, agency: str, penalties: Collection[str], pairs: Iterable[Counterparts]
) -> OwnFinding:
    records = [r for r in case.records if r.agency == agency] if case else []
    detail = finding.detail
    if finding.code == _JOINTLY:
        # Its penalties that count together may be those of several townships, whose numbers begin with their names.
        numbers = detail.partition("=")[2].split("+")
        kept = [number for number in numbers if strict_key(number) in penalties]
        detail = f"penalties={'+'.join(kept)}" + (f"|{len(numbers) - len(kept)}" if len(kept) < len(numbers) else "")
    may_be = tuple(
        (_number([pair.referral.record]), pair.referral.on)
        for pair in pairs
        if SHOWN_BY.get(finding.code) is Side.TOWNSHIP and pair.acceptance.case_id == finding.case_id
    )
    return OwnFinding(finding.code, _number(records) or _others_number(case), detail, may_be)


def _number(records: Iterable[Record]) -> str:
    """The number by which the township knows a matter, from its own rows alone."""
    fields: Mapping[RecordKind, tuple[str, ...]] = {
        RecordKind.REFERRAL: ("referral_no", "case_no"),
        RecordKind.PENALTY: ("penalty_no",),
    }
    for kind, names in fields.items():
        for record in sorted((r for r in records if r.kind is kind), key=lambda r: r.key):
            if number := next(filter(None, map(record.get, names)), ""):
                return written_number(number)
    return written_number(min((r.get("doc_no") for r in records if r.get("doc_no")), default=""))


def _others_number(case: Case | None) -> str:
    """The police's number of a matter of which the township has no row."""
    numbers = [r.get("police_case_no") for r in case.of_kind(RecordKind.ACCEPTANCE)] if case else []
    return shown_subject(min(filter(None, numbers), default=""))
