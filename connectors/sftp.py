"""How are files read and left on an agency's SFTP server?"""

from __future__ import annotations

import logging
import posixpath
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from paramiko import SFTPAttributes, SSHClient, SSHException

from connectors.endpoint import Endpoint
from connectors.place import Entry
from connectors.sftp_session import SftpSession
from connectors.ssh import connect
from hub.errors import AgencyUnreachable, ConfigurationFault

LOG = logging.getLogger(__name__)

CONNECT_SECONDS = 15.0
ANSWER_SECONDS = 60.0


class SftpPlace:
    """A folder of an SFTP server as an agency's place, over one connection that opens when first used.

    Login by key; the host key must stand in the known hosts. Links are followed as long as they stay in the folder.
    """

    def __init__(
        self, endpoint: Endpoint, connect_seconds: float = CONNECT_SECONDS, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self._endpoint = endpoint
        self._agency = endpoint.agency
        self._connect_seconds = connect_seconds
        self._answer_seconds = answer_seconds
        self._client: SSHClient | None = None
        self._opened: SftpSession | None = None
        self._real_base = ""

    def entries(self, folder: str) -> list[Entry]:
        """What stands in a folder; links that lead out of the place are left out."""
        with self._reach() as session:
            try:
                listing = session.listing(self._address(folder)) if self._within(session, folder) else []
            except FileNotFoundError:
                return []
            except PermissionError as error:
                raise ConfigurationFault(f"{self._agency}: {folder or 'the place'} may not be listed") from error
            found = (self._entry(session, folder, name, attributes) for name, attributes in listing)
            return [entry for entry in found if entry is not None]

    def look(self, path: str) -> Entry | None:
        """What stands at a path now."""
        with self._reach() as session:
            try:
                attributes = session.stat(self._address(path))
            except FileNotFoundError:
                return None
            return _entry(path, attributes, self._address(path)) if self._within(session, path) else None

    def contents(self, entries: Iterable[Entry]) -> Iterator[bytes | None]:
        """The content of each file in turn, the next ones already on their way."""
        wanted = list(entries)
        with self._reach() as session:
            answers = session.contents((entry.address or self._address(entry.path), entry.size) for entry in wanted)
            for entry, answer in zip(wanted, answers, strict=True):
                if isinstance(answer, OSError):
                    LOG.warning("%s: %s cannot be read just now: %s", self._agency, entry.path, answer)
                yield None if isinstance(answer, OSError) else answer

    def write(self, path: str, content: bytes) -> None:
        """Write beside, flush to disk where the server can, then rename: whoever polls sees all or nothing."""
        folder, name = posixpath.split(path)
        with self._reach() as session:
            self._make_folders(session, folder)
            if not self._within(session, folder):
                raise ConfigurationFault(f"{self._agency}: {path} would leave the agency's place")
            beside, target = self._address(posixpath.join(folder, f".{name}.part")), self._address(path)
            try:
                with session.open(beside, "wb") as file:
                    file.set_pipelined(True)
                    file.write(content)
                    file.set_pipelined(False)
                    session.flush_to_disk(file)
                if session.stat(beside).st_size != len(content):
                    raise AgencyUnreachable(self._agency, f"{path}: the server kept less than was sent")
                _rename(session, beside, target)
            except PermissionError as error:
                raise ConfigurationFault(f"{self._agency}: {path} may not be written there") from error

    def close(self) -> None:
        """End the connection, where there is one."""
        client, self._client, self._opened = self._client, None, None
        if client is not None:
            client.close()

    @contextmanager
    def _reach(self) -> Iterator[SftpSession]:
        """The session; trouble on the way closes it, so that the next call begins anew."""
        try:
            yield self._session()
        except (SSHException, EOFError, OSError) as error:
            self.close()
            detail = "no answer in time" if isinstance(error, TimeoutError) else f"{error}" or type(error).__name__
            raise AgencyUnreachable(self._agency, f"SFTP: {detail}") from error
        except AgencyUnreachable:
            self.close()
            raise
        except ConfigurationFault:
            if self._opened is None:
                self.close()
            raise

    def _session(self) -> SftpSession:
        """The session there is, or a new one: servers end a connection that was idle for long."""
        line = self._client.get_transport() if self._client else None
        if self._opened is None or line is None or not line.is_active():
            self.close()
            self._opened = self._connect()
        return self._opened

    def _connect(self) -> SftpSession:
        self._client = connect(self._endpoint, self._connect_seconds)
        line = self._client.get_transport()
        if line is None:
            raise EOFError("the connection closed")
        session = SftpSession.over(line, self._answer_seconds)
        self._real_base = self._base(session)
        return session

    def _base(self, session: SftpSession) -> str:
        path = self._endpoint.path
        try:
            session.stat(path)
            return session.normalize(path)
        except (FileNotFoundError, PermissionError) as error:
            self.close()
            raise ConfigurationFault(f"{self._agency}: there is no folder {path} on the server") from error

    def _address(self, path: str) -> bytes:
        return posixpath.join(self._endpoint.path, path).encode() if path else self._endpoint.path.encode()

    def _within(self, session: SftpSession, path: str) -> bool:
        """Whether a path, links followed, is inside the place."""
        real = session.normalize(self._address(path))
        return real == self._real_base or real.startswith(self._real_base.rstrip("/") + "/")

    def _entry(self, session: SftpSession, folder: str, name: bytes, attributes: SFTPAttributes) -> Entry | None:
        text = _name(name)
        if text is None:
            LOG.warning("%s: %s: a name in no known encoding, the file is left", self._agency, folder or "the place")
            return None
        address = self._address(folder) + b"/" + name
        if attributes.st_mode is None or stat.S_ISLNK(attributes.st_mode):
            try:
                attributes = session.stat(address)
            except FileNotFoundError:
                return None
            if not self._within(session, posixpath.join(folder, text)):
                return None
        return _entry(posixpath.join(folder, text), attributes, address)

    def _make_folders(self, session: SftpSession, folder: str) -> None:
        way = ""
        for part in filter(None, folder.split("/")):
            way = posixpath.join(way, part)
            with suppress(FileNotFoundError):
                session.stat(self._address(way))
                continue
            try:
                session.mkdir(self._address(way))
            except PermissionError as error:
                raise ConfigurationFault(f"{self._agency}: the folder {way} may not be made there") from error


def _entry(path: str, attributes: SFTPAttributes, address: bytes) -> Entry:
    size, changed = attributes.st_size or 0, attributes.st_mtime or 0
    return Entry(path, stat.S_ISDIR(attributes.st_mode or 0), size, float(changed), f"{size}:{changed}", address)


def _name(name: bytes) -> str | None:
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return name.decode(encoding)
    return None


def _rename(session: SftpSession, beside: bytes, target: bytes) -> None:
    """Rename in one step; the plain rename of servers without OpenSSH's refuses where the target stands."""
    try:
        session.posix_rename(beside, target)
    except (PermissionError, TimeoutError):
        raise
    except OSError:
        session.rename(beside, target)
