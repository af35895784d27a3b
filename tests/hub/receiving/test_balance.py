"""Do the dispositions add up, file by file, and is a row that got lost or counted twice found?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from hub.ledger.parcels import StoredParcel
from hub.model import CellValue, Disposition, Parcel
from hub.receiving.balance import BalanceBroken, FileBalance, balance
from hub.receiving.parcel import read_parcel
from hub.receiving.table import Table
from hub.receiving.versions import Disposed, settle
from tests.hub.agency_rows import AGENCIES, CODES, REFERRALS, TOWNSHIP, filled, headers, held, parcel, sheet

LEDGER = parcel(TOWNSHIP, "行刑衔接台账_202607.xlsx")


def stored(one: Parcel, parcel_id: str) -> StoredParcel:
    size, at = len(one.content), one.arrived_at
    return StoredParcel(parcel_id, one.agency, one.path, one.sha256, "", size, at, at, at, one.meta)


def settled() -> tuple[list[StoredParcel], list[Disposed]]:
    rows: list[Sequence[CellValue]] = [
        headers(TOWNSHIP, REFERRALS),
        filled(TOWNSHIP, REFERRALS),
        filled(TOWNSHIP, REFERRALS),
        ["合计"],
    ]
    table = Table((sheet(REFERRALS, *rows),))
    rows_held = held(read_parcel(AGENCIES[TOWNSHIP], LEDGER, CODES, lambda *_: table), LEDGER)
    return [stored(LEDGER, rows_held[0].parcel_id)], settle(rows_held, AGENCIES)


def test_every_row_is_counted_once_under_its_file() -> None:
    (entry,) = balance(*settled(), AGENCIES)
    assert entry == FileBalance(
        LEDGER.path, 3, {Disposition.ACCEPTED: 1, Disposition.DUPLICATE: 1, Disposition.IGNORED: 1}
    )


def test_a_file_that_holds_no_row_has_its_line_too_and_an_acknowledgement_has_none() -> None:
    empty = parcel("police", "outbox/sa_20260702.csv")
    answer = parcel("police", "ack/P20260702-0001.ack.csv")
    (entry,) = balance([stored(empty, "a"), stored(answer, "b")], [], AGENCIES)
    assert (entry.file, entry.rows) == ("police/outbox/sa_20260702.csv", 0)


def test_all_pages_of_an_api_are_one_line_together() -> None:
    pages = [parcel("procuratorate", f"page{n}.json") for n in (1, 2)]
    found = balance([stored(one, one.path) for one in pages], [], AGENCIES)
    assert [entry.file for entry in found] == ["api"]


@pytest.mark.parametrize("lost", [0, 1])
def test_a_row_that_got_lost_stops_the_run(lost: int) -> None:
    parcels, disposed = settled()
    with pytest.raises(BalanceBroken, match="missing or counted twice"):
        balance(parcels, [one for one in disposed if one.row.position != lost], AGENCIES)


def test_a_row_that_is_counted_twice_stops_the_run() -> None:
    parcels, disposed = settled()
    with pytest.raises(BalanceBroken, match="missing or counted twice"):
        balance(parcels, [*disposed, disposed[0]], AGENCIES)


def test_two_rows_that_bear_one_name_stop_the_run() -> None:
    parcels, disposed = settled()
    with pytest.raises(BalanceBroken, match="two rows bear this source"):
        balance(parcels, [replace(one, source="same") for one in disposed], AGENCIES)


def test_rows_of_a_file_that_no_notice_announces_any_more_keep_their_line() -> None:
    _, disposed = settled()
    (entry,) = balance([], disposed, AGENCIES)
    assert (entry.file, entry.rows) == (LEDGER.path, 3)
