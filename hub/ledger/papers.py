"""Which letters and notices were drafted, under which numbers, and with which bytes?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select

from hub.ledger import schema
from hub.ledger.bulk import insert_rows
from hub.ledger.canon import instant, instant_text
from hub.ledger.chain import seal
from hub.ledger.leaf import leaf, open_leaf
from hub.ledger.store import Transaction
from hub.privacy import Cipher, digest


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """A paper without its bytes. kind: an id of `mappings/papers.yaml`; occasion: what it was drafted for, once.

    by: who had it drafted, empty for the hub itself; approved_by: who approved, where the mechanism asks for it.
    given: the fields that a person gave and the ledger did not. sealed: about duty crime, shown to nobody but those
    who may know of it.
    """

    kind: str
    title: str
    number: str
    occasion: str
    case_id: str
    issuer: str
    addressees: tuple[str, ...]
    copies_to: tuple[str, ...]
    sealed: bool
    sha256: str
    drafted_at: datetime
    by: str = ""
    approved_by: str = ""
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    paper_id: str = ""


def paper_id_of(cipher: Cipher, occasion: str) -> str:
    """The id of the one paper of an occasion: the same for every run, and telling nothing without the key."""
    return f"W{cipher.index(f'paper {occasion}')[:20]}"


def keep_paper(tx: Transaction, paper: StoredPaper, content: bytes) -> bool:
    """Keep a paper and its entry of evidence; False, and nothing kept, where one of its occasion is there already.

    In clear stand only keyed digests: whoever reads the table learns neither which papers there are nor what numbers
    they bear. Raises ValueError where another paper bears the number, or where the bytes are not those of `sha256`.
    """
    tx.must_write()
    table = schema.paper
    paper_id = paper_id_of(tx.cipher, paper.occasion)
    if tx.connection.execute(select(table.c.paper_id).where(table.c.paper_id == paper_id)).first():
        return False
    number = number_index(tx.cipher, paper.number)
    if tx.connection.execute(select(table.c.paper_id).where(table.c.number == number)).first():
        raise ValueError(f"{paper.number}: another paper bears this number")
    if digest(content) != paper.sha256:
        raise ValueError(f"{paper.number}: the bytes do not give their sha256")
    drafted_at = instant_text(paper.drafted_at)
    statement = {**asdict(paper), "paper_id": paper_id, "drafted_at": drafted_at}
    one = leaf(tx.cipher, paper_purpose(paper_id), statement)
    sealed = tx.cipher.seal(content, content_purpose(paper_id))
    insert_rows(tx, table, [(paper_id, number, drafted_at, one.digest, one.sealed, sealed)])
    entry = {"paper_id": paper_id, "number": number, "drafted_at": drafted_at, "digest": one.digest}
    seal(tx, "paper", entry, paper.drafted_at)
    return True


def papers(tx: Transaction, known_at: datetime | None = None) -> list[StoredPaper]:
    """Every paper drafted until `known_at`, sealed ones too, oldest first, then by number."""
    table = schema.paper
    query = select(table.c.paper_id, table.c.sealed)
    if known_at is not None:
        query = query.where(table.c.drafted_at <= instant_text(known_at))
    rows = tx.connection.execute(query)
    found = [_paper(open_leaf(tx, paper_purpose(paper_id), sealed)) for paper_id, sealed in rows]
    return sorted(found, key=lambda paper: (paper.drafted_at, len(paper.number), paper.number))


def paper_content(tx: Transaction, paper_id: str) -> bytes:
    """The bytes of a paper. Raises KeyError for an unknown one, EvidenceBroken where they were altered."""
    table = schema.paper
    query = select(table.c.content).where(table.c.paper_id == paper_id)
    content = tx.connection.execute(query).scalar_one_or_none()
    if content is None:
        raise KeyError(paper_id)
    return tx.cipher.open(content, content_purpose(paper_id))


def number_index(cipher: Cipher, number: str) -> str:
    """What stands in clear for a number, so that none is given twice."""
    return cipher.index(f"paper number {number}")


def paper_purpose(paper_id: str) -> str:
    """What the statement of a paper is sealed for."""
    return f"paper {paper_id}"


def content_purpose(paper_id: str) -> str:
    """What the bytes of a paper are sealed for."""
    return f"paper content {paper_id}"


def _paper(content: Mapping[str, object]) -> StoredPaper:
    found = cast("dict[str, Any]", {name: value for name, value in content.items() if name != "salt"})
    for name in ("addressees", "copies_to"):
        found[name] = tuple(found[name])
    found["drafted_at"] = instant(found["drafted_at"])
    return StoredPaper(**found)
