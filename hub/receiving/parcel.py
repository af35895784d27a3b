"""How does a parcel become rows? Every row of it gets one reading, or the whole of it is refused."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice

from hub.errors import ParcelRefused
from hub.ledger.row_form import WrittenRow, opened
from hub.mapping.agency import Agency
from hub.mapping.codes import Codes, own_words
from hub.mapping.notice import Column, FileRule, SheetRule
from hub.model import CellValue, Parcel, Reading, RowReading
from hub.moment import OUR_YEARS
from hub.receiving.block import block_reader
from hub.receiving.row import RowReader, row_reader
from hub.receiving.sheet_layout import Header, RowKinds, find_header
from hub.receiving.table import Row, Sheet, Table
from hub.values.blanks import text_of
from hub.values.headers import comparable

ReadTable = Callable[[str, bytes, str], Table]
"""(format word, content, path) -> table; raises `ParcelRefused`."""

ReadRows = Callable[[Agency, Parcel, Codes, ReadTable], AbstractContextManager[Iterator[WrittenRow]]]
"""The rows of `rows_of`, while the context lasts; raises `ReadingStopped` where they come from elsewhere and end."""

# Rows that are read at once.
_BLOCK = 500


@dataclass(frozen=True, slots=True)
class FileName:
    """What the name of a file says: the rule it follows, its period, issue, sheet and delivery."""

    rule: FileRule
    period: str = ""
    issue: str = ""
    sheet: str = ""
    delivery: str = ""


def read_name(agency: Agency, path: str) -> FileName | None:
    """The file rule that a parcel's path follows, or None for a file that is no delivery of the notice.

    Case makes no difference. A sheet that the notice has not, or a period that is no month or day of our time, is no delivery.
    """
    prefix = agency.mapping.channel.place + "/"
    name = unicodedata.normalize("NFC", path.removeprefix(prefix))
    for rule in agency.notice.files:
        if match := re.fullmatch(rule.name, name, re.IGNORECASE):
            groups = {key: unicodedata.normalize("NFKC", value or "") for key, value in match.groupdict().items()}
            sheet = _title_of(agency, groups.get("sheet") or rule.sheet)
            period = groups.get("period", "")
            if sheet is None or not _is_period(period):
                return None
            return FileName(rule, period, groups.get("issue", ""), sheet, groups.get("delivery", ""))
    return None


def _title_of(agency: Agency, word: str) -> str | None:
    """The notice's title of a sheet as a file's name gives it; empty where the name gives none."""
    wanted = comparable(word).casefold()
    titles = {comparable(title).casefold(): title for title in agency.notice.sheets}
    return titles.get(wanted) if wanted else ""


def _is_period(period: str) -> bool:
    if not period:
        return True
    try:
        first = date(int(period[:4]), int(period[4:6]), int(period[6:8] or 1))
    except ValueError:
        return False
    return first.year in OUR_YEARS  # one of the year 20, for 2020, would owe a report for each month since


def read_parcel(agency: Agency, parcel: Parcel, codes: Codes, read_table: ReadTable) -> list[RowReading]:
    """What every row of a parcel says, in one list."""
    return [opened(row) for row in rows_of(agency, parcel, codes, read_table)]


def rows_of(agency: Agency, parcel: Parcel, codes: Codes, read_table: ReadTable) -> Iterator[WrittenRow]:
    """Every row of a parcel as it is kept, read when it is asked for; one refused whole is one reading of its own path.

    Whether it is refused is known before the first row is read: a fault in its last sheet leaves no row of its first.
    """
    name = read_name(agency, parcel.path)
    if name is None or name.rule.answers:
        return iter(())
    try:
        if refused := dict(parcel.meta).get("refused"):
            raise ParcelRefused(parcel.path, refused, dict(parcel.meta).get("detail", ""))
        table = read_table(name.rule.format, parcel.content, parcel.path)
        return _readings(agency, parcel.path, name, table, codes)
    except ParcelRefused as fault:
        detail = fault.detail or str(fault)
        refused_whole = WrittenRow(
            parcel.path, Reading.QUARANTINED.value, column=fault.column, reason=fault.reason, detail=detail
        )
        return iter((refused_whole,))


def _readings(agency: Agency, path: str, name: FileName, table: Table, codes: Codes) -> Iterator[WrittenRow]:
    sheets = agency.notice.sheets
    if name.rule.format == "documents":
        return _documents(agency, table.sheets[0], sheets[name.sheet], codes)
    if name.sheet:
        found = [(sheet, sheets[name.sheet]) for sheet in table.sheets[:1]]
    else:
        wanted = {comparable(title): rule for title, rule in sheets.items()}
        found = [(s, wanted[comparable(s.name)]) for s in table.sheets if comparable(s.name) in wanted]
    if not found:
        raise ParcelRefused(path, "unreadable_file", "the workbook holds no sheet of the notice")
    titled = name.rule.format == "workbook"
    opened = [_sheet(agency, path, sheet.name if titled else "", sheet, rule, codes) for sheet, rule in found]
    return chain.from_iterable(opened)


def _sheet(agency: Agency, path: str, title: str, sheet: Sheet, rule: SheetRule, codes: Codes) -> Iterator[WrittenRow]:
    """Rows of a sheet; `title` is empty for a file that is one sheet, where every line counts.

    Raises ParcelRefused at once, before any row is read.
    """
    by_header = {comparable(word): (header, column) for word, header, column in agency.words(rule)}
    header = find_header(sheet, by_header)
    if header is None:
        if any(_holds(cell) for row in sheet.rows for cell in row):
            missing = next((h for h, c in rule.columns.items() if isinstance(c, Column) and c.required), "")
            detail = f"no row of {title or 'the file'} names the columns of the notice"
            raise ParcelRefused(path, "unknown_column", detail, column=missing)
        return iter(())
    columns = _columns(path, header, rule, by_header)
    # A column that is required where another is given, and that the file has not, is empty in every row.
    absent = _absent(rule, columns)
    headers = [*(by_header[comparable(name)][0] if name else "" for name in header.names), *absent]
    reader = row_reader(
        agency=agency.code,
        rule=rule,
        names=(*header.names, *absent),
        columns=(*columns, *absent.values()),
        headers=headers,
        codes=codes,
        words=own_words(agency),
        date_1904=sheet.date_1904,
    )
    numbering = headers.index(rule.running_number) if rule.running_number in headers else None
    return _rows(path, title, sheet, header, numbering, reader)


def _rows(
    path: str, title: str, sheet: Sheet, header: Header, numbering: int | None, reader: RowReader
) -> Iterator[WrittenRow]:
    absent = (None,) * (len(reader.columns) - len(header.names))
    kinds = RowKinds(header, numbering, reader.rule.total_words, reader.rule.footnote_words)
    block = block_reader(reader)
    below = islice(enumerate(sheet.rows), header.bottom + 1, None)
    coming = _to_the_last_filled(below) if title else below
    while portion := list(islice(coming, _BLOCK)):
        sources = [f"{path}!{title}!R{i + 1}" if title else f"{path}!R{i - header.bottom}" for i, _ in portion]
        rows = [(*row, *absent) for _, row in portion] if absent else [row for _, row in portion]
        words = [kinds.of(cells) for _, cells in portion]
        data = [place for place, word in enumerate(words) if not word]
        readings: Iterator[WrittenRow]
        if block is None:
            readings = (reader.read(sources[place], rows[place]) for place in data)
        else:
            readings = block.read([sources[place] for place in data], [rows[place] for place in data])
        for source, row, word in zip(sources, rows, words, strict=True):
            yield _passed_over(reader, source, row, word) if word else next(readings)


def _passed_over(reader: RowReader, source: str, row: Row, word: str) -> WrittenRow:
    raw = json.dumps({"row": reader.raw(row)}, ensure_ascii=False)
    return WrittenRow(source, Reading.IGNORED.value, reader.kind, reason=word, detail=raw)


def _documents(agency: Agency, sheet: Sheet, rule: SheetRule, codes: Codes) -> Iterator[WrittenRow]:
    """Rows of an API page. A member that the notice does not know is kept raw and asserts nothing."""
    names = tuple(str(name) for name in sheet.rows[0]) if sheet.rows else ()
    known = {header: column for header, column in rule.columns.items() if isinstance(column, Column)}
    absent = tuple(header for header in known if header not in names)
    reader = row_reader(
        agency=agency.code,
        rule=rule,
        names=names + absent,
        columns=tuple(known.get(name) for name in names + absent),
        headers=names + absent,
        codes=codes,
        words=own_words(agency),
        remembering=False,
    )
    fields = [column.rule.field if column.rule else "" for column in reader.columns]
    key_at = fields.index(rule.key[0])
    for number, cells in enumerate(sheet.rows[1:], start=1):
        row = (*cells, *(None for _ in absent))
        given = text_of(row[key_at])
        yield reader.read(f"{agency.mapping.channel.place}:{given or f'row {number}'}", row)


def _columns(
    path: str, header: Header, rule: SheetRule, by_header: Mapping[str, tuple[str, Column | None]]
) -> list[Column | None]:
    """The column of each header. Raises ParcelRefused for an unknown, a double or a missing required one."""
    columns: list[Column | None] = []
    filled: set[str] = set()
    for name in header.names:
        if not name:
            columns.append(None)
            continue
        if comparable(name) not in by_header:
            # All of them, so that one round with the agency, or one change of the mapping, settles the file.
            unknown = [repr(other) for other in header.names if other and comparable(other) not in by_header]
            detail = f"no column {', '.join(dict.fromkeys(unknown))} is announced"
            raise ParcelRefused(path, "unknown_column", detail, column=name)
        column = by_header[comparable(name)][1]
        if column is not None and column.field in filled:
            raise ParcelRefused(path, "unknown_column", f"the column {name!r} stands twice", column=name)
        if column is not None:
            filled.add(column.field)
        columns.append(column)
    for title, announced in rule.columns.items():
        if isinstance(announced, Column) and announced.required and announced.field not in filled:
            raise ParcelRefused(path, "unknown_column", f"the required column {title!r} is missing", column=title)
    return columns


def _absent(rule: SheetRule, columns: Sequence[Column | None]) -> dict[str, Column]:
    fields = {column.field for column in columns if column is not None}
    announced = {header: column for header, column in rule.columns.items() if isinstance(column, Column)}
    return {h: c for h, c in announced.items() if c.field not in fields and c.required_with in fields}


def _to_the_last_filled(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    """The numbered rows without the empty ones at the end: they wait for one that holds something."""
    empty: list[tuple[int, Row]] = []
    for numbered in rows:
        if not any(map(_holds, numbered[1])):
            empty.append(numbered)
            continue
        yield from empty
        empty.clear()
        yield numbered


def _holds(cell: CellValue) -> bool:
    return cell is not None and cell != ""
