"""What do people see once the first cycle is through?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from cli.stack_cycle import Cycle

SHOWN = 5
# What is always shown of an exchange; other counts only where there are any.
PULLED = ("parcels", "rows", "read", "quarantined")
PUSHED = ("sent", "acknowledged", "unanswered")
SILENT = ("answers", "ignored")


def report(cycle: Cycle, reports: Path, as_of: datetime | None) -> None:
    """Print what was exchanged, what was found, what waits, what failed, and where the report is."""
    console = _console()
    console.print(_exchanged("pulled in this cycle", cycle.pulled, PULLED))
    console.print(_exchanged("pushed in this cycle", cycle.pushed, PUSHED))
    console.print(_found(cycle.reconciled))
    console.print(f"{len(cycle.waiting)} decisions wait under Required Actions", highlight=False)
    for decision in cycle.waiting[:SHOWN]:
        console.print(f"  {decision.subject}  ({', '.join(decision.users)})", highlight=False, markup=False)
    if len(cycle.waiting) > SHOWN:
        console.print(f"  … and {len(cycle.waiting) - SHOWN} more", highlight=False)
    console.print()
    for dag, why in cycle.failed.items():
        console.print(f"failed     {dag}: {why}", highlight=False, markup=False)
    clock = f"{as_of.isoformat()} (fixed: the samples' own time, not the clock's)" if as_of else "the clock"
    console.print(f"judged by  {clock}", highlight=False)
    if cycle.report:
        shown = Path(os.path.relpath(reports / cycle.report))
        console.print(f"report     {shown}", highlight=False, markup=False)


def how_to_get_in(address: str, passwords: Mapping[str, str], commands: Path) -> None:
    """Print the address, who may log in, and how the commands see the same."""
    console = _console()
    console.print(f"address    {address}", highlight=False)
    for user, password in passwords.items():
        console.print(f"login      {user} / {password}", highlight=False, markup=False)
    shown = Path(os.path.relpath(commands))
    console.print(f"commands   . {shown}   and then .venv/bin/hub … sees the same", highlight=False, markup=False)


def _console() -> Console:
    return Console(soft_wrap=True)


def _exchanged(title: str, counted: Mapping[str, Mapping[str, int]], always: tuple[str, ...]) -> Table:
    names = _columns(counted, always)
    table = Table("agency", title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in names:
        table.add_column(name.replace("_", " "), justify="right")
    for agency, counts in counted.items():
        table.add_row(agency, *(str(counts.get(name, 0)) for name in names))
    table.add_section()
    table.add_row("all", *(str(sum(counts.get(name, 0) for counts in counted.values())) for name in names))
    return table


def _columns(counted: Mapping[str, Mapping[str, int]], always: tuple[str, ...]) -> list[str]:
    found = {name for counts in counted.values() for name, count in counts.items() if count}
    return [*always, *sorted(found - {*always, *SILENT})]


def _found(counts: Mapping[str, int]) -> Table:
    table = Table("found by the reconciliation", "", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.columns[1].justify = "right"
    for name, count in counts.items():
        table.add_row(name, str(count))
    return table
