"""`hub clock`: stop the clock of an obligation as a paper says, let it run again, and list what stood still."""

from __future__ import annotations

from getpass import getuser
from typing import Annotated

import typer

from cli.session import AsJson, AsOf, hub_opened, instant, now, show
from hub.duties.suspensions import suspensions
from hub.settings import read_moment
from hub.usecases.suspend import resume_clock, stop_clock

Id = Annotated[str, typer.Argument(help="The obligation's id, as `hub obligations` lists it.")]
At = Annotated[str, typer.Option("--at", help="The day or instant that the paper names.")]
Paper = Annotated[str, typer.Option("--paper", help="The number of the paper that says so.")]


def register(commands: typer.Typer) -> None:
    """Add the group of subcommands."""
    group = typer.Typer(help="Clocks that stand still: a review suspended, an appraisal made.", no_args_is_help=True)
    group.command("stop")(_stop)
    group.command("resume")(_resume)
    group.command("list")(_list)
    commands.add_typer(group, name="clock")


def _stop(
    obligation: Id,
    at: At,
    paper: Paper,
    basis: Annotated[str, typer.Option("--basis", help="The provision, e.g. 工作指引第十三条.")],
    as_of: AsOf = "",
) -> None:
    """The clock stands still from then on; its due time moves by as long as that lasts."""
    with hub_opened() as hub:
        done = stop_clock(hub, obligation, read_moment("--at", at), basis, paper, getuser(), instant(as_of), now())
    print(done.line())


def _resume(obligation: Id, at: At, paper: Paper, as_of: AsOf = "") -> None:
    """The clock runs again from then on."""
    with hub_opened() as hub:
        done = resume_clock(hub, obligation, read_moment("--at", at), paper, getuser(), instant(as_of), now())
    print(done.line())


def _list(as_json: AsJson = False) -> None:
    """Every stop, also those that are over."""
    with hub_opened() as hub, hub.ledger.read() as tx:
        stopped = suspensions(tx)
    rows = [
        (one.obligation_id, one.number, str(one.since), str(one.until or ""), one.basis, one.paper, one.by)
        for one in stopped
    ]
    show(("obligation_id", "number", "since", "until", "basis", "paper", "by"), rows, as_json)
