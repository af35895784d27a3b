"""Are the bytes that hashes are made of the same, whichever way they are written?"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.ledger.canon import canonical, canonical_bytes, json_text
from hub.ledger.leaf import leaf, open_leaf, row_leaf
from hub.ledger.store import Ledger
from hub.privacy import Cipher
from hub.whole_text import whole_json


def canonical_text(value: object) -> str:
    """Sorted and without blanks, half surrogate pairs as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# Any text at all: control characters, quotes, half surrogate pairs of broken files, signs beyond 16 bits.
_TEXTS = st.text(st.characters(codec=None), max_size=12)


@given(_TEXTS)
def test_a_text_is_the_same_bytes_either_way(text: str) -> None:
    assert canonical_bytes(json_text(text)) == canonical(text)


@pytest.mark.parametrize("text", ["张三", "half a pair \ud83d", '"salt":""', "\x00\x1f\x7f\u2028"])
def test_a_row_is_sealed_as_it_is_and_opens_again_in_texts_that_can_be_written(text: str, ledger: Ledger) -> None:
    content = {"source": text, "record": {"fields": {text: text}}, "position": 3}
    with ledger.read() as tx:
        sealed = row_leaf(
            tx.cipher, "record x 1", lambda salt: canonical_bytes(canonical_text({**content, "salt": salt}))
        )
        assert sealed.payload == leaf(tx.cipher, "record x 1", content).payload
        opened = open_leaf(tx, "record x 1", sealed.sealed)
    kept = json.loads(sealed.payload)
    assert kept == {**content, "salt": kept["salt"]}
    assert opened == whole_json(kept)
    assert json.dumps(opened, ensure_ascii=False).encode()


def test_another_purpose_is_another_salt() -> None:
    cipher = Cipher(Cipher.generate())
    one, other = (row_leaf(cipher, f"record x {number}", str.encode) for number in (1, 2))
    assert one.digest != other.digest
