"""Is it safe to unpack a zipped workbook?"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from hub.errors import ParcelRefused

# A workbook that unpacks to more than so many times its own size is not read (samples' contract, 6.1).
LARGEST_RATIO = 100
# Beyond this even an honest workbook would not fit into the memory of a small machine.
MOST_BYTES = 1024 * 1024 * 1024
# What is kept of it until everything was looked at.
_KEPT_BYTES = 256 * 1024 * 1024
_STEP = 1024 * 1024


class Archive:
    """The parts of a zipped workbook that has been unpacked once, within bounds."""

    def __init__(self, content: bytes, path: str) -> None:
        """Raises ParcelRefused: `archive_bomb` where it unpacks too far, `unreadable_file` where it is no whole zip."""
        self._path = path
        self._limit = LARGEST_RATIO * len(content)
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        self._kept: dict[str, bytes] = {}
        self._measure()

    def names(self) -> list[str]:
        """Names of the parts, as they stand in the archive."""
        return self._zip.namelist()

    def part(self, name: str) -> bytes:
        """The whole of a part."""
        kept = self._kept.get(name)
        return self._zip.read(name) if kept is None else kept

    def _measure(self) -> None:
        """Add up what the archive says it holds, then what it really holds: the two need not agree."""
        members = self._zip.infolist()
        total = sum(member.file_size for member in members)
        self._check(total)
        total = 0
        for member in members:
            stated = member.file_size
            # zipfile stops at the stated size, other readers may not: let it go on to the real end.
            member.file_size = self._limit + 2 * _STEP
            pieces = []
            with self._zip.open(member) as part:
                while piece := part.read(_STEP):
                    total += len(piece)
                    self._check(total)
                    if total <= _KEPT_BYTES:
                        pieces.append(piece)
            member.file_size = stated
            # Unpacking is half of the work here, so what was unpacked is not unpacked again; unless the two sizes differ.
            self._kept.pop(member.filename, None)
            if sum(map(len, pieces)) == stated:
                self._kept[member.filename] = b"".join(pieces)

    def _check(self, total: int) -> None:
        if total > self._limit:
            raise ParcelRefused(self._path, "archive_bomb", f"unpacks to more than {LARGEST_RATIO} times its size")
        if total > MOST_BYTES:
            raise ParcelRefused(self._path, "unreadable_file", f"unpacks to more than {MOST_BYTES} bytes")


@contextmanager
def unpacked(content: bytes, path: str) -> Iterator[Archive | None]:
    """The archive that a workbook is, or None where it is none; damage becomes ParcelRefused (`unreadable_file`)."""
    if not content.startswith(b"PK"):
        yield None
        return
    try:
        yield Archive(content, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise ParcelRefused(path, "unreadable_file", f"the archive is damaged: {error}") from error
