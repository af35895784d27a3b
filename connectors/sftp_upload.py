"""How is one file left over SFTP so that nobody reads half of it: beside its name, flushed, measured, renamed?"""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from connectors.sftp_flow import Flow, as_trouble, unheard
from connectors.sftp_wire import NO_ATTRIBUTES, Answer, Kind, OpenFor, large, text, whole

FLUSH = b"fsync@openssh.com"
RENAME = b"posix-rename@openssh.com"


@dataclass(frozen=True, slots=True)
class Written:
    """A file to write: under which name first, under which in the end."""

    beside: bytes
    target: bytes
    content: bytes


class Upload:
    """Files that stand one after the other: each written beside in pieces, flushed, measured, closed, renamed.

    Each step is taken once the one before is told. One that fails ends it with `error`, and what was written beside is
    removed; only a line that breaks leaves it there.
    """

    def __init__(self, flow: Flow, files: Sequence[Written]) -> None:
        self.size = sum(len(file.content) for file in files)
        self.finished = False
        self.error: OSError | None = None
        self._flow = flow
        self._session = flow.session
        self._files = deque(files)
        self._handle = b""
        self._made = False
        self._open_pieces = 0
        self._unsettled = 0

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
            self._session.send(unheard, Kind.CLOSE, text(self._handle))
            self._session.send(unheard, Kind.REMOVE, text(self._files[0].beside))
            self._handle = b""

    def _opened(self, answer: Answer) -> None:
        try:
            self._handle = answer.expect(Kind.HANDLE).text()
        except (OSError, EOFError) as error:
            self._end(error)
            return
        self._made = True
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
        self._unsettled = 1  # the closing
        if FLUSH in self._session.extensions and self.error is None:
            self._unsettled += 1
            self._session.send(self._flushed, Kind.EXTENDED, text(FLUSH), text(self._handle))
        self._session.send(self._measured, Kind.FSTAT, text(self._handle))

    def _flushed(self, answer: Answer) -> None:
        trouble = answer.trouble()
        # A server may announce the flush for all its disks and yet have it for some of them only.
        if trouble is not None and not (isinstance(trouble, OSError) and trouble.errno == errno.EOPNOTSUPP):
            self._note(OSError(f"the server could not flush it to its disk ({trouble})"))
        self._settled()

    def _measured(self, answer: Answer) -> None:
        try:
            size = answer.expect(Kind.ATTRS).attributes().size
        except (OSError, EOFError) as error:
            self._note(error)
        else:
            told = size is not None and size != len(self._files[0].content)
            self._note(OSError("the server kept less than was sent") if told else None)
        if self._handle:
            self._session.send(self._closed, Kind.CLOSE, text(self._handle))
            self._handle = b""

    def _closed(self, answer: Answer) -> None:
        self._note(answer.trouble())
        self._settled()

    def _settled(self) -> None:
        """Give it its name once it is closed and, where that was asked for, on the disk: answers may come in any order."""
        self._unsettled -= 1
        if self._unsettled:
            return
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
        done, made, self._made = self._files.popleft(), self._made, False
        if self.error is None:
            self.begin()
        elif made:
            self._session.send(self._removed, Kind.REMOVE, text(done.beside))
        else:
            self.finished = True

    def _removed(self, answer: Answer) -> None:
        """The end of what failed, whether or not anything was left to remove."""
        self.finished = True
