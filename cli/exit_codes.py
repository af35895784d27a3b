"""What does the end of a command mean to the shell?"""

from __future__ import annotations

import codecs
import io
import os
import select
import sys
from collections.abc import Callable
from typing import TextIO

from hub.errors import AgencyUnreachable, ConfigurationFault, HubError
from hub.whole_text import whole_text

# docs/operator-first-day.md tells operators what each means.
FOR_A_PERSON, WRONG_USE, UNREACHABLE = 1, 2, 3

Code = int | str | None
"""As `sys.exit` takes it."""


class SomethingForAPerson(HubError):
    """Done, but findings, quarantined rows or decisions wait for a person; only with --strict."""


def run(commands: Callable[[], object]) -> None:
    """Run the command line; the exit code says what happens next."""
    _print_halves()
    # rich points the output elsewhere when its pipe breaks; this still tells whether anybody reads.
    reader = os.dup(sys.stdout.fileno())
    code = _code(commands, reader)
    try:
        # What is still to be written is written here: at the interpreter's end nobody could answer for it.
        sys.stdout.flush()
    except BrokenPipeError:
        _write_to_nobody(sys.stdout)
    sys.exit(code)


def _code(commands: Callable[[], object], reader: int) -> Code:
    try:
        commands()
    except SystemExit as end:
        # typer and rich catch a broken pipe before us and end with 1, which is promised only with --strict.
        if not isinstance(end.__context__, BrokenPipeError):
            return end.code
        return _broken(end.__context__, reader)
    except SomethingForAPerson as note:
        return _told(str(note), FOR_A_PERSON)
    except AgencyUnreachable as fault:
        return _told(f"not reached: {fault}", UNREACHABLE)
    except (ConfigurationFault, HubError) as fault:
        return _told(f"hub: {fault}", WRONG_USE)
    except BrokenPipeError as fault:
        return _broken(fault, reader)
    except OSError as fault:
        return _failed(fault)
    return 0


def _broken(fault: BrokenPipeError, reader: int) -> Code:
    """Who reads has enough (`hub … | head`): nothing is wrong. Any other pipe that broke, to a file or an agency, is a fault."""
    asked = select.poll()
    asked.register(reader, 0)
    if not any(seen & (select.POLLERR | select.POLLHUP) for _, seen in asked.poll(0)):
        return _failed(fault)
    _write_to_nobody(sys.stdout)
    return 0


def _failed(fault: OSError) -> Code:
    return _told(f"hub: {fault.filename}: {fault.strerror}" if fault.filename else f"hub: {fault}", WRONG_USE)


def _told(text: str, code: Code) -> Code:
    try:
        print(text, file=sys.stderr, flush=True)
    except BrokenPipeError:
        # `hub … 2>&1 | head`: the code still says what happened.
        _write_to_nobody(sys.stderr)
    return code


def _write_to_nobody(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


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
