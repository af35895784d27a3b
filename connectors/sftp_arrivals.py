"""How does what arrives on a channel reach the thread that waits for it, without being copied and without waking it early?"""

from __future__ import annotations

from collections import deque
from threading import Condition

from paramiko.buffered_pipe import BufferedPipe, PipeTimeout


class Arrivals(BufferedPipe):  # type: ignore[type-arg]  # generic in its stubs alone
    """What a channel received and nobody read yet, in the pieces in which it came.

    paramiko's own shifts all that is left whenever a part is read, and wakes the reader for every packet of the line.
    wanted: how many bytes must be there before the reader is woken; what it needs to go on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.wanted = 1
        self._ended = False
        self._arrived = Condition()
        self._pieces: deque[bytes] = deque()
        self._held = 0

    def feed(self, data: bytes) -> None:
        """Called by paramiko with what came."""
        with self._arrived:
            self._pieces.append(data)
            self._held += len(data)
            if self._held >= self.wanted:
                self._arrived.notify_all()

    def read(self, nbytes: int, timeout: float | None = None) -> bytes:
        """All that is there, once as much as is wanted is; empty where the channel was closed.

        Raises PipeTimeout where nothing at all arrives for `timeout` seconds: a slow line is not a silent one.
        nbytes: more than is ever held, since the channel's window is no larger.
        """
        with self._arrived:
            while self._held < self.wanted and not self._ended:
                before = self._held
                if not self._arrived.wait(timeout) and self._held == before:
                    raise PipeTimeout
            return self._taken()

    def close(self) -> None:
        """Called by paramiko when nothing more will come; what is there can still be read."""
        super().close()
        with self._arrived:
            self._ended = True
            self._arrived.notify_all()

    def read_ready(self) -> bool:
        """Whether anything is there."""
        with self._arrived:
            return bool(self._held)

    def empty(self) -> bytes:
        """All that is there, without waiting."""
        with self._arrived:
            return self._taken()

    def __len__(self) -> int:
        with self._arrived:
            return self._held

    def _taken(self) -> bytes:
        content = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        self._held = 0
        return content
