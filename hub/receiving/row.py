"""What does one row say? A record with its events, or the reason why it is set aside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from hub.errors import RowRejected, UnreadableValue
from hub.mapping.codes import Codes, tidy
from hub.mapping.notice import ByWord, Column, EventRule, SheetRule
from hub.model import CellValue, Event, Party, Reading, Record, RowReading
from hub.moment import Moment
from hub.values.amounts import plain, read_amount, read_quantity
from hub.values.blanks import is_blank, text_of
from hub.values.document_numbers import strict_key
from hub.values.identity import read_identity
from hub.values.moments import read_moment
from hub.values.names import split_numbers, split_parties

_PEOPLE = ("parties", "identities", "persons")
_REJECTING = ("impossible_date", "missing_required", "unknown_category")
_TRUE, _FALSE = ("true", "是", "1"), ("false", "否", "0")


@dataclass(frozen=True, slots=True)
class RowReader:
    """All that reading the rows of one sheet needs.

    names: header as it stands in the file, per column; columns: the rule of each, None where ignored;
    headers: the notice's header of each, empty where it has none. words: the agency's own lookups.
    """

    agency: str
    rule: SheetRule
    names: tuple[str, ...]
    columns: tuple[Column | None, ...]
    headers: tuple[str, ...]
    codes: Codes
    words: Mapping[str, Mapping[str, str]]
    date_1904: bool = False

    def read(self, source: str, cells: Sequence[CellValue]) -> RowReading:
        """Read one row of data; a fault of the row is a reading, never an exception."""
        content_hash = self._content_hash(cells)
        key = self._key(cells)
        try:
            record = self._record(source, key, cells)
        except RowRejected as fault:
            return RowReading(
                source, Reading.QUARANTINED, self.rule.record, key, content_hash,
                column=fault.column, reason=fault.reason, detail=self._set_aside(fault, cells), record=None,
            )  # fmt: skip
        return RowReading(source, Reading.READ, self.rule.record, key, content_hash, record=record)

    def raw(self, cells: Sequence[CellValue]) -> tuple[tuple[str, str], ...]:
        """The row whole, as text, under the file's own headers."""
        return tuple((name, _raw_text(cell)) for name, cell in zip(self.names, cells, strict=True) if cell is not None)

    def _set_aside(self, fault: RowRejected, cells: Sequence[CellValue]) -> str:
        """The fault in words and the row whole, as JSON: what a person needs to put it right."""
        return json.dumps({"fault": str(fault), "row": self.raw(cells)}, ensure_ascii=False)

    def _content_hash(self, cells: Sequence[CellValue]) -> str:
        statement = {
            header: _raw_text(cell)
            for header, cell in zip(self.headers, cells, strict=True)
            if header and header != self.rule.running_number and cell is not None and cell != ""
        }
        text = json.dumps(statement, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def _key(self, cells: Sequence[CellValue]) -> str:
        parts = []
        for field in self.rule.key:
            cell = next((c for col, c in zip(self.columns, cells, strict=True) if col and col.field == field), None)
            text = "" if is_blank(cell) else text_of(cell)
            column = self.rule.fields()[field]
            parts.append(strict_key(text) if column.read == "document_number" else tidy(text))
        return "|".join(parts)

    def _record(self, source: str, key: str, cells: Sequence[CellValue]) -> Record:
        fields: dict[str, str] = {}
        lists: dict[str, list[Mapping[str, str]]] = {}
        people: dict[str, CellValue] = {}
        unread: list[str] = []
        given = {
            col.field for col, cell in zip(self.columns, cells, strict=True) if col is not None and _says(col, cell)
        }
        for header, column, cell in zip(self.names, self.columns, cells, strict=True):
            if column is None:
                continue
            if column.field not in given:
                if column.required or (column.required_with and column.required_with in given):
                    raise RowRejected(source, header, "missing_required", "a required cell is empty", cell)
                continue
            try:
                if not _as_announced(column, cell):
                    unread.append(header)
                if column.read in _PEOPLE:
                    people[column.read] = cell
                elif column.read == "copies":
                    lists[column.field] = _read_copies(cell)
                else:
                    fields.update(_READERS[column.read](self, column, cell))
            except UnreadableValue as fault:
                if fault.reason in _REJECTING:
                    raise RowRejected(source, header, fault.reason, fault.detail, cell) from fault
                # An amount that cannot be read is no reason to lose the row: the raw cell stays.
                unread.append(header)
        if unread:
            fields["unread"] = "、".join(unread)
        parties = _parties(people)
        events = tuple(e for rule in self.rule.events for e in self._events(rule, fields, lists))
        return Record(self.agency, self.rule.record, key, source, fields, parties, events, self.raw(cells))

    def _events(
        self, rule: EventRule, fields: Mapping[str, str], lists: Mapping[str, list[Mapping[str, str]]]
    ) -> list[Event]:
        events = []
        for given in lists.get(rule.each, []) if rule.each else [fields]:
            code = rule.event.choose(fields) if isinstance(rule.event, ByWord) else rule.event
            dated_by = rule.at.choose(fields) if isinstance(rule.at, ByWord) else rule.at
            at = given.get(dated_by, "")
            if code and at:
                attributes = sorted(
                    (n, v) for n, how in rule.attributes.items() if (v := _attribute(how, given, self.rule.fields()))
                )
                events.append(Event(code, Moment.parse(at), self.agency, tuple(attributes)))
        return events


def _says(column: Column, cell: CellValue) -> bool:
    """Whether the cell holds what its column is for; a comma where names should be, or a bare 号, says nothing."""
    if is_blank(cell):
        return False
    if column.read == "parties":
        return bool(split_parties(text_of(cell)))
    return column.read != "document_number" or bool(strict_key(text_of(cell)))


def _attribute(how: str | ByWord, fields: Mapping[str, str], known: Collection[str]) -> str:
    """The value of an attribute: of the field that is named, or the word itself where it names none."""
    if isinstance(how, str):
        return fields.get(how, "")
    chosen = how.choose(fields)
    return fields.get(chosen, "" if chosen in known else chosen)


def _raw_text(cell: CellValue) -> str:
    if isinstance(cell, (list, dict)):
        return json.dumps(cell, ensure_ascii=False, sort_keys=True)
    return cell if isinstance(cell, str) else text_of(cell)


def _parties(people: Mapping[str, CellValue]) -> tuple[Party, ...]:
    """The parties of a row; numbers stand in the order of the names, or they are nobody's."""
    if "persons" in people:
        return _read_persons(people["persons"])
    names = split_parties(text_of(people.get("parties")))
    numbers = people.get("identities")
    # A number cell is read as it is: only there it shows that it kept no more than 15 digits.
    several = [numbers] if isinstance(numbers, (int, float)) else list(split_numbers(text_of(numbers)))
    while len(several) > len(names) and not several[-1]:
        several.pop()
    if len(several) != len(names):
        return tuple(Party(name) for name in names)
    read = [read_identity(number) for number in several]
    return tuple(Party(n, i.text, str(i.state)) for n, i in zip(names, read, strict=True))


def _as_announced(column: Column, cell: CellValue) -> bool:
    """Whether people and copies of an API are lists of objects (people with a name), and those of a file are not."""
    if column.read not in ("persons", "copies"):
        return not isinstance(cell, (list, dict))
    entries = cell if isinstance(cell, list) else [None]
    if column.read == "copies":
        return all(isinstance(entry, dict) for entry in entries)
    return all(isinstance(entry, dict) and isinstance(entry.get("name"), str) for entry in entries)


def _read_persons(cell: CellValue) -> tuple[Party, ...]:
    parties = []
    for person in cell if isinstance(cell, list) else []:
        if isinstance(person, dict) and isinstance(person.get("name"), str):
            number = person.get("id_no")
            identity = read_identity(number if isinstance(number, (str, int, float)) else None)
            parties.append(Party(str(person["name"]).strip(), identity.text, str(identity.state)))
    return tuple(parties)


def _read_copies(cell: CellValue) -> list[Mapping[str, str]]:
    return [
        {"agency": str(entry.get("agency", "")), "copied_at": str(read_moment(str(entry["copied_at"])))}
        for entry in (cell if isinstance(cell, list) else [])
        if isinstance(entry, dict) and entry.get("copied_at")
    ]


def _text(reader: RowReader, column: Column, cell: CellValue) -> dict[str, str]:
    text = text_of(cell).strip()
    if not column.lookup:
        return {column.field: text}
    code = reader.words.get(column.lookup, {}).get(tidy(text)) or reader.codes.word(column.lookup, text)
    if code is None:
        raise UnreadableValue("unknown_category", f"the list {column.lookup} has no such word")
    return {column.field: code}


def _cause(reader: RowReader, column: Column, cell: CellValue) -> dict[str, str]:
    text = text_of(cell).strip()
    cause = reader.codes.cause(text)
    if cause is None:
        raise UnreadableValue("unknown_category", "no 案由 of the code table")
    return {column.field: text, "cause_code": cause.code}


def _charge(reader: RowReader, column: Column, cell: CellValue) -> dict[str, str]:
    text = text_of(cell).strip()
    cause = reader.codes.cause(text) or reader.codes.cause_in(text)
    return {column.field: text} | ({"cause_code": cause.code} if cause else {})


def _cause_in_text(reader: RowReader, column: Column, cell: CellValue) -> dict[str, str]:
    text = text_of(cell).strip()
    cause = reader.codes.cause_in(text)
    return {column.field: text} | ({"cause_code": cause.code} if cause else {})


def _township(reader: RowReader, column: Column, cell: CellValue) -> dict[str, str]:
    text = text_of(cell).strip()
    code = reader.codes.township(text)
    return {column.field: text} | ({"unit_code": code} if code else {})


def _boolean(reader: RowReader, column: Column, cell: CellValue) -> dict[str, str]:
    word = text_of(cell).strip().lower()
    if word not in _TRUE + _FALSE:
        raise UnreadableValue("unknown_category", "neither true nor false")
    return {column.field: "yes" if word in _TRUE else "no"}


def _integer(reader: RowReader, column: Column, cell: CellValue) -> dict[str, str]:
    number = read_quantity(cell)
    if number != number.to_integral_value():
        raise UnreadableValue("unreadable_amount", "not a whole number")
    return {column.field: plain(number)}


_READERS: dict[str, Callable[[RowReader, Column, CellValue], dict[str, str]]] = {
    "text": _text,
    "document_number": lambda reader, column, cell: {column.field: text_of(cell).strip()},
    "moment": lambda reader, column, cell: {column.field: str(read_moment(cell, date_1904=reader.date_1904))},
    "day": lambda reader, column, cell: {column.field: read_moment(cell, date_1904=reader.date_1904).day.isoformat()},
    "amount": lambda reader, column, cell: {column.field: plain(read_amount(cell))},
    "quantity": lambda reader, column, cell: {column.field: plain(read_quantity(cell))},
    "cause": _cause,
    "cause_in_text": _cause_in_text,
    "charge": _charge,
    "township": _township,
    "boolean": _boolean,
    "integer": _integer,
}
