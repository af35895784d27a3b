"""Which agencies are there, how does each deliver, and by which notice?

The models of `mappings/agencies/*.yaml`; docs/mapping.md explains the language.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from hub.channel import Channel
from hub.data_file import FaultWithin, Location, Strict, fault_at, load_model
from hub.errors import ConfigurationFault
from hub.event_codes import EVENTS
from hub.mapping.notice import Column, Notice, SheetRule
from hub.periods.period import parse_period
from hub.values.headers import comparable

_EVERY_EVENT = frozenset[str]().union(*EVENTS.values())
_CRON = re.compile(r"[\d*/,\-]+( [\d*/,\-]+){2}( [\w*/,\-]+){2}")


class Reporting(Strict):
    """When an agency owes a report: monthly by a day of the next month, or every working day.

    first: the first period owed, YYYYMM or YYYY-MM-DD. sheets: for daily reports, the files that
    together are the report.
    """

    every: Literal["month", "working_day"]
    first: str
    due_day: int = Field(default=0, ge=0, le=28)
    sheets: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _dated(self) -> Reporting:
        monthly = self.every == "month"
        try:
            date.fromisoformat(f"{self.first[:4]}-{self.first[4:]}-01" if monthly else self.first)
        except ValueError as fault:
            form = "YYYYMM" if monthly else "YYYY-MM-DD"
            raise FaultWithin(("first",), f"{self.first!r} is no period like {form}") from fault
        if monthly and not self.due_day:
            raise FaultWithin(("due_day",), "a monthly report is due on a day of the next month, 1 to 28")
        return self


class ChannelRule(Strict):
    """By which channel the agency delivers; addresses and credentials stand in the connection."""

    transport: Literal["folder", "sftp", "api"]
    place: str = Field(min_length=1)
    pull: tuple[str, ...] = ()
    manifest: str = ""
    settle_seconds: int = Field(default=2, ge=0)
    resource: str = ""
    page_size: int = Field(default=100, ge=1)

    @model_validator(mode="after")
    def _fetches_something(self) -> ChannelRule:
        needed = "resource" if self.transport == "api" else "pull"
        if not getattr(self, needed):
            raise FaultWithin(("transport",), f"{self.transport} needs `{needed}`, else nothing is ever fetched")
        return self


class Liaison(Strict):
    """Whom to call."""

    liaison: str = ""
    email: str = ""
    phone: str = ""


class AgencyMapping(Strict):
    """One agency: who it is, how it delivers, what its columns mean.

    notice: the interface notice it follows (`mappings/notices/<notice>.yaml`), or `own`, the notice
    written out here. headers: header of the notice -> the agency's own words for it. lookups: table ->
    the agency's own word -> code; they come before those of codes/words.yaml, and a table may be the agency's alone.
    receives: the layout of deliveries.yaml by which it gets what the hub pushes, where its kind's is not the one.
    schedule: when its DAG runs; the DAGs have a time for each transport where it is empty.
    people: role of ladders.yaml -> who holds it in this agency, as a notice is to name them.
    """

    agency: str = Field(pattern=r"^[A-Za-z0-9_]+$")
    kind: Literal["township", "police", "procuratorate", "justice_bureau", "supervision_commission"]
    name: str
    short_name: str
    aliases: tuple[str, ...] = ()
    channel: ChannelRule
    notice: str = ""
    own: Notice | None = None
    headers: dict[str, tuple[str, ...]] = {}
    lookups: dict[str, dict[str, str]] = {}
    reporting: Reporting | None = None
    acknowledge_within: str = "24 hour"
    receives: str = ""
    schedule: str = ""
    contact: Liaison = Liaison()
    people: dict[str, str] = {}
    sealed: bool = False
    effective_from: date | None = None

    @field_validator("acknowledge_within")
    @classmethod
    def _a_period(cls, value: str) -> str:
        try:
            parse_period(value)
        except ConfigurationFault as fault:
            raise ValueError(str(fault)) from fault
        return value

    @field_validator("schedule")
    @classmethod
    def _a_cron_line(cls, value: str) -> str:
        if not _CRON.fullmatch(value):
            raise ValueError(f"{value!r} is no cron line of five fields")
        return value

    @model_validator(mode="after")
    def _one_notice(self) -> AgencyMapping:
        if bool(self.notice) == (self.own is not None):
            within = "own" if "own" in self.model_fields_set else "notice"
            raise FaultWithin((within,), "give either `notice` or `own`")
        return self


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency with its notice resolved. path: its mapping file."""

    mapping: AgencyMapping
    notice: Notice
    path: Path = Path()

    @property
    def code(self) -> str:
        """The agency's code, as debtor and creditor are named."""
        return self.mapping.agency

    @property
    def notice_stands(self) -> tuple[Path, Location]:
        """The file, and the place in it, where the notice is written."""
        if self.mapping.own is not None:
            return self.path, ("own",)
        return self.path.parent.parent / "notices" / f"{self.mapping.notice}.yaml", ()

    def channel(self) -> Channel:
        """What a transport must know."""
        rule = self.mapping.channel
        return Channel(
            agency=self.code,
            transport=rule.transport,
            source_prefix=rule.place,
            pull=rule.pull,
            manifest=rule.manifest,
            settle_seconds=rule.settle_seconds,
            resource=rule.resource,
            page_size=rule.page_size,
        )

    def words(self, sheet: SheetRule) -> Iterator[tuple[str, str, Column | None]]:
        """Every word that names a column of a sheet: the word, the notice's header, the column (None where ignored)."""
        for header, column in sheet.columns.items():
            for word in (header, *self.mapping.headers.get(header, ())):
                yield word, header, column if isinstance(column, Column) else None


def load_agencies(folder: Path, overlay: Path | None = None) -> dict[str, Agency]:
    """Every agency of `<folder>/agencies`, by code; raises `ConfigurationFault` with all faults found.

    overlay: a folder of code tables whose `headers.csv` (township, column, header) adds words for columns.
    """
    faults: list[str] = []
    notices: dict[str, Notice | None] = {}
    for path in sorted((folder / "notices").glob("*.yaml")):
        notices[path.stem] = None
        try:
            notices[path.stem] = load_model(path, Notice)
        except ConfigurationFault as fault:
            faults.append(str(fault))
    agencies: dict[str, Agency] = {}
    places: dict[str, Path] = {}
    paths = sorted((folder / "agencies").glob("*.yaml"))
    for path in paths:
        try:
            mapping = load_model(path, AgencyMapping)
            if mapping.notice and mapping.notice not in notices:
                raise fault_at(path, ("notice",), f"there is no notices/{mapping.notice}.yaml")
            if mapping.agency != path.stem:
                raise fault_at(path, ("agency",), f"{mapping.agency} stands in a file of another name")
            if (other := places.setdefault(mapping.channel.place, path)) != path:
                raise fault_at(path, ("channel", "place"), f"{mapping.channel.place} is the place of {other.stem} too")
        except ConfigurationFault as fault:
            faults.append(str(fault))
            continue
        notice = mapping.own or notices[mapping.notice]
        if notice is not None:
            agencies[mapping.agency] = Agency(mapping, notice, path)
            faults += [str(fault_at(*fault)) for fault in _faults(agencies[mapping.agency])]
    faults += [f"{path}:1: mapping files end in .yaml" for path in sorted((folder / "agencies").glob("*.yml"))]
    if not paths:
        faults.append(f"{folder / 'agencies'}: no agency has a mapping file")
    if faults:
        raise ConfigurationFault("\n".join(dict.fromkeys(faults)))
    if overlay is not None and (overlay / "headers.csv").is_file():
        return _with_headers(agencies, overlay / "headers.csv")
    return agencies


def _faults(agency: Agency) -> Iterator[tuple[Path, Location, str]]:
    """What is wrong between an agency's own words and its notice."""
    mapping, sheets = agency.mapping, agency.notice.sheets
    headers = {header for sheet in sheets.values() for header in sheet.columns}
    for header in mapping.headers:
        if header not in headers:
            yield agency.path, ("headers", header), f"the notice has no column {header}"
    for header, message in _clashes(agency):
        yield agency.path, ("headers", header), message
    for index, name in enumerate(mapping.reporting.sheets if mapping.reporting else ()):
        if name not in sheets:
            yield agency.path, ("reporting", "sheets", index), f"the notice has no sheet {name}"
    stands, within = agency.notice_stands
    for title, sheet in sheets.items():
        for index, rule in enumerate(sheet.events):
            for place, code in rule.codes():
                if code not in EVENTS[mapping.kind]:
                    whose = f"that {mapping.kind} asserts" if code in _EVERY_EVENT else "of the mechanism"
                    yield stands, (*within, "sheets", title, "events", index, *place), f"{code} is no event {whose}"


def _clashes(agency: Agency) -> Iterator[tuple[str, str]]:
    """Words that would name two columns of one sheet: (header of the notice, what is wrong)."""
    for title, sheet in agency.notice.sheets.items():
        named: dict[str, str] = {}
        for word, header, _ in agency.words(sheet):
            if (other := named.setdefault(comparable(word), header)) != header:
                yield header, f"{word} names two columns of {title}: {other} and {header}"


def _with_headers(agencies: Mapping[str, Agency], path: Path) -> dict[str, Agency]:
    added: dict[str, dict[str, list[str]]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            if missing := sorted({"township", "column", "header"} - set(reader.fieldnames or ())):
                raise ConfigurationFault(f"{path}:1: no column {', '.join(missing)}")
            for row in reader:
                if not (row["township"] and row["column"] and row["header"]):
                    raise ConfigurationFault(f"{path}:{reader.line_num}: township, column and header must be given")
                added.setdefault(row["township"], {}).setdefault(row["column"], []).append(row["header"])
    except (UnicodeDecodeError, csv.Error) as fault:
        raise ConfigurationFault(f"{path}: {fault}") from fault
    result = dict(agencies)
    for code in sorted(added.keys() & agencies.keys()):
        mapping = agencies[code].mapping
        words = {column: tuple(words) for column, words in mapping.headers.items()}
        for column, more in added[code].items():
            words[column] = tuple(dict.fromkeys((*words.get(column, ()), *more)))
        result[code] = Agency(mapping.model_copy(update={"headers": words}), agencies[code].notice, agencies[code].path)
        if clash := next(_clashes(result[code]), None):
            raise ConfigurationFault(f"{path}: {code}: {clash[1]}")
    return result
