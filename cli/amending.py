"""`hub calendar import`, `hub rules diff`: what would a year's notice, or an amendment of the rules, change?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.amendment_shown import as_object, print_amended
from cli.session import AsJson, AsOf, hub_opened, instant, settings, show
from connectors.announced import read_lines
from hub.duties.rules import Rules, load_rules
from hub.duties.wording import wordings
from hub.errors import ConfigurationFault
from hub.periods.announcement import Announced, read_announcement
from hub.periods.calendar import WorkingCalendar, calendar_of
from hub.periods.statutory import load_statutory_days
from hub.periods.taking import check_statutory, replaces, take
from hub.periods.year import CalendarYear, load_year, load_years
from hub.settings import Settings
from hub.usecases.amend import Amended, amend_calendar, amend_rules

WORDINGS = ("rule", "effective_from", "part", "before", "after")


def register(commands: typer.Typer) -> None:
    """Add the subcommands."""
    calendar = typer.Typer(no_args_is_help=True, help="The working calendar: take in a year's notice.")
    calendar.command("import")(_import)
    commands.add_typer(calendar, name="calendar")
    rules = typer.Typer(no_args_is_help=True, help="The rules: compare two texts of them over the ledger's history.")
    rules.command("diff")(_diff)
    commands.add_typer(rules, name="rules")


def _import(
    file: Annotated[Path, typer.Argument(help="The notice: .txt, .docx, .html, or a year's .yaml in our own form.")],
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Where it was published; kept in the file.")
    ] = None,
    as_of: AsOf = "",
    write: Annotated[bool, typer.Option("--write", help="Write the year's file; a preview without it.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Also where the year is held with other days.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a year's holiday notice, check it, and preview which due times it moves."""
    chosen = settings()
    folder = chosen.mappings / "calendars"
    announced = _announced(file, source or ())
    years = load_years(folder)
    changed = take(years, announced)
    said = check_statutory(announced.year, load_statutory_days(chosen.mappings / "statutory_days.yaml"))
    before, after = calendar_of(years.values()), calendar_of({**years, **changed}.values())
    amended = _over_the_ledger(chosen, after, as_of) if changed else None
    content = {
        **_content(announced, [*announced.remarks, said]),
        "files": {str(year): "changed" if year in years else "new" for year in sorted(changed)},
        "calendar_versions": [before.version, after.version],
        "written": [],
    }
    refused = replaces(years, changed, announced.year.year)
    if write and (not refused or replace):
        content["written"] = _written(folder, changed)
    note = "" if write else "a preview"
    _tell(content, amended, as_json, note if changed else "the calendar holds all of it already")
    if write and refused and not replace:
        raise ConfigurationFault(
            f"{', '.join(f'{year}.yaml' for year in refused)}: held with other days; look at what moves, and say --replace"
        )


def _announced(file: Path, source: Sequence[str]) -> Announced:
    if not file.is_file():
        raise ConfigurationFault(f"{file}: no such file")
    if file.suffix.lower() in (".yaml", ".yml"):
        return Announced(load_year(file), whole=True)
    return read_announcement(read_lines(file), str(file), source)


def _content(announced: Announced, remarks: Sequence[str]) -> dict[str, object]:
    year = announced.year
    off, make_up = (*announced.before_off, *year.days_off), (*announced.before_make_up, *year.make_up_working_days)
    return {
        "year": year.year,
        "title": year.notice.title,
        "published_on": str(year.notice.published_on or ""),
        "days_off": [f"{one.name} {one.first}..{one.last}" for one in off],
        "make_up_working_days": [str(day) for day in make_up],
        "remarks": list(remarks),
    }


def _over_the_ledger(chosen: Settings, calendar: WorkingCalendar, as_of: str) -> Amended | None:
    """What the calendar moves; None where there is no ledger yet, so that nothing can be moved."""
    if not chosen.key_file.exists():
        return None
    with hub_opened() as hub:
        return amend_calendar(hub, calendar, instant(as_of))


def _written(folder: Path, changed: Mapping[int, CalendarYear]) -> list[str]:
    for year, content in changed.items():
        # Under another name first: whoever reads the folder meanwhile finds the old year or the new, never half of one.
        draft = folder / f".{year}.yaml.part"
        draft.write_text(content.text(), encoding="utf-8")
        draft.replace(folder / f"{year}.yaml")
    return [f"{year}.yaml" for year in sorted(changed)]


def _tell(content: Mapping[str, object], amended: Amended | None, as_json: bool, note: str) -> None:
    if as_json:
        print(json.dumps({**content, **as_object(amended)}, ensure_ascii=False, indent=1))
        return
    for name, value in content.items():
        if isinstance(value, list):
            print(f"{name}:", *(f"  {line}" for line in value), sep="\n")
        elif isinstance(value, Mapping):
            print(f"{name}: {', '.join(f'{key}.yaml {word}' for key, word in value.items()) or 'none'}")
        else:
            print(f"{name}: {value}")
    print_amended(amended)
    if note:
        print(note)


def _diff(
    first: Annotated[Path, typer.Argument(help="A rules.yaml, or a folder of mappings.")],
    second: Annotated[
        Path | None, typer.Argument(help="The other; with one only, the installation's rules are compared with it.")
    ] = None,
    as_of: AsOf = "",
    lines: Annotated[bool, typer.Option("--lines", help="A line for each obligation, beside the counts.")] = False,
    as_json: AsJson = False,
) -> None:
    """What an amendment of the rules would have changed over the ledger's history."""
    chosen = settings()
    before, after = (chosen.mappings, first) if second is None else (first, second)
    was, now = _rules(before), _rules(after)
    differing = [(w.rule, str(w.effective_from), w.part, w.before, w.after) for w in wordings(was, now)]
    amended = None
    if chosen.key_file.exists():
        with hub_opened() as hub:
            amended = amend_rules(hub, was, now, instant(as_of))
    if as_json:
        content = {
            "versions": [was.version, now.version],
            "wording": [dict(zip(WORDINGS, line, strict=True)) for line in differing],
            **as_object(amended),
        }
        print(json.dumps(content, ensure_ascii=False, indent=1))
        return
    print(f"rules: {was.version} -> {now.version}")
    show(WORDINGS, differing, as_json=False)
    print_amended(amended, lines=lines)


def _rules(path: Path) -> Rules:
    return load_rules(path / "rules.yaml" if path.is_dir() else path)
