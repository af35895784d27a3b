"""How does the month's bulletin go to a township: once, and a corrected one under its own number?"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hub.delivery.desk import Desk, Receiver
from hub.delivery.outbox import CSV, XLSX, Writers, as_text, next_name
from hub.delivery.plan import IntentId, Kind, digest_of, thread_of
from hub.ledger.deliveries import StoredDelivery
from hub.model import Outgoing

Line = Mapping[str, str]
WriteBook = Callable[[str], bytes]
"""the workbook of one bulletin; the argument: the file that it replaces, or empty"""


@dataclass(frozen=True, slots=True)
class Issue:
    """One bulletin on its way. intents: the bulletin itself, or in a plain file each of its lines."""

    outgoing: Outgoing
    intents: tuple[str, ...]
    replaces: str


def latest_issue(sent: Iterable[StoredDelivery], receiver: str, span: str, desk: Desk) -> tuple[IntentId, str] | None:
    """What a receiver was last told of a span, and in which file; None where it was told nothing yet."""
    thread = thread_of(Kind.BULLETIN, receiver, (span,), desk.index)
    found = [
        (parsed, one.delivery_id)
        for one in sent
        for parsed in map(IntentId.parse, one.refers.intents[:1])
        if parsed is not None and parsed.thread == thread
    ]
    # Where one got a new number, since its own was taken, the later file is the one that went out.
    return max(reversed(found), key=lambda entry: entry[0].number, default=None)


def issue_bulletin(
    receiver: Receiver,
    span: str,
    lines: Sequence[Line],
    write_book: WriteBook,
    sent: Sequence[StoredDelivery],
    used: Collection[str],
    day: date,
    desk: Desk,
    writers: Writers,
    *,
    correct: bool = False,
) -> Issue | None:
    """The bulletin of a span as a file; None where it was told already, or where the receiver has no channel for it.

    lines: all that it says. correct: where it says something else than what was told last, it goes again, under its
    own number and naming the file that it replaces. sent: all hand-overs so far; used: all their ids.
    """
    layout = desk.layout(receiver, Kind.BULLETIN)
    before = latest_issue(sent, receiver.code, span, desk)
    content = digest_of([json.dumps([dict(line) for line in lines], ensure_ascii=False, sort_keys=True)], desk.index)
    if layout is None or (before and (not correct or before[0].content == content)):
        return None
    number, replaces = (before[0].number + 1, before[1]) if before else (1, "")
    delivery_id = next_name(layout, receiver.code, day, used)
    if layout.format == "book":
        body, media_type, count = write_book(replaces), XLSX, 1
    else:
        told = [*_replacing(replaces), *lines]
        sheet = desk.rules.sheets[Kind.BULLETIN]
        rows = [[as_text(cell) for cell in sheet.cells(line)] for line in told]
        body, media_type, count = writers.delimited(list(sheet.columns), rows, layout.encoding, True), CSV, len(told)
    intents = tuple(
        str(IntentId(Kind.BULLETIN, thread_of(Kind.BULLETIN, receiver.code, about, desk.index), number, content))
        for about in [(span,), *((span, str(line)) for line in range(1, count))]
    )
    path = f"{layout.folder}/{delivery_id}{layout.suffix}"
    return Issue(Outgoing(delivery_id, receiver.code, path, body, media_type), intents, replaces)


def _replacing(replaces: str) -> list[Line]:
    return [{"part": "情况通报", "title": "更正", "detail": f"本件替代 {replaces}，原件作废。"}] if replaces else []
