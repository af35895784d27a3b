"""Which findings were told, which of them stand, and which were gone without anybody having acted?

Every finding that is told at all is told to the procuratorate, as an alert that says its case, code and agency.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.delivery.desk import base
from hub.delivery.plan import IntentId, Kind, thread_of
from hub.findings import Finding
from hub.ledger.deliveries import StoredDelivery
from hub.link import Case
from hub.link.linker import case_id_of
from hub.moment import Moment
from hub.reports.figures import Rate
from hub.reports.span import Span
from hub.view import View

_TOLD_TO = "procuratorate"
_ALERT = "application/json"
# Findings about what was written down, not about what was done: putting the row right is the act.
_OF_DATA = ("field_conflict", "order_conflict", "status_conflict", "duplicate_reference", "ambiguous")
# A hole in a series is filled by the rows of the township that it is told to, and by nothing else.
_OF_SERIES = "reference_gap"
# The act of the police shows in what the township then notes.
_SHOWN_BY = {"decided_not_notified": ("filing.notice_received", "nonfiling.received")}


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """A finding as it was told first. thread: what it is about, whichever words it was told in since."""

    thread: str
    code: str
    agency: str
    case_id: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Breaks:
    """What became of the findings told in a span. false: gone by corrected or late data alone, over all told.

    acted: gone because the agency named acted. standing: still there. by_code: code -> false over told.
    """

    false: Rate
    acted: int
    standing: int
    by_code: tuple[tuple[str, Rate], ...]


def told_findings(bodies: Iterable[tuple[StoredDelivery, bytes]], as_of: datetime) -> Iterator[ToldFinding]:
    """Each finding that had been told by the instant, once, as it was told first. bodies: deliveries with their bytes."""
    first: dict[str, ToldFinding] = {}
    for delivery, body in bodies:
        told_at, parsed = delivery.sent_at, IntentId.parse(delivery.delivery_id)
        if delivery.media_type != _ALERT or parsed is None or told_at is None or told_at > as_of:
            continue
        said = json.loads(body)
        one = ToldFinding(parsed.thread, said["code"], said["agency"], said["case_id"], told_at)
        if one.thread not in first or told_at < first[one.thread].told_at:
            first[one.thread] = one
    return iter(sorted(first.values(), key=lambda one: (one.told_at, one.thread)))


def standing_threads(view: View, index: Callable[[str], str]) -> Mapping[str, Finding]:
    """thread -> the finding that stands; also under the ids that its case had before other records joined it."""
    cases = {case.case_id: case for case in view.linkage.cases}
    threads: dict[str, Finding] = {}
    for finding in view.findings:
        case = cases.get(finding.case_id)
        ids = {finding.case_id, *(case_id_of([record]) for record in (case.records if case else ()))}
        for case_id in sorted(ids):
            about = (case_id, finding.code, finding.agency, finding.detail)
            threads[thread_of(Kind.FINDING, _TOLD_TO, about, index)] = finding
    return threads


def count_breaks(told: Iterable[ToldFinding], standing: Mapping[str, Finding], view: View, span: Span) -> Breaks:
    """Judge what was told in the span by what is there now.

    A finding about a deed is gone by an act where the agency named has an event in the case that is not dated before
    the telling; a finding about data, where a row of that agency in the case came after it.
    """
    cases = {case_id_of([record]): case for case in view.linkage.cases for record in case.records}
    came = {d.row.reading.source: d.row.arrived_at for d in view.disposed}
    outcomes: dict[str, list[str]] = defaultdict(list)
    for one in told:
        if not span.holds(one.told_at):
            continue
        if one.thread in standing:
            outcomes[one.code].append("standing")
        else:
            outcomes[one.code].append("acted" if _acted(one, cases.get(one.case_id), came) else "false")
    every = [outcome for found in outcomes.values() for outcome in found]
    by_code = [(code, Rate(found.count("false"), len(found))) for code, found in sorted(outcomes.items())]
    return Breaks(Rate(every.count("false"), len(every)), every.count("acted"), every.count("standing"), tuple(by_code))


def _acted(told: ToldFinding, case: Case | None, came: Mapping[str, datetime]) -> bool:
    if told.code == _OF_SERIES:
        return True
    records = case.records if case else ()
    agency = base(told.agency)
    if told.code in _OF_DATA:
        return any(r.agency == agency and came[r.source] > told.told_at for r in records)
    shown_by, since = _SHOWN_BY.get(told.code, ()), Moment.of(told.told_at)
    return any(
        (event.agency == agency or event.code in shown_by) and not event.at.before(since)
        for record in records
        for event in record.events
    )
