"""Which figures say how the exchange went over a month or a quarter? docs/reports.md defines each in one sentence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from hub.delivery.desk import base
from hub.ladder.rung import Told
from hub.moment import SHANGHAI
from hub.reports.acknowledging import Acknowledging, Latency, measure_acknowledging
from hub.reports.automation import Automation, measure_automation
from hub.reports.decisions import Decisions, RungCount, count_rungs, measure_decisions
from hub.reports.punctuality import Punctuality, measure_punctuality
from hub.reports.span import Span
from hub.reports.standing import Standing
from hub.reports.told_findings import Breaks, count_breaks


@dataclass(frozen=True, slots=True)
class Kpis:
    """All figures of one span, as of an instant, by what was known until another (None: all that is known)."""

    span: Span
    as_of: datetime
    known_at: datetime | None
    punctuality: Punctuality
    acknowledging: Acknowledging
    automation: Automation
    breaks: Breaks
    decisions: Decisions
    rungs: tuple[RungCount, ...]

    def told(self) -> dict[str, object]:
        """As JSON: every rate with numerator and denominator, null where there is no rate."""
        p, a, d = self.punctuality, self.automation, self.decisions
        return {
            "period": str(self.span),
            "as_of": self.as_of.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            "known_at": self.known_at.astimezone(SHANGHAI).isoformat() if self.known_at else None,
            "on_time": p.on_time.told(),
            "on_time_platform": p.platform.told(),
            "on_time_by_kind": {kind: rate.told() for kind, rate in p.by_kind},
            "on_time_by_rule": {r.rule: r.on_time.told() | {"days_late": r.late.told()} for r in p.by_rule},
            "on_time_by_agency": {
                r.agency: r.on_time.told() | {"platform": r.platform.told(), "days_late": r.late.told()}
                for r in p.by_agency
            },
            "days_late": p.late.told(),
            "rights_used": p.rights.told(),
            "not_yet_due": p.not_yet_due,
            "void": p.void,
            "repeat_lateness": p.repeated.told()
            | {"ranking": [{"agency": r.agency, "rule": r.rule, "late": r.times, "in_period": r.in_span} for r in p.repeaters]},
            "acknowledgement": _latency(self.acknowledging.whole),
            "acknowledgement_by_agency": {name: _latency(one) for name, one in self.acknowledging.by_agency},
            "acknowledgement_by_level": {str(level): _latency(one) for level, one in self.acknowledging.by_level},
            "automation": {"rows": a.rows.told(), "links": a.links.told(), "rungs": a.rungs.told()},
            "false_breaks": self.breaks.false.told()
            | {"acted": self.breaks.acted, "standing": self.breaks.standing}
            | {"by_code": {code: rate.told() for code, rate in self.breaks.by_code}},
            "decisions": {
                "asked": d.asked, "answered": d.answered, "approved": d.approved, "declined": d.declined,
                "withdrawn": d.withdrawn, "waiting": len(d.waiting), "hours": d.hours.told(),
            },
        }  # fmt: skip


def measure(standing: Standing, span: Span, agencies: Collection[str] = ()) -> Kpis:
    """The figures of a span. agencies: only what these owe, sent, were sent, or are asked about; all without any.

    The standing should be as of the span's end, or of now where it is not over.
    """
    chosen = _narrowed(standing, frozenset(agencies)) if agencies else standing
    view, as_of = chosen.view, chosen.as_of
    return Kpis(
        span,
        as_of,
        chosen.known_at,
        measure_punctuality(view.obligations, span, as_of),
        measure_acknowledging(chosen.deliveries, view.obligations, chosen.facts, span, as_of),
        measure_automation(view, chosen.facts, chosen.helped, span),
        count_breaks(chosen.told, chosen.standing, view, span),
        measure_decisions(chosen.facts, span),
        count_rungs(chosen.facts, span),
    )


def _latency(one: Latency) -> dict[str, object]:
    return {
        "sent": one.sent,
        "hours": one.hours.told(),
        "refused": one.refused,
        "unacknowledged": one.unacknowledged,
    }


def _narrowed(standing: Standing, agencies: frozenset[str]) -> Standing:
    """Only what concerns these agencies; cases stay whole, so that an act of the agency named is seen."""
    view = standing.view
    owed = tuple(o for o in view.obligations if base(o.debtor) in agencies)
    ids = {o.obligation_id for o in owed}
    return replace(
        standing,
        view=replace(
            view,
            obligations=owed,
            disposed=tuple(d for d in view.disposed if d.row.agency in agencies),
            findings=tuple(f for f in view.findings if base(f.agency) in agencies),
        ),
        deliveries=tuple(one for one in standing.deliveries if one.agency in agencies),
        facts=tuple(
            fact
            for fact in standing.facts
            if Told.read(fact.code, fact.subject, fact.at, "") is None
            or base(fact.attributes.get("debtor", "")) in agencies
            or fact.subject.partition("/")[0] in ids
        ),
        told=tuple(one for one in standing.told if base(one.agency) in agencies),
    )
