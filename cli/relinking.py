"""`hub relink`: which records belong together now, after what came lately?"""

from __future__ import annotations

from typing import Annotated

import typer

from cli.session import AsJson, hub_opened, now, show_object
from hub.usecases.relink import relink


def register(commands: typer.Typer) -> None:
    """Add the subcommand."""
    commands.command("relink")(_relink)


def _relink(
    whole: Annotated[bool, typer.Option("--whole", help="Link everything anew, whatever was linked before.")] = False,
    as_json: AsJson = False,
) -> None:
    """Link what came since the last run and what it touches; the same links as a whole run would give."""
    with hub_opened() as hub:
        done = relink(hub, now(), whole)
    show_object(done.counts() | {"run": "whole" if done.whole else "what was touched"}, as_json)
