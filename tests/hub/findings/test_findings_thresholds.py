"""Which penalties should have been referred as crimes, alone or together (contract 6.6, thresholds.csv)?"""

from __future__ import annotations

import pytest

from hub.model import CellValue, Record
from tests.hub.agency_rows import ID_NO, OTHER_ID_NO, TOWNSHIP
from tests.hub.county import ANOTHER_TOWNSHIP, document, judge, penalty, referral

ALONE, JOINTLY = "should_have_been_referred", "should_have_been_referred_jointly"


@pytest.mark.parametrize(
    ("cells", "criminal"),
    [
        ({"案由": "滥伐林木", "数量": "19.99", "单位": "立方米"}, False),
        ({"案由": "滥伐林木", "数量": "20", "单位": "立方米"}, True),  # at it is over it
        ({"案由": "滥伐林木", "数量": "２０", "单位": "立方 米"}, True),
        ({"案由": "滥伐林木", "数量": "999", "单位": "株"}, False),
        ({"案由": "滥伐林木", "数量": "1000", "单位": "株"}, True),
        ({"案由": "盗伐林木", "数量": "5", "单位": "立方米"}, True),  # theft of timber: a lower figure
        ({"案由": "滥伐林木", "数量": None, "单位": None, "涉案金额": "5万"}, True),
        ({"案由": "滥伐林木", "数量": "20", "单位": "吨"}, False),  # no threshold in that unit
        ({"案由": "非法占用农用地", "对象": "基本农田", "数量": "5", "单位": "亩"}, True),
        ({"案由": "非法占用农用地", "对象": "其他耕地", "数量": "5", "单位": "亩"}, False),
        ({"案由": "非法占用农用地", "对象": "其他耕地", "数量": "10", "单位": "亩"}, True),
        ({"案由": "非法占用农用地", "对象": None, "数量": "50", "单位": "亩"}, False),  # of unknown kind: not guessed
        ({"案由": "非法采矿", "数量": None, "单位": None, "涉案金额": "99999.99"}, False),
        ({"案由": "非法采矿", "数量": None, "单位": None, "涉案金额": "100,000.00"}, True),
        ({"案由": "非法采矿", "对象": "公益林", "数量": None, "单位": None, "涉案金额": "100000"}, True),  # any object
        (
            {"案由": "污染环境", "数量": None, "单位": None, "涉案金额": "900000"},
            False,
        ),  # the table has no figure for it
    ],
)
def test_a_penalty_at_or_over_the_threshold_of_its_cause_object_and_unit(
    cells: dict[str, CellValue], criminal: bool
) -> None:
    found = judge(penalty(1, **cells)).about(ALONE)
    assert found == ([(TOWNSHIP, "penalty=繁城政罚决〔2026〕1号")] if criminal else [])


def test_a_penalty_of_a_matter_that_was_referred_is_none() -> None:
    opinion = document("transfer_opinion", 1, related_doc_no="繁城政罚决〔2026〕1号")
    sent = referral(批准时间="2026-07-08", 移送时间="2026-07-08", 备注="见繁检意〔2026〕1号")
    heavy = penalty(数量="25")
    assert judge(heavy, opinion).about(ALONE) == [(TOWNSHIP, "penalty=繁城政罚决〔2026〕1号")]
    assert judge(heavy, opinion, sent).about(ALONE) == []


def test_what_is_decided_after_the_instant_is_not_known_yet() -> None:
    assert judge(penalty(数量="25"), as_of="2026-07-01").about(ALONE) == []
    assert judge(penalty(数量="25"), as_of="2026-07-02").about(ALONE) != []


def twice(first: dict[str, CellValue], second: dict[str, CellValue], township: str = TOWNSHIP) -> tuple[Record, Record]:
    heavy: dict[str, CellValue] = {"数量": "12", "单位": "立方米"}
    earlier = penalty(1, **{**heavy, "处罚决定时间": "2025-07-02", **first})
    return earlier, penalty(2, township, **{**heavy, **second})


def test_two_penalties_of_one_person_that_reach_it_together_are_found_on_the_later_in_any_townships() -> None:
    judged = judge(*twice({}, {}, ANOTHER_TOWNSHIP))
    assert judged.about(JOINTLY) == [(ANOTHER_TOWNSHIP, "penalties=繁城政罚决〔2026〕1号+岩头政罚决〔2026〕2号")]
    (finding,) = [f for f in judged.found if f.code == JOINTLY]
    assert finding.case_id == judged.linkage.links[1].case_id
    assert judged.about(ALONE) == []


@pytest.mark.parametrize(
    ("first", "second", "jointly"),
    [
        ({"处罚决定时间": "2024-07-02"}, {}, True),  # two years to the day
        ({"处罚决定时间": "2024-07-01"}, {}, False),
        ({"处罚决定时间": "2022-02-28"}, {"处罚决定时间": "2024-02-29"}, True),  # no 29 February two years before
        ({"数量": "7"}, {}, False),  # 19 in all
        ({"数量": "8"}, {}, True),
        ({"证件号码": OTHER_ID_NO}, {}, False),  # a namesake
        ({"当事人": "张 三"}, {"当事人": "张三丰"}, True),  # the number says who it is
        ({"证件号码": None}, {"证件号码": None}, False),  # a name is not enough
        ({"证件号码": "1409241980****1236"}, {}, False),
        ({"证件号码": 140924198003041236.0}, {}, False),  # rounded: not certain who
        ({"证件号码": "140924800304123"}, {}, True),  # the old form of the same number
        ({"案由": "盗伐林木", "数量": "4"}, {"数量": "19"}, False),  # another cause
        ({"单位": "株"}, {}, False),  # another unit
        ({"数量": "25"}, {}, False),  # the first is a crime alone
    ],
)
def test_only_penalties_of_one_number_cause_object_and_unit_within_two_years_are_added_up(
    first: dict[str, CellValue], second: dict[str, CellValue], jointly: bool
) -> None:
    assert bool(judge(*twice(first, second)).about(JOINTLY)) == jointly


def test_the_window_ends_at_the_latest_penalty_that_reaches_it() -> None:
    # 12 + 12 in 2024 reach it; the small one of 2026 has only one of them within two years.
    decided = (("2024-01-10", "12"), ("2024-09-10", "12"), ("2026-08-10", "3"))
    rows = [penalty(no, 处罚决定时间=day, 数量=cubic) for no, (day, cubic) in enumerate(decided, start=1)]
    assert judge(*rows).about(JOINTLY) == [(TOWNSHIP, "penalties=繁城政罚决〔2026〕1号+繁城政罚决〔2026〕2号")]


def test_in_a_group_of_persons_each_number_counts_for_itself() -> None:
    both = penalty(1, 当事人="张三、李四", 证件号码=f"{ID_NO}、{OTHER_ID_NO}", 数量="12", 处罚决定时间="2026-01-05")
    found = judge(both, penalty(2, 当事人="李四", 证件号码=OTHER_ID_NO, 数量="12")).about(JOINTLY)
    assert found == [(TOWNSHIP, "penalties=繁城政罚决〔2026〕1号+繁城政罚决〔2026〕2号")]
