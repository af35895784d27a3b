"""`hub escalate`: which rungs of which ladders are due, and fire them where asked to."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.counting import counted
from cli.session import AsJson, AsOf, SomethingForAPerson, Strict, hub_opened, instant, now, show
from hub.ladder.rung import RungDue
from hub.moment import SHANGHAI
from hub.usecases.escalate import Escalation, PendingDecision, escalate

COLUMNS = ("act", "since", "ladder", "rung", "rule", "debtor", "to", "document", "text", "decision_id")
_WOULD = {"fired": "would fire", "withdrawn": "would withdraw"}


def register(commands: typer.Typer) -> None:
    """Add the subcommand."""
    commands.command("escalate")(_escalate)


def _escalate(
    as_of: AsOf = "",
    commit: Annotated[
        bool, typer.Option("--commit", help="Fire them: notices are planned, decisions are put; a preview without it.")
    ] = False,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """The rungs that would fire, or fire them; what a person decides is only proposed."""
    with hub_opened() as hub:
        done = escalate(hub, instant(as_of), now(), commit)
    show(COLUMNS, [*map(notice_line, done.fired), *map(decision_line, done.pending)], as_json)
    if not as_json:
        print(summary(done, preview=not commit))
    if strict and done.pending:
        raise SomethingForAPerson(f"{counted(len(done.pending), 'decision')} waiting for a person")


def notice_line(rung: RungDue) -> tuple[str, ...]:
    """A rung that is told."""
    since = f"{rung.due_since.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    owed = rung.obligation
    told = (owed.rule, owed.debtor, ",".join(rung.roles), rung.document, rung.text)
    return ("notify", since, rung.ladder, str(rung.rung_no), *told, "")


def decision_line(asked: PendingDecision) -> tuple[str, ...]:
    """A rung that waits for a person; `to` is who decides."""
    _, ladder, rung_no = asked.rung_key.rsplit("/", 2)
    told = (asked.rule, asked.debtor, asked.assigned_role, asked.document, asked.subject)
    return ("decide", asked.since, ladder, rung_no, *told, asked.decision_id)


def summary(done: Escalation, *, preview: bool) -> str:
    """The figures on one line; of a preview nobody may think that it was done."""
    said = _WOULD if preview else {}
    figures = " · ".join(f"{said.get(name, name)} {count}" for name, count in done.counts().items())
    return f"{figures} · a preview" if preview else figures
