"""How is the truth written down? The files of expected/, in the formats of README 7."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.drawing.comparing import File, Finding
from tests.drawing.deliveries import due_day, end_of_month
from tests.drawing.duedays import day_of, end_of, in_time, is_working, text
from tests.drawing.duties import Duty
from tests.drawing.ledgers import Drawn
from tests.drawing.looks import KEYS
from tests.drawing.model import Acceptance, Decision, Document, Event, Receipt, Row
from tests.drawing.places import AS_OF, FIRST_DAY, LAST_POLICE_DAY, MONTHS, TOWNSHIPS
from tests.drawing.spelling import Number
from tests.drawing.standing import Stand

DISPOSITIONS = ("accepted", "duplicate", "superseded", "quarantined", "ignored")


@dataclass(frozen=True)
class Truth:
    """Everything a hub should make of a drawing."""

    stands: list[Stand]
    events: list[Event]
    duties: list[Duty]
    findings: list[Finding]
    files: list[Drawn]
    reports: list[tuple[str, date, datetime, str, datetime | None]]


def name_cases(files: list[File]) -> None:
    """M0001 and so on."""
    for n, file in enumerate(files, 1):
        file.case.name = f"M{n:04d}"


def reports(
    files: list[Drawn], delivered_on: dict[date, list[datetime]]
) -> list[tuple[str, date, datetime, str, datetime | None]]:
    """agency, opened, due, state, ended of every report that an agency's calendar asks for (README 6.5)."""
    found = []
    for code in TOWNSHIPS:
        for month in MONTHS:
            came = [f.arrived for f in files if f.agency == code and f.month == month and f.counted and not f.refused]
            opened = end_of_month(month)
            found.append(_report(code, opened, end_of(due_day(month)), min(came, default=None)))
    for n in range((LAST_POLICE_DAY - FIRST_DAY).days + 1):
        day = FIRST_DAY + timedelta(n)
        if is_working(day):
            both = delivered_on.get(day, [])
            found.append(_report("police", day, end_of(day), max(both) if len(both) == 2 else None))
    return found


def _report(
    agency: str, opened: date, due_at: datetime, ended: datetime | None
) -> tuple[str, date, datetime, str, datetime | None]:
    if ended is None:
        return agency, opened, due_at, "overdue" if due_at < AS_OF else "open", None
    return agency, opened, due_at, "discharged" if in_time(ended, due_at) else "discharged_late", ended


def native(record: object) -> str:
    """An agency's own number of a record."""
    if isinstance(record, Row):
        number = record.cells[KEYS[record.sheet]]
        assert isinstance(number, Number)
        return number.text
    if isinstance(record, Acceptance | Decision):
        return record.case_no
    assert isinstance(record, Document | Receipt)
    return record.number.text


def tables(truth: Truth) -> dict[str, str]:
    """The text of each file of expected/."""
    agency_of = {e.source: f.agency for f in truth.files for e in f.entries}
    links: list[tuple[str, ...]] = []
    rows: list[tuple[str, ...]] = []
    balance: list[tuple[object, ...]] = []
    for stand in truth.stands:
        record = stand.entry.record
        case = record.case if record is not None else None
        if case is not None:
            source = stand.entry.source
            links.append((case.name, agency_of[source], source, native(record), "|".join(stand.earlier)))
    for file in truth.files:
        if not file.counted:
            continue
        name = "api" if file.agency == "procuratorate" else file.path
        if file.refused:
            rows.append((file.path, "quarantined", *file.refused))
            balance.append((name, 1, 0, 0, 0, 1, 0))
            continue
        count: Counter[str] = Counter(e.disposition for e in file.entries)
        balance.append((name, len(file.entries), *(count[d] for d in DISPOSITIONS)))
        for entry in file.entries:
            column, reason = entry.quarantined or ("", entry.ignored)
            rows.append((entry.source, entry.disposition, column, reason))
    return {
        "links.csv": _csv("case agency source native_reference earlier", sorted(links)),
        "events.csv": _csv("case event at agency attributes source", _events(truth)),
        "obligations.csv": _csv(
            "case rule debtor creditor opened_at due_at state ended_at late_by_days", _obligations(truth)
        ),
        "findings.csv": _csv(
            "case code agency detail",
            sorted((f.case.name if f.case else "", f.code, f.agency, f.detail) for f in truth.findings),
        ),
        "rows.csv": _csv("source disposition column reason", rows),
        "balance.csv": _csv("file rows accepted duplicate superseded quarantined ignored", balance),
    }


def _events(truth: Truth) -> list[tuple[object, ...]]:
    found = [(e.case.name, e.code, text(e.at), e.agency, e.attributes, e.source) for e in truth.events]
    return [tuple(e) for e in sorted(found, key=lambda e: (e[0], e[2], e[1], e[5]))]


def _obligations(truth: Truth) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for d in sorted(truth.duties, key=lambda d: (d.case.name, d.rule, text(d.opened), text(d.due_at))):
        late = "" if d.late_by is None else d.late_by
        ended = text(d.ended) if d.ended else ""
        found.append((d.case.name, d.rule, d.debtor, d.creditor, text(d.opened), text(d.due_at), d.state, ended, late))
    for agency, opened, due_at, state, at in truth.reports:
        late = (day_of(at or AS_OF) - due_at.date()).days if state in {"overdue", "discharged_late"} else ""
        case = f"report:{agency}"
        found.append(
            (case, "agency.report", agency, "hub", text(opened), text(due_at), state, text(at) if at else "", late)
        )
    return found


def _csv(header: str, rows: Sequence[tuple[object, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header.split())
    writer.writerows(rows)
    return out.getvalue()
