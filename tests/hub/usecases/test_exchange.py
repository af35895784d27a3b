"""Is everything that is new at an agency's place taken once, row by row, and is nothing lost on the way?"""

from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import reading
from connectors.wiring import open_agency_transport
from hub.errors import AgencyUnreachable, ConfigurationFault, ReadingStopped
from hub.ledger.parcels import stored_parcels, stored_rows, taken
from hub.model import CellValue
from hub.receiving.table import Table
from tests.support.http_agency import Fault, http_agency
from tests.support.small_county import TOWNSHIP, SmallCounty

ANOTHER = {"立案号": "繁城综执立〔2026〕2号"}


def said(**more: CellValue) -> Mapping[str, CellValue]:
    """A document of the procuratorate."""
    return {
        "doc_id": "d1", "doc_type": "suggestion", "doc_no": "繁检建〔2026〕1号", "persons": [], "copies": [],
        "decided_at": "2026-07-06T09:00:00+08:00", "updated_at": "2026-07-06T10:00:00+08:00", **more,
    }  # fmt: skip


def kept(county: SmallCounty) -> tuple[int, int]:
    """How many parcels and rows the ledger holds."""
    with county.hub.ledger.read() as tx:
        return len(stored_parcels(tx)), len(stored_rows(tx))


def test_what_came_is_counted_row_by_row(small_county: SmallCounty) -> None:
    small_county.ledger("202607", {}, {**ANOTHER, "移送时间": "2026-13-01"}, {"立案号": "合计"})
    small_county.put(f"townships/{TOWNSHIP}/行刑衔接台账_202606.xlsx", b"no workbook")
    assert small_county.pull().counts() == {
        "parcels": 2,
        "answers": 0,
        "rows": 4,
        "read": 1,
        "quarantined": 2,
        "ignored": 1,
        "refused_files": 1,
        "unknown_files": 0,
    }


def test_the_same_file_twice_adds_nothing(small_county: SmallCounty) -> None:
    small_county.ledger("202607", {})
    small_county.pull()
    assert small_county.pull().parcels == 0
    assert kept(small_county) == (1, 1)


def test_a_file_that_was_only_touched_is_no_new_version(small_county: SmallCounty) -> None:
    small_county.ledger("202607", {})
    small_county.pull()
    target = small_county.sandbox.place / "townships" / TOWNSHIP / "行刑衔接台账_202607.xlsx"
    small_county.put(f"townships/{TOWNSHIP}/{target.name}", target.read_bytes(), small_county.clock)
    assert small_county.pull().parcels == 0
    assert kept(small_county) == (1, 1)


def test_a_file_that_was_refused_for_its_manifest_is_taken_once_a_right_one_lies_beside_it(
    small_county: SmallCounty,
) -> None:
    small_county.outbox("sa_20260702.csv", {}, {"受案登记表文号": "繁公（刑）受案字〔2026〕2号"})
    manifest = small_county.sandbox.place / "police" / "outbox" / "sa_20260702.csv.ok"
    right = manifest.read_bytes()
    small_county.put("police/outbox/sa_20260702.csv.ok", right.replace(b"rows=2", b"rows=3"))
    assert small_county.pull("police").refused == 1
    small_county.put("police/outbox/sa_20260702.csv.ok", right, small_county.clock)
    summary = small_county.pull("police")
    assert (summary.parcels, summary.read, summary.refused) == (1, 2, 0)
    assert small_county.pull("police").parcels == 0


def test_a_file_put_back_with_its_old_date_is_not_fetched_again_and_again(small_county: SmallCounty) -> None:
    name = f"townships/{TOWNSHIP}/行刑衔接台账_202607.xlsx"
    small_county.ledger("202607", {})
    first = (small_county.sandbox.place / name).read_bytes()
    small_county.pull()
    small_county.ledger("202607", {"备注": "改"}, came=small_county.clock)
    assert small_county.pull().parcels == 1
    small_county.put(name, first)
    assert small_county.pull().parcels == 0
    transport = open_agency_transport(
        small_county.hub, TOWNSHIP, small_county.sandbox.endpoints[TOWNSHIP], lambda: small_county.clock
    )
    with small_county.hub.ledger.read() as tx:
        assert list(transport.fetch(taken(tx, TOWNSHIP))) == []
    transport.close()


def test_a_file_that_no_notice_announces_is_left_where_it_is_and_named_without_the_number_in_it(
    small_county: SmallCounty, caplog: pytest.LogCaptureFixture
) -> None:
    small_county.put(f"townships/{TOWNSHIP}/张三140924198003041236.docx", b"x")
    with caplog.at_level(logging.INFO):
        summary = small_county.pull()
    assert summary.unknown == (f"townships/{TOWNSHIP}/张三140924198003041236.docx",)
    assert summary.counts()["unknown_files"] == 1
    assert "140924198003041236" not in caplog.text
    assert "no file of the notice" in caplog.text
    assert kept(small_county) == (0, 0)


def test_a_police_file_waits_for_its_manifest_and_brings_its_time_along(small_county: SmallCounty) -> None:
    small_county.outbox("sa_20260702.csv", {})
    manifest = small_county.sandbox.place / "police" / "outbox" / "sa_20260702.csv.ok"
    content = manifest.read_bytes()
    manifest.unlink()
    assert small_county.pull("police").parcels == 0
    small_county.put("police/outbox/sa_20260702.csv.ok", content)
    assert small_county.pull("police").rows == 1


def test_a_police_file_that_disagrees_with_its_manifest_is_refused_whole(small_county: SmallCounty) -> None:
    small_county.outbox("sa_20260702.csv", {})
    small_county.put("police/outbox/sa_20260702.csv.ok", b"rows=7\nsha256=" + b"0" * 64 + b"\n")
    counts = small_county.pull("police").counts()
    assert (counts["rows"], counts["refused_files"]) == (1, 1)
    with small_county.hub.ledger.read() as tx:
        assert [row.reading.reason for row in stored_rows(tx)] == ["hash_mismatch"]


def test_an_acknowledgement_is_kept_and_holds_no_rows(small_county: SmallCounty) -> None:
    small_county.put(f"townships/{TOWNSHIP}/ack/T1.ack.csv", b"parcel_id\r\nT1\r\n")
    summary = small_county.pull()
    assert (summary.parcels, summary.answers, summary.rows) == (1, 1, 0)
    assert type(summary.counts()["answers"]) is int


def test_what_was_taken_before_the_other_side_fell_silent_is_kept_and_the_rest_is_taken_later(
    small_county: SmallCounty,
) -> None:
    small_county.outbox("sa_20260702.csv", {})
    small_county.pull("police")
    small_county.outbox("cl_20260703.csv", {})
    with small_county.sandbox.outage("police"), pytest.raises(AgencyUnreachable):
        small_county.pull("police")
    assert kept(small_county) == (1, 1)
    assert small_county.pull("police").rows == 1
    assert kept(small_county) == (2, 2)


def test_an_agency_without_a_mapping_has_no_channel(small_county: SmallCounty) -> None:
    small_county.sandbox.endpoints["140924999"] = small_county.sandbox.endpoints[TOWNSHIP]
    with pytest.raises(ConfigurationFault, match="140924999"):
        small_county.pull("140924999")


def test_a_document_that_says_what_it_said_last_is_no_new_row(small_county: SmallCounty) -> None:
    small_county.documents(said())
    assert small_county.pull("procuratorate").rows == 1
    small_county.documents(said(updated_at="2026-07-07T10:00:00+08:00"))
    assert small_county.pull("procuratorate").rows == 0
    assert kept(small_county)[1] == 1


def test_a_document_that_returns_to_older_words_is_one(small_county: SmallCounty) -> None:
    for day, doc_no in ((6, "繁检建〔2026〕1号"), (7, "繁检建〔2026〕2号"), (8, "繁检建〔2026〕1号")):
        small_county.documents(said(doc_no=doc_no, updated_at=f"2026-07-0{day}T10:00:00+08:00"))
        assert small_county.pull("procuratorate").rows == 1
    assert kept(small_county)[1] == 3


def test_a_new_document_beside_a_known_one_is_the_only_row(small_county: SmallCounty) -> None:
    small_county.documents(said())
    small_county.pull("procuratorate")
    new = said(doc_id="d2", doc_no="繁检建〔2026〕2号", updated_at="2026-07-07T10:00:00+08:00")
    small_county.documents(said(), new)
    assert small_county.pull("procuratorate").counts()["rows"] == 1
    with small_county.hub.ledger.read() as tx:
        assert sorted(row.reading.key for row in stored_rows(tx)) == ["d1", "d2"]


def test_documents_without_an_id_are_told_apart_by_what_they_say(small_county: SmallCounty) -> None:
    small_county.documents(said(doc_id=None), said(doc_id=None, doc_no="繁检建〔2026〕2号"))
    assert small_county.pull("procuratorate").quarantined == 2
    assert small_county.pull("procuratorate").rows == 0


def test_a_document_that_is_seen_late_is_taken_and_those_beside_it_are_no_news(small_county: SmallCounty) -> None:
    small_county.documents(said())
    small_county.pull("procuratorate")
    late = said(doc_id="late", updated_at="2026-07-06T09:00:00+08:00")
    small_county.documents(late, said())
    assert small_county.pull("procuratorate").rows == 1
    assert small_county.pull("procuratorate").parcels == 0
    assert kept(small_county) == (2, 2)


def test_a_document_dated_ahead_keeps_none_from_us(small_county: SmallCounty) -> None:
    ahead = said(doc_id="ahead", updated_at=(small_county.clock + timedelta(hours=2)).isoformat())
    small_county.documents(said(), ahead)
    assert small_county.pull("procuratorate").rows == 2
    new = said(doc_id="new", updated_at=(small_county.clock + timedelta(seconds=5)).isoformat())
    small_county.documents(said(), new, ahead)
    assert small_county.pull("procuratorate").rows == 1


def test_what_is_no_document_is_set_aside_alone_and_its_page_is_asked_for_until_it_is_whole(
    small_county: SmallCounty,
) -> None:
    old, other = said(updated_at="2026-06-01T10:00:00+08:00"), said(doc_id="d2", updated_at="2026-07-06T10:00:00+08:00")
    with http_agency() as api:
        small_county.sandbox.endpoints["procuratorate"] = api.url
        page = json.dumps({"items": [old, "oops", other], "next_cursor": None}).encode()
        api.faults.extend([Fault(200, body=page, path="/api/v1/documents")] * 2)
        first = small_county.pull("procuratorate")
        assert (first.rows, first.read, first.quarantined, first.refused) == (3, 2, 1, 0)
        assert small_county.pull("procuratorate").rows == 0
        api.documents.extend([dict(old), dict(said(doc_id="cut", updated_at="2026-06-02T10:00:00+08:00")), dict(other)])
        assert small_county.pull("procuratorate").rows == 1
    with small_county.hub.ledger.read() as tx:
        (aside,) = [row.reading for row in stored_rows(tx) if row.reading.column]
    assert (aside.source, aside.column, aside.reason) == ("api:row 2", "doc_id", "missing_required")
    assert "oops" in aside.detail


def _ends_at_once(*_: object) -> Table:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still there")


def test_a_large_file_whose_reading_is_killed_is_taken_whole_the_next_time(
    small_county: SmallCounty, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_county.ledger("202607", {}, {**ANOTHER, "移送时间": "2026-13-01"})
    monkeypatch.setattr(reading, "LARGE", 0)
    hub = small_county.hub
    with monkeypatch.context() as patch:
        patch.setattr(small_county, "hub", replace(hub, read_table=_ends_at_once))
        with pytest.raises(ReadingStopped, match="ended early"):
            small_county.pull()
    assert kept(small_county) == (0, 0)
    assert small_county.pull().counts()["rows"] == 2
    assert kept(small_county) == (1, 2)
