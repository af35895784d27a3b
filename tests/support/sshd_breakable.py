"""How do tests get an SFTP server that is not OpenSSH's, and one that breaks off when told?"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh
from asyncssh.misc import MaybeAwait

from tests.support.sshd import SftpServer, known_hosts_line, make_key

USER = "hub"
_SECONDS = 10.0


@dataclass(slots=True)
class Breaking:
    """When the server breaks off: after so many bytes read from it or written to it; None: never.

    plain_rename_only: it does not know OpenSSH's posix-rename.
    """

    after_bytes_read: int | None = None
    after_bytes_written: int | None = None
    plain_rename_only: bool = False


class _Files(asyncssh.SFTPServer):
    breaking: Breaking

    def read(self, file_obj: object, offset: int, size: int) -> MaybeAwait[bytes]:
        limit = self.breaking.after_bytes_read
        if limit is not None and offset + size > limit:
            self.channel.get_connection().abort()
        return super().read(file_obj, offset, size)

    def write(self, file_obj: object, offset: int, data: bytes) -> MaybeAwait[int]:
        limit = self.breaking.after_bytes_written
        if limit is not None and offset + len(data) > limit:
            self.channel.get_connection().abort()
        return super().write(file_obj, offset, data)

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> MaybeAwait[None]:
        if self.breaking.plain_rename_only:
            raise asyncssh.SFTPOpUnsupported("posix-rename")
        return super().posix_rename(oldpath, newpath)


@contextmanager
def asyncssh_server(folder: Path, keys: Path) -> Iterator[tuple[SftpServer, Breaking]]:
    """A server on loopback that serves the whole machine under its paths, as OpenSSH does; ends with the block."""
    keys.mkdir(parents=True, exist_ok=True)
    host_key, private_key = make_key(keys / "host_key"), make_key(keys / "client_key")
    breaking = Breaking()
    files = type("Files", (_Files,), {"breaking": breaking})
    loop = asyncio.new_event_loop()
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
        asyncio.run_coroutine_threadsafe(listener.wait_closed(), loop).result(_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_SECONDS)
        loop.close()
