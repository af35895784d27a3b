"""Does any identity number stand in clear in the database's own files?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hub.ledger.facts import append_fact
from hub.ledger.links import append_links
from hub.ledger.parcels import append_parcel, stored_rows
from hub.ledger.row_form import written
from hub.ledger.store import Ledger, open_ledger
from hub.model import Event, Party
from hub.moment import Moment
from hub.privacy import Cipher
from tests.hub.ledger.statements import ID_NO, MORNING, a_link, a_parcel, a_row
from tests.support.postgres import PostgresCluster

NAME = "赵试验"
LEGACY = "110101900307001"


def say_everything(ledger: Ledger) -> None:
    """An agency and a clerk who put an identity number wherever one can be put."""
    parcel = a_parcel(content=f"{NAME},{ID_NO}\r\n".encode() * 50)
    row = a_row(parcel, 1)
    assert row.record is not None
    loose = Event("nonprosecution.decided", Moment.of(MORNING), "procuratorate", (("person", f"{NAME} {ID_NO}"),))
    parties = (
        Party(NAME, ID_NO, "complete"),
        Party(NAME, LEGACY, "legacy"),
        Party(NAME, ID_NO[:6] + "*" * 12, "masked"),
    )
    record = replace(row.record, key=ID_NO, parties=parties, events=(loose,), raw=((f"证件 {ID_NO}", ID_NO),))
    worst = replace(
        row, key=ID_NO, column=f"证件 {ID_NO}", reason=f"for {LEGACY}", detail=f"got {ID_NO}", record=record
    )
    with ledger.write() as tx:
        append_parcel(tx, parcel, map(written, [worst]), MORNING)
        append_fact(tx, "identity.shown", "case-1", MORNING, {"id_no": ID_NO, "to": "chief"})
        append_links(
            tx, "run-1", [replace(a_link(1), native_reference=ID_NO, explanation=(f"证件号码一致 {ID_NO}",))], MORNING
        )
    with ledger.read() as tx:
        assert [stored.reading for stored in stored_rows(tx)] == [worst]


def assert_silent(folder: Path, numbers: tuple[str, ...]) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    held = [path.read_bytes() for path in files]
    assert any(b"nonprosecution.decided" in data for data in held), "the files do not hold the rows"
    for number in numbers:
        for spelled in (
            number.encode(),
            number.encode("utf-16-le"),
            number.encode("utf-16-be"),
            number.encode().hex().encode(),
        ):
            assert not any(spelled in data for data in held), number


def test_no_identity_number_is_in_the_bytes_of_the_sqlite_file(tmp_path: Path, key: bytes) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.db'}", Cipher(key))
    ledger.upgrade()
    say_everything(ledger)
    assert_silent(tmp_path, (ID_NO, LEGACY))
    ledger.dispose()
    assert_silent(tmp_path, (ID_NO, LEGACY))


def test_no_identity_number_is_in_the_bytes_of_the_postgresql_cluster(
    postgres_cluster: PostgresCluster, postgres_url: str, key: bytes
) -> None:
    ledger = open_ledger(postgres_url, Cipher(key))
    ledger.upgrade()
    say_everything(ledger)
    ledger.dispose()
    with postgres_cluster.connect() as connection:
        connection.execute("CHECKPOINT")
    # data files and write-ahead log alike
    assert_silent(postgres_cluster.socket_folder / "data", (ID_NO, LEGACY))


@pytest.mark.parametrize("number", [ID_NO, LEGACY])
def test_the_keyed_index_of_a_number_differs_from_ledger_to_ledger(number: str) -> None:
    assert Cipher(Cipher.generate()).index(number) != Cipher(Cipher.generate()).index(number)
