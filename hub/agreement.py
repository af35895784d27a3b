"""Do the data files agree, where one of them names what stands in another?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from hub.data_file import Location, fault_at
from hub.delivery.rules import DeliveryRules
from hub.duties.clauses import Known
from hub.duties.rules import Alternative, Rule, Rules
from hub.event_codes import EVENTS
from hub.ladder.ladders import CREDITOR, DEBTOR, HUB, Ladders
from hub.mapping.agency import Agency
from hub.papers.rules import Papers

# The hub's own events that rules may name (mechanism.md, Events).
OWN_EVENTS = frozenset(
    {
        "delivery.sent",
        "delivery.acknowledged",
        "report.received",
        "escalation.proposed",
        "escalation.approved",
        "escalation.declined",
        "escalation.withdrawn",
    }
)
# The last rungs of the ladders: no agency of the exchange, reached on paper (mechanism.md, Agencies).
OUTSIDE = frozenset({"superior_procuratorate", "county_party_committee", "county_peoples_congress"})

Named = tuple[Location, str, str]
"""where a name stands, the name, and what it should be"""


def disagreements(
    mappings: Path,
    agencies: Mapping[str, Agency],
    rules: Rules,
    ladders: Ladders,
    deliveries: DeliveryRules,
    papers: Papers,
) -> list[str]:
    """Every name in one file to which nothing answers in another, with file and line; empty where all agree.

    An agency that has left is no fault: rules and ladders may go on naming the kinds of agencies that there can be.
    """
    events = frozenset[str]().union(*EVENTS.values()) | OWN_EVENTS
    known = {
        "event": events,
        "rule": frozenset(rules.by_id),
        "ladder": frozenset(ladder.ladder for ladder in ladders.every),
        "agency": frozenset(agencies) | frozenset(EVENTS) | OUTSIDE,
        "agency for a role": frozenset(agencies) | frozenset(EVENTS) | OUTSIDE | {DEBTOR, CREDITOR, HUB},
        "agency or office": frozenset(agencies) | frozenset(EVENTS) | {DEBTOR, CREDITOR} | frozenset(papers.offices),
        "office": frozenset(papers.offices),
        "role": frozenset(ladders.roles),
        "issuer": frozenset(agencies) | frozenset(EVENTS),
        "template": frozenset(path.name for path in papers.templates.glob("*.docx")),
        "layout in deliveries.yaml": frozenset(layout.name for layout in deliveries.layouts),
    }
    stands = [
        *((mappings / "rules.yaml", named) for named in _in_rules(rules)),
        *((mappings / "ladders.yaml", named) for named in _in_ladders(ladders)),
        *((mappings / "deliveries.yaml", named) for named in _in_deliveries(deliveries)),
        *((mappings / "papers.yaml", named) for named in _in_papers(papers)),
        *((agency.path, named) for agency in agencies.values() for named in _in_mapping(agency)),
    ]
    faults = [
        str(fault_at(path, location, f"no {what} is named {name}"))
        for path, (location, name, what) in stands
        if name and name not in known[what]
    ]
    unclear = _unclear_papers(rules, ladders, deliveries, papers)
    return faults + [str(fault_at(mappings / "ladders.yaml", location, said)) for location, said in unclear]


def nameable(rules: Rules, ladders: Ladders, deliveries: DeliveryRules, papers: Papers) -> Known:
    """What the clauses of the mechanism may name: the county's rules, events, ladders, findings and papers."""
    return Known(
        rules={rule.id: rule.ladder for rule in rules.every},
        events=frozenset[str]().union(*EVENTS.values()) | OWN_EVENTS,
        ladders=frozenset(ladder.ladder for ladder in ladders.every),
        findings=frozenset(deliveries.findings),
        papers=frozenset(papers.by_name),
    )


def _in_rules(rules: Rules) -> Iterator[Named]:
    for number, rule in enumerate(rules.every):
        place: Location = ("rules", number)
        yield (*place, "ladder"), rule.ladder, "ladder"
        if rule.void_when:
            yield (*place, "void_when", "event"), rule.void_when.event, "event"
        if rule.replaced_by:
            yield (*place, "replaced_by", "event"), rule.replaced_by.event, "event"
            yield (*place, "replaced_by", "counted_from"), rule.replaced_by.counted_from, "event"
        yield from _events(rule, place)
        for other, alternative in enumerate(rule.alternatives):
            yield from _events(alternative, (*place, "alternatives", other))


def _events(rule: Rule | Alternative, place: Location) -> Iterator[Named]:
    for number, opening in enumerate(rule.opens or ()):
        yield (*place, "opens", number, "event"), opening.event, "event"
        yield (*place, "opens", number, "after"), opening.after, "event"
    for number, ending in enumerate(rule.ends or ()):
        yield (*place, "ends", number, "event"), ending.event, "event"
    for number, pause in enumerate(rule.pauses or ()):
        yield (*place, "pauses", number, "start"), pause.start, "event"
        yield (*place, "pauses", number, "end"), pause.end, "event"


def _in_ladders(ladders: Ladders) -> Iterator[Named]:
    for name, role in ladders.roles.items():
        yield ("roles", name, "agency"), role.agency, "agency for a role"
    for number, ladder in enumerate(ladders.every):
        for place, rung in enumerate(ladder.rungs):
            for rule in rung.resend_for:
                yield ("ladders", number, "rungs", place, "resend_for"), rule, "rule"


def _in_deliveries(deliveries: DeliveryRules) -> Iterator[Named]:
    yield ("carried_by",), deliveries.carried_by, "agency"
    for rule in deliveries.not_by_channel:
        yield ("not_by_channel",), rule, "rule"
    for rule in deliveries.sealed.rules:
        yield ("sealed", "rules"), rule, "rule"
    for agency in (*deliveries.sealed.agencies, *deliveries.sealed.receivers):
        yield ("sealed",), agency, "agency"
    for code, decision in deliveries.decisions.items():
        yield ("decisions", code), code, "event"
        yield ("decisions", code, "noted_by"), decision.noted_by, "event"
    for code, rule in deliveries.finding_rules.items():
        yield ("finding_rules", code), rule, "rule"
    for number, layout in enumerate(deliveries.layouts):
        for receiver in layout.receivers:
            yield ("layouts", number, "for"), receiver, "agency"


def _in_papers(papers: Papers) -> Iterator[Named]:
    for issuer in papers.issuers:
        yield ("issuers", issuer), issuer, "issuer"
    for number, paper in enumerate(papers.every):
        place: Location = ("papers", number)
        yield (*place, "template"), paper.template, "template"
        for key, whom in (("addressed_to", paper.addressed_to), ("copies_to", paper.copies_to)):
            for word in whom:
                yield (*place, key), word, "agency or office"
        yield (*place, "approved_by"), paper.approved_by, "role"
        yield (*place, "event"), paper.event, "event"
        for rule in paper.rules:
            yield (*place, "rules"), rule, "rule"
        for key, conditions in (("needs", paper.needs), ("barred_by", paper.barred_by)):
            for position, condition in enumerate(conditions):
                yield (*place, key, position, "event"), condition.event, "event"
        for name, field in paper.fields.items():
            yield (*place, "fields", name, "event"), field.event, "event"
            yield (*place, "fields", name, "office"), field.office, "office"
            for word in field.words if field.obligation == "rule" else ():
                yield (*place, "fields", name, "words", word), word, "rule"


def _unclear_papers(
    rules: Rules, ladders: Ladders, deliveries: DeliveryRules, papers: Papers
) -> Iterator[tuple[Location, str]]:
    """Rungs whose document is no paper, or several, for a rule that climbs the ladder; or one that would tell too much."""
    for number, ladder in enumerate(ladders.every):
        climbers = {rule.id for rule in rules.every if ladder.always or rule.ladder == ladder.ladder}
        for place, rung in enumerate(ladder.rungs):
            where: Location = ("ladders", number, "rungs", place, "document")
            for rule in sorted(climbers) if rung.document else ():
                found = papers.of_rung(rung.document, rule)
                if len(found) != 1:
                    many = "no paper" if not found else f"{len(found)} papers"
                    yield where, f"papers.yaml has {many} of this name for {rule}"
                elif rule in deliveries.sealed.rules and not found[0].sealed:
                    yield where, f"{rule} is sealed, and {found[0].paper} is an open paper"


def _in_mapping(agency: Agency) -> Iterator[Named]:
    yield ("receives",), agency.mapping.receives, "layout in deliveries.yaml"
    for role in agency.mapping.people:
        yield ("people", role), role, "role"
