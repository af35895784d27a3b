"""How is one statement kept sealed, and still provable later to someone who has no key?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

import orjson

from hub.ledger.canon import canonical
from hub.ledger.store import Transaction
from hub.privacy import Cipher, digest
from hub.whole_text import whole_json


class Leaf(NamedTuple):
    """A statement's bytes, their digest as the evidence chain covers it, and the bytes sealed for the table."""

    payload: bytes
    digest: str
    sealed: bytes


def leaf(cipher: Cipher, purpose: str, content: Mapping[str, object]) -> Leaf:
    """Seal one statement. It gets a salt that only the key can give again: without it, somebody who guesses a
    person's number could try the guess against a digest that stands in clear.
    """
    return _sealed(cipher, purpose, canonical({**content, "salt": _salt(cipher, purpose)}))


def row_leaf(cipher: Cipher, purpose: str, form: Callable[[str], bytes]) -> Leaf:
    """The same leaf of a statement that writes its own canonical JSON, its salt given: for rows by the thousand."""
    return _sealed(cipher, purpose, form(_salt(cipher, purpose)))


def open_leaf(tx: Transaction, purpose: str, sealed: bytes) -> dict[str, object]:
    """The statement again, its texts made whole: half a surrogate pair is sealed as it came and told as U+FFFD, so that
    whatever is written of it can be. Raises EvidenceBroken where it was altered, ConfigurationFault under another key.
    """
    payload = tx.cipher.open(sealed, purpose)
    try:
        content: dict[str, object] = orjson.loads(payload)
    except orjson.JSONDecodeError:  # half a surrogate pair
        content = whole_json(json.loads(payload))
    return content


def _salt(cipher: Cipher, purpose: str) -> str:
    return cipher.index(f"salt {purpose}")[:32]


def _sealed(cipher: Cipher, purpose: str, payload: bytes) -> Leaf:
    return Leaf(payload, digest(payload), cipher.seal(payload, purpose))
