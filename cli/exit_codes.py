"""What does the end of a command mean to the shell?"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from hub.errors import AgencyUnreachable, ConfigurationFault, HubError

# Exit codes (design.md 3.2).
FOR_A_PERSON, WRONG_USE, UNREACHABLE = 1, 2, 3


class SomethingForAPerson(HubError):
    """Done, but findings, quarantined rows or decisions wait for a person; only with --strict."""


def run(commands: Callable[[], object]) -> None:
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
