"""How are many rows of a sheet read at once? Column by column, those that a row has to look at as a whole left to it.

What comes out is what `RowReader.read` gives for each row: tests compare the two for rows of every kind. A large file
is read so in a fraction of the time, since what is done for every cell or row is done by few calls for a whole column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TypeVar

from hub.ledger.canon import json_bytes, json_text
from hub.ledger.row_form import (
    WrittenEvent,
    WrittenRow,
    columns_of,
    complete_numbers,
    people_text,
    record_text,
    whole,
)
from hub.mapping.notice import ByWord
from hub.model import CellValue, Reading
from hub.receiving.asserted import Plan, bare_event, event_of
from hub.receiving.cell import Cell
from hub.receiving.people import pair_off
from hub.receiving.row import RowReader, hash_of
from hub.values.identity import IdentityState

Row = tuple[CellValue, ...]
Cells = Sequence[Cell]
Part = TypeVar("Part")
_READ = Reading.READ.value
_COMPLETE = json_text(IdentityState.COMPLETE.value)
_NOTHING = Cell(b"", b"")
_DATED = ("moment", "day")


@dataclass(frozen=True, slots=True)
class BlockReader:
    """Reads rows of a sheet many at once.

    by_name: places of the columns that fill a field, by the field's name. filled_by: for a field, the place of its
    column and where among the cell's fields it stands. plans: the rules of events whose day has a column.
    """

    row: RowReader
    by_name: tuple[int, ...]
    filled_by: dict[str, tuple[int, int]]
    plans: tuple[Plan, ...]

    def read(self, sources: Sequence[str], rows: Sequence[Row]) -> Iterator[WrittenRow]:
        """Every row with its source, in their order."""
        reader, count = self.row, len(rows)
        if isinstance(whole(json_bytes(sources[0])), str):  # of a file whose name is in no encoding
            yield from map(reader.read, sources, rows)
            return
        agency, kind = reader.agency, reader.kind
        found = [one.read_all(cells) for one, cells in zip(reader.columns, zip(*rows, strict=True), strict=True)]
        said = zip(
            sources,
            map("|".join, across([_keys(place, found) for place in reader.key], count)),
            map(b"".join, across([[cell.statement for cell in found[place]] for place in reader.stated], count)),
            map(b"".join, across([[cell.member for cell in found[place]] for place in self.by_name], count)),
            map(b"".join, across([[cell.raw for cell in cells] for cells in found], count)),
            across([self._events(plan, found) for plan in self.plans], count),
            self._people(found),
            strict=True,
        )
        aside = _aside(found)
        for place, (source, key, stated, members, raw, asserted, (people, numbers)) in enumerate(said):
            if place in aside:
                yield reader.read(source, rows[place])
                continue
            events = [event for event in asserted if event]
            record = record_text(agency, kind, key, source, events, members, people, raw)
            yield WrittenRow(source, _READ, kind, key, hash_of(stated), "", "", "", record, columns_of(events), numbers)

    def _texts(self, field: str, found: Sequence[Cells]) -> list[str]:
        """What each row says in a field."""
        if field not in self.filled_by:
            return [""] * len(found[0])
        column, place = self.filled_by[field]
        if place == 0:
            return [cell.text for cell in found[column]]
        return [cell.fields[place][1] if len(cell.fields) > place else "" for cell in found[column]]

    def _events(self, plan: Plan, found: Sequence[Cells]) -> list[WrittenEvent | None]:
        """What each row asserts by one rule."""
        days = self._texts(plan.dated_by, found)
        event, agency = plan.rule.event, self.row.agency
        if isinstance(event, ByWord):
            words = self._texts(event.by, found)
            chosen = {word: event.choose({event.by: word}) for word in set(words)}
            codes = [chosen[word] for word in words]
        elif plan.attributes:
            codes = [event] * len(days)
        else:
            return [bare_event(event, at, agency) if at else None for at in days]
        if not plan.attributes:
            return [bare_event(code, at, agency) if at and code else None for code, at in zip(codes, days, strict=True)]
        names = [name for name, _ in plan.attributes]
        values = zip(*[self._texts(field, found) for _, field in plan.attributes], strict=True)
        return [
            event_of(code, at, agency, zip(names, given, strict=True)) if at and code else None
            for code, at, given in zip(codes, days, values, strict=True)
        ]

    def _people(self, found: Sequence[Cells]) -> Iterator[tuple[bytes, tuple[str, ...]]]:
        """The parties of each row as JSON, and their complete numbers."""
        parties, identities, _ = self.row.people
        nothing = [_NOTHING] * len(found[0])
        named = found[parties] if parties is not None else nothing
        numbered = found[identities] if identities is not None else nothing
        for names, numbers in zip(named, numbered, strict=True):
            if numbers.number and len(names.names) == 1:
                # One person with a number that is as it should be, which holds nothing to escape.
                number = numbers.number
                yield f'[{json_text(names.names[0])},"{number}",{_COMPLETE}]'.encode(), (number,)
            else:
                paired = pair_off(names.names, numbers.numbers())
                yield people_text(paired), complete_numbers(paired)


def block_reader(reader: RowReader) -> BlockReader | None:
    """The reader of blocks for a sheet, or None where its notice asserts what only a row as a whole shows."""
    places = {field: (at, index) for at, one in enumerate(reader.columns) for index, field in enumerate(one.fills)}
    rules = {field: reader.columns[place].rule for field, (place, _) in places.items()}
    dated = {field for field, rule in rules.items() if rule is not None and rule.read in _DATED}
    simple = all(
        plan.attributes is not None and plan.dated_by and (plan.dated_by in dated or plan.dated_by not in places)
        for plan in reader.plans
    )
    writable = isinstance(whole(b"".join([one.opening for one in reader.columns])), bytes)
    listed = reader.lists or reader.people[2] is not None
    if reader.by_name is None or reader.doubled or listed or not (simple and writable):
        return None
    return BlockReader(reader, reader.by_name, places, tuple(plan for plan in reader.plans if plan.dated_by in places))


def _keys(place: int | None, found: Sequence[Cells]) -> list[str]:
    """What each row has for one part of its key."""
    return [""] * len(found[0]) if place is None else [cell.key for cell in found[place]]


def _aside(found: Sequence[Cells]) -> set[int]:
    """The places of the rows in which anything is odd."""
    places = range(len(found[0]))
    odd = [[cell.alone for cell in cells] for cells in found]
    return {place for alone in odd if True in alone for place in compress(places, alone)}


def across(columns: Sequence[Iterable[Part]], count: int) -> Iterable[tuple[Part, ...]]:
    """The rows of columns of `count` entries; rows of nothing where there are no columns."""
    return zip(*columns, strict=True) if columns else [()] * count
