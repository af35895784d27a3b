"""How are files read and left in a local or mounted folder?"""

from __future__ import annotations

import errno
import logging
import os
import posixpath
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from connectors.endpoint import Endpoint
from connectors.part_files import left_over, part_name
from connectors.place import Content, Entry, Files, is_device, readable_name
from hub.errors import AgencyUnreachable, ConfigurationFault

LOG = logging.getLogger(__name__)

# Held open by someone (a workbook in an office program, on a share), or gone or closed to us since it was listed.
_NOT_NOW = {errno.ENOENT, errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY, errno.EAGAIN}


class FolderPlace:
    """A folder of this machine as an agency's place. Links are followed as long as they stay inside it."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._agency = endpoint.agency
        self._root = Path(endpoint.path)
        # Paths that stand there in another encoding, as Python holds such names, and the folders that were tidied.
        self._spelt: dict[str, str] = {}
        self._tidied: set[Path] = set()

    def entries(self, folder: str) -> list[Entry]:
        """What stands in a folder; links that lead out of the place are left out."""
        with self._reach():
            way = self._real(folder)
            if way is None or not way.is_dir():
                return []
            with os.scandir(way) as listing:
                found = [self._found(path, item) for item in listing if (path := self._named(folder, item.name))]
            return [entry for entry in found if entry is not None]

    def look_at(self, paths: Sequence[str]) -> list[Entry | None]:
        """What stands at each path now."""
        with self._reach():
            return [self._look(path) for path in paths]

    def contents(self, entries: Iterable[Entry]) -> Iterator[Content | None]:
        """The content of each file in turn."""
        for entry in entries:
            with self._reach():
                content = self._content(entry.path)
            yield None if content is None else Content(content, sha256(content).hexdigest())

    def write_all(self, groups: Sequence[Files]) -> Iterator[None]:
        """Write each file beside, flush to disk, then rename: whoever polls the folder sees all or nothing."""
        for files in groups:
            for path, content in files:
                self._write(path, content)
            yield
        for folder in {posixpath.dirname(path) for files in groups for path, _ in files}:
            self._tidy(folder)

    def _write(self, path: str, content: bytes) -> None:
        with self._reach():
            folder = self._real(posixpath.dirname(path))
            if folder is None:
                raise ConfigurationFault(f"{self._agency}: {path} would leave the agency's place")
            name = posixpath.basename(path)
            beside = folder / part_name(name)
            try:
                folder.mkdir(parents=True, exist_ok=True)
                with _removed_on_failure(beside), beside.open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                _rename(beside, folder / name, content)
            except (PermissionError, FileExistsError, NotADirectoryError) as error:
                raise ConfigurationFault(f"{self._agency}: {path} cannot be written: {error.strerror}") from error
            _flush_folder(folder)

    def _tidy(self, folder: str) -> None:
        """Remove what runs that were stopped left beside; once for each folder."""
        way = self._real(folder)
        if way is None or way in self._tidied:
            return
        self._tidied.add(way)
        with suppress(OSError):
            with os.scandir(way) as listing:
                changed_at = {item.name: item.stat(follow_symlinks=False).st_mtime for item in listing}
            for name in left_over(changed_at, time.time()):
                (way / name).unlink()

    def close(self) -> None:
        """Nothing is held open; what others leave beside meanwhile is tidied by the next run."""
        self._tidied = set()

    def _named(self, folder: str, name: str) -> str | None:
        """The path of something in a folder as people read it; None where its name is in no known encoding."""
        text = readable_name(os.fsencode(name))
        if text is None:
            LOG.warning("%s: %s: a name in no known encoding, the file is left", self._agency, folder or "the place")
            return None
        path = posixpath.join(folder, text)
        if text != name:
            self._spelt[path] = posixpath.join(self._raw(folder), name)
        return path

    def _found(self, path: str, item: os.DirEntry[str]) -> Entry | None:
        # Following each path from the root would cost a share many round trips; only links can lead astray.
        if item.is_symlink():
            return self._look(path)
        try:
            return _entry(path, item.stat())
        except FileNotFoundError:
            return None

    def _look(self, path: str) -> Entry | None:
        way = self._real(path)
        if way is None:
            return None
        try:
            return _entry(path, way.stat())
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _content(self, path: str) -> bytes | None:
        way = self._real(path)
        if way is None:
            return None
        try:
            return way.read_bytes()
        except OSError as error:
            if error.errno not in _NOT_NOW:
                raise
            LOG.warning("%s: %s cannot be read just now: %s", self._agency, path, error.strerror)
            return None

    def _real(self, path: str) -> Path | None:
        """Where a path leads once links are followed; None where that is outside the place."""
        root = self._root.resolve()
        way = (root / self._raw(path)).resolve()
        return way if way.is_relative_to(root) else None

    def _raw(self, path: str) -> str:
        """A path as it stands there, each part in its own encoding."""
        way = raw = ""
        for part in filter(None, path.split("/")):
            way = posixpath.join(way, part)
            raw = self._spelt.get(way) or posixpath.join(raw, part)
        return raw

    @contextmanager
    def _reach(self) -> Iterator[None]:
        """Trouble of the disk or the share is the agency out of reach, not a fault of a file."""
        try:
            if not self._root.is_dir():
                raise AgencyUnreachable(self._agency, f"the folder {self._root} is not there (a share not mounted?)")
            yield
        except PermissionError as error:
            raise ConfigurationFault(f"{self._agency}: the folder may not be used: {error.filename}") from error
        except OSError as error:
            raise AgencyUnreachable(self._agency, f"the folder does not answer: {error.strerror}") from error


def _entry(path: str, found: os.stat_result) -> Entry:
    stamp = f"{found.st_size}:{found.st_mtime_ns}"
    folder, device = stat.S_ISDIR(found.st_mode), is_device(found.st_mode)
    return Entry(path, folder, found.st_size, found.st_mtime, stamp, device=device)


@contextmanager
def _removed_on_failure(beside: Path) -> Iterator[None]:
    """A full disk must not fill up with the halves of every try."""
    try:
        yield
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def _rename(beside: Path, target: Path, content: bytes) -> None:
    """Give it its name, unless another run that left the same file took it for its own and tidied."""
    try:
        with _removed_on_failure(beside):
            beside.replace(target)
    except OSError:
        if not (target.is_file() and target.read_bytes() == content):
            raise


def _flush_folder(folder: Path) -> None:
    """Make the rename itself last; shares that cannot do so are as safe as they can be."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
