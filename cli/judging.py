"""`hub obligations`, `hub due`, `hub case`: what is owed, why then, and what is known of one matter?"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from cli.session import AsJson, AsOf, SomethingForAPerson, Strict, hub_opened, instant, settings, show, show_object
from hub.calendar import load_calendar
from hub.duty import Obligation, State
from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.link import Case
from hub.link.matter import NUMBER_FIELDS
from hub.moment import SHANGHAI, Moment
from hub.periods import Period, Unit, due, letter_date
from hub.privacy import mask_identity_numbers
from hub.rules import load_rules
from hub.settings import read_instant
from hub.values.document_numbers import strict_key
from hub.values.identity import mask
from hub.view import View, look

OBLIGATION_COLUMNS = (
    "case_id",
    "rule",
    "debtor",
    "creditor",
    "opened_at",
    "due_at",
    "state",
    "ended_at",
    "subject",
    "basis",
)


def register(commands: typer.Typer) -> None:
    """Add the subcommands."""
    commands.command("obligations")(_obligations)
    commands.command("due")(_due)
    commands.command("case")(_case)


def _obligations(
    as_of: AsOf = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")] = False,
    agency: Annotated[
        list[str] | None, typer.Option("--agency", help="Only where this agency owes or is owed.")
    ] = None,
    known_at: Annotated[str, typer.Option("--known-at", help="What the hub knew at this instant.")] = "",
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """What is owed, by whom, when, on what basis."""
    with hub_opened() as hub, hub.ledger.read() as tx:
        view = look(hub, tx, instant(as_of), read_instant("--known-at", known_at) if known_at else None)
    chosen = [
        o
        for o in view.obligations
        if (not overdue or o.state is State.OVERDUE) and (not agency or {o.debtor, o.creditor} & set(agency))
    ]
    show(OBLIGATION_COLUMNS, [_line(o) for o in chosen], as_json)
    if strict and any(o.state is State.OVERDUE for o in chosen):
        raise SomethingForAPerson("obligations are overdue")


def _line(o: Obligation) -> tuple[str, ...]:
    due_at = o.due_at.astimezone(SHANGHAI).isoformat() + (" (provisional)" if o.provisional else "")
    ended = str(o.ended_at) if o.ended_at else ""
    return (o.case_id, o.rule, o.debtor, o.creditor, str(o.opened_at), due_at, str(o.state), ended, o.subject, o.basis)


def _due(
    rule: Annotated[str, typer.Argument(help="A rule id, e.g. police.decide_filing.")],
    opened: Annotated[str, typer.Option("--from", help="When it opened: a day or an instant.")],
    days: Annotated[int, typer.Option("--days", help="The days of an extension in force.")] = 0,
    reply_by: Annotated[str, typer.Option("--reply-by", help="The day that the letter itself sets.")] = "",
    urgent: Annotated[bool, typer.Option("--urgent", help="An urgent letter.")] = False,
    as_json: AsJson = False,
) -> None:
    """One due time, computed step by step, with basis and calendar."""
    chosen = settings()
    calendar = load_calendar(chosen.mappings / "calendars")
    rules = load_rules(chosen.mappings / "rules.yaml")
    try:
        start = Moment.parse(opened) if len(opened) == 10 else Moment.of(read_instant("--from", opened))
        letter = date.fromisoformat(reply_by) if reply_by else None
    except ValueError as fault:
        raise ConfigurationFault(f"no day or instant: {fault}") from fault
    if rule not in rules.by_id:
        raise ConfigurationFault(f"{rule}: no such rule; there are {', '.join(sorted(rules.by_id))}")
    found = rules.in_force(rule, start.day)
    if found is None:
        raise ConfigurationFault(f"{rule}: not in force on {start.day}")
    period = found.length({"urgent": "yes"} if urgent else {})
    if days:
        if found.replaced_by is None:
            raise ConfigurationFault(f"{rule}: no extension is provided for")
        period = Period(days, Unit.DAY)
    if letter is not None and found.letter_date:
        result = letter_date(letter)
    elif period is None:
        raise ConfigurationFault(f"{rule}: its period stands in the agency's mapping")
    else:
        result = due(start, period, calendar)
    show_object(
        {
            "rule": rule,
            "title": found.title,
            "basis": found.basis,
            "from": str(start),
            "period": str(period) if letter is None else f"reply_by {letter}",
            "due_at": result.due_at.isoformat(),
            "provisional": result.provisional,
            "rule_version": found.version,
            "calendar_version": calendar.version,
            "steps": list(result.steps),
        },
        as_json,
    )


def _case(
    ref: Annotated[str, typer.Argument(help="A case id, or any number that an agency gave it.")],
    as_of: AsOf = "",
    as_json: AsJson = False,
) -> None:
    """One matter: records, links with their explanation, timeline, obligations, findings."""
    with hub_opened() as hub, hub.ledger.read() as tx:
        view = look(hub, tx, instant(as_of))
        cases = find_cases(view, ref)
        if not cases:
            raise ConfigurationFault(f"{ref}: no case and no number of one")
        for case in cases:
            show_object(describe_case(hub, view, case), as_json)


def find_cases(view: View, ref: str) -> list[Case]:
    """The cases of this id, or those with a record that bears the number."""
    key = strict_key(ref)
    return [
        case
        for case in view.linkage.cases
        if case.case_id == ref
        or any(
            record.get(field) and (record.get(field) == ref or strict_key(record.get(field)) == key)
            for record in case.records
            for field in (*NUMBER_FIELDS, "case_no", "police_case_no", "doc_id", "unified_case_no")
        )
    ]


def describe_case(hub: Hub, view: View, case: Case) -> dict[str, object]:
    """All that is known of a case, for people; identity numbers are masked."""
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
    return {
        "case_id": case.case_id,
        "records": records,
        "timeline": [line for _, line in timeline],
        "obligations": [
            f"{o.rule} {o.debtor} → {o.creditor} due {o.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S} {o.state}"
            + (f" {o.ended_at}" if o.ended_at else "")
            + f" | {o.basis} | {' '.join(o.steps)}"
            for o in owed
        ],
        "findings": [f"{f.code} {f.agency} {f.detail}" for f in view.findings if f.case_id == case.case_id],
        "rules": hub.rules.version,
        "calendar": hub.calendar.version,
    }
