"""Which referral does an acceptance of the police answer, and when does the linker leave it to a person (contract 6.2)?"""

from __future__ import annotations

from itertools import permutations

import pytest

from hub.model import CellValue, Record
from tests.hub.agency_rows import ID_NO, OTHER_ID_NO
from tests.hub.county import (
    ANOTHER_NAME,
    ANOTHER_TOWNSHIP,
    acceptance,
    judge,
    linked,
    police_no,
    referral,
    result,
    together,
)

SUSPECT = "嫌疑人/单位"
NO_NUMBER: dict[str, CellValue] = {"移送书文号": None}
NO_ID: dict[str, CellValue] = {"证件号码": None}


def why(*records: Record) -> tuple[str, float, tuple[str, ...]]:
    """Tier, score and explanation of the acceptance."""
    (one,) = [one for one in linked(records).links if one.record.kind == "acceptance"]
    return one.tier, one.score, one.explanation


def open_questions(*records: Record) -> list[set[str]]:
    """The candidates of each record that fits several."""
    return [{c.get("case_no") for c in a.candidates} for a in linked(records).ambiguities]


@pytest.mark.parametrize(
    ("cells", "tier"),
    [
        ({}, "number+identity+name"),
        ({"移送书文号": "繁城综执移 [2026] 第01号"}, "number+identity+name"),
        ({"移送书文号": "综执移〔2026〕1号"}, "number+identity+name"),  # the desk lost a word; year and serial agree
        (NO_NUMBER, "identity+name"),
        (NO_ID, "number+name"),
        ({SUSPECT: "张某"}, "number+identity+name"),
        ({SUSPECT: "张某", **NO_ID}, "number+name"),
        ({**NO_NUMBER, SUSPECT: "張三"}, "identity+name"),
        ({**NO_NUMBER, SUSPECT: "张山"}, "identity"),  # a slip in the name; the number says who it is
        ({**NO_NUMBER, "证件号码": "140924800304123"}, "identity+name"),  # the old form
        ({**NO_NUMBER, "证件号码": 140924198003041236.0}, "identity+name"),  # rounded in a number cell
        ({**NO_NUMBER, "证件号码": "1.40924198003041E+17", SUSPECT: "张某"}, "identity+name"),
        ({**NO_NUMBER, "证件号码": "1409241980****1236"}, "identity+name"),
        ({**NO_NUMBER, **NO_ID}, "name"),
        ({**NO_NUMBER, **NO_ID, SUSPECT: "张某某"}, "name"),  # hidden name, but township and day fit nobody else
    ],
)
def test_a_link_says_which_signs_carried_it(cells: dict[str, CellValue], tier: str) -> None:
    found, score, explanation = why(referral(), acceptance(1, **cells))
    assert found == tier
    assert score >= 9
    assert explanation
    assert together(referral(), acceptance(1, **cells))


def test_an_explanation_names_no_person_and_no_identity_number() -> None:
    for one in linked([referral(), acceptance(), result()]).links:
        assert not any("张三" in line or ID_NO in line for line in one.explanation)


@pytest.mark.parametrize(
    "cells",
    [
        {**NO_NUMBER, **NO_ID, SUSPECT: "王五"},
        {**NO_NUMBER, **NO_ID, SUSPECT: "王某某"},  # the mask excludes him
        {SUSPECT: "王五", "证件号码": OTHER_ID_NO},  # the number alone: a slip of the desk hits other people's numbers
        {SUSPECT: "王五", **NO_ID},
        {**NO_NUMBER, "移送单位": ANOTHER_NAME, **NO_ID},  # a namesake in another township
        {**NO_NUMBER, "证件号码": OTHER_ID_NO, "接受时间": "2026-10-12"},  # a namesake, months later
        {**NO_NUMBER, "接受时间": "2026-06-01"},  # received a month before it was sent
        {**NO_NUMBER, **NO_ID, "移送单位": None, "接受时间": "2026-08-15"},  # a bare name says too little
    ],
)
def test_what_does_not_fit_stays_alone(cells: dict[str, CellValue]) -> None:
    linkage = linked([referral(), acceptance(1, **cells)])
    assert len(linkage.cases) == 2
    assert linkage.ambiguities == ()
    assert {one.tier for one in linkage.links} == {"own"}


def test_another_cases_number_does_not_mislead_where_the_person_is_certain() -> None:
    zhang, li = referral(1), referral(2, 当事人="李四", 证件号码=OTHER_ID_NO)
    misnumbered = acceptance(1, 移送书文号="繁城综执移〔2026〕2号")
    judged = judge(zhang, li, misnumbered)
    assert judged.case(misnumbered) == judged.case(zhang)
    assert judged.case(li).records == (li,)


def test_a_slip_in_the_identity_number_is_likelier_than_a_namesake_in_the_same_matter() -> None:
    assert together(referral(), acceptance(证件号码="140924198003041244"))
    assert together(referral(), acceptance(1, 证件号码="140924198003041244", **NO_NUMBER))


def test_a_unit_is_known_by_its_credit_code_whatever_it_is_called() -> None:
    code = "91350100M000100Y43"
    ours = referral(当事人="新桥砂石有限责任公司", 证件号码=code)
    assert together(ours, acceptance(1, **{SUSPECT: "繁峙县新桥砂石厂"}, 证件号码=code, **NO_NUMBER))


@pytest.mark.parametrize(
    ("apart", "cells"),
    [
        ({"批准时间": "2026-09-01", "移送时间": "2026-09-02"}, {}),  # by the day
        ({"涉案金额": "9万"}, {"涉案金额": "125000"}),  # by the amount
        ({"案由": "非法采矿"}, {"案件名称": "张三涉嫌滥伐林木案"}),  # by the cause
    ],
)
def test_of_two_matters_of_one_person_the_clearly_better_one_is_taken(
    apart: dict[str, CellValue], cells: dict[str, CellValue]
) -> None:
    first, second = referral(1, 涉案金额="12.5万"), referral(2, **{"涉案金额": "12.5万", **apart})
    answer = acceptance(1, **{**NO_NUMBER, **cells})
    judged = judge(first, second, answer)
    assert answer in judged.case(first).records
    assert judged.case(second).records == (second,)


@pytest.mark.parametrize(
    "cells",
    [
        NO_NUMBER,
        {**NO_NUMBER, **NO_ID},
        {**NO_NUMBER, **NO_ID, SUSPECT: "张某"},
        {"移送书文号": "繁城综执移〔2026〕33号"},  # a number that nobody bears helps neither
    ],
)
def test_of_two_that_fit_alike_none_is_guessed(cells: dict[str, CellValue]) -> None:
    records = [referral(1), referral(2), acceptance(1, **cells)]
    assert open_questions(*records) == [{"繁城综执立〔2026〕1号", "繁城综执立〔2026〕2号"}]
    assert len(linked(records).cases) == 3


def test_a_difference_within_the_margin_is_no_decision() -> None:
    # Sent one and five days before: the shorter lag is the likelier one, but not by enough.
    near, far = referral(1), referral(2, 批准时间="2026-06-27", 移送时间="2026-06-27 10:00")
    assert open_questions(near, far, acceptance(1, **NO_NUMBER)) != []
    farther = referral(2, 批准时间="2026-06-05", 移送时间="2026-06-05 10:00")
    assert open_questions(near, farther, acceptance(1, **NO_NUMBER)) == []


def test_where_one_of_two_is_answered_already_the_other_acceptance_means_the_other() -> None:
    first, second = referral(1), referral(2)
    certain, unnumbered = acceptance(1), acceptance(2, **NO_NUMBER)
    judged = judge(first, second, certain, unnumbered)
    assert certain in judged.case(first).records
    assert unnumbered in judged.case(second).records
    assert judged.linkage.ambiguities == ()
    assert open_questions(first, second, unnumbered) != []


def test_an_acceptance_that_names_another_person_does_not_make_a_referral_answered() -> None:
    accomplices = "张三、李四", f"{ID_NO}、{OTHER_ID_NO}"
    first = referral(1, 当事人=accomplices[0], 证件号码=accomplices[1])
    for_li = acceptance(1, **{SUSPECT: "李四"}, 证件号码=OTHER_ID_NO)
    for_zhang = acceptance(2, 移送书文号="繁城综执移〔2026〕1号")
    assert together(first, for_li, for_zhang)


def test_one_referral_split_into_several_police_cases_is_one_case() -> None:
    split = [acceptance(no, 移送书文号="繁城综执移〔2026〕1号") for no in (1, 2, 3)]
    assert together(referral(), *split, result("立案", "2026-07-03", 3))


def test_several_referrals_joined_under_one_police_case_are_one_case() -> None:
    li = {"当事人": "李四", "证件号码": OTHER_ID_NO}
    joined = acceptance(2, **{SUSPECT: "李四"}, 证件号码=OTHER_ID_NO, 案件编号=police_no(1))
    assert together(referral(1), referral(2, **li), acceptance(1), joined)


def test_a_case_passed_on_to_another_organ_stays_one() -> None:
    assert together(acceptance(1), acceptance(2, 原案件编号=police_no(1), **NO_NUMBER, 接受时间="2026-08-20"))
    # And where the desk left the old number out, the referral's own number leads there.
    passed_on = acceptance(2, 移送书文号="繁城综执移〔2026〕1号", 接受时间="2026-07-20")
    assert together(referral(), acceptance(1), result("转送", "2026-07-04"), passed_on)


@pytest.mark.parametrize(
    "hidden", [{SUSPECT: "张某某", **NO_ID}, {SUSPECT: "张某某", "证件号码": "1409241980****1236"}]
)
def test_the_organ_that_takes_a_case_over_need_not_name_its_number(hidden: dict[str, CellValue]) -> None:
    taken_over = acceptance(2, **NO_NUMBER, **hidden, 接受时间="2026-07-04 18:00")
    assert together(referral(), acceptance(1), result("转送", "2026-07-04"), taken_over)
    # What came before it was passed on, or though nobody passed it on, is another matter of one of that initial.
    before = acceptance(2, **NO_NUMBER, **{SUSPECT: "张某某"}, **NO_ID, 接受时间="2026-07-03 09:00")
    assert judge(referral(), acceptance(1), result("转送", "2026-07-04"), before).case(before).records == (before,)


def test_a_person_among_several_is_enough() -> None:
    several = referral(当事人="张三、李四、新桥砂石有限公司", 证件号码=f"{ID_NO}、{OTHER_ID_NO}、/")
    assert together(several, acceptance(1, **NO_NUMBER, **{SUSPECT: "李四"}, 证件号码=OTHER_ID_NO))


def test_a_referral_that_is_not_sent_yet_is_held_against_the_day_of_approval_or_opening() -> None:
    for cells in ({"移送时间": None}, {"移送时间": None, "批准时间": None, "立案日期": "2026-07-01"}):
        assert together(referral(1, **cells), acceptance())


def test_the_township_that_the_police_name_decides_between_two_with_one_number() -> None:
    mine, theirs = referral(1), referral(1, ANOTHER_TOWNSHIP, 移送书文号="繁城综执移〔2026〕1号")
    answer = acceptance(1, 移送单位=ANOTHER_NAME)
    judged = judge(mine, theirs, answer)
    assert answer in judged.case(theirs).records


def test_a_cases_id_is_its_referrals_and_stays_while_the_matter_grows() -> None:
    grown = judge(referral(), acceptance(), result()).linkage.cases
    assert {c.case_id for c in grown} == {c.case_id for c in judge(referral()).linkage.cases}
    assert {c.case_id for c in grown} != {c.case_id for c in judge(acceptance()).linkage.cases}


def test_the_order_in_which_records_come_changes_nothing() -> None:
    records = [referral(1), referral(2), acceptance(1), acceptance(2, **NO_NUMBER), result("立案", "2026-07-03", 2)]
    said = linked(records)
    assert len(said.cases) == 2
    assert all(linked(order) == said for order in permutations(records))


def test_a_number_of_which_only_six_digits_are_left_says_nothing() -> None:
    lost: dict[str, CellValue] = {"证件号码": "1.40924E+17"}
    assert why(referral(1, **lost), acceptance(1, **lost))[0] == "number+name"


def test_nothing_links_to_nothing() -> None:
    assert linked([]).cases == ()


def test_a_masked_name_alone_answers_no_referral_that_is_answered_already() -> None:
    hidden = acceptance(2, **{SUSPECT: "张某某"}, **NO_NUMBER, **NO_ID)
    assert together(referral(), hidden)
    judged = judge(referral(), acceptance(1), hidden)
    assert judged.case(hidden).records == (hidden,)


def test_a_suspect_who_is_not_known_is_nobody_and_the_number_leads() -> None:
    for unknown in ("不详", "身份不明", "犯罪嫌疑人张三", "张三（绰号三子）"):
        assert together(referral(), acceptance(1, **{SUSPECT: unknown}, **NO_ID)), unknown


def test_what_another_organ_sent_is_another_matter_of_the_person() -> None:
    foreign = acceptance(1, **NO_NUMBER, 移送单位="县林草局", 案件名称="7·20案", 接受时间="2026-07-20")
    assert not together(referral(), foreign)
    # A township misspelt is no other organ: where the rest fits, it is the matter.
    assert together(referral(), acceptance(1, 移送单位="县林草局"))
    assert together(referral(), acceptance(1, **NO_NUMBER, 移送单位="县林草局"))


LI: dict[str, CellValue] = {"当事人": "李四", "证件号码": OTHER_ID_NO, "案由": "非法采矿"}


def of_both(**cells: CellValue) -> Record:
    """An acceptance that names Zhang and Li."""
    named: dict[str, CellValue] = {SUSPECT: "张三、李四", "证件号码": f"{ID_NO}、{OTHER_ID_NO}"}
    return acceptance(1, **named, 案件名称="张三等人涉嫌非法采矿案", **cells)


def test_one_acceptance_takes_in_the_referrals_of_all_its_suspects() -> None:
    assert together(referral(1), referral(2, **LI), of_both())
    months_later = referral(2, 批准时间="2026-10-01", 移送时间="2026-10-02", **LI)
    assert not together(referral(1), months_later, of_both())


def test_of_two_matters_of_an_accomplice_none_is_taken_in() -> None:
    both = of_both()
    judged = judge(referral(1), referral(2, **LI), referral(3, **LI), both)
    assert judged.case(both).records == judged.case(referral(1)).records
    assert len(judged.case(both).records) == 2


def test_an_accomplices_referral_that_is_answered_already_is_not_taken_in() -> None:
    both = of_both()
    own = acceptance(2, **{SUSPECT: "李四"}, 证件号码=OTHER_ID_NO)
    judged = judge(referral(1), referral(2, **LI), both, own)
    assert own in judged.case(referral(2, **LI)).records
    assert both not in judged.case(own).records


@pytest.mark.parametrize("name", [ID_NO, f"张三{ID_NO}", f"张三（身份证{ID_NO}）"])
def test_an_identity_number_in_the_column_of_the_names_is_the_persons(name: str) -> None:
    assert together(referral(当事人=name, 证件号码=None), acceptance(1, **NO_NUMBER))
    assert together(referral(当事人=name, 证件号码="张三"), acceptance(1, **NO_NUMBER))
    assert not together(
        referral(当事人=name, 证件号码=None), acceptance(1, 证件号码=OTHER_ID_NO, **NO_NUMBER, **{SUSPECT: "李四"})
    )


@pytest.mark.parametrize("remarks", ["公安受案号：繁公（刑）受案字[2026]10001号", f"公安案件编号{police_no(1)}"])
def test_a_referral_whose_remarks_name_the_acceptance_is_meant_by_it(remarks: str) -> None:
    misspelt: dict[str, CellValue] = {SUSPECT: "张山", **NO_NUMBER, **NO_ID}
    assert not together(referral(), acceptance(1, **misspelt))
    assert together(referral(备注=remarks), acceptance(1, **misspelt))
    assert not together(referral(备注=remarks), acceptance(1, **{**misspelt, SUSPECT: "王五"}))


def test_a_referral_is_found_under_the_number_it_had_before_it_came_back() -> None:
    before = acceptance(1, 移送书文号="繁城综执移〔2026〕9号", 接受时间="2026-06-16")
    assert not together(referral(), before)
    assert together(referral(备注="退回后重新移送，原繁城综执移〔2026〕9号"), before)
    # The referral that bears the number is nearer than one that mentions it.
    bears, mentions = (
        referral(9, 批准时间="2026-06-14", 移送时间="2026-06-15"),
        referral(备注="见繁城综执移〔2026〕9号"),
    )
    assert judge(bears, mentions, before).case(before).records == judge(bears, before).case(before).records


def test_of_an_answered_referral_another_cause_is_another_matter() -> None:
    mining: dict[str, CellValue] = {"案由": "非法采矿", "备注": None}
    other = acceptance(2, **NO_NUMBER, 案件名称="张三涉嫌滥伐林木案", 接受时间="2026-07-09")
    assert together(referral(**mining), other)  # police may name it otherwise
    judged = judge(referral(**mining), acceptance(1), other)
    assert judged.case(other).records == (other,)


@pytest.mark.parametrize(
    "shop",
    ["繁城鑫达木材加工厂（经营者张三）", "繁城鑫达木材加工厂（经营者：張三）", "兴永建材有限公司 法定代表人：张三"],
)
@pytest.mark.parametrize("number", [{}, NO_NUMBER])
def test_a_shop_or_company_that_names_its_owner_is_met_under_the_owners_name(
    shop: str, number: dict[str, CellValue]
) -> None:
    code = {"证件号码": "92140924MA0K12345X"}
    assert together(referral(当事人=shop, **code), acceptance(**number))
    assert together(referral(), acceptance(**{SUSPECT: shop}, **code, **number))
    _, _, explanation = why(referral(当事人=shop, **code), acceptance(**number))
    assert "name +4 named as owner" in explanation


def test_who_owns_a_shop_is_not_everybody_and_two_shops_of_one_owner_are_two() -> None:
    shop = "繁城鑫达木材加工厂（经营者张三）"
    assert not together(referral(当事人=shop, 证件号码=None), acceptance(**{SUSPECT: "李四"}, **NO_ID))
    other = {SUSPECT: "繁城宏发石料厂（经营者张三）"}
    assert not together(referral(当事人=shop, 证件号码=None), acceptance(**other, **NO_ID, **NO_NUMBER))


def test_a_person_is_the_party_of_a_referral_of_his_own_before_that_of_his_shop() -> None:
    shop, own = referral(1, 当事人="繁城鑫达木材加工厂（经营者张三）", 证件号码=None), referral(2)
    accepted = acceptance(**NO_NUMBER)
    (case,) = [case for case in linked([shop, own, accepted]).cases if accepted in case.records]
    assert own in case.records
    assert shop not in case.records


def test_a_company_is_met_under_the_name_of_whom_its_remarks_name() -> None:
    company = referral(当事人="繁峙县瑞通商贸有限公司", 证件号码="91140924MA5XH131N0", 备注="法定代表人：张三，附卷宗")
    assert together(company, acceptance())
    assert together(company, acceptance(**NO_NUMBER))
    silent = referral(当事人="繁峙县瑞通商贸有限公司", 证件号码="91140924MA5XH131N0", 备注="法定代表人已到案")
    assert not together(silent, acceptance())


def test_a_shop_is_its_owners_by_number_and_sum_and_by_neither_alone() -> None:
    shop: dict[str, CellValue] = {"当事人": "繁城鑫达木材加工厂", "证件号码": None}
    sum_: dict[str, CellValue] = {"涉案金额": "8万"}
    assert together(referral(**shop, **sum_), acceptance(**sum_))
    _, _, explanation = why(referral(**shop, **sum_), acceptance(**sum_))
    assert "name -2 owner and shop" in explanation
    assert not together(referral(**shop, 涉案金额=None), acceptance(涉案金额=None))
    assert not together(referral(**shop, **sum_), acceptance(**sum_, **NO_NUMBER))
    his = {**shop, "证件号码": OTHER_ID_NO}
    assert not together(referral(**his, **sum_), acceptance(**sum_)), "the number is another person's"
    company = {**shop, "当事人": "繁城鑫达木材有限公司"}
    assert not together(referral(**company, **sum_), acceptance(**sum_))


@pytest.mark.parametrize("sent", ["2026-12-07", "2026-01-07", "2025-07-01"])
def test_a_day_of_sending_that_cannot_be_by_the_approval_is_not_weighed(sent: str) -> None:
    slipped = referral(移送时间=sent, 批准时间="2026-07-01")
    assert together(slipped, acceptance(**NO_NUMBER))
    _, _, explanation = why(slipped, acceptance(**NO_NUMBER))
    assert any("days from approval to receipt" in line for line in explanation)


def test_where_the_approval_is_the_slip_the_day_of_sending_is_weighed() -> None:
    _, _, explanation = why(referral(批准时间="2026-12-01"), acceptance(**NO_NUMBER))
    assert any("days from sending to receipt" in line for line in explanation)


def test_a_day_of_sending_that_can_be_is_weighed_though_the_approval_would_fit_better() -> None:
    later = referral(移送时间="2026-08-15", 批准时间="2026-07-01")
    assert not together(later, acceptance(**NO_NUMBER))
