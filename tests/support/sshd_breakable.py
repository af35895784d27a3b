"""How do tests get an SFTP server that is not OpenSSH's, and one that breaks off when told?"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh
from asyncssh.connection import SSHConnection
from asyncssh.misc import MaybeAwait

from tests.support.sshd import SftpServer, known_hosts_line, make_key

USER = "hub"
_SECONDS = 10.0


@dataclass(slots=True)
class Breaking:
    """When the server breaks off: after so many bytes read from it or written to it; None: never.

    plain_rename_only: it does not know OpenSSH's posix-rename. silent_seconds: how long each read takes.
    most_bytes_read: what it gives at once, however much is asked for.
    forbidden: what is not permitted: `scandir`, `mkdir`, `open`. failing_read_of: a file whose disk is bad. sessions: how many there were.
    ends_at: a reading from there on, in its first piece, finds the end of the file, though later pieces are there again.
    most_bytes_kept: what it keeps of each piece that is written. renamed: what files were renamed to, in order.
    failing_flush: what it answers to each flush. holding: while it is set, the first rename that comes waits.
    lists_kinds_alone: its listings tell no size and no time. hides_sizes: nor does it tell a size when asked.
    one_channel_only: it ends the connection of who opens a second one. open_files: how many stand open. most_open: how many ever did at once.
    """

    after_bytes_read: int | None = None
    after_bytes_written: int | None = None
    plain_rename_only: bool = False
    silent_seconds: float = 0.0
    most_bytes_read: int | None = None
    forbidden: frozenset[str] = frozenset()
    failing_read_of: bytes = b""
    ends_at: int | None = None
    most_bytes_kept: int | None = None
    sessions: int = 0
    open_files: int = 0
    most_open: int = 0
    one_channel_only: bool = False
    failing_flush: asyncssh.SFTPError | None = None
    holding: threading.Event = field(default_factory=threading.Event)
    held: threading.Event = field(default_factory=threading.Event)
    lists_kinds_alone: bool = False
    hides_sizes: bool = False
    renamed: list[bytes] = field(default_factory=list)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    lines: list[SSHConnection] = field(default_factory=list)

    def cut(self) -> None:
        """Break off every connection there is, now."""
        asyncio.run_coroutine_threadsafe(self._cut(), self.loop).result(_SECONDS)

    async def _cut(self) -> None:
        for line in self.lines:
            line.abort()
            await line.wait_closed()
        self.lines.clear()


class _Files(asyncssh.SFTPServer):
    breaking: Breaking

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
        super().__init__(channel)
        self.breaking.sessions += 1
        line = channel.get_connection()
        if self.breaking.one_channel_only and line in self.breaking.lines:
            line.abort()
        self.breaking.lines.append(line)

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> MaybeAwait[object]:
        self._permit("open", path)
        self.breaking.open_files += 1
        self.breaking.most_open = max(self.breaking.most_open, self.breaking.open_files)
        return super().open(path, pflags, attrs)

    def close(self, file_obj: object) -> MaybeAwait[None]:
        self.breaking.open_files -= 1
        return super().close(file_obj)

    def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> MaybeAwait[None]:
        self._permit("mkdir", path)
        return super().mkdir(path, attrs)

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        self._permit("scandir", path)
        async for name in super().scandir(path):
            if self.breaking.lists_kinds_alone:
                name.attrs = asyncssh.SFTPAttrs(permissions=name.attrs.permissions)
            yield name

    def stat(self, path: bytes) -> MaybeAwait[os.stat_result | asyncssh.SFTPAttrs]:
        found = os.stat(path)  # noqa: PTH116  (a path in bytes)
        if not self.breaking.hides_sizes:
            return found
        times = {"atime": int(found.st_atime), "mtime": int(found.st_mtime)}
        return asyncssh.SFTPAttrs(permissions=found.st_mode, **times)

    def fsync(self, file_obj: object) -> MaybeAwait[None]:
        if self.breaking.failing_flush is not None:
            raise self.breaking.failing_flush
        return super().fsync(file_obj)

    def _permit(self, action: str, path: bytes) -> None:
        if action in self.breaking.forbidden:
            raise asyncssh.SFTPPermissionDenied(os.fsdecode(path))

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        await asyncio.sleep(self.breaking.silent_seconds)
        if self.breaking.failing_read_of and self.breaking.failing_read_of in getattr(file_obj, "name", b""):
            raise asyncssh.SFTPFailure("input/output error")
        limit = self.breaking.after_bytes_read
        if limit is not None and offset + size > limit:
            self.channel.get_connection().abort()
        if offset == self.breaking.ends_at:
            return b""
        found = super().read(file_obj, offset, min(size, self.breaking.most_bytes_read or size))
        return found if isinstance(found, bytes) else await found

    def write(self, file_obj: object, offset: int, data: bytes) -> MaybeAwait[int]:
        limit = self.breaking.after_bytes_written
        if limit is not None and offset + len(data) > limit:
            self.channel.get_connection().abort()
        return super().write(file_obj, offset, data[: self.breaking.most_bytes_kept])

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        if self.breaking.plain_rename_only:
            raise asyncssh.SFTPOpUnsupported("posix-rename")
        await self._hold()
        self.breaking.renamed.append(newpath)
        os.replace(oldpath, newpath)

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        await self._hold()
        if os.path.exists(newpath):  # noqa: PTH110  (a path in bytes)
            raise asyncssh.SFTPFailure("it exists")
        os.rename(oldpath, newpath)  # noqa: PTH104  (paths in bytes)

    async def _hold(self) -> None:
        if self.breaking.holding.is_set() and not self.breaking.held.is_set():
            self.breaking.held.set()
            while self.breaking.holding.is_set():
                await asyncio.sleep(0.01)


@contextmanager
def asyncssh_server(folder: Path, keys: Path) -> Iterator[tuple[SftpServer, Breaking]]:
    """A server on loopback that serves the whole machine under its paths, as OpenSSH does; ends with the block."""
    keys.mkdir(parents=True, exist_ok=True)
    host_key, private_key = make_key(keys / "host_key"), make_key(keys / "client_key")
    breaking = Breaking()
    files = type("Files", (_Files,), {"breaking": breaking})
    loop = breaking.loop
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[str(host_key)],
            authorized_client_keys=str(private_key) + ".pub",
            sftp_factory=files,
        )

    listener = asyncio.run_coroutine_threadsafe(listen(), loop).result(_SECONDS)
    port = listener.get_port()
    known_hosts = keys / "known_hosts"
    known_hosts.write_text(known_hosts_line("127.0.0.1", port, host_key), encoding="ascii")
    try:
        yield SftpServer("127.0.0.1", port, USER, folder, private_key, known_hosts, host_key), breaking
    finally:
        loop.call_soon_threadsafe(listener.close)
        breaking.cut()
        asyncio.run_coroutine_threadsafe(listener.wait_closed(), loop).result(_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_SECONDS)
        loop.close()
