"""How are files read and left on an agency's SFTP server?"""

from __future__ import annotations

import logging
import os
import posixpath
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from paramiko import SSHClient, SSHException

from connectors.endpoint import Endpoint
from connectors.part_files import left_over, part_name
from connectors.place import Content, Entry, Files, is_device, readable_name
from connectors.sftp_lanes import store_in_lanes
from connectors.sftp_session import SftpSession
from connectors.sftp_upload import Written
from connectors.sftp_wire import Attributes
from connectors.ssh import connect
from hub.errors import AgencyUnreachable, ConfigurationFault

LOG = logging.getLogger(__name__)

CONNECT_SECONDS = 15.0
ANSWER_SECONDS = 60.0
# Over how many channels many files are left, and for how many files it is worth opening one more.
LANES = 4
_GROUPS_A_LANE = 4


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
        self._beside: list[SftpSession] = []
        self._alone = False
        self._real_base = b""
        # Paths that the server spells in another encoding, and the folders that were tidied over this connection.
        self._spelt: dict[str, bytes] = {}
        self._tidied: set[str] = set()

    def entries(self, folder: str) -> list[Entry]:
        """What stands in a folder; links that lead out of the place are left out."""
        with self._reach() as session:
            try:
                listing = session.listing(self._address(folder)) if self._within(session, folder) else []
            except FileNotFoundError:
                return []
            except PermissionError as error:
                raise ConfigurationFault(f"{self._agency}: {folder or 'the place'} may not be listed") from error
            return list(self._told(session, self._named(folder, listing)))

    def look_at(self, paths: Sequence[str]) -> list[Entry | None]:
        """What stands at each path now; all asked for at once."""
        addresses = [self._address(path) for path in paths]
        with self._reach() as session:
            standing = session.stats(addresses)
            there = [address for address, attributes in zip(addresses, standing, strict=True) if attributes is not None]
            inside = dict(zip(there, map(self._is_inside, session.real_paths(there)), strict=True))
        return [
            _entry(path, attributes, address) if attributes is not None and inside[address] else None
            for path, address, attributes in zip(paths, addresses, standing, strict=True)
        ]

    def contents(self, entries: Iterable[Entry]) -> Iterator[Content | None]:
        """The content of each file in turn, the next ones already on their way."""
        wanted = list(entries)
        with self._reach() as session:
            answers = session.contents((entry.address or self._address(entry.path), entry.size) for entry in wanted)
            for entry, answer in zip(wanted, answers, strict=True):
                if isinstance(answer, OSError):
                    LOG.warning("%s: %s cannot be read just now: %s", self._agency, entry.path, answer)
                yield None if isinstance(answer, OSError) else answer

    def write_all(self, groups: Sequence[Files]) -> Iterator[None]:
        """Write each file beside, flush it to disk where the server can, then rename it; many at once on their way."""
        with self._reach() as session:
            ready, fault = self._prepared(session, groups)
            lanes = self._lanes(len(ready))
            outcomes, session = store_in_lanes(lanes, ready), lanes[0]
            for files, written, error in zip(groups, ready, outcomes, strict=False):
                if error is not None:
                    error = self._unless_there(session, written, error)
                if isinstance(error, PermissionError):
                    raise ConfigurationFault(f"{self._agency}: {files[0][0]} may not be written there") from error
                if error is not None:
                    raise AgencyUnreachable(self._agency, f"{files[0][0]}: {error}") from error
                yield
            self._tidy(session, {posixpath.dirname(path) for files in groups[: len(ready)] for path, _ in files})
            if fault is not None:
                raise fault

    def _unless_there(self, session: SftpSession, files: Sequence[Written], error: OSError) -> OSError | None:
        """What hinders a group that was not written; None where another run has left the same, or the rest can follow it."""
        while True:
            missing = [file for file in files if not self._stands(session, file)]
            if not missing:
                return None
            if len(missing) == len(files):
                return error
            files, again = missing, next(session.store([missing]))
            if again is None:
                return None
            error = again

    def _stands(self, session: SftpSession, file: Written) -> bool:
        (found,) = session.stats([file.target])
        if found is None or is_device(found.mode) or found.size not in (None, len(file.content)):
            return False
        there = next(session.contents([(file.target, found.size)]))
        return not isinstance(there, OSError) and there.content == file.content

    def _tidy(self, session: SftpSession, folders: set[str]) -> None:
        """Remove what runs that were stopped left beside; once for each folder and connection, as it costs a listing."""
        for folder in sorted(folders - self._tidied):
            self._tidied.add(folder)
            address = self._address(folder)
            try:
                listing = {name: attributes.changed_at or 0 for name, attributes in session.listing(address)}
                texts = {os.fsdecode(name): changed for name, changed in listing.items()}
                for name in left_over(texts, time.time()):
                    session.remove(posixpath.join(address, os.fsencode(name)))
            except (SSHException, EOFError, OSError) as error:
                # All that had to be left there is left, and the next run tidies.
                LOG.info("%s: %s is not tidied: %s", self._agency, folder or "the place", error)
                if not isinstance(error, (FileNotFoundError, PermissionError)):
                    self.close()
                    return

    def _prepared(
        self, session: SftpSession, groups: Sequence[Files]
    ) -> tuple[list[list[Written]], ConfigurationFault | None]:
        """Each group with its addresses, once its folders are there and inside the place; up to the first that may not be."""
        ready: set[str] = set()
        prepared: list[list[Written]] = []
        for files in groups:
            try:
                prepared.append([self._written(session, path, content, ready) for path, content in files])
            except ConfigurationFault as fault:
                return prepared, fault
        return prepared, None

    def _written(self, session: SftpSession, path: str, content: bytes, ready: set[str]) -> Written:
        folder, name = posixpath.split(path)
        if folder not in ready:
            self._make_folders(session, folder)
            if not self._within(session, folder):
                raise ConfigurationFault(f"{self._agency}: {path} would leave the agency's place")
            ready.add(folder)
        return Written(self._address(posixpath.join(folder, part_name(name))), self._address(path), content)

    def close(self) -> None:
        """End the connection, where there is one."""
        client, self._client, self._opened = self._client, None, None
        self._beside = []
        self._tidied = set()
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

    def _lanes(self, groups: int) -> list[SftpSession]:
        """The sessions over which so many groups are left: one, or a few channels more where the server gives them."""
        session = self._session()
        wanted = min(LANES, groups // _GROUPS_A_LANE)
        while not self._alone and len(self._beside) + 1 < wanted and self._client is not None:
            line = self._client.get_transport()
            try:
                if line is None:
                    raise EOFError("the connection closed")
                self._beside.append(SftpSession.over(line, self._answer_seconds))
            except (SSHException, EOFError, OSError) as error:
                # A server may allow one channel a connection, or end the connection of who asks for more.
                LOG.info("%s: one channel only: %s", self._agency, error)
                self._alone = True
        if self._alone:
            session = self._session()
        return [session, *self._beside]

    def _connect(self) -> SftpSession:
        self._client = connect(self._endpoint, self._connect_seconds)
        line = self._client.get_transport()
        if line is None:
            raise EOFError("the connection closed")
        session = SftpSession.over(line, self._answer_seconds)
        self._real_base = self._base(session)
        return session

    def _base(self, session: SftpSession) -> bytes:
        path = self._endpoint.path
        try:
            session.stat(path.encode())
            return session.real_paths([path.encode()])[0]
        except (FileNotFoundError, PermissionError) as error:
            self.close()
            raise ConfigurationFault(f"{self._agency}: there is no folder {path} on the server") from error

    def _address(self, path: str) -> bytes:
        way, address = "", self._endpoint.path.encode()
        for part in filter(None, path.split("/")):
            way = posixpath.join(way, part)
            address = self._spelt.get(way) or posixpath.join(address, part.encode())
        return address

    def _within(self, session: SftpSession, path: str) -> bool:
        """Whether a path, links followed, is inside the place."""
        return self._is_inside(session.real_paths([self._address(path)])[0])

    def _is_inside(self, real: bytes) -> bool:
        return real == self._real_base or real.startswith(self._real_base.rstrip(b"/") + b"/")

    def _named(self, folder: str, listing: Iterable[tuple[bytes, Attributes]]) -> Iterator[tuple[str, Attributes]]:
        """The path of each thing in a listing, and how the server spells it where that is not in UTF-8."""
        for name, attributes in listing:
            text = readable_name(name)
            if text is None:
                LOG.warning(
                    "%s: %s: a name in no known encoding, the file is left", self._agency, folder or "the place"
                )
                continue
            path = posixpath.join(folder, text)
            if text.encode() != name:
                self._spelt[path] = posixpath.join(self._address(folder), name)
            yield path, attributes

    def _told(self, session: SftpSession, named: Iterable[tuple[str, Attributes]]) -> Iterator[Entry]:
        """An entry for each; what the listing leaves open is asked for, all at once, and where links lead."""
        listed = dict(named)
        leading = [path for path, told in listed.items() if told.mode is None or stat.S_ISLNK(told.mode)]
        vague = [path for path, told in listed.items() if told.size is None or told.changed_at is None]
        asked = list(dict.fromkeys([*leading, *vague]))
        known = dict(zip(asked, session.stats(map(self._address, asked)), strict=True))
        there = [path for path in leading if known[path] is not None]
        inside = dict(zip(there, map(self._is_inside, session.real_paths(map(self._address, there))), strict=True))
        for path, told in listed.items():
            found = known.get(path) or (None if path in leading else told)
            if found is not None and inside.get(path, True):
                yield _entry(path, found, self._address(path))

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
            except OSError:
                # Another run may have made it in between.
                if session.stats([self._address(way)]) == [None]:
                    raise


def _entry(path: str, attributes: Attributes, address: bytes) -> Entry:
    mode, size, changed = attributes.mode, attributes.size, attributes.changed_at or 0
    stamp = f"{'?' if size is None else size}:{changed}"
    return Entry(path, stat.S_ISDIR(mode or 0), size, float(changed), stamp, address, is_device(mode))
