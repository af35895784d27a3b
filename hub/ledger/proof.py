"""What in the ledger proves, to someone without the key, that these rows, links, facts, deliveries and papers were sealed?"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Table, select

from hub.errors import EvidenceBroken
from hub.ledger import schema
from hub.ledger.chain import BEFORE_FIRST, Entry, entries, fault_of
from hub.ledger.deliveries import delivery_content
from hub.ledger.facts import fact_purpose
from hub.ledger.links import link_purpose
from hub.ledger.papers import paper_content, paper_purpose
from hub.ledger.rows import row_purpose
from hub.ledger.store import Transaction

# What stands between an obligation and what a fact says of it: a rung of a ladder, a number, an attempt.
_PART = re.compile("[/~#]")


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of the statements that one entry covers, opened; of the others only the digests, in their order.

    statements: place in the batch, from 0 -> the statement's JSON bytes; their SHA-256 is the digest at that place.
    """

    entry: Entry
    digests: tuple[str, ...]
    statements: Mapping[int, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to prove.

    rows: parcel_id -> places of its rows, from 0. subjects: of facts; a fact about a rung, a waiver or a stopped clock of
    an obligation (`O…/ladder/1`, `O…~1`) is about the obligation. noted: of facts that name others' records, too, so that
    only their entries may be told. case_id: of links.
    """

    case_id: str
    rows: Mapping[str, Collection[int]]
    subjects: Collection[str] = ()
    noted: Collection[str] = ()
    delivery_ids: Collection[str] = ()
    paper_ids: Collection[str] = ()

    def tells_of(self, subject: str) -> bool:
        """Whether a fact of this subject is to be shown whole."""
        return subject in self.subjects or _PART.split(subject, maxsplit=1)[0] in self.subjects


@dataclass(slots=True)
class Proof:
    """The entries that speak of what was wanted, with what they cover, and the whole chain from the first of them on.

    deliveries: entry and the bytes handed over; None for a file that speaks of others' matters too.
    papers: the statement of each, and its bytes.
    """

    chain: list[Entry] = field(default_factory=list)
    readings: list[Batch] = field(default_factory=list)
    links: list[Batch] = field(default_factory=list)
    facts: list[Batch] = field(default_factory=list)
    deliveries: list[tuple[Entry, bytes | None]] = field(default_factory=list)
    papers: list[tuple[Batch, bytes]] = field(default_factory=list)


def gather(tx: Transaction, wanted: Wanted) -> Proof:
    """Collect the proof. Raises KeyError where nothing of it is in the ledger, EvidenceBroken where it was altered."""
    proof = Proof()
    link_ids = _link_ids(tx, wanted.case_id)
    seq, hash_ = 0, BEFORE_FIRST
    for entry in entries(tx):
        fault = fault_of(entry, seq, hash_)
        if fault:
            raise EvidenceBroken(f"evidence {entry.seq}: {fault}")
        seq, hash_ = entry.seq, entry.hash
        if _speaks_of_it(tx, entry, wanted, link_ids, proof) or proof.chain:
            proof.chain.append(entry)
    if not proof.chain:
        raise KeyError(wanted.case_id)
    return proof


def _speaks_of_it(tx: Transaction, entry: Entry, wanted: Wanted, link_ids: Collection[int], proof: Proof) -> bool:
    content = json.loads(entry.entry)
    if entry.kind in {"parcel", "reading"} and content["parcel_id"] in wanted.rows:
        first, count = content["first_record_id"], content["rows"]
        places = [place for place in wanted.rows[content["parcel_id"]] if place < count]
        proof.readings.append(_reading(tx, entry, content["parcel_id"], first, count, places))
        return True
    if entry.kind == "links":
        first, count = content["first_link_id"], content["links"]
        places = [link_id - first for link_id in link_ids if first <= link_id < first + count]
        if places:
            proof.links.append(_links(tx, entry, first, count, places))
        return bool(places)
    if entry.kind == "fact" and wanted.tells_of(content["subject"]):
        proof.facts.append(_fact(tx, entry, content["fact_id"]))
        return True
    if entry.kind == "fact" and content["subject"] in wanted.noted:
        proof.facts.append(Batch(entry, (content["digest"],), {}))
        return True
    if entry.kind == "delivery" and content["delivery_id"] in wanted.delivery_ids:
        alone = set(content["refers"]["case_ids"]) <= {wanted.case_id}
        proof.deliveries.append((entry, delivery_content(tx, content["delivery_id"]) if alone else None))
        return True
    if entry.kind == "paper" and content["paper_id"] in wanted.paper_ids:
        proof.papers.append((_paper(tx, entry, content["paper_id"]), paper_content(tx, content["paper_id"])))
        return True
    return False


def _link_ids(tx: Transaction, case_id: str) -> list[int]:
    """The lines that put a record into the case, and those that took one of these records elsewhere."""
    table = schema.link
    sources = select(table.c.source).where(table.c.case_id == case_id)
    query = select(table.c.link_id).where(table.c.case_id.in_([case_id, ""]), table.c.source.in_(sources))
    return list(tx.connection.execute(query.order_by(table.c.link_id)).scalars())


def _reading(tx: Transaction, entry: Entry, parcel_id: str, first: int, count: int, places: Collection[int]) -> Batch:
    table = schema.record
    found = _batch(tx, table, table.c.record_id, first, count)
    statements = {
        place: tx.cipher.open(found[place][1], row_purpose(parcel_id, first + place)) for place in sorted(places)
    }
    return Batch(entry, tuple(digest for digest, _ in found), statements)


def _links(tx: Transaction, entry: Entry, first: int, count: int, places: Collection[int]) -> Batch:
    table = schema.link
    found = _batch(tx, table, table.c.link_id, first, count)
    statements = {place: tx.cipher.open(found[place][1], link_purpose(first + place)) for place in sorted(places)}
    return Batch(entry, tuple(digest for digest, _ in found), statements)


def _batch(
    tx: Transaction, table: Table, number: ColumnElement[int], first: int, count: int
) -> list[tuple[str, bytes]]:
    query = select(table.c.digest, table.c.sealed).where(number >= first, number < first + count).order_by(number)
    found = [(digest, sealed) for digest, sealed in tx.connection.execute(query)]
    if len(found) != count:
        raise EvidenceBroken(f"{table.name} {first}: {len(found)} of the {count} rows that were sealed are there")
    return found


def _fact(tx: Transaction, entry: Entry, fact_id: int) -> Batch:
    table = schema.fact
    row = tx.connection.execute(select(table).where(table.c.fact_id == fact_id)).one()
    return Batch(entry, (row.digest,), {0: tx.cipher.open(row.sealed, fact_purpose(row.code, row.subject))})


def _paper(tx: Transaction, entry: Entry, paper_id: str) -> Batch:
    table = schema.paper
    row = tx.connection.execute(select(table).where(table.c.paper_id == paper_id)).one()
    return Batch(entry, (row.digest,), {0: tx.cipher.open(row.sealed, paper_purpose(paper_id))})
