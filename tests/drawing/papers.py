"""What does the procuratorate's API serve, and what do the justice bureau and the commission list?"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime, time, timedelta

from tests.drawing import books
from tests.drawing.duedays import roll, text
from tests.drawing.ledgers import Drawn, Entry
from tests.drawing.model import Document, Fault, Receipt
from tests.drawing.offences import TERMS
from tests.drawing.places import AS_OF
from tests.drawing.spelling import Number, spell_number
from tests.drawing.world import World


def draw_documents(w: World) -> Drawn:
    """documents.json by updated_at, with the rows of it that must be set aside."""
    items: list[tuple[datetime, dict[str, object], Entry]] = []
    ordered = sorted(w.documents, key=lambda d: (d.decided, d.kind, d.number.text))
    named = Counter([id(r.case) for r in w.rows] + [id(d.case) for d in w.documents])
    for n, document in enumerate(ordered, 1):
        doc_id = f"JD2026{n:05d}"
        updated = max([document.decided, *filter(None, [document.served]), *document.copied])
        updated = min(updated + timedelta(minutes=w.rng.randrange(5, 180)), AS_OF)
        item = _item(w, document, doc_id, updated)
        # Somebody must name the township, or nobody knows to whom it is owed.
        told = document.related or document.police_case_no or document.unified
        others = named[id(document.case)] > 1
        if told and others and not document.sealed and w.luck.strikes("doc_township_absent", w.rng):
            item["township"] = None
            named[id(document.case)] -= 1
        items.append((updated, item, Entry(f"api:{doc_id}", document)))
    for doc_id, fault in _nobody(w):
        at = datetime.combine(date(2026, w.rng.randint(6, 10), w.rng.randint(1, 28)), time(10))
        item = _blank(w, doc_id, at)
        item["doc_type"] = "archive_notice" if fault.column == "doc_type" else "copy_receipt"
        if fault.column == "decided_at":
            item["decided_at"] = fault.text
        items.append((at, item, Entry(f"api:{doc_id}", quarantined=(fault.column, fault.reason))))
    items.sort(key=lambda i: (i[0], str(i[1]["doc_id"])))
    data = json.dumps([i for _, i, _ in items], ensure_ascii=False, indent=1).encode()
    return Drawn("procuratorate/documents.json", data + b"\n", AS_OF, [e for _, _, e in items], agency="procuratorate")


def _nobody(w: World) -> list[tuple[str, Fault]]:
    found = []
    if w.luck.plants("doc_unknown"):
        found.append(("JD202680001", Fault("doc_type", "unknown_category", "")))
    if w.luck.plants("doc_unreadable"):
        found.append(("JD202680002", Fault("decided_at", "impossible_date", "2026-06-31T10:00:00+08:00")))
    return found


def _blank(w: World, doc_id: str, at: datetime) -> dict[str, object]:
    document = Document(w.case(w.township()), "copy_receipt", w.number("繁检杂"), w.township(), [], at)
    return _item(w, document, doc_id, at)


def _item(w: World, d: Document, doc_id: str, updated: datetime) -> dict[str, object]:
    related = None
    if d.related is not None:
        related = spell_number(d.related, w.rng) if w.rng.random() < 0.5 else d.related.text
    cause = None
    if d.cause_code:
        # Mostly the charge's own word, without 罪.
        cause = TERMS[d.cause_code][0] if w.rng.random() < 0.8 else w.rng.choice(TERMS[d.cause_code])
    return {
        "doc_id": doc_id,
        "doc_type": d.kind,
        "doc_no": d.number.text,
        "unified_case_no": d.unified,
        "persons": [{"name": n.name_text, "id_no": n.id_text or None} for n in d.persons],
        "township": d.township,
        "police_case_no": d.police_case_no,
        "related_doc_no": related,
        "cause": cause,
        "decided_at": text(d.decided),
        "served_at": text(d.served) if d.served else None,
        "reply_by": d.reply_by.isoformat() if d.reply_by else None,
        "urgent": d.urgent,
        "penalty_needed": d.penalty_needed,
        "copies": [{"agency": "justice_bureau", "copied_at": text(at)} for at in d.copied],
        "sealed": d.sealed,
        "updated_at": text(updated),
    }


HEADERS = {
    agency: words.split()
    for agency, words in (
        ("justice_bureau", "序号 检察意见书文号 收文日期 收文编号 收文人 备注"),
        ("supervision_commission", "序号 移送函文号 收到日期 收文编号"),
    )
}


def draw_receipts(w: World) -> list[Drawn]:
    """A file per month and office, with a row listed twice now and then, and one that cannot be read."""
    drawn: list[Drawn] = []
    for agency in HEADERS:
        mine = sorted((r for r in w.receipts if r.agency == agency), key=lambda r: r.received)
        texts = {id(r): _row(w, r) for r in mine}
        months: dict[int, list[tuple[Receipt | None, list[str], Fault | None]]] = {m: [] for m in range(6, 11)}
        for receipt in mine:
            months[receipt.received.month].append((receipt, texts[id(receipt)], None))
        for receipt in mine:
            if w.luck.strikes("receipt_twice", w.rng):
                month = min(receipt.received.month + w.rng.randint(0, 1), 10)
                months[month].append((receipt, texts[id(receipt)], None))
        if w.luck.plants("receipt_unreadable"):
            month = w.rng.randint(7, 10)
            number = Number("繁检意" if agency == "justice_bureau" else "繁检职移", 300 + w.next("nobody receipt"))
            nobody = Receipt(agency, w.case(w.township()), number, date(2026, month, 1), w.number("收杂"))
            cells = _row(w, nobody)
            cells[1] = f"2026-{month:02d}-32"
            column = HEADERS[agency][2]
            months[month].append((None, cells, Fault(column, "impossible_date", cells[1])))
        strange = 0
        if agency == "supervision_commission" and w.luck.plants("receipts_unknown_column"):
            strange = w.rng.randint(7, 9)
        drawn += [_file(agency, month, rows, strange=month == strange) for month, rows in months.items()]
    return drawn


def _row(w: World, r: Receipt) -> list[str]:
    letter = spell_number(r.letter, w.rng) if w.luck.strikes("number_spelling", w.rng) else r.letter.text
    cells = [letter, r.received.isoformat(), r.number.text]
    return [*cells, "示例收文员", ""] if r.agency == "justice_bureau" else cells


def _file(
    agency: str, month: int, rows: list[tuple[Receipt | None, list[str], Fault | None]], *, strange: bool
) -> Drawn:
    path = f"{agency}/receipts_2026{month:02d}.csv"
    table = [[str(n), *cells, *(["示例"] if strange else [])] for n, (_, cells, _) in enumerate(rows, 1)]
    arrived = datetime.combine(date(2026, 10, 30), time(17))
    if month < 10:
        arrived = datetime.combine(roll(date(2026, month + 1, 1)), time(9, 30))
    entries = [
        Entry(
            f"{path}!R{n}",
            receipt,
            quarantined=(fault.column, fault.reason) if fault else None,
            text=tuple(cells),
        )
        for n, (receipt, cells, fault) in enumerate(rows, 1)
    ]
    if strange:
        data = books.receipts_csv([*HEADERS[agency], "经手人"], table)
        return Drawn(path, data, arrived, refused=("经手人", "unknown_column"), agency=agency)
    return Drawn(path, books.receipts_csv(HEADERS[agency], table), arrived, entries, agency=agency)
