"""What does a township's sheet look like? Titles, headers, rows, spacers, totals and footnotes, cell by cell."""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from tests.drawing.deliveries import Delivery
from tests.drawing.looks import BROKEN, FOOTNOTE, FORMULAS, GROUPS, KEYS, REQUIRED, TITLES, Look
from tests.drawing.model import Fault, Row, Value
from tests.drawing.people import Person
from tests.drawing.places import Township
from tests.drawing.spelling import (
    DATE_STYLES,
    Cell,
    Number,
    spell_amount,
    spell_date,
    spell_id,
    spell_name,
    spell_number,
)
from tests.drawing.world import World


@dataclass(eq=False)
class Line:
    """A line after the header: a row's, or one to be ignored for a reason."""

    row: Row | None = None
    ignored: str = ""
    fault: Fault | None = None
    header: str = ""
    twice: bool = False
    content: dict[str, Value] = field(default_factory=dict)


@dataclass(eq=False)
class Sheet:
    """A sheet as a grid, its merged and hidden parts, and what each line after the header is."""

    name: str
    grid: list[list[Cell]]
    merges: list[tuple[int, int, int, int]]
    hidden: list[int]
    lines: dict[int, Line]
    hidden_rows: list[int] = field(default_factory=list)
    trailing_blanks: bool = False


class Hand:
    """Writes cells as one clerk does; the same cell is written the same way every month."""

    def __init__(self, w: World, seed: int, place: Township, style: Look) -> None:
        self._w = w
        self._seed = seed
        self._place = place
        self._look = style

    def die(self, *parts: object) -> random.Random:
        return random.Random(zlib.crc32("|".join(map(str, (self._seed, self._place.code, *parts))).encode()))

    def cell(self, row: Row, column: str, value: Value, month: int) -> Cell:
        """A value of a row as it stands in the ledger of that month."""
        die = self.die(row.sheet, row.number.text, column)
        luck = self._w.luck
        if value is None:
            if column in {"备注", "序号", *REQUIRED[row.sheet]} or row.plain or not luck.strikes("empty_sign", die):
                return None
            return die.choice(("/", "—", "无"))
        if isinstance(value, date):
            return self._date(row, value, die)
        if isinstance(value, Decimal):
            return self._amount(column, value, die, plain=row.plain)
        if isinstance(value, Number):
            key = column == KEYS[row.sheet]
            if key and luck.strikes("key_respelled", die):
                die = self.die(row.number.text, column, month)
                return spell_number(value, die)
            spelt = not (key and row.sheet != "意见办理") and not row.plain and luck.strikes("number_spelling", die)
            return spell_number(value, die) if spelt else value.text
        if isinstance(value, list):
            return self._people(row, column, value, die)
        if column == "案由" and not row.plain and luck.strikes("cause_affix", die):
            before, after = die.choice((("涉嫌", ""), ("", "罪"), ("", "案"), ("涉嫌", "罪"), ("涉嫌", "案")))
            return before + value + after
        return value

    def _date(self, row: Row, value: date, die: random.Random) -> Cell:
        style = die.choice(self._look.habit.dates)
        if not row.plain and self._w.luck.strikes("date_spelling", die):
            style = die.choice(DATE_STYLES)
        if self._look.habit.suffix == ".csv" and (style == "excel" or isinstance(value, datetime)):
            style = "slash"
        return spell_date(value, style, die, epoch_1904=self._look.epoch_1904)

    def _amount(self, column: str, value: Decimal, die: random.Random, *, plain: bool) -> Cell:
        if column == "数量":
            return int(value) if value == int(value) else float(value)
        style = die.choice(self._look.habit.amounts)
        if not plain and self._w.luck.strikes("amount_spelling", die):
            style = die.choice(("number", "plain", "comma", "yen", "wide", "wan", "wanyuan"))
        return spell_amount(value, style)

    def _people(self, row: Row, column: str, people: list[Person], die: random.Random) -> Cell:
        if column == "当事人":
            spelt = not row.plain and self._w.luck.strikes("name_spelling", die)
            return "、".join(spell_name(p.name, die) if spelt and not p.company else p.name for p in people)
        if len(people) > 1 or row.plain:
            return "、".join(p.id_no for p in people)
        style = die.choice(self._look.habit.ids)
        if self._w.luck.strikes("id_spelling", die):
            style = die.choice(("apostrophe", "equals", "wide"))
        if row.whole_ids and style == "number":
            style = "text"
        return spell_id(people[0].id_no, style)

    def remark(self, row: Row) -> str | None:
        """Text in 备注 that looks like a formula, or takes two lines, now and then."""
        die = self.die(row.sheet, row.number.text, "formula")
        if not row.plain and self._w.luck.strikes("line_break", die):
            return die.choice(BROKEN)
        return die.choice(FORMULAS) if not row.plain and self._w.luck.strikes("formula_text", die) else None


def draw_sheet(hand: Hand, style: Look, place: Township, delivery: Delivery, name: str, w: World) -> Sheet:
    """One sheet of a month's ledger."""
    columns, width = style.order[name], len(style.order[name])
    grid: list[list[Cell]] = []
    merges: list[tuple[int, int, int, int]] = []
    month = delivery.same_as.month if delivery.same_as else delivery.month
    if style.habit.title:
        grid.append([f"繁峙县{place.name}{TITLES[name]}台账（2026年{month}月）", *[None] * (width - 1)])
        merges.append((0, 0, 0, width - 1))
        if style.habit.filled_by:
            line: list[Cell] = [None] * width
            line[0], line[4] = f"填报单位：{place.name}综合行政执法队", f"填报日期：2026年{month}月末"
            grid.append(line)
    if style.habit.title and style.gap_above_header:
        grid.append([None] * width)
    _header(grid, merges, style, name)
    lines: dict[int, Line] = {}
    mine = delivery.rows.get(name, [])
    die = hand.die(name, "spacers")
    serial = 0
    fined = Decimal(0)
    for row in mine:
        content = delivery.content(row)
        fault = delivery.fault(row)
        again = 1 + (row.case is not None and not row.plain and fault is None and _twice(hand, row, w))
        for n in range(again):
            serial += 1
            cells = [_cell(hand, row, c, content, fault, month) for c in columns]
            cells[0] = serial
            lines[len(grid)] = Line(
                row, fault=fault, header=style.headers[fault.column] if fault else "", twice=n > 0, content=content
            )
            grid.append(cells)
        value = content.get("罚款金额")
        fined += value if isinstance(value, Decimal) else 0
        if style.habit.spacer and w.luck.strikes("blank_rows", die) and row is not mine[-1]:
            lines[len(grid)] = Line(ignored="blank")
            grid.append([None] * width)
    if mine and style.habit.total and "罚款金额" in columns:
        total: list[Cell] = [None] * width
        word = die.choice(("合 计", "合计：", "合　计")) if w.luck.strikes("total_word", die) else "合计"
        total[0], total[columns.index("罚款金额")] = word, int(fined)
        lines[len(grid)] = Line(ignored="total")
        grid.append(total)
    if style.footnote:
        lines[len(grid)] = Line(ignored="footnote")
        note = FOOTNOTE.replace("：", ":") if die.random() < 0.2 else FOOTNOTE
        grid.append([note, *[None] * (width - 1)])
    hidden = [columns.index(c) for c in ("证件号码", "接收单位", "事由") if c in columns] if style.hidden else []
    unseen = sorted(lines)[1:4] if style.hidden_rows else []
    return Sheet(name, grid, merges, hidden, lines, unseen, style.trailing_blanks)


def _twice(hand: Hand, row: Row, w: World) -> bool:
    return w.luck.strikes("row_twice", hand.die(row.number.text, "twice"))


def _cell(hand: Hand, row: Row, column: str, content: dict[str, Value], fault: Fault | None, month: int) -> Cell:
    if fault is not None and fault.column == column:
        return fault.text or None
    if column == "备注" and content.get(column) is None:
        return hand.remark(row)
    return hand.cell(row, column, content.get(column), month)


def _header(grid: list[list[Cell]], merges: list[tuple[int, int, int, int]], style: Look, name: str) -> None:
    columns = style.order[name]
    words: list[Cell] = [style.headers[c] for c in columns]
    if not (style.habit.two_rows and name == "移送案件"):
        grid.append(words)
        return
    top, at = len(grid), 1
    upper: list[Cell] = [words[0], *[None] * (len(columns) - 2), words[-1]]
    words[0] = words[-1] = None
    merges += [(top, 0, top + 1, 0), (top, len(columns) - 1, top + 1, len(columns) - 1)]
    for title, width in GROUPS:
        upper[at] = title
        merges.append((top, at, top, at + width - 1))
        at += width
    grid += [upper, words]
