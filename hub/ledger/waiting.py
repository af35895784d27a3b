"""How long does a process wait for its turn at the ledger?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from hub.errors import HubError

# SQLite waits this long by itself; a whole month's ledgers are taken in well under it.
BUSY_MILLISECONDS = 30_000
ATTEMPTS = 20

# PostgreSQL's advisory lock of the ledger's one writer, and of whoever upgrades the tables.
WRITER_LOCK = 0x7869616E6A6965  # "xianjie"

Result = TypeVar("Result")


class LedgerUnavailable(HubError):
    """Try again: the database server is down or went away, or others held the ledger for too long."""


def retry_while_busy(call: Callable[[], Result]) -> Result:
    """Call until SQLite is no longer busy, at most `ATTEMPTS` times; each attempt itself waits in SQLite.

    Raises OperationalError when it is still busy then, and at once when something else is wrong.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return call()
        except OperationalError as error:
            if not _busy(error):
                raise
    return call()


def _busy(error: OperationalError) -> bool:
    message = str(error.orig)
    return "database is locked" in message or "database table is locked" in message
