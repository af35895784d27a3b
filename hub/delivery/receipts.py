"""What do the agencies' acknowledgements settle, what do they refuse, and which of them make no sense?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub.delivery.rules import Answer
from hub.model import Receipt
from hub.moment import OUR_YEARS, SHANGHAI
from hub.words import Word

COLUMNS = ("parcel_id", "received_at", "sha256", "rows", "row", "result")
_NUMBER = re.compile(r"[0-9]{1,7}")
_REFUSED = "refused"


class Fault(Word):
    """Why an acknowledgement cannot be taken as it stands; a person looks at each."""

    UNREADABLE = "ack_unreadable"
    UNKNOWN_PARCEL = "ack_unknown_parcel"
    OTHER_CONTENT = "ack_sha256_mismatch"
    OTHER_ROWS = "ack_rows_mismatch"
    UNKNOWN_RESULT = "ack_unknown_result"
    TAKEN_BACK = "ack_taken_back"
    CORRECTION_NOT_TAKEN = "correction_not_taken"


@dataclass(frozen=True, slots=True)
class AckRow:
    """One line of an acknowledgement. received_at: when the receiver says that it took the parcel, aware."""

    parcel_id: str
    received_at: datetime
    sha256: str
    rows: int
    row: int
    result: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class SentParcel:
    """A hand-over that was sent, as it was composed.

    intents: what is in it, in the order of its rows. expects: rows of its acknowledgement: one for each intent, or a
    single one for the file. replacing: those intents that correct something told before.
    """

    parcel_id: str
    receiver: str
    sha256: str
    intents: tuple[str, ...]
    expects: int
    replacing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AckFault:
    """An acknowledgement, or a line of one, that needs a person. detail: in words, without personal data."""

    fault: Fault
    parcel_id: str
    detail: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What follows from all acknowledgements known so far.

    acknowledged: parcel -> when its last row was taken or known; every row was. refused: parcel -> when its last row
    was answered; one of them at least with a refusal. receipts: one for each intent that is settled, refusals with the
    reason in words. waiting: parcels answered in part only, with the rows still missing.
    """

    acknowledged: Mapping[str, datetime]
    receipts: tuple[Receipt, ...]
    refused: Mapping[str, datetime]
    waiting: Mapping[str, tuple[int, ...]]
    faults: tuple[AckFault, ...]


def read_ack(rows: Sequence[Mapping[str, str]], source: str) -> tuple[list[AckRow], list[AckFault]]:
    """The lines of one acknowledgement file, by header; a line that cannot be read is a fault and the others stand."""
    found: list[AckRow] = []
    faults: list[AckFault] = []
    for number, row in enumerate(rows, start=1):
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        try:
            found.append(_row(cells, f"{source}!R{number}"))
        except ValueError as fault:
            faults.append(
                AckFault(Fault.UNREADABLE, cells["parcel_id"], f"第 {number} 行：{fault}", f"{source}!R{number}")
            )
    return found, faults


def settle(rows: Iterable[AckRow], sent: Mapping[str, SentParcel], answers: Mapping[str, Answer]) -> Settlement:
    """Judge every parcel by all lines about it; their repetition makes no difference, their order only between lines
    of one `received_at`: there the one that came first was said first. rows: in the order in which they came.

    A row that was taken once stays taken: a refusal of the same row dated later is reported, and one dated earlier
    was overtaken. A parcel is settled only once each of its rows is answered.
    """
    by_parcel: dict[str, dict[AckRow, None]] = defaultdict(dict)
    came: dict[AckRow, int] = {}
    for row in rows:
        by_parcel[row.parcel_id][row] = None
        came.setdefault(_said(row), len(came))
    acknowledged: dict[str, datetime] = {}
    receipts: list[Receipt] = []
    refused: dict[str, datetime] = {}
    waiting: dict[str, tuple[int, ...]] = {}
    faults: list[AckFault] = []
    for parcel_id, lines in sorted(by_parcel.items()):
        parcel = sent.get(parcel_id)
        ordered = sorted(lines, key=lambda line: (line.received_at, came[_said(line)]))
        if parcel is None:
            faults.append(AckFault(Fault.UNKNOWN_PARCEL, parcel_id, "没有发送过这一批次", ordered[0].source))
            continue
        final, found = _rows(parcel, ordered, answers)
        faults += found
        missing = tuple(sorted(set(range(1, parcel.expects + 1)) - set(final)))
        if missing:
            waiting[parcel_id] = missing
            continue
        results = [_receipt(parcel, place, final, answers) for place in range(len(parcel.intents))]
        receipts += results
        faults += _not_taken(parcel, results)
        ended = refused if any(receipt.result == _REFUSED for receipt in results) else acknowledged
        ended[parcel_id] = max(line.received_at for line in final.values())
    return Settlement(acknowledged, tuple(receipts), refused, waiting, tuple(dict.fromkeys(faults)))


def _said(line: AckRow) -> AckRow:
    """What a line says, in whichever file: one sent once more says it as early as the first one did."""
    return replace(line, source="")


def _row(cells: Mapping[str, str], source: str) -> AckRow:
    for name in ("parcel_id", "sha256", "result"):
        if not cells[name]:
            raise ValueError(f"{name} 为空")
    for name in ("rows", "row"):
        if not _NUMBER.fullmatch(cells[name]):
            raise ValueError(f"{name} 不是数字")
    try:
        received_at = datetime.fromisoformat(cells["received_at"].replace("Z", "+00:00"))
    except ValueError:
        raise ValueError("received_at 不是时间") from None
    if received_at.year not in OUR_YEARS:
        raise ValueError("received_at 不是可能的时间")
    if received_at.tzinfo is None:  # A desk that leaves the offset out means its own clock.
        received_at = received_at.replace(tzinfo=SHANGHAI)
    return AckRow(
        cells["parcel_id"], received_at, cells["sha256"].lower(), int(cells["rows"]), int(cells["row"]), cells["result"],
        source,
    )  # fmt: skip


def _rows(
    parcel: SentParcel, lines: Sequence[AckRow], answers: Mapping[str, Answer]
) -> tuple[dict[int, AckRow], list[AckFault]]:
    """The line that counts for each row, and the lines that do not count. lines: by time."""
    final: dict[int, AckRow] = {}
    faults = []
    for line in lines:
        if (fault := _fault(parcel, line, answers)) is not None:
            faults.append(fault)
            continue
        before = final.get(line.row)
        taken = before is not None and answers[before.result].result != _REFUSED
        if not taken:
            final[line.row] = line
        elif answers[line.result].result == _REFUSED:
            detail = f"第 {line.row} 行先已接收，后又退回：{answers[line.result].says}"
            faults.append(AckFault(Fault.TAKEN_BACK, parcel.parcel_id, detail, line.source))
    return final, faults


def _fault(parcel: SentParcel, line: AckRow, answers: Mapping[str, Answer]) -> AckFault | None:
    if line.sha256 != parcel.sha256:
        detail = "对方收到的内容与发送的不一致（sha256），请核对通道后重发"
        return AckFault(Fault.OTHER_CONTENT, parcel.parcel_id, detail, line.source)
    if line.rows != parcel.expects or not 1 <= line.row <= parcel.expects:
        detail = f"回执记 {line.rows} 行中的第 {line.row} 行，发送的是 {parcel.expects} 行"
        return AckFault(Fault.OTHER_ROWS, parcel.parcel_id, detail, line.source)
    if line.result not in answers:
        detail = f"第 {line.row} 行的结果 {line.result[:8]!r} 不在约定之内"
        return AckFault(Fault.UNKNOWN_RESULT, parcel.parcel_id, detail, line.source)
    return None


def _receipt(parcel: SentParcel, place: int, final: Mapping[int, AckRow], answers: Mapping[str, Answer]) -> Receipt:
    """What the lines say of one intent: its own row, or the one row of the file."""
    line = final[place + 1 if parcel.expects == len(parcel.intents) else 1]
    answer = answers[line.result]
    says = f"{answer.says}（{line.result}）" + (f"；{answer.act}" if answer.act else "")
    return Receipt(parcel.intents[place], line.received_at, answer.result, f"{parcel.parcel_id}#{line.row}", says)


def _not_taken(parcel: SentParcel, receipts: Iterable[Receipt]) -> Iterator[AckFault]:
    """A correction that the receiver calls known was taken for what it corrects."""
    for receipt in receipts:
        if receipt.result == "known" and receipt.delivery_id in parcel.replacing:
            detail = f"更正（{receipt.delivery_id}）被视为重复，对方保留的可能是更正前的内容，请电话确认"
            yield AckFault(Fault.CORRECTION_NOT_TAKEN, parcel.parcel_id, detail)
