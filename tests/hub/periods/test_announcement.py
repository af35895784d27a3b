"""Is a year's holiday notice read as it is worded, and is every disagreement within it told with its line?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hub.errors import ConfigurationFault
from hub.periods.announcement import Announced, read_announcement
from hub.periods.calendar import calendar_of
from hub.periods.statutory import StatutoryDays, load_statutory_days
from hub.periods.taking import check_statutory, replaces, take
from hub.periods.year import CalendarYear, load_year, load_years, named_days
from tests.hub.periods.notices import NOTICE_2025, NOTICE_2026, NOTICE_2027

SOURCES = {
    2025: "https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm",
    2026: "https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm",
}


def read(text: str, year: int = 0) -> Announced:
    return read_announcement(text.splitlines(), "notice.txt", [SOURCES[year]] if year else [])


@pytest.fixture(scope="module")
def years(project_root: Path) -> dict[int, CalendarYear]:
    return load_years(project_root / "mappings" / "calendars")


@pytest.fixture(scope="module")
def statutory(project_root: Path) -> StatutoryDays:
    return load_statutory_days(project_root / "mappings" / "statutory_days.yaml")


@pytest.mark.parametrize(("year", "text"), [(2025, NOTICE_2025), (2026, NOTICE_2026)])
def test_the_notices_of_2025_and_2026_give_exactly_the_files_that_are_held(
    project_root: Path, year: int, text: str
) -> None:
    held = project_root / "mappings" / "calendars" / f"{year}.yaml"
    assert read(text, year).year.text() == held.read_text(encoding="utf-8")


def test_a_notice_whose_days_are_held_changes_nothing(years: dict[int, CalendarYear]) -> None:
    assert take(years, read(NOTICE_2026, 2026)) == {}


def test_days_at_the_end_of_the_year_before_go_into_that_year(years: dict[int, CalendarYear]) -> None:
    announced = read(NOTICE_2027)
    changed = take(years, announced)
    assert sorted(changed) == [2026, 2027]
    assert named_days(changed[2026])[date(2026, 12, 31)] == "元旦"
    assert date(2026, 12, 27) in changed[2026].make_up_working_days
    assert changed[2026].notice == years[2026].notice
    assert replaces(years, changed, 2027) == []  # nothing that was held is lost
    after = calendar_of({**years, **changed}.values())
    off = [
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 1, 2),
        date(2027, 4, 5),
        date(2027, 6, 9),
        date(2027, 10, 7),
    ]
    assert not any(map(after.is_working_day, off))
    worked = [date(2026, 12, 27), date(2027, 1, 4), date(2027, 2, 4), date(2027, 2, 20), date(2027, 9, 26)]
    assert all(map(after.is_working_day, worked))
    assert after.published(2027)


def test_what_is_only_advised_is_no_day_off_and_is_said(years: dict[int, CalendarYear]) -> None:
    announced = read(NOTICE_2027)
    assert announced.remarks == ("advice only, no day off: 鼓励各单位结合带薪年休假等制度落实,安排职工在2月4日休息",)
    assert announced.year.notice.published_on == date(2026, 11, 20)
    assert named_days(announced.year)[date(2027, 4, 5)] == "清明节"


def test_taking_a_year_again_keeps_what_the_next_years_notice_put_into_its_december(
    years: dict[int, CalendarYear],
) -> None:
    with_2027 = {**years, **take(years, read(NOTICE_2027))}
    assert take(with_2027, read(NOTICE_2026)) == {}
    assert take(with_2027, read(NOTICE_2027)) == {}


def test_days_of_a_year_whose_own_notice_is_missing_cannot_be_taken(years: dict[int, CalendarYear]) -> None:
    without = {year: one for year, one in years.items() if year < 2026}
    with pytest.raises(ConfigurationFault, match="days of 2026, whose own notice is not held"):
        take(without, read(NOTICE_2027))


def test_a_year_that_is_held_with_other_days_is_named(years: dict[int, CalendarYear]) -> None:
    other = read(NOTICE_2026.replace("2月28日（周六）", "2月7日（周六）"))
    changed = take(years, other)
    assert sorted(changed) == [2026]
    assert replaces(years, changed, 2026) == [2026]


def test_a_year_in_our_own_form_is_taken_whole(years: dict[int, CalendarYear], tmp_path: Path) -> None:
    path = tmp_path / "2026.yaml"
    path.write_text(
        years[2026].text().replace("make_up", "  - {name: 元旦, first: 2026-12-31, last: 2026-12-31}\nmake_up", 1),
        encoding="utf-8",
    )
    changed = take(years, Announced(load_year(path), whole=True))
    assert date(2026, 12, 31) in named_days(changed[2026])
    assert take({**years, **changed}, Announced(years[2026], whole=True)) == {2026: years[2026]}


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("1月1日（周四）", "1月1日（周五）", 5, "2026-01-01 is a 周四, not a 周五"),
        ("至23日（农历正月初七、周一）", "至23日（农历正月初七、星期二）", 6, "2026-02-23 is a 周一, not a 周二"),
        ("共9天", "共8天", 6, "春节: says 8 days, and names 9"),
        ("，共3天。\n　　四", "。\n　　四", 7, "not how many days"),
        ("10月1日（周四）至7日", "10月1日（周四）至32日", 11, "is no day of the year 2026's notice"),
        ("10月1日（周四）至7日（周三）", "10月1日（周四）至11月7日", 11, "2026-10-01 to 2026-11-07 is no holiday"),
        ("2月28日（周六）上班", "3月28日（周六）上班", 6, "2026-03-28 lies too far from 春节"),
        ("2025年11月4日", "2025年31月4日", 15, "国务院办公厅2025年31月4日 is no day"),
        ("二、春节", "三、春节", 6, "item 三 stands where 二 is awaited"),
        ("5月9日（周六）上班", "5月9日（周六）原则上上班", 8, "not understood: 5月9日(周六)原则上上班"),
        (
            "（周日）放假，共3天。\n　　六",
            "（周日）放假，共3天。其中6月22日补休。\n　　六",
            9,
            "not understood: 其中6月22日补休",
        ),
        ("端午节、中秋节", "中秋节", 4, "端午节 stands either in the opening or among the items"),
        ("10月10日（周六）上班。", "10月10日（周六）上班。\n来源：新华网2025-11-04 22:15", 12, "not understood: 来源"),
        (
            "1月4日（周日）上班",
            "12月28日（周日）上班。2026年12月27日（周日）上班",
            5,
            "is no day of the year 2026's notice",
        ),
        ("4月4日（周六）至6日（周一）放假，共3天", "按照往年执行", 7, "清明节: no days off were understood"),
    ],
)
def test_what_does_not_agree_or_does_not_read_is_told_with_its_line(old: str, new: str, line: int, told: str) -> None:
    assert old in NOTICE_2026
    with pytest.raises(ConfigurationFault) as fault:
        read(NOTICE_2026.replace(old, new, 1))
    assert any(said.startswith(f"notice.txt:{line}: ") and told in said for said in str(fault.value).splitlines())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("1月4日（周日）上班", "1月5日（周一）上班", "2026-01-05 cannot be a make-up working day"),
        ("2月14日（周六）、2月28日", "2月15日（周日）、2月28日", "2026-02-15 cannot be a make-up working day"),
        ("2月14日（周六）、2月28日", "2月28日（周六）、2月28日", "a make-up working day stands twice"),
        (
            "9月25日（周五）至27日（周日）放假，共3天",
            "9月25日（周五）至10月1日（周四）放假，共7天",
            "is both 中秋节 and 国庆节",
        ),
        ("国务院办公厅关于2026年", "关于2026年", "the title"),
        ("一、元旦：", "元旦安排在", "no item like"),
    ],
)
def test_a_notice_that_cannot_be_is_refused(old: str, new: str, told: str) -> None:
    text = NOTICE_2026.replace(old, new)
    if told == "no item like":
        text = text[: text.index("　　二、")]
    with pytest.raises(ConfigurationFault, match=told):
        read(text)


def test_a_dateline_of_the_press_is_no_date_of_the_notice() -> None:
    told = "新华社北京11月4日电　国务院办公厅关于2026年部分节假日安排的通知，全文如下：\n"
    assert read(told + NOTICE_2026.partition("\n")[2]).year.days_off == read(NOTICE_2026).year.days_off


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(ConfigurationFault) as fault:
        read(NOTICE_2026.replace("共9天", "共8天").replace("共7天", "共6天"))
    assert len(str(fault.value).splitlines()) == 2


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_thirteen_statutory_days_are_off_in_every_year_that_is_held(
    years: dict[int, CalendarYear], statutory: StatutoryDays, year: int
) -> None:
    assert check_statutory(years[year], statutory) == "13 statutory days, all off"
    named = named_days(years[year])
    held = {day for day in statutory.of(year) or {} if day in named}
    assert len(held) == 13


def test_the_table_reaches_far_and_its_days_lie_where_such_days_can_lie(statutory: StatutoryDays) -> None:
    assert set(range(2025, 2061)) == set(statutory.years)
    for year, moving in statutory.years.items():
        assert date(year, 1, 21) <= moving.spring_festival <= date(year, 2, 21)
        assert date(year, 4, 4) <= moving.qingming <= date(year, 4, 6)
        # The fifth day of the fifth month and the fifteenth of the eighth lie whole months of the moon after it.
        assert (moving.dragon_boat - moving.spring_festival).days in range(120, 154)
        assert (moving.mid_autumn - moving.dragon_boat).days in range(97, 130)


def test_a_notice_under_which_a_statutory_day_is_worked_is_refused(
    years: dict[int, CalendarYear], statutory: StatutoryDays
) -> None:
    eve = years[2026].text().replace("first: 2026-02-15", "first: 2026-02-17")
    assert eve != years[2026].text()
    short = read(
        NOTICE_2026.replace("2月15日（农历腊月二十八、周日）", "2月17日（周二）").replace("共9天", "共7天")
    ).year
    with pytest.raises(ConfigurationFault, match="2026-02-16 春节"):
        check_statutory(short, statutory)


def test_a_year_beyond_the_table_says_that_it_was_not_checked(
    years: dict[int, CalendarYear], statutory: StatutoryDays
) -> None:
    assert "was not checked" in check_statutory(years[2024], statutory)
