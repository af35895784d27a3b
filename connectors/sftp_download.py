"""How does one file come over SFTP: opened, read in pieces, closed, beside others?"""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from io import BytesIO

from connectors.place import LARGEST_FILE, Content
from connectors.sftp_flow import Flow, as_trouble, unheard
from connectors.sftp_wire import NO_ATTRIBUTES, Answer, Kind, OpenFor, large, text, whole


class Download:
    """One file: opened, read in pieces that may be answered in any order, closed.

    size: None where the server does not tell it; then one piece is read after the other, until it ends.
    """

    def __init__(self, flow: Flow, path: bytes, size: int | None) -> None:
        self.size = size or 0
        self._endless = size is None
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
            self._want(0, self._flow.session.piece if self._endless else self.size)
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
            if self._endless and len(piece):
                self._want_more(offset + len(piece))
            elif 0 < len(piece) < length:  # a server may answer less than was asked for
                self._want(offset + len(piece), length - len(piece))
        self._flow.answered()
        self._close_when_done()

    def _want_more(self, offset: int) -> None:
        if offset > LARGEST_FILE:
            self._fail(OSError(f"it has more than {LARGEST_FILE} bytes"))
        else:
            self._want(offset, self._flow.session.piece)

    def _fail(self, error: OSError | EOFError) -> None:
        self.error = self.error or as_trouble(error)

    def _close_when_done(self) -> None:
        if self._given_up or not self._open_pieces:
            self.finished = True
            self._close()

    def _close(self) -> None:
        if self._handle:
            self._flow.session.send(unheard, Kind.CLOSE, text(self._handle))
            self._handle = b""
