"""How does a parcel become rows? Every row of it gets one reading, or the whole of it is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hub.codes import Codes
from hub.errors import ParcelRefused
from hub.mapping import Agency, Column, FileRule, SheetRule
from hub.model import CellValue, Parcel, Reading, RowReading
from hub.read import RowReader
from hub.sheet_layout import Header, comparable, find_header, kind_of_row
from hub.table import Sheet, Table

ReadTable = Callable[[str, bytes, str], Table]
"""(format word, content, path) -> table; raises `ParcelRefused`."""


@dataclass(frozen=True, slots=True)
class FileName:
    """What the name of a file says: the rule it follows, its period, issue, sheet and delivery."""

    rule: FileRule
    period: str = ""
    issue: str = ""
    sheet: str = ""
    delivery: str = ""


def read_name(agency: Agency, path: str) -> FileName | None:
    """The file rule that a parcel's path follows, or None for a file that is no delivery of the notice."""
    prefix = agency.mapping.channel.place + "/"
    name = path.removeprefix(prefix)
    for rule in agency.notice.files:
        if match := re.fullmatch(rule.name, name):
            groups = {key: value or "" for key, value in match.groupdict().items()}
            return FileName(
                rule,
                period=groups.get("period", ""),
                issue=groups.get("issue", ""),
                sheet=groups.get("sheet", "") or rule.sheet,
                delivery=groups.get("delivery", ""),
            )
    return None


def read_parcel(agency: Agency, parcel: Parcel, codes: Codes, read_table: ReadTable) -> list[RowReading]:
    """Every row of a parcel, read; a parcel that is refused whole is one reading of its own path."""
    name = read_name(agency, parcel.path)
    if name is None or name.rule.answers:
        return []
    try:
        if refused := dict(parcel.meta).get("refused"):
            raise ParcelRefused(parcel.path, refused, dict(parcel.meta).get("detail", ""))
        table = read_table(name.rule.format, parcel.content, parcel.path)
        return list(_readings(agency, parcel.path, name, table, codes))
    except ParcelRefused as fault:
        return [
            RowReading(
                parcel.path, Reading.QUARANTINED, column=fault.column, reason=fault.reason, detail=fault.detail or str(fault)
            )
        ]  # fmt: skip


def _readings(agency: Agency, path: str, name: FileName, table: Table, codes: Codes) -> Iterator[RowReading]:
    if name.rule.format == "documents":
        yield from _documents(agency, table.sheets[0], agency.notice.sheets[name.sheet], codes)
        return
    if name.sheet:
        yield from _sheet(agency, path, "", table.sheets[0], agency.notice.sheets[name.sheet], codes)
        return
    wanted = {comparable(title): (title, rule) for title, rule in agency.notice.sheets.items()}
    found = [(sheet, *wanted[comparable(sheet.name)]) for sheet in table.sheets if comparable(sheet.name) in wanted]
    if not found:
        raise ParcelRefused(path, "unreadable_file", "the workbook holds no sheet of the notice")
    for sheet, _, rule in found:
        yield from _sheet(agency, path, sheet.name, sheet, rule, codes)


def _sheet(agency: Agency, path: str, title: str, sheet: Sheet, rule: SheetRule, codes: Codes) -> Iterator[RowReading]:
    by_header = _headers(agency, rule)
    header = find_header(sheet, by_header)
    if header is None:
        if any(cell is not None for row in sheet.rows for cell in row):
            raise ParcelRefused(path, "unknown_column", f"no row of {title or 'the file'} names known columns")
        return
    columns = _columns(path, header, rule, by_header)
    reader = RowReader(
        agency=agency.code,
        rule=rule,
        names=header.names,
        columns=tuple(columns),
        headers=tuple(by_header.get(comparable(n), ("", None))[0] for n in header.names),
        codes=codes,
        date_1904=sheet.date_1904,
    )
    numbering = reader.headers.index(rule.running_number) if rule.running_number in reader.headers else None
    last = _last_filled(sheet) if title else len(sheet.rows) - 1
    for index in range(header.bottom + 1, last + 1):
        cells = sheet.rows[index]
        source = f"{path}!{title}!R{index + 1}" if title else f"{path}!R{index - header.bottom}"
        if kind := kind_of_row(cells, numbering, rule.total_words, rule.footnote_words):
            raw = json.dumps({"row": reader.raw(cells)}, ensure_ascii=False)
            yield RowReading(source, Reading.IGNORED, rule.record, reason=kind, detail=raw)
        else:
            yield reader.read(source, cells)


def _documents(agency: Agency, sheet: Sheet, rule: SheetRule, codes: Codes) -> Iterator[RowReading]:
    """Rows of an API page. A member that the notice does not know is kept raw and asserts nothing."""
    names = tuple(str(name) for name in sheet.rows[0]) if sheet.rows else ()
    known = {header: column for header, column in rule.columns.items() if isinstance(column, Column)}
    absent = tuple(header for header in known if header not in names)
    reader = RowReader(
        agency=agency.code,
        rule=rule,
        names=names + absent,
        columns=tuple(known.get(name) for name in names + absent),
        headers=names + absent,
        codes=codes,
    )
    id_column = names.index(rule.key[0]) if rule.key[0] in names else None
    for number, cells in enumerate(sheet.rows[1:], start=1):
        given = "" if id_column is None else str(cells[id_column] or "")
        yield reader.read(
            f"{agency.mapping.channel.place}:{given or f'row {number}'}", (*cells, *(None for _ in absent))
        )


def _headers(agency: Agency, rule: SheetRule) -> dict[str, tuple[str, Column | None]]:
    """comparable header -> (the notice's header, its column; None where ignored); the agency's own words too."""
    known: dict[str, tuple[str, Column | None]] = {}
    for header, column in rule.columns.items():
        entry = (header, column if isinstance(column, Column) else None)
        for word in (header, *agency.mapping.headers.get(header, ())):
            known[comparable(word)] = entry
    return known


def _columns(
    path: str, header: Header, rule: SheetRule, by_header: dict[str, tuple[str, Column | None]]
) -> list[Column | None]:
    columns: list[Column | None] = []
    filled: set[str] = set()
    for name in header.names:
        if not name:
            columns.append(None)
            continue
        if comparable(name) not in by_header:
            raise ParcelRefused(path, "unknown_column", f"no column {name!r} is announced", column=name)
        column = by_header[comparable(name)][1]
        if column is not None and column.field in filled:
            raise ParcelRefused(path, "unknown_column", f"the column {name!r} stands twice", column=name)
        if column is not None:
            filled.add(column.field)
        columns.append(column)
    for title, ruled in rule.columns.items():
        if isinstance(ruled, Column) and ruled.required and ruled.field not in filled:
            raise ParcelRefused(path, "unknown_column", f"the required column {title!r} is missing", column=title)
    return columns


def _last_filled(sheet: Sheet) -> int:
    for index in range(len(sheet.rows) - 1, -1, -1):
        if any(_holds(cell) for cell in sheet.rows[index]):
            return index
    return -1


def _holds(cell: CellValue) -> bool:
    return cell is not None and cell != ""
