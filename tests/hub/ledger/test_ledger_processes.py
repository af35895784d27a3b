"""Does the ledger stay whole when several processes write at once, or one is killed?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hub.evidence.bundle import verify_chain
from hub.ledger.facts import append_fact, facts
from hub.ledger.parcels import append_parcel, stored_parcels, stored_rows
from hub.ledger.row_form import written
from hub.ledger.store import Ledger, open_ledger
from hub.ledger.waiting import LedgerUnavailable
from hub.privacy import Cipher
from tests.hub.ledger.statements import MORNING, a_parcel, fill, some_rows
from tests.hub.ledger.writer import ROWS


def start(project_root: Path, url: str, key: bytes, action: str, *rest: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.hub.ledger.writer", action, url, key.hex(), *rest]
    return subprocess.Popen(command, cwd=project_root, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def fail_on_the_way(ledger: Ledger) -> None:
    parcel = a_parcel()
    with ledger.write() as tx:
        append_parcel(tx, parcel, map(written, some_rows(parcel, 5)), MORNING)
        raise RuntimeError("on the way")


def test_four_processes_write_at_once_and_every_row_is_there_once(
    ledger: Ledger, url: str, key: bytes, project_root: Path
) -> None:
    names, count = ("one", "two", "three", "four"), 8
    started = [start(project_root, url, key, "write", name, str(count)) for name in names]
    errors = [process.communicate(timeout=300)[1] for process in started]
    assert [process.returncode for process in started] == [0] * 4, errors
    with ledger.read() as tx:
        parcels, rows, told = stored_parcels(tx), stored_rows(tx), facts(tx)
    # what all four brought is there once, whoever came first
    assert len(parcels) == (len(names) + 1) * count
    assert len(rows) == len(parcels) * ROWS
    assert len({row.reading.source for row in rows}) == len(rows)
    assert len(told) == len(parcels)
    report = verify_chain(ledger)
    assert report.ok, report.detail
    assert report.entries == 2 * len(parcels)


def test_a_process_killed_in_the_middle_leaves_nothing_behind_and_nothing_locked(
    ledger: Ledger, url: str, key: bytes, project_root: Path
) -> None:
    fill(ledger)
    before = verify_chain(ledger)
    process = start(project_root, url, key, "stop half way")
    assert process.stdout is not None
    assert process.stdout.readline() == "half way\n"
    # a reader is not kept waiting by the one who writes
    assert verify_chain(ledger) == before
    process.kill()
    process.communicate()
    assert verify_chain(ledger) == before
    parcel = a_parcel("police/outbox/half.csv", b"half")
    with ledger.write() as tx:
        assert append_parcel(tx, parcel, map(written, some_rows(parcel, 5)), MORNING)
    assert verify_chain(ledger).ok


@pytest.mark.parametrize("after", [1, 5, 12])
def test_what_a_process_said_was_kept_is_kept_when_it_is_killed_any_time_later(
    ledger: Ledger, url: str, key: bytes, project_root: Path, after: int
) -> None:
    process = start(project_root, url, key, "forever")
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(after)]
    process.kill()
    said += [line for line in process.communicate()[0].splitlines(keepends=True) if line.endswith("\n")]
    with ledger.read() as tx:
        kept = len(stored_parcels(tx))
        assert len(stored_rows(tx)) == kept * ROWS
    # the last one may have been kept a moment before it could be said
    assert kept - len(said) in {0, 1}
    assert verify_chain(ledger).ok


def test_who_waits_too_long_for_the_writers_place_is_told_to_come_back(ledger: Ledger, url: str, key: bytes) -> None:
    hurried = open_ledger(url, Cipher(key), patience=0.2)
    with ledger.write(), pytest.raises(LedgerUnavailable), hurried.write():
        pass
    with hurried.write() as tx:
        assert append_fact(tx, "notice.sent", "obligation-1", MORNING, {})
    hurried.dispose()


def test_a_transaction_that_fails_leaves_nothing_behind(ledger: Ledger) -> None:
    with pytest.raises(RuntimeError, match="on the way"):
        fail_on_the_way(ledger)
    with ledger.read() as tx:
        assert stored_parcels(tx) == []
    assert verify_chain(ledger).entries == 0


def test_a_transaction_for_reading_cannot_write(ledger: Ledger) -> None:
    parcel = a_parcel()
    with ledger.read() as tx, pytest.raises(RuntimeError, match="opened for reading"):
        append_parcel(tx, parcel, map(written, some_rows(parcel, 5)), MORNING)
