"""How is personal data kept so that only who holds the key can read it, and still be compared?"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.errors import ConfigurationFault, EvidenceBroken

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
FORMAT = b"\x01"
KEY_ID_BYTES = 4
HEADER_BYTES = len(FORMAT) + KEY_ID_BYTES

# 18 characters (GB 11643: place, birth date, order, check character) or the older 15 with a year of two digits.
_BIRTHDAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_NUMBER = rf"[1-9]\d{{5}}(?:(?:18|19|20)\d{{2}}{_BIRTHDAY}\d{{3}}[0-9Xx]|\d{{2}}{_BIRTHDAY}\d{{3}})"
# Every such number begins with so many digits; a quick look for them spares nearly every text the slow one.
_LONG = re.compile(r"\d{15}")
# To refuse a text it must stand alone; to mask it letters may touch it, as long as it is no piece of a hash.
_ALONE = re.compile(rf"(?<![0-9A-Za-z]){_NUMBER}(?![0-9A-Za-z])")
_ANYWHERE = re.compile(rf"(?<!\d)(?<![0-9a-f]{{6}}){_NUMBER}(?!\d)(?![0-9a-f]{{6}})")


class Cipher:
    """Seals bytes with AES-256-GCM and indexes texts with HMAC-SHA256, both under keys derived from one.

    A sealed value is: format (1 byte), key id (4), nonce (12), ciphertext and tag. The key id tells a wrong key
    (`ConfigurationFault`) from an altered value (`EvidenceBroken`); nothing else can.
    """

    __slots__ = ("_aead", "_header", "_indexing", "_numbering", "key_id")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ConfigurationFault(f"the ledger key must have {KEY_BYTES} bytes, this one has {len(key)}")
        self._aead = AESGCM(_derive(key, b"seal"))
        self._indexing = HMAC(_derive(key, b"index"), SHA256())
        self._numbering = hashlib.blake2b(key=_derive(key, b"number"), digest_size=8)
        self.key_id = _derive(key, b"key id")[:KEY_ID_BYTES].hex()
        self._header = FORMAT + bytes.fromhex(self.key_id)

    @staticmethod
    def generate() -> bytes:
        """A new random key."""
        return AESGCM.generate_key(KEY_BYTES * 8)

    def seal(self, data: bytes, purpose: str) -> bytes:
        """Encrypt; the result opens only under the same key and the same purpose, so it cannot be moved elsewhere."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return self._header + nonce + self._aead.encrypt(nonce, data, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Decrypt what `seal` gave.

        Raises ConfigurationFault where another key sealed it, EvidenceBroken where it was altered or stands
        in another place than it was sealed for.
        """
        if len(sealed) < HEADER_BYTES + NONCE_BYTES + TAG_BYTES or sealed[: len(FORMAT)] != FORMAT:
            raise EvidenceBroken(f"{purpose}: not a sealed value")
        if sealed[:HEADER_BYTES] != self._header:
            found = sealed[len(FORMAT) : HEADER_BYTES].hex()
            raise ConfigurationFault(f"{purpose}: sealed with the key {found}, this one is {self.key_id}")
        nonce = sealed[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES]
        try:
            return self._aead.decrypt(nonce, sealed[HEADER_BYTES + NONCE_BYTES :], purpose.encode())
        except InvalidTag:
            raise EvidenceBroken(f"{purpose}: the sealed value was altered or moved") from None

    def index(self, text: str) -> str:
        """The same text always gives the same 64 hex digits, and without the key nobody can try texts out."""
        indexing = self._indexing.copy()  # the key is taken in once, not for each of millions
        indexing.update(text.encode("utf-8", "surrogatepass"))
        return indexing.finalize().hex()

    def number(self, text: str) -> int:
        """A number of 64 bits, below 0 as often as not, in the place of `index` where millions are needed: four times as fast.

        The same text always gives the same number, and without the key nobody can try texts out; two texts may share one.
        """
        numbering = self._numbering.copy()
        numbering.update(text.encode("utf-8", "surrogatepass"))
        return int.from_bytes(numbering.digest(), "big", signed=True)


def load_key(path: Path) -> bytes:
    """Read a key file (base64, one line). Raises ConfigurationFault where it is missing or no key."""
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except OSError as error:
        raise ConfigurationFault(
            f"{path}: the key file cannot be read ({error.strerror}); `hub init` makes ledger and key"
        ) from None
    except binascii.Error:
        raise ConfigurationFault(f"{path}: not a key file (base64 expected)") from None
    if len(key) != KEY_BYTES:
        cure = "; it opens nothing: take it away, and `hub init` makes a key" if not key else ""
        raise ConfigurationFault(f"{path}: a key has {KEY_BYTES} bytes, this file holds {len(key)}{cure}")
    return key


def key_line(key: bytes) -> bytes:
    """What a key file holds: what `load_key` reads."""
    return base64.b64encode(key) + b"\n"


def mask_identity_numbers(text: str) -> str:
    """The text with every run that reads like an identity number masked, for columns that stand in clear.

    >>> mask_identity_numbers("张三 110101199003070011，立案号 繁林罚立〔2026〕3号")
    '张三 110101********0011，立案号 繁林罚立〔2026〕3号'
    """
    if not _LONG.search(text):
        return text
    return _ANYWHERE.sub(lambda found: found[0][:6] + "*" * (len(found[0]) - 10) + found[0][-4:], text)


def holds_identity_number(text: str) -> bool:
    """True where a run of the text, standing alone, reads like an identity number."""
    return _ALONE.search(text) is not None


def _derive(key: bytes, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"xianjie-hub/" + use).derive(key)


def digest(data: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()
