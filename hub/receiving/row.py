"""What does one row say? A record with its events, or the reason why it is set aside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from hub.errors import RowRejected
from hub.ledger.canon import json_text
from hub.ledger.row_form import WrittenEvent, WrittenRow, complete_numbers, field_member, people_text, record_text
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
    statement, by header. doubled: whether two of them have one header. key: places of the key's columns, None for one
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
    key: tuple[int | None, ...]
    known: frozenset[str]
    plans: tuple[Plan, ...]
    people: tuple[int | None, int | None, int | None]
    lists: tuple[tuple[int, ColumnReader], ...]

    def read(self, source: str, cells: Sequence[CellValue]) -> WrittenRow:
        """Read one row of data; a fault of the row is a reading, never an exception."""
        found = [seen(value) or read(value) for (seen, read), value in zip(self.lookups, cells, strict=True)]
        content_hash = hashlib.sha256(self._statement(found).encode("utf-8", "surrogatepass")).hexdigest()
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

    def _statement(self, found: Sequence[Cell]) -> str:
        """The row's statement as JSON, header -> text, by header; of two columns of one header the later one counts."""
        members = [member for place in self.stated if (member := found[place].statement)]
        if self.doubled:
            by_header = {
                self.columns[place].header: found[place].statement for place in self.stated if found[place].statement
            }
            members = list(by_header.values())
        return f"{{{', '.join(members)}}}"

    def _set_aside(self, fault: RowRejected, cells: Sequence[CellValue]) -> str:
        """The fault in words and the row whole, as JSON: what a person needs to put it right."""
        return json.dumps({"fault": str(fault), "row": self.raw(cells)}, ensure_ascii=False)

    def _record(
        self, source: str, key: str, cells: Sequence[CellValue], found: Sequence[Cell]
    ) -> tuple[str, tuple[WrittenEvent, ...], tuple[str, ...]]:
        """The record as JSON, its events, and the complete identity numbers that it names."""
        raws, _, filled, written, troubled, *_ = zip(*found, strict=True)
        fields: dict[str, str] = dict(chain.from_iterable(filled))
        members = sorted(chain.from_iterable(written))
        if any(troubled):
            self._settle_trouble(source, cells, found, fields)
        if len(fields) != len(members):
            # Something did not read, or two columns fill one field, of which the later one counts.
            members = sorted([field_member(name, value) for name, value in fields.items()])
        lists = {column.rule.field: found[place].copies for place, column in self.lists if column.rule is not None}
        events = asserted(self.agency, self.plans, self.known, fields, lists)
        parties = self._parties(found)
        raw = ",".join(filter(None, raws))
        record = record_text(self.agency, self.kind, key, source, events, members, people_text(parties), raw)
        return record, events, complete_numbers(parties)

    def _settle_trouble(
        self, source: str, cells: Sequence[CellValue], found: Sequence[Cell], fields: dict[str, str]
    ) -> None:
        """Note what did not read; raises RowRejected where the row must be set aside."""
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
        if unread:
            fields["unread"] = "、".join(unread)

    def _says(self, field: str, found: Sequence[Cell]) -> bool:
        columns = zip(self.columns, found, strict=True)
        return any(cell.says for column, cell in columns if column.rule and column.rule.field == field)

    def _parties(self, found: Sequence[Cell]) -> tuple[Party, ...]:
        parties, identities, persons = self.people
        if persons is not None and found[persons].says:
            return found[persons].persons
        names = found[parties].names if parties is not None else ()
        return pair_off(names, found[identities].identities if identities is not None else ())


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
            opening=f"[{json_text(name)},",
            rule=column,
            header=header,
            member=f"{json_text(header)}: ",
            stated=bool(header) and header != rule.running_number,
            keyed=column is not None and column.field in rule.key,
            codes=codes,
            words=words,
            date_1904=date_1904,
            repeats=repeats(column, numbering=header == rule.running_number),
            usual=usual_shape(column),
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
        key=tuple(places.get(field) for field in rule.key),
        known=frozenset(rule.fields()),
        plans=tuple(map(plan_of, rule.events)),
        people=(reads.get("parties"), reads.get("identities"), reads.get("persons")),
        lists=tuple((place, one) for place, one in enumerate(readers) if one.rule and one.rule.read == "copies"),
    )


def _nothing(_: object) -> None:
    """What is remembered where nothing is."""
