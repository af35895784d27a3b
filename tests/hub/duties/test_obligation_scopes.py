"""Whose act ends whose duty? Beside the case, what the contract (6.4) says the two events must share."""

from __future__ import annotations

import pytest

from hub.duties.duty import Obligation
from hub.duties.obligations import iter_overdue
from tests.hub.agency_rows import OTHER_ID_NO, TOWNSHIP
from tests.hub.county import (
    ANOTHER_TOWNSHIP,
    Judged,
    acceptance,
    at,
    document,
    judge,
    police_no,
    referral,
    result,
)

JOINED = {"案件编号": police_no(1)}


def one_case(judged: Judged) -> Judged:
    assert len(judged.linkage.cases) == 1
    return judged


def states(judged: Judged, rule: str) -> dict[str, str]:
    return {o.subject: str(o.state) for o in judged.owed if o.rule == rule}


def parties(owed: Obligation) -> tuple[str, str]:
    return (owed.debtor, owed.creditor)


@pytest.mark.parametrize(
    ("rule", "open_cell", "end_cell"),
    [
        ("township.decide_transfer", "报告时间", "批准时间"),
        ("township.send_referral", "批准时间", "移送时间"),
        ("township.request_reconsideration", "收到不予立案通知书时间", "提请复议时间"),
        ("township.request_reconsideration", "收到不予立案通知书时间", "建议立案监督时间"),
        ("township.hand_over_items", "收到立案通知书时间", "移交物品时间"),
    ],
)
def test_two_referrals_that_the_police_joined_are_each_answered_in_their_own_row(
    rule: str, open_cell: str, end_cell: str
) -> None:
    empty = dict.fromkeys(("报告时间", "批准时间", "移送时间"))
    done = referral(1, **{**empty, open_cell: "2026-07-01", end_cell: "2026-07-02"})
    left = referral(2, 当事人="李四", 证件号码=OTHER_ID_NO, **{**empty, open_cell: "2026-07-01"})
    police = (acceptance(1), acceptance(2, **{"嫌疑人/单位": "李四"}, 证件号码=OTHER_ID_NO, **JOINED))
    found = states(one_case(judge(done, left, *police)), rule)
    late = "lapsed" if rule.startswith("township.request") else "overdue"
    assert found == {"繁城综执立〔2026〕1号": "discharged", "繁城综执立〔2026〕2号": late}


def test_a_supervision_request_is_made_in_the_row_that_heard_of_the_upheld_refusal() -> None:
    heard = {"收到复议结果时间": "2026-07-06", "复议结果": "维持"}
    assert judge(referral(**heard, 建议立案监督时间="2026-07-08")).state("township.request_supervision") == "discharged"
    assert judge(referral(**heard)).state("township.request_supervision") == "lapsed"
    changed = judge(referral(**{**heard, "复议结果": "撤销"}))
    assert "township.request_supervision" not in changed.rules()


@pytest.mark.parametrize(
    ("rule", "opens", "ends"),
    [
        ("police.decide_filing", "", "立案"),
        ("police.decide_filing", "", "不予立案"),
        ("police.decide_filing", "", "退回"),
        ("police.decide_filing", "", "转送"),
        ("police.decide_reconsideration", "复议受理", "复议决定"),
        ("police.notify_withdrawal", "撤案", "撤案通知"),
    ],
)
def test_a_referral_split_into_two_police_cases_is_answered_in_each(rule: str, opens: str, ends: str) -> None:
    records = [referral(), acceptance(1), acceptance(2, 移送书文号="繁城综执移〔2026〕1号")]
    records += [result(opens, "2026-07-03", no) for no in (1, 2) if opens]
    records.append(result(ends, "2026-07-04", 1, 文书文号="繁公（刑）终字〔2026〕1号"))
    judged = one_case(judge(*records))
    assert states(judged, rule) == {police_no(1): "discharged", police_no(2): "overdue"}
    # A result names no township; the acceptance of its police case does.
    assert {parties(o) for o in judged.owed if o.rule == rule} == {("police", TOWNSHIP)}


def test_a_supervised_case_is_concluded_under_its_own_number_and_only_after_the_order() -> None:
    order = document("filing_order", served_at="2026-07-20T09:00:00+08:00", police_case_no=police_no(1))
    refused = result("不予立案", "2026-07-03", 文书文号="繁公（刑）不立字〔2026〕1号")
    filed = result("立案", "2026-07-25")
    rule = "police.conclude_supervised_case"
    supervised = one_case(judge(acceptance(), refused, order, filed))
    assert supervised.duty(rule).due_at == at("2026-10-26T23:59:59+08:00")  # 25 October is a Sunday
    assert supervised.state(rule) == "overdue"
    assert judge(acceptance(), refused, order, filed, result("移送起诉", "2026-09-30")).state(rule) == "discharged"
    assert rule not in judge(acceptance(), result("立案", "2026-07-10"), order).rules()
    assert rule not in judge(acceptance(), filed).rules()
    # Filed at the very day of the order: not before it.
    assert rule in judge(acceptance(), order, result("立案", "2026-07-20")).rules()


def test_other_matters_of_the_same_person_end_nothing() -> None:
    first = referral(1, 收到立案通知书时间="2026-07-06")
    second = referral(2, 收到立案通知书时间="2026-09-06", 移交物品时间="2026-09-07", 移送时间="2026-09-01",
                      批准时间="2026-08-31")  # fmt: skip
    assert states(judge(first, second), "township.hand_over_items") == {
        "繁城综执立〔2026〕1号": "overdue",
        "繁城综执立〔2026〕2号": "discharged",
    }


def test_an_opinion_to_refer_is_obeyed_by_any_referral_of_the_case_or_the_police_are_told() -> None:
    act, tell = "township.act_on_transfer_opinion", "procuratorate.notify_police_of_refusal"
    # Served on Monday 6 July: due on the 13th; what is missed then opens the next duty on that very day.
    opinion = document("transfer_opinion")
    silent = judge(opinion)
    assert silent.state(act) == "overdue"
    duty = silent.duty(tell)
    assert (str(duty.opened_at), duty.due_at, str(duty.state)) == (
        "2026-07-13", at("2026-07-20T23:59:59+08:00"), "overdue",
    )  # fmt: skip
    assert parties(duty) == ("procuratorate", "police")
    assert tell not in judge(opinion, as_of="2026-07-13T23:59:59+08:00").rules()
    assert tell in judge(opinion, as_of="2026-07-14").rules()


@pytest.mark.parametrize(
    ("sent", "acted", "told"),
    [("2026-07-10", "discharged", None), ("2026-07-16", "discharged_late", "discharged")],
)
def test_a_referral_that_comes_late_has_been_refused_meanwhile(sent: str, acted: str, told: str | None) -> None:
    row = referral(批准时间=sent, 移送时间=sent, 备注="根据繁检意〔2026〕1号检察意见移送")
    judged = one_case(judge(document("transfer_opinion"), row))
    assert judged.state("township.act_on_transfer_opinion") == acted
    assert states(judged, "procuratorate.notify_police_of_refusal").get("繁检意〔2026〕1号") == told


def test_the_notice_to_the_police_ends_what_the_refusal_opened() -> None:
    notice = document("refusal_notice", 2, doc_no="繁检通〔2026〕2号", related_doc_no="繁检意〔2026〕1号",
                      served_at="2026-07-15T09:00:00+08:00", decided_at="2026-07-15T09:00:00+08:00")  # fmt: skip
    judged = one_case(judge(document("transfer_opinion"), notice))
    assert judged.state("procuratorate.notify_police_of_refusal") == "discharged"


def test_who_decides_and_who_waits_are_named_by_code() -> None:
    row = referral(报告时间="2026-06-30", 建议立案监督时间="2026-07-09")
    judged = judge(row, referral(1, ANOTHER_TOWNSHIP, 报告时间="2026-06-30", 当事人="王五", 证件号码=None))
    heads = {o.creditor for o in judged.owed if o.rule == "township.decide_transfer"}
    assert heads == {f"{TOWNSHIP}/head", f"{ANOTHER_TOWNSHIP}/head"}
    assert parties(judged.duty("procuratorate.accept_supervision")) == ("procuratorate", TOWNSHIP)


def test_supervision_goes_its_way_from_the_request_to_the_result() -> None:
    row = referral(建议立案监督时间="2026-07-06")
    steps = [
        document(kind, no, doc_no=f"繁检监〔2026〕{no}号", decided_at=f"{day}T09:00:00+08:00",
                 served_at=f"{day}T09:00:00+08:00", police_case_no=police_no())
        for no, (kind, day) in enumerate(
            (
                ("supervision_acceptance", "2026-07-08"),
                ("reasons_for_nonfiling", "2026-07-09"),
                ("reasons_upheld", "2026-07-20"),
                ("supervision_result", "2026-07-29"),
            ),
            start=1,
        )
    ]  # fmt: skip
    judged = one_case(judge(row, acceptance(), result("说明不立案理由", "2026-07-17"), *steps))
    assert judged.state("procuratorate.accept_supervision") == "discharged"
    assert judged.state("police.explain_nonfiling") == "discharged_late"
    assert judged.state("procuratorate.notify_supervision_result") == "discharged"


def test_an_order_to_file_and_a_demand_for_reasons_are_ended_by_the_filing_itself() -> None:
    demand = document("reasons_for_nonfiling", 2, doc_no="繁检要〔2026〕2号", police_case_no=police_no())
    overdue = document("reasons_for_overdue", 3, doc_no="繁检要〔2026〕3号", police_case_no=police_no())
    order = document("filing_order", 4, doc_no="繁检立〔2026〕4号", police_case_no=police_no())
    judged = one_case(judge(acceptance(), demand, overdue, order, result("立案", "2026-07-21")))
    assert judged.state("police.file_as_ordered") == "discharged"
    assert judged.state("police.explain_nonfiling") == judged.state("police.explain_overdue") == "discharged_late"


def test_a_paper_that_names_no_township_is_for_the_one_whose_police_case_it_is_or_that_referred() -> None:
    passed_on = acceptance(2, ANOTHER_TOWNSHIP, 原案件编号=police_no(1), 移送书文号=None)
    withdrawn = [result("撤案", "2026-07-20", no) for no in (1, 2)]
    judged = one_case(judge(acceptance(), passed_on, *withdrawn))
    owed = {o.subject: o.creditor for o in judged.owed if o.rule == "police.notify_withdrawal"}
    assert owed == {police_no(1): TOWNSHIP, police_no(2): ANOTHER_TOWNSHIP}
    unnamed = one_case(judge(referral(1, ANOTHER_TOWNSHIP), acceptance(1, ANOTHER_TOWNSHIP, 移送单位=None)))
    assert unnamed.duty("police.decide_filing").creditor == ANOTHER_TOWNSHIP
    assert judge(acceptance(移送单位=None)).duty("police.decide_filing").creditor == ""


def test_only_what_is_overdue_is_in_the_list_of_the_overdue() -> None:
    judged = judge(referral(), acceptance(), result("立案", "2026-07-20"))
    assert [o.rule for o in iter_overdue(judged.owed)] == ["township.copy_procuratorate"]
