"""`hub obligations`, `hub due`: what is owed, and why then?"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from cli.session import AsJson, AsOf, SomethingForAPerson, Strict, hub_opened, instant, settings, show, show_object
from hub.duties.duty import Obligation, State
from hub.duties.rules import load_rules
from hub.errors import ConfigurationFault
from hub.moment import SHANGHAI, Moment
from hub.periods.calendar import load_calendar
from hub.periods.period import Period, Unit, due, letter_date
from hub.settings import read_instant
from hub.view import look

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
    "obligation_id",
)


def register(commands: typer.Typer) -> None:
    """Add the subcommands."""
    commands.command("obligations")(_obligations)
    commands.command("due")(_due)


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
    owed = (o.case_id, o.rule, o.debtor, o.creditor, str(o.opened_at), due_at, str(o.state), ended)
    return (*owed, o.subject, o.basis, o.obligation_id)


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
