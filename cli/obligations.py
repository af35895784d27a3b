"""`hub obligations`: what is owed, by whom, when?"""

from __future__ import annotations

from typing import Annotated

import typer

from cli.session import AsJson, AsOf, SomethingForAPerson, Strict, hub_opened, instant, of_agencies, show
from hub.duties.duty import Obligation, State
from hub.ladder.rung import shown_subject
from hub.moment import SHANGHAI
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
    """Add the subcommand."""
    commands.command("obligations")(_obligations)


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
        of_agencies(hub, agency)
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
    return (*owed, shown_subject(o.subject), o.basis, o.obligation_id)
