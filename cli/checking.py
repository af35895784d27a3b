"""`hub init`, `hub check`, `hub try`: is the installation sound, and what would a file give?"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

import typer

from cli.counting import counted
from cli.private_file import private_file
from cli.session import AsJson, SomethingForAPerson, Strict, settings, show, show_object
from connectors.docx_paper import template_faults
from connectors.endpoint import parse_endpoint
from connectors.formats import read_table
from connectors.wiring import load_endpoints, open_hub
from hub.agreement import disagreements, nameable
from hub.delivery.rules import load_delivery_rules
from hub.duties.clauses import load_clauses, uncovered
from hub.duties.rules import load_rules
from hub.errors import ConfigurationFault, HubError
from hub.findings.authority import load_authorities
from hub.findings.counterpart_rule import load_counterpart_rule
from hub.ladder.ladders import load_ladders
from hub.ledger.store import open_ledger
from hub.link.columns.rules import load_link_rules
from hub.link.weights import load_weights
from hub.mapping.agency import Agency, load_agencies
from hub.mapping.codes import Codes, load_codes
from hub.mapping.example_name import example_name
from hub.model import Parcel, Reading, RowReading
from hub.papers.rules import load_papers
from hub.periods.calendar import load_calendar
from hub.periods.statutory import load_statutory_days
from hub.privacy import Cipher, key_line, load_key, mask_identity_numbers
from hub.receiving.parcel import read_name, read_parcel
from hub.settings import Settings


def register(commands: typer.Typer) -> None:
    """Add the subcommands."""
    commands.command("init")(_init)
    commands.command("check")(_check)
    commands.command("try")(_try)


def _init() -> None:
    """Create or upgrade the ledger; a key is made where there is none."""
    chosen = settings()
    if not chosen.key_file.exists():
        chosen.key_file.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: half a key opens nothing, and no other would be made beside it.
        with private_file(chosen.key_file) as out:
            out.write(key_line(Cipher.generate()))
        print(f"made a new key: {chosen.key_file} (keep a copy apart from the ledger: without it nothing can be read)")
    if chosen.database_url.startswith("sqlite:///"):
        Path(chosen.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    ledger = open_ledger(chosen.database_url, Cipher(load_key(chosen.key_file)))
    ledger.upgrade()
    ledger.dispose()
    print("ledger ready")


def _check() -> None:
    """Validate mappings, rules, ladders, calendars, code tables, addresses and the ledger; every fault is named."""
    chosen = settings()
    faults: list[str] = []
    counted: dict[str, object] = {}
    agencies: dict[str, Agency] = {}
    try:
        agencies = load_agencies(chosen.mappings, chosen.codes_overlay)
        counted["agencies"] = len(agencies)
    except HubError as fault:
        faults.append(str(fault))
    for what, load in (
        ("rules", lambda: len(load_rules(chosen.mappings / "rules.yaml").every)),
        ("ladders", lambda: len(load_ladders(chosen.mappings / "ladders.yaml").every)),
        (
            "bands of days between lists",
            lambda: sum(map(len, load_link_rules(chosen.mappings / "linking.yaml").lags.values())),
        ),
        ("version of the ledger's linking", lambda: load_weights(chosen.mappings / "linking_ledger.yaml").version),
        ("calendar years", lambda: len(load_calendar(chosen.mappings / "calendars").notices)),
        ("years of statutory days", lambda: len(load_statutory_days(chosen.mappings / "statutory_days.yaml").years)),
        ("layouts of deliveries", lambda: len(load_delivery_rules(chosen.mappings / "deliveries.yaml").layouts)),
        ("papers", lambda: _papers(chosen.mappings)),
        ("clauses of the mechanism", lambda: _clauses(chosen.mappings)),
        ("files that name each other", lambda: _agreement(chosen.mappings, agencies)),
        ("fields that an agency settles", lambda: len(load_authorities(chosen.mappings / "authority.yaml").of)),
        (
            "bits asked for of possible counterparts",
            lambda: load_counterpart_rule(chosen.mappings / "counterparts.yaml").asked,
        ),
        ("causes", lambda: len(_codes(chosen, agencies).causes)),
        ("lookups named by mappings", lambda: len(_lookups(agencies))),
        ("addresses", lambda: _addresses(chosen, agencies)),
        ("ledger", lambda: _ledger(chosen)),
    ):
        try:
            counted[what] = load()
        except HubError as fault:
            faults.append(str(fault))
    show_object(counted, as_json=False)
    if faults:
        # A broken mapping is found again by whatever else needs the mappings.
        raise ConfigurationFault("\n".join(dict.fromkeys("\n".join(faults).splitlines())))


def _agreement(mappings: Path, agencies: dict[str, Agency]) -> str:
    faults = disagreements(
        mappings,
        agencies,
        load_rules(mappings / "rules.yaml"),
        load_ladders(mappings / "ladders.yaml"),
        load_delivery_rules(mappings / "deliveries.yaml"),
        load_papers(mappings / "papers.yaml"),
    )
    if faults:
        raise ConfigurationFault("\n".join(faults))
    return "agree"


def _clauses(mappings: Path) -> int:
    path = mappings / "clauses.yaml"
    clauses = load_clauses(path)
    known = nameable(
        load_rules(mappings / "rules.yaml"),
        load_ladders(mappings / "ladders.yaml"),
        load_delivery_rules(mappings / "deliveries.yaml"),
        load_papers(mappings / "papers.yaml"),
    )
    if faults := uncovered(path, clauses, known):
        raise ConfigurationFault("\n".join(faults))
    return len(clauses.clauses)


def _papers(mappings: Path) -> int:
    papers = load_papers(mappings / "papers.yaml")
    if faults := template_faults(papers):
        raise ConfigurationFault("\n".join(faults))
    return len(papers.every)


def _codes(chosen: Settings, agencies: dict[str, Agency]) -> Codes:
    return load_codes(chosen.mappings / "codes", agencies.values(), chosen.codes_overlay)


def _lookups(agencies: dict[str, Agency]) -> set[str]:
    sheets = [sheet for agency in agencies.values() for sheet in agency.notice.sheets.values()]
    return {column.lookup for sheet in sheets for column in sheet.fields().values() if column.lookup}


def _addresses(chosen: Settings, agencies: dict[str, Agency]) -> str:
    if not chosen.endpoints.exists():
        return f"none ({chosen.endpoints} is not there; Airflow keeps them as Connections hub_<agency>)"
    endpoints = load_endpoints(chosen.endpoints)
    for code, url in endpoints.items():
        parse_endpoint(code, url)
        if code not in agencies:
            raise ConfigurationFault(f"{chosen.endpoints}: {code} has no mapping")
    return str(len(endpoints))


def _ledger(chosen: Settings) -> str:
    if not chosen.key_file.exists():
        return "not made yet: run hub init"
    hub = open_hub(chosen)
    try:
        with hub.ledger.read():
            return "ready"
    finally:
        hub.ledger.dispose()


def _try(
    agency: Annotated[str, typer.Argument(help="The agency's code.")],
    file: Annotated[Path, typer.Argument(help="One of its files.")],
    as_json: AsJson = False,
    strict: Strict = False,
) -> None:
    """Dry run of one file: each row's record and events, or the reason why it was set aside."""
    chosen = settings()
    agencies = load_agencies(chosen.mappings, chosen.codes_overlay)
    if agency not in agencies:
        raise ConfigurationFault(f"{agency}: there is no mapping of this agency")
    if file.is_dir():
        raise ConfigurationFault(f"{file}: is a folder; give one of its files")
    if not file.is_file():
        raise ConfigurationFault(f"{file}: no such file")
    path = _path_at_place(agencies[agency], file)
    content = _as_page(agencies[agency], path, file.read_bytes())
    moment = datetime.fromtimestamp(file.stat().st_mtime, timezone.utc)
    parcel = Parcel(agency, path, content, hashlib.sha256(content).hexdigest(), moment, moment)
    readings = read_parcel(agencies[agency], parcel, _codes(chosen, agencies), read_table)
    header = ("source", "reading", "column", "reason", "record", "events")
    show(header, [_described(r) for r in readings], as_json)
    aside = sum(r.reading is Reading.QUARANTINED for r in readings)
    if strict and aside:
        raise SomethingForAPerson(f"{counted(aside, 'row')} set aside")


def _path_at_place(agency: Agency, file: Path) -> str:
    """The path under which the agency would deliver the file: in a folder that it is pulled from, or in its own last ones."""
    rule = agency.mapping.channel
    parts = file.resolve().parts
    tails = ["/".join(parts[-depth:]) for depth in range(1, min(4, len(parts)) + 1)]
    tails += [f"{pattern.rpartition('/')[0]}/{file.name}" for pattern in rule.pull if "/" in pattern]
    for tail in tails:
        name = read_name(agency, f"{rule.place}/{tail}")
        if name is not None and not name.rule.answers:
            return f"{rule.place}/{tail}"
    raise ConfigurationFault(
        f"{file.name}: the notice of {agency.code} announces no file of this name; it knows names like "
        + ", ".join(example_name(rule.name) for rule in agency.notice.files if not rule.answers)
    )


def _as_page(agency: Agency, path: str, content: bytes) -> bytes:
    """An API serves its documents in pages; a file of documents may be the bare list of them."""
    name = read_name(agency, path)
    if name is None or name.rule.format != "documents" or not content.lstrip().startswith(b"["):
        return content
    return b'{"items": ' + content + b"}"


def _described(reading: RowReading) -> tuple[str, ...]:
    if reading.record is None:
        said = json.loads(reading.detail).get("fault", "") if reading.detail.startswith("{") else reading.detail
        return (reading.source, str(reading.reading), reading.column, reading.reason, mask_identity_numbers(said), "")
    record = reading.record
    fields = " ".join(f"{name}={value}" for name, value in sorted(record.fields.items()))
    parties = "、".join(f"{p.name}({p.id_state})" for p in record.parties)
    events = "\n".join(f"{e.at} {e.code} " + " ".join(f"{n}={v}" for n, v in e.attributes) for e in record.events)
    return (reading.source, str(reading.reading), "", "", mask_identity_numbers(f"{fields} parties={parties}"), events)
