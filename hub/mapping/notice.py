"""What does an interface notice say: which files hold rows, what does each column mean, which event does it assert?

The models of `mappings/notices/*.yaml` and of `own` in `mappings/agencies/*.yaml`; docs/mapping.md explains the
language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field, field_validator, model_validator

from hub.data_file import FaultWithin, Location, Strict
from hub.model import RecordKind
from hub.values.headers import comparable

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
_DATED = ("moment", "day")
# Readings that say the same thing of a row: two columns of one group would overwrite each other.
_ONCE: tuple[tuple[str, ...], ...] = (
    ("parties", "persons"),
    ("identities",),
    ("copies",),
    ("cause", "cause_in_text", "charge"),
    ("township",),
)
# The members of an entry of `copies`.
_OF_COPY = ("agency", "copied_at")


class Column(Strict):
    """One column (or API member): which field it fills and how its cells read.

    lookup: a table of the agency's `lookups` or of codes/words.yaml. required_with: the cell is required where
    that field is given.
    """

    field: str = Field(pattern=r"^[^\s!\"\\]+$")
    read: ReadAs = "text"
    lookup: str = ""
    required: bool = False
    required_with: str = ""

    @model_validator(mode="after")
    def _words_are_text(self) -> Column:
        if self.lookup and self.read not in ("text", "copies"):
            raise FaultWithin(("lookup",), f"a cell that is read as {self.read} is not looked up")
        return self


class ByWord(Strict):
    """A choice by the word of another field: word -> result; `otherwise` where the field is empty."""

    by: str
    words: dict[str, str]
    otherwise: str = ""

    def choose(self, fields: Mapping[str, str]) -> str:
        """The result for these fields, or an empty text where the word has none."""
        word = fields.get(self.by, "")
        return self.words.get(word, "") if word else self.otherwise

    def results(self) -> Iterator[tuple[Location, str]]:
        """Everything that may be chosen, with its place."""
        yield from ((("words", word), result) for word, result in self.words.items())
        if self.otherwise:
            yield ("otherwise",), self.otherwise


class EventRule(Strict):
    """Which event a row asserts, dated by which field; no date, no event.

    each: a `copies` field; the event is asserted once for every entry.
    """

    event: str | ByWord
    at: str | ByWord
    each: str = ""
    attributes: dict[str, str | ByWord] = {}

    def choices(self) -> Iterator[tuple[Location, ByWord]]:
        """Every choice by a word, with its place."""
        named = {("event",): self.event, ("at",): self.at} | {("attributes", n): v for n, v in self.attributes.items()}
        yield from ((place, how) for place, how in named.items() if isinstance(how, ByWord))

    def codes(self) -> Iterator[tuple[Location, str]]:
        """Every event code that the rule may assert, with its place."""
        yield from _results(("event",), self.event)


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
    total_words: tuple[str, ...] = ("合计", "小计", "总计", "累计", "共计")
    footnote_words: tuple[str, ...] = ("注", "说明", "备注", "填表", "制表", "审核", "填报", "※", "*")

    def fields(self) -> dict[str, Column]:
        """field name -> its column; ignored columns left out."""
        return {c.field: c for c in self.columns.values() if isinstance(c, Column)}

    @model_validator(mode="after")
    def _sound(self) -> SheetRule:
        for within, message in (*self._column_faults(), *self._event_faults()):
            raise FaultWithin(within, message)
        return self

    def _column_faults(self) -> Iterator[tuple[Location, str]]:
        headers: dict[str, str] = {}
        filled: dict[str, str] = {}
        groups: dict[tuple[str, ...], str] = {}
        for header, column in self.columns.items():
            if (other := headers.setdefault(comparable(header), header)) != header:
                yield ("columns", header), f"the header is the same as {other}"
            if not isinstance(column, Column):
                continue
            if (other := filled.setdefault(column.field, header)) != header:
                yield ("columns", header), f"two columns fill the same field {column.field}: {other} and {header}"
            group = next((group for group in _ONCE if column.read in group), None)
            if group and (other := groups.setdefault(group, header)) != header:
                yield ("columns", header), f"{other} and {header} both read as {' or '.join(group)}"
        for field in self.key:
            if field not in filled:
                yield ("key",), f"no column fills {field}"
        for header, column in self.columns.items():
            if isinstance(column, Column) and column.required_with and column.required_with not in filled:
                yield ("columns", header, "required_with"), f"no column fills {column.required_with}"
        if "running_number" in self.model_fields_set and self.running_number not in self.columns:
            yield ("running_number",), f"there is no column {self.running_number}"

    def _event_faults(self) -> Iterator[tuple[Location, str]]:
        fields = self.fields()
        for index, rule in enumerate(self.events):
            for within, message in _faults_of(rule, fields):
                yield ("events", index, *within), message


def _faults_of(rule: EventRule, fields: Mapping[str, Column]) -> Iterator[tuple[Location, str]]:
    for place, how in rule.choices():
        if how.by not in fields:
            yield (*place, "by"), f"no column fills {how.by}"
    if rule.each:
        if rule.each not in fields or fields[rule.each].read != "copies":
            yield ("each",), f"no column reads as copies and fills {rule.each}"
        known = dict.fromkeys(_OF_COPY, "")
        dated = {"copied_at"}
    else:
        known = dict.fromkeys(fields, "")
        dated = {name for name, column in fields.items() if column.read in _DATED}
    for place, name in _results(("at",), rule.at):
        if name not in known:
            yield place, f"no column fills {name}"
        elif name not in dated:
            yield place, f"{name} is no date"
    for attribute, value in rule.attributes.items():
        if isinstance(value, str) and value not in known:
            yield ("attributes", attribute), f"no column fills {value}"


def _results(place: Location, how: str | ByWord) -> Iterator[tuple[Location, str]]:
    if isinstance(how, str):
        yield place, how
    else:
        yield from (((*place, *within), result) for within, result in how.results())


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
        try:
            re.compile(value)
        except re.error as fault:
            raise ValueError(f"not a regular expression: {fault}") from fault
        return value

    @property
    def groups(self) -> frozenset[str]:
        """The named groups of the expression."""
        return frozenset(re.compile(self.name).groupindex)

    @model_validator(mode="after")
    def _says_enough(self) -> FileRule:
        if self.answers and "delivery" not in self.groups:
            raise FaultWithin(("name",), "an answer file names its delivery: (?P<delivery>…)")
        if not self.answers and self.format != "workbook" and not self.sheet and "sheet" not in self.groups:
            raise FaultWithin(("name",), "a file of one sheet says which: `sheet: …` or (?P<sheet>…)")
        return self


class Notice(Strict):
    """An interface notice: the files an agency delivers and how their rows read.

    versions: `period`: the latest period is the whole statement of a row; `stream`: each file adds
    to the ones before it.
    """

    files: tuple[FileRule, ...] = Field(min_length=1)
    sheets: dict[str, SheetRule] = Field(min_length=1)
    versions: Literal["period", "stream"]

    @model_validator(mode="after")
    def _files_fit(self) -> Notice:
        for index, rule in enumerate(self.files):
            if rule.sheet and rule.sheet not in self.sheets:
                raise FaultWithin(("files", index, "sheet"), f"there is no sheet {rule.sheet}")
            if self.versions == "period" and not rule.answers and "period" not in rule.groups:
                raise FaultWithin(
                    ("files", index, "name"), "versions go by period, so the name tells it: (?P<period>…)"
                )
        return self
