"""Which penalties are clues: by the figure in any unit, jointly, and by repetition within two years?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from hub.model import CellValue, Record
from hub.screening.clue import Clue, ClueKind
from hub.screening.penalties import find_over_threshold, find_repeated
from tests.hub.agency_rows import CODES, OTHER_ID_NO, TOWNSHIP
from tests.hub.county import ANOTHER_TOWNSHIP, AS_OF, at, linked, penalty, referral


def over(*records: Record, as_of: str = AS_OF) -> list[Clue]:
    return sorted(find_over_threshold(linked(records).cases, CODES, at(as_of)))


def repeated(*records: Record, as_of: str = AS_OF) -> list[Clue]:
    return sorted(find_repeated(linked(records).cases, CODES, at(as_of)))


def wood(no: int, day: str, quantity: str, township: str = TOWNSHIP, /, **cells: CellValue) -> Record:
    """A penalty for taking public-benefit forest land; the figure is 5 亩."""
    said: dict[str, CellValue] = {"案由": "非法占用林地", "对象": "公益林", "数量": quantity, "单位": "亩"}
    return penalty(no, township, **{**said, "处罚决定时间": day, **cells})


@pytest.mark.parametrize(
    ("quantity", "unit", "line"),
    [
        ("0.4", "公顷", "2026-07-02 繁城政罚决〔2026〕1号：0.4 公顷，折合 6 亩"),
        ("3400", "平方米", "2026-07-02 繁城政罚决〔2026〕1号：3400 平方米，折合 5.1 亩"),
        ("3400", "㎡", "2026-07-02 繁城政罚决〔2026〕1号：3400 m2，折合 5.1 亩"),
        ("5", "亩", "2026-07-02 繁城政罚决〔2026〕1号：5 亩"),
    ],
)
def test_a_quantity_is_counted_in_the_unit_of_the_law_and_shows_the_conversion(
    quantity: str, unit: str, line: str
) -> None:
    (clue,) = over(wood(1, "2026-07-02", quantity, 单位=unit))
    assert (clue.kind, clue.agency) == (ClueKind.OVER_THRESHOLD, TOWNSHIP)
    assert clue.arithmetic == (line, "追诉标准：公益林5 亩以上")
    assert "法释〔2023〕8号" in clue.basis


@pytest.mark.parametrize(("quantity", "unit"), [("0.3", "公顷"), ("3300", "平方米"), ("9", "吨"), ("9", "处")])
def test_what_stays_below_it_or_cannot_be_converted_is_no_clue(quantity: str, unit: str) -> None:
    assert over(wood(1, "2026-07-02", quantity, 单位=unit)) == []


def test_penalties_of_one_party_in_two_townships_and_two_units_are_added_up() -> None:
    first = wood(1, "2025-03-01", "0.2", 单位="公顷")
    (clue,) = over(first, wood(2, "2026-07-02", "2.5", ANOTHER_TOWNSHIP))
    assert (clue.kind, clue.agency) == (ClueKind.JOINTLY_OVER_THRESHOLD, ANOTHER_TOWNSHIP)
    assert clue.numbers == ("繁城政罚决〔2026〕1号", "岩头政罚决〔2026〕2号")
    assert clue.arithmetic[-1] == "合计 5.5 亩，追诉标准：公益林5 亩以上"


def three(last: str = "2.5", day: str = "2026-07-02", **cells: CellValue) -> tuple[Record, ...]:
    """Twice punished for little, in two townships, and then a third time."""
    return (
        wood(1, "2024-07-02", "0.5"),
        wood(2, "2025-01-10", "0.4", ANOTHER_TOWNSHIP),
        wood(3, day, last, **cells),
    )


def test_half_the_figure_after_two_penalties_within_two_years_is_a_clue_and_shows_all_three() -> None:
    (clue,) = repeated(*three())
    assert (clue.kind, clue.agency, str(clue.seen_on)) == (ClueKind.REPEATED, TOWNSHIP, "2026-07-02")
    assert clue.numbers == ("繁城政罚决〔2026〕1号", "岩头政罚决〔2026〕2号", "繁城政罚决〔2026〕3号")
    assert clue.arithmetic[-1] == "2年内已受行政处罚 2 次（要求 2 次以上），本次达到 2.5 亩以上"
    assert "二年内曾因非法占用农用地受过二次以上行政处罚" in clue.basis


@pytest.mark.parametrize(
    "records",
    [
        three("2.49"),  # less than half
        three(day="2026-07-03"),  # the first lies two years and a day back
        three()[1:],  # punished once before
        three(证件号码=OTHER_ID_NO),  # a namesake
        three(对象="商品林", 案由="非法占用林地"),  # another figure
        (wood(1, "2024-08-02", "0.5"), wood(2, "2026-07-02", "0.5"), wood(3, "2026-07-02", "2.5")),  # on one day
    ],
)
def test_without_one_of_these_it_is_none(records: tuple[Record, ...]) -> None:
    assert repeated(*records) == []


def test_the_earlier_penalties_count_though_their_matters_were_referred_but_a_referred_matter_is_no_clue() -> None:
    sent = referral(9, 案由="非法占用林地", 处罚决定书文号="繁城政罚决〔2026〕3号")
    assert repeated(*three()) != []
    assert repeated(wood(1, "2024-07-02", "0.5"), sent) == []


def test_a_clue_by_repetition_waits_for_the_penalty_that_completes_it() -> None:
    assert repeated(*three(), as_of="2026-07-01") == []
    assert len(repeated(*three(), as_of="2026-07-02")) == 1


def test_where_the_law_asks_for_no_share_any_quantity_after_two_penalties_is_one() -> None:
    mined = [
        penalty(no, 案由="非法采矿", 数量=None, 单位=None, 涉案金额=amount, 处罚决定时间=day)
        for no, (day, amount) in enumerate([("2025-01-01", "900"), ("2025-06-01", "800"), ("2026-07-02", "100")], 1)
    ]
    (clue,) = repeated(*mined)
    assert clue.arithmetic[-1] == "2年内已受行政处罚 2 次（要求 2 次以上），本次不论数量"


def test_every_threshold_has_its_basis_and_every_repetition_too() -> None:
    assert len(CODES.thresholds) > 10
    assert all(threshold.basis for threshold in CODES.thresholds)
    repeats = [threshold.repeat for threshold in CODES.thresholds if threshold.repeat]
    assert {(repeat.times, repeat.years, repeat.share) for repeat in repeats} == {
        (2, 2, Decimal("0.5")),
        (2, 2, Decimal(0)),
    }
