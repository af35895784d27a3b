"""Which runs were committed, on what, and with what outcome?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from hub.ledger import schema
from hub.ledger.bulk import insert_rows
from hub.ledger.canon import canonical, instant, instant_text
from hub.ledger.chain import seal
from hub.ledger.store import Transaction
from hub.privacy import holds_identity_number


@dataclass(frozen=True, slots=True)
class Run:
    """One committed run. as_of: the instant it judged; known_at: what it knew until then; at: when it ran."""

    run_id: str
    kind: str
    as_of: datetime
    known_at: datetime
    parameters: Mapping[str, str]
    counts: Mapping[str, int]
    at: datetime


def append_run(tx: Transaction, run: Run) -> bool:
    """Keep a run and its entry of evidence; False where its id is there already.

    Raises ValueError where a parameter, which stands in clear, holds what reads like an identity number.
    """
    tx.must_write()
    table = schema.run
    if tx.connection.execute(select(table.c.kind).where(table.c.run_id == run.run_id)).first():
        return False
    columns = {
        "run_id": run.run_id,
        "kind": run.kind,
        "as_of": instant_text(run.as_of),
        "known_at": instant_text(run.known_at),
        "parameters": canonical(dict(run.parameters)).decode(),
        "counts": canonical(dict(run.counts)).decode(),
        "at": instant_text(run.at),
    }
    if holds_identity_number(" ".join(columns.values())):
        raise ValueError(f"a run's parameters stand in clear: an identity number is in those of {run.kind}")
    insert_rows(tx, table, [tuple(columns.values())])
    seal(tx, "run", {**columns, "parameters": dict(run.parameters), "counts": dict(run.counts)}, run.at)
    return True


def next_run_id(tx: Transaction, run_id: str) -> str:
    """The id for one more run of this kind and instant: `run_id` for the first of them, then `run_id.2`, `run_id.3` …"""
    table = schema.run
    same = (table.c.run_id == run_id) | table.c.run_id.startswith(f"{run_id}.", autoescape=True)
    number = tx.connection.execute(select(func.count()).select_from(table).where(same)).scalar_one() + 1
    return run_id if number == 1 else f"{run_id}.{number}"


def looks_back(as_of: datetime, at: datetime, earlier: Iterable[Run]) -> bool:
    """Whether a run as of an instant is about the past: an earlier one judged a later instant, which had come by `at`."""
    return any(as_of < run.as_of <= at for run in earlier)


def runs(tx: Transaction, *, kind: str | None = None, known_at: datetime | None = None) -> list[Run]:
    """The committed runs until `known_at`, oldest first."""
    table = schema.run
    # Of one kind and instant the later number is the longer id, or the greater one.
    query = select(table).order_by(table.c.at, func.length(table.c.run_id), table.c.run_id)
    if kind is not None:
        query = query.where(table.c.kind == kind)
    if known_at is not None:
        query = query.where(table.c.at <= instant_text(known_at))
    return [
        Run(
            row.run_id,
            row.kind,
            instant(row.as_of),
            instant(row.known_at),
            json.loads(row.parameters),
            json.loads(row.counts),
            instant(row.at),
        )
        for row in tx.connection.execute(query)
    ]
