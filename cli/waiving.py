"""`hub waiver`: let go of an obligation with a reason, take that back, and list what was let go of."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.session import AsJson, AsOf, hub_opened, instant, now, show
from hub.duties.waivers import waivers
from hub.moment import SHANGHAI, Moment
from hub.usecases.waive import revoke_waiver, waive

Id = Annotated[str, typer.Argument(help="The obligation's id, as `hub obligations` lists it.")]
By = Annotated[str, typer.Option("--by", help="Who decided it: an office or a name of an account.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, without names and numbers of persons.")]


def register(commands: typer.Typer) -> None:
    """Add the group of subcommands."""
    group = typer.Typer(help="Obligations that the county let go of, each with its reason.", no_args_is_help=True)
    group.command("give")(_give)
    group.command("revoke")(_revoke)
    group.command("list")(_list)
    commands.add_typer(group, name="waiver")


def _give(obligation: Id, by: By, reason: Reason, as_of: AsOf = "") -> None:
    """Let go of an obligation: it is void from now on, and its ladders stop."""
    with hub_opened() as hub:
        given = waive(hub, obligation, by, reason, instant(as_of), now())
    print(f"{given.subject}: waived since {given.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")


def _revoke(obligation: Id, by: By, reason: Reason, as_of: AsOf = "") -> None:
    """Take a waiver back: the obligation stands again."""
    with hub_opened() as hub:
        taken_back = revoke_waiver(hub, obligation, by, reason, instant(as_of), now())
    print(f"{taken_back.subject}: no longer waived")


def _list(as_json: AsJson = False) -> None:
    """Every waiver, also those that were taken back."""
    with hub_opened() as hub, hub.ledger.read() as tx:
        given = waivers(tx)
    rows = [
        (
            one.obligation_id,
            one.number,
            str(Moment.of(one.at)),
            one.by,
            one.reason,
            str(Moment.of(one.revoked_at)) if one.revoked_at else "",
        )
        for one in given
    ]
    show(("obligation_id", "number", "waived_at", "by", "reason", "revoked_at"), rows, as_json)
