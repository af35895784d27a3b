"""Do the rows of a large file, read by a process of its own, come as they would from this one, and does nothing hang?"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from hashlib import sha256

import pytest

from connectors import reading
from connectors.excel import write
from connectors.formats import read_table
from connectors.reading import rows_read
from hub.errors import ReadingStopped
from hub.ledger.row_form import WrittenRow
from hub.mapping.agency import Agency
from hub.model import CellValue, Parcel
from hub.receiving.parcel import ReadTable, rows_of
from hub.receiving.table import Table
from tests.hub.agency_rows import AGENCIES, CODES, REFERRALS, T0, TOWNSHIP, filled, headers


@pytest.fixture(autouse=True)
def every_file_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGE", 0)


def a_ledger(rows: int) -> Parcel:
    """A workbook with so many referrals, some of which do not read."""
    cells: list[list[CellValue]] = [
        filled(TOWNSHIP, REFERRALS, n, 立案号=f"繁城综执立〔2026〕{n}号", 移送时间=None if n % 7 else "2026-13-01")
        for n in range(1, rows + 1)
    ]
    content = write([(REFERRALS, headers(TOWNSHIP, REFERRALS), cells)])
    place = AGENCIES[TOWNSHIP].mapping.channel.place
    return Parcel(TOWNSHIP, f"{place}/行刑衔接台账_202607.xlsx", content, sha256(content).hexdigest(), T0, T0)


def read_beside(parcel: Parcel, read: ReadTable = read_table) -> list[WrittenRow]:
    """All rows of a parcel."""
    with rows_read(AGENCIES[TOWNSHIP], parcel, CODES, read) as rows:
        return list(rows)


def ends_at_once(*_: object) -> Table:
    """What a process does that the machine has no memory left for."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still there")


def fails(*_: object) -> Table:
    """A fault of our own."""
    raise RuntimeError("a fault of our own")


class Unportable(Exception):
    """What cannot be made again from what it says."""

    def __init__(self, cell: str, more: str) -> None:
        super().__init__(cell)


def fails_unportably(*_: object) -> Table:
    """A fault that quotes a cell."""
    raise Unportable("张三", "")


def test_rows_come_in_their_order_and_as_they_are_read_here() -> None:
    parcel = a_ledger(1203)
    here = list(rows_of(AGENCIES[TOWNSHIP], parcel, CODES, read_table))
    assert len(here) == 1203
    assert {row.reading for row in here} == {"read", "quarantined"}
    assert read_beside(parcel) == here


def test_a_file_that_is_refused_whole_is_one_row_of_its_path() -> None:
    path = a_ledger(1).path
    (row,) = read_beside(Parcel(TOWNSHIP, path, b"no workbook", sha256(b"").hexdigest(), T0, T0))
    assert (row.source, row.reading, row.reason) == (path, "quarantined", "unreadable_file")


def test_what_is_raised_there_is_raised_here() -> None:
    with pytest.raises(RuntimeError, match="a fault of our own"):
        read_beside(a_ledger(1), fails)


def test_a_fault_that_cannot_travel_arrives_by_its_name_and_prints_no_cell(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="Unportable in the process that reads"):
        read_beside(a_ledger(1), fails_unportably)
    assert "张三" not in "".join(capfd.readouterr())


def test_a_process_that_ends_early_is_named_and_gives_no_half_file() -> None:
    with pytest.raises(ReadingStopped, match="ended early"):
        read_beside(a_ledger(1), ends_at_once)


def test_who_asks_for_no_more_rows_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    class Noted(subprocess.Popen[bytes]):
        def __enter__(self) -> Noted:
            started.append(self.pid)
            return super().__enter__()

    monkeypatch.setattr(subprocess, "Popen", Noted)
    with rows_read(AGENCIES[TOWNSHIP], a_ledger(3000), CODES, read_table) as rows:
        assert next(iter(rows)).reading == "read"
    (process_id,) = started
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)


def test_a_small_file_is_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGE", 10_000_000)
    asked: list[int] = []

    def noted(agency: Agency, *more: object) -> Iterator[WrittenRow]:
        asked.append(os.getpid())
        return rows_of(agency, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "rows_of", noted)
    assert len(read_beside(a_ledger(3))) == 3
    assert asked == [os.getpid()]
