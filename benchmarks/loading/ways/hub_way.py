"""The hub: every row read strictly by its notice, mapped, sealed and covered by the chain of evidence."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.loading.draw import TOWNSHIP
from benchmarks.loading.figures import measured, tell
from connectors.wiring import assemble, open_agency_transport
from hub.hub import Hub
from hub.ledger.audit.verify import verify
from hub.ledger.parcels import stored_parcels
from hub.ledger.store import Ledger, open_ledger
from hub.privacy import Cipher
from hub.receiving.balance import balance
from hub.receiving.versions import settle
from hub.settings import Settings
from hub.usecases.exchange import pull
from hub.view import held_rows

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 7, 1, tzinfo=timezone.utc)


def main() -> None:
    book, url = Path(sys.argv[1]), sys.argv[2]
    ledger = open_ledger(url, Cipher(Cipher.generate()))
    ledger.upgrade()
    settings = Settings(database_url=url, key_file=Path(), mappings=ROOT / "mappings", endpoints=Path())
    hub = assemble(settings, ledger)

    with tempfile.TemporaryDirectory() as folder:
        shutil.copy2(book, Path(folder) / "行刑衔接台账_202606.xlsx")
        transport = open_agency_transport(hub, TOWNSHIP, Path(folder).as_uri())

        def load() -> dict[str, float | int | bool]:
            return {**pull(hub, TOWNSHIP, transport, NOW).counts()}

        figures = measured(load)
    figures.answer.update(_checked(hub, ledger))
    tell(figures)


def _checked(hub: Hub, ledger: Ledger) -> dict[str, float | int | bool]:
    """The disposition of every row, from what the ledger holds, and whether all of it stands as it was sealed."""
    start = time.perf_counter()
    with ledger.read() as tx:
        parcels = tuple(stored_parcels(tx))
        disposed = settle(held_rows(tx, parcels), hub.agencies)
    (whole,) = balance(parcels, disposed, hub.agencies)
    seconds = time.perf_counter() - start
    dispositions = {str(word): count for word, count in whole.counts.items()}
    with ledger.read() as tx:
        return {**dispositions, "dispositions_seconds": seconds, "evidence_holds": verify(tx).ok}


if __name__ == "__main__":
    main()
