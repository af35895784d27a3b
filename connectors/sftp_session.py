"""How does the hub ask an SFTP server for many things at once, over one channel?"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from paramiko import Channel, Transport

from connectors.place import Content
from connectors.sftp_arrivals import Arrivals
from connectors.sftp_download import Download
from connectors.sftp_flow import Flow
from connectors.sftp_upload import Upload, Written
from connectors.sftp_wire import NO_ATTRIBUTES, VERSION, Answer, Attributes, Frames, Kind, packet, text

# What every server answers at once, and the most that is worth asking for where a server says that it gives more.
_PIECE = 32768
_LARGE_PIECE = 131072
# How many files are open at the server at once; for fewer to leave than to fetch, since each waits for its flush anyway.
_FETCHED_AT_ONCE, _LEFT_AT_ONCE = 64, 16
# Requests are gathered until they fill a packet of the line.
_SEND_TOGETHER = 32768
# What the server may send before it hears that we took it: more than all that is ever asked for at once.
_WINDOW = 16 * 1024 * 1024

_Transfer = TypeVar("_Transfer", Download, Upload)


class SftpSession:
    """One SFTP session, used by one thread. Raises OSError, EOFError and paramiko's SSHException.

    Requests are gathered and leave when an answer is waited for, so that many of them cost one turn of the line.
    """

    def __init__(self, channel: Channel, arrivals: Arrivals) -> None:
        self.piece = _PIECE
        self.files = _FETCHED_AT_ONCE
        self.extensions: frozenset[bytes] = frozenset()
        self._channel = channel
        self._arrivals = arrivals
        self._number = 0
        self._expected: dict[int, Callable[[Answer], None]] = {}
        self._unsent: list[bytes] = []
        self._unsent_bytes = 0
        self._frames = Frames()

    @classmethod
    def over(cls, transport: Transport, timeout: float) -> SftpSession:
        """Open a session on a connection; no answer within `timeout` seconds raises TimeoutError."""
        channel = transport.open_session(window_size=_WINDOW)
        channel.settimeout(timeout)
        arrivals = channel.in_buffer = Arrivals()  # before anything is asked for, so nothing has come yet
        channel.invoke_subsystem("sftp")
        session = cls(channel, arrivals)
        session.greet()
        session.learn_limits()
        return session

    def greet(self) -> None:
        """Agree on the version, and learn what the server can do beside it."""
        self._put(packet(Kind.INIT, VERSION))
        answer = self._next_answer().expect(Kind.SAYS_VERSION)
        answer.whole()
        names = []
        while answer.rest():
            names.append(answer.text())
            answer.view()
        self.extensions = frozenset(names)

    def learn_limits(self) -> None:
        """Ask for larger pieces, and open fewer files, where a server tells its limits, as OpenSSH does; 0 is none told."""
        name = b"limits@openssh.com"
        if name in self.extensions:
            answer = self.ask(Kind.EXTENDED, text(name)).expect(Kind.EXTENDED_REPLY)
            answer.large()  # the longest packet
            self.piece = max(_PIECE, min(answer.large(), answer.large(), _LARGE_PIECE))
            self.files = min(answer.large() or self.files, self.files)

    def listing(self, folder: bytes) -> list[tuple[bytes, Attributes]]:
        """Names, as the server spells them, with their attributes (of a link itself, not of what it leads to)."""
        handle = self.ask(Kind.OPENDIR, text(folder)).expect(Kind.HANDLE).text()
        found: list[tuple[bytes, Attributes]] = []
        with suppress(EOFError):
            while True:
                answer = self.ask(Kind.READDIR, text(handle)).expect(Kind.NAME)
                for _ in range(answer.whole()):
                    name = answer.text()
                    answer.view()  # the line that `ls -l` would print
                    found.append((name, answer.attributes()))
        self.ask(Kind.CLOSE, text(handle))
        return [(name, attributes) for name, attributes in found if name not in {b".", b".."}]

    def stat(self, path: bytes) -> Attributes:
        """What stands at a path, links followed."""
        return self.ask(Kind.STAT, text(path)).expect(Kind.ATTRS).attributes()

    def stats(self, paths: Iterable[bytes]) -> list[Attributes | None]:
        """The same for many paths, asked for at once; None where nothing stands, or nothing that we may see."""
        found: list[Attributes | None] = []
        for answer in self.ask_all(Kind.STAT, [text(path) for path in paths]):
            try:
                found.append(answer.expect(Kind.ATTRS).attributes())
            except (FileNotFoundError, PermissionError):
                found.append(None)
        return found

    def real_paths(self, paths: Iterable[bytes]) -> list[bytes]:
        """Where each path leads once links are followed, empty where nowhere; all asked for at once."""
        found = []
        for answer in self.ask_all(Kind.REALPATH, [text(path) for path in paths]):
            try:
                answer.expect(Kind.NAME).whole()
            except FileNotFoundError:
                found.append(b"")
            else:
                found.append(answer.text())
        return found

    def mkdir(self, path: bytes) -> None:
        """Make a folder."""
        trouble = self.ask(Kind.MKDIR, text(path), NO_ATTRIBUTES).trouble()
        if trouble is not None:
            raise trouble

    def remove(self, path: bytes) -> None:
        """Take a file away; nothing where it cannot be."""
        self.ask(Kind.REMOVE, text(path))

    def contents(self, files: Iterable[tuple[bytes, int | None]]) -> Iterator[Content | OSError]:
        """The content of each (path, expected size), in order, or why it could not be read.

        The next files are asked for while the first are still on their way: a file costs bytes, not round trips.
        A file that has become shorter comes as short as it is, one that has grown only to its expected size. One whose
        size is not known (None) is read until it ends.
        """
        flow = Flow(self, self.files)
        for download in self._in_turn(flow, (Download(flow, path, size) for path, size in files)):
            yield download.outcome()

    def store(self, groups: Iterable[Sequence[Written]]) -> Iterator[OSError | None]:
        """Write the files of each group one after another, each beside, flushed and measured, then renamed.

        Tells of each group, in order, whether all of it stands (None) or why not; the next are on their way meanwhile.
        """
        flow = Flow(self, min(self.files, _LEFT_AT_ONCE))
        for upload in self._in_turn(flow, (Upload(flow, files) for files in groups)):
            yield upload.error

    def send(self, then: Callable[[Answer], None], kind: Kind, *parts: bytes) -> None:
        """Ask; `then` is called with the answer while some later answer is waited for."""
        self._number = (self._number + 1) & 0xFFFFFFFF
        self._expected[self._number] = then
        self._put(packet(kind, self._number, *parts))

    def ask(self, kind: Kind, *parts: bytes) -> Answer:
        """Ask and wait."""
        answers: list[Answer] = []
        self.send(answers.append, kind, *parts)
        while not answers:
            self._step()
        return answers[0]

    def ask_all(self, kind: Kind, contents: list[bytes]) -> list[Answer]:
        """Ask the same of many and wait for all, in their order."""
        answers: dict[int, Answer] = {}
        for place, content in enumerate(contents):
            self.send(partial(answers.__setitem__, place), kind, content)
        while len(answers) < len(contents):
            self._step()
        return [answers[place] for place in range(len(contents))]

    def _in_turn(self, flow: Flow, transfers: Iterable[_Transfer]) -> Iterator[_Transfer]:
        """Each transfer when it is finished, in order, as many of them on their way as the flow has room for."""
        coming = iter(transfers)
        following = next(coming, None)
        running: deque[_Transfer] = deque()
        size = 0
        try:
            while running or following is not None:
                while following is not None and flow.has_room(len(running), size + following.size):
                    running.append(following)
                    size += following.size
                    following.begin()
                    following = next(coming, None)
                first = running[0]
                while not first.finished:
                    self._step()
                size -= running.popleft().size
                if not running and following is None:
                    # Nobody may ask for more than the last one: files are closed only once the server says so.
                    while self._expected:
                        self._step()
                yield first
        finally:
            # Also where the caller wants no more: what is open is closed, so that the agency may move its files.
            flow.stop()
            with suppress(OSError, EOFError):
                for transfer in running:
                    transfer.give_up()
                self._flush()

    def _step(self) -> None:
        """Take one answer and hand it to whoever asked."""
        answer = self._next_answer()
        asked = self._expected.pop(answer.whole(), None)
        if asked is not None:
            asked(answer)

    def _next_answer(self) -> Answer:
        frame = self._frames.next()
        while frame is None:
            self._flush()
            self._arrivals.wanted = self._frames.missing
            content = self._channel.recv(_WINDOW)
            if not content:
                raise EOFError("the server closed the channel")
            self._frames.feed(content)
            frame = self._frames.next()
        return Answer(*frame)

    def _put(self, content: bytes) -> None:
        self._unsent.append(content)
        self._unsent_bytes += len(content)
        if self._unsent_bytes >= _SEND_TOGETHER:
            self._flush()

    def _flush(self) -> None:
        content = self._unsent[0] if len(self._unsent) == 1 else b"".join(self._unsent)
        self._unsent.clear()
        self._unsent_bytes = 0
        sent = 0
        while sent < len(content):
            taken = self._channel.send(content[sent : sent + _SEND_TOGETHER])
            if not taken:
                raise EOFError("the server closed the channel")
            sent += taken
