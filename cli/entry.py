"""Where does `hub` begin? With the command that is asked for, where it needs little of the house."""

from __future__ import annotations

import sys

import typer

from cli.exit_codes import run


def app() -> None:
    """The `hub` command. `hub link` is run on lists of every size and needs neither ledger nor transports: they are not read."""
    if sys.argv[1:2] == ["link"]:
        from cli import linking

        commands = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        # With a callback, typer keeps `link` as a word of the command line even where it is the only command.
        commands.callback()(lambda: None)
        linking.register(commands)
    else:
        from cli.main import commands
    run(commands)
