"""What do the samples' own events say, as this package's events? So that its arithmetic can be held to theirs."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

from tests.drawing.duedays import When
from tests.drawing.model import Case, Event

RELATED = {"clue.registered", "clue.result_notified", "consultation.answered"}


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def when(text: str) -> When:
    """A bare date, or a moment of Shanghai without its zone."""
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).replace(tzinfo=None)


def plain(number: str) -> str:
    """A document number without its spelling."""
    text = re.sub(r"[\s第号號]", "", unicodedata.normalize("NFKC", number))
    return re.sub(r"[〔﹝\[【(]?(20\d\d)[〕﹞\]】)]?0*", r"〔\1〕", text)


def sample_events(samples: Path) -> list[Event]:
    """Every event of expected/events.csv with what its record shares with others."""
    native = {r["source"]: r["native_reference"] for r in _read(samples / "expected" / "links.csv")}
    documents = json.loads((samples / "procuratorate" / "documents.json").read_text(encoding="utf-8"))
    served = {f"api:{d['doc_id']}": d for d in documents}
    letters = {s: plain(t) for s, t in _receipts(samples)} | {s: plain(t) for s, t in _consultations(samples)}
    people: dict[str, int] = {}
    cases: dict[str, Case] = {}
    found = []
    for row in _read(samples / "expected" / "events.csv"):
        source, agency, code = row["source"], row["agency"], row["event"]
        says = dict(part.split("=", 1) for part in row["attributes"].split(";") if part)
        document = served.get(source, {})
        number = plain(native.get(source, ""))
        if code in RELATED:
            number = plain(document["related_doc_no"] or "")
        penal = says.get("opinion", "")
        kind = says.get("reply_kind", "")
        flag = says.get("written") or says.get("penalty_needed") or says.get("outcome") or ""
        found.append(
            Event(
                cases.setdefault(row["case"], Case("", row["case"])),
                code,
                when(row["at"]),
                agency,
                source,
                row=source if agency.startswith("1409") else "",
                police_case=native.get(source, "") if agency == "police" else "",
                letter=letters.get(source, number),
                persons=frozenset(people.setdefault(p["name"], len(people)) for p in document.get("persons", ())),
                township=document.get("township") or (agency if agency.startswith("1409") else ""),
                days=int(says.get("days", 0)),
                reply_by=when(document["reply_by"]) if document.get("reply_by") else None,
                flag=f"{penal}/{kind}" if kind else "urgent" if document.get("urgent") else flag,
            )
        )
    return found


def _receipts(samples: Path) -> Iterable[tuple[str, str]]:
    for agency, column in (("justice_bureau", "检察意见书文号"), ("supervision_commission", "移送函文号")):
        for path in sorted((samples / agency).glob("*.csv")):
            for n, row in enumerate(_read(path), 1):
                yield f"{agency}/{path.name}!R{n}", row[column]


def _consultations(samples: Path) -> Iterable[tuple[str, str]]:
    for path in sorted((samples / "police" / "outbox").glob("cl_*.csv")):
        with path.open(encoding="gb18030", newline="") as file:
            for n, row in enumerate(csv.DictReader(file), 1):
                if row["结果"] == "书面咨询":
                    yield f"police/outbox/{path.name}!R{n}", row["文书文号"]
