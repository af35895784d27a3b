"""`hub quarantine`: the rows that were set aside, one of them whole, and reading them again."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from cli.counting import counted
from cli.session import AsJson, SomethingForAPerson, Strict, hub_opened, now, show, show_object
from hub.errors import ConfigurationFault
from hub.mapping.agency import Agency
from hub.moment import Moment
from hub.privacy import mask_identity_numbers
from hub.usecases.quarantine import quarantined, replay
from hub.values.headers import comparable
from hub.values.identity import mask
from hub.values.names import split_numbers


def register(commands: typer.Typer) -> None:
    """Add the group of subcommands."""
    group = typer.Typer(help="Rows set aside; replay after a mapping is corrected.", no_args_is_help=True)
    group.command("list")(_list)
    group.command("show")(_show)
    group.command("replay")(_replay)
    commands.add_typer(group, name="quarantine")


def _list(as_json: AsJson = False, strict: Strict = False) -> None:
    """Every row and file that is set aside, with column and reason."""
    with hub_opened() as hub, hub.ledger.read() as tx:
        aside = quarantined(hub, tx)
    show(
        ("source", "agency", "column", "reason", "arrived_at"),
        [
            (
                d.source,
                d.row.agency,
                mask_identity_numbers(d.row.reading.column),
                d.row.reading.reason,
                str(Moment.of(d.row.arrived_at)),
            )
            for d in aside
        ],
        as_json,
    )
    if strict and aside:
        raise SomethingForAPerson(f"{counted(len(aside), 'row')} set aside")


def _show(source: Annotated[str, typer.Argument(help="As `list` names it.")], as_json: AsJson = False) -> None:
    """One row whole, with what is wrong; identity numbers are masked."""
    with hub_opened() as hub, hub.ledger.read() as tx:
        found = next((d for d in quarantined(hub, tx) if d.source == source), None)
    if found is None:
        raise ConfigurationFault(f"{source}: not set aside")
    numbers = _headers_of_numbers(hub.agencies[found.row.agency])
    reading = found.row.reading
    whole = reading.detail.startswith("{")
    kept: dict[str, Any] = json.loads(reading.detail) if whole else {"fault": reading.detail, "row": []}
    content: dict[str, object] = {
        "source": source,
        "column": reading.column,
        "reason": reading.reason,
        "fault": mask_identity_numbers(kept.get("fault", "")),
        "row": [
            f"{header}: {_masked(cell) if comparable(header) in numbers else mask_identity_numbers(cell)}"
            for header, cell in kept.get("row", [])
        ],
    }
    show_object(content, as_json)


def _headers_of_numbers(agency: Agency) -> set[str]:
    """The agency's words for columns of identity numbers: there everything is masked, however it was typed."""
    return {
        comparable(word)
        for sheet in agency.notice.sheets.values()
        for word, _, column in agency.words(sheet)
        if column is not None and column.read == "identities"
    }


def _masked(cell: str) -> str:
    return "、".join(mask(number) for number in split_numbers(cell))


def _replay(source: Annotated[str, typer.Argument(help="One source; all of them without it.")] = "") -> None:
    """Read again what was set aside, with the mappings as they are now."""
    with hub_opened() as hub:
        with hub.ledger.read() as tx:
            if source and all(d.source != source for d in quarantined(hub, tx)):
                raise ConfigurationFault(f"{source}: not set aside")
        result = replay(hub, now(), source)
    show_object(
        {"parcels read anew": result.parcels, "aside before": result.before, "aside after": result.after}, False
    )
