"""The `hub` command: which subcommands there are, and what a failure means to the shell."""

from __future__ import annotations

import typer

from cli import (
    amending,
    case,
    checking,
    clocks,
    comparing,
    deciding,
    delivering,
    escalating,
    exchanging,
    linking,
    obligations,
    papers,
    proving,
    reckoning,
    rehearsing,
    relinking,
    reporting,
    screening,
    set_aside,
    waiving,
)
from cli.exit_codes import run

commands = typer.Typer(
    help="衔接 · 行刑衔接数据交换枢纽 / Referral exchange hub of a county.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for room in (
    checking,
    exchanging,
    relinking,
    obligations,
    reckoning,
    amending,
    comparing,
    deciding,
    screening,
    case,
    escalating,
    delivering,
    set_aside,
    waiving,
    clocks,
    reporting,
    proving,
    linking,
    papers,
    rehearsing,
):
    room.register(commands)


def app() -> None:
    """Run the command line; the exit code says what happens next."""
    run(commands)


if __name__ == "__main__":
    app()
