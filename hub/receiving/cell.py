"""What does one cell of a column say? Worked out once for each: a ledger names a day or cause thousands of times."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial

from hub.errors import UnreadableValue
from hub.ledger.canon import json_bytes
from hub.ledger.row_form import field_member, whole
from hub.mapping.codes import Codes
from hub.mapping.notice import Column
from hub.model import CellValue, Party
from hub.receiving.field import ALSO_FILLED, READERS, Filled, Words, looked_up
from hub.receiving.people import read_copies, read_identities, read_persons
from hub.values.blanks import is_blank, is_plain, number_text, text_of, tidy
from hub.values.document_numbers import strict_key
from hub.values.identity import Identity, IdentityState, is_person_number
from hub.values.moments import plain_instant
from hub.values.names import split_parties

# Values of one column that are remembered before all are forgotten and remembering begins anew.
_REMEMBERED = 16_384
_KEPT, _NUMBERS = (str, type(None), date), (float, int)
# Columns whose cells hardly ever say the same twice: keeping what they said would only cost memory.
_NEVER_THE_SAME = ("document_number", "parties", "identities", "persons", "copies")
_REJECTING = ("impossible_date", "missing_required", "unknown_category")
_USUAL = {
    "document_number": re.compile("[\u4e00-\u9fff]+〔(?:19|20)[0-9]{2}〕[0-9]+号"),
    "parties": re.compile("[\u4e00-\u65df\u65e1-\u7120\u7122-\u9fff][\u4e00-\u9fff]*"),  # 无 and 無 may mean nobody
    "identities": re.compile("[1-9][0-9]{16}[0-9X]"),
}
_FIGURE = re.compile("[0-9A-Za-z]")  # stays, however a number is cleaned


@dataclass(slots=True, eq=False)  # not frozen: those are made a million times over in three times the time
class Cell:
    """What a cell says, whatever row it stands in.

    raw: the file's header and the cell as text, as JSON with a comma behind it; empty for an empty cell. statement: its
    member of the JSON that is hashed, a comma and a blank behind it; empty where it is no part of the row's statement.
    fields: what it fills; text: the first of their texts; member: all as members of a JSON object, a comma behind each. troubled: whether the row
    has to look at more than that. key: its part of the row's key. says: whether it holds what its column is for.
    rejected: why its row is set aside: the contract's word, and more. unread: the file's header, once for each thing
    that did not read. number: where it is one complete identity number and nothing else; identities: what else it holds.
    alone: whether its row cannot be read with others, since it is troubled or holds half a surrogate pair.
    """

    raw: bytes
    statement: bytes
    fields: Filled = ()
    text: str = ""
    member: bytes = b""
    troubled: bool = False
    key: str = ""
    says: bool = False
    names: tuple[str, ...] = ()
    number: str = ""
    identities: tuple[Identity, ...] = ()
    rejected: tuple[str, str] | None = None
    unread: tuple[str, ...] = ()
    persons: tuple[Party, ...] = ()
    copies: tuple[Mapping[str, str], ...] = ()
    alone: bool = False

    def numbers(self) -> tuple[Identity, ...]:
        """The identity numbers in their order."""
        return (Identity(self.number, IdentityState.COMPLETE),) if self.number else self.identities


@dataclass(frozen=True, slots=True)
class ColumnReader:
    """One column of a sheet.

    name: its header as it stands in the file; opening: how its raw cells begin, as JSON; rule: None where the column is
    ignored; header: the notice's header, empty where it has none; member: how its cells begin in the statement, as
    JSON. stated: whether it is a part of the row's statement. keyed: whether of its key. repeats: whether many of its
    cells say the same; usual: how its texts look where they do not; instants: whether its cells are moments. seen: what was found in texts, days and empty cells
    before, values of which no two kinds are ever equal. numbers: the same by kind, since 1, 1.0 and True are equal and
    do not say the same.
    """

    name: str
    opening: bytes
    rule: Column | None
    header: str
    member: bytes
    stated: bool
    keyed: bool
    codes: Codes
    words: Words
    date_1904: bool
    repeats: bool
    usual: re.Pattern[str] | None = None
    instants: bool = False
    seen: dict[object, Cell] = field(default_factory=dict)
    numbers: dict[type, dict[object, Cell]] = field(default_factory=lambda: {float: {}, int: {}})

    @property
    def fills(self) -> tuple[str, ...]:
        """The fields that its cells may fill, in their order."""
        if self.rule is None or self.rule.read not in READERS:
            return ()
        also = ALSO_FILLED.get(self.rule.read)
        return (self.rule.field, also) if also else (self.rule.field,)

    def read(self, value: CellValue) -> Cell:
        """What this value says here; to be asked for what is not in `seen`."""
        kind = value.__class__
        if not self.repeats and value is not None:
            return self._number(value) if isinstance(value, float) and self.rule is None else self._read(value)
        if isinstance(value, datetime) and self.instants and (text := plain_instant(value)):
            return self._plain(text, text + "+08:00")
        if kind in _NUMBERS:
            numbers = self.numbers[kind]
            if known := numbers.get(value):
                return known
            cell = self._read(value)
            if value:  # 0.0 and -0.0 are equal and written differently
                _keep(numbers, value, cell)
            return cell
        cell = self._read(value)
        if kind in _KEPT or (isinstance(value, datetime) and value.tzinfo is None and value.time() == time.min):
            _keep(self.seen, value, cell)
        return cell

    def read_all(self, values: Sequence[CellValue]) -> list[Cell]:
        """What each of these values says here."""
        seen, read = self.seen.get, self.read
        if self.usual is None:
            return [seen(value) or read(value) for value in values]
        usual, plain = self.usual.fullmatch, self._plain
        return [
            (plain(value, value) if usual(value) else read(value))
            if value.__class__ is str
            else seen(value) or read(value)
            for value in values
        ]

    def _read(self, value: CellValue) -> Cell:
        written, text, blank = _look(value)
        told = json_bytes(written)
        raw = b"" if value is None else self.opening + told + b"],"
        statement = self.member + told + b", " if self.stated and written else b""
        halved = isinstance(whole(told), str)
        rule = self.rule
        if rule is None:
            return Cell(raw, statement, alone=halved)
        key = _key_part(rule, text) if self.keyed else ""
        names = split_parties(text) if rule.read == "parties" else ()
        if blank or not (names or _says(rule, text, key)):
            troubled = rule.required or bool(rule.required_with)
            return Cell(raw, statement, key=key, troubled=troubled, alone=troubled or halved)
        unread = () if _as_announced(rule, value) else (self.name,)
        rejected: tuple[str, str] | None = None
        fields: Filled = ()
        copies: tuple[Mapping[str, str], ...] = ()
        try:
            if rule.read == "copies":
                copies = read_copies(value, partial(looked_up, self, rule))
            elif rule.read in READERS:
                fields = READERS[rule.read](self, rule, value, text)
        except UnreadableValue as fault:
            if fault.reason in _REJECTING:
                rejected = (fault.reason, fault.detail)
            else:
                # An amount that cannot be read is no reason to lose the row: the raw cell stays.
                unread = (*unread, self.name)
        member = b"".join([field_member(name, said) for name, said in fields])
        troubled = bool(unread or rejected)
        identities = read_identities(value) if rule.read == "identities" else ()
        persons = read_persons(value) if rule.read == "persons" else ()
        return Cell(
            raw, statement, fields, fields[0][1] if fields else "", member,
            troubled, key, True, names, "", identities, rejected, unread, persons, copies, troubled or halved,
        )  # fmt: skip

    def _number(self, value: float) -> Cell:
        """What `_read` gives for a number that means nothing: most running numbers of rows."""
        told = f'"{number_text(value)}"'.encode()
        return Cell(self.opening + told + b"],", self.member + told + b", " if self.stated else b"")

    def _plain(self, text: str, said: str) -> Cell:
        """What `_read` gives for what is written as it should be: nothing is to clean, to escape or to doubt. said: what it means."""
        told = f'"{text}"'.encode()
        raw = self.opening + told + b"],"
        statement = self.member + told + b", " if self.stated else b""
        rule = self.rule
        if rule is None:
            return Cell(raw, statement)
        key = _key_part(rule, text) if self.keyed else ""
        if rule.read == "parties":
            return Cell(raw, statement, (), "", b"", False, key, True, (text,))
        if rule.read == "identities":
            if is_person_number(text):
                return Cell(raw, statement, (), "", b"", False, key, True, (), text)
            return Cell(raw, statement, (), "", b"", False, key, True, (), "", read_identities(text))
        return Cell(raw, statement, ((rule.field, said),), said, f'"{rule.field}":"{said}",'.encode(), False, key, True)


def usual_shape(rule: Column | None) -> re.Pattern[str] | None:
    """How the texts of a column look that hardly ever repeats, written as they should be; None where most repeat."""
    return _USUAL.get(rule.read) if rule is not None else None


def _look(value: CellValue) -> tuple[str, str, bool]:
    """A cell as it is kept, as it is read, and whether it is blank."""
    if isinstance(value, str):
        # Most cells are texts that begin and end like words: what is written there is the text, and they are not blank.
        if is_plain(value):
            return value, value, False
        blank = is_blank(value)
        return value, "" if blank else text_of(value), blank
    if isinstance(value, float):
        text = number_text(value)
        return text, text, False
    if isinstance(value, (list, dict)):
        return raw_text(value), text_of(value), not value
    text = text_of(value)
    return text, text, value is None


def repeats(rule: Column | None, *, numbering: bool) -> bool:
    """Whether many cells of such a column say the same, so that it pays to remember what they say."""
    return not numbering and (rule is None or rule.read not in _NEVER_THE_SAME)


def _keep(seen: dict[object, Cell], value: object, cell: Cell) -> None:
    if len(seen) >= _REMEMBERED:
        seen.clear()
    seen[value] = cell


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
        return False
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
