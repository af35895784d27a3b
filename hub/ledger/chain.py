"""How does one entry of evidence follow another, so that none can be changed, dropped or slipped in?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from hub.errors import EvidenceBroken
from hub.ledger import schema
from hub.ledger.bulk import insert_rows
from hub.ledger.canon import canonical, instant_text
from hub.ledger.store import Transaction

BEFORE_FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands in the ledger. body: the canonical JSON of seq, kind, at and entry, which is hashed."""

    seq: int
    previous: str
    hash: str
    kind: str
    at: str
    entry: str

    def body(self) -> bytes:
        """What the hash is made of, beside the entry before."""
        return body(self.seq, self.kind, self.at, json.loads(self.entry))


def seal(tx: Transaction, kind: str, entry: Mapping[str, object], at: datetime) -> str:
    """Append one entry to the chain and give its hash.

    The hash is SHA-256 over the previous hash and the SHA-256 of the entry's body, so that an entry can be shown to
    stand in the chain without its text. Raises EvidenceBroken where the chain's end does not verify: nothing
    more is sealed on top of it.
    """
    tx.must_write()
    seq, previous = tx.head or head(tx)
    seq += 1
    text = canonical(entry)
    when = instant_text(at)
    hash_ = chained(previous, body(seq, kind, when, entry))
    insert_rows(tx, schema.evidence, [(seq, previous, hash_, kind, when, text.decode())])
    tx.head = (seq, hash_)
    return hash_


def head(tx: Transaction) -> tuple[int, str]:
    """The last entry's seq and hash, checked against its own content; (0, zeros) for an empty chain.

    Raises EvidenceBroken where the last entry is not what was sealed, or does not follow the one before it.
    """
    last = list(tx.connection.execute(select(schema.evidence).order_by(schema.evidence.c.seq.desc()).limit(2)))
    if not last:
        return 0, BEFORE_FIRST
    entry = Entry(*last[0])
    before = Entry(*last[1]) if len(last) == 2 else None
    fault = fault_of(entry, before.seq if before else 0, before.hash if before else BEFORE_FIRST)
    if fault:
        raise EvidenceBroken(f"evidence {entry.seq}: {fault}; nothing is sealed on top of it")
    return entry.seq, entry.hash


def entries(tx: Transaction, first: int = 1) -> Iterator[Entry]:
    """The chain's entries from `first` on, in order."""
    table = schema.evidence
    rows = tx.connection.execution_options(yield_per=5_000).execute(
        select(table).where(table.c.seq >= first).order_by(table.c.seq)
    )
    for row in rows:
        yield Entry(*row)


def fault_of(entry: Entry, previous_seq: int, previous_hash: str) -> str:
    """What is wrong with an entry, given the one before it; empty where nothing is."""
    if entry.seq != previous_seq + 1:
        return f"follows entry {previous_seq}, so entries are missing"
    if entry.previous != previous_hash:
        return "does not name the hash of the entry before it"
    try:
        content = json.loads(entry.entry)
    except ValueError:
        return "its text is no JSON any more"
    if canonical(content).decode() != entry.entry:
        return "its text is not as it was written"
    if chained(previous_hash, body(entry.seq, entry.kind, entry.at, content)) != entry.hash:
        return "its content and its hash disagree"
    return ""


def body(seq: int, kind: str, at: str, entry: Mapping[str, object]) -> bytes:
    """The canonical JSON that stands for one entry."""
    return canonical({"seq": seq, "kind": kind, "at": at, "entry": entry})


def chained(previous: str, content: bytes) -> str:
    """The hash of an entry whose body is `content`."""
    return hashlib.sha256(previous.encode() + hashlib.sha256(content).hexdigest().encode()).hexdigest()
