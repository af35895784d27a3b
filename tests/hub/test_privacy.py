"""Can only who holds the key read what was sealed, and is a changed byte or a wrong key told apart?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import ConfigurationFault, EvidenceBroken
from hub.privacy import Cipher, digest, holds_identity_number, key_line, load_key, mask_identity_numbers

KEY = bytes(range(32))
CIPHER = Cipher(KEY)


@given(st.binary(max_size=200), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_what_was_sealed_opens_again_for_its_purpose_only(data: bytes, purpose: str) -> None:
    sealed = CIPHER.seal(data, purpose)
    assert CIPHER.open(sealed, purpose) == data
    with pytest.raises(EvidenceBroken, match="altered or moved"):
        CIPHER.open(sealed, purpose + " of another")


def test_the_same_text_is_never_sealed_to_the_same_bytes() -> None:
    assert CIPHER.seal(b"same", "test") != CIPHER.seal(b"same", "test")


def test_another_key_is_told_from_a_changed_value() -> None:
    sealed = Cipher(Cipher.generate()).seal(b"data", "test")
    with pytest.raises(ConfigurationFault, match="sealed with the key"):
        CIPHER.open(sealed, "test")


def test_every_changed_bit_is_found() -> None:
    sealed = CIPHER.seal(b"eleven townships", "test")
    for place in range(len(sealed)):
        for bit in range(8):
            changed = bytearray(sealed)
            changed[place] ^= 1 << bit
            with pytest.raises((EvidenceBroken, ConfigurationFault)):
                CIPHER.open(bytes(changed), "test")


@pytest.mark.parametrize("cut", [b"", b"\x01", b"\x01" * 32])
def test_a_value_that_was_cut_off_is_not_opened(cut: bytes) -> None:
    with pytest.raises(EvidenceBroken, match="not a sealed value"):
        CIPHER.open(cut, "test")


def test_the_index_of_a_text_is_the_same_under_one_key_and_different_under_another() -> None:
    assert CIPHER.index("110101199003070011") == Cipher(KEY).index("110101199003070011")
    assert CIPHER.index("110101199003070011") != CIPHER.index("110101199003070038")
    assert CIPHER.index("110101199003070011") != Cipher(bytes(32)).index("110101199003070011")
    # not the plain hash, which anybody could try numbers against
    assert CIPHER.index("110101199003070011") != digest(b"110101199003070011")


def test_the_number_of_a_text_is_the_same_under_one_key_and_different_under_another() -> None:
    cipher, other = Cipher(Cipher.generate()), Cipher(Cipher.generate())
    numbers = [cipher.number(f"name|{n}") for n in range(100)]
    assert numbers == [cipher.number(f"name|{n}") for n in range(100)]
    assert len(set(numbers)) == 100
    assert all(-(1 << 63) <= number < 1 << 63 for number in numbers)
    assert set(numbers).isdisjoint(other.number(f"name|{n}") for n in range(100))
    assert cipher.number("\ud800") == cipher.number("\ud800")


@pytest.mark.parametrize("key", [b"", b"short", bytes(33)])
def test_a_key_of_another_length_is_refused(key: bytes) -> None:
    with pytest.raises(ConfigurationFault, match="32 bytes"):
        Cipher(key)


def test_a_key_file_holds_the_key_that_is_read_from_it(tmp_path: Path) -> None:
    path, key = tmp_path / "ledger.key", Cipher.generate()
    path.write_bytes(key_line(key))
    assert load_key(path) == key


def test_an_empty_key_file_is_named_with_its_cure(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    path.touch()
    with pytest.raises(ConfigurationFault, match="holds 0; it opens nothing: take it away, and `hub init` makes a key"):
        load_key(path)


@pytest.mark.parametrize("content", ["not base64 at all!", "c2hvcnQ=", ""])
def test_a_file_that_holds_no_key_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "ledger.key"
    path.write_text(content)
    with pytest.raises(ConfigurationFault, match=r"ledger\.key"):
        load_key(path)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match=r"missing\.key"):
        load_key(tmp_path / "missing.key")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("110101199003070011", "110101********0011"),
        ("证件号码11010119900307001x，赵试验", "证件号码110101********001x，赵试验"),
        ("id110101199003070011", "id110101********0011"),
        ("110101900307001", "110101*****7001"),
        ("110101199003070011、110101199003070038", "110101********0011、110101********0038"),
        # longer numbers, dates that cannot be, document numbers and hashes are left as they are
        ("A1409240000002026090001", "A1409240000002026090001"),
        ("110101199013070011", "110101199013070011"),
        ("繁林罚立〔2026〕3号", "繁林罚立〔2026〕3号"),
        ("deadbeef110101199003070011deadbeef", "deadbeef110101199003070011deadbeef"),
    ],
)
def test_identity_numbers_are_masked_and_nothing_else(text: str, masked: str) -> None:
    assert mask_identity_numbers(text) == masked


@given(st.binary())
def test_a_hash_is_never_taken_for_an_identity_number(data: bytes) -> None:
    assert not holds_identity_number(digest(data))
    assert mask_identity_numbers(digest(data)) == digest(data)


def test_a_text_with_an_identity_number_is_recognised() -> None:
    assert holds_identity_number("reminder.sent 110101199003070011")
    assert holds_identity_number("110101900307001")
    assert not holds_identity_number("police.decide_filing R0123456789abcdef")
