"""Which canonical fields does a cell fill? One way of reading for each word that a notice may use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from hub.errors import UnreadableValue
from hub.mapping.codes import Cause, Codes
from hub.mapping.notice import Column
from hub.model import CellValue
from hub.values.amounts import amount_text, plain, quantity_text, read_quantity
from hub.values.blanks import tidy
from hub.values.moments import moment_text, read_moment

Words = Mapping[str, Mapping[str, str]]
"""An agency's own lookups: table -> word -> code."""
Filled = tuple[tuple[str, str], ...]
"""Names of fields and their canonical texts."""
# Behind a whole number: 30天, 30 日.
_DAYS = re.compile(r"\s*[天日]\s*$")
_TRUE, _FALSE = ("true", "是", "1"), ("false", "否", "0")


class Context(Protocol):
    """What reading a cell needs to know beside the cell and its column."""

    @property
    def codes(self) -> Codes: ...

    @property
    def words(self) -> Words: ...

    @property
    def date_1904(self) -> bool: ...


def _text(context: Context, column: Column, _: CellValue, text: str) -> Filled:
    text = text.strip()
    if not column.lookup:
        return ((column.field, text),)
    code = looked_up(context, column, text)
    if code is None:
        raise UnreadableValue("unknown_category", f"the list {column.lookup} has no such word")
    return ((column.field, code),)


def looked_up(context: Context, column: Column, text: str) -> str | None:
    """The code of a word in the column's list; None where it has no list, or the list no such word."""
    return context.words.get(column.lookup, {}).get(tidy(text)) or context.codes.word(column.lookup, text)


def _document_number(_: Context, column: Column, __: CellValue, text: str) -> Filled:
    return ((column.field, text.strip()),)


def _moment(context: Context, column: Column, cell: CellValue, _: str) -> Filled:
    return ((column.field, moment_text(cell, date_1904=context.date_1904)),)


def _day(context: Context, column: Column, cell: CellValue, _: str) -> Filled:
    return ((column.field, read_moment(cell, date_1904=context.date_1904).day.isoformat()),)


def _amount(_: Context, column: Column, cell: CellValue, __: str) -> Filled:
    return ((column.field, amount_text(cell)),)


def _quantity(_: Context, column: Column, cell: CellValue, __: str) -> Filled:
    return ((column.field, quantity_text(cell)),)


def _cause(context: Context, column: Column, _: CellValue, text: str) -> Filled:
    text = text.strip()
    cause = context.codes.cause(text)
    if cause is None:
        raise UnreadableValue("unknown_category", "no 案由 of the code table")
    return _named(column, text, cause)


def _charge(context: Context, column: Column, _: CellValue, text: str) -> Filled:
    text = text.strip()
    return _named(column, text, context.codes.cause(text) or context.codes.cause_in(text))


def _cause_in_text(context: Context, column: Column, _: CellValue, text: str) -> Filled:
    text = text.strip()
    return _named(column, text, context.codes.cause_in(text))


def _named(column: Column, text: str, cause: Cause | None) -> Filled:
    return ((column.field, text), ("cause_code", cause.code)) if cause else ((column.field, text),)


def _township(context: Context, column: Column, _: CellValue, text: str) -> Filled:
    text = text.strip()
    code = context.codes.township(text)
    return ((column.field, text), ("unit_code", code)) if code else ((column.field, text),)


def _boolean(_: Context, column: Column, __: CellValue, text: str) -> Filled:
    word = text.strip().lower()
    if word not in _TRUE + _FALSE:
        raise UnreadableValue("unknown_category", "neither true nor false")
    return ((column.field, "yes" if word in _TRUE else "no"),)


def _integer(_: Context, column: Column, cell: CellValue, __: str) -> Filled:
    number = read_quantity(_DAYS.sub("", cell) if isinstance(cell, str) else cell)
    if number != number.to_integral_value():
        raise UnreadableValue("unreadable_amount", "not a whole number")
    return ((column.field, plain(number)),)


ALSO_FILLED = {"cause": "cause_code", "charge": "cause_code", "cause_in_text": "cause_code", "township": "unit_code"}
"""Word of a notice -> the field that such a cell fills behind its own, where its words are found in the code table."""

READERS: dict[str, Callable[[Context, Column, CellValue, str], Filled]] = {
    "text": _text,
    "document_number": _document_number,
    "moment": _moment,
    "day": _day,
    "amount": _amount,
    "quantity": _quantity,
    "cause": _cause,
    "cause_in_text": _cause_in_text,
    "charge": _charge,
    "township": _township,
    "boolean": _boolean,
    "integer": _integer,
}
"""Word of a notice -> how a cell of such a column reads; each takes cell and text, and raises UnreadableValue."""
