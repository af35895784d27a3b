"""What does the county's bulletin say, of a month or a quarter?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from hub.delivery.desk import base
from hub.duties.duty import Obligation
from hub.mapping.codes import Codes
from hub.reports.figures import Rate
from hub.reports.kpi import Kpis, measure
from hub.reports.punctuality import ACKNOWLEDGE, in_time, is_judged, is_platform, overdue_on
from hub.reports.span import Span
from hub.reports.standing import Standing
from hub.screening.clue import Clue
from hub.screening.screen import find_clues

_TREND = 6  # months


@dataclass(frozen=True, slots=True)
class CountyBulletin:
    """The figures of the span and of the one before, both by what is known now.

    trend: (month, on-time rate). overdue: duties not done as of the instant, the longest first; acknowledgements of
    deliveries are only counted. findings: (code, agency) -> how many stand. clues: what a screening finds as of the
    instant.
    """

    span: Span
    as_of: datetime
    kpis: Kpis
    before: Kpis
    trend: tuple[tuple[Span, Rate], ...]
    overdue: tuple[Obligation, ...]
    overdue_before: int
    unacknowledged: int
    findings: tuple[tuple[str, str, int], ...]
    clues: tuple[Clue, ...]


def county_bulletin(standing: Standing, span: Span, codes: Codes) -> CountyBulletin:
    """Gather it."""
    owed, as_of, before = standing.view.obligations, standing.as_of, span.before()
    overdue = overdue_on(owed, as_of)
    acts = [o for o in overdue if o.rule != ACKNOWLEDGE]
    found = Counter((f.code, base(f.agency)) for f in standing.view.findings)
    return CountyBulletin(
        span=span,
        as_of=as_of,
        kpis=measure(standing, span),
        before=measure(standing, before),
        trend=tuple((month, _on_time(owed, month)) for month in span.until(_TREND)),
        overdue=tuple(sorted(acts, key=lambda o: (o.due_at, o.rule, o.debtor, o.obligation_id))),
        overdue_before=sum(o.rule != ACKNOWLEDGE for o in overdue_on(owed, before.end)),
        unacknowledged=len(overdue) - len(acts),
        findings=tuple((code, agency, count) for (code, agency), count in sorted(found.items())),
        clues=find_clues(standing.view.linkage.cases, owed, codes, as_of),
    )


def _on_time(owed: tuple[Obligation, ...], month: Span) -> Rate:
    return in_time(o for o in owed if is_judged(o) and not is_platform(o) and month.holds(o.due_at))
