"""How are many rows of a sheet read at once? Column by column, those that a row has to look at as a whole left to it.

What comes out is what `RowReader.read` gives for each row: tests compare the two for rows of every kind. A large file
is read so in a fraction of the time, since what is done for every cell or row is done by few calls for a whole column.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import TypeVar

from hub.ledger.canon import json_text
from hub.ledger.row_form import WrittenEvent, WrittenRow, complete_numbers, people_text, record_text
from hub.mapping.notice import ByWord
from hub.model import CellValue, Reading
from hub.receiving.asserted import Plan, bare_event, event_of
from hub.receiving.cell import Cell
from hub.receiving.people import pair_off
from hub.receiving.row import RowReader
from hub.values.identity import Identity, IdentityState

Row = tuple[CellValue, ...]
Cells = list[Cell]
Part = TypeVar("Part")
_READ = Reading.READ.value
_raw, _statement, _members, _troubled, _key = map(attrgetter, ("raw", "statement", "members", "troubled", "key"))
_STATES = {state: f'"{state.value}"' for state in IdentityState}
_DATED = ("moment", "day")


@dataclass(frozen=True, slots=True)
class BlockReader:
    """Reads rows of a sheet many at once.

    by_name: places of the columns that fill a field, by the field's name. filled_by: for a field, the place of its
    column and where among the cell's fields it stands.
    """

    row: RowReader
    by_name: tuple[int, ...]
    filled_by: dict[str, tuple[int, int]]

    def read(self, sources: Sequence[str], rows: Sequence[Row]) -> Iterator[WrittenRow]:
        """Every row with its source, in their order."""
        reader = self.row
        found = [one.read_all(cells) for one, cells in zip(reader.columns, zip(*rows, strict=True), strict=True)]
        aside = {place for cells in found for place, troubled in enumerate(map(_troubled, cells)) if troubled}
        said = zip(
            sources, rows,
            across([[""] * len(rows) if place is None else map(_key, found[place]) for place in reader.key], len(rows)),
            across([map(_statement, found[place]) for place in reader.stated], len(rows)),
            across([map(_members, found[place]) for place in self.by_name], len(rows)),
            across([map(_raw, cells) for cells in found], len(rows)),
            across([self._events(plan, found, len(rows)) for plan in reader.plans], len(rows)),
            self._people(found),
            strict=True,
        )  # fmt: skip
        agency, kind = reader.agency, reader.kind
        for place, (source, row, keyed, stated, filled, raw, asserted, (people, numbers)) in enumerate(said):
            if place in aside:
                yield reader.read(source, row)
                continue
            statement = f"{{{', '.join(filter(None, stated))}}}"
            content_hash = hashlib.sha256(statement.encode("utf-8", "surrogatepass")).hexdigest()
            key = "|".join(keyed)
            told = tuple(filter(None, asserted))
            record = record_text(
                agency, kind, key, source, told, sorted(chain.from_iterable(filled)), people,
                ",".join(filter(None, raw)),
            )  # fmt: skip
            yield WrittenRow(source, _READ, kind, key, content_hash, "", "", "", record, told, numbers)

    def _texts(self, field: str, found: Sequence[Cells], count: int) -> list[str]:
        """What each row says in a field."""
        if field not in self.filled_by:
            return [""] * count
        column, place = self.filled_by[field]
        if place == 0:
            return [cell.fields[0][1] if cell.fields else "" for cell in found[column]]
        return [cell.fields[place][1] if len(cell.fields) > place else "" for cell in found[column]]

    def _events(self, plan: Plan, found: Sequence[Cells], count: int) -> list[WrittenEvent | None]:
        """What each row asserts by one rule."""
        days = self._texts(plan.dated_by, found, count)
        event, agency = plan.rule.event, self.row.agency
        if isinstance(event, ByWord):
            chosen = {word: event.choose({event.by: word}) for word in set(self._texts(event.by, found, count))}
            codes = [chosen[word] for word in self._texts(event.by, found, count)]
        else:
            codes = [event] * count
        if not plan.attributes:
            return [bare_event(code, at, agency) if at and code else None for code, at in zip(codes, days, strict=True)]
        names = [name for name, _ in plan.attributes]
        values = zip(*[self._texts(field, found, count) for _, field in plan.attributes], strict=True)
        return [
            event_of(code, at, agency, zip(names, given, strict=True)) if at and code else None
            for code, at, given in zip(codes, days, values, strict=True)
        ]

    def _people(self, found: Sequence[Cells]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The parties of each row as JSON, and their complete numbers."""
        parties, identities, _ = self.row.people
        count = len(found[0])
        nobody: list[tuple[str, ...]] = [()] * count
        unknown: list[tuple[Identity, ...]] = [()] * count
        names = [cell.names for cell in found[parties]] if parties is not None else nobody
        numbers = [cell.identities for cell in found[identities]] if identities is not None else unknown
        for called, numbered in zip(names, numbers, strict=True):
            if len(called) == len(numbered) == 1:
                (identity,) = numbered
                text = f"[{json_text(called[0])},{json_text(identity.text)},{_STATES[identity.state]}]"
                complete = identity.state is IdentityState.COMPLETE and identity.text
                yield text, (identity.text,) if complete else ()
            else:
                paired = pair_off(called, numbered)
                yield people_text(paired), complete_numbers(paired)


def block_reader(reader: RowReader) -> BlockReader | None:
    """The reader of blocks for a sheet, or None where its notice asserts what only a row as a whole shows."""
    places: dict[str, tuple[int, int]] = {}
    for place, column in enumerate(reader.columns):
        for index, field in enumerate(column.fills):
            if field in places:
                return None
            places[field] = (place, index)
    rules = {field: reader.columns[place].rule for field, (place, _) in places.items()}
    dated = {field for field, rule in rules.items() if rule is not None and rule.read in _DATED}
    simple = all(
        plan.attributes is not None and plan.dated_by and (plan.dated_by in dated or plan.dated_by not in places)
        for plan in reader.plans
    )
    if reader.doubled or reader.lists or reader.people[2] is not None or not simple:
        return None
    by_name = tuple(dict.fromkeys(places[field][0] for field in sorted(places)))
    return BlockReader(reader, by_name, places)


def across(columns: Sequence[Iterable[Part]], count: int) -> Iterable[tuple[Part, ...]]:
    """The rows of columns of `count` entries; rows of nothing where there are no columns."""
    return zip(*columns, strict=True) if columns else [()] * count
