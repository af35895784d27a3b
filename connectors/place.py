"""What is a place of files, wherever it stands, and which files does a pattern mean there?"""

from __future__ import annotations

import posixpath
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol
from unicodedata import normalize

from hub.errors import ConfigurationFault

TEMPORARY_ENDINGS = (".part", ".tmp", ".filepart")
TEMPORARY_BEGINNINGS = (".", "~$")
LARGEST_FILE = 256 * 1024 * 1024
# What the hub reads is a file or a link to one. Where a server tells permissions alone, the kind is unknown, and 0.
_READABLE = {0, stat.S_IFREG, stat.S_IFLNK, stat.S_IFDIR}


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder at a place. stamp: `size:modification time`, as fine as the place tells it.

    size: None where the place does not tell; changed_at: 0 where it does not. device: a pipe, socket or device, which
    is never opened, since whoever reads one may wait without end.
    """

    path: str
    folder: bool
    size: int | None
    changed_at: float
    stamp: str
    address: bytes = b""
    device: bool = False

    @property
    def name(self) -> str:
        """The last part of the path."""
        return posixpath.basename(self.path)


# Files that are written one after another: path, content.
Files = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds, and its digest, which a place may have worked out while the file was still on its way."""

    content: bytes
    sha256: str


class Place(Protocol):
    """A folder of files somewhere; every path is relative to it. Raises AgencyUnreachable where it does not answer."""

    def entries(self, folder: str) -> list[Entry]:
        """What stands in a folder, in no order; nothing where there is no such folder."""
        ...

    def look_at(self, paths: Sequence[str]) -> list[Entry | None]:
        """What stands at each path now, or None."""
        ...

    def contents(self, entries: Iterable[Entry]) -> Iterator[Content | None]:
        """The content of each file in turn; None for one that has gone or may not be read just now."""
        ...

    def write_all(self, groups: Sequence[Files]) -> Iterator[None]:
        """Put files there, each whole or not at all, the files of a group one after another; folders on the way are made.

        Yields once for each group, in order, when all of it stands; raises at the first group that does not.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


def matching(place: Place, patterns: Iterable[str], listings: dict[str, list[Entry]]) -> Iterator[Entry]:
    """Files that fit a pattern; `listings` keeps each folder as it was first seen, so that pairs are judged as one."""

    def listed(folder: str) -> list[Entry]:
        if folder not in listings:
            listings[folder] = place.entries(folder)
        return listings[folder]

    for pattern in patterns:
        *ways, last = pattern.split("/")
        folders = [""]
        for way in ways:
            if any(sign in way for sign in "*?["):
                folders = [e.path for folder in folders for e in listed(folder) if e.folder and _fits(e.name, way)]
            else:
                folders = [posixpath.join(folder, way) for folder in folders]
        for folder in folders:
            yield from (e for e in listed(folder) if not e.folder and _fits(e.name, last))


def _fits(name: str, pattern: str) -> bool:
    """Whether a name is meant by a pattern: however it is cased or its characters are composed, unless temporary."""
    plain = normalize("NFC", name).casefold()
    if plain.startswith(TEMPORARY_BEGINNINGS) or plain.endswith(TEMPORARY_ENDINGS):
        return False
    return fnmatchcase(plain, normalize("NFC", pattern).casefold())


def readable_name(name: bytes) -> str | None:
    """A name as people read it: in UTF-8, or as older systems here write it; None in no known encoding."""
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return name.decode(encoding)
    return None


def is_device(mode: int | None) -> bool:
    """Whether a mode is that of something that is neither file nor folder."""
    return mode is not None and stat.S_IFMT(mode) not in _READABLE


def check_inside(agency: str, path: str) -> str:
    """The path, where it is a plain one below the place; else ConfigurationFault."""
    parts = path.split("/")
    if "\0" in path or "\\" in path or any(part in {"", ".", ".."} for part in parts):
        raise ConfigurationFault(f"{agency}: {path!r} is no path below the agency's place")
    return path
