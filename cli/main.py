"""The `hub` command: which subcommands there are, and what a failure means to the shell."""

from __future__ import annotations

import os
import sys

import typer

from cli import (
    amending,
    case,
    checking,
    clocks,
    comparing,
    delivering,
    escalating,
    exchanging,
    judging,
    linking,
    papers,
    proving,
    reckoning,
    rehearsing,
    reporting,
    screening,
    set_aside,
    waiving,
)
from cli.session import SomethingForAPerson
from hub.errors import AgencyUnreachable, ConfigurationFault, HubError

# Exit codes (design.md 3.2).
FOR_A_PERSON, WRONG_USE, UNREACHABLE = 1, 2, 3

commands = typer.Typer(
    help="衔接 · 行刑衔接数据交换枢纽 / Referral exchange hub of a county.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for room in (
    checking,
    exchanging,
    judging,
    reckoning,
    amending,
    comparing,
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
    try:
        commands()
    except SomethingForAPerson as note:
        print(note, file=sys.stderr)
        sys.exit(FOR_A_PERSON)
    except AgencyUnreachable as fault:
        print(f"not reached: {fault}", file=sys.stderr)
        sys.exit(UNREACHABLE)
    except (ConfigurationFault, HubError) as fault:
        print(f"hub: {fault}", file=sys.stderr)
        sys.exit(WRONG_USE)
    except BrokenPipeError:
        # Who reads has enough (`hub … | head`): nothing is wrong, and there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as fault:
        print(f"hub: {fault.filename}: {fault.strerror}" if fault.filename else f"hub: {fault}", file=sys.stderr)
        sys.exit(WRONG_USE)


if __name__ == "__main__":
    app()
