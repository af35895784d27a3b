"""How much of the work needed no person?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from hub.ladder.rung import Outcome, Told
from hub.ledger.facts import Fact
from hub.model import Disposition
from hub.reports.figures import Rate
from hub.reports.span import Span
from hub.view import View


@dataclass(frozen=True, slots=True)
class Automation:
    """rows, links, rungs: those that no person had to touch, over all of them."""

    rows: Rate
    links: Rate
    rungs: Rate


def measure_automation(
    view: View, facts: Iterable[Fact], helped: Collection[tuple[str, int]], span: Span
) -> Automation:
    """Judge the rows that arrived in the span, the records among them that stand with others, and the rungs told or asked.

    helped: rows that were first set aside and came in once a mapping was corrected. A record that fits several others
    equally well waits for a person.
    """
    arrived = [d for d in view.disposed if _counts(d.row.arrived_at, span, view.as_of)]
    rows = [d for d in arrived if d.disposition is not Disposition.IGNORED]
    alone = [
        d
        for d in rows
        if d.disposition is not Disposition.QUARANTINED and (d.row.parcel_id, d.row.position) not in helped
    ]
    sources = {d.row.reading.source for d in arrived if d.disposition is Disposition.ACCEPTED}
    sizes = Counter(link.case_id for link in view.linkage.links)
    unclear = {one.record.source for one in view.linkage.ambiguities} & sources
    linked = {link.record.source for link in view.linkage.links if sizes[link.case_id] > 1} & sources - unclear
    return Automation(Rate(len(alone), len(rows)), Rate(len(linked), len(linked) + len(unclear)), _rungs(facts, span))


def _counts(at: datetime, span: Span, as_of: datetime) -> bool:
    return span.holds(at) and at <= as_of


def _rungs(facts: Iterable[Fact], span: Span) -> Rate:
    """Each rung once, in the span in which it was told or first put to a person."""
    read = [told for fact in facts if (told := Told.read(fact.code, fact.subject, fact.at, ""))]
    asked = {told.rung_key for told in read if told.outcome is Outcome.PROPOSED}
    fired = {
        told.rung_key
        for told in read
        if told.outcome is Outcome.FIRED and span.holds(told.at) and told.rung_key not in asked
    }
    put = {told.rung_key for told in read if told.outcome is Outcome.PROPOSED and span.holds(told.at)}
    return Rate(len(fired), len(fired) + len(put))
