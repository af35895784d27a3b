"""What does one row say, and when is it set aside? Strictly by its notice, nothing guessed and nothing lost."""

from __future__ import annotations

import json

import pytest

from hub.model import CellValue, Reading, RowReading
from hub.receiving.parcel import read_parcel
from hub.receiving.table import Table
from tests.hub.agency_rows import (
    AGENCIES,
    CODES,
    LETTERS,
    OPINIONS,
    PENALTIES,
    REFERRALS,
    TOWNSHIP,
    headers,
    parcel,
    read_lines,
    read_one,
    required,
    sheet,
)
from tests.hub.county import document, referral, result


def events(reading: RowReading) -> dict[str, str]:
    assert reading.record is not None
    return {event.code: str(event.at) for event in reading.record.events}


def aside(reading: RowReading) -> tuple[str, str]:
    assert reading.reading is Reading.QUARANTINED
    assert reading.record is None
    return (reading.column, reading.reason)


def document_row(**members: CellValue) -> RowReading:
    """A document of the procuratorate that says the least it must, and what is given."""
    said: dict[str, CellValue] = {
        "doc_id": "d1", "doc_type": "penalty_opinion", "doc_no": "繁检意〔2026〕1号", "persons": [],
        "decided_at": "2026-07-06T09:00:00+08:00", "updated_at": "2026-07-06T09:00:00+08:00",
    }  # fmt: skip
    given = {**said, **members}
    table = Table((sheet("", tuple(given), tuple(given.values())),))
    (reading,) = read_parcel(AGENCIES["procuratorate"], parcel("procuratorate", "page.json"), CODES, lambda *_: table)
    return reading


def test_every_date_column_of_a_referral_is_its_event_and_a_note_of_anothers_act_is_none() -> None:
    dates = [h for h in headers(TOWNSHIP, REFERRALS) if h.endswith(("时间", "日期"))]
    reading = read_one(TOWNSHIP, REFERRALS, **dict.fromkeys(dates, "2026-07-01"), 是否批准="是", 复议结果="维持")
    assert set(events(reading)) == {
        "case.opened", "transfer.proposed", "transfer.approved", "referral.sent", "material.supplemented",
        "filing.notice_received", "nonfiling.received", "reconsideration.requested", "reconsideration.result_received",
        "supervision.requested", "items.handed_over", "penalty.decided",
    }  # fmt: skip
    noted = read_one(TOWNSHIP, REFERRALS, 抄送检察院时间="2026-07-01", 回执时间="2026-07-01")
    assert set(events(noted)) == {"case.opened"}


@pytest.mark.parametrize(
    ("word", "event"), [("是", "transfer.approved"), ("否", "transfer.rejected"), (None, "transfer.approved")]
)
def test_the_word_beside_the_date_says_whether_it_was_approved(word: str | None, event: str) -> None:
    assert event in events(read_one(TOWNSHIP, REFERRALS, 是否批准=word, 批准时间="2026-07-01"))
    assert set(events(read_one(TOWNSHIP, REFERRALS, 是否批准=word))) == {"case.opened"}  # no date, no event


@pytest.mark.parametrize(("word", "outcome"), [("维持", "upheld"), ("撤销", "changed"), (None, "")])
def test_the_outcome_of_a_reconsideration_is_told_in_our_own_word(word: str | None, outcome: str) -> None:
    record = referral(收到复议结果时间="2026-07-20", 复议结果=word)
    (event,) = [e for e in record.events if e.code == "reconsideration.result_received"]
    assert event.attribute("outcome") == outcome


@pytest.mark.parametrize(
    ("word", "code", "attribute"),
    [
        ("立案", "filing.accepted", {}), ("不予立案", "filing.refused", {}), ("转送", "referral.rerouted", {}),
        ("退回", "referral.returned", {}), ("撤案", "case.withdrawn", {}),
        ("撤案通知", "case.withdrawal_notified", {}), ("复议受理", "reconsideration.received", {}),
        ("复议决定", "reconsideration.decided", {}), ("说明不立案理由", "nonfiling.explained", {}),
        ("说明逾期理由", "overdue.explained", {}), ("移送起诉", "prosecution.referred", {}),
        ("延长审查", "filing.extended", {"days": "30"}), ("书面咨询", "consultation.asked", {"written": "yes"}),
    ],
)  # fmt: skip
def test_the_polices_word_says_which_event_and_only_an_extension_has_days(
    word: str, code: str, attribute: dict[str, str]
) -> None:
    (event,) = result(word, "2026-07-03", 延长天数="30").events
    assert (event.code, dict(event.attributes)) == (code, attribute)


@pytest.mark.parametrize(("days", "said"), [(None, {}), ("三十日", {}), ("7.5", {}), ("7.0", {"days": "7"})])
def test_an_extension_whose_days_cannot_be_read_claims_none(days: str | None, said: dict[str, str]) -> None:
    record = result("延长审查", "2026-07-03", 延长天数=days)
    assert dict(record.events[0].attributes) == said
    assert ("延长天数" in record.get("unread")) == (days is not None and not said)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("线索移送", ("clue.sent", {})),
        ("书面咨询", ("consultation.asked", {"written": "yes"})),
        ("口头咨询", ("consultation.asked", {"written": "no"})),
        ("检察建议", ("suggestion.received", {})),
    ],
)
def test_a_letter_is_what_its_category_says(word: str, found: tuple[str, dict[str, str]]) -> None:
    record = read_one(TOWNSHIP, LETTERS, 类别=word, 回复日期="2026-08-01").record
    assert record is not None
    assert (record.events[0].code, dict(record.events[0].attributes)) == found
    # Only a suggestion is the township's to answer; the other replies are the procuratorate's.
    assert len(record.events) == (2 if word == "检察建议" else 1)


def test_a_document_not_yet_served_asserts_nothing_that_service_dates() -> None:
    assert events(document_row(served_at=None)) == {}
    assert list(events(document_row(served_at="2026-07-08T09:00:00+08:00"))) == ["penalty_opinion.served"]
    assert list(events(document_row(doc_type="nonprosecution", served_at=None))) == ["nonprosecution.decided"]


def test_every_copy_of_a_document_is_an_event_with_its_receiver() -> None:
    record = document(
        "penalty_opinion",
        copies=[
            {"agency": "justice_bureau", "copied_at": "2026-07-08T09:00:00+08:00"},
            {"agency": "justice_bureau", "copied_at": "2026-07-09"},
            {"agency": "justice_bureau", "copied_at": None},
        ],
    )
    copied = [(str(e.at), dict(e.attributes)) for e in record.events if e.code == "opinion.copied"]
    assert copied == [
        ("2026-07-08T09:00:00+08:00", {"agency": "justice_bureau"}),
        ("2026-07-09", {"agency": "justice_bureau"}),
    ]


@pytest.mark.parametrize("title", [REFERRALS, PENALTIES, OPINIONS, LETTERS])
def test_a_row_without_a_required_cell_is_set_aside_under_the_header_of_the_file(title: str) -> None:
    for header in required(AGENCIES[TOWNSHIP], title):
        for empty in (None, "", " ", "/", "—", "无"):
            read = read_one(TOWNSHIP, title, **{header: empty})
            assert aside(read) == (header, "missing_required")
            told = json.loads(read.detail)["fault"]
            shown = f" (got {empty!r})" if empty and empty.strip() else ""
            assert told.endswith(f" {header}: a required cell is empty{shown}")


def test_a_reply_without_its_kind_is_set_aside_and_without_a_date_it_needs_none() -> None:
    assert aside(read_one(TOWNSHIP, OPINIONS, 回复日期="2026-08-01")) == ("回复类型", "missing_required")
    assert read_one(TOWNSHIP, OPINIONS).reading is Reading.READ


@pytest.mark.parametrize("name", ["、", "，", "；"])
def test_a_comma_where_names_should_be_names_nobody(name: str) -> None:
    assert aside(read_one(TOWNSHIP, REFERRALS, 当事人=name)) == ("当事人", "missing_required")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"案由": "偷猎"}, "案由"),
        ({"是否批准": "同意"}, "是否批准"),
        ({"复议结果": "不知"}, "复议结果"),
    ],
)
def test_a_word_outside_the_lists_sets_its_row_aside(cells: dict[str, CellValue], column: str) -> None:
    assert aside(read_one(TOWNSHIP, REFERRALS, **cells)) == (column, "unknown_category")


@pytest.mark.parametrize("cause", ["滥伐", "涉嫌滥伐林木", "滥伐林木罪", "涉嫌滥伐林木案", "滥 伐林木", "滥伐林木罪案"])
def test_a_cause_is_known_with_what_clerks_put_around_it(cause: str) -> None:
    record = read_one(TOWNSHIP, REFERRALS, 案由=cause).record
    assert record is not None
    assert record.get("cause_code") == "A345-2"


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "昨天", "2026年", True])
def test_a_date_that_cannot_be_sets_its_row_aside(day: CellValue) -> None:
    assert aside(read_one(TOWNSHIP, REFERRALS, 移送时间=day)) == ("移送时间", "impossible_date")


def test_a_document_of_an_unknown_kind_or_with_an_impossible_date_is_set_aside_under_its_members_name() -> None:
    assert aside(document_row(doc_type="poem")) == ("doc_type", "unknown_category")
    assert aside(document_row(decided_at="2026-13-06T09:00:00+08:00")) == ("decided_at", "impossible_date")
    assert aside(document_row(copies=[{"copied_at": "gestern"}])) == ("copies", "impossible_date")
    assert aside(document_row(urgent="vielleicht")) == ("urgent", "unknown_category")
    assert aside(document_row(doc_no=None)) == ("doc_no", "missing_required")


@pytest.mark.parametrize(
    ("word", "said"), [(True, "yes"), (False, "no"), ("是", "yes"), ("否", "no"), (1, "yes"), (0, "no")]
)
def test_yes_and_no_are_read_as_programs_and_people_write_them(word: CellValue, said: str) -> None:
    record = document_row(urgent=word).record
    assert record is not None
    assert record.get("urgent") == said


@pytest.mark.parametrize("amount", ["约十万", "见清单", "12万5", "-"])
def test_an_amount_that_cannot_be_read_is_no_reason_to_lose_the_row(amount: str) -> None:
    record = read_one(TOWNSHIP, REFERRALS, 涉案金额=amount).record
    assert record is not None
    assert record.get("amount") == ""
    assert dict(record.raw)["涉案金额"] == amount
    if amount != "-":  # which means an empty cell
        assert record.get("unread") == "涉案金额"


def test_what_was_set_aside_is_kept_whole_with_the_fault_in_words() -> None:
    reading = read_one(TOWNSHIP, REFERRALS, 移送时间="2026/13/1", 备注="急")
    kept = json.loads(reading.detail)
    assert "2026/13/1" in kept["fault"]
    assert dict(kept["row"])["备注"] == "急"
    assert dict(kept["row"])["移送时间"] == "2026/13/1"
    assert reading.key  # its key says which earlier version goes on to stand


def test_copies_that_are_no_list_of_objects_assert_nothing_and_are_named() -> None:
    record = document("penalty_opinion", copies="justice_bureau")
    assert [e.code for e in record.events] == ["penalty_opinion.served"]
    assert record.get("unread") == "copies"
    nested = document("penalty_opinion", related_doc_no=["繁城政罚决〔2026〕1号"])
    assert nested.get("unread") == "related_doc_no"


def test_equal_statements_have_one_hash_whatever_number_the_row_bears() -> None:
    one, again = (read_one(TOWNSHIP, REFERRALS, 序号=n) for n in (1, 7))
    assert one.content_hash == again.content_hash
    assert read_one(TOWNSHIP, REFERRALS, 备注="急").content_hash != one.content_hash


def test_a_key_is_the_same_however_the_number_is_bracketed_and_spaced() -> None:
    one = read_one(TOWNSHIP, REFERRALS, 立案号="繁城综执立〔2026〕1号")
    other = read_one(TOWNSHIP, REFERRALS, 立案号="繁城综执立 [２０２６] 第001号")
    assert one.key == other.key
    assert one.content_hash != other.content_hash


def test_a_police_result_is_known_by_case_result_and_paper_also_where_it_has_no_paper() -> None:
    header = headers("police", "cl")

    def key(**cells: str) -> str:
        said = {"案件编号": "A1409240200002026070001", "结果": "立案", "决定时间": "2026-07-03", **cells}
        (reading,) = read_lines("police", "outbox/cl_20260703.csv", header, [said.get(h) for h in header])
        return reading.key

    assert len({key(), key(结果="退回"), key(文书文号="繁公（刑）立字〔2026〕1号")}) == 3
    assert key() == key(决定时间="2026-07-04", 理由="补")


def test_text_that_looks_like_a_formula_is_text() -> None:
    record = read_one(TOWNSHIP, REFERRALS, 备注="=1+1").record
    assert record is not None
    assert record.get("remarks") == "=1+1"


def test_a_township_that_no_name_means_is_kept_as_written() -> None:
    record = document("suggestion", township="某某乡")
    assert (record.get("referring_unit"), record.get("unit_code")) == ("某某乡", "")
