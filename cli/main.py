"""Where does `hub` begin? With the room of the command that is asked for; the others are not read.

What all of them need takes two seconds of a processor, any one of them half of it or less.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Protocol, cast

import typer

from cli.exit_codes import run

# Module of this package -> the words that it adds to the command line, in the order in which `hub --help` has them.
ROOMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "checking": ("init", "check", "try"),
        "exchanging": ("exchange", "reconcile"),
        "relinking": ("relink",),
        "obligations": ("obligations",),
        "reckoning": ("due",),
        "amending": ("calendar", "rules"),
        "comparing": ("diff",),
        "deciding": ("links",),
        "screening": ("screen",),
        "case": ("case",),
        "escalating": ("escalate",),
        "delivering": ("deliveries",),
        "set_aside": ("quarantine",),
        "waiving": ("waiver",),
        "clocks": ("clock",),
        "reporting": ("kpi", "bulletin", "conference"),
        "proving": ("evidence",),
        "linking": ("link",),
        "papers": ("paper",),
        "rehearsing": ("rehearse",),
    }
)


class Room(Protocol):
    """A module of subcommands."""

    def register(self, commands: typer.Typer) -> None:
        """Add them."""


def app() -> None:
    """The `hub` command."""
    run(commands_for(sys.argv[1:]))


def commands_for(words: list[str]) -> typer.Typer:
    """The command line with what these words ask for; with all of it where they begin with no subcommand."""
    asked = [room for room, of in ROOMS.items() if words[:1] and words[0] in of]
    commands = typer.Typer(
        help="衔接 · 行刑衔接数据交换枢纽 / Referral exchange hub of a county.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    # With a callback, typer keeps the word of the command line even where it is the only command.
    commands.callback()(lambda: None)
    for room in asked or ROOMS:
        cast("Room", import_module(f"cli.{room}")).register(commands)
    return commands


if __name__ == "__main__":
    app()
