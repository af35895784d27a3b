"""Which entries of three plain lists are the same party in the same matter? The linker outside the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.errors import UnreadableValue
from hub.link.linker import Linkage, link
from hub.mapping.codes import Codes, tidy
from hub.model import Party, Record, RecordKind
from hub.values.amounts import plain, read_amount
from hub.values.identity import read_identity
from hub.values.moments import read_moment

LISTS = ("township", "police", "procuratorate")
COLUMNS = ("record_id", "unit", "doc_no", "ref_doc_no", "police_doc_no", "party", "id_no", "cause", "date", "amount")


@dataclass(frozen=True, slots=True)
class ListLink:
    """One entry's place: entries with one case_id are the same party in the same matter."""

    case_id: str
    agency: str
    record_id: str
    tier: str
    score: float


def link_lists(lists: Mapping[str, Iterable[Mapping[str, str]]], codes: Codes) -> list[ListLink]:
    """Link the entries of the three lists; text as a clerk typed it, absent columns are empty.

    lists: `township`, `police`, `procuratorate` -> rows with COLUMNS. A cell that cannot be read is no
    evidence, and no reason to leave the row out. Every row comes back once.
    """
    records = [_record(agency, row, place, codes) for agency in LISTS for place, row in enumerate(lists[agency])]
    return _links(link(records), records)


def _links(linkage: Linkage, records: Sequence[Record]) -> list[ListLink]:
    id_of = {record.source: record.get("record_id") for record in records}
    found = [
        ListLink(one.case_id, one.record.source.partition("!")[0], id_of[one.record.source], one.tier, one.score)
        for one in linkage.links
    ]
    return sorted(found, key=lambda one: (one.case_id, LISTS.index(one.agency), one.record_id))


def _record(agency: str, row: Mapping[str, str], place: int, codes: Codes) -> Record:
    def cell(name: str) -> str:
        return (row.get(name) or "").strip()

    unit = codes.township(cell("unit")) or tidy(cell("unit"))
    fields = {"record_id": cell("record_id"), "unit_code": unit}
    if cause := codes.cause(cell("cause")) or codes.cause_in(cell("cause")):
        fields["cause_code"] = cause.code
    _read_into(fields, "amount", cell("amount"))
    day = _read_day(cell("date"))
    identity = read_identity(cell("id_no"))
    parties = (Party(cell("party"), identity.text, str(identity.state)),) if cell("party") or identity.text else ()
    source = f"{agency}!{place:09}"
    key = f"{cell('record_id')}|{place:09}"
    if agency == "township":
        kind, owner = RecordKind.REFERRAL, unit
        fields |= {"case_no": key, "referral_no": cell("doc_no"), "sent_at": day}
    elif agency == "police":
        kind, owner = RecordKind.ACCEPTANCE, agency
        fields |= {"acceptance_no": cell("doc_no"), "referral_no": cell("ref_doc_no"), "received_at": day}
    else:
        kind, owner = RecordKind.DOCUMENT, agency
        fields |= {
            "doc_type": "listed",
            "doc_no": cell("doc_no"),
            "related_doc_no": cell("ref_doc_no") or cell("police_doc_no"),
            "police_doc_no": cell("police_doc_no"),
            "decided_at": day or "1900-01-01",
        }
    return Record(owner or agency, kind, key, source, {k: v for k, v in fields.items() if v}, parties)


def _read_into(fields: dict[str, str], name: str, text: str) -> None:
    try:
        if text:
            fields[name] = plain(read_amount(text))
    except UnreadableValue:
        pass  # an amount that cannot be read is no evidence


def _read_day(text: str) -> str:
    try:
        return read_moment(text).day.isoformat() if text else ""
    except UnreadableValue:
        return ""
