"""How does one file travel over SFTP in pieces, beside others, within what may be on its way at once?"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from io import BytesIO
from typing import Protocol

from connectors.place import Content
from connectors.sftp_wire import NO_ATTRIBUTES, Answer, Kind, OpenFor, large, text, whole

# What may be asked for and not yet answered, and how many bytes of later files are fetched or sent ahead. The answers
# on their way must fit the channel's window: otherwise the server waits for us to read while we wait to be read.
_REQUESTS_IN_FLIGHT = 64
_BYTES_AHEAD = 8 * 1024 * 1024

FLUSH = b"fsync@openssh.com"
RENAME = b"posix-rename@openssh.com"


class Asking(Protocol):
    """What a transfer needs of a session."""

    piece: int
    extensions: frozenset[bytes]

    def send(self, then: Callable[[Answer], None], kind: Kind, *parts: bytes) -> None:
        """Ask, and have `then` called with the answer later."""
        ...


class Flow:
    """What all files on their way share: how many requests are open, and which pieces wait for their turn.

    files: how many may be on their way at once.
    """

    def __init__(self, session: Asking, files: int) -> None:
        self.session = session
        self._files = files
        self._waiting: deque[Callable[[], None]] = deque()
        self._in_flight = 0

    def has_room(self, files: int, size: int) -> bool:
        """Whether one more file may begin beside so many, all of them together so large."""
        return files == 0 or (files < self._files and size <= _BYTES_AHEAD)

    def want(self, request: Callable[[], None]) -> None:
        """Send one piece's request now or when its turn comes; the transfer says `answered` when its answer is here."""
        self._waiting.append(request)
        self._pump()

    def answered(self) -> None:
        """One piece was answered: the next may go."""
        self._in_flight -= 1
        self._pump()

    def stop(self) -> None:
        """Send nothing of what waits."""
        self._waiting.clear()

    def _pump(self) -> None:
        while self._waiting and self._in_flight < _REQUESTS_IN_FLIGHT:
            self._in_flight += 1
            self._waiting.popleft()()


class Download:
    """One file: opened, read in pieces that may be answered in any order, closed."""

    def __init__(self, flow: Flow, path: bytes, size: int) -> None:
        self.size = size
        self.finished = False
        self.error: OSError | None = None
        self._flow = flow
        self._path = path
        self._handle = b""
        self._content = BytesIO()
        self._received = 0
        self._digest = sha256()
        self._hashed = 0
        self._open_pieces = 0
        self._given_up = False

    def begin(self) -> None:
        """Ask for the file."""
        self._flow.session.send(self._opened, Kind.OPEN, text(self._path), whole(OpenFor.READING), NO_ATTRIBUTES)

    def give_up(self) -> None:
        """Nobody wants it any more: ask for nothing, and close it, so that the agency may move its file."""
        self._given_up = True
        self._close()

    def outcome(self) -> Content | OSError:
        """What came of it, once finished, or why nothing did."""
        content = self._content.getvalue()  # no copy, unlike joined pieces
        if self.error is None and len(content) != self._received:
            # The file shrank and grew again between two pieces: there is a hole where the server said that it ends.
            return OSError("the file changed while it was read")
        if self.error is not None:
            return self.error
        if self._hashed < len(content):
            self._digest.update(memoryview(content)[self._hashed :])
        return Content(content, self._digest.hexdigest())

    def _opened(self, answer: Answer) -> None:
        try:
            self._handle = answer.expect(Kind.HANDLE).text()
        except (OSError, EOFError) as error:
            self._fail(error)
        else:
            self._want(0, self.size)
        self._close_when_done()

    def _want(self, offset: int, length: int) -> None:
        if self._given_up:
            return
        piece = self._flow.session.piece
        for start in range(offset, offset + length, piece):
            self._open_pieces += 1
            self._flow.want(partial(self._request, start, min(piece, offset + length - start)))

    def _request(self, offset: int, length: int) -> None:
        arrived = partial(self._arrived, offset, length)
        self._flow.session.send(arrived, Kind.READ, text(self._handle), large(offset), whole(length))

    def _arrived(self, offset: int, length: int, answer: Answer) -> None:
        self._open_pieces -= 1
        try:
            piece = answer.expect(Kind.DATA).view()
        except EOFError:
            pass  # shorter than expected; the caller compares sizes
        except OSError as error:
            self._fail(error)
        else:
            self._content.seek(offset)
            self._received += self._content.write(piece)
            # Worked out meanwhile: the interpreter lets the next pieces be deciphered beside it.
            if offset == self._hashed:
                self._digest.update(piece)
                self._hashed += len(piece)
            if 0 < len(piece) < length:  # a server may answer less than was asked for
                self._want(offset + len(piece), length - len(piece))
        self._flow.answered()
        self._close_when_done()

    def _fail(self, error: OSError | EOFError) -> None:
        self.error = self.error or as_trouble(error)

    def _close_when_done(self) -> None:
        if self._given_up or not self._open_pieces:
            self.finished = True
            self._close()

    def _close(self) -> None:
        if self._handle:
            self._flow.session.send(_unheard, Kind.CLOSE, text(self._handle))
            self._handle = b""


@dataclass(frozen=True, slots=True)
class Written:
    """A file to write: under which name first, under which in the end."""

    beside: bytes
    target: bytes
    content: bytes


class Upload:
    """Files that stand one after the other: each written beside in pieces, flushed, measured, closed, renamed.

    Each step is taken once the one before is told. One that fails ends it with `error`; what was written beside stays
    there, and the next try empties it first.
    """

    def __init__(self, flow: Flow, files: Sequence[Written]) -> None:
        self.size = sum(len(file.content) for file in files)
        self.finished = False
        self.error: OSError | None = None
        self._flow = flow
        self._session = flow.session
        self._files = deque(files)
        self._handle = b""
        self._open_pieces = 0

    def begin(self) -> None:
        """Make the next file beside its name."""
        if not self._files:
            self.finished = True
            return
        way, writing = text(self._files[0].beside), whole(OpenFor.WRITING_ANEW)
        self._session.send(self._opened, Kind.OPEN, way, writing, NO_ATTRIBUTES)

    def give_up(self) -> None:
        """Nobody waits for it any more: it gets no name, and is closed."""
        self.error = self.error or OSError("given up on the way")
        if self._handle:
            self._session.send(_unheard, Kind.CLOSE, text(self._handle))
            self._handle = b""

    def _opened(self, answer: Answer) -> None:
        try:
            self._handle = answer.expect(Kind.HANDLE).text()
        except (OSError, EOFError) as error:
            self._end(error)
            return
        starts = [] if self.error else range(0, len(self._files[0].content), self._session.piece)
        self._open_pieces = len(starts)
        for start in starts:
            self._flow.want(partial(self._write, start))
        if not starts:
            self._measure()

    def _write(self, start: int) -> None:
        piece = self._files[0].content[start : start + self._session.piece]
        self._session.send(self._written, Kind.WRITE, text(self._handle), large(start), text(piece))

    def _written(self, answer: Answer) -> None:
        self._open_pieces -= 1
        self._note(answer.trouble())
        self._flow.answered()
        if not self._open_pieces:
            self._measure()

    def _measure(self) -> None:
        """Ask for its size, once it is on the disk where the server can flush; one that cannot is as safe as it can be."""
        if not self._handle:
            return
        if FLUSH in self._session.extensions and self.error is None:
            self._session.send(_unheard, Kind.EXTENDED, text(FLUSH), text(self._handle))
        self._session.send(self._measured, Kind.FSTAT, text(self._handle))

    def _measured(self, answer: Answer) -> None:
        try:
            size = answer.expect(Kind.ATTRS).attributes().size
        except (OSError, EOFError) as error:
            self._note(error)
        else:
            self._note(OSError("the server kept less than was sent") if size != len(self._files[0].content) else None)
        if self._handle:
            self._session.send(self._closed, Kind.CLOSE, text(self._handle))
            self._handle = b""

    def _closed(self, answer: Answer) -> None:
        self._note(answer.trouble())
        if self.error is not None:
            self._end(None)
        elif RENAME in self._session.extensions:
            names = (text(self._files[0].beside), text(self._files[0].target))
            self._session.send(self._renamed_in_one_step, Kind.EXTENDED, text(RENAME), *names)
        else:
            self._rename_plainly()

    def _renamed_in_one_step(self, answer: Answer) -> None:
        trouble = answer.trouble()
        if trouble is None or isinstance(trouble, PermissionError):
            self._end(trouble)
        else:
            self._rename_plainly()

    def _rename_plainly(self) -> None:
        """The rename of servers without OpenSSH's, which refuses where the target stands."""
        self._session.send(self._renamed, Kind.RENAME, text(self._files[0].beside), text(self._files[0].target))

    def _renamed(self, answer: Answer) -> None:
        self._end(answer.trouble())

    def _note(self, trouble: OSError | EOFError | None) -> None:
        if trouble is not None:
            self.error = self.error or as_trouble(trouble)

    def _end(self, trouble: OSError | EOFError | None) -> None:
        self._note(trouble)
        self._files.popleft()
        if self.error is None:
            self.begin()
        else:
            self.finished = True


def as_trouble(error: OSError | EOFError) -> OSError:
    """The same fault, as an error of the system."""
    return error if isinstance(error, OSError) else OSError(f"the server said that it ended: {error}")


def _unheard(answer: Answer) -> None:
    """Nothing depends on this answer."""
