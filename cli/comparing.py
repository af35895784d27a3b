"""`hub diff`: what lies between two instants, or between two runs?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from cli.counting import counted
from cli.session import AsJson, hub_opened, of_agencies, show
from hub.duties.changes import Change
from hub.errors import ConfigurationFault
from hub.findings.run_changes import RunChange
from hub.ladder.rung import shown_subject
from hub.ledger.facts import Fact
from hub.ledger.runs import Run
from hub.moment import SHANGHAI, Moment
from hub.privacy import mask_identity_numbers
from hub.settings import read_instant
from hub.usecases.between_runs import BetweenRuns, between_runs
from hub.usecases.difference import Difference, difference

COLUMNS = ("what", "at", "rule", "debtor", "creditor", "subject", "was", "now", "why", "learned", "case_id", "obligation_id")  # fmt: skip

RUN_COLUMNS = ("what", "case_id", "agency", "about", "was", "now", "why", "learned")


def register(commands: typer.Typer) -> None:
    """Add the subcommand."""
    commands.command("diff")(_diff)


def _diff(
    first: Annotated[
        str, typer.Argument(help="From this instant, e.g. 2026-10-01 (its last second); none: between two runs.")
    ] = "",
    second: Annotated[str, typer.Argument(help="To this instant.")] = "",
    run: Annotated[
        list[str] | None,
        typer.Option("--run", help="Instead: between this committed run and the last, or the one given as the second."),
    ] = None,
    hindsight: Annotated[
        bool, typer.Option("--hindsight", help="Both looks know all that the hub knows now, not what it knew then.")
    ] = False,
    agency: Annotated[
        list[str] | None, typer.Option("--agency", help="Only where this agency owes or is owed, or whose it is.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What opened, ended, fell overdue and was told between two instants, and why; or what is otherwise since a run.

    Without instants the last two committed runs are compared (or those of --run): cases that appeared, merged, split or
    went, links that came, changed or went, findings that came and went, decisions about links that were made or taken
    back, each with its reason.
    """
    if not first:
        _diff_runs(run or [], agency or [], hindsight, as_json)
        return
    if run or not second:
        raise ConfigurationFault("two instants, or --run, or nothing: hub diff T1 T2")
    since, until = read_instant("T1", first), read_instant("T2", second)
    if until < since:
        raise ConfigurationFault(f"{second} lies before {first}")
    with hub_opened() as hub:
        of_agencies(hub, agency)
        found = difference(hub, since, until, hindsight=hindsight)
    changes = [c for c in found.changes if not agency or {c.obligation.debtor, c.obligation.creditor} & set(agency)]
    told = [
        f for f in found.told if not agency or {f.attributes.get("debtor"), f.attributes.get("agency")} & set(agency)
    ]
    if not as_json:
        # First, for there may be thousands of lines: of what the hub only learned in between, all of it is new to it.
        print(_summary(found, changes, told, since))
    show(COLUMNS, [*(_change(found, one, since) for one in changes), *map(_fact, told)], as_json)


def _summary(found: Difference, changes: Sequence[Change], told: Sequence[Fact], since: datetime) -> str:
    figures = Counter([*(str(one.what) for one in changes), *(fact.code for fact in told)])
    late = sum(found.came_late(one, since) for one in changes)
    lines = [" · ".join(f"{what} {count}" for what, count in figures.items()) or "nothing"]
    lines.append(f"rows known: {found.rows[0]} then, {found.rows[1]} after")
    if late:
        lines.append(
            f"of what is listed, {late} happened before the first instant and was only learned after it "
            "(marked late); --hindsight leaves it out"
        )
    return "\n".join(lines)


def _diff_runs(run: Sequence[str], agency: Sequence[str], hindsight: bool, as_json: bool) -> None:
    if len(run) > 2 or hindsight:
        raise ConfigurationFault("--run is given once or twice, without --hindsight: a run knew what it knew")
    with hub_opened() as hub:
        of_agencies(hub, agency)
        found = between_runs(hub, *run)
    changes = [one for one in found.changes if not agency or set(one.agency.split("、")) & set(agency)]
    show(RUN_COLUMNS, [_run_change(found, one) for one in changes], as_json)
    if as_json:
        return
    print(f"from {_run(found.first)} to {_run(found.second)}")
    for line in found.versions:
        print(f"another version in the second run, {line} (both are looked at by today's)")
    if found.otherwise_kept:
        print(f"in the ledger otherwise than they would be found today: {counted(found.otherwise_kept, 'link')}")


def _run(run: Run) -> str:
    return f"{run.run_id} (as of {_shown(run.as_of)}, ran {_shown(run.at)})"


def _run_change(found: BetweenRuns, one: RunChange) -> tuple[str, ...]:
    learned = max((found.learned[source] for source in one.sources if source in found.learned), default=None)
    return (
        str(one.what), one.case_id, one.agency, one.about, one.was, one.now, mask_identity_numbers(one.why),
        _shown(learned) if learned else "",
    )  # fmt: skip


def _shown(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _change(found: Difference, change: Change, since: datetime) -> tuple[str, ...]:
    owed = change.obligation
    why = " ".join(filter(None, [change.source, change.why]))
    learned = _shown(found.learned[change.source]) if change.source in found.learned else ""
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
        fact.code, str(Moment.of(fact.at)), said.get("rule", ""), said.get("debtor", ""),
        said.get("creditor", ""), "", "", "", why, f"{fact.learned_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        said.get("case_id", ""), obligation_id,
    )  # fmt: skip
