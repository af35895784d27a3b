"""How is SFTP (version 3, draft-ietf-secsh-filexfer-02) written and read, byte by byte?"""

from __future__ import annotations

import errno
from collections import deque
from dataclasses import dataclass
from enum import IntEnum
from struct import Struct

VERSION = 3
_INT, _LONG = Struct(">I"), Struct(">Q")
_HEAD = Struct(">IBI")
_TEXT_LIMIT = 1 << 24

# Which attributes follow the flags of an attribute block.
_SIZE, _OWNERS, _MODE, _TIMES, _EXTENDED = 0x1, 0x2, 0x4, 0x8, 0x80000000
NO_ATTRIBUTES = bytes(4)


class Kind(IntEnum):
    """What a packet is: requests, then answers."""

    INIT = 1
    SAYS_VERSION = 2
    OPEN = 3
    CLOSE = 4
    READ = 5
    WRITE = 6
    FSTAT = 8
    OPENDIR = 11
    READDIR = 12
    REMOVE = 13
    MKDIR = 14
    REALPATH = 16
    STAT = 17
    RENAME = 18
    STATUS = 101
    HANDLE = 102
    DATA = 103
    NAME = 104
    ATTRS = 105
    EXTENDED = 200
    EXTENDED_REPLY = 201


class OpenFor(IntEnum):
    """What a file is opened for."""

    READING = 0x1
    WRITING_ANEW = 0x2 | 0x8 | 0x10  # written, made where it is not there, emptied where it is


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a server tells of a file; None where it does not say. changed_at: seconds since 1970."""

    size: int | None = None
    mode: int | None = None
    changed_at: int | None = None


class GarbledAnswerError(OSError):
    """The server's answer is no SFTP."""


def packet(kind: Kind, number: int, *parts: bytes) -> bytes:
    """A request with its number, ready to be sent."""
    return _HEAD.pack(5 + sum(map(len, parts)), kind, number) + b"".join(parts)


def text(content: bytes) -> bytes:
    """A text or some bytes, its length before it."""
    return _INT.pack(len(content)) + content


def whole(number: int) -> bytes:
    """A number of 32 bits."""
    return _INT.pack(number)


def large(number: int) -> bytes:
    """A number of 64 bits."""
    return _LONG.pack(number)


class Answer:
    """One answer of the server, taken apart from the front. Raises GarbledAnswerError where it ends too early."""

    __slots__ = ("_at", "_body", "kind")

    def __init__(self, kind: int, body: memoryview) -> None:
        self.kind = kind
        self._body = body
        self._at = 0

    def whole(self) -> int:
        """The next 32 bits."""
        return int.from_bytes(self._take(4), "big")

    def large(self) -> int:
        """The next 64 bits."""
        return int.from_bytes(self._take(8), "big")

    def view(self) -> memoryview:
        """The next bytes as they lie in the answer, without a copy."""
        return self._take(self.whole())

    def text(self) -> bytes:
        """The next bytes."""
        return bytes(self.view())

    def rest(self) -> bool:
        """Whether anything is left."""
        return self._at < len(self._body)

    def attributes(self) -> Attributes:
        """The next block of attributes."""
        flags = self.whole()
        size = self.large() if flags & _SIZE else None
        if flags & _OWNERS:
            self._take(8)
        mode = self.whole() if flags & _MODE else None
        changed_at = None
        if flags & _TIMES:
            self.whole()
            changed_at = self.whole()
        if flags & _EXTENDED:
            for _ in range(self.whole()):
                self.view(), self.view()
        return Attributes(size, mode, changed_at)

    def trouble(self) -> OSError | EOFError | None:
        """What a status says: the end, something missing, not permitted, not known, failed; None where all is well."""
        if self.kind != Kind.STATUS:
            return None
        code = self.whole()
        # Old servers leave the words out.
        words = self.text().decode("utf-8", "replace") if self.rest() else ""
        if code == 0:
            return None
        if code == 1:
            return EOFError(words)
        if code in _NUMBERS:
            return OSError(_NUMBERS[code], words)
        return OSError(words or f"the server failed (status {code})")

    def expect(self, kind: Kind) -> Answer:
        """The answer, where it is of that kind; raises what it says instead."""
        if self.kind == kind:
            return self
        raise self.trouble() or GarbledAnswerError(f"the server answered with {self.kind} and not {kind}")

    def _take(self, length: int) -> memoryview:
        start = self._at
        self._at = start + length
        if self._at > len(self._body):
            raise GarbledAnswerError("the server's answer ends too early")
        return self._body[start : self._at]


_NUMBERS = {2: errno.ENOENT, 3: errno.EACCES, 8: errno.EOPNOTSUPP}


class Frames:
    """Cuts what arrives, in whatever pieces, into answers. missing: how many bytes the next one lacks at least."""

    def __init__(self) -> None:
        self.missing = 4
        self._pieces: deque[memoryview] = deque()
        self._held = 0

    def feed(self, content: bytes) -> None:
        """What arrived next."""
        self._pieces.append(memoryview(content))
        self._held += len(content)

    def next(self) -> tuple[int, memoryview] | None:
        """Kind and body of the next packet, or None until more has arrived."""
        if self._held < 4:
            self.missing = 4 - self._held
            return None
        length = self._length()
        if not 0 < length < _TEXT_LIMIT:
            raise GarbledAnswerError("the server's answer is no SFTP")
        if self._held < 4 + length:
            self.missing = 4 + length - self._held
            return None
        frame = self._take(4 + length)
        return frame[4], frame[5:]

    def _length(self) -> int:
        if len(self._pieces[0]) < 4:
            self._pieces.appendleft(self._take(4))
            self._held += 4
        return int.from_bytes(self._pieces[0][:4], "big")

    def _take(self, length: int) -> memoryview:
        """The next bytes; copied only where they lie across pieces."""
        self._held -= length
        taken: list[memoryview] = []
        while length:
            piece = self._pieces.popleft()
            if len(piece) > length:
                self._pieces.appendleft(piece[length:])
                piece = piece[:length]
            taken.append(piece)
            length -= len(piece)
        return taken[0] if len(taken) == 1 else memoryview(b"".join(taken))
