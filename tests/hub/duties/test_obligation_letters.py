"""Which letter, document or person does an act answer? Beside the case, what the contract (6.4) says they must share."""

from __future__ import annotations

import pytest

from hub.duties.duty import Obligation
from hub.duties.rules import Scope
from hub.duties.scopes import speak_of_one, speaks_of_another
from tests.hub.agency_rows import OTHER_ID_NO, TOWNSHIP
from tests.hub.county import (
    Judged,
    acceptance,
    clue_receipt,
    copies,
    copy_receipt,
    correspondence,
    document,
    handling,
    judge,
    penalty,
    police_no,
    result,
)


def one_case(judged: Judged) -> Judged:
    assert len(judged.linkage.cases) == 1
    return judged


def states(judged: Judged, rule: str) -> dict[str, str]:
    return {o.subject: str(o.state) for o in judged.owed if o.rule == rule}


def parties(owed: Obligation) -> tuple[str, str]:
    return (owed.debtor, owed.creditor)


def test_each_person_not_prosecuted_is_reviewed_and_one_letter_may_serve_several() -> None:
    zhang, li = ({"name": "张三", "id_no": "140924198003041236"}, {"name": "李四", "id_no": OTHER_ID_NO})
    same = {"unified_case_no": "繁检刑诉〔2026〕5号", "police_case_no": police_no(1)}
    decided = [
        document("nonprosecution", no, doc_no=f"繁检刑不诉〔2026〕{no}号", persons=[who], **same)
        for no, who in enumerate((zhang, li), start=1)
    ]
    review = document(
        "nonprosecution_review", 3, doc_no="繁检审〔2026〕3号", persons=[zhang], penalty_needed=True, **same
    )
    rule = "procuratorate.review_nonprosecution"
    judged = one_case(judge(*decided, review))
    assert states(judged, rule) == {"繁检刑不诉〔2026〕1号": "discharged", "繁检刑不诉〔2026〕2号": "overdue"}
    both = document("penalty_opinion", 4, persons=[zhang, li], **same)
    assert set(states(judge(*decided, both), "procuratorate.serve_penalty_opinion").values()) == {"discharged"}


def test_once_the_review_says_that_no_penalty_is_needed_no_opinion_is_owed_to_that_person() -> None:
    same = {"unified_case_no": "繁检刑诉〔2026〕5号"}
    decided = document("nonprosecution", **same)
    rule = "procuratorate.serve_penalty_opinion"

    def review(needed: bool) -> Judged:
        return judge(decided, document("nonprosecution_review", 2, penalty_needed=needed, **same))

    assert review(False).state(rule) == "void"
    assert str(review(False).duty(rule).ended_at) == "2026-07-06T09:00:00+08:00"
    assert review(True).state(rule) == "overdue"
    served = document("penalty_opinion", 3, **same)
    no = document("nonprosecution_review", 2, penalty_needed=False, **same)
    assert judge(decided, no, served).state(rule) == "void"  # 6.4 makes no exception for a letter sent all the same


def test_each_letter_is_copied_and_each_copy_is_acknowledged() -> None:
    same = {"unified_case_no": "繁检刑诉〔2026〕5号"}
    copied = document("penalty_opinion", 1, copies=copies("2026-07-08"), **same)
    kept = document("penalty_opinion", 2, **same)
    judged = one_case(judge(copied, kept, copy_receipt(1)))
    assert states(judged, "procuratorate.copy_justice_bureau") == {
        "繁检意〔2026〕1号": "discharged",
        "繁检意〔2026〕2号": "overdue",
    }
    assert states(judged, "justice_bureau.acknowledge_copy") == {"繁检意〔2026〕1号": "discharged"}
    unsigned = judge(copied, kept)
    assert states(unsigned, "justice_bureau.acknowledge_copy") == {"繁检意〔2026〕1号": "overdue"}


@pytest.mark.parametrize(
    ("agency", "state", "acknowledged"),
    [
        ("justice_bureau", "discharged", "overdue"),
        ("县司法局", "discharged", "overdue"),
        ("繁峙县司法局", "discharged", "overdue"),
        ("police", "overdue", ""),
        ("superior_procuratorate", "overdue", ""),
    ],
)
def test_only_a_copy_to_the_justice_bureau_is_the_copy_that_is_owed_to_it(
    agency: str, state: str, acknowledged: str
) -> None:
    judged = judge(document("penalty_opinion", copies=[{"agency": agency, "copied_at": "2026-07-08"}]))
    assert judged.state("procuratorate.copy_justice_bureau") == state
    assert [o.state for o in judged.owed if o.rule == "justice_bureau.acknowledge_copy"] == [acknowledged] * bool(
        acknowledged
    )


def test_a_reply_answers_the_letter_whose_number_it_bears_also_where_that_is_spelt_otherwise() -> None:
    same = {"unified_case_no": "繁检刑诉〔2026〕5号"}
    letters = [document("penalty_opinion", no, **same) for no in (1, 2)]
    spelt = handling(1, 意见书文号="繁检意[2026]第01号", 回复日期="2026-08-01", 回复类型="处理结果")
    judged = one_case(judge(*letters, spelt))
    assert states(judged, "township.reply_opinion") == {
        "繁检意〔2026〕1号": "discharged",
        "繁检意〔2026〕2号": "overdue",
    }


@pytest.mark.parametrize(
    ("kind", "reply", "more", "state"),
    [
        ("行政处罚", "办理情况", {}, "overdue"),
        ("行政处罚", "办理情况", {"办结日期": "2026-08-20"}, "discharged"),
        ("行政处罚", "办理情况", {"办结日期": "2026-09-20"}, "discharged_late"),
        ("行政处罚", "处理结果", {}, None),  # a result is performance already
        ("行政处罚", "异议", {}, None),
        ("建议移送", "办理情况", {}, None),  # only penalty opinions are to be performed
    ],
)
def test_a_reply_that_work_is_under_way_opens_the_duty_to_perform(
    kind: str, reply: str, more: dict[str, str], state: str | None
) -> None:
    row = handling(1, **{"意见类型": kind, "回复日期": "2026-08-01", "回复类型": reply, **more})
    opinion = document("penalty_opinion" if kind == "行政处罚" else "transfer_opinion")
    found = states(judge(opinion, row), "township.perform_opinion")
    assert found == ({"繁检意〔2026〕1号": state} if state else {})


def test_any_penalty_of_the_case_is_performance() -> None:
    row = handling(回复日期="2026-08-01", 回复类型="办理情况")
    decided = penalty(处罚决定时间="2026-08-10", 关联文号="繁检意〔2026〕1号")
    judged = one_case(judge(document("penalty_opinion"), row, decided))
    assert judged.state("township.perform_opinion") == "discharged"
    other = penalty(处罚决定时间="2026-08-10", 关联文号="繁检意〔2026〕9号")
    assert judge(document("penalty_opinion"), row, other).state("township.perform_opinion") == "overdue"


def test_a_written_consultation_is_answered_to_whoever_asked_and_an_oral_one_is_not_owed() -> None:
    rule = "procuratorate.answer_consultation"
    asked = correspondence(类别="书面咨询")
    answer = document("consultation_answer", related_doc_no="繁城综执函〔2026〕1号", persons=[])
    later = document("consultation_answer", related_doc_no="繁城综执函〔2026〕1号", persons=[],
                     served_at="2026-07-13T09:00:00+08:00", decided_at="2026-07-12T09:00:00+08:00")  # fmt: skip
    assert parties(judge(asked).duty(rule)) == ("procuratorate", TOWNSHIP)
    assert judge(asked, answer).state(rule) == "overdue"  # served before it was asked: an answer to something else
    assert judge(asked, later).state(rule) == "discharged"
    assert rule not in judge(correspondence(类别="口头咨询")).rules()
    police = result("书面咨询", "2026-07-03")
    assert parties(judge(acceptance(), police).duty(rule)) == ("procuratorate", "police")


def test_a_clue_is_registered_and_its_result_told_under_the_letters_number() -> None:
    registered = document("clue_registration", related_doc_no="繁城综执函〔2026〕1号", doc_no="繁检登〔2026〕1号",
                          persons=[], decided_at="2026-07-13T09:00:00+08:00")  # fmt: skip
    told = document("clue_result", 2, related_doc_no="繁城综执函〔2026〕1号", doc_no="繁检告〔2026〕1号",
                    persons=[], served_at="2026-08-20T09:00:00+08:00")  # fmt: skip
    judged = one_case(judge(correspondence(), registered, told))
    assert judged.state("procuratorate.register_clue") == "discharged"
    assert judged.state("procuratorate.notify_clue_result") == "discharged_late"
    assert judge(correspondence(), registered).state("procuratorate.notify_clue_result") == "overdue"


def test_a_suggestion_is_answered_under_its_own_number() -> None:
    letters = [document("suggestion", no, doc_no=f"繁检建〔2026〕{no}号", persons=[]) for no in (1, 2)]
    row = correspondence(类别="检察建议", 文号="繁检建〔2026〕1号", 回复日期="2026-08-01")
    found = states(judge(*letters, row), "township.reply_suggestion")
    assert found == {"繁检建〔2026〕1号": "discharged", "繁检建〔2026〕2号": "overdue"}


def test_a_duty_clue_is_acknowledged_by_the_commission_alone() -> None:
    judged = one_case(judge(document("duty_clue", persons=[], sealed=True), clue_receipt()))
    duty = judged.duty("supervision_commission.acknowledge_clue")
    assert (*parties(duty), str(duty.state)) == ("supervision_commission", "procuratorate", "discharged")
    assert judge(document("duty_clue", sealed=True)).state("supervision_commission.acknowledge_clue") == "overdue"


def test_letters_of_two_series_are_two_though_year_and_serial_are_the_same() -> None:
    same = {"unified_case_no": "繁检刑诉〔2026〕5号"}
    referring, punishing = "繁检行意〔2026〕1号", "繁检意〔2026〕1号"
    letters = [
        document("penalty_opinion", no, doc_no=number, copies=copies("2026-07-08"), **same)
        for no, number in enumerate((referring, punishing), start=1)
    ]
    answered = handling(1, 意见书文号=referring, 回复日期="2026-07-25", 回复类型="处理结果")
    judged = one_case(judge(*letters, answered, copy_receipt(1, 检察意见书文号=punishing)))
    assert states(judged, "township.reply_opinion") == {referring: "discharged", punishing: "overdue"}
    assert states(judged, "justice_bureau.acknowledge_copy") == {referring: "overdue", punishing: "discharged"}
    # Of a number that no letter of the case has, the series may be a slip: year and serial must do.
    misspelt = handling(1, 意见书文号="检行意〔2026〕1号", 回复日期="2026-07-25", 回复类型="处理结果")
    assert speak_of_one(Scope.LETTER, letters[0], misspelt)
    assert not speaks_of_another(letters[0], misspelt, letters)


def test_two_letters_that_cite_one_document_are_copied_each_for_itself() -> None:
    same = {"unified_case_no": "繁检刑诉〔2026〕5号", "related_doc_no": "繁城综执移〔2026〕1号"}
    kept = document("penalty_opinion", 1, **same)
    copied = document("penalty_opinion", 2, copies=copies("2026-07-08"), **same)
    judged = one_case(judge(kept, copied))
    assert states(judged, "procuratorate.copy_justice_bureau") == {
        "繁检意〔2026〕1号": "overdue",
        "繁检意〔2026〕2号": "discharged",
    }
    assert judged.about("opinion_not_copied")


def test_of_two_organs_consultations_of_one_serial_each_waits_for_its_own_answer() -> None:
    passed_on = acceptance(2, 原案件编号=police_no(1))
    asked = [
        result("书面咨询", "2026-07-03 10:00", no, 文书文号=f"繁公（{organ}）咨字〔2026〕1号")
        for no, organ in enumerate(("治", "经"), start=1)
    ]
    answer = document(
        "consultation_answer", 1, related_doc_no="繁公（经）咨字〔2026〕1号", police_case_no=police_no(2),
        served_at="2026-07-04T09:00:00+08:00", decided_at="2026-07-04T08:00:00+08:00",
    )  # fmt: skip
    judged = one_case(judge(acceptance(1), passed_on, *asked, answer))
    assert states(judged, "procuratorate.answer_consultation") == {
        "繁公（治）咨字〔2026〕1号": "overdue",
        "繁公（经）咨字〔2026〕1号": "discharged",
    }
