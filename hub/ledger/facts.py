"""What did the hub itself do, or was told, so that nobody is told twice?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import func, select

from hub.ledger import schema
from hub.ledger.bulk import insert_rows
from hub.ledger.canon import instant, instant_text
from hub.ledger.chain import seal
from hub.ledger.leaf import leaf, open_leaf
from hub.ledger.store import Transaction
from hub.privacy import holds_identity_number


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to one subject once. at: when; learned_at: since when the hub knows."""

    code: str
    subject: str
    at: datetime
    learned_at: datetime
    attributes: Mapping[str, str]


def append_fact(
    tx: Transaction,
    code: str,
    subject: str,
    at: datetime,
    attributes: Mapping[str, str],
    learned_at: datetime | None = None,
) -> bool:
    """Keep a fact and its entry of evidence; False, and nothing kept, where (code, subject) is there already.

    learned_at defaults to `at`: what the hub does it knows at once. Attributes are sealed; code and subject stand
    in clear, so ValueError is raised where they hold what reads like an identity number.
    """
    tx.must_write()
    if holds_identity_number(f"{code} {subject}"):
        raise ValueError(f"a fact's code and subject stand in clear: an identity number is in that of {code}")
    table = schema.fact
    there = select(table.c.fact_id).where(table.c.code == code, table.c.subject == subject)
    if tx.connection.execute(there).first() is not None:
        return False
    fact_id = (tx.connection.execute(select(func.max(table.c.fact_id))).scalar_one() or 0) + 1
    when, learned = instant_text(at), instant_text(learned_at or at)
    content = {"code": code, "subject": subject, "at": when, "learned_at": learned, "attributes": dict(attributes)}
    one = leaf(tx.cipher, fact_purpose(code, subject), content)
    insert_rows(tx, table, [(fact_id, code, subject, when, learned, one.digest, one.sealed)])
    entry = {
        "fact_id": fact_id,
        "code": code,
        "subject": subject,
        "at": when,
        "learned_at": learned,
        "digest": one.digest,
    }
    seal(tx, "fact", entry, learned_at or at)
    return True


def facts(
    tx: Transaction, *, code: str | None = None, subject: str | None = None, known_at: datetime | None = None
) -> list[Fact]:
    """What is known until `known_at`, in the order of its telling. Raises EvidenceBroken where one was altered."""
    table = schema.fact
    query = select(table.c.code, table.c.subject, table.c.sealed).order_by(table.c.fact_id)
    if code is not None:
        query = query.where(table.c.code == code)
    if subject is not None:
        query = query.where(table.c.subject == subject)
    if known_at is not None:
        query = query.where(table.c.learned_at <= instant_text(known_at))
    return [
        _fact(open_leaf(tx, fact_purpose(code_, subject_), sealed))
        for code_, subject_, sealed in tx.connection.execute(query)
    ]


def fact_purpose(code: str, subject: str) -> str:
    """What a fact is sealed for."""
    return f"fact {code} {subject}"


def _fact(content: dict[str, object]) -> Fact:
    return Fact(
        code=cast("str", content["code"]),
        subject=cast("str", content["subject"]),
        at=instant(cast("str", content["at"])),
        learned_at=instant(cast("str", content["learned_at"])),
        attributes=cast("dict[str, str]", content["attributes"]),
    )
