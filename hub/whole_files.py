"""How are files written so that they are all there whole, or none of them?"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType


class WholeFiles:
    """Files that are written beside their places, and come there when all are written.

    Where the block fails, or the process is killed in it, nothing has changed at their places: what stood there stays.
    """

    def __init__(self) -> None:
        self._aside: dict[Path, Path] = {}

    def __enter__(self) -> WholeFiles:
        return self

    def place(self, path: Path) -> Path:
        """Where to write, for now, what is to stand at `path`; the name is the same, the folder is one of its own.

        In the same file system, so that the move is one step. What is no file (a pipe, a terminal) is written at once.
        """
        if path.exists() and not path.is_file():
            return path
        target = path.resolve()
        if target not in self._aside:
            self._aside[target] = Path(mkdtemp(prefix=".unfinished-", dir=target.parent)) / target.name
        return self._aside[target]

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for target, written in self._aside.items() if kind is None else ():
                written.replace(target)
        finally:
            for written in self._aside.values():
                shutil.rmtree(written.parent, ignore_errors=True)


def write_whole(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files, by their names, into a folder, which is made where it is not there: each whole, and none where one fails.

    They are their owner's alone: reports and papers tell of matters, sealed ones among them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with WholeFiles() as files:
        for name, content in contents.items():
            write_private(files.place(folder / name), content)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, where it was not there before; a pipe stays as it is."""
    path.touch(mode=0o600)
    path.write_bytes(content)
