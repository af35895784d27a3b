"""What does one row say? A record with its events, or the reason why it is set aside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from hub.errors import RowRejected
from hub.mapping.codes import Codes
from hub.mapping.notice import Column, EventRule, SheetRule
from hub.model import CellValue, Event, Reading, Record, RowReading
from hub.receiving.asserted import asserted, event
from hub.receiving.cell import Cell, ColumnReader, raw_text
from hub.receiving.field import Words
from hub.receiving.people import PEOPLE, read_parties


@dataclass(frozen=True, slots=True)
class RowReader:
    """All that reading the rows of one sheet needs.

    columns: one for each cell of a row, in the order of the file. stated: places of the columns that are part of the
    statement, in the order in which they are hashed. key: places of the key's columns, None for one that the file has
    not. known: every field's name. events: the rules, each with the field without which it asserts nothing, and with its
    event where that depends on nothing else. people: places of the columns that name people, and how each reads.
    """

    agency: str
    rule: SheetRule
    columns: tuple[ColumnReader, ...]
    stated: tuple[int, ...]
    key: tuple[int | None, ...]
    known: frozenset[str]
    events: tuple[tuple[EventRule, str, str], ...]
    people: tuple[tuple[int, str], ...]

    def read(self, source: str, cells: Sequence[CellValue]) -> RowReading:
        """Read one row of data; a fault of the row is a reading, never an exception."""
        found = [column.read(value) for column, value in zip(self.columns, cells, strict=True)]
        content_hash = hashlib.sha256(self._statement(found).encode("utf-8", "surrogatepass")).hexdigest()
        key = "|".join(["" if place is None else found[place].key for place in self.key])
        try:
            record = self._record(source, key, cells, found)
        except RowRejected as fault:
            return RowReading(
                source, Reading.QUARANTINED, self.rule.record, key, content_hash,
                column=fault.column, reason=fault.reason, detail=self._set_aside(fault, cells), record=None,
            )  # fmt: skip
        return RowReading(source, Reading.READ, self.rule.record, key, content_hash, record=record)

    def raw(self, cells: Sequence[CellValue]) -> tuple[tuple[str, str], ...]:
        """The row whole, as text, under the file's own headers."""
        return tuple(
            (column.name, raw_text(cell))
            for column, cell in zip(self.columns, cells, strict=True)
            if cell is not None
        )  # fmt: skip

    def _statement(self, found: Sequence[Cell]) -> str:
        """The row's statement as JSON, header -> text, by header; of two columns under one header the later one counts."""
        members = {
            self.columns[place].header: found[place].statement for place in self.stated if found[place].statement
        }
        return f"{{{', '.join(members.values())}}}"

    def _set_aside(self, fault: RowRejected, cells: Sequence[CellValue]) -> str:
        """The fault in words and the row whole, as JSON: what a person needs to put it right."""
        return json.dumps({"fault": str(fault), "row": self.raw(cells)}, ensure_ascii=False)

    def _record(self, source: str, key: str, cells: Sequence[CellValue], found: Sequence[Cell]) -> Record:
        fields = dict(chain.from_iterable([cell.fields for cell in found]))
        lists: dict[str, Sequence[Mapping[str, str]]] = {}
        unread: list[str] = []
        for place in [place for place, cell in enumerate(found) if cell.troubled]:
            cell, name, rule = found[place], self.columns[place].name, self.columns[place].rule
            if rule is None:
                continue
            if not cell.says:
                if rule.required or self._says(rule.required_with, found):
                    raise RowRejected(source, name, "missing_required", "a required cell is empty", cells[place])
                continue
            if cell.rejected is not None:
                raise RowRejected(source, name, *cell.rejected, cells[place])
            if rule.read == "copies":
                lists[rule.field] = cell.copies
            unread.extend(cell.unread)
        if unread:
            fields["unread"] = "、".join(unread)
        people = {word: cells[place] for place, word in self.people if found[place].says}
        raw = tuple([cell.raw for cell in found if cell.raw])
        events = self._events(fields, lists)
        return Record(self.agency, self.rule.record, key, source, fields, read_parties(people), events, raw)

    def _events(self, fields: Mapping[str, str], lists: Mapping[str, Sequence[Mapping[str, str]]]) -> tuple[Event, ...]:
        events: list[Event] = []
        for rule, dated_by, code in self.events:
            at = fields.get(dated_by, "")
            if code and at:
                events.append(event(code, at, self.agency))
            elif not code and (at or not dated_by):
                events.extend(asserted(self.agency, rule, self.known, fields, lists))
        return tuple(events)

    def _says(self, field: str, found: Sequence[Cell]) -> bool:
        return any(
            cell.says for column, cell in zip(self.columns, found, strict=True) if column.rule and column.rule.field == field
        )  # fmt: skip


def row_reader(
    agency: str,
    rule: SheetRule,
    names: Sequence[str],
    columns: Sequence[Column | None],
    headers: Sequence[str],
    codes: Codes,
    words: Words,
    *,
    date_1904: bool = False,
) -> RowReader:
    """The reader of a sheet's rows.

    names: header as it stands in the file, per column; columns: the rule of each, None where ignored;
    headers: the notice's header of each, empty where it has none. words: the agency's own lookups.
    """
    places: dict[str, int] = {}
    for place, column in enumerate(columns):
        if column is not None:
            places.setdefault(column.field, place)
    readers = tuple(
        ColumnReader(
            name=name,
            rule=column,
            header=header,
            member=json.dumps(header, ensure_ascii=False),
            stated=bool(header) and header != rule.running_number,
            keyed=column is not None and column.field in rule.key,
            codes=codes,
            words=words,
            date_1904=date_1904,
        )
        for name, column, header in zip(names, columns, headers, strict=True)
    )
    stated = sorted((place for place, one in enumerate(readers) if one.stated), key=lambda place: headers[place])
    key = tuple(places.get(field) for field in rule.key)
    people = tuple((place, one.read) for place, one in enumerate(columns) if one is not None and one.read in PEOPLE)
    events = tuple(map(_event_rule, rule.events))
    return RowReader(agency, rule, readers, tuple(stated), key, frozenset(rule.fields()), events, people)


def _event_rule(rule: EventRule) -> tuple[EventRule, str, str]:
    dated_by = rule.at if isinstance(rule.at, str) and not rule.each else ""
    return rule, dated_by, rule.event if dated_by and isinstance(rule.event, str) and not rule.attributes else ""
