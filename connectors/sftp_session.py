"""What paramiko's SFTP client lacks: many files in flight at once, names in any encoding, a flush to disk."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from paramiko import Message, SFTPAttributes, SFTPClient, SFTPFile, Transport
from paramiko.sftp import (
    CMD_CLOSE,
    CMD_DATA,
    CMD_EXTENDED,
    CMD_HANDLE,
    CMD_NAME,
    CMD_OPEN,
    CMD_OPENDIR,
    CMD_READ,
    CMD_READDIR,
    CMD_STATUS,
    SFTP_FLAG_READ,
    int64,
)

# What every server answers at once, and the most that is worth asking for where a server says that it gives more.
_PIECE = 32768
_LARGE_PIECE = 131072
# What may be asked for and not yet answered: with more both directions could fill and stop, with less each waits.
_REQUESTS_IN_FLIGHT = 64
_BYTES_AHEAD = 8 * 1024 * 1024
_EXTENDED_REPLY = 201


class SftpSession(SFTPClient):
    """One SFTP session, used by one thread. Errors are paramiko's and OSError."""

    piece = _PIECE

    if TYPE_CHECKING:
        # paramiko's own, which its stubs leave out: the ways in which its prefetching asks and is answered.
        def _request(self, t: int, *args: object) -> tuple[int, Message]: ...
        def _async_request(self, fileobj: object, t: int, *args: object) -> int: ...
        def _read_response(self, waitfor: int | None = None) -> tuple[int | None, Message | None]: ...
        def _convert_status(self, msg: Message) -> None: ...

    @classmethod
    def over(cls, transport: Transport, timeout: float) -> SftpSession:
        """Open a session on a connection; no answer within `timeout` seconds raises TimeoutError."""
        session = cls.from_transport(transport)
        if session is None:
            raise EOFError("the server opened no channel")
        session.sock.settimeout(timeout)
        session.learn_limits()
        return session

    def learn_limits(self) -> None:
        """Ask for larger pieces from a server that tells how much it gives at once, as OpenSSH does."""
        try:
            kind, answer = self._request(CMD_EXTENDED, "limits@openssh.com")
        except TimeoutError:
            raise
        except OSError:  # an extension that it does not know
            return
        if kind == _EXTENDED_REPLY:
            answer.get_int64()  # the longest packet
            self.piece = max(_PIECE, min(answer.get_int64(), _LARGE_PIECE))

    def listing(self, folder: bytes) -> list[tuple[bytes, SFTPAttributes]]:
        """Names, as the server spells them, with their attributes (of a link itself, not of what it leads to)."""
        handle = self._request(CMD_OPENDIR, folder)[1].get_binary()
        found: list[tuple[bytes, SFTPAttributes]] = []
        while True:
            try:
                kind, answer = self._request(CMD_READDIR, handle)
            except EOFError:
                break
            if kind != CMD_NAME:
                raise OSError("the server answered something else than names")
            for _ in range(answer.get_int()):
                name = answer.get_binary()
                answer.get_binary()  # the line that `ls -l` would print
                found.append((name, _attributes(answer)))
        self.close_handle(handle)
        return [(name, attributes) for name, attributes in found if name not in {b".", b".."}]

    def flush_to_disk(self, file: SFTPFile) -> None:
        """Ask the server to fsync; servers that do not offer it are as safe as they can be."""
        try:
            self._request(CMD_EXTENDED, "fsync@openssh.com", file.handle)
        except TimeoutError:
            raise
        except OSError:
            return

    def contents(self, files: Iterable[tuple[bytes, int]]) -> Iterator[bytes | OSError]:
        """The content of each (path, expected size), in order, or why it could not be read.

        The next files are asked for while the first are still on their way: a file costs bytes, not round trips.
        A file that has become shorter comes as short as it is, one that has grown only to its expected size.
        """
        flow = _Flow(self)
        waiting = deque(files)
        while waiting or flow.downloads:
            while waiting and flow.has_room(waiting[0][1]):
                flow.begin(*waiting.popleft())
            first = flow.downloads[0]
            while not first.finished:
                self._read_response()
            flow.downloads.popleft()
            yield first.outcome()

    def ask(self, answered: object, kind: int, *content: object) -> int:
        """Send a request whose answer goes to `answered._async_response`; returns its number."""
        return self._async_request(answered, kind, *content)

    def close_handle(self, handle: bytes) -> None:
        """Close a file or folder without waiting: nothing depends on the answer."""
        self._async_request(type(None), CMD_CLOSE, handle)

    def raise_status(self, answer: Message) -> None:
        """Raise what a status answer means: EOFError, an OSError, or nothing."""
        self._convert_status(answer)


class _Flow:
    """Downloads on their way, within what may be in flight."""

    def __init__(self, session: SftpSession) -> None:
        self.session = session
        self.downloads: deque[_Download] = deque()
        self._unsent: deque[tuple[_Download, int, int]] = deque()
        self._in_flight = 0

    def has_room(self, size: int) -> bool:
        ahead = sum(download.size for download in self.downloads)
        return not self.downloads or (len(self.downloads) < _REQUESTS_IN_FLIGHT and ahead + size <= _BYTES_AHEAD)

    def begin(self, path: bytes, size: int) -> None:
        self.downloads.append(_Download(self, path, size))

    def want(self, download: _Download, offset: int, length: int) -> None:
        self._unsent.append((download, offset, length))
        self.send()

    def answered(self) -> None:
        self._in_flight -= 1
        self.send()

    def send(self) -> None:
        while self._unsent and self._in_flight < _REQUESTS_IN_FLIGHT:
            download, offset, length = self._unsent.popleft()
            self._in_flight += 1
            download.request(offset, length)


class _Download:
    """One file: opened, read in pieces that may be answered in any order, closed."""

    def __init__(self, flow: _Flow, path: bytes, size: int) -> None:
        self.size = size
        self.finished = False
        self._flow = flow
        self._handle = b""
        self._pieces: dict[int, bytes] = {}
        self._asked: dict[int, tuple[int, int]] = {}
        self._open_pieces = 0
        self._error: OSError | None = None
        flow.session.ask(self, CMD_OPEN, path, SFTP_FLAG_READ, SFTPAttributes())

    def request(self, offset: int, length: int) -> None:
        number = self._flow.session.ask(self, CMD_READ, self._handle, int64(offset), length)
        self._asked[number] = (offset, length)

    def outcome(self) -> bytes | OSError:
        return self._error or b"".join(self._pieces[offset] for offset in sorted(self._pieces))

    def _async_response(self, kind: int, answer: Message, number: int) -> None:
        """Called by paramiko with the answer to one of our requests."""
        if kind == CMD_STATUS:
            self._note(answer)
        if number not in self._asked:
            if kind == CMD_HANDLE:
                self._handle = answer.get_binary()
                self._want(0, self.size)
        else:
            offset, length = self._asked.pop(number)
            self._open_pieces -= 1
            if kind == CMD_DATA:
                self._pieces[offset] = piece = answer.get_binary()
                if 0 < len(piece) < length:  # a server may answer less than was asked for
                    self._want(offset + len(piece), length - len(piece))
            self._flow.answered()
        if not self._open_pieces and not self.finished:
            self.finished = True
            if self._handle:
                self._flow.session.close_handle(self._handle)

    def _want(self, offset: int, length: int) -> None:
        piece = self._flow.session.piece
        for start in range(offset, offset + length, piece):
            self._open_pieces += 1
            self._flow.want(self, start, min(piece, offset + length - start))

    def _note(self, answer: Message) -> None:
        try:
            self._flow.session.raise_status(answer)
        except EOFError:
            return  # shorter than expected; the caller compares sizes
        except OSError as error:
            self._error = error


def _attributes(answer: Message) -> SFTPAttributes:
    attributes: SFTPAttributes = SFTPAttributes._from_msg(answer)  # type: ignore[attr-defined]  # noqa: SLF001
    return attributes
