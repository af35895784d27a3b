"""How do the police offer their files? An SFTP server over `outbox/`, `inbox/` and `ack/`."""

from __future__ import annotations

import asyncio
import os
import posixpath
import socket
import threading
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

import asyncssh
from asyncssh.misc import MaybeAwait

from sandbox.faults import Faults
from sandbox.keys import USER, Keys

WRITING = asyncssh.FXF_WRITE | asyncssh.FXF_APPEND | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC


class SftpServer:
    """The police's server, in a thread of its own. It serves any number of clients at a time."""

    def __init__(self, root: Path, keys: Keys, faults: Faults) -> None:
        self._root = root
        self._keys = keys
        self._faults = faults
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._acceptor: asyncssh.SSHAcceptor | None = None

    def start(self, listener: socket.socket) -> None:
        """Serve on a listening socket, which is the server's from now on; returns when it accepts logins."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sandbox-sftp", daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(listener), self._loop).result(timeout=30)

    def stop(self) -> None:
        """Stop listening, break what connections there are, end the thread. Safe to call twice."""
        if self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(timeout=30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=30)
        self._loop.close()
        self._thread = None

    async def _listen(self, listener: socket.socket) -> None:
        hub_key = asyncssh.read_private_key(self._keys.client_key).convert_to_public()
        self._acceptor = await asyncssh.listen(
            sock=listener,
            server_factory=partial(_Login, hub_key, self._connections),
            server_host_keys=[str(self._keys.host_key)],
            sftp_factory=partial(PoliceFiles, self._root, self._faults),
            allow_scp=False,
            password_auth=False,
            kbdint_auth=False,
            gss_host=None,
        )

    async def _close(self) -> None:
        if self._acceptor is not None:
            self._acceptor.close()
            await self._acceptor.wait_closed()
        open_connections = list(self._connections)
        for connection in open_connections:
            connection.abort()
        await asyncio.gather(*(connection.wait_closed() for connection in open_connections), return_exceptions=True)
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Login(asyncssh.SSHServer):
    """One user, one key; files only, no shell and no forwarding (asyncssh refuses both by default)."""

    def __init__(self, hub_key: asyncssh.SSHKey, connections: set[asyncssh.SSHServerConnection]) -> None:
        self._hub_key = hub_key
        self._connections = connections
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._connection is not None:
            self._connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key == self._hub_key


class PoliceFiles(asyncssh.SFTPServer):
    """The police's folder as the hub sees it: `/` is the folder, and only below `/inbox` may the hub write.

    Links cannot be made, so no path leads out of the folder.
    """

    def __init__(self, root: Path, faults: Faults, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        super().__init__(chan, chroot=os.fsencode(root))
        self._faults = faults
        self._broken = False

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> MaybeAwait[object]:
        if pflags & WRITING:
            _may_write(path)
        return super().open(path, pflags, attrs)

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        if self._faults.pause:
            await asyncio.sleep(self._faults.pause)
        if self._broken:
            raise asyncssh.SFTPConnectionLost("the line broke")
        drop_point = self._faults.drop_point()
        if drop_point is not None and drop_point < min(offset + size, _length(file_obj)):
            self._faults.dropped()
            self._broken = True
            # The first bytes still go out; then nothing more comes, and the connection is gone.
            asyncio.get_running_loop().call_later(0.05, self.connection.abort)
            size = max(0, drop_point - offset)
        return cast("bytes", super().read(file_obj, offset, size))

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> MaybeAwait[None]:
        return super().setstat(_may_write(path), attrs)

    def lsetstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> MaybeAwait[None]:
        return super().lsetstat(_may_write(path), attrs)

    def remove(self, path: bytes) -> MaybeAwait[None]:
        return super().remove(_may_write(path))

    def rename(self, oldpath: bytes, newpath: bytes) -> MaybeAwait[None]:
        return super().rename(_may_write(oldpath), _may_write(newpath))

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> MaybeAwait[None]:
        return super().posix_rename(_may_write(oldpath), _may_write(newpath))

    def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> MaybeAwait[None]:
        raise asyncssh.SFTPPermissionDenied("no folders are made here")

    def rmdir(self, path: bytes) -> MaybeAwait[None]:
        raise asyncssh.SFTPPermissionDenied("no folders are removed here")

    def symlink(self, oldpath: bytes, newpath: bytes) -> MaybeAwait[None]:
        raise asyncssh.SFTPPermissionDenied("no links are made here")

    def link(self, oldpath: bytes, newpath: bytes) -> MaybeAwait[None]:
        raise asyncssh.SFTPPermissionDenied("no links are made here")


def _length(file_obj: object) -> int:
    return os.fstat(cast("BinaryIO", file_obj).fileno()).st_size


def _may_write(path: bytes) -> bytes:
    """The path, if the hub may write there; SFTPPermissionDenied otherwise."""
    if not posixpath.normpath(posixpath.join(b"/", path)).startswith(b"/inbox/"):
        raise asyncssh.SFTPPermissionDenied("the hub writes to inbox only")
    return path
