"""`hub screen`: what should a prosecutor look at, though nobody referred it?"""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from cli.counting import counted
from cli.session import AsJson, AsOf, SomethingForAPerson, Strict, hub_opened, instant, of_agencies, show
from hub.privacy import mask_identity_numbers
from hub.settings import read_instant
from hub.usecases.screen import screen

COLUMNS = ("kind", "seen_on", "agency", "case_id", "numbers", "arithmetic", "basis")


def register(commands: typer.Typer) -> None:
    """Add the subcommand."""
    commands.command("screen")(_screen)


def _screen(
    as_of: AsOf = "",
    known_at: Annotated[str, typer.Option("--known-at", help="What the hub knew at this instant.")] = "",
    agency: Annotated[list[str] | None, typer.Option("--agency", help="Only about this township's acts.")] = None,
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Penalties over the criminal figure, alone, jointly or by repetition; persons not prosecuted and (un)punished."""
    with hub_opened() as hub:
        of_agencies(hub, agency)
        found = screen(hub, instant(as_of), read_instant("--known-at", known_at) if known_at else None)
    chosen = [clue for clue in found if not agency or clue.agency in agency]
    rows = [
        (
            str(clue.kind),
            clue.seen_on.isoformat(),
            clue.agency,
            clue.case_id,
            mask_identity_numbers("、".join(clue.numbers)),
            mask_identity_numbers("\n".join(clue.arithmetic)),
            clue.basis,
        )
        for clue in chosen
    ]
    show(COLUMNS, rows, as_json)
    if not as_json:
        print(" · ".join(f"{kind} {count}" for kind, count in Counter(str(clue.kind) for clue in chosen).items()))
    if strict and chosen:
        raise SomethingForAPerson(f"{counted(len(chosen), 'clue')} waiting for a prosecutor")
