"""How long does a process wait for its turn at the ledger, and what is said when it does not come?"""

from __future__ import annotations

from hub.errors import HubError

# Longer than a whole month's ledgers take to be taken in; a task that waits longer had better come back later.
PATIENCE_SECONDS = 600.0

# PostgreSQL's advisory lock of the ledger's one writer, and of whoever upgrades the tables.
WRITER_LOCK = 0x7869616E6A6965  # "xianjie"


class LedgerUnavailable(HubError):
    """Try again: the database server is down or went away, or others held the ledger for too long."""
