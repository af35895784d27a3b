"""Which documents does the procuratorate serve now, in which order, and what comes after a page?"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from sandbox.layout import instant
from sandbox.problems import Fault, unprocessable

Document = dict[str, object]
# updated_at, doc_id, and a running number among entries that share both, so that no page boundary can lose one.
Position = tuple[datetime, str, int]
START = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document at its position in the order of the list."""

    position: Position
    document: Document = field(repr=False)


class Shelf:
    """The documents of a `documents.json`, read again whenever the file has changed.

    until: documents updated after this instant are not there yet; None serves all.
    A file that does not read as JSON (someone is writing it) leaves what was read last.
    """

    def __init__(self, path: Path, until: datetime | None = None) -> None:
        self.until = until
        self._path = path
        self._state: tuple[int, int, int] | None = None
        self._entries: tuple[Entry, ...] = ()

    def page(
        self, after: Position | None, since: datetime | None, limit: int
    ) -> tuple[list[Document], Position | None]:
        """Up to `limit` documents after a position and updated at or after `since`; with where to go on, if there is."""
        entries = [
            entry
            for entry in self._visible()
            if (after is None or entry.position > after) and (since is None or entry.position[0] >= since)
        ]
        documents = [entry.document for entry in entries[:limit]]
        return documents, entries[limit - 1].position if len(entries) > limit else None

    def get(self, doc_id: str) -> Document | None:
        """The latest version of a document, or None."""
        found = [entry.document for entry in self._visible() if entry.position[1] == doc_id]
        return found[-1] if found else None

    def _visible(self) -> Iterator[Entry]:
        self._refresh()
        until = self.until
        return (entry for entry in self._entries if until is None or entry.position[0] <= until)

    def _refresh(self) -> None:
        try:
            seen = self._path.stat()
            state = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
            if state != self._state:
                self._entries = _entries(json.loads(self._path.read_bytes()))
                self._state = state
        except FileNotFoundError:
            self._entries, self._state = (), None
        except ValueError:
            return


def _entries(documents: list[Document]) -> tuple[Entry, ...]:
    seen: Counter[tuple[datetime, str]] = Counter()
    entries = []
    for document in documents:
        place = (_updated_at(document), str(document.get("doc_id", "")))
        seen[place] += 1
        entries.append(Entry((*place, seen[place]), document))
    return tuple(sorted(entries, key=lambda entry: entry.position))


def _updated_at(document: Document) -> datetime:
    """When it was updated; a document that does not say so is served first, as it stands."""
    try:
        return instant(str(document.get("updated_at")))
    except ValueError:
        return START


@dataclass(frozen=True, slots=True)
class Bookmark:
    """What a cursor holds: where the page ended, the filter it was read with, and how long it is good."""

    position: Position
    since: datetime | None
    good_until: datetime


def write_cursor(bookmark: Bookmark, key: bytes) -> str:
    """An opaque, signed text; it outlives a restart of the server."""
    updated_at, doc_id, number = bookmark.position
    since = bookmark.since.isoformat() if bookmark.since else None
    content = json.dumps([updated_at.isoformat(), doc_id, number, since, bookmark.good_until.isoformat()]).encode()
    return base64.urlsafe_b64encode(_signature(content, key) + content).decode().rstrip("=")


def read_cursor(text: str, key: bytes, now: datetime) -> Bookmark:
    """The bookmark of a cursor that we wrote. Refusal 422 where we did not, or where its hour is over."""
    try:
        signed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        if not hmac.compare_digest(signed[:16], _signature(signed[16:], key)):
            raise ValueError("signature")
        updated_at, doc_id, number, since, good_until = json.loads(signed[16:])
        bookmark = Bookmark(
            (datetime.fromisoformat(updated_at), doc_id, number),
            datetime.fromisoformat(since) if since else None,
            datetime.fromisoformat(good_until),
        )
    except ValueError:
        raise unprocessable(Fault("/cursor", "not a cursor of this server")) from None
    if bookmark.good_until < now:
        raise unprocessable(Fault("/cursor", "the cursor has expired"))
    return bookmark


def _signature(content: bytes, key: bytes) -> bytes:
    return hmac.digest(key, content, hashlib.sha256)[:16]
