"""How does a clerk write it? The spellings of dates, numbers of documents and persons, amounts and names."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from tests.drawing.duedays import When, day_of
from tests.drawing.people import TRADITIONAL

BRACKETS = (("〔", "〕"), ("﹝", "﹞"), ("［", "］"), ("[", "]"), ("【", "】"), ("（", "）"), ("(", ")"))
WIDE = str.maketrans("0123456789Xx", "０１２３４５６７８９Ｘｘ")
DATE_STYLES = ("excel", "serial", "dash", "slash", "dot", "compact", "cn", "cnnum")
_DIGITS = "〇一二三四五六七八九"

Cell = str | int | float | date | None


@dataclass(eq=False)
class Number:
    """A document number; its serial may be given out late."""

    prefix: str
    serial: int | None = None
    year: int = 2026

    @property
    def text(self) -> str:
        """As the national form has it."""
        return f"{self.prefix}〔{self.year}〕{self.serial}号"


def spell_number(number: Number, rng: random.Random) -> str:
    """The number in another hand: brackets, spaces, 第, width, leading zeros, with or without 号."""
    opening, closing = rng.choice(BRACKETS)
    year, serial = str(number.year), str(number.serial)
    if rng.random() < 0.2:
        serial = serial.zfill(3)
    if rng.random() < 0.12:
        serial = serial.translate(WIDE)
    if rng.random() < 0.1:
        year = year.translate(WIDE)
    if rng.random() < 0.12:
        serial = "第" + serial
    ending = rng.choices(("号", "號", ""), (6, 1, 3))[0]
    text = f"{number.prefix}{opening}{year}{closing}{serial}{ending}"
    if rng.random() < 0.15:
        at = rng.randrange(1, len(text))
        text = text[:at] + rng.choice((" ", "\u3000")) + text[at:]
    return text


def _chinese(value: int) -> str:
    if value < 10:
        return _DIGITS[value]
    tens, ones = divmod(value, 10)
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def spell_date(when: When, style: str, rng: random.Random, *, epoch_1904: bool = False) -> Cell:
    """The date in a style; a moment keeps its HH:MM. `excel` and `serial` are values, the others text."""
    day = day_of(when)
    if style == "excel":
        return when.replace(second=0, microsecond=0, tzinfo=None) if isinstance(when, datetime) else day
    if style == "serial":
        serial = (day - (date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30))).days
        if not isinstance(when, datetime):
            return serial
        return serial + (when.hour * 60 + when.minute) / 1440
    zero = rng.choice("〇〇○零")
    written = {
        "dash": f"{day:%Y-%m-%d}",
        "slash": f"{day.year}/{day.month}/{day.day}",
        "dot": f"{day.year}.{day.month}.{day.day}",
        "compact": f"{day:%Y%m%d}",
        "cn": f"{day.year}年{day.month}月{day.day}日",
        "cnnum": "".join(_DIGITS[int(c)] for c in str(day.year)).replace("〇", zero)
        + f"年{_chinese(day.month)}月{_chinese(day.day)}日",
    }[style]
    return f"{written} {when:%H:%M}" if isinstance(when, datetime) else written


def impossible_date(style: str, rng: random.Random) -> str:
    """A day that no calendar has, in a style."""
    month, day = rng.choice(((2, 30), (9, 31), (6, 31), (13, 1)))
    zero = "〇"
    return {
        "slash": f"2026/{month}/{day}",
        "dot": f"2026.{month}.{day}",
        "compact": f"2026{month:02d}{day:02d}",
        "cn": f"2026年{month}月{day}日",
        "cnnum": f"二{zero}二六年{_chinese(month)}月{_chinese(day)}日",
    }.get(style, f"2026-{month:02d}-{day:02d}")


def spell_amount(value: Decimal, style: str) -> Cell:
    """An amount in 元, exactly."""
    plain = int(value) if value == int(value) else float(value)
    if style == "number":
        return plain
    if style in {"wan", "wanyuan"}:
        in_wan = (value / 10000).normalize()
        return f"{in_wan:f}万" + ("元" if style == "wanyuan" else "")
    return {
        "plain": str(plain),
        "comma": f"{value:,.2f}",
        "yen": f"¥{value:,.2f}",
        "wide": "￥" + str(plain).translate(WIDE),
    }[style]


def spell_id(id_no: str, style: str) -> Cell:
    """An identity number in a cell; as a number only its first fifteen digits are good."""
    if style == "number" and id_no.isdigit():
        return float(int(id_no[:15]) * 1000)
    return {
        "apostrophe": "'" + id_no,
        "equals": f'="{id_no}"',
        "wide": id_no.translate(WIDE),
        "lower": id_no.lower(),
    }.get(style, id_no)


def spell_name(name: str, rng: random.Random) -> str:
    """A name as somebody else would type it, and still the same name."""
    if len(name) == 2:
        return name[0] + rng.choice((" ", "\u3000")) + name[1]
    return name.translate(TRADITIONAL)


def mask_name(name: str) -> str:
    """The surname, and 某 for what follows."""
    return name[0] + "某" * (len(name) - 1)


def mask_id(id_no: str) -> str:
    """Some signs hidden: the birthday, its end, or the end of the number; always alike for one number."""
    first, last = ((10, 14), (10, 14), (6, 14), (14, 18))[sum(map(ord, id_no)) % 4]
    return id_no[:first] + "*" * (last - first) + id_no[last:]


def old_id(id_no: str) -> str:
    """The form of fifteen digits."""
    return id_no[:6] + id_no[8:17]


def work_time(rng: random.Random) -> time:
    """A moment of a working day, on five minutes."""
    minutes = rng.randrange(8 * 60 + 40, 16 * 60 + 30, 5)
    return time(minutes // 60, minutes % 60)
