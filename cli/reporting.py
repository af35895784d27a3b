"""`hub kpi`, `hub bulletin`, `hub conference`: how the exchange goes, told by figures, to the townships and to the conference."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from cli.counting import counted
from cli.session import AsJson, hub_opened, now, of_agencies, show, show_object
from connectors.conference_minutes import read_resolutions
from connectors.report_writers import BULLETIN, CONFERENCE
from hub.errors import ConfigurationFault
from hub.moment import SHANGHAI
from hub.reports.agenda import Resolution
from hub.reports.figures import NOTHING, Rate
from hub.reports.kpi import measure
from hub.reports.span import Span
from hub.reports.standing import stand
from hub.settings import read_instant
from hub.usecases.bulletin import as_of_span, make_bulletins, send_bulletins, write_bulletins
from hub.usecases.conference import (
    Minutes,
    keep_minutes,
    minutes_content,
    minutes_on_file,
    prepare_pack,
)
from hub.whole_files import WholeFiles, write_private

COLUMNS = ("quarter", "number", "name", "bytes", "sha256", "kept_at", "by", "resolutions")

KnownAt = Annotated[str, typer.Option("--known-at", help="By what the hub knew at this instant (default: all).")]
Quarter = Annotated[str, typer.Argument(help="A quarter, e.g. 2026Q3.")]


def register(commands: typer.Typer) -> None:
    """Add the subcommands and the group."""
    commands.command("kpi")(_kpi)
    commands.command("bulletin")(_bulletin)
    group = typer.Typer(
        help="The joint conference of a quarter: its pack, and its minutes on file.", no_args_is_help=True
    )
    group.command("pack")(_pack)
    group.command("minutes")(_minutes)
    group.command("list")(_list)
    group.command("show")(_show)
    commands.add_typer(group, name="conference")


def _kpi(
    period: Annotated[
        str, typer.Option("--period", help="A month 2026-10 or a quarter 2026Q3 (default: this month).")
    ] = "",
    agency: Annotated[list[str] | None, typer.Option("--agency", help="Only what concerns this agency.")] = None,
    known_at: KnownAt = "",
    as_json: AsJson = False,
) -> None:
    """The figures of a month or quarter, each with what it was counted over; docs/reports.md defines them."""
    span = Span.parse(period) if period else Span.month_of(now().astimezone(SHANGHAI).date())
    with hub_opened() as hub:
        chosen = of_agencies(hub, agency)
        with hub.ledger.read() as tx:
            standing = stand(hub, tx, as_of_span(span, now()), _instant(known_at))
    told = measure(standing, span, chosen).told()
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        show(("figure", "value"), list(_lines("", told)), as_json)


def _bulletin(
    month: Annotated[str, typer.Argument(help="A month, e.g. 2026-10.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write the workbooks into this folder.")] = None,
    commit: Annotated[
        bool, typer.Option("--commit", help="Plan each township's delivery, once; it goes out with the next exchange.")
    ] = False,
    correct: Annotated[
        bool, typer.Option("--correct", help="With --commit: send again what would now say something else.")
    ] = False,
    known_at: KnownAt = "",
    as_json: AsJson = False,
) -> None:
    """The month's bulletins (情况通报): one for each township, and the county's."""
    span = Span.parse(month)
    if commit and known_at:
        raise ConfigurationFault("--known-at: what is sent says what is known now; leave one of the two out")
    if correct and not commit:
        raise ConfigurationFault("--correct: goes with --commit")
    if out is None and not commit:
        raise ConfigurationFault("give --out DIR, --commit, or both")
    planned: dict[str, str] = {}
    with hub_opened() as hub:
        if commit:
            made, planned = send_bulletins(hub, span, now(), BULLETIN, correct=correct)
        else:
            with hub.ledger.read() as tx:
                made = make_bulletins(hub, tx, span, now(), _instant(known_at))
        written = write_bulletins(hub, made, out, BULLETIN) if out else []
    show_object(
        {"month": str(span), "written": [path.name for path in written], "planned": list(planned.values())}, as_json
    )


def _pack(
    quarter: Quarter,
    out: Annotated[Path, typer.Option("--out", help="Write the papers into this folder.")],
    known_at: KnownAt = "",
    as_json: AsJson = False,
) -> None:
    """Agenda, form of the minutes and statistics; with what became of what the last conference resolved."""
    with hub_opened() as hub:
        files = prepare_pack(hub, Span.parse(quarter), now(), out, CONFERENCE, _instant(known_at))
    show_object({"quarter": quarter, "written": [path.name for path in files]}, as_json)


def _minutes(
    quarter: Quarter,
    file: Annotated[Path, typer.Argument(help="The minutes: the form filled in, or any file.")],
    resolution: Annotated[
        list[str] | None, typer.Option("--resolution", help="What was resolved, where the file is not the form.")
    ] = None,
) -> None:
    """Keep the minutes on file: encrypted in the ledger, sealed in the evidence chain."""
    content = file.read_bytes()
    resolved = [*read_resolutions(file.name, content), *(Resolution("", text) for text in resolution or ())]
    with hub_opened() as hub:
        kept = keep_minutes(hub, Span.parse(quarter), file.name, content, resolved, getuser(), now())
    if kept is None:
        print(f"{quarter}: these minutes are on file already")
    else:
        print(
            f"{quarter}: minutes {kept.number} kept, {kept.size} bytes, {counted(len(kept.resolutions), 'resolution')}"
        )


def _list(as_json: AsJson = False) -> None:
    """The minutes on file."""
    with hub_opened() as hub, hub.ledger.read() as tx:
        found = minutes_on_file(tx)
    show(COLUMNS, [_line(one) for one in found], as_json)


def _show(
    quarter: Quarter,
    file: Annotated[Path, typer.Argument(help="Where to write them.")],
    number: Annotated[int, typer.Option("--number", help="Which of the quarter's minutes.")] = 1,
) -> None:
    """Write minutes on file out again, byte for byte as they were handed in."""
    with hub_opened() as hub, hub.ledger.read() as tx:
        content = minutes_content(tx, Span.parse(quarter), number)
    with WholeFiles() as files:
        write_private(files.place(file), content)
    print(f"{file}: {len(content)} bytes")


def _lines(within: str, told: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Every figure on a line of its own, a rate with what it was counted over."""
    for name, value in told.items():
        place = f"{within}.{name}" if within else name
        if isinstance(value, list):
            entries = [" ".join(str(part) for part in entry.values()) for entry in value]
            yield from ((f"{place}.{number}", text) for number, text in enumerate(entries, start=1))
        elif not isinstance(value, dict):
            yield place, _shown(value)
        elif "denominator" in value:
            yield place, str(Rate(value["numerator"], value["denominator"]))
            yield from _lines(place, {n: v for n, v in value.items() if n not in ("numerator", "denominator", "rate")})
        else:
            yield from _lines(place, value)


def _shown(value: object) -> str:
    if value is None:
        return NOTHING
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _instant(known_at: str) -> datetime | None:
    return read_instant("--known-at", known_at) if known_at else None


def _line(one: Minutes) -> tuple[str | int, ...]:
    kept_at = f"{one.kept_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return (
        str(one.span),
        one.number,
        one.name,
        one.size,
        one.sha256,
        kept_at,
        one.by,
        len(one.resolutions),
    )
