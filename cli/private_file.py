"""Where does what holds personal data in full go? Into a new file that only its owner can read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from hub.errors import ConfigurationFault


@contextmanager
def private_file(file: Path) -> Iterator[BinaryIO]:
    """The file, open for writing; gone again where the writing fails. Raises ConfigurationFault where it is there already."""
    try:
        handle = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        raise ConfigurationFault(f"{file}: is there already and is not replaced") from None
    try:
        with handle:
            yield handle
    except BaseException:
        file.unlink()
        raise
