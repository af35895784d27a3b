"""What do the tests of the stack share: a county of three agencies, a stack on it, and what stands in its home."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import psutil  # type: ignore[import-untyped]

from hub.ladder.questions import decision_id
from hub.ladder.rung import Outcome
from hub.ladder.told import told_so_far
from hub.ledger.deliveries import DeliveryState, deliveries
from hub.ledger.facts import facts
from hub.ledger.links import current_links
from hub.ledger.papers import papers
from hub.ledger.parcels import stored_parcels, stored_rows
from hub.ledger.store import open_ledger
from hub.privacy import Cipher, load_key

TOWNSHIP = "140924100"
AGENCIES = (TOWNSHIP, "police", "procuratorate")
AS_OF = "2026-10-31T23:59+08:00"
LIMIT_SECONDS = 1500.0


@dataclass(frozen=True, slots=True)
class County:
    """The agencies' files, and the mapping files of just these agencies."""

    source: Path
    mappings: Path


def small_county(samples: Path, root: Path, folder: Path) -> County:
    """One township, the police's last month, and the procuratorate's documents about that township."""
    source, mappings = folder / "source", folder / "mappings"
    shutil.copytree(samples / "codes", source / "codes")
    for name in ("agencies.csv", "arrivals.csv"):
        shutil.copy(samples / name, source / name)
    for part in (f"townships/{TOWNSHIP}", "procuratorate", "police"):
        shutil.copytree(samples / part, source / part)
    for path in (source / "police" / "outbox").iterdir():
        if "_202610" not in path.name:
            path.unlink()
    documents = source / "procuratorate" / "documents.json"
    about = [one for one in json.loads(documents.read_text(encoding="utf-8")) if one["township"] == TOWNSHIP]
    documents.write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    shutil.copytree(root / "mappings", mappings)
    for path in (mappings / "agencies").iterdir():
        if path.stem not in AGENCIES:
            path.unlink()
    return County(source, mappings)


@dataclass(slots=True)
class Stack:
    """`python -m cli.stack WORD` as a terminal runs it: in a process group of its own, which Ctrl-C reaches whole."""

    word: str
    county: County
    home: Path
    root: Path
    port: int
    lines: list[str] = field(default_factory=list)
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        where = ("--source", self.county.source, "--home", self.home, "--as-of", AS_OF, "--port", str(self.port))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli.stack", self.word, *where],
            cwd=self.root,
            env={**os.environ, "HUB_MAPPINGS": str(self.county.mappings)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(self.process.stdout)

    @property
    def url(self) -> str:
        """Where its Airflow is reached."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        """Everything that it printed so far."""
        return "".join(self.lines)

    def wait_for(self, words: str) -> None:
        """Until it says so; an error where it ends or takes too long."""
        wait(lambda: words in self.said or self.process.poll() is not None, words)
        assert words in self.said, self.said

    def interrupt(self) -> int:
        """Ctrl-C; its exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.end()

    def end(self) -> int:
        """Wait for its end; its exit code."""
        return self.process.wait(timeout=LIMIT_SECONDS)

    def left_running(self) -> list[str]:
        """The processes that work on this home."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("HUB_VAR") == str(self.home) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(f"{process.pid} {process.name()}")
            except psutil.Error:
                continue
        return found

    def held_ports(self) -> list[int]:
        """Which of its ports something still listens on: Airflow's, and those of the agencies."""
        noted = self.home / "sandbox" / "state" / "ports.json"
        agencies: dict[str, int] = json.loads(noted.read_text(encoding="utf-8")) if noted.exists() else {}
        return [port for port in (self.port, *agencies.values()) if _answers(port)]


def wait(ready: Callable[[], bool], what: str) -> None:
    """Until it is so; an error where it takes too long."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while not ready():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How often each thing stands in a home, by what makes it that thing. Agencies' answers are left out: they come late.

    sent, received: delivery -> sha256 of its bytes, as the ledger sent it and as the agency has it.
    asked: decision -> how many runs ask for it; proposed: the decisions that the ledger put to people.
    """

    parcels: Counter[tuple[str, str, str]]
    rows: Counter[tuple[str, int]]
    links: Counter[str]
    told: Counter[tuple[str, str]]
    intents: Counter[str]
    unsent: frozenset[str]
    sent: dict[str, str]
    received: dict[str, str]
    asked: Counter[str]
    proposed: frozenset[str]
    papers: Counter[str]

    def doubled(self) -> dict[str, list[object]]:
        """What stands there more than once."""
        counted = {
            name: getattr(self, name) for name in ("parcels", "rows", "links", "told", "intents", "asked", "papers")
        }
        twice = {name: [one for one, count in counts.items() if count > 1] for name, counts in counted.items()}
        return {name: found for name, found in twice.items() if found}


def standing(home: Path) -> Standing:
    """What stands in the ledger, at the agencies and in Airflow."""
    ledger = open_ledger(f"sqlite:///{home / 'ledger.db'}", Cipher(load_key(home / "hub.key")))
    try:
        with ledger.read() as tx:
            parcels = [one for one in stored_parcels(tx) if "/ack/" not in one.path]
            # One file, one version: sent again under another name it is another parcel.
            every = deliveries(tx)
            told = told_so_far(tx)
            return Standing(
                parcels=Counter((one.agency, one.path, one.sha256) for one in parcels),
                rows=Counter((row.reading.source, row.position) for row in stored_rows(tx)),
                links=Counter(link.source for link in current_links(tx)),
                told=Counter((fact.code, fact.subject) for fact in facts(tx)),
                intents=Counter(intent for one in every for intent in one.refers.intents),
                unsent=frozenset(one.delivery_id for one in every if one.state is DeliveryState.PLANNED),
                sent={one.delivery_id: one.sha256 for one in every if one.sent_at is not None},
                received=_received(home / "sandbox"),
                asked=_asked(home / "airflow" / "airflow.db"),
                proposed=frozenset(
                    decision_id(one.rung_key, one.attempt) for one in told if one.outcome is Outcome.PROPOSED
                ),
                papers=Counter(name for one in papers(tx) for name in (one.number, one.occasion)),
            )
    finally:
        ledger.dispose()


def _received(place: Path) -> dict[str, str]:
    """What lies at the agencies, without the examples that came with their files."""
    examples = (place / "state" / "laid_out.txt").read_text(encoding="utf-8")
    files = [*place.glob("police/inbox/*.csv"), *place.glob("townships/*/inbox/*.xlsx")]
    found = {
        path.stem: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if str(path.relative_to(place)) not in examples
    }
    for path in place.glob("procuratorate/received/*/*.json"):
        entry = json.loads(path.read_text(encoding="utf-8"))
        assert entry["idempotency_key"] not in found, path
        found[entry["idempotency_key"]] = entry["receipt"]["sha256"]
    return found


def _asked(database: Path) -> Counter[str]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as airflow:
        runs = airflow.execute("SELECT run_id FROM dag_run WHERE dag_id = 'decide'")
        return Counter(run_id.partition(".")[0] for (run_id,) in runs)
