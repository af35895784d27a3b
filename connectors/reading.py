"""How are the rows of a large file read by a process beside this one, which seals and writes them meanwhile?"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import IO

from hub.errors import ReadingStopped
from hub.ledger.row_form import WrittenRow
from hub.mapping.agency import Agency
from hub.mapping.codes import Codes
from hub.model import Parcel
from hub.receiving.parcel import ReadTable, rows_of

# From here on reading takes longer than starting a process; a workbook of so many bytes has some ten thousand rows.
LARGE = 1_000_000
_PORTION = 500
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
        try:
            given, answers = process.stdin, process.stdout
            if given is None or answers is None:
                raise ReadingStopped(f"{parcel.path}: the process that was to read it has no pipes")
            with given:
                pickle.dump((agency, parcel, codes, read_table), given, _PROTOCOL)
            yield _received(parcel.path, answers)
        except BrokenPipeError:
            raise ReadingStopped(f"{parcel.path}: the process that was to read it did not start") from None
        finally:
            process.kill()


def _received(path: str, stream: IO[bytes]) -> Iterator[WrittenRow]:
    while True:
        try:
            portion = pickle.load(stream)  # noqa: S301 - our own process wrote it
        except (EOFError, pickle.UnpicklingError):
            raise ReadingStopped(f"{path}: the process that read it ended early") from None
        if portion is None:
            return
        if isinstance(portion, BaseException):
            raise portion
        yield from map(WrittenRow._make, zip(*portion, strict=True))


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
        pickle.dump(fault, stream, _PROTOCOL)
    else:
        pickle.dump(None, stream, _PROTOCOL)
    stream.flush()


if __name__ == "__main__":
    main()
