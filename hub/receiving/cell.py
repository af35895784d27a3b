"""What does one cell of a column say? Worked out once for each value: a ledger names its days and causes thousands of times."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from hub.errors import UnreadableValue
from hub.mapping.codes import Codes, tidy
from hub.mapping.notice import Column
from hub.model import CellValue
from hub.receiving.field import READERS, Filled, Words
from hub.receiving.people import PEOPLE, read_copies
from hub.values.blanks import is_blank, text_of
from hub.values.document_numbers import strict_key
from hub.values.names import split_parties

# Values of one column that are remembered; a column where no two are alike is forgotten again and again.
_REMEMBERED = 4_096
_KINDS = (str, type(None), float, int, date, datetime)
_REJECTING = ("impossible_date", "missing_required", "unknown_category")
_FIGURE = re.compile("[0-9A-Za-z]")  # stays, however a number is cleaned
# Made once: json.dumps would make one for every text.
_TEXT = json.JSONEncoder(ensure_ascii=False)


class Cell(NamedTuple):
    """What a cell says, whatever row it stands in.

    raw: the file's header and the cell as text; None for an empty cell. statement: its member of the JSON that is
    hashed; empty where it is no part of the row's statement. says: whether it holds what its column is for. troubled:
    whether there is more to it than `fields`. key: its part of the row's key. fields: what it fills. unread: the file's
    header, once for each thing that did not read. rejected: why its row is set aside: the contract's word, and more.
    """

    raw: tuple[str, str] | None
    statement: str
    says: bool = False
    troubled: bool = False
    key: str = ""
    fields: Filled = ()
    copies: tuple[Mapping[str, str], ...] = ()
    unread: tuple[str, ...] = ()
    rejected: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ColumnReader:
    """One column of a sheet.

    name: its header as it stands in the file; rule: None where the column is ignored; header: the notice's header,
    empty where it has none; member: that as JSON. stated: whether it is a part of the row's statement. keyed: whether
    of its key.
    """

    name: str
    rule: Column | None
    header: str
    member: str
    stated: bool
    keyed: bool
    codes: Codes
    words: Words
    date_1904: bool
    _seen: dict[type, dict[object, Cell]] = field(default_factory=lambda: {kind: {} for kind in _KINDS})

    def read(self, value: CellValue) -> Cell:
        """What this value says here.

        Values are told apart by their kind as well, since 1, 1.0 and True are equal and do not say the same. Equal
        values of one kind that are written differently (0.0 and -0.0, one instant at two offsets) are not remembered.
        """
        seen = self._seen.get(value.__class__)
        if seen is None:
            return self._read(value)
        cell = seen.get(value)
        if cell is None:
            cell = self._read(value)
            if len(seen) >= _REMEMBERED:
                seen.clear()
            if not (value == 0 or getattr(value, "tzinfo", None)):
                seen[value] = cell
        return cell

    def _read(self, value: CellValue) -> Cell:
        written = raw_text(value)
        raw = None if value is None else (self.name, written)
        statement = f"{self.member}: {_TEXT.encode(written)}" if self.stated and written else ""
        rule = self.rule
        if rule is None:
            return Cell(raw, statement)
        blank = is_blank(value)
        text = "" if blank else text_of(value) if isinstance(value, (str, list, dict)) else written
        key = _key_part(rule, text) if self.keyed else ""
        if blank or not _says(rule, text, key):
            return Cell(raw, statement, key=key, troubled=rule.required or bool(rule.required_with))
        unread = () if _as_announced(rule, value) else (self.name,)
        fields: Filled = ()
        copies: tuple[Mapping[str, str], ...] = ()
        rejected: tuple[str, str] | None = None
        try:
            if rule.read == "copies":
                copies = tuple(read_copies(value))
            elif rule.read not in PEOPLE:
                fields = READERS[rule.read](self, rule, value, text)
        except UnreadableValue as fault:
            if fault.reason in _REJECTING:
                rejected = (fault.reason, fault.detail)
            else:
                # An amount that cannot be read is no reason to lose the row: the raw cell stays.
                unread = (*unread, self.name)
        troubled = bool(unread or rejected or rule.read == "copies")
        return Cell(raw, statement, True, troubled, key, fields, copies, unread, rejected)


def raw_text(cell: CellValue) -> str:
    """A cell as it is kept for people and evidence: text as it stands, anything else as a clerk would see it."""
    if isinstance(cell, (list, dict)):
        return json.dumps(cell, ensure_ascii=False, sort_keys=True)
    return cell if isinstance(cell, str) else text_of(cell)


def _key_part(rule: Column, text: str) -> str:
    return strict_key(text) if rule.read == "document_number" else tidy(text)


def _says(rule: Column, text: str, key: str) -> bool:
    """Whether a cell that is not blank holds what its column is for; a comma for names, or a bare 号, says nothing."""
    if rule.read == "parties":
        return bool(split_parties(text))
    if rule.read == "document_number":
        return bool(key or _FIGURE.search(text) or strict_key(text))
    return True


def _as_announced(rule: Column, value: CellValue) -> bool:
    """Whether people and copies of an API are lists of objects (people with a name), and those of a file are not."""
    if rule.read not in ("persons", "copies"):
        return not isinstance(value, (list, dict))
    entries = value if isinstance(value, list) else [None]
    if rule.read == "copies":
        return all(isinstance(entry, dict) for entry in entries)
    return all(isinstance(entry, dict) and isinstance(entry.get("name"), str) for entry in entries)
