"""Which files hold rows, where does each row stand, and when is a file refused whole (contract 6.1)?"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hub.errors import ParcelRefused
from hub.model import CellValue, Reading
from hub.receiving.parcel import read_name, read_parcel
from hub.receiving.table import Sheet, Table
from tests.hub.agency_rows import (
    AGENCIES,
    CODES,
    CSV_TOWNSHIP,
    GROUPED,
    PENALTIES,
    REFERRALS,
    TOWNSHIP,
    filled,
    headers,
    kinds,
    parcel,
    read_lines,
    read_sheets,
    sheet,
)


@pytest.mark.parametrize(
    ("agency", "path", "said"),
    [
        (TOWNSHIP, "行刑衔接台账_202607.xlsx", ("202607", "", "")),
        (TOWNSHIP, "行刑衔接台账_202607_补报.xlsx", ("202607", "补报", "")),
        (TOWNSHIP, "行刑衔接台账_202607_重发.XLS", ("202607", "重发", "")),
        (CSV_TOWNSHIP, "行刑衔接台账_202607_移送案件.csv", ("202607", "", "移送案件")),
        (CSV_TOWNSHIP, "行刑衔接台账_202607_补报_行政处罚.csv", ("202607", "补报", "行政处罚")),
        ("police", "outbox/sa_20260702.csv", ("20260702", "", "sa")),
        ("police", "outbox/cl_20260702_r3.csv", ("20260702", "3", "cl")),
        ("justice_bureau", "receipts_202607.csv", ("202607", "", "receipts")),
    ],
)
def test_the_name_of_a_file_says_its_period_its_issue_and_its_sheet(
    agency: str, path: str, said: tuple[str, str, str]
) -> None:
    name = read_name(AGENCIES[agency], f"{AGENCIES[agency].mapping.channel.place}/{path}")
    assert name is not None
    assert (name.period, name.issue, name.sheet) == said


@pytest.mark.parametrize(
    ("agency", "path"),
    [
        (TOWNSHIP, "行刑衔接台账_202613.xlsx"),  # no such month
        (TOWNSHIP, "行刑衔接台账_002610.xlsx"),  # a slip: no month of our time
        (TOWNSHIP, "行刑衔接台账.xlsx"),
        (TOWNSHIP, "行刑衔接台账_202607.docx"),
        (TOWNSHIP, "~$行刑衔接台账_202607.xlsx"),
        (TOWNSHIP, "旧/行刑衔接台账_202607.xlsx"),
        (CSV_TOWNSHIP, "行刑衔接台账_202607_其他.csv"),
        ("police", "outbox/sa_20260231.csv"),
        ("police", "outbox/xx_20260702.csv"),
        ("police", "inbox/sa_20260702.csv"),
    ],
)
def test_a_file_that_the_notice_does_not_announce_is_no_delivery(agency: str, path: str) -> None:
    whole = parcel(agency, path)
    assert read_name(AGENCIES[agency], whole.path) is None
    assert read_parcel(AGENCIES[agency], whole, CODES, _unopened) == []


def test_an_acknowledgement_is_a_delivery_without_rows() -> None:
    whole = parcel("police", "ack/P20260702-0001.ack.csv")
    name = read_name(AGENCIES["police"], whole.path)
    assert name is not None
    assert (name.delivery, name.rule.answers) == ("P20260702-0001", True)
    assert read_parcel(AGENCIES["police"], whole, CODES, _unopened) == []


def _unopened(kind: str, content: bytes, path: str) -> Table:
    raise AssertionError(f"{path} was opened")


def test_rows_of_a_workbook_are_named_by_sheet_and_sheet_row_and_end_with_the_last_value() -> None:
    rows: list[Sequence[CellValue]] = [
        ["繁城镇行刑衔接台账"],
        headers(TOWNSHIP, REFERRALS),
        filled(TOWNSHIP, REFERRALS),
        [],
        ["合计", "1"],
        ["注：本表每月5日前报送"],
        [],
        [],
    ]
    readings = read_sheets(TOWNSHIP, sheet(REFERRALS, *rows))
    path = "townships/140924100/行刑衔接台账_202607.xlsx"
    assert [r.source for r in readings] == [f"{path}!{REFERRALS}!R{row}" for row in (3, 4, 5, 6)]
    assert kinds(readings) == ["read", "blank", "total", "footnote"]


def test_rows_of_a_delimited_file_are_counted_from_the_header_and_every_line_counts() -> None:
    header = headers("police", "sa")
    readings = read_lines("police", "outbox/sa_20260702.csv", header, filled("police", "sa"), [None], [None])
    assert [r.source for r in readings] == [f"police/outbox/sa_20260702.csv!R{n}" for n in (1, 2, 3)]
    assert kinds(readings) == ["read", "blank", "blank"]
    assert read_lines("police", "outbox/sa_20260702.csv", header) == []


def test_sheets_that_the_notice_does_not_know_are_no_part_of_the_ledger() -> None:
    ledger = sheet(REFERRALS, headers(TOWNSHIP, REFERRALS), filled(TOWNSHIP, REFERRALS))
    notes = sheet("工作备忘", ["随便", "写写"], ["什么", "都行"])
    assert kinds(read_sheets(TOWNSHIP, notes, ledger)) == ["read"]
    spaced = Sheet(f" {PENALTIES} ", sheet("", headers(TOWNSHIP, PENALTIES), filled(TOWNSHIP, PENALTIES)).rows)
    assert kinds(read_sheets(TOWNSHIP, ledger, spaced)) == ["read", "read"]


def test_a_workbook_without_any_sheet_of_the_notice_is_refused_whole() -> None:
    (reading,) = read_sheets(TOWNSHIP, sheet("Sheet1", ["立案号", "案由"]))
    assert (reading.source, reading.reading, reading.reason) == (
        "townships/140924100/行刑衔接台账_202607.xlsx",
        Reading.QUARANTINED,
        "unreadable_file",
    )


def refused(*rows: Sequence[CellValue], agency: str = TOWNSHIP) -> tuple[str, str]:
    (reading,) = read_sheets(agency, sheet(REFERRALS, *rows))
    assert reading.reading is Reading.QUARANTINED
    assert "!" not in reading.source
    return (reading.reason, reading.column)


def test_a_file_with_a_column_that_nobody_announced_is_refused_whole_and_names_it() -> None:
    assert refused([*headers(TOWNSHIP, REFERRALS), "领导批示"], filled(TOWNSHIP, REFERRALS)) == (
        "unknown_column",
        "领导批示",
    )


def test_all_the_columns_that_nobody_announced_are_told_at_once() -> None:
    header = ["批示", *headers(TOWNSHIP, REFERRALS), "领导批示", "内部批注"]
    (reading,) = read_sheets(TOWNSHIP, sheet(REFERRALS, header, ["", *filled(TOWNSHIP, REFERRALS)]))
    assert (reading.reason, reading.column) == ("unknown_column", "批示")
    assert reading.detail == "no column '批示', '领导批示', '内部批注' is announced"


def test_a_file_without_a_required_column_is_refused_whole_and_names_it() -> None:
    short = [h for h in headers(TOWNSHIP, REFERRALS) if h != "案由"]
    assert refused(short) == ("unknown_column", "案由")
    assert refused(["这一页", "没有表头"], ["1", "2"]) == ("unknown_column", "立案号")


def test_a_file_in_which_a_column_stands_twice_is_refused_whole() -> None:
    assert refused([*headers(TOWNSHIP, REFERRALS), "案 由"]) == ("unknown_column", "案 由")


def test_an_optional_column_may_be_missing_and_one_without_header_is_nobodys() -> None:
    short = ["立案号", "立案日期", "案由", "当事人", None]
    readings = read_sheets(
        TOWNSHIP, sheet(REFERRALS, short, ["繁城综执立〔2026〕1号", "2026-06-02", "滥伐", "张三", "!"])
    )
    assert kinds(readings) == ["read"]


def test_what_is_required_beside_another_column_is_missed_also_where_the_file_has_no_such_column() -> None:
    header = ["意见书文号", "意见类型", "签收日期", "回复日期"]
    said = ["繁检意〔2026〕1号", "行政处罚", "2026-07-02", "2026-08-01"]
    (reading,) = read_sheets(TOWNSHIP, sheet("意见办理", header, said))
    assert (reading.reason, reading.column) == ("missing_required", "回复类型")
    assert kinds(read_sheets(TOWNSHIP, sheet("意见办理", header, [*said[:3], None]))) == ["read"]


def test_an_agencys_own_words_name_its_columns_and_no_other_agencys() -> None:
    mapping = AGENCIES[GROUPED].mapping
    header, words = next((h, w) for h, w in mapping.headers.items() if h in headers(GROUPED, REFERRALS))
    renamed = [words[0] if h == header else h for h in headers(GROUPED, REFERRALS)]
    row = filled(GROUPED, REFERRALS)
    assert kinds(read_sheets(GROUPED, sheet(REFERRALS, renamed, row))) == ["read"]
    assert refused(renamed, row) == ("unknown_column", words[0])


def test_an_empty_sheet_holds_no_rows_and_is_no_fault() -> None:
    ledger = sheet(REFERRALS, headers(TOWNSHIP, REFERRALS), filled(TOWNSHIP, REFERRALS))
    assert kinds(read_sheets(TOWNSHIP, ledger, sheet(PENALTIES))) == ["read"]
    assert kinds(read_sheets(TOWNSHIP, ledger, sheet(PENALTIES, ["", None]))) == ["read"]


def test_what_the_transport_refused_is_one_row_of_its_reason() -> None:
    (reading,) = read_sheets(TOWNSHIP, refused="hash_mismatch", detail="rows=3, the file has 2")
    assert (reading.reason, reading.detail) == ("hash_mismatch", "rows=3, the file has 2")


def test_what_no_format_can_open_is_one_row_of_its_reason() -> None:
    def broken(kind: str, content: bytes, path: str) -> Table:
        raise ParcelRefused(path, "archive_bomb", "unpacks to 300 times its size")

    whole = parcel(TOWNSHIP, "行刑衔接台账_202607.xlsx")
    (reading,) = read_parcel(AGENCIES[TOWNSHIP], whole, CODES, broken)
    assert (reading.source, reading.reason) == (whole.path, "archive_bomb")
    assert reading.detail == "unpacks to 300 times its size"


def page(*documents: dict[str, CellValue]) -> Table:
    names = tuple(dict.fromkeys(name for one in documents for name in one))
    return Table((sheet("", names, *([one.get(name) for name in names] for one in documents)),))


def test_documents_of_an_api_are_named_by_their_id_or_by_their_place() -> None:
    said: dict[str, CellValue] = {
        "doc_id": "d7", "doc_type": "suggestion", "doc_no": "繁检建〔2026〕1号", "decided_at": "2026-07-06",
        "updated_at": "2026-07-06", "a_new_member": "x",
    }  # fmt: skip
    table = page(said, {**said, "doc_id": None})
    readings = read_parcel(AGENCIES["procuratorate"], parcel("procuratorate", "p.json"), CODES, lambda *_: table)
    assert [r.source for r in readings] == ["api:d7", "api:row 2"]
    assert kinds(readings) == ["read", "missing_required"]
    # A member that the notice does not know asserts nothing; it is kept with the row.
    assert readings[0].record is not None
    assert dict(readings[0].record.raw)["a_new_member"] == "x"


def test_a_page_without_documents_holds_no_rows() -> None:
    whole = parcel("procuratorate", "p.json")
    empty = Table((sheet(""),))
    assert read_parcel(AGENCIES["procuratorate"], whole, CODES, lambda *_: empty) == []
