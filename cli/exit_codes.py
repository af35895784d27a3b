"""What does the end of a command mean to the shell?"""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Callable

from hub.errors import AgencyUnreachable, ConfigurationFault, HubError
from hub.whole_text import whole_text

# Exit codes (design.md 3.2).
FOR_A_PERSON, WRONG_USE, UNREACHABLE = 1, 2, 3


class SomethingForAPerson(HubError):
    """Done, but findings, quarantined rows or decisions wait for a person; only with --strict."""


def run(commands: Callable[[], object]) -> None:
    """Run the command line; the exit code says what happens next."""
    _print_halves()
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


def _print_halves() -> None:
    """Print U+FFFD for half of a character, wherever it came from: what was done must not end in a fault of its telling."""
    codecs.register_error("halves", _half)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="halves")


def _half(fault: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    unprintable = fault.object[fault.start : fault.end]
    shown = whole_text(unprintable)
    if shown == unprintable:  # a sign that this terminal has not
        raise fault
    return shown.encode(fault.encoding), fault.end  # as text it would have to be ASCII
