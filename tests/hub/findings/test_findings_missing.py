"""What is missing although its time is over, and what is only pending? Each finding both ways (contract 6.6)."""

from __future__ import annotations

import pytest

from hub.model import CellValue, Record
from tests.hub.agency_rows import OTHER_ID_NO, TOWNSHIP
from tests.hub.county import (
    ANOTHER_TOWNSHIP,
    acceptance,
    copies,
    document,
    handling,
    judge,
    penalty,
    police_no,
    referral,
    result,
)


def test_a_referral_that_never_came_is_missed_after_its_day_and_pending_before() -> None:
    # Sent on 1 July at ten; the receipt is due a day later to the second.
    finding = ("police", "rule=police.sign_receipt")
    assert judge(referral(), as_of="2026-07-02T10:00:00+08:00").about("sent_not_received") == []
    assert judge(referral(), as_of="2026-07-02T10:00:01+08:00").about("sent_not_received") == [finding]
    assert judge(referral(), acceptance()).about("sent_not_received") == []
    late = acceptance(接受时间="2026-07-20 09:00")
    assert judge(referral(), late).about("sent_not_received") == []
    # Received on a day before it was sent: the dates are wrong (an order conflict), but it did come.
    early = acceptance(接受时间="2026-06-30 09:00")
    assert judge(referral(), early).state("police.sign_receipt") == "overdue"
    assert judge(referral(), early).about("sent_not_received") == []


def test_a_referral_that_was_only_approved_is_not_missed_by_the_police() -> None:
    assert judge(referral(移送时间=None, 移送书文号=None)).about("sent_not_received") == []


def test_an_acceptance_of_another_person_does_not_answer_a_referral() -> None:
    other = acceptance(1, 移送书文号=None, **{"嫌疑人/单位": "王五"}, 证件号码=OTHER_ID_NO)
    assert judge(referral(), other).about("sent_not_received") == [("police", "rule=police.sign_receipt")]


def test_what_police_received_and_no_township_sent_is_asked_of_the_unit_that_they_name() -> None:
    detail = f"police_case={police_no()}"
    assert judge(acceptance()).about("received_not_sent") == [(TOWNSHIP, detail)]
    assert judge(acceptance(1, ANOTHER_TOWNSHIP)).about("received_not_sent") == [(ANOTHER_TOWNSHIP, detail)]
    assert judge(acceptance(移送单位="某某局")).about("received_not_sent") == [("police", detail)]
    assert judge(referral(), acceptance()).about("received_not_sent") == []


def test_an_acceptance_that_fits_several_referrals_is_not_called_unsent() -> None:
    judged = judge(*_two_alike())
    assert judged.about("ambiguous") == [("police", "candidates=繁城综执立〔2026〕1号+繁城综执立〔2026〕2号")]
    assert judged.about("received_not_sent") == []
    # Its candidates are judged as if it were not there.
    assert judged.about("sent_not_received") == [("police", "rule=police.sign_receipt")] * 2


def _two_alike() -> tuple[Record, ...]:
    return (referral(1), referral(2), acceptance(1, 移送书文号=None))


@pytest.mark.parametrize(
    ("word", "noticed", "as_of", "found"),
    [
        ("立案", None, "2026-07-06T23:59:59+08:00", False),  # decided on Friday the 3rd: the third day is the 6th
        ("立案", None, "2026-07-07", True),
        ("不予立案", None, "2026-07-07", True),
        ("退回", None, "2026-10-31", False),
        ("立案", {"收到立案通知书时间": "2026-07-20"}, "2026-10-31", False),  # late, but it came
        ("立案", {"收到立案通知书时间": "2026-07-03"}, "2026-10-31", False),  # the same day
        ("立案", {"收到立案通知书时间": "2026-07-02"}, "2026-10-31", True),  # before the decision: not of it
        ("立案", {"收到不予立案通知书时间": "2026-07-04"}, "2026-10-31", False),  # a notice of either kind
        ("立案", {"收到立案通知书时间": "2026-07-20"}, "2026-07-10", True),  # not yet
    ],
)
def test_a_decision_that_the_township_has_no_notice_of_three_days_later(
    word: str, noticed: dict[str, CellValue] | None, as_of: str, found: bool
) -> None:
    judged = judge(referral(1, **(noticed or {})), acceptance(), result(word), as_of=as_of)
    assert judged.about("decided_not_notified") == ([("police", f"police_case={police_no()}")] if found else [])


def test_a_decision_on_what_no_township_sent_notifies_nobody() -> None:
    assert judge(acceptance(), result()).about("decided_not_notified") == []


def test_two_decisions_without_notice_are_told_by_their_police_cases() -> None:
    split = acceptance(2, 移送书文号="繁城综执移〔2026〕1号")
    judged = judge(referral(), acceptance(), split, result(), result("不予立案", "2026-07-04", 2))
    assert [detail for _, detail in judged.about("decided_not_notified")] == [
        f"police_case={police_no(1)}",
        f"police_case={police_no(2)}",
    ]


@pytest.mark.parametrize("word", ["立案", "不予立案", "转送", "退回"])
def test_undecided_is_what_was_received_and_neither_decided_nor_passed_on(word: str) -> None:
    detail = [("police", f"police_case={police_no()}")]
    assert judge(acceptance(), as_of="2026-07-06T23:59:59+08:00").about("undecided") == []
    assert judge(acceptance(), as_of="2026-07-07").about("undecided") == detail
    assert judge(acceptance(), result(word, "2026-07-20")).about("undecided") == []
    assert judge(acceptance(), result(word, "2026-07-20"), as_of="2026-07-19").about("undecided") == detail
    # A decision dated before the receipt does not end the duty, but decided it is.
    assert judge(acceptance(), result(word, "2026-07-01")).about("undecided") == []
    assert (
        judge(acceptance(), result("延长审查", "2026-07-03", 延长天数="60"), as_of="2026-08-31").about("undecided")
        == []
    )


def test_items_are_missed_three_days_after_the_notice_of_filing() -> None:
    row = referral(收到立案通知书时间="2026-07-06")
    found = [(TOWNSHIP, "rule=township.hand_over_items")]
    assert judge(row, as_of="2026-07-09").about("filed_items_not_handed_over") == []
    assert judge(row, as_of="2026-07-10").about("filed_items_not_handed_over") == found
    handed = referral(收到立案通知书时间="2026-07-06", 移交物品时间="2026-08-01")
    assert judge(handed).about("filed_items_not_handed_over") == []


@pytest.mark.parametrize("cell", ["提请复议时间", "建议立案监督时间", "处罚决定时间"])
def test_after_a_refusal_something_must_follow_in_ninety_days(cell: str) -> None:
    row = referral(收到不予立案通知书时间="2026-07-06")
    # The ninetieth day, 4 October, is a holiday: the first working day after it is the 8th.
    found = [(TOWNSHIP, "rule=township.penalise_after_refusal")]
    assert judge(row, as_of="2026-10-08").about("refused_then_nothing") == []
    assert judge(row, as_of="2026-10-09").about("refused_then_nothing") == found
    acted = referral(1, 收到不予立案通知书时间="2026-07-06", **{cell: "2026-09-30"})
    assert judge(acted).about("refused_then_nothing") == []


def test_a_decision_not_to_prosecute_is_reviewed_in_ten_working_days() -> None:
    same = {"unified_case_no": "繁检刑诉〔2026〕5号"}
    decided = document("nonprosecution", 1, **same)
    found = [("procuratorate", "rule=procuratorate.review_nonprosecution")]
    assert judge(decided, as_of="2026-07-20").about("nonprosecution_not_reviewed") == []
    assert judge(decided, as_of="2026-07-21").about("nonprosecution_not_reviewed") == found
    reviewed = document("nonprosecution_review", 2, penalty_needed=True, **same)
    assert judge(decided, reviewed).about("nonprosecution_not_reviewed") == []


def test_two_persons_unreviewed_are_one_finding_of_the_case() -> None:
    same = {"unified_case_no": "繁检刑诉〔2026〕5号"}
    other = document("nonprosecution", 2, persons=[{"name": "李四", "id_no": OTHER_ID_NO}], **same)
    judged = judge(document("nonprosecution", 1, **same), other)
    assert len(judged.about("nonprosecution_not_reviewed")) == 1


@pytest.mark.parametrize("kind", ["penalty_opinion", "transfer_opinion"])
def test_an_opinion_is_copied_to_the_justice_bureau_in_three_days(kind: str) -> None:
    found = [("procuratorate", "rule=procuratorate.copy_justice_bureau")]
    assert judge(document(kind), as_of="2026-07-09").about("opinion_not_copied") == []
    assert judge(document(kind), as_of="2026-07-10").about("opinion_not_copied") == found
    assert judge(document(kind, copies=copies("2026-07-30"))).about("opinion_not_copied") == []


def test_a_reply_is_not_performance() -> None:
    row = handling(回复日期="2026-08-03", 回复类型="办理情况")
    found = [(TOWNSHIP, "rule=township.perform_opinion")]
    assert judge(document("penalty_opinion"), row, as_of="2026-09-02").about("replied_not_performed") == []
    assert judge(document("penalty_opinion"), row, as_of="2026-09-03").about("replied_not_performed") == found
    done = penalty(处罚决定时间="2026-09-20", 关联文号="繁检意〔2026〕1号")
    assert judge(document("penalty_opinion"), row, done).about("replied_not_performed") == []


def test_a_matter_in_which_everybody_acted_in_time_has_no_finding() -> None:
    row = referral(
        报告时间="2026-06-30", 回执时间="2026-07-02", 收到立案通知书时间="2026-07-04", 移交物品时间="2026-07-06",
        涉案金额="12.5万",
    )  # fmt: skip
    copied = document("copy_receipt", 1, related_doc_no="繁城综执移〔2026〕1号", decided_at="2026-07-02T09:00:00+08:00")
    judged = judge(row, acceptance(涉案金额="125000"), result(罪名="滥伐林木罪"), copied)
    assert judged.codes() == []
    assert {str(o.state) for o in judged.owed} == {"discharged"}
