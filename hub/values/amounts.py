"""How much is it? Sums of money in 元, and quantities, exactly."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from hub.errors import UnreadableValue
from hub.model import CellValue
from hub.values.blanks import is_blank, text_of, without_spaces
from hub.values.script import to_simplified

_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_UNITS = {"": 1, "百": 100, "千": 1_000, "万": 10_000, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
_PLAIN_AMOUNT = re.compile(rf"(?:人民币|RMB|CNY)?¥?{_NUMBER}(?P<unit>百万|千万|万亿|[百千万亿])?(?:元|圆|块)?整?")
_ORDINARY = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_PLAIN_QUANTITY = re.compile(rf"{_NUMBER}(?P<unit>[万亿])?")

_LONGEST = 64  # characters; a cell with more holds no sum, and numerals in numerals would be read level below level
_TOO_MUCH = Decimal(10) ** 15  # more than all that a country makes in a year: a key that stuck, or a damaged export

_DIGITS = {c: d for d, c in enumerate("零壹贰叁肆伍陆柒捌玖")} | {c: d for d, c in enumerate("〇一二三四五六七八九")}
_DIGITS |= {"两": 2, "叄": 3, "参": 3, "○": 0}
_PLACES = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_HAN_AMOUNT = re.compile(
    r"(?:人民币)?(?:(?P<yuan>[^元圆角分整正]+)[元圆])?(?:(?P<jiao>[^角分零〇]?)角)?(?:[零〇]?(?P<fen>[^角分零〇])分)?[整正]?"
)


def read_amount(value: CellValue) -> Decimal:
    """A sum of money in 元: `125,000.00`, `¥…`, full width, `12.5万元`, `3亿`, `壹拾贰万伍仟元整`.

    Raises `UnreadableValue`: `missing_required` for an empty cell, else `unreadable_amount`; `约12万`,
    a range, a negative sum or one of a thousand million millions is not read.

    >>> plain(read_amount("￥１，２５０")), plain(read_amount("12.5万元")), plain(read_amount("壹拾贰万伍仟元整"))
    ('1250', '125000', '125000')
    """
    text = _written(value)
    match = _PLAIN_AMOUNT.fullmatch(text)
    amount = _scaled(match) if match else _read_han(text)
    if amount is None:
        raise UnreadableValue("unreadable_amount", "not a sum in 元")
    return _bounded(amount)


def read_quantity(value: CellValue) -> Decimal:
    """A number of units (亩, 株, 立方米 …, which stand in a column of their own); zero or more.

    Raises as `read_amount` does.

    >>> plain(read_quantity(36.9)), plain(read_quantity("1,200")), plain(read_quantity("1.2万"))
    ('36.9', '1200', '12000')
    """
    match = _PLAIN_QUANTITY.fullmatch(_written(value))
    if match is None:
        raise UnreadableValue("unreadable_amount", "not a number")
    return _bounded(_scaled(match))


def amount_text(value: CellValue) -> str:
    """A sum as `plain` writes it, with a quick look at numbers; raises as `read_amount` does.

    >>> amount_text(9100.0), amount_text(0.1 + 0.2), amount_text("12.5万元")
    ('9100', '0.3', '125000')
    """
    return _digits_of(value) or plain(read_amount(value))


def quantity_text(value: CellValue) -> str:
    """A number of units as `plain` writes it, with a quick look at numbers; raises as `read_quantity` does."""
    return _digits_of(value) or plain(read_quantity(value))


def _digits_of(value: CellValue) -> str:
    """The digits of a number cell that holds an ordinary number; empty for anything else."""
    if value.__class__ is not float:
        return ""
    # A workbook keeps 15 significant digits; what a float shows beyond them is noise of binary fractions.
    text = format(value, ".15g")
    return text if _ORDINARY.fullmatch(text) else ""


def plain(number: Decimal) -> str:
    """The canonical text of a number: no exponent, no zeros at the end, one spelling per value.

    >>> plain(Decimal("1.250E+5")), plain(Decimal("36.90")), plain(Decimal("-0.0"))
    ('125000', '36.9', '0')
    """
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _written(value: CellValue) -> str:
    if is_blank(value):
        raise UnreadableValue("missing_required", "the cell is empty")
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise UnreadableValue("unreadable_amount", "not a number")
    if isinstance(value, float):
        # A workbook keeps 15 significant digits; what a float shows beyond them is noise of binary fractions.
        value = format(Decimal(format(value, ".15g")), "f")
    text = to_simplified(without_spaces(unicodedata.normalize("NFKC", text_of(value)))).upper()
    if len(text) > _LONGEST:
        raise UnreadableValue("unreadable_amount", "too long for a number")
    return text


def _bounded(number: Decimal) -> Decimal:
    if number >= _TOO_MUCH:
        raise UnreadableValue("unreadable_amount", "too large for a number of our matters")
    return number


def _scaled(match: re.Match[str]) -> Decimal:
    return Decimal(match["number"].replace(",", "")) * _UNITS[match["unit"] or ""]


def _read_han(text: str) -> Decimal | None:
    match = _HAN_AMOUNT.fullmatch(text) if text else None
    if match is None or not any(match.groups()):
        return _han_integer(text)
    parts = [_han_integer(match[name]) if match[name] else Decimal(0) for name in ("yuan", "jiao", "fen")]
    if any(part is None for part in parts):
        return None
    yuan, jiao, fen = (part or Decimal(0) for part in parts)
    return yuan + jiao / 10 + fen / 100


def _han_integer(text: str) -> Decimal | None:
    """A whole number in Chinese numerals, financial or common; None where it is not written as one.

    十二万五 and 一百五 are not read: people say 125,000 and 150 so, and write 120,005 and 105 so.
    """
    for word, size in (("亿", 10**8), ("万", 10**4)):
        if word in text:
            high, _, low = text.rpartition(word)
            above, below = _han_integer(high), _han_integer(low) if low else Decimal(0)
            if above is None or below is None or below >= size or len(low) == 1:
                return None
            return above * size + below
    total, digit, last_place = 0, -1, 10_000
    after_zero = False
    for character in text:
        if character in _DIGITS:
            if digit > 0:
                return None
            after_zero = digit == 0 or (after_zero and digit < 0)
            digit = _DIGITS[character]
        elif character in _PLACES and _PLACES[character] < last_place and digit != 0:
            last_place = _PLACES[character]
            total += (1 if digit < 0 else digit) * last_place
            digit, after_zero = -1, False
        else:
            return None
    if digit > 0 and last_place in (100, 1000) and not after_zero:
        return None
    return Decimal(total + max(digit, 0)) if text else None
