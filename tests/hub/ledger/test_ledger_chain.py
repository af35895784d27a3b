"""Is anything changed, dropped or slipped in found, and is the place named?"""

from __future__ import annotations

import pytest

from hub.errors import ConfigurationFault, EvidenceBroken
from hub.evidence.bundle import verify_chain
from hub.ledger import schema
from hub.ledger.chain import head, seal
from hub.ledger.facts import append_fact
from hub.ledger.parcels import stored_rows
from hub.ledger.store import Ledger, open_ledger
from hub.privacy import Cipher
from tests.hub.ledger.statements import MORNING, fill
from tests.hub.ledger.tampering import one_bit_off, put, rows_of, tamper

SEALED = [table.name for table in schema.TABLES if table.name != "ledger_key"]


def key_of(table: str, row: dict[str, object]) -> dict[str, object]:
    return {column.name: row[column.name] for column in schema.metadata.tables[table].primary_key.columns}


def test_an_untouched_ledger_verifies(ledger: Ledger) -> None:
    fill(ledger)
    report = verify_chain(ledger)
    assert (report.ok, report.entries, report.first_broken_seq, report.detail, report.faults) == (
        True,
        10,
        None,
        "",
        (),
    )
    with ledger.read() as tx:
        assert head(tx) == (10, report.head)


def test_an_empty_ledger_verifies(ledger: Ledger) -> None:
    assert verify_chain(ledger).ok


@pytest.mark.parametrize("table", SEALED)
def test_one_bit_changed_anywhere_in_a_table_is_found_and_the_place_named(ledger: Ledger, url: str, table: str) -> None:
    fill(ledger)
    rows = rows_of(url, table)
    assert rows
    for row in (rows[0], rows[-1]):
        for column, value in row.items():
            for place in (0, 3, -1):
                changed = one_bit_off(value, place)
                key = key_of(table, row)
                if column in key and {**key, column: changed} in [key_of(table, other) for other in rows]:
                    changed = one_bit_off(one_bit_off(changed, place), 1)  # not onto another row's key
                    if column in key and {**key, column: changed} in [key_of(table, other) for other in rows]:
                        continue
                put(url, table, key, column, changed)
                report = verify_chain(ledger)
                assert not report.ok, (table, column, place)
                named = [fault.place for fault in report.faults]
                assert any(name.startswith((table, f"{table} of")) for name in named), (column, place, named)
                put(url, table, {**key, **({column: changed} if column in key else {})}, column, value)
    assert verify_chain(ledger).ok


@pytest.mark.parametrize("table", SEALED)
def test_a_row_dropped_from_any_table_is_found(ledger: Ledger, url: str, table: str) -> None:
    fill(ledger)
    row = rows_of(url, table)[0]
    key = key_of(table, row)
    assert (
        tamper(url, f"DELETE FROM {table} WHERE " + " AND ".join(f"{name} = ?" for name in key), [*key.values()]) == 1
    )
    report = verify_chain(ledger)
    assert not report.ok
    assert report.detail


@pytest.mark.parametrize("table", [name for name in SEALED if name != "evidence"])
def test_a_row_slipped_into_any_table_is_found(ledger: Ledger, url: str, table: str) -> None:
    fill(ledger)
    row = rows_of(url, table)[-1]
    new = dict(row)
    for column, value in key_of(table, row).items():
        new[column] = value + 100 if isinstance(value, int) else f"{value}x"
    if table == "fact":
        new["subject"] = "nobody was told"
    if table == "paper":
        new["number"] = "0" * 64
    if table == "parcel":
        new["path"] = "police/outbox/never.csv"
    marks = ", ".join("?" for _ in new)
    tamper(
        url,
        f"INSERT INTO {table} ({', '.join(f'{name!r}'.replace(chr(39), chr(34)) for name in new)}) VALUES ({marks})",
        [*new.values()],
    )
    report = verify_chain(ledger)
    assert not report.ok
    assert any(fault.place.startswith(table) or table in fault.place for fault in report.faults), report.faults


def test_the_first_entry_that_no_longer_holds_is_named(ledger: Ledger, url: str) -> None:
    fill(ledger)
    tamper(url, "UPDATE evidence SET entry = replace(entry, 'case-1', 'case-7') WHERE seq = ?", [7])
    report = verify_chain(ledger)
    assert report.first_broken_seq == 7
    assert report.detail == "evidence 7: its content and its hash disagree"


def test_nothing_is_sealed_on_top_of_a_chain_whose_end_was_changed(ledger: Ledger, url: str) -> None:
    fill(ledger)
    (last,) = [row for row in rows_of(url, "evidence") if row["seq"] == 10]
    put(url, "evidence", {"seq": 10}, "hash", one_bit_off(last["hash"], 5))
    with pytest.raises(EvidenceBroken, match="evidence 10"), ledger.write() as tx:
        append_fact(tx, "notice.sent", "obligation-2", MORNING, {})
    put(url, "evidence", {"seq": 10}, "hash", last["hash"])
    tamper(url, "DELETE FROM evidence WHERE seq = ?", [9])
    with pytest.raises(EvidenceBroken, match="entries are missing"), ledger.write() as tx:
        append_fact(tx, "notice.sent", "obligation-2", MORNING, {})


def test_a_chain_that_was_cut_off_is_found_by_a_hash_noted_elsewhere(ledger: Ledger, url: str) -> None:
    fill(ledger)
    with ledger.read() as tx:
        noted = head(tx)
    tamper(url, "DELETE FROM evidence WHERE seq = ?", [10])
    tamper(url, "DELETE FROM fact WHERE fact_id = ?", [2])
    # cut off cleanly the rest is whole in itself ...
    assert verify_chain(ledger).ok
    # ... and only who noted the end knows better
    report = verify_chain(ledger, [noted])
    assert (report.ok, report.detail) == (False, "evidence 10: was noted elsewhere and is gone")


def test_a_chain_that_was_written_anew_is_found_by_a_hash_noted_elsewhere(ledger: Ledger, url: str, key: bytes) -> None:
    fill(ledger)
    with ledger.read() as tx:
        noted = head(tx)
    tamper(url, "DELETE FROM evidence WHERE seq = ?", [10])
    tamper(url, "DELETE FROM fact WHERE fact_id = ?", [2])
    forger = open_ledger(url, Cipher(key))
    with forger.write() as tx:
        append_fact(tx, "notice.sent", "obligation-1", MORNING, {"to": "nobody"})
    forger.dispose()
    assert verify_chain(ledger).ok
    report = verify_chain(ledger, [noted])
    assert (report.first_broken_seq, report.detail) == (10, "evidence 10: is not the entry that was noted elsewhere")


def test_a_row_that_was_altered_is_not_read(ledger: Ledger, url: str) -> None:
    fill(ledger)
    row = rows_of(url, "record")[0]
    put(url, "record", {"record_id": row["record_id"]}, "sealed", one_bit_off(row["sealed"], -1))
    with ledger.read() as tx, pytest.raises(EvidenceBroken, match="altered or moved"):
        stored_rows(tx)


def test_two_rows_that_changed_places_are_found(ledger: Ledger, url: str) -> None:
    fill(ledger)
    one, two = rows_of(url, "record")[:2]
    for column in ("sealed", "digest", "source", "key", "content_hash", "position"):
        put(url, "record", {"record_id": one["record_id"]}, column, two[column])
        put(url, "record", {"record_id": two["record_id"]}, column, one[column])
    assert not verify_chain(ledger).ok


def test_a_changed_key_notice_lets_nobody_in(ledger: Ledger, url: str, key: bytes) -> None:
    (row,) = rows_of(url, "ledger_key")
    tamper(url, "UPDATE ledger_key SET key_id = ?", [one_bit_off(row["key_id"], 0)])
    fresh = open_ledger(url, Cipher(key))
    with pytest.raises(ConfigurationFault, match="needs the key"), fresh.read():
        pass
    fresh.dispose()


def test_a_caller_may_seal_what_it_wants_proved(ledger: Ledger) -> None:
    with ledger.write() as tx:
        first = seal(tx, "rules", {"version": "2026-09-01", "sha256": "0" * 64}, MORNING)
        second = seal(tx, "rules", {"version": "2026-09-01", "sha256": "0" * 64}, MORNING)
    assert first != second
    assert verify_chain(ledger).head == second
