"""Are the bytes that hashes are made of the same, whichever way they are written?"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.ledger.canon import canonical, canonical_texts
from hub.ledger.leaf import leaf, open_leaf, text_leaf
from hub.ledger.store import Ledger
from hub.privacy import Cipher

# Any text at all: control characters, quotes, half surrogate pairs of broken files, signs beyond 16 bits.
_TEXTS = st.text(st.characters(codec=None), max_size=12)
_VALUES = st.recursive(
    st.one_of(st.none(), _TEXTS, st.integers(-(2**70), 2**70)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_TEXTS, inner, max_size=4)),
    max_leaves=20,
)


@given(_VALUES)
def test_what_holds_no_fractions_is_the_same_bytes_either_way(value: object) -> None:
    assert canonical_texts(value) == canonical(value)


def test_tuples_are_written_as_lists() -> None:
    assert canonical_texts({"raw": (("案由", "盗伐"),)}) == canonical({"raw": [["案由", "盗伐"]]})


@pytest.mark.parametrize("text", ["张三", "half a pair \ud83d", '"salt":""', "\x00\x1f\x7f\u2028"])
def test_a_row_opens_again_as_it_was_sealed(text: str, ledger: Ledger) -> None:
    content = {"source": text, "record": {"fields": {text: text}}, "position": 3}
    with ledger.read() as tx:
        sealed = text_leaf(tx.cipher, "record x 1", content)
        assert sealed.payload == leaf(tx.cipher, "record x 1", content).payload
        opened = open_leaf(tx, "record x 1", sealed.sealed)
    assert opened == {**content, "salt": json.loads(sealed.payload)["salt"]}


def test_another_purpose_is_another_salt() -> None:
    cipher = Cipher(Cipher.generate())
    assert text_leaf(cipher, "record x 1", {"a": "b"}).digest != text_leaf(cipher, "record x 2", {"a": "b"}).digest
