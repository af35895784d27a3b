"""How does what must be pushed become the very bytes that each agency takes?"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from hub.delivery.desk import Desk
from hub.delivery.plan import DeliveryIntent
from hub.delivery.rules import DeliveryRules, Kind, Layout
from hub.errors import ConfigurationFault
from hub.model import CellValue, Outgoing
from hub.moment import Moment
from hub.whole_text import whole_text

JSON = "application/json"
CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_INSTANTS = ("sent_at", "decided_at", "due_at")
# How a spreadsheet tells a formula from a text when a CSV is opened by hand.
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MOST_ROWS = 1000
_LONGEST_CELL, _CUT = 32_000, "……（以下从略，全文见原件）"  # Excel takes 32,767 characters


class WriteDelimited(Protocol):
    """A file of rows; see connectors.delimited.write."""

    def __call__(
        self, header: Sequence[str], rows: Iterable[Sequence[CellValue]], encoding: str = ..., quote_all: bool = ...
    ) -> bytes: ...


WriteWorkbook = Callable[[Sequence[tuple[str, Sequence[str], Iterable[Sequence[CellValue]]]]], bytes]


@dataclass(frozen=True, slots=True)
class Writers:
    """The formats, handed in. The same rows must always give the same bytes."""

    delimited: WriteDelimited
    workbook: WriteWorkbook


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One hand-over: what travels, and what is in it. Once it was planned, its composition is never changed.

    intents: the ids of what is in it, in the order of its rows. expects: how many rows its acknowledgement has: one
    for each of the intents, or a single one for the file; 0 where the channel answers at once.
    """

    outgoing: Outgoing
    kinds: tuple[Kind, ...]
    intents: tuple[str, ...]
    expects: int
    case_ids: tuple[str, ...]
    sources: tuple[str, ...]
    obligation_ids: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Of the content as it travels."""
        return hashlib.sha256(self.outgoing.content).hexdigest()


def compose(
    intents: Sequence[DeliveryIntent], used: Collection[str], day: date, desk: Desk, writers: Writers
) -> list[Dispatch]:
    """Put intents into the files and messages that their receivers take; the order of intents is kept.

    used: the ids of all hand-overs planned before; file names count on from them, for each receiver on its own.
    day: for the names, in Asia/Shanghai. Raises ConfigurationFault where no layout takes an intent.
    """
    batches: dict[tuple[str, str, str], list[DeliveryIntent]] = {}
    for intent in intents:
        layout = _layout(intent, desk)
        # A sealed matter shares no file with another one: its file can be kept from view whole.
        apart = intent.delivery_id if layout.body else str(intent.sealed)
        apart += f" {intent.kind}" if layout.format == "delimited" else ""
        batches.setdefault((intent.receiver, layout.name, apart), []).append(intent)
    taken = set(used)
    dispatches = []
    for batch in batches.values():
        for part in (batch[start : start + _MOST_ROWS] for start in range(0, len(batch), _MOST_ROWS)):
            layout = _layout(part[0], desk)
            parcel_id = part[0].delivery_id if layout.body else next_name(layout, part[0].receiver, day, taken)
            taken.add(parcel_id)
            dispatches.append(_dispatch(part, layout, parcel_id, desk.rules, writers))
    return dispatches


def rows_of_acknowledgement(media_type: str, intents: int) -> int:
    """How many lines the answer to a hand-over has: one for each row of a CSV, one for a workbook, none for a body."""
    return {CSV: intents, XLSX: 1}.get(media_type, 0)


def _dispatch(
    part: Sequence[DeliveryIntent], layout: Layout, parcel_id: str, rules: DeliveryRules, writers: Writers
) -> Dispatch:
    if layout.body:
        content, media_type = _body(part[0], layout), JSON
        path = layout.folder
    elif layout.format == "delimited":
        sheet = rules.sheets[part[0].kind]
        rows = [sheet.cells(_told(intent)) for intent in part]
        if layout.for_people:
            rows = [[as_text(cell) for cell in row] for row in rows]
        content = writers.delimited(list(sheet.columns), rows, layout.encoding, True)
        media_type = CSV
        path = f"{layout.folder}/{parcel_id}{layout.suffix}"
    else:
        kinds = [kind for kind in layout.kinds if any(intent.kind is kind for intent in part)]
        part = sorted(part, key=lambda intent: kinds.index(intent.kind))
        content = writers.workbook([_sheet(kind, part, rules) for kind in kinds])
        media_type = XLSX
        path = f"{layout.folder}/{parcel_id}{layout.suffix}"
    return Dispatch(
        outgoing=Outgoing(parcel_id, part[0].receiver, path, content, media_type),
        kinds=tuple(dict.fromkeys(intent.kind for intent in part)),
        intents=tuple(intent.delivery_id for intent in part),
        expects=rows_of_acknowledgement(media_type, len(part)),
        case_ids=_every(intent.case_id for intent in part),
        sources=_every(source for intent in part for source in intent.sources),
        obligation_ids=_every(owed for intent in part for owed in intent.obligation_ids),
    )


def _layout(intent: DeliveryIntent, desk: Desk) -> Layout:
    receiver = desk.receivers.get(intent.receiver)
    layout = desk.layout(receiver, intent.kind) if receiver else None
    if layout is None:
        raise ConfigurationFault(f"{intent.receiver}: no layout says how a {intent.kind} goes there")
    return layout


def next_name(layout: Layout, receiver: str, day: date, taken: Collection[str]) -> str:
    """The name of the receiver's next file of a layout, which is also its delivery id. taken: every id so far."""
    named = layout.parcel.replace("{receiver}", receiver).replace("{day}", f"{day:%Y%m%d}")
    before, _, after = named.partition("{serial}")
    pattern = re.compile(rf"{re.escape(before)}(\d{{4,}}){re.escape(after)}")
    serials = [int(match[1]) for name in taken if (match := pattern.fullmatch(name))]
    return f"{before}{max(serials, default=0) + 1:04d}{after}"


def _sheet(kind: Kind, part: Sequence[DeliveryIntent], rules: DeliveryRules) -> tuple[str, list[str], list[list[str]]]:
    sheet = rules.sheets[kind]
    return sheet.name, list(sheet.columns), [sheet.cells(_told(intent)) for intent in part if intent.kind is kind]


def _told(intent: DeliveryIntent) -> dict[str, str]:
    """The row as people read it: instants as a clerk writes them."""
    row = dict(intent.row)
    for name in _INSTANTS:
        if text := row.get(name):
            moment = Moment.parse(text)
            row[name] = f"{moment.day:%Y-%m-%d}" if moment.clock is None else f"{moment.day} {moment.clock:%H:%M}"
    told = row | {"delivery_id": intent.delivery_id, "replaces": intent.replaces}
    return {name: _in_a_cell(whole_text(text)) for name, text in told.items()}


def _in_a_cell(text: str) -> str:
    """The text as far as a cell holds it: one reason pasted in with its whole file must not stop all that goes out."""
    return text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL] + _CUT


def as_text(cell: str) -> str:
    """The cell so that a spreadsheet opened by hand takes it for text."""
    return f"'{cell}" if cell.startswith(_LIKE_A_FORMULA) else cell


def _body(intent: DeliveryIntent, layout: Layout) -> bytes:
    body = _referral_copy(intent) if layout.format == "referral_copy" else _alert(intent)
    return whole_text(json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))).encode()


def _referral_copy(intent: DeliveryIntent) -> Mapping[str, object]:
    """The interface's `ReferralCopy`; attachments stay with the township."""
    row = dict(intent.row)
    amount = Decimal(row["amount"]) if row.get("amount") else None
    return {
        "township": row["township"],
        "doc_no": row["doc_no"],
        "parties": [{"name": party.name, "id_no": party.id_no or None} for party in intent.parties],
        "cause": row["cause"],
        "sent_on": row["sent_on"],
        "amount": None if amount is None else int(amount) if amount == int(amount) else float(amount),
        "attachments": [],
    }


def _alert(intent: DeliveryIntent) -> Mapping[str, object]:
    """The interface's `Alert`; what it has no member for stands in `detail`."""
    row = dict(intent.row)
    subject = f"（{row['subject']}）" if row.get("subject") else ""
    said = [
        row["detail"] if intent.kind is Kind.NOTICE else f"{row['title']}{subject}：{row['detail']}",
        f"文书：{row['document']}。" if row.get("document") else "",
        f"收件人：{row['to']}。" if row.get("to") else "",
        f"更正，替代 {intent.replaces}。" if intent.replaces else "",
    ]
    return {
        "case_id": intent.case_id,
        "code": row["code"],
        "agency": row["agency"],
        "raised_at": Moment.of(intent.raised_at).latest().isoformat(),
        "due_at": row["due_at"] or None,
        "basis": row["basis"] or None,
        "detail": "".join(said),
    }


def _every(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, texts)))
