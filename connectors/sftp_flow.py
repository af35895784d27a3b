"""What do the files share that travel over one SFTP channel at once, in pieces?"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

from connectors.sftp_wire import Answer, Kind

# What may be asked for and not yet answered, and how many bytes of later files are fetched or sent ahead. The answers
# on their way must fit the channel's window: otherwise the server waits for us to read while we wait to be read.
_REQUESTS_IN_FLIGHT = 64
_BYTES_AHEAD = 8 * 1024 * 1024


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


def as_trouble(error: OSError | EOFError) -> OSError:
    """The same fault, as an error of the system."""
    return error if isinstance(error, OSError) else OSError(f"the server said that it ended: {error}")


def unheard(answer: Answer) -> None:
    """Nothing depends on this answer."""
