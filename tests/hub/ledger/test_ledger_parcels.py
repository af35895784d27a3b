"""Is what an agency delivered kept once, whole, and shown as it was known at any time?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sqlalchemy import select

from hub.evidence.bundle import verify_chain
from hub.ledger import row_form, schema
from hub.ledger.canon import canonical, instant_text
from hub.ledger.parcels import (
    append_parcel,
    append_rereading,
    content,
    stored_parcels,
    stored_rows,
    taken,
)
from hub.ledger.row_form import written, written_event
from hub.ledger.rows import CHUNK, records_naming, row_purpose
from hub.ledger.store import Ledger
from hub.model import Event, Party, Reading, Record, RecordKind, RowReading
from hub.moment import SHANGHAI, Moment
from tests.hub.ledger.statements import HOUR, ID_NO, MORNING, a_parcel, a_row, fill, some_rows
from tests.hub.ledger.tampering import rows_of


def test_what_was_kept_is_read_back_exactly(ledger: Ledger) -> None:
    parcel = a_parcel(encoding="gb18030")
    rows = some_rows(parcel, 5)
    with ledger.write() as tx:
        parcel_id = append_parcel(tx, parcel, map(written, rows), MORNING + HOUR)
    with ledger.read() as tx:
        stored = stored_rows(tx)
        (kept,) = stored_parcels(tx)
        assert content(tx, parcel.sha256) == parcel.content
    assert [row.reading for row in stored] == rows
    assert [row.position for row in stored] == [0, 1, 2, 3, 4]
    assert {(row.parcel_id, row.path, row.parcel_sha256) for row in stored} == {(parcel_id, parcel.path, parcel.sha256)}
    assert {(row.arrived_at, row.received_at) for row in stored} == {(MORNING, MORNING + HOUR)}
    assert (kept.parcel_id, kept.agency, kept.size, kept.meta) == (
        parcel_id,
        "police",
        len(parcel.content),
        parcel.meta,
    )


def test_the_same_parcel_taken_twice_adds_nothing(ledger: Ledger) -> None:
    parcel = a_parcel()
    with ledger.write() as tx:
        assert append_parcel(tx, parcel, map(written, some_rows(parcel, 3)), MORNING)
    before = verify_chain(ledger)
    again = replace(parcel, fetched_at=MORNING + HOUR)
    with ledger.write() as tx:
        assert append_parcel(tx, again, map(written, some_rows(again, 3)), MORNING + HOUR) is None
    with ledger.read() as tx:
        assert len(stored_rows(tx)) == 3
    assert verify_chain(ledger) == before


def test_a_file_that_was_only_touched_adds_no_rows_and_is_not_fetched_again(ledger: Ledger) -> None:
    first = a_parcel(fingerprint="monday")
    touched = a_parcel(fingerprint="tuesday", at=MORNING + HOUR)
    with ledger.write() as tx:
        assert append_parcel(tx, first, map(written, some_rows(first, 3)), MORNING)
        assert append_parcel(tx, touched, map(written, some_rows(touched, 3)), MORNING + HOUR) is None
        assert append_parcel(tx, touched, map(written, some_rows(touched, 3)), MORNING + HOUR) is None
    with ledger.read() as tx:
        assert len(stored_parcels(tx)) == 1
        assert taken(tx, "police") == {first.path: "tuesday"}
    # and what is written there afterwards is new again
    changed = a_parcel(fingerprint="wednesday", content=b"more", at=MORNING + 2 * HOUR)
    with ledger.write() as tx:
        assert append_parcel(tx, changed, map(written, some_rows(changed, 4)), MORNING + 2 * HOUR)
    with ledger.read() as tx:
        assert taken(tx, "police") == {first.path: "wednesday"}
    assert verify_chain(ledger).ok


def test_an_agency_that_puts_an_earlier_content_back_is_heard_again(ledger: Ledger) -> None:
    contents = ((b"one", "1"), (b"two", "2"), (b"one", "3"))
    with ledger.write() as tx:
        for hours, (data, fingerprint) in enumerate(contents):
            parcel = a_parcel(content=data, fingerprint=fingerprint, at=MORNING + hours * HOUR)
            assert append_parcel(tx, parcel, map(written, some_rows(parcel, 2)), parcel.arrived_at)
    with ledger.read() as tx:
        assert [parcel.fingerprint for parcel in stored_parcels(tx)] == ["1", "2", "3"]


def test_one_content_at_two_paths_is_two_parcels_and_stored_once(ledger: Ledger, url: str) -> None:
    with ledger.write() as tx:
        for path in ("police/outbox/a.csv", "police/outbox/a_r2.csv"):
            parcel = a_parcel(path)
            assert append_parcel(tx, parcel, map(written, some_rows(parcel, 2)), MORNING)
    assert len(rows_of(url, "parcel")) == 2
    assert len(rows_of(url, "parcel_content")) == 1
    assert verify_chain(ledger).ok


def test_what_was_taken_is_told_for_each_agency_alone(ledger: Ledger) -> None:
    pages = (("page 1", "2026-09-01T08:00:00+08:00"), ("page 2", "2026-09-01T00:05:00Z"), ("page 3", ""))
    with ledger.write() as tx:
        append_parcel(tx, a_parcel(), [], MORNING)
        for path, until in pages:
            page = a_parcel(path, path.encode(), agency="procuratorate", updated_until=until)
            append_parcel(tx, page, [], MORNING)
    with ledger.read() as tx:
        assert taken(tx, "police") == {"police/outbox/sa_20260901.csv": "1"}
        assert taken(tx, "procuratorate") == {
            "page 1": "1",
            "page 2": "1",
            "page 3": "1",
            # 08:05 in Shanghai: instants are compared, not texts
            "updated_since": "2026-09-01T00:05:00+00:00",
        }
        assert taken(tx, "justice_bureau") == {}


def test_what_is_dated_ahead_of_its_fetching_counts_as_held_until_then(ledger: Ledger) -> None:
    with ledger.write() as tx:
        for path, until in (("page 1", "2026-08-31T08:00:00+08:00"), ("page 2", "2031-01-01T00:00:00+08:00")):
            page = a_parcel(path, path.encode(), agency="procuratorate", updated_until=until)
            append_parcel(tx, page, [], MORNING)
    with ledger.read() as tx:
        assert taken(tx, "procuratorate")["updated_since"] == MORNING.isoformat()


def test_a_past_day_shows_what_was_known_then(ledger: Ledger) -> None:
    fill(ledger)
    with ledger.read() as tx:
        before = stored_rows(tx, known_at=MORNING - timedelta(seconds=1))
        first = stored_rows(tx, known_at=MORNING)
        second = stored_rows(tx, known_at=MORNING + HOUR)
        third = stored_rows(tx, known_at=MORNING + 2 * HOUR)
        now = stored_rows(tx)
        assert [parcel.path for parcel in stored_parcels(tx, known_at=MORNING)] == ["police/outbox/sa_20260901.csv"]
    assert before == []
    assert len(first) == 4
    assert [row.reading.reading for row in second[4:]] == [Reading.READ, Reading.READ, Reading.QUARANTINED]
    # the corrected mapping read the same parcel again an hour later
    assert [row.reading.reading for row in third[4:]] == [Reading.READ] * 3
    assert third == now


def test_a_parcel_that_never_came_cannot_be_read_again(ledger: Ledger) -> None:
    with ledger.write() as tx, pytest.raises(KeyError):
        append_rereading(tx, "0" * 32, [], MORNING)


def test_rows_come_by_agency_then_arrival_then_path_then_place(ledger: Ledger) -> None:
    deliveries = (
        ("townships/乙/台账.csv", MORNING, "140924102"),
        ("townships/甲/台账.csv", MORNING, "140924102"),
        ("townships/Z/台账.csv", MORNING - HOUR, "140924102"),
        ("townships/z/台账.csv", MORNING, "140924100"),
    )
    with ledger.write() as tx:
        for path, at, agency in deliveries:
            parcel = a_parcel(path, path.encode(), at, agency)
            append_parcel(tx, parcel, map(written, some_rows(parcel, 2)), MORNING)
    with ledger.read() as tx:
        order = [(row.path, row.position) for row in stored_rows(tx)]
        of_one = [row.path for row in stored_rows(tx, agency="140924100")]
    paths = ["townships/z/台账.csv", "townships/Z/台账.csv", "townships/乙/台账.csv", "townships/甲/台账.csv"]
    assert order == [(path, place) for path in paths for place in (0, 1)]
    assert of_one == [paths[0]] * 2


def test_a_person_is_found_by_number_without_the_number(ledger: Ledger) -> None:
    parcel = a_parcel()
    other = "110101199003070038"
    with ledger.write() as tx:
        append_parcel(tx, parcel, map(written, [a_row(parcel, 1), a_row(parcel, 2, other), a_row(parcel, 3)]), MORNING)
    with ledger.read() as tx:
        assert records_naming(tx, ID_NO) == [1, 3]
        assert records_naming(tx, other) == [2]
        assert records_naming(tx, "110101199003070054") == []


def test_a_row_with_characters_that_a_database_refuses_is_kept_exactly_and_told_whole(ledger: Ledger) -> None:
    parcel = a_parcel("police/outbox/odd.csv")
    row = replace(a_row(parcel, 1), key="nul \x00 half \ud800 a pair", column="列\x00", detail="\udfff")
    with ledger.write() as tx:
        append_parcel(tx, parcel, map(written, [row]), MORNING)
    with ledger.read() as tx:
        (stored,) = stored_rows(tx)
        sealed = tx.connection.execute(select(schema.record.c.sealed)).scalar_one()
        kept = json.loads(tx.cipher.open(sealed, row_purpose(stored.parcel_id, 1)))
    assert (kept["key"], kept["detail"]) == (row.key, row.detail)
    # Half a character stands in no file and on no screen: whoever asks gets a text that can be written.
    assert stored.reading == replace(row, key="nul \x00 half \ufffd a pair", detail="\ufffd")
    assert verify_chain(ledger).ok


def test_a_parcel_of_more_rows_than_go_in_at_once_is_kept_in_order(ledger: Ledger) -> None:
    parcel = a_parcel()
    rows = [RowReading(f"{parcel.path}!R{number}", Reading.IGNORED, reason="blank") for number in range(CHUNK + 2)]
    with ledger.write() as tx:
        append_parcel(tx, parcel, map(written, rows), MORNING)
    with ledger.read() as tx:
        assert [row.reading for row in stored_rows(tx)] == rows
    assert verify_chain(ledger).ok


def test_an_empty_parcel_is_kept_too(ledger: Ledger) -> None:
    parcel = a_parcel(content=b"")
    with ledger.write() as tx:
        assert append_parcel(tx, parcel, [], MORNING)
    with ledger.read() as tx:
        assert stored_rows(tx) == []
        assert content(tx, parcel.sha256) == b""
        with pytest.raises(KeyError):
            content(tx, "0" * 64)
    assert verify_chain(ledger).ok


words = st.text(max_size=12)
pairs = st.lists(st.tuples(words, words), max_size=4).map(tuple)
moments = st.builds(
    Moment,
    st.dates(date(1992, 1, 1), date(2099, 12, 31)),
    st.none() | st.times(time(0), time(23, 59, 59)).map(lambda clock: clock.replace(microsecond=0)),
)
records = st.builds(
    Record,
    words,
    st.sampled_from(RecordKind),
    words,
    words,
    st.dictionaries(words, words, max_size=4),
    st.lists(st.builds(Party, words, words, words), max_size=3).map(tuple),
    st.lists(st.builds(Event, words, moments, words, pairs), max_size=3).map(tuple),
    pairs,
)
readings = st.builds(
    RowReading,
    words,
    st.sampled_from(Reading),
    st.none() | st.sampled_from(RecordKind),
    words,
    words,
    words,
    words,
    words,
    st.none() | records,
)


@given(st.integers(0, 10**6), readings)
def test_any_reading_survives_being_written_down(position: int, reading: RowReading) -> None:
    row = written(reading)
    form = json.loads(row.form(position, "salt"))
    assert row.form(position, "salt") == canonical(form)
    assert (form.pop("position"), form.pop("salt")) == (position, "salt")
    assert row_form.read(form) == row_form.opened(row) == reading
    assert row_form.rewritten(form) == row._replace(detail="", record=b"null")


@given(st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31), timezones=st.just(SHANGHAI)))  # noqa: DTZ001 - bounds
@example(datetime(1991, 4, 14, 2, 0, tzinfo=SHANGHAI))
@example(datetime(1991, 9, 15, 1, 30, tzinfo=SHANGHAI))
@example(datetime(1991, 7, 1, 0, 30, tzinfo=SHANGHAI))
def test_an_event_sorts_by_its_instant_whichever_day_that_is_elsewhere(at: datetime) -> None:
    moment = Moment.of(at)
    assume(Moment.parse(str(moment)) == moment)  # when a summer time began there was no such hour
    _, when, sort, *_ = written_event("case.opened", str(moment), "police", ()).columns
    assert (when, sort) == (str(moment), instant_text(moment.latest()))
