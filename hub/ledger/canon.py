"""How are values written so that equal values are equal bytes, in both databases and in the evidence?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from json.encoder import encode_basestring

from hub.privacy import mask_identity_numbers

# Made once: json.dumps would make one for every row.
_AS_IT_IS = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_ESCAPED = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"))

json_text: Callable[[str], str] = encode_basestring
"""A text as JSON, in the same characters as `canonical` writes it."""


def canonical(value: object) -> bytes:
    """JSON with sorted keys, no blanks, UTF-8; the bytes that hashes are made of.

    >>> canonical({"b": 1, "a": "县"}).decode()
    '{"a":"县","b":1}'
    """
    try:
        return _AS_IT_IS.encode(value).encode()
    except UnicodeEncodeError:  # half a surrogate pair from a broken file: escapes keep it, UTF-8 cannot
        return _ESCAPED.encode(value).encode()


def json_bytes(text: str) -> bytes:
    """The bytes of `json_text`; half a surrogate pair, which UTF-8 has no place for, comes as its three bytes would be."""
    return encode_basestring(text).encode("utf-8", "surrogatepass")


def canonical_bytes(text: str) -> bytes:
    """The bytes of what was put together from `json_text` as `canonical` would have written it: sorted, without blanks."""
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return canonical(json.loads(text))


def instant_text(instant: datetime) -> str:
    """UTC, of fixed width, so that texts sort as instants do. Raises ValueError for a naive instant.

    >>> instant_text(datetime(2026, 6, 1, 2, 5, tzinfo=timezone.utc))
    '2026-06-01T02:05:00.000000+00:00'
    """
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs its offset: {instant.isoformat()}")
    return instant.astimezone(timezone.utc).isoformat(timespec="microseconds")


def instant(text: str) -> datetime:
    """The aware instant that `instant_text` wrote."""
    return datetime.fromisoformat(text)


def in_clear(text: str) -> str:
    """A text as it may stand in an unsealed column: identity numbers masked, characters that a database refuses replaced."""
    if not text:
        return text
    masked = mask_identity_numbers(text)
    if masked.isprintable():
        return masked
    return masked.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def digest_of(digests: Iterable[str]) -> str:
    """One SHA-256 over a list of digests in their order; covers content, order and number.

    >>> digest_of(["00" * 32]) == digest_of(["00" * 32, "00" * 32])
    False
    """
    whole = hashlib.sha256()
    for one in digests:
        whole.update(one.encode())
    return whole.hexdigest()
