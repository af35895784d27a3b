"""Note what the agencies' acknowledgement files say, each file once, whenever and in whatever order they come."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.delivery.outbox import rows_of_acknowledgement
from hub.delivery.plan import IntentId
from hub.delivery.receipts import AckFault, AckRow, Fault, SentParcel, Settlement, read_ack, settle
from hub.errors import ParcelRefused
from hub.hub import Hub
from hub.ledger.deliveries import ACKNOWLEDGED, REFUSED, SENT, StoredDelivery, deliveries
from hub.ledger.facts import append_fact, facts
from hub.ledger.parcels import StoredParcel, content, stored_parcels
from hub.ledger.store import Transaction
from hub.mapping.agency import Agency
from hub.model import CellValue
from hub.privacy import mask_identity_numbers
from hub.receiving.parcel import FileName, read_name
from hub.values.blanks import text_of

LOG = logging.getLogger(__name__)

ACK_READ = "acknowledgement.read"
ACK_FAULT = "acknowledgement.fault"
INTENT_REFUSED = "delivery.row_refused"


@dataclass(frozen=True, slots=True)
class Collected:
    """What the new acknowledgement files of an agency brought. faults: lines that a person must look at."""

    files: int = 0
    acknowledged: int = 0
    refused: int = 0
    faults: int = 0


def collect_receipts(hub: Hub, agency_code: str, now: datetime) -> Collected:
    """Settle the deliveries that new acknowledgement files speak of, in one transaction.

    A delivery is judged by every file about it, old and new, so that their order makes no difference. An answer
    that comes late still counts; one about another content, or about nothing that was sent, is a fault and kept.
    """
    agency = hub.agencies[agency_code]
    with hub.ledger.read() as tx:
        if not _unread(tx, agency):
            return Collected()
    with hub.ledger.write() as tx:
        return _collect(hub, tx, agency, now)


def _collect(hub: Hub, tx: Transaction, agency: Agency, now: datetime) -> Collected:
    answers = [(parcel, name) for parcel in stored_parcels(tx, agency=agency.code) if (name := _answer(agency, parcel))]
    unread = _unread(tx, agency)
    planned = {one.delivery_id: one for one in deliveries(tx, agency.code)}
    read = {parcel.parcel_id: _read(hub, tx, parcel, name) for parcel, name in answers}
    spoken_of = {row.parcel_id for parcel in unread for row in read[parcel.parcel_id][0]}
    rows = [row for lines, _ in read.values() for row in lines if row.parcel_id in spoken_of]
    sent = {wanted: _sent(planned[wanted]) for wanted in spoken_of & planned.keys()}
    settlement = settle(rows, sent, hub.delivery_rules.answers)
    acknowledged, refused = _note(tx, settlement, planned, agency.code, now)
    unreadable = [fault for parcel in unread for fault in read[parcel.parcel_id][1]]
    faults = sum(_note_fault(tx, fault, agency.code, now) for fault in (*unreadable, *settlement.faults))
    for parcel in unread:
        append_fact(tx, ACK_READ, parcel.parcel_id, now, {"agency": agency.code, "path": parcel.path})
    return Collected(len(unread), acknowledged, refused, faults)


def _answer(agency: Agency, parcel: StoredParcel) -> FileName | None:
    name = read_name(agency, parcel.path)
    return name if name is not None and name.rule.answers else None


def _unread(tx: Transaction, agency: Agency) -> list[StoredParcel]:
    read = {fact.subject for fact in facts(tx, code=ACK_READ)}
    parcels = stored_parcels(tx, agency=agency.code)
    return [one for one in parcels if one.parcel_id not in read and _answer(agency, one)]


def _read(hub: Hub, tx: Transaction, parcel: StoredParcel, name: FileName) -> tuple[list[AckRow], list[AckFault]]:
    """The lines of one file. One that cannot be read at all, or has none, is a fault of the delivery that its name gives."""
    try:
        refused = dict(parcel.meta).get("refused")
        if refused:
            raise ParcelRefused(parcel.path, refused)
        (sheet,) = hub.read_table(name.rule.format, content(tx, parcel.sha256), parcel.path).sheets
    except ParcelRefused as fault:
        return [], [AckFault(Fault.UNREADABLE, name.delivery, fault.reason, parcel.path)]
    header = [text_of(cell) for cell in sheet.rows[0]]
    lines = [_by_header(header, row) for row in sheet.rows[1:] if any(row)]
    if not lines:
        return [], [AckFault(Fault.UNREADABLE, name.delivery, "文件中没有一行回执", parcel.path)]
    return read_ack(lines, parcel.path)


def _by_header(header: Sequence[str], row: Iterable[CellValue]) -> dict[str, str]:
    return dict(zip(header, map(text_of, row), strict=True))


def _sent(delivery: StoredDelivery) -> SentParcel:
    intents = delivery.refers.intents
    return SentParcel(
        delivery.delivery_id,
        delivery.agency,
        delivery.sha256,
        intents,
        rows_of_acknowledgement(delivery.media_type, len(intents)),
        frozenset(intent for intent in intents if (parsed := IntentId.parse(intent)) and parsed.corrects),
    )


def _note(
    tx: Transaction, settlement: Settlement, planned: dict[str, StoredDelivery], agency: str, now: datetime
) -> tuple[int, int]:
    """Keep each settled parcel's end, and each row that was not taken; how many ended now, by what."""
    for receipt in settlement.receipts:
        if receipt.result == "refused":
            noted = {"agency": agency, "detail": receipt.detail, "receipt_no": receipt.receipt_no}
            append_fact(tx, INTENT_REFUSED, receipt.delivery_id, receipt.received_at, noted, learned_at=now)
    counts = {ACKNOWLEDGED: 0, REFUSED: 0}
    ends = {ACKNOWLEDGED: settlement.acknowledged, REFUSED: settlement.refused}
    for code, parcel_id, at in ((code, *one) for code, parcels in ends.items() for one in parcels.items()):
        # A hub that was stopped between handing over and noting it learns from the answer that it had.
        if planned[parcel_id].sent_at is None:
            noted = {"agency": agency, "kind": planned[parcel_id].kind}
            append_fact(tx, SENT, parcel_id, at, noted, learned_at=now)
        result = "taken" if code == ACKNOWLEDGED else "refused"
        noted = {"agency": agency, "result": result, "receipt_no": f"{parcel_id}.ack", "by": "acknowledgement"}
        counts[code] += append_fact(tx, code, parcel_id, at, noted, learned_at=now)
    return counts[ACKNOWLEDGED], counts[REFUSED]


def _note_fault(tx: Transaction, fault: AckFault, agency: str, now: datetime) -> bool:
    # A file's name is whatever its writer chose, and a subject stands in clear.
    subject = mask_identity_numbers(f"{fault.source or fault.parcel_id}!{fault.fault}")
    noted = {"agency": agency, "parcel_id": fault.parcel_id, "detail": fault.detail, "fault": str(fault.fault)}
    new = append_fact(tx, ACK_FAULT, subject, now, noted)
    if new:
        LOG.warning("%s: %s %s", agency, subject, fault.detail)
    return new
