"""`hub rehearse`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from cli.counting import counted
from cli.escalating import summary
from cli.rehearsal import rehearse
from cli.session import SomethingForAPerson, Strict, settings, show_object
from hub.settings import read_instant


def register(commands: typer.Typer) -> None:
    """Add the subcommand."""
    commands.command("rehearse")(_rehearse)


def _rehearse(
    folder: Annotated[Path, typer.Argument(help="A folder laid out like the samples.")],
    as_of: Annotated[str, typer.Option("--as-of", help="Judge as of this instant.")],
    out: Annotated[Path, typer.Option("--out", help="Where the results are written.")],
    strict: Strict = False,
) -> None:
    """A full dress run: fresh ledger, the folder's agencies as servers, reconciled, escalation previewed."""
    instant = read_instant("--as-of", as_of)
    with Progress(disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("pull", total=None)
        result = rehearse(
            settings(),
            folder,
            instant,
            out,
            lambda agency, done, total: bar.update(
                task, description=agency or "reconcile", completed=done, total=total
            ),
        )
    for code in result.unmapped:
        print(f"{code}: no mapping; its files were left alone", file=sys.stderr)
    show_object(result.reconciliation.counts(), as_json=False)
    print(f"escalation: {summary(result.escalation, preview=True)}")
    if strict and (result.reconciliation.view.findings or result.unmapped):
        raise SomethingForAPerson(counted(len(result.reconciliation.view.findings), "finding"))
