"""What does one row say? A record with its events, or the reason why it is set aside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from hub.errors import RowRejected
from hub.ledger.canon import json_bytes
from hub.ledger.row_form import (
    EventColumns,
    WrittenRow,
    columns_of,
    complete_numbers,
    field_member,
    people_text,
    record_text,
    whole,
)
from hub.mapping.codes import Codes
from hub.mapping.notice import Column, SheetRule
from hub.model import CellValue, Party, Reading
from hub.receiving.asserted import Plan, asserted, plan_of
from hub.receiving.cell import Cell, ColumnReader, raw_text, repeats, usual_shape
from hub.receiving.field import Words
from hub.receiving.people import pair_off

_READ, _QUARANTINED = Reading.READ.value, Reading.QUARANTINED.value


@dataclass(frozen=True, slots=True)
class RowReader:
    """All that reading the rows of one sheet needs.

    kind: of its records, as text. columns: one for each cell of a row, in the order of the file. lookups: for each,
    where its earlier values are found, and how a new one is read. stated: places of the columns that are part of the
    statement, by header. doubled: whether two of them have one header. by_name: places of the columns that fill fields,
    in the order of the fields' names; None where one of them cannot say all it says in one place. key: places of the key's columns, None for one
    that the file has not. known: every field's name. plans: the rules of events. people: places of the columns of
    parties, identities and persons. lists: the columns of copies.
    """

    agency: str
    rule: SheetRule
    kind: str
    columns: tuple[ColumnReader, ...]
    lookups: tuple[tuple[Callable[[object], Cell | None], Callable[[CellValue], Cell]], ...]
    stated: tuple[int, ...]
    doubled: bool
    by_name: tuple[int, ...] | None
    key: tuple[int | None, ...]
    known: frozenset[str]
    plans: tuple[Plan, ...]
    people: tuple[int | None, int | None, int | None]
    lists: tuple[tuple[int, ColumnReader], ...]

    def read(self, source: str, cells: Sequence[CellValue]) -> WrittenRow:
        """Read one row of data; a fault of the row is a reading, never an exception."""
        found = [seen(value) or read(value) for (seen, read), value in zip(self.lookups, cells, strict=True)]
        content_hash = self._content_hash(found)
        key = "|".join(["" if place is None else found[place].key for place in self.key])
        kind = self.kind
        try:
            record, events, numbers = self._record(source, key, cells, found)
        except RowRejected as fault:
            return WrittenRow(
                source, _QUARANTINED, kind, key, content_hash,
                column=fault.column, reason=fault.reason, detail=self._set_aside(fault, cells),
            )  # fmt: skip
        return WrittenRow(source, _READ, kind, key, content_hash, "", "", "", record, events, numbers)

    def raw(self, cells: Sequence[CellValue]) -> tuple[tuple[str, str], ...]:
        """The row whole, as text, under the file's own headers."""
        return tuple(
            (column.name, raw_text(cell))
            for column, cell in zip(self.columns, cells, strict=True)
            if cell is not None
        )  # fmt: skip

    def _content_hash(self, found: Sequence[Cell]) -> str:
        """That of the row's statement: JSON, header -> text, by header; of two columns of one header the later one counts."""
        members = [found[place].statement for place in self.stated]
        if self.doubled:
            headers = [self.columns[place].header for place in self.stated]
            members = list({header: said for header, said in zip(headers, members, strict=True) if said}.values())
        return hash_of(b"".join(members))

    def _set_aside(self, fault: RowRejected, cells: Sequence[CellValue]) -> str:
        """The fault in words and the row whole, as JSON: what a person needs to put it right."""
        return json.dumps({"fault": str(fault), "row": self.raw(cells)}, ensure_ascii=False)

    def _record(
        self, source: str, key: str, cells: Sequence[CellValue], found: Sequence[Cell]
    ) -> tuple[bytes | str, tuple[EventColumns, ...], tuple[str, ...]]:
        """The record as JSON, its events' columns, and the complete identity numbers that it names."""
        fields: dict[str, str] = dict(chain.from_iterable([cell.fields for cell in found]))
        troubled = [cell.troubled for cell in found]
        unread = self._settle_trouble(source, cells, found) if True in troubled else ""
        if unread:
            fields["unread"] = unread
        if unread or self.by_name is None:
            members = b"".join([field_member(name, value) for name, value in sorted(fields.items())])
        else:
            members = b"".join([found[place].member for place in self.by_name])
        lists = {column.rule.field: found[place].copies for place, column in self.lists if column.rule is not None}
        events = asserted(self.agency, self.plans, self.known, fields, lists)
        parties = self._parties(found)
        raw = b"".join([cell.raw for cell in found])
        record = record_text(self.agency, self.kind, key, source, events, members, people_text(parties), raw)
        return whole(record), columns_of(events), complete_numbers(parties)

    def _settle_trouble(self, source: str, cells: Sequence[CellValue], found: Sequence[Cell]) -> str:
        """The headers of what did not read; raises RowRejected where the row must be set aside."""
        unread: list[str] = []
        for column, value, cell in zip(self.columns, cells, found, strict=True):
            rule = column.rule
            if rule is None or not cell.troubled:
                continue
            if not cell.says:
                if rule.required or self._says(rule.required_with, found):
                    raise RowRejected(source, column.name, "missing_required", "a required cell is empty", value)
            elif cell.rejected is not None:
                raise RowRejected(source, column.name, *cell.rejected, value)
            unread.extend(cell.unread)
        return "、".join(unread)

    def _says(self, field: str, found: Sequence[Cell]) -> bool:
        columns = zip(self.columns, found, strict=True)
        return any(cell.says for column, cell in columns if column.rule and column.rule.field == field)

    def _parties(self, found: Sequence[Cell]) -> tuple[Party, ...]:
        parties, identities, persons = self.people
        if persons is not None and found[persons].says:
            return found[persons].persons
        names = found[parties].names if parties is not None else ()
        return pair_off(names, found[identities].numbers() if identities is not None else ())


def hash_of(stated: bytes) -> str:
    """The content hash of a row, of what its cells state, one after another."""
    return hashlib.sha256(b"{%b}" % stated[:-2]).hexdigest()


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
    remembering: bool = True,
) -> RowReader:
    """The reader of a sheet's rows.

    names: header as it stands in the file, per column; columns: the rule of each, None where ignored;
    headers: the notice's header of each, empty where it has none. words: the agency's own lookups.
    remembering: False where cells may be lists, which cannot be looked up.
    """
    places: dict[str, int] = {}
    for place, column in enumerate(columns):
        if column is not None:
            places.setdefault(column.field, place)
    readers = tuple(
        ColumnReader(
            name=name,
            opening=b"[%b," % json_bytes(name),
            rule=column,
            header=header,
            member=b"%b: " % json_bytes(header),
            stated=bool(header) and header != rule.running_number,
            keyed=column is not None and column.field in rule.key,
            codes=codes,
            words=words,
            date_1904=date_1904,
            repeats=repeats(column, numbering=header == rule.running_number),
            usual=usual_shape(column),
            instants=column is not None and column.read == "moment",
        )
        for name, column, header in zip(names, columns, headers, strict=True)
    )
    stated = sorted((place for place, one in enumerate(readers) if one.stated), key=lambda place: headers[place])
    reads = {one.read: place for place, one in enumerate(columns) if one is not None}
    return RowReader(
        agency=agency,
        rule=rule,
        kind=rule.record.value,
        columns=readers,
        lookups=tuple((one.seen.get if remembering else _nothing, one.read) for one in readers),
        stated=tuple(stated),
        doubled=len({headers[place] for place in stated}) < len(stated),
        by_name=_by_name(readers),
        key=tuple(places.get(field) for field in rule.key),
        known=frozenset(rule.fields()),
        plans=tuple(map(plan_of, rule.events)),
        people=(reads.get("parties"), reads.get("identities"), reads.get("persons")),
        lists=tuple((place, one) for place, one in enumerate(readers) if one.rule and one.rule.read == "copies"),
    )


def _by_name(columns: Sequence[ColumnReader]) -> tuple[int, ...] | None:
    """Places of the columns that fill fields, by the fields' names.

    None where two fill one field, of which the later one counts, or where a third column's name stands between the two
    fields that one fills.
    """
    filled = sorted((name, place) for place, column in enumerate(columns) for name in column.fills)
    places = [place for place, _ in groupby([place for _, place in filled])]
    once = len({name for name, _ in filled}) == len(filled) and len(set(places)) == len(places)
    in_order = all(list(column.fills) == sorted(column.fills) for column in columns)
    return tuple(places) if once and in_order else None


def _nothing(_: object) -> None:
    """What is remembered where nothing is."""
