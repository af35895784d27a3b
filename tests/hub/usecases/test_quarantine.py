"""Is a row set aside until its mapping is corrected, and does the past stay as it was told?"""

from __future__ import annotations

from hub.ledger.parcels import stored_parcels, stored_rows
from hub.model import Disposition
from hub.receiving.versions import settle
from hub.usecases.quarantine import Replay, quarantined, replay
from hub.view import held_rows, look
from tests.hub.usecases.test_exchange import said
from tests.support.small_county import NOW, TOWNSHIP, SmallCounty

SOURCE = f"townships/{TOWNSHIP}/行刑衔接台账_202607.xlsx!移送案件!R3"
ANOTHER = {"立案号": "繁城综执立〔2026〕2号", "是否批准": "同意"}
AGREED = {"approval": {"同意": "yes"}}


def sources(county: SmallCounty) -> list[str]:
    with county.hub.ledger.read() as tx:
        return [one.source for one in quarantined(county.hub, tx)]


def test_what_is_set_aside_is_listed_in_order_of_its_source(small_county: SmallCounty) -> None:
    small_county.ledger("202607", {}, ANOTHER)
    small_county.outbox("sa_20260702.csv", {"接受时间": "2026-02-30"})
    small_county.pull()
    small_county.pull("police")
    assert sources(small_county) == ["police/outbox/sa_20260702.csv!R1", SOURCE]


def test_after_the_mapping_is_corrected_the_row_reads_and_the_file_is_not_asked_for_again(
    small_county: SmallCounty,
) -> None:
    small_county.ledger("202607", {}, ANOTHER)
    small_county.pull()
    small_county.hub = small_county.corrected(TOWNSHIP, lookups=AGREED)
    assert replay(small_county.hub, small_county.clock) == Replay(parcels=1, before=1, after=0)
    assert sources(small_county) == []
    with small_county.hub.ledger.read() as tx:
        view = look(small_county.hub, tx, NOW)
    assert {d.disposition for d in view.disposed} == {Disposition.ACCEPTED}


def test_what_was_known_before_the_replay_stays_visible_as_it_was(small_county: SmallCounty) -> None:
    small_county.ledger("202607", {}, ANOTHER)
    small_county.pull()
    before = small_county.clock
    small_county.hub = small_county.corrected(TOWNSHIP, lookups=AGREED)
    replay(small_county.hub, before.replace(hour=10))
    with small_county.hub.ledger.read() as tx:
        assert [r.reading.reason for r in stored_rows(tx, known_at=before)] == ["", "unknown_category"]
        assert [r.reading.reason for r in stored_rows(tx)] == ["", ""]


def test_a_replay_with_the_same_mapping_changes_nothing(small_county: SmallCounty) -> None:
    small_county.ledger("202607", {}, ANOTHER)
    small_county.pull()
    assert replay(small_county.hub, small_county.clock) == Replay(parcels=0, before=1, after=1)


def test_where_nothing_is_set_aside_nothing_is_read_again(small_county: SmallCounty) -> None:
    small_county.ledger("202607", {})
    small_county.pull()
    assert replay(small_county.hub, small_county.clock) == Replay(0, 0, 0)


def test_one_source_alone_can_be_replayed(small_county: SmallCounty) -> None:
    small_county.ledger("202607", {}, ANOTHER)
    small_county.ledger("202608", {}, {**ANOTHER, "是否批准": "研究"})
    small_county.pull()
    small_county.hub = small_county.corrected(TOWNSHIP, lookups=AGREED)
    assert replay(small_county.hub, small_county.clock, SOURCE) == Replay(1, 1, 0)
    assert sources(small_county) == [SOURCE.replace("202607", "202608")]


def test_a_file_refused_whole_is_replayed_whole(small_county: SmallCounty) -> None:
    small_county.ledger("202607", {})
    broken = f"townships/{TOWNSHIP}/行刑衔接台账_202606.xlsx"
    small_county.put(broken, b"no workbook")
    small_county.pull()
    assert sources(small_county) == [broken]
    assert replay(small_county.hub, small_county.clock) == Replay(0, 1, 1)


def test_what_a_page_of_an_api_only_repeated_stays_passed_over_in_a_replay(small_county: SmallCounty) -> None:
    unknown = said(doc_id="d2", doc_type="poem", updated_at="2026-07-06T11:00:00+08:00")
    small_county.documents(said(), unknown)
    small_county.pull("procuratorate")
    third = said(doc_id="d3", doc_type="poem", updated_at="2026-07-06T12:00:00+08:00")
    small_county.documents(said(), unknown, third)
    assert small_county.pull("procuratorate").rows == 1
    words = {"procuratorate_document": {"poem": "suggestion"}}
    small_county.hub = small_county.corrected("procuratorate", lookups=words)
    assert replay(small_county.hub, small_county.clock) == Replay(2, 2, 0)
    with small_county.hub.ledger.read() as tx:
        rows = held_rows(tx, stored_parcels(tx))
        assert sorted(r.reading.key for r in rows) == ["d1", "d2", "d3"]
        assert {d.disposition for d in settle(rows, small_county.hub.agencies)} == {Disposition.ACCEPTED}
