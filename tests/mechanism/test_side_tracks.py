"""Consultations, clues, suggestions, repeated letters, several persons: which records are one matter, and what is owed in it?"""

from __future__ import annotations

from hub.model import CellValue, Record
from tests.hub.agency_rows import TOWNSHIP
from tests.hub.county import (
    ANOTHER_TOWNSHIP,
    Judged,
    acceptance,
    at,
    copies,
    copy_receipt,
    correspondence,
    handling,
    judge,
    police_no,
    referral,
    result,
)
from tests.mechanism.line import LI, OTHER_NAME, ZHANG, paper

SAME = {"unified_case_no": "繁检刑诉〔2026〕5号"}


def states(judged: Judged, rule: str) -> dict[str, str]:
    """subject -> state, of one rule."""
    return {o.subject: str(o.state) for o in judged.owed if o.rule == rule}


def matters(judged: Judged) -> list[set[str]]:
    """The kinds of record in each case; a document by its type."""
    return [{r.get("doc_type") or str(r.kind) for r in case.records} for case in judged.linkage.cases]


# --- Consultations ----------------------------------------------------------------------------------------------------


def test_a_township_that_asks_by_word_of_mouth_is_owed_no_written_answer_and_may_get_one_all_the_same() -> None:
    asked = correspondence(1, 类别="口头咨询", 日期="2026-07-06")
    answer = paper("consultation_answer", "2026-07-07", related_doc_no="繁城综执函〔2026〕1号", persons=[])
    judged = judge(asked, answer)
    assert matters(judged) == [{"correspondence", "consultation_answer"}]
    assert judged.owed == ()


def test_each_written_question_of_a_township_is_a_matter_with_its_own_answer() -> None:
    asked = [correspondence(no, 类别="书面咨询", 日期="2026-07-06") for no in (1, 2)]
    answer = paper("consultation_answer", "2026-07-08", 2, related_doc_no="繁城综执函〔2026〕2号", persons=[])
    judged = judge(*asked, answer)
    assert len(judged.linkage.cases) == 2
    assert states(judged, "procuratorate.answer_consultation") == {
        "繁城综执函〔2026〕1号": "overdue",
        "繁城综执函〔2026〕2号": "discharged",
    }


def test_a_question_of_the_police_belongs_to_the_referral_that_they_ask_about() -> None:
    asked = result("书面咨询", "2026-07-03", 文书文号="繁公咨〔2026〕1号")
    answer = paper("consultation_answer", "2026-07-09", related_doc_no="繁公咨〔2026〕1号", police_case_no=police_no())
    judged = judge(referral(), acceptance(), asked, answer)
    assert matters(judged) == [{"referral", "acceptance", "police_result", "consultation_answer"}]
    duty = judged.duty("procuratorate.answer_consultation")
    assert (duty.creditor, str(duty.state)) == ("police", "discharged")


# --- Clues and suggestions --------------------------------------------------------------------------------------------


def clue_papers(no: int, township: str, **told: str) -> list[Record]:
    """The procuratorate's registration of a clue, and what became of it where that was told."""
    ours = township == TOWNSHIP
    about: dict[str, CellValue] = {
        "related_doc_no": f"{'繁城' if ours else '岩头'}综执函〔2026〕{no}号",
        "township": "繁城镇" if ours else "岩头乡",
        "persons": [],
    }
    serial = no if ours else no + 10
    registered = [paper("clue_registration", "2026-07-13", serial, **about)]
    return registered + [paper("clue_result", day, serial, **about) for day in told.values()]


def test_the_township_that_sent_a_clue_is_told_what_became_of_it_and_another_with_the_same_serial_is_not() -> None:
    ours, theirs = correspondence(1), correspondence(1, ANOTHER_TOWNSHIP)
    judged = judge(ours, theirs, *clue_papers(1, TOWNSHIP, told="2026-08-05"), *clue_papers(1, ANOTHER_TOWNSHIP))
    assert matters(judged).count({"correspondence", "clue_registration", "clue_result"}) == 1
    assert matters(judged).count({"correspondence", "clue_registration"}) == 1
    told = {o.creditor: str(o.state) for o in judged.owed if o.rule == "procuratorate.notify_clue_result"}
    assert told == {TOWNSHIP: "discharged", ANOTHER_TOWNSHIP: "overdue"}


def test_a_clue_that_was_never_registered_is_owed_a_registration_and_no_result_yet() -> None:
    judged = judge(correspondence(1))
    assert judged.rules() == ["procuratorate.register_clue"]


def test_each_suggestion_has_its_own_day_and_its_own_reply() -> None:
    letters = [
        paper("suggestion", "2026-07-06", 1, persons=[]),
        paper("suggestion", "2026-07-06", 2, persons=[], urgent=True),
        paper("suggestion", "2026-07-06", 3, persons=[], urgent=True, reply_by="2026-07-10"),
    ]
    reply = correspondence(2, 类别="检察建议", 文号="繁检建〔2026〕2号", 日期="2026-07-06", 回复日期="2026-07-21")
    judged = judge(*letters, reply)
    due = {o.subject: (o.due_at, str(o.state)) for o in judged.owed if o.rule == "township.reply_suggestion"}
    assert due == {
        "繁检建〔2026〕1号": (at("2026-09-07T23:59:59+08:00"), "overdue"),
        "繁检建〔2026〕2号": (at("2026-07-21T23:59:59+08:00"), "discharged"),
        "繁检建〔2026〕3号": (at("2026-07-10T23:59:59+08:00"), "overdue"),
    }
    assert len(judged.linkage.cases) == 3


# --- Repeated letters, several persons --------------------------------------------------------------------------------


def test_a_second_penalty_opinion_on_one_matter_is_copied_acknowledged_and_answered_in_its_own_right() -> None:
    first = paper("penalty_opinion", "2026-07-06", 1, copies=copies("2026-07-07"), **SAME)
    second = paper("penalty_opinion", "2026-07-20", 2, copies=copies("2026-07-30"), **SAME)
    replied = handling(1, 回复日期="2026-08-03", 回复类型="处理结果")
    judged = judge(first, second, copy_receipt(1, 收文日期="2026-07-08"), replied)
    assert len(judged.linkage.cases) == 1
    one, two = "繁检意〔2026〕1号", "繁检意〔2026〕2号"
    assert states(judged, "procuratorate.copy_justice_bureau") == {one: "discharged", two: "discharged_late"}
    assert states(judged, "justice_bureau.acknowledge_copy") == {one: "discharged", two: "overdue"}
    assert states(judged, "township.reply_opinion") == {one: "discharged", two: "overdue"}


def test_a_township_told_twice_to_refer_obeys_both_letters_by_one_referral_and_is_late_for_the_first() -> None:
    letters = [paper("transfer_opinion", day, no, **SAME) for no, day in ((1, "2026-07-06"), (2, "2026-07-20"))]
    sent = referral(批准时间=None, 移送时间="2026-07-24", 备注="根据繁检意〔2026〕1号、繁检意〔2026〕2号检察意见移送")
    judged = judge(*letters, sent)
    assert len(judged.linkage.cases) == 1
    assert states(judged, "township.act_on_transfer_opinion") == {
        "繁检意〔2026〕1号": "discharged_late",
        "繁检意〔2026〕2号": "discharged",
    }
    # The police are to be told of the first refusal alone.
    assert states(judged, "procuratorate.notify_police_of_refusal") == {"繁检意〔2026〕1号": "discharged_late"}


def test_of_two_persons_not_prosecuted_each_is_reviewed_and_one_letter_names_whom_it_concerns() -> None:
    decided = [paper("nonprosecution", "2026-07-06", no, persons=[who], **SAME) for no, who in ((1, ZHANG), (2, LI))]
    no_penalty = paper("nonprosecution_review", "2026-07-08", 1, persons=[ZHANG], penalty_needed=False, **SAME)
    penalty = paper("nonprosecution_review", "2026-07-08", 2, persons=[LI], penalty_needed=True, **SAME)
    letter = paper("penalty_opinion", "2026-07-09", 1, persons=[ZHANG, LI], **SAME)
    judged = judge(*decided, no_penalty, penalty, letter)
    assert len(judged.linkage.cases) == 1
    one, two = "繁检刑不诉〔2026〕1号", "繁检刑不诉〔2026〕2号"
    assert states(judged, "procuratorate.review_nonprosecution") == {one: "discharged", two: "discharged"}
    assert states(judged, "procuratorate.serve_penalty_opinion") == {one: "void", two: "discharged"}
    # One letter, one reply, however many it names.
    assert states(judged, "township.reply_opinion") == {"繁检意〔2026〕1号": "overdue"}


def test_a_letter_about_one_of_two_persons_leaves_the_other_owed() -> None:
    decided = [paper("nonprosecution", "2026-07-06", no, persons=[who], **SAME) for no, who in ((1, ZHANG), (2, LI))]
    letter = paper("penalty_opinion", "2026-07-08", 1, persons=[LI], **SAME)
    assert states(judge(*decided, letter), "procuratorate.serve_penalty_opinion") == {
        "繁检刑不诉〔2026〕1号": "overdue",
        "繁检刑不诉〔2026〕2号": "discharged",
    }


# --- 一案多人, 并案, 分案, 转送 ---------------------------------------------------------------------------------------------


def test_one_referral_of_two_suspects_is_one_matter_through_to_two_decisions_not_to_prosecute() -> None:
    sent = referral(当事人=f"张三、{OTHER_NAME}", 证件号码=f"{ZHANG['id_no']}、{LI['id_no']}")
    kept = acceptance(**{"嫌疑人/单位": f"张三、{OTHER_NAME}", "证件号码": f"{ZHANG['id_no']}、{LI['id_no']}"})
    ended = [result("立案", "2026-07-03"), result("移送起诉", "2026-08-03")]
    decided = [
        paper("nonprosecution", "2026-09-07", no, persons=[who], police_case_no=police_no(), **SAME)
        for no, who in ((1, ZHANG), (2, LI))
    ]
    judged = judge(sent, kept, *ended, *decided)
    assert len(judged.linkage.cases) == 1
    assert len(states(judged, "procuratorate.review_nonprosecution")) == 2
    assert {o.creditor for o in judged.owed if o.rule == "procuratorate.review_nonprosecution"} == {TOWNSHIP}


def test_referrals_joined_by_the_police_are_one_matter_with_one_decision_and_a_receipt_for_each_acceptance() -> None:
    """并案: two 受案登记表 under one 案件编号; each acceptance asks for a decision, and the one decision is both."""
    rows = [referral(1), referral(2, 当事人=OTHER_NAME, 证件号码=LI["id_no"])]
    kept = [
        acceptance(1),
        acceptance(2, **{"嫌疑人/单位": OTHER_NAME, "证件号码": LI["id_no"], "案件编号": police_no(1)}),
    ]
    judged = judge(*rows, *kept, result("立案", "2026-07-06"))
    assert len(judged.linkage.cases) == 1
    decided = [str(o.state) for o in judged.owed if o.rule == "police.decide_filing"]
    assert decided == ["discharged", "discharged"]
    assert states(judged, "police.sign_receipt") == {
        "繁城综执移〔2026〕1号": "discharged",
        "繁城综执移〔2026〕2号": "discharged",
    }


def test_a_referral_split_by_the_police_is_one_matter_and_each_police_case_is_decided_and_concluded_by_itself() -> None:
    """分案: one 移送书, two 案件编号."""
    kept = [acceptance(1), acceptance(2, 移送书文号="繁城综执移〔2026〕1号")]
    acts = [
        result("立案", "2026-07-06", 1),
        result("不予立案", "2026-07-09", 2),
        result("撤案", "2026-07-20", 1),
        result("撤案通知", "2026-07-21", 1),
    ]
    judged = judge(referral(), *kept, *acts)
    assert len(judged.linkage.cases) == 1
    assert states(judged, "police.decide_filing") == {police_no(1): "discharged", police_no(2): "discharged_late"}
    assert states(judged, "police.notify_withdrawal") == {police_no(1): "discharged"}


def test_a_case_passed_on_to_another_organ_stays_one_matter_and_is_extended_at_the_new_organ_alone() -> None:
    """转送: the new organ's three days begin with its own acceptance; an extension of the first organ does not follow."""
    first = [acceptance(1), result("延长审查", "2026-07-03", 1, 延长天数="30"), result("转送", "2026-07-06", 1)]
    passed_on = acceptance(2, 原案件编号=police_no(1), 移送书文号=None, 接受时间="2026-07-07 09:00")
    judged = judge(referral(), *first, passed_on, result("立案", "2026-07-13", 2))
    assert len(judged.linkage.cases) == 1
    assert judged.duty("police.decide_filing", police_no(1)).due_at == at("2026-08-03T23:59:59+08:00")
    assert judged.state("police.decide_filing", police_no(1)) == "discharged"
    assert judged.duty("police.decide_filing", police_no(2)).due_at == at("2026-07-10T23:59:59+08:00")
    assert judged.state("police.decide_filing", police_no(2)) == "discharged_late"


def test_a_case_handed_back_is_decided_and_referred_anew_as_another_matter() -> None:
    """退回: the receipt and the decision are ended; the next referral of the township is a matter of its own."""
    back = result("退回", "2026-07-03", 1)
    again = referral(2, 批准时间="2026-08-03 09:00", 移送时间="2026-08-03 10:00")
    judged = judge(referral(1), acceptance(1), back, again, as_of="2026-08-03T12:00+08:00")
    assert len(judged.linkage.cases) == 2
    assert states(judged, "police.decide_filing") == {police_no(1): "discharged"}
    assert states(judged, "police.sign_receipt") == {
        "繁城综执移〔2026〕1号": "discharged",
        "繁城综执移〔2026〕2号": "open",
    }
