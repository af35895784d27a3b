"""What do all subcommands share: the installation, the instant, and how a listing is shown?"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table as RichTable

from cli.counting import counted
from cli.exit_codes import SomethingForAPerson as SomethingForAPerson
from connectors.wiring import open_hub
from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.settings import Settings, read_instant

ROOT = Path(__file__).resolve().parents[1]

AsOf = Annotated[
    str, typer.Option("--as-of", help="Judge as of this instant, e.g. 2026-10-31T23:59+08:00 (default: now).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 1 where something is left for a person.")]


def settings() -> Settings:
    """The installation of this environment."""
    return Settings.from_environ(os.environ, ROOT)


@contextmanager
def hub_opened() -> Iterator[Hub]:
    """The installation with its ledger, closed afterwards."""
    hub = open_hub(settings())
    try:
        yield hub
    finally:
        hub.ledger.dispose()


def of_agencies(hub: Hub, codes: Sequence[str] | None) -> tuple[str, ...]:
    """The agencies of the option --agency; raises `ConfigurationFault` for one that has no mapping."""
    for code in codes or ():
        if code not in hub.agencies:
            raise ConfigurationFault(
                f"{code}: there is no mapping of this agency; there are {', '.join(sorted(hub.agencies))}"
            )
    return tuple(codes or ())


def clock() -> datetime:
    """The clock, also in a demonstration: the only place where the command line reads it."""
    return datetime.now(timezone.utc)


def now() -> datetime:
    """The fixed instant of a demonstration, or the clock's."""
    return settings().as_of or clock()


def instant(as_of: str) -> datetime:
    """The instant of the option, or the clock's."""
    return read_instant("--as-of", as_of) if as_of else now()


def show(header: Sequence[str], rows: Sequence[Sequence[str | int]], as_json: bool) -> None:
    """A listing as a table, or as a JSON array of objects.

    What is counted or measured comes as a number and stays one in JSON; ids and numbers of papers are text, also where
    they are digits alone.
    """
    if as_json:
        print_json([dict(zip(header, row, strict=True)) for row in rows])
        return
    show_table(header, rows)
    _console().print(counted(len(rows), "row"))


def show_table(header: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    """A table for people."""
    table = RichTable(show_edge=False, pad_edge=False)
    for name in header:
        # An id is there to be given back: in a narrow terminal the other columns are folded.
        table.add_column(name, overflow="fold", no_wrap=name.endswith("_id"))
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    _console().print(table)


def show_object(content: Mapping[str, object], as_json: bool) -> None:
    """One thing: JSON, or a line for each member."""
    if as_json:
        print_json(content)
        return
    for name, value in content.items():
        if isinstance(value, (list, tuple)):
            print(f"{name}:")
            for line in value:
                print(f"  {line}")
        else:
            print(f"{name}: {value}")


def print_json(content: object) -> None:
    """For programs."""
    print(json.dumps(content, ensure_ascii=False, indent=1))


def _console() -> Console:
    # A pipe gets whole lines: nobody wants a table folded at 80 columns in a file.
    return Console(width=None if sys.stdout.isatty() else 400)
