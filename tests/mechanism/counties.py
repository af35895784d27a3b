"""Two counties that differ in nothing but their sealed matters: the samples' agencies with their clues of duty crime, and without."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from typer.testing import CliRunner

from cli.main import commands_for
from hub.privacy import key_line
from sandbox.agencies import Sandbox

ROOT = Path(__file__).resolve().parents[2]
FIRST, LATER = "2026-10-31T23:59+08:00", "2026-11-13T12:00+08:00"
MONTH_OF = {FIRST: "2026-09", LATER: "2026-10"}
RUN = CliRunner()


@dataclass(frozen=True, slots=True)
class County:
    """A county that runs, its ledger, and where its agencies keep their files. out: what the last reconciliation wrote."""

    place: Path
    out: Path
    environ: dict[str, str]

    def run(self, *words: str, as_of: str = LATER) -> str:
        """What a subcommand prints; it must end well."""
        done = RUN.invoke(
            commands_for([]), list(words), env={**self.environ, "HUB_AS_OF": as_of}, catch_exceptions=False
        )
        assert done.exit_code == 0, done.output
        return done.output

    def listed(self, *words: str) -> list[dict[str, str]]:
        """The lines of a listing."""
        lines: list[dict[str, str]] = json.loads(self.run(*words, "--json"))
        return lines


@dataclass
class _Clock:
    """What the agencies' own clocks show."""

    at: datetime

    def read(self) -> datetime:
        """The time."""
        return self.at


def sealed_documents(samples: Path) -> list[dict[str, object]]:
    """The samples' clues of duty crime, tied to open matters by every number and person that they could share.

    One more cannot be read, and one is a clue under the number of another letter.
    """
    every = _documents(samples)
    clues = [document for document in every if document["doc_type"] == "duty_clue"]
    opinion = next(d for d in every if d["doc_type"] == "penalty_opinion" and d["unified_case_no"])
    demand = next(d for d in every if d["doc_type"] == "reasons_for_nonfiling" and d["police_case_no"])
    transfer = next(d for d in every if d["doc_type"] == "transfer_opinion" and d["related_doc_no"])
    names = ("unified_case_no", "police_case_no", "related_doc_no", "persons", "township")
    tied = [
        {**clue, **{name: about[name] for name in names if about[name]}}
        for clue, about in zip(clues, (opinion, demand, transfer), strict=False)
    ]
    same_number = {**clues[3], "doc_id": "sealed-same-number", "doc_no": opinion["doc_no"]}
    unreadable = {**clues[4], "doc_id": "sealed-unreadable", "served_at": "2026-13-45"}
    return [*tied, *clues[3:], same_number, unreadable]


@contextmanager
def running(samples: Path, home: Path, key: bytes, *, sealed: bool) -> Iterator[County]:
    """The county, after two full cycles a fortnight apart; both counties keep their ledgers under one key."""
    source = Path(shutil.copytree(samples, home / "source"))
    _lay_out(source, sealed_documents(samples) if sealed else [], receipts=sealed)
    (home / "hub.key").write_bytes(key_line(key))
    environ = {
        "HUB_DATABASE_URL": f"sqlite:///{home / 'ledger.db'}",
        "HUB_KEY_FILE": str(home / "hub.key"),
        "HUB_MAPPINGS": str(ROOT / "mappings"),
        "HUB_ENDPOINTS": str(home / "endpoints.json"),
    }
    clock = _Clock(datetime.fromisoformat(FIRST))
    with Sandbox(source, home / "agencies", answers=False, clock=clock.read) as sandbox:
        (home / "endpoints.json").write_text(json.dumps(sandbox.endpoints), encoding="utf-8")
        county = County(sandbox.place, home / "out", environ)
        county.run("init", as_of=FIRST)
        for as_of in (FIRST, LATER):
            clock.at = datetime.fromisoformat(as_of)
            county.run("exchange", as_of=as_of)
            county.run("reconcile", "--commit", "--out", str(county.out), as_of=as_of)
            county.run("escalate", "--commit", as_of=as_of)
            county.run("bulletin", MONTH_OF[as_of], "--commit", as_of=as_of)
            county.run("exchange", as_of=as_of)
        yield county


def _documents(samples: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((samples / "procuratorate" / "documents.json").read_text("utf-8"))
    return found


def _lay_out(source: Path, sealed: list[dict[str, object]], *, receipts: bool) -> None:
    opened = [document for document in _documents(source) if document["doc_type"] != "duty_clue"]
    content = json.dumps([*opened, *sealed], ensure_ascii=False)
    (source / "procuratorate" / "documents.json").write_text(content, encoding="utf-8")
    for file in (source / "supervision_commission").glob("*.csv"):
        if receipts:
            # One more line, of a day that is none.
            text = file.read_text("utf-8-sig") + "99,繁检职移〔2026〕99号,2026-13-45,监收99\n"
            file.write_text(text, encoding="utf-8-sig", newline="")
        else:
            file.unlink()
