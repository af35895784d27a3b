"""`hub diff`: what lies between two instants?"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli.session import AsJson, hub_opened, show
from hub.duties.changes import Change
from hub.errors import ConfigurationFault
from hub.ladder.rung import shown_subject
from hub.ledger.facts import Fact
from hub.moment import SHANGHAI
from hub.settings import read_instant
from hub.usecases.difference import Difference, difference

COLUMNS = ("what", "at", "rule", "debtor", "creditor", "subject", "was", "now", "why", "learned", "case_id", "obligation_id")  # fmt: skip


def register(commands: typer.Typer) -> None:
    """Add the subcommand."""
    commands.command("diff")(_diff)


def _diff(
    first: Annotated[str, typer.Argument(help="From this instant, e.g. 2026-10-01 (its last second).")],
    second: Annotated[str, typer.Argument(help="To this instant.")],
    hindsight: Annotated[
        bool, typer.Option("--hindsight", help="Both looks know all that the hub knows now, not what it knew then.")
    ] = False,
    agency: Annotated[
        list[str] | None, typer.Option("--agency", help="Only where this agency owes or is owed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What opened, ended, fell overdue and was told between two instants, and why."""
    since, until = read_instant("T1", first), read_instant("T2", second)
    if until < since:
        raise ConfigurationFault(f"{second} lies before {first}")
    with hub_opened() as hub:
        found = difference(hub, since, until, hindsight=hindsight)
    changes = [c for c in found.changes if not agency or {c.obligation.debtor, c.obligation.creditor} & set(agency)]
    told = [
        f for f in found.told if not agency or {f.attributes.get("debtor"), f.attributes.get("agency")} & set(agency)
    ]
    show(COLUMNS, [*(_change(found, one, since) for one in changes), *map(_fact, told)], as_json)
    if not as_json:
        print(f"rows known: {found.rows[0]} then, {found.rows[1]} after")


def _change(found: Difference, change: Change, since: datetime) -> tuple[str, ...]:
    owed = change.obligation
    why = " ".join(filter(None, [change.source, change.why]))
    learned = (
        f"{found.learned[change.source].astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if change.source in found.learned else ""
    )
    late = " (late)" if found.came_late(change, since) else ""
    return (
        str(change.what), str(change.at), owed.rule, owed.debtor, owed.creditor, shown_subject(owed.subject),
        change.was, change.now, why, learned + late, owed.case_id, owed.obligation_id,
    )  # fmt: skip


def _fact(fact: Fact) -> tuple[str, ...]:
    said = fact.attributes
    why = said.get("text") or said.get("reason") or said.get("detail") or ""
    obligation_id = fact.subject.split("/")[0].split("~")[0] if fact.subject.startswith("O") else fact.subject
    return (
        fact.code, f"{fact.at.astimezone(SHANGHAI).isoformat()}", said.get("rule", ""), said.get("debtor", ""),
        said.get("creditor", ""), "", "", "", why, f"{fact.learned_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        said.get("case_id", ""), obligation_id,
    )  # fmt: skip
