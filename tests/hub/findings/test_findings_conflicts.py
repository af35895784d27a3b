"""Where do agencies contradict each other, and in what order can acts not be (contract 6.6)?"""

from __future__ import annotations

import pytest

from hub.model import CellValue, Record
from tests.hub.agency_rows import ID_NO, OTHER_ID_NO, TOWNSHIP
from tests.hub.county import (
    Judged,
    acceptance,
    document,
    handling,
    judge,
    police_no,
    referral,
    result,
)

SUSPECT = "嫌疑人/单位"
NUMBER_OF_15 = "140924800304123"


def fields(judged: Judged) -> list[tuple[str, str]]:
    return [(agency, detail.removeprefix("field=")) for agency, detail in judged.about("field_conflict")]


@pytest.mark.parametrize(
    ("ours", "theirs", "differs"),
    [
        ("张三", "张三", False),
        ("张 三", "张三　", False),  # spaces and width
        ("張三", "张三", False),  # the traditional script
        ("新桥砂石有限责任公司", "新桥砂石有限公司", False),
        ("张三", "张某", False),  # a masked name is not compared
        ("张某某", "张三", False),
        ("张三", "不详", False),  # nobody is named
        ("张三", "犯罪嫌疑人张三（绰号三子）", False),  # what a clerk puts around a name
        (ID_NO, "张三", False),  # the number stands in the column of the names
        ("张三", "张山", True),
        ("张三", "张三丰", True),
    ],
)
def test_full_names_of_one_person_that_differ(ours: str, theirs: str, differs: bool) -> None:
    judged = judge(referral(当事人=ours), acceptance(1, **{SUSPECT: theirs}))
    assert len(judged.linkage.cases) == 1
    assert fields(judged) == ([("police", "party")] if differs else [])


@pytest.mark.parametrize(
    ("ours", "theirs", "differs"),
    [
        (ID_NO, ID_NO, False),
        (ID_NO, f"'{ID_NO}", False),
        (ID_NO, NUMBER_OF_15, False),  # two forms of one number
        (ID_NO, "1409241980****1236", False),  # masked
        (ID_NO, "1409241981****1236", False),  # also where the mask cannot be of this number
        ("1409241981****1236", ID_NO, False),
        (ID_NO, None, False),  # absent
        (ID_NO, 140924198003041236.0, False),  # rounded in a number cell
        (ID_NO, "140924198103041000", False),  # rounded, and of another number
        ("1.40924198103041E+17", ID_NO, False),
        (ID_NO, "140924198003041232", False),  # perhaps rounded by another program: its first 15 digits agree
        (ID_NO, "140924198103041232", True),  # and these do not
        (ID_NO, "140924198003041244", True),  # a slip of the pen
        (ID_NO, "140924198003041228", True),
    ],
)
def test_complete_numbers_of_one_person_that_differ(ours: CellValue, theirs: CellValue, differs: bool) -> None:
    judged = judge(referral(证件号码=ours), acceptance(证件号码=theirs))
    assert len(judged.linkage.cases) == 1
    assert fields(judged) == ([("police", "id_no")] if differs else [])


def test_of_several_persons_those_who_are_the_same_are_compared() -> None:
    names, numbers = "张三、李四", f"{ID_NO}、{OTHER_ID_NO}"
    same = judge(
        referral(当事人=names, 证件号码=numbers),
        acceptance(1, **{SUSPECT: "李四、张三"}, 证件号码=f"{OTHER_ID_NO}、{ID_NO}"),
    )
    assert fields(same) == []
    one = judge(referral(当事人=names, 证件号码=numbers), acceptance(1, **{SUSPECT: "李四"}, 证件号码=OTHER_ID_NO))
    assert fields(one) == []
    misspelt = judge(referral(当事人=names, 证件号码=numbers), acceptance(1, **{SUSPECT: "李思"}, 证件号码=OTHER_ID_NO))
    assert fields(misspelt) == [("police", "party")]


@pytest.mark.parametrize(
    ("records", "differs"),
    [
        ((acceptance(案件名称="张三涉嫌滥伐林木案"),), False),
        ((acceptance(案件名称="张三涉嫌盗伐林木案"),), True),
        ((acceptance(案件名称="张三案"),), False),  # names no cause
        ((acceptance(), result(罪名="滥伐林木罪")), False),
        ((acceptance(), result(罪名="非法采矿罪")), True),
        ((acceptance(), document("indictment", police_case_no=police_no(), cause="盗伐林木")), True),
    ],
)
def test_causes_that_differ(records: tuple[Record, ...], differs: bool) -> None:
    judged = judge(referral(), *records)
    assert len(judged.linkage.cases) == 1
    assert fields(judged) == ([("police", "cause")] if differs else [])


def test_causes_differ_also_where_no_township_says_one() -> None:
    assert fields(judge(acceptance(案件名称="张三涉嫌盗伐案"), result(罪名="滥伐林木罪"))) == [("police", "cause")]
    assert fields(judge(acceptance(案件名称="张三涉嫌滥伐案"), result(罪名="滥伐林木罪"))) == []


@pytest.mark.parametrize(
    ("receipt", "received", "differs"),
    [
        ("2026-07-02", "2026-07-02 09:00", False),
        ("2026-07-02 17:00", "2026-07-02 09:00", False),  # days are compared
        ("2026-07-03", "2026-07-02 09:00", True),
        (None, "2026-07-02 09:00", False),
    ],
)
def test_a_receipt_noted_for_another_day_than_the_police_received(
    receipt: str | None, received: str, differs: bool
) -> None:
    judged = judge(referral(回执时间=receipt), acceptance(接受时间=received))
    assert fields(judged) == ([("police", "date")] if differs else [])


def test_a_receipt_of_a_split_referral_may_be_the_day_of_any_of_its_police_cases() -> None:
    split = acceptance(2, 移送书文号="繁城综执移〔2026〕1号", 接受时间="2026-07-04")
    assert fields(judge(referral(回执时间="2026-07-04"), acceptance(), split)) == []
    assert fields(judge(referral(回执时间="2026-07-04"))) == []  # the police have no day to compare


@pytest.mark.parametrize(
    ("ours", "theirs", "differs"),
    [
        ("12.5万", "125000", False),
        ("125,000.00", "125000元", False),
        ("125000", "12500", True),
        ("125000", None, False),
        (None, "12500", False),
    ],
)
def test_amounts_of_the_ledger_and_of_the_police_that_differ(
    ours: str | None, theirs: str | None, differs: bool
) -> None:
    judged = judge(referral(涉案金额=ours), acceptance(涉案金额=theirs))
    assert fields(judged) == ([(TOWNSHIP, "amount")] if differs else [])


@pytest.mark.parametrize(("signed", "differs"), [("2026-07-06", False), ("2026-07-07", True)])
def test_a_letter_signed_for_on_another_day_than_it_was_served(signed: str, differs: bool) -> None:
    judged = judge(document("penalty_opinion"), handling(签收日期=signed))
    assert fields(judged) == ([("procuratorate", "date")] if differs else [])
    unserved = judge(document("penalty_opinion", served_at=None), handling(签收日期=signed))
    assert fields(unserved) == []


@pytest.mark.parametrize(
    ("when", "impossible"),
    [("2026-07-01", True), ("2026-07-02 08:59", True), ("2026-07-02", False), ("2026-07-02 09:00", False)],
)
@pytest.mark.parametrize("word", ["立案", "不予立案"])
def test_a_decision_before_the_receipt_of_that_police_case(word: str, when: str, impossible: bool) -> None:
    found = judge(acceptance(), result(word, when)).about("order_conflict")
    assert found == ([("police", "decided_before_received")] if impossible else [])
    assert judge(acceptance(), result("延长审查", when)).about("order_conflict") == []  # an extension is no decision


def test_a_decision_is_held_against_the_first_receipt_of_its_own_number_only() -> None:
    later = acceptance(2, 移送书文号="繁城综执移〔2026〕1号", 接受时间="2026-07-10")
    assert judge(referral(), acceptance(), later, result("立案", "2026-07-05")).about("order_conflict") == []
    assert judge(referral(), acceptance(), later, result("立案", "2026-07-05", 2)).about("order_conflict") != []
    joined = acceptance(2, 案件编号=police_no(1), 接受时间="2026-07-10")
    assert judge(acceptance(), joined, result("立案", "2026-07-05")).about("order_conflict") == []


@pytest.mark.parametrize(
    ("received", "impossible"),
    [("2026-06-30", True), ("2026-07-01 09:59", True), ("2026-07-01", False), ("2026-07-01 10:00", False)],
)
def test_a_receipt_before_the_first_sending(received: str, impossible: bool) -> None:
    found = judge(referral(), acceptance(接受时间=received)).about("order_conflict")
    assert found == ([("police", "received_before_sent")] if impossible else [])


@pytest.mark.parametrize(
    ("sent", "impossible"), [("2026-06-30", True), ("2026-07-01 08:59", True), ("2026-07-01", False)]
)
def test_a_referral_sent_before_it_was_approved(sent: str, impossible: bool) -> None:
    found = judge(referral(移送时间=sent)).about("order_conflict")
    assert found == ([(TOWNSHIP, "sent_before_approved")] if impossible else [])
    rejected = judge(referral(移送时间=sent, 是否批准="否")).about("order_conflict")
    assert rejected == []


@pytest.mark.parametrize(("replied", "impossible"), [("2026-07-05", True), ("2026-07-06", False)])
def test_a_reply_before_the_letter_was_served(replied: str, impossible: bool) -> None:
    row = handling(签收日期="2026-07-06", 回复日期=replied, 回复类型="异议")
    found = judge(document("penalty_opinion"), row).about("order_conflict")
    assert found == ([(TOWNSHIP, "replied_before_served")] if impossible else [])
    assert judge(document("penalty_opinion", served_at=None), row).about("order_conflict") == []


@pytest.mark.parametrize(
    ("cell", "word", "contradicts"),
    [
        ("收到立案通知书时间", "立案", False),
        ("收到不予立案通知书时间", "不予立案", False),
        ("收到立案通知书时间", "不予立案", True),
        ("收到不予立案通知书时间", "立案", True),
        ("收到立案通知书时间", "退回", False),  # the police decided neither
    ],
)
def test_a_notice_of_one_kind_where_the_police_decided_the_other(cell: str, word: str, contradicts: bool) -> None:
    found = judge(referral(1, **{cell: "2026-07-04"}), acceptance(), result(word)).about("status_conflict")
    assert found == ([("police", "filing")] if contradicts else [])
    both = [result("立案", "2026-07-03"), result("不予立案", "2026-07-03", 文书文号="繁公（刑）不立字〔2026〕1号")]
    assert judge(referral(1, **{cell: "2026-07-04"}), acceptance(), *both).about("status_conflict") == []


@pytest.mark.parametrize(
    ("heard", "said", "contradicts"), [("维持", "维持", False), ("撤销", "维持", True), ("维持", None, False)]
)
def test_outcomes_of_one_reconsideration_that_differ(heard: str, said: str | None, contradicts: bool) -> None:
    row = referral(收到复议结果时间="2026-07-20", 复议结果=heard)
    found = judge(row, acceptance(), result("复议决定", "2026-07-18", 复议结论=said)).about("status_conflict")
    assert found == ([("police", "reconsideration")] if contradicts else [])


def test_a_case_cannot_be_withdrawn_and_prosecuted() -> None:
    indicted = document("indictment", police_case_no=police_no(), decided_at="2026-08-06T09:00:00+08:00")
    withdrawn = result("撤案", "2026-08-01")
    sent_on = result("移送起诉", "2026-07-20")
    conflict = [("procuratorate", "withdrawn_and_prosecuted")]
    assert judge(acceptance(), sent_on, withdrawn, indicted).about("status_conflict") == conflict
    assert judge(acceptance(), sent_on, indicted).about("status_conflict") == []
    assert judge(acceptance(), withdrawn, indicted, as_of="2026-08-05").about("status_conflict") == []
