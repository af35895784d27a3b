"""`hub case`: what is known of one matter, from whom, and what was done about it?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.explaining import draw, explained, explained_lines
from cli.session import AsJson, AsOf, hub_opened, instant, show_object
from hub.delivery.rules import Sealing
from hub.errors import ConfigurationFault
from hub.findings.counterparts import Counterparts
from hub.findings.differing import Differing, differing_fields
from hub.findings.patterns import MEANINGS, Absence, presences
from hub.hub import Hub
from hub.ladder.rung import Told, shown_subject
from hub.ladder.told import told_so_far
from hub.ledger.deliveries import StoredDelivery, deliveries
from hub.ledger.papers import StoredPaper, papers
from hub.ledger.store import Transaction
from hub.link import Case
from hub.link.signs import NUMBER_FIELDS
from hub.moment import SHANGHAI
from hub.privacy import mask_identity_numbers
from hub.usecases.counterparts import counterpart_lines, counterparts_form, counterparts_in
from hub.usecases.explain import Explaining, WhyHere, decision_line, decisions_about, goes_by
from hub.usecases.paper_by_hand import held_back, papers_of
from hub.values.document_numbers import strict_key
from hub.values.identity import mask
from hub.view import View, look

_OWN = ("doc_no", "doc_id")
_NUMBERS = (*NUMBER_FIELDS, "case_no", "police_case_no", "doc_id", "receipt_no", "unified_case_no")


def register(commands: typer.Typer) -> None:
    """Add the subcommand."""
    commands.command("case")(_case)


def _case(
    ref: Annotated[
        str,
        typer.Argument(help="A case id, a record as `hub links` shows it, or any number an agency or the hub gave it."),
    ],
    picture: Annotated[
        Path | None,
        typer.Option("--picture", help="An SVG to write: why each record stands there, and what nearly did."),
    ] = None,
    as_of: AsOf = "",
    as_json: AsJson = False,
) -> None:
    """One matter: records, why each stands there and what nearly did, timeline, obligations, findings, what was told to whom."""
    with hub_opened() as hub, hub.ledger.read() as tx:
        view = look(hub, tx, instant(as_of))
        cases = find_cases(view, ref, hub.delivery_rules.sealed) or cases_of_paper(hub, tx, view, ref)
        if not cases:
            raise ConfigurationFault(f"{ref}: no case and no number of one")
        if picture and len(cases) > 1:
            raise ConfigurationFault(f"{ref}: {len(cases)} cases bear this number; give the case id")
        explaining = Explaining(view.linkage, hub.delivery_rules.sealed, hub.link_weights, view.judged)
        pairs = counterparts_in(hub, view)
        for case in cases:
            why = explaining.why(case)
            shown = explained(explaining, why) if as_json else explained_lines(explaining, why)
            described = describe_case(hub, tx, view, case, shown["links"]) | dict(shown)
            show_object(described | {"counterparts": _counterparts(view, pairs, case, why, as_json)}, as_json)
            if picture:
                draw(picture, why)


def _counterparts(
    view: View, pairs: Sequence[Counterparts], case: Case, why: Sequence[WhyHere], as_json: bool
) -> Sequence[object]:
    """The matters that may be one with a case."""
    if as_json:
        return [counterparts_form(one, view.findings) for one in pairs if case.case_id in one.case_ids]
    near = (frozenset((miss.newcomer.source, miss.standing.source)) for one in why for miss in one.near)
    return counterpart_lines(pairs, case.case_id, near)


def find_cases(view: View, ref: str, sealing: Sealing) -> list[Case]:
    """The case of this id, or those with a record that comes from this source, is called so or bears the number.

    A sealed matter answers to its id, to what one of its records alone is called, and to its own letter's number, and
    to that only where no open matter bears it: who asks about an open matter, for whomever, must not come upon it.
    """
    if named := [case for case in view.linkage.cases if case.case_id == ref]:
        return named
    sealed = {case.case_id for case in view.linkage.cases if all(map(sealing.seals, case.records))}
    opened = [
        case
        for case in view.linkage.cases
        if case.case_id not in sealed and (_called(case, ref) or _bears(case, ref, _NUMBERS))
    ]
    return opened or [
        case
        for case in view.linkage.cases
        if case.case_id in sealed and (_called(case, ref) or _bears(case, ref, _OWN))
    ]


def cases_of_paper(hub: Hub, tx: Transaction, view: View, number: str) -> list[Case]:
    """The cases whose papers the hub drafted under this number, in any spelling, where they show that paper at all.

    The agencies' own records come first (`find_cases`): a paper that went out comes back as one of them.
    """
    key = strict_key(number)
    bearing = [paper for paper in papers(tx) if key and strict_key(paper.number) == key]
    about = {paper.case_id for paper in bearing}
    # Cases merge and split; the duty that a paper was drafted for keeps its id.
    about |= {o.case_id for o in view.obligations if any(o.obligation_id in paper.occasion for paper in bearing)}
    return [
        case
        for case in view.linkage.cases
        if case.case_id in about and any(paper in bearing for paper in papers_to_show(hub, tx, view, case))
    ]


def _called(case: Case, ref: str) -> bool:
    return any(goes_by(record, ref) for record in case.records)


def _bears(case: Case, ref: str, fields: Sequence[str]) -> bool:
    key = strict_key(ref)
    said = [record.get(field) for record in case.records for field in fields]
    return any(number and (number == ref or strict_key(number) == key) for number in said)


def describe_case(hub: Hub, tx: Transaction, view: View, case: Case, links: Sequence[object]) -> dict[str, object]:
    """All that is known of a case, for people; identity numbers are masked.

    links: why each record stands there step by step, as whoever asks shows it.
    """
    reasons = {link.record.source: link for link in view.linkage.links if link.case_id == case.case_id}
    records = []
    for record in case.records:
        link = reasons[record.source]
        parties = "、".join(f"{p.name} {mask(p.id_no)}".strip() for p in record.parties)
        why = "; ".join(link.explanation)
        records.append(
            mask_identity_numbers(
                f"{record.agency} {record.kind} {record.source} {parties} [{link.tier} {link.score:.1f}] {why}"
            )
        )
    timeline = sorted(
        ((event.at.sort_key(), f"{event.at} {event.code} ({event.agency})") for event, _ in case.events()),
    )
    owed = [o for o in view.obligations if o.case_id == case.case_id]
    ids = {o.obligation_id for o in owed}
    return {
        "case_id": case.case_id,
        "presence": describe_presence(hub, view, case),
        "records": records,
        "links": links,
        "decisions": [decision_line(one, case) for one in decisions_about(view.judged, case)],
        "timeline": [line for _, line in timeline],
        "obligations": [
            f"{o.rule} {shown_subject(o.subject)} {o.debtor} → {o.creditor}".replace("  ", " ")
            + f" due {o.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S} {o.state}"
            + (f" {o.ended_at}" if o.ended_at else "")
            + f" | {o.basis} | {' '.join(o.steps)}"
            for o in owed
        ],
        "findings": [f"{f.code} {f.agency} {f.detail}" for f in view.findings if f.case_id == case.case_id],
        "differing": [_differing(hub, one) for one in differing_fields(case, hub.authorities)],
        "told": [_rung(one) for one in told_so_far(tx) if one.rung_key.split("/")[0] in ids],
        "deliveries": [_delivery(one) for one in deliveries(tx) if case.case_id in one.refers.case_ids],
        "papers": [
            f"{paper.number} {paper.title} → {'、'.join(paper.addressees)} {paper.drafted_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
            for paper in papers_to_show(hub, tx, view, case)
        ],
        "papers_held_back": [f"{one.title}：{one.missing}" for one in held_back(hub, tx, case.case_id)],
        "rules": hub.rules.version,
        "calendar": hub.calendar.version,
    }


def describe_presence(hub: Hub, view: View, case: Case) -> list[str]:
    """Which of the three have a record of a case, what that means, and how it stands with each absent one."""
    owed = [o for o in view.obligations if o.case_id == case.case_id]
    found = [f for f in view.findings if f.case_id == case.case_id]
    unplaced = {one.record.source for one in view.linkage.ambiguities}
    lines = []
    for one in presences([case], owed, found, unplaced, hub.rules, view.as_of):
        lines.append(f"{one.pattern} {MEANINGS[one.pattern]}")
        lines += [" ".join(filter(None, map(str, _absence(absence)))) for absence in one.absences]
    return lines


def _absence(absence: Absence) -> tuple[object, ...]:
    due = f"due {absence.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}" if absence.due_at else ""
    return f"{absence.side}:", absence.standing, absence.waits_for, due


def _differing(hub: Hub, one: Differing) -> str:
    """Who says what of a field, and whose word counts; identity numbers are masked."""
    charges = {cause.code: cause.charge for cause in hub.codes.causes.values()}
    said = "; ".join(f"{s.agency} {charges.get(s.value, s.value)} ({s.source})" for s in one.statements)
    settled = hub.authorities.of[one.about]
    return mask_identity_numbers(f"{one.about} {settled.title}: {said} | {one.settled_by}: {settled.why}")


def papers_to_show(hub: Hub, tx: Transaction, view: View, case: Case) -> list[StoredPaper]:
    """The papers of a case; a sealed one only where the whole case is sealed: in any other it would show that it is there."""
    ids = [o.obligation_id for o in view.obligations if o.case_id == case.case_id]
    found = papers_of(tx, case.case_id, ids)
    if case.records and all(map(hub.delivery_rules.sealed.seals, case.records)):
        found += papers_of(tx, case.case_id, ids, sealed=True)
    return found


def _rung(told: Told) -> str:
    obligation_id, ladder, rung = told.rung_key.split("/")
    return f"{told.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} {told.code} {ladder} rung {rung} of {obligation_id}"


def _delivery(delivery: StoredDelivery) -> str:
    moments = {"sent": delivery.sent_at, str(delivery.state): delivery.ended_at}
    shown = [f"{name} {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for name, at in moments.items() if at is not None]
    receipt = delivery.ending.attributes.get("receipt_no", "") if delivery.ending else ""
    parts = (delivery.delivery_id, delivery.kind, f"→ {delivery.agency}", *(shown or [str(delivery.state)]), receipt)
    return " ".join(filter(None, parts))
