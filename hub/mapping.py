"""What does each agency deliver, and what does each column of it mean?

The models of `mappings/agencies/*.yaml` and `mappings/notices/*.yaml`; docs/mapping.md explains the language.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from hub.channel import Channel
from hub.data_file import Strict, load_model
from hub.errors import ConfigurationFault
from hub.model import RecordKind

ReadAs = Literal[
    "text",
    "document_number",
    "moment",
    "day",
    "parties",
    "identities",
    "persons",
    "copies",
    "amount",
    "quantity",
    "cause",
    "cause_in_text",
    "charge",
    "township",
    "boolean",
    "integer",
]


class Column(Strict):
    """One column (or API member): which field it fills and how its cells read."""

    field: str
    read: ReadAs = "text"
    lookup: str = ""
    required: bool = False
    required_with: str = ""


class ByWord(Strict):
    """A choice by the word of another field: word -> result; `otherwise` where the field is empty."""

    by: str
    words: dict[str, str]
    otherwise: str = ""

    def choose(self, fields: Mapping[str, str]) -> str:
        """The result for these fields, or an empty text where the word has none."""
        word = fields.get(self.by, "")
        return self.words.get(word, "") if word else self.otherwise


class EventRule(Strict):
    """Which event a row asserts, dated by which field; no date, no event.

    each: a `copies` field; the event is asserted once for every entry.
    """

    event: str | ByWord
    at: str | ByWord
    each: str = ""
    attributes: dict[str, str | ByWord] = {}


class SheetRule(Strict):
    """One sheet: the kind of its records, the key of a row, its columns and events.

    columns: header -> column, or the word `ignore`. running_number: the column that only numbers the
    rows and is no part of the statement.
    """

    record: RecordKind
    key: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, Column | Literal["ignore"]]
    events: tuple[EventRule, ...] = ()
    running_number: str = "序号"
    total_words: tuple[str, ...] = ("合计", "小计", "总计", "累计")
    footnote_words: tuple[str, ...] = ("注", "说明", "备注", "填表", "制表", "审核", "填报", "※", "*")

    def fields(self) -> dict[str, Column]:
        """field name -> its column; ignored columns left out."""
        return {c.field: c for c in self.columns.values() if isinstance(c, Column)}

    @model_validator(mode="after")
    def _names_known(self) -> SheetRule:
        known = set(self.fields())
        columns = [c for c in self.columns.values() if isinstance(c, Column)]
        if len(known) != len(columns):
            raise ValueError("two columns fill the same field")
        used = set(self.key) | {c.required_with for c in columns if c.required_with}
        for rule in self.events:
            used |= _fields_of(rule)
        if unknown := sorted(used - known):
            raise ValueError(f"no column fills {', '.join(unknown)}")
        return self


def _fields_of(rule: EventRule) -> set[str]:
    used = {rule.each} if rule.each else set()
    for value in (rule.event, rule.at, *rule.attributes.values()):
        if isinstance(value, ByWord):
            used.add(value.by)
    if rule.each:
        return used
    for value in (rule.at, *rule.attributes.values()):
        if isinstance(value, ByWord):
            used |= set(value.words.values()) if value is rule.at else set()
        else:
            used.add(value)
    return used


class FileRule(Strict):
    """Which files hold rows: a regular expression over the path at the agency's place.

    Named groups: `period` (YYYYMM or YYYYMMDD) orders versions, `issue` tells issues of one period
    apart, `sheet` names the sheet where the file is one sheet; `delivery` names the delivery that
    an answer file acknowledges. sheet: the sheet rule that a one-sheet file follows.
    """

    name: str
    format: Literal["workbook", "delimited", "documents"]
    sheet: str = ""
    answers: bool = False

    @field_validator("name")
    @classmethod
    def _compiles(cls, value: str) -> str:
        re.compile(value)
        return value


class Notice(Strict):
    """An interface notice: the files an agency delivers and how their rows read.

    versions: `period`: the latest period is the whole statement of a row; `stream`: each file adds
    to the ones before it. unknown_files: names at the place that are known to be no delivery.
    """

    files: tuple[FileRule, ...]
    sheets: dict[str, SheetRule]
    versions: Literal["period", "stream"]


class Reporting(Strict):
    """When an agency owes a report: monthly by a day of the next month, or every working day.

    first: the first period owed, YYYYMM or YYYY-MM-DD. sheets: for daily reports, the files that
    together are the report.
    """

    every: Literal["month", "working_day"]
    first: str
    due_day: int = 0
    sheets: tuple[str, ...] = ()


class ChannelRule(Strict):
    """By which channel the agency delivers; addresses and credentials stand in the connection."""

    transport: Literal["folder", "sftp", "api"]
    place: str
    pull: tuple[str, ...] = ()
    manifest: str = ""
    settle_seconds: int = 2
    resource: str = ""
    page_size: int = 100


class Liaison(Strict):
    """Who is told: names are roles of ladders.yaml."""

    liaison: str = ""
    email: str = ""
    phone: str = ""


class AgencyMapping(Strict):
    """One agency: who it is, how it delivers, what its columns mean.

    notice: the interface notice it follows (`mappings/notices/<notice>.yaml`), or `own`, the notice
    written out here. headers: header of the notice -> the agency's own word for it.
    """

    agency: str
    kind: Literal["township", "police", "procuratorate", "justice_bureau", "supervision_commission"]
    name: str
    short_name: str
    aliases: tuple[str, ...] = ()
    channel: ChannelRule
    notice: str = ""
    own: Notice | None = None
    headers: dict[str, tuple[str, ...]] = {}
    reporting: Reporting | None = None
    acknowledge_within: str = "24 hour"
    schedule: str = "0 * * * *"
    contact: Liaison = Liaison()
    sealed: bool = False
    effective_from: date | None = None

    @model_validator(mode="after")
    def _one_notice(self) -> AgencyMapping:
        if bool(self.notice) == (self.own is not None):
            raise ValueError("give either `notice` or `own`")
        return self


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency with its notice resolved."""

    mapping: AgencyMapping
    notice: Notice

    @property
    def code(self) -> str:
        """The agency's code, as debtor and creditor are named."""
        return self.mapping.agency

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


def load_agencies(folder: Path, overlay: Path | None = None) -> dict[str, Agency]:
    """Every agency of `<folder>/agencies`, by code; raises `ConfigurationFault` with all faults found.

    overlay: a folder of code tables whose `headers.csv` (township, column, header) adds words for columns.
    """
    notices: dict[str, Notice] = {}
    agencies: dict[str, Agency] = {}
    faults: list[str] = []
    for path in sorted((folder / "notices").glob("*.yaml")):
        try:
            notices[path.stem] = load_model(path, Notice)
        except ConfigurationFault as fault:
            faults.append(str(fault))
    paths = sorted((folder / "agencies").glob("*.yaml"))
    for path in paths:
        try:
            mapping = load_model(path, AgencyMapping)
            agencies[mapping.agency] = Agency(mapping, _notice_of(path, mapping, notices))
            if mapping.agency != path.stem:
                raise ConfigurationFault(f"{path}:1: agency: {mapping.agency} stands in a file of another name")
        except ConfigurationFault as fault:
            faults.append(str(fault))
    if not paths:
        faults.append(f"{folder / 'agencies'}: no agency has a mapping file")
    if faults:
        raise ConfigurationFault("\n".join(faults))
    if overlay is not None and (overlay / "headers.csv").is_file():
        return _with_headers(agencies, overlay / "headers.csv")
    return agencies


def _with_headers(agencies: Mapping[str, Agency], path: Path) -> dict[str, Agency]:
    added: dict[str, dict[str, list[str]]] = {}
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            added.setdefault(row["township"], {}).setdefault(row["column"], []).append(row["header"])
    result = dict(agencies)
    for code in added.keys() & agencies.keys():
        mapping = agencies[code].mapping
        words = {column: tuple(words) for column, words in mapping.headers.items()}
        for column, more in added[code].items():
            words[column] = tuple(dict.fromkeys((*words.get(column, ()), *more)))
        result[code] = Agency(mapping.model_copy(update={"headers": words}), agencies[code].notice)
    return result


def _notice_of(path: Path, mapping: AgencyMapping, notices: Mapping[str, Notice]) -> Notice:
    notice = mapping.own or notices.get(mapping.notice)
    if notice is None:
        raise ConfigurationFault(f"{path}: notice: there is no notices/{mapping.notice}.yaml")
    headers = {header for sheet in notice.sheets.values() for header in sheet.columns}
    if unknown := sorted(set(mapping.headers) - headers):
        raise ConfigurationFault(f"{path}: headers: the notice has no column {', '.join(unknown)}")
    return notice
