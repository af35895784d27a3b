"""Where does what holds personal data in full go, and the key? Into a new file that only its owner can read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from hub.errors import ConfigurationFault


@contextmanager
def private_file(file: Path) -> Iterator[BinaryIO]:
    """The file, open for writing. It comes to its place whole and on the disk, or, where the block fails, not at all.

    A process that is killed leaves a file beside it whose name begins with .unfinished-, which nobody takes for it.
    Raises ConfigurationFault where the file is there already: it is not replaced.
    """
    if os.path.lexists(file):
        raise _there(file)
    try:
        number, name = mkstemp(prefix=".unfinished-", dir=file.parent)  # for its owner alone
    except OSError as fault:
        raise OSError(fault.errno, fault.strerror, str(file)) from None
    try:
        with os.fdopen(number, "wb") as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        try:
            # Unlike a rename, this replaces nothing that came there meanwhile.
            os.link(name, file)
        except FileExistsError:
            raise _there(file) from None
    finally:
        Path(name).unlink()
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _there(file: Path) -> ConfigurationFault:
    return ConfigurationFault(f"{file}: is there already and is not replaced")
