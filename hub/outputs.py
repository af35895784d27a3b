"""How are the results written for other programs? CSV files with fixed columns; two runs on the same input agree byte for byte."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from hub.model import Disposition, Record, RecordKind
from hub.moment import SHANGHAI
from hub.receiving.balance import FileBalance
from hub.view import View
from hub.whole_text import whole_text

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]
"""header, rows"""

# The number by which the agency itself knows a record.
_NATIVE = {
    RecordKind.REFERRAL: "case_no",
    RecordKind.PENALTY: "penalty_no",
    RecordKind.OPINION_HANDLING: "doc_no",
    RecordKind.CORRESPONDENCE: "doc_no",
    RecordKind.ACCEPTANCE: "police_case_no",
    RecordKind.POLICE_RESULT: "police_case_no",
    RecordKind.DOCUMENT: "doc_no",
    RecordKind.COPY_RECEIPT: "receipt_no",
    RecordKind.CLUE_RECEIPT: "receipt_no",
}


def native_reference(record: Record) -> str:
    """The record's number in its own agency's books."""
    return record.get(_NATIVE[record.kind])


def tables(view: View, balanced: Sequence[FileBalance]) -> Mapping[str, Table]:
    """file name -> table, with the columns that other programs rely on."""
    return {
        "links.csv": _links(view),
        "obligations.csv": _obligations(view),
        "findings.csv": (
            ("case_id", "code", "agency", "detail"),
            [(f.case_id, f.code, f.agency, f.detail) for f in view.findings],
        ),
        "rows.csv": _rows(view),
        "balance.csv": _balance(balanced),
    }


def csv_files(written: Mapping[str, Table]) -> dict[str, bytes]:
    """file name -> the table as UTF-8 CSV."""
    return {name: _csv(header, rows) for name, (header, rows) in written.items()}


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return whole_text(text.getvalue()).encode()


def _links(view: View) -> Table:
    source = {d.row.reading.source: d.source for d in view.disposed if d.disposition is Disposition.ACCEPTED}
    rows = [
        (
            link.case_id,
            link.record.agency,
            source[link.record.source],
            native_reference(link.record),
            link.tier,
            f"{link.score:.1f}",
        )
        for link in view.linkage.links
    ]
    return ("case_id", "agency", "source", "native_reference", "tier", "score"), sorted(rows)


def _obligations(view: View) -> Table:
    header = ("case_id", "rule", "debtor", "creditor", "opened_at", "due_at", "state", "ended_at")
    rows = [
        (
            o.case_id,
            o.rule,
            o.debtor,
            o.creditor,
            str(o.opened_at),
            o.due_at.astimezone(SHANGHAI).isoformat(),
            str(o.state),
            str(o.ended_at) if o.ended_at else "",
        )
        for o in view.obligations
    ]
    return header, sorted(rows)


def _rows(view: View) -> Table:
    rows = [
        (
            d.source,
            str(d.disposition),
            d.row.reading.column if d.disposition is Disposition.QUARANTINED else "",
            d.row.reading.reason,
        )
        for d in view.disposed
    ]
    return ("source", "disposition", "column", "reason"), sorted(rows)


def _balance(balanced: Sequence[FileBalance]) -> Table:
    header = ("file", "rows", *(str(word) for word in Disposition))
    rows = [
        (entry.file, str(entry.rows), *(str(entry.counts.get(word, 0)) for word in Disposition)) for entry in balanced
    ]
    return header, rows
