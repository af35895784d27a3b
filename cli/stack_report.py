"""What do people see once the first cycle is through?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rich.console import Console
from rich.table import Table

from cli.stack_cycle import Cycle

SHOWN = 5


def report(cycle: Cycle, address: str, passwords: Mapping[str, str], as_of: datetime | None, seconds: float) -> None:
    """Print what was exchanged, what was found, what waits, and how to get in."""
    console = Console(soft_wrap=True)
    console.print(_exchanged(cycle))
    console.print(_found(cycle.reconciled))
    console.print(f"{len(cycle.waiting)} decisions wait under Required Actions", highlight=False)
    for decision in cycle.waiting[:SHOWN]:
        console.print(f"  {decision.subject}  ({', '.join(decision.users)})", highlight=False, markup=False)
    if len(cycle.waiting) > SHOWN:
        console.print(f"  … and {len(cycle.waiting) - SHOWN} more", highlight=False)
    clock = f"{as_of.isoformat()} (fixed: the samples' own time, not the clock's)" if as_of else "the clock"
    console.print(f"\njudged by  {clock}", highlight=False)
    console.print(f"address    {address}", highlight=False)
    for user, password in passwords.items():
        console.print(f"login      {user} / {password}", highlight=False, markup=False)
    console.print(f"took       {seconds:.0f} s", highlight=False)


def _exchanged(cycle: Cycle) -> Table:
    columns = list(dict.fromkeys(name for counts in cycle.pulled.values() for name in counts))
    sent = list(dict.fromkeys(name for counts in cycle.pushed.values() for name in counts))
    table = Table("agency", title="exchanged in this cycle", title_justify="left")
    for name in columns + sent:
        table.add_column(name, justify="right")
    for agency, counts in cycle.pulled.items():
        cells = [counts.get(name, 0) for name in columns] + [cycle.pushed[agency].get(name, 0) for name in sent]
        table.add_row(agency, *map(str, cells))
    totals = [sum(counts.get(name, 0) for counts in cycle.pulled.values()) for name in columns]
    totals += [sum(counts.get(name, 0) for counts in cycle.pushed.values()) for name in sent]
    table.add_section()
    table.add_row("all", *map(str, totals))
    return table


def _found(counts: Mapping[str, int]) -> Table:
    table = Table("found by the reconciliation", "", title_justify="left")
    table.columns[1].justify = "right"
    for name, count in counts.items():
        table.add_row(name, str(count))
    return table
