"""How is one statement kept sealed, and still provable later to someone who has no key?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from hub.ledger.canon import canonical
from hub.ledger.store import Transaction
from hub.privacy import Cipher, digest


@dataclass(frozen=True, slots=True)
class Leaf:
    """A statement's bytes, their digest as the evidence chain covers it, and the bytes sealed for the table."""

    payload: bytes
    digest: str
    sealed: bytes


def leaf(cipher: Cipher, purpose: str, content: Mapping[str, object]) -> Leaf:
    """Seal one statement. It gets a salt that only the key can give again: without it, somebody who guesses a
    person's number could try the guess against a digest that stands in clear.
    """
    payload = canonical({**content, "salt": cipher.index(f"salt {purpose}")[:32]})
    return Leaf(payload, digest(payload), cipher.seal(payload, purpose))


def open_leaf(tx: Transaction, purpose: str, sealed: bytes) -> dict[str, object]:
    """The statement again. Raises EvidenceBroken where it was altered, ConfigurationFault under another key."""
    content: dict[str, object] = json.loads(tx.cipher.open(sealed, purpose).decode())
    return content
