"""Which version of a row stands? One disposition for every row, whatever came again, late or changed (contract 6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from hub.errors import ConfigurationFault
from hub.model import CellValue
from hub.receiving.parcel import read_parcel
from hub.receiving.table import Table
from hub.receiving.versions import HeldRow, accepted, settle
from tests.hub.agency_rows import (
    AGENCIES,
    CODES,
    REFERRALS,
    T0,
    TOWNSHIP,
    days,
    filled,
    headers,
    held,
    parcel,
    sheet,
)

Cells = Mapping[str, CellValue]
FIRST, SECOND = {"立案号": "繁城综执立〔2026〕1号"}, {"立案号": "繁城综执立〔2026〕2号"}


def ledger(month: str, *rows: Cells, arrived: float = 0, issue: str = "") -> list[HeldRow]:
    """A ledger as held: its name, its rows, the days after the first day on which it came."""
    filled_in = [filled(TOWNSHIP, REFERRALS, n, **row) for n, row in enumerate(rows, start=1)]
    table = Table((sheet(REFERRALS, headers(TOWNSHIP, REFERRALS), *filled_in),))
    content = repr(filled_in).encode()
    whole = parcel(TOWNSHIP, f"行刑衔接台账_{month}{issue}.xlsx", content, days(arrived))
    return held(read_parcel(AGENCIES[TOWNSHIP], whole, CODES, lambda *_: table), whole)


def outbox(day: str, *rows: Cells, arrived: float = 0, issue: str = "") -> list[HeldRow]:
    """A file of referrals accepted, as held."""
    lines = [filled("police", "sa", None, **row) for row in rows]
    table = Table((sheet("", headers("police", "sa"), *lines),))
    whole = parcel("police", f"outbox/sa_{day}{issue}.csv", repr(lines).encode(), days(arrived))
    return held(read_parcel(AGENCIES["police"], whole, CODES, lambda *_: table), whole)


def pages(*versions: Cells) -> list[HeldRow]:
    """One document as pages of the API said it, one after the other."""
    rows: list[HeldRow] = []
    for number, more in enumerate(versions):
        said: dict[str, CellValue] = {
            "doc_id": "d1", "doc_type": "suggestion", "doc_no": "繁检建〔2026〕1号", "decided_at": "2026-07-06",
            "updated_at": f"2026-07-0{number + 1}", **more,
        }  # fmt: skip
        table = Table((sheet("", tuple(said), tuple(said.values())),))
        whole = parcel("procuratorate", f"page{number}.json", repr(said).encode(), days(number))
        rows += held(read_parcel(AGENCIES["procuratorate"], whole, CODES, lambda *_, t=table: t), whole)
    return rows


def words(*files: list[HeldRow]) -> list[str]:
    """The disposition of each row, in the order given here."""
    rows = [row for file in files for row in file]
    shuffled = list(rows)
    Random(len(rows)).shuffle(shuffled)
    found = {(d.row.parcel_id, d.row.position): str(d.disposition) for d in settle(shuffled, AGENCIES)}
    return [found[row.parcel_id, row.position] for row in rows]


def test_a_later_months_ledger_supersedes_also_what_it_repeats_unchanged() -> None:
    assert words(ledger("202607", FIRST), ledger("202608", FIRST)) == ["superseded", "accepted"]
    assert words(ledger("202607", FIRST), ledger("202608", {**FIRST, "备注": "补"})) == ["superseded", "accepted"]


def test_a_row_that_a_later_ledger_does_not_repeat_stands() -> None:
    assert words(ledger("202607", FIRST, SECOND), ledger("202608", FIRST)) == ["superseded", "accepted", "accepted"]


def test_the_month_in_the_name_orders_versions_and_not_the_arrival() -> None:
    late = ledger("202607", {**FIRST, "备注": "旧"}, arrived=40, issue="_补报")
    assert words(ledger("202608", FIRST, arrived=30), late) == ["accepted", "superseded"]


def test_the_latest_version_is_the_whole_statement_and_what_it_leaves_empty_is_withdrawn() -> None:
    rows = [*ledger("202607", {**FIRST, "移送时间": "2026-07-01"}), *ledger("202608", FIRST)]
    (standing,) = accepted(settle(rows, AGENCIES))
    assert [e.code for e in standing.events] == ["case.opened"]


def test_an_equal_row_of_the_same_file_is_a_duplicate_and_a_differing_one_supersedes() -> None:
    assert words(ledger("202607", FIRST, FIRST)) == ["accepted", "duplicate"]
    assert words(ledger("202607", FIRST, {**FIRST, "备注": "改"})) == ["superseded", "accepted"]
    assert words(ledger("202607", FIRST, {**FIRST, "备注": "改"}, FIRST)) == ["superseded", "accepted", "duplicate"]


def test_a_ledger_sent_again_for_its_month_supersedes_unless_it_is_the_same_byte_for_byte() -> None:
    again = ledger("202607", FIRST, {**SECOND, "备注": "改"}, arrived=2, issue="_重发")
    assert words(ledger("202607", FIRST, SECOND), again) == ["superseded", "superseded", "accepted", "accepted"]
    copy = ledger("202607", FIRST, SECOND, arrived=2, issue="_重发")
    assert words(ledger("202607", FIRST, SECOND), copy) == ["accepted", "accepted", "duplicate", "duplicate"]


def test_a_month_that_repeats_the_last_one_byte_for_byte_is_a_later_version_all_the_same() -> None:
    assert words(ledger("202607", FIRST), ledger("202608", FIRST)) == ["superseded", "accepted"]


def test_in_a_copy_of_a_file_blank_and_unreadable_rows_are_as_ever() -> None:
    rows = (FIRST, dict.fromkeys(headers(TOWNSHIP, REFERRALS)), {**SECOND, "移送时间": "2026-13-01"})
    said = words(ledger("202607", *rows), ledger("202607", *rows, arrived=1, issue="_重发"))
    assert said == ["accepted", "ignored", "quarantined", "duplicate", "ignored", "quarantined"]


def test_an_unreadable_version_is_set_aside_each_time_and_the_readable_one_before_it_stands() -> None:
    broken = {**FIRST, "移送时间": "2026-13-01"}
    files = (ledger("202607", FIRST), ledger("202608", broken), ledger("202609", broken))
    assert words(*files) == ["accepted", "quarantined", "quarantined"]
    assert words(*files, ledger("202610", FIRST)) == ["superseded", "quarantined", "quarantined", "accepted"]


def test_in_the_polices_stream_the_same_once_more_is_a_duplicate_in_any_later_file() -> None:
    assert words(outbox("20260702", {}), outbox("20260703", {})) == ["accepted", "duplicate"]
    assert words(outbox("20260702", {}, {})) == ["accepted", "duplicate"]
    more: Cells = {"涉案金额": "125000"}
    assert words(outbox("20260702", {}), outbox("20260703", more), outbox("20260706", {})) == [
        "superseded",
        "accepted",
        "duplicate",
    ]


def test_a_police_file_sent_again_is_ordered_by_its_issue() -> None:
    first, second, tenth = (outbox("20260702", {"备注": str(n)}, issue=f"_r{n}") for n in (2, 3, 10))
    assert words(tenth, second, first) == ["accepted", "superseded", "superseded"]


def received(number: float, file: list[HeldRow]) -> list[HeldRow]:
    """The same file, received so many days after the first."""
    return [replace(row, received_at=days(number)) for row in file]


def test_what_stands_under_one_name_and_was_received_later_came_later_whatever_date_the_file_bears() -> None:
    wrong = received(0, ledger("202607", {**FIRST, "备注": "错"}, arrived=0))
    right = received(1, ledger("202607", {**FIRST, "备注": "对"}, arrived=-1))  # a clerk's clock is a day behind
    assert words(right, wrong) == ["accepted", "superseded"]


def test_a_file_sent_again_comes_after_the_issue_before_it_whatever_dates_the_two_bear() -> None:
    first = received(0, ledger("202607", {**FIRST, "备注": "错"}, arrived=0))
    again = received(0, ledger("202607", {**FIRST, "备注": "对"}, arrived=-1, issue="_重发"))
    assert words(first, again) == ["superseded", "accepted"]
    one, other = (received(0, outbox("20260702", {"备注": i}, issue=i, arrived=-len(i))) for i in ("", "_r2"))
    assert words(one, other) == ["superseded", "accepted"]


def test_a_first_issue_that_is_put_in_place_after_one_sent_again_stands_where_it_is_dated_so() -> None:
    again = received(1, ledger("202607", {**FIRST, "备注": "重发"}, arrived=1, issue="_重发"))
    first = received(2, ledger("202607", {**FIRST, "备注": "再改"}, arrived=2))
    assert words(again, first) == ["superseded", "accepted"]
    late = received(2, ledger("202607", {**FIRST, "备注": "未改"}, arrived=0))
    assert words(again, late) == ["accepted", "superseded"]


def test_a_document_is_what_was_received_last_though_the_servers_clock_went_back() -> None:
    before, after = (pages({"cause": cause}) for cause in ("滥伐林木", "盗伐林木"))
    went_back = [replace(row, arrived_at=days(-1), received_at=days(2)) for row in after]
    assert words(received(1, before), went_back) == ["superseded", "accepted"]


def test_a_document_that_returns_to_earlier_words_stands_so_and_the_same_once_more_is_a_duplicate() -> None:
    old, new = {"cause": "滥伐林木"}, {"cause": "盗伐林木"}
    assert words(pages(old, new, old)) == ["superseded", "superseded", "accepted"]
    assert words(pages(old, old)) == ["accepted", "duplicate"]  # only its stamp was renewed


def test_versions_of_one_document_have_names_of_their_own_and_the_standing_one_has_the_plain_name() -> None:
    rows = pages({"cause": "滥伐林木"}, {"cause": "盗伐林木"})
    disposed = sorted(settle(rows, AGENCIES), key=lambda d: d.row.arrived_at)
    assert [d.source for d in disposed] == ["api:d1@1", "api:d1"]
    assert [d.superseded_by for d in disposed] == ["api:d1", ""]


def test_a_document_whose_id_looks_like_another_ones_earlier_version_keeps_that_name() -> None:
    rows = [*pages({"cause": "滥伐林木"}, {"cause": "盗伐林木"}), *pages({"doc_id": "d1@1"})]
    disposed = sorted(settle(rows, AGENCIES), key=lambda d: d.source)
    assert [(d.source, str(d.disposition)) for d in disposed] == [
        ("api:d1", "accepted"),
        ("api:d1@1", "accepted"),
        ("api:d1@2", "superseded"),
    ]


def test_rows_of_different_sheets_do_not_supersede_each_other() -> None:
    rows = ledger("202607", FIRST)
    other = replace(rows[0].reading, kind=None, source="elsewhere!R2")
    assert words([rows[0], replace(rows[0], position=1, reading=other)]) == ["accepted", "accepted"]


def test_a_file_refused_whole_said_nothing_that_a_copy_could_repeat() -> None:
    def refused(issue: str, arrived: float) -> list[HeldRow]:
        whole = parcel(TOWNSHIP, f"行刑衔接台账_202607{issue}.xlsx", b"x", days(arrived), refused="unreadable_file")
        return held(read_parcel(AGENCIES[TOWNSHIP], whole, CODES, lambda *_: Table(())), whole)

    assert words(refused("", 0), refused("_重发", 1)) == ["quarantined", "quarantined"]


def test_rows_of_an_agency_that_has_no_mapping_any_more_are_told() -> None:
    with pytest.raises(ConfigurationFault, match=TOWNSHIP):
        settle(ledger("202607", FIRST), {})


def test_rows_of_a_file_that_no_notice_announces_any_more_go_by_their_arrival() -> None:
    def renamed(rows: list[HeldRow], name: str) -> list[HeldRow]:
        return [replace(row, path=f"townships/140924100/{name}") for row in rows]

    early, late = ledger("202608", FIRST, arrived=1), ledger("202607", {**FIRST, "备注": "改"}, arrived=2)
    assert words(renamed(early, "b.xlsx"), renamed(late, "a.xlsx")) == ["superseded", "accepted"]


def test_where_two_files_of_a_month_came_at_one_instant_the_order_is_still_certain() -> None:
    one = ledger("202607", {**FIRST, "备注": "一"}, issue="_补报")
    two = ledger("202607", {**FIRST, "备注": "二"}, issue="_重发")
    assert words(one, two) == words(two, one)[::-1]
    assert one[0].arrived_at == two[0].arrived_at == T0
    assert T0 + timedelta(days=1) == days(1)
