"""What stands in the townships' folders? Each ledger as bytes, and what each of its rows is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tests.drawing import books
from tests.drawing.deliveries import REFUSALS, Delivery
from tests.drawing.looks import REQUIRED, Look, look, synonyms
from tests.drawing.model import Acceptance, Decision, Document, Receipt, Row, Value
from tests.drawing.places import TOWNSHIPS, Township
from tests.drawing.sheets import Hand, Sheet, draw_sheet
from tests.drawing.spelling import Number
from tests.drawing.world import World

STRANGE = "经办人电话"
Record = Row | Acceptance | Decision | Document | Receipt


@dataclass(eq=False)
class Entry:
    """One counted row: where it stands, what it says, and what makes it other than an accepted one."""

    source: str
    record: Record | None = None
    content: dict[str, Value] = field(default_factory=dict)
    ignored: str = ""
    quarantined: tuple[str, str] | None = None
    duplicate: bool = False
    text: tuple[str, ...] = ()
    disposition: str = ""


@dataclass(eq=False)
class Drawn:
    """A file of the drawing: its bytes, its arrival (None: not listed), its rows; `refused`: column and reason."""

    path: str
    data: bytes
    arrived: datetime
    entries: list[Entry] = field(default_factory=list)
    counted: bool = True
    refused: tuple[str, str] | None = None
    agency: str = ""
    month: int = 0


def number_referrals(w: World, deliveries: dict[str, list[Delivery]]) -> None:
    """Give out the serials of 移送书文号: first those that stand in a row's last readable version, without a hole.

    A number that no accepted row bears comes after them, so that whether a quarantined row fills a gap is never asked.
    """
    for code, delivered in deliveries.items():
        mine = [r for r in w.rows if r.township == code and r.sheet == "移送案件"]
        stand: list[Number] = []
        others: list[Number] = []
        for row in mine:
            number = row.cells.get("移送书文号")
            if not isinstance(number, Number):
                continue
            last = None
            for delivery in delivered:
                if (
                    row in delivery.rows.get("移送案件", ())
                    and readable(delivery, "移送案件")
                    and not delivery.fault(row)
                ):
                    last = delivery
            shown = last is not None and "移送书文号" in last.content(row)
            pool = stand if shown else others
            if number.serial is None and number not in pool:
                pool.append(number)
        others = [n for n in others if n not in stand]
        w.rng.shuffle(stand)
        serial = 0
        gap = w.gap_after.get(code)
        for number in stand:
            serial += 1
            if gap is not None and serial == gap + 1 and len(stand) > gap:
                serial += 1
            number.serial = serial
        for number in others:
            serial += 1
            number.serial = serial


def readable(delivery: Delivery, sheet: str) -> bool:
    """Whether that sheet of a delivery can be read; in CSV townships only one sheet's file is spoilt."""
    if not delivery.refused:
        return True
    return TOWNSHIPS[delivery.township].habit.suffix == ".csv" and sheet != spoilt_sheet(delivery)


def spoilt_sheet(delivery: Delivery) -> str:
    """The sheet in which a strange or missing column stands."""
    return "行政处罚" if delivery.refused == "ledger_column_missing" else "移送案件"


def draw_ledgers(w: World, seed: int, deliveries: dict[str, list[Delivery]]) -> list[Drawn]:
    """All files of all townships, with the disposition-relevant facts of their rows."""
    drawn: list[Drawn] = []
    workbooks = [code for code, place in TOWNSHIPS.items() if place.habit.suffix != ".csv"]
    # At least one of the two has dates as numbers, so that it shows from when a workbook counts.
    dated = [code for code in workbooks if {"excel", "serial"} & set(TOWNSHIPS[code].habit.dates)]
    from_1904 = {w.rng.choice(dated), w.rng.choice(workbooks)} if w.luck.plants("workbook_1904") else set()
    for code, delivered in deliveries.items():
        place = TOWNSHIPS[code]
        untitled = any(d.repeats for d in delivered)
        style = look(w, place, keep_untitled=untitled, epoch_1904=code in from_1904)
        hand = Hand(w, seed, place, style)
        files: list[Drawn] = []
        for delivery in delivered:
            for file in _files(w, place, style, hand, delivery):
                _mark_copies(file, files)
                files.append(file)
        drawn += files
    return drawn


def _mark_copies(file: Drawn, earlier: list[Drawn]) -> None:
    """A readable row of a file that is byte for byte an earlier one of that month is a duplicate."""
    if any(e.month == file.month and e.data == file.data for e in earlier):
        for entry in file.entries:
            entry.duplicate = entry.duplicate or (entry.record is not None and entry.quarantined is None)


def _files(w: World, place: Township, style: Look, hand: Hand, delivery: Delivery) -> Iterator[Drawn]:
    sheets = [draw_sheet(hand, style, place, delivery, name, w) for name in style.sheet_order]
    stem = f"townships/{place.code}/行刑衔接台账_2026{delivery.month:02d}{delivery.suffix}"
    column = _spoil(style, place, delivery, sheets)
    if style.habit.suffix == ".csv":
        for sheet in sheets:
            path = f"{stem}_{sheet.name}.csv"
            entries = [_entry(f"{path}!R{at}", sheet, at) for at in sheet.lines]
            file = Drawn(path, books.sheet_csv(sheet), delivery.arrived, entries, agency=place.code)
            if delivery.refused == "ledger_unreadable" and sheet.name == spoilt_sheet(delivery):
                file.data = books.undecodable(file.data)
            if delivery.refused and sheet.name == spoilt_sheet(delivery):
                _refuse(file, column, delivery)
            file.month = delivery.month
            yield file
        return
    path = f"{stem}{style.habit.suffix}"
    write = books.xls if style.habit.suffix == ".xls" else books.xlsx
    data = write(sheets, epoch_1904=style.epoch_1904, other_sheets=style.other_sheets)
    spoilt = w.rng.choice(books.BROKEN) if delivery.refused == "ledger_unreadable" else bytes
    data = books.bomb(data) if delivery.refused == "ledger_bomb" else spoilt(data)
    entries = [_entry(f"{path}!{s.name}!R{at + 1}", s, at) for s in sheets for at in s.lines]
    file = Drawn(path, data, delivery.arrived, entries, agency=place.code, month=delivery.month)
    if delivery.refused:
        _refuse(file, column, delivery)
    yield file


def _entry(source: str, sheet: Sheet, at: int) -> Entry:
    line = sheet.lines[at]
    quarantined = (line.header, line.fault.reason) if line.fault else None
    return Entry(source, line.row, line.content, line.ignored, quarantined, line.twice)


def _refuse(file: Drawn, column: str, delivery: Delivery) -> None:
    file.entries = []
    file.refused = (column, REFUSALS[delivery.refused])


def _spoil(style: Look, place: Township, delivery: Delivery, sheets: list[Sheet]) -> str:
    """Add a header that nobody announced, or drop a required column; gives its name."""
    sheet = next(s for s in sheets if s.name == spoilt_sheet(delivery))
    first = min(sheet.lines, default=len(sheet.grid))
    if delivery.refused == "ledger_unknown_column":
        for at, line in enumerate(sheet.grid):
            line.append(STRANGE if at == first - 1 else "0350-0000009" if at >= first else None)
        return STRANGE
    if delivery.refused == "ledger_column_missing":
        # One for which the township has no word of its own, so that the missing header has one name.
        column = next(c for c in REQUIRED[sheet.name] if (place.code, c) not in synonyms())
        at = style.order[sheet.name].index(column)
        for line in sheet.grid:
            del line[at]
        sheet.merges[:] = [(a, b, c, d - 1 if a == c and d > at else d) for a, b, c, d in sheet.merges]
        return column
    return ""
