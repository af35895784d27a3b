"""How are the rows of a large file read by a process beside this one, which seals and writes them meanwhile?"""

from __future__ import annotations

import fcntl
import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any

from hub.errors import ReadingStopped
from hub.ledger.row_form import WrittenRow
from hub.mapping.agency import Agency
from hub.mapping.codes import Codes
from hub.model import Parcel
from hub.receiving.parcel import ReadTable, rows_of

# From here on reading takes longer than starting a process; a workbook of so many bytes has some ten thousand rows.
LARGE = 1_000_000
_PORTION = 500
# Bytes that wait in the pipe, so that neither process stands still while the other is at a whole portion.
_AHEAD = 1 << 20
_PROTOCOL = 5


@contextmanager
def rows_read(agency: Agency, parcel: Parcel, codes: Codes, read_table: ReadTable) -> Iterator[Iterator[WrittenRow]]:
    """The rows of `rows_of`; those of a large file come from a process of its own, which ends with the context.

    Only one portion of them is in memory here, and the process waits while nobody asks for the next. What it raises is
    raised here; raises `ReadingStopped` where it ends early.
    """
    if len(parcel.content) < LARGE:
        yield rows_of(agency, parcel, codes, read_table)
        return
    # The same modules as here, wherever they were found.
    paths = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(
        [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | paths
    ) as process:
        _widen(process)
        rows = _Received(parcel.path, process)
        try:
            rows.ask_for((agency, parcel, codes, read_table))
            yield iter(rows)
        finally:
            if not rows.all_there:
                process.kill()


def _widen(process: subprocess.Popen[bytes]) -> None:
    """Let more wait in the pipe; where the system allows its user no more, what it gave must do."""
    if process.stdout is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _AHEAD)


class _Received:
    """The rows that the process beside hands over. all_there: it has said that there are no more."""

    def __init__(self, path: str, process: subprocess.Popen[bytes]) -> None:
        self._path = path
        self._given, self._answers = process.stdin, process.stdout
        self.all_there = False

    def ask_for(self, work: tuple[Agency, Parcel, Codes, ReadTable]) -> None:
        if self._given is not None:
            try:
                with self._given:
                    pickle.dump(work, self._given, _PROTOCOL)
            except BrokenPipeError:
                raise ReadingStopped(f"{self._path}: the process that was to read it did not start") from None

    def __iter__(self) -> Iterator[WrittenRow]:
        while not self.all_there:
            portion = self._portion()
            if isinstance(portion, BaseException):
                raise portion
            self.all_there = portion is None
            yield from map(WrittenRow._make, zip(*portion or (), strict=True))

    def _portion(self) -> Any:
        try:
            return pickle.load(self._answers) if self._answers is not None else None  # noqa: S301 - our own process wrote it
        except (EOFError, pickle.UnpicklingError):
            raise ReadingStopped(f"{self._path}: the process that read it ended early") from None


def _portable(fault: Exception) -> Exception:
    """A fault that arrives as it left, or its name: one that does not would be printed here, and may quote a cell."""
    try:
        pickle.loads(pickle.dumps(fault, _PROTOCOL))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - a fault may fail in any way when it is taken apart
        return RuntimeError(f"{type(fault).__name__} in the process that reads")
    return fault


def main() -> None:
    """Read what is described on the standard input, and write its rows to the standard output, portion by portion."""
    gc.disable()  # rows come by the thousand and make no circles
    stream = sys.stdout.buffer
    try:
        rows = rows_of(*pickle.load(sys.stdin.buffer))  # noqa: S301 - our own process wrote it
        while portion := list(islice(rows, _PORTION)):
            # Turned round, since a few long lists are written much faster than many rows.
            pickle.dump(tuple(zip(*portion, strict=True)), stream, _PROTOCOL)
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is raised where the file is taken in
        pickle.dump(_portable(fault), stream, _PROTOCOL)
    else:
        pickle.dump(None, stream, _PROTOCOL)
    stream.flush()


if __name__ == "__main__":
    main()
