"""Is the header found however a clerk lays out the sheet, and is every other row told from data?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from hub.model import CellValue, Reading
from hub.receiving.sheet_layout import RowKinds, find_header
from hub.values.headers import comparable
from tests.hub.agency_rows import (
    GROUPED,
    LETTERS,
    OPINIONS,
    PENALTIES,
    REFERRALS,
    TOWNSHIP,
    filled,
    headers,
    kinds,
    read_rows,
    read_sheets,
    sheet,
)

TITLE = ["繁峙县繁城镇移送涉嫌犯罪案件台账（2026年7月）"]
FILLED_BY = ["填报单位：繁城镇综合行政执法队", None, None, None, "填报日期：2026年7月31日"]


def numbers(readings: list[str]) -> list[str]:
    """The sheet rows that sources name."""
    return [source.rpartition("!R")[2] for source in readings]


def test_titles_and_the_line_of_who_filled_it_in_are_no_rows() -> None:
    readings = read_sheets(
        TOWNSHIP, sheet(REFERRALS, TITLE, FILLED_BY, headers(TOWNSHIP, REFERRALS), filled(TOWNSHIP, REFERRALS))
    )
    assert [r.source.rpartition("!")[2] for r in readings] == ["R4"]


def test_a_title_that_mentions_column_words_is_no_header() -> None:
    title: list[CellValue] = ["单位", "繁城镇", "日期", "2026-07-31", "案由 当事人 立案号 立案日期 一览"]
    readings = read_sheets(TOWNSHIP, sheet(REFERRALS, title, headers(TOWNSHIP, REFERRALS), filled(TOWNSHIP, REFERRALS)))
    assert kinds(readings) == ["read"]


@pytest.mark.parametrize(
    "typed",
    [
        "立案号★",
        "★立案号",
        "立 案 号",
        "立案\n号",
        "立案号*",
        "立案号＊",
        "立案\u3000号",
        " 立案号\r\n★ ",
        "立案号\u200b",
    ],
)
def test_stars_breaks_and_blanks_make_no_other_header(typed: str) -> None:
    assert comparable(typed) == "立案号"
    names = [typed if name == "立案号" else name for name in headers(TOWNSHIP, REFERRALS)]
    assert kinds(read_sheets(TOWNSHIP, sheet(REFERRALS, names, filled(TOWNSHIP, REFERRALS)))) == ["read"]


def test_full_width_brackets_make_no_other_header() -> None:
    assert comparable("涉案金额（元）") == comparable("涉案金额(元)")


def two_rows(groups: dict[str, str], names: list[str]) -> tuple[list[CellValue], list[CellValue]]:
    """Upper and lower row of a header: grouped names below their group's title, the others merged over both rows."""
    upper: list[CellValue] = []
    lower: list[CellValue] = []
    for name in names:
        group = groups.get(name)
        upper.append((None if group in upper else group) if group else name)
        lower.append(name if group else None)
    return upper, lower


GROUPS = {
    "立案号": "案件基本情况",
    "立案日期": "案件基本情况",
    "案由": "案件基本情况",
    "报告时间": "移送审批情况",
    "是否批准": "移送审批情况",
    "批准时间": "移送审批情况",
}


def test_group_titles_above_the_names_are_no_columns() -> None:
    upper, lower = two_rows(GROUPS, headers(TOWNSHIP, REFERRALS))
    readings = read_sheets(TOWNSHIP, sheet(REFERRALS, TITLE, upper, lower, filled(TOWNSHIP, REFERRALS)))
    assert kinds(readings) == ["read"]
    assert readings[0].record is not None
    assert readings[0].record.get("case_no") == "繁城综执立〔2026〕1号"


def test_a_header_of_three_rows_is_read_though_the_middle_one_adds_nothing() -> None:
    """Vertical merges leave their word in the top row; the middle row holds sub-titles only."""
    top, lower = two_rows(GROUPS, headers(TOWNSHIP, REFERRALS))
    middle: list[CellValue] = ["（简要）" if name == "案件基本情况" else None for name in top]
    readings = read_sheets(TOWNSHIP, sheet(REFERRALS, TITLE, top, middle, lower, filled(TOWNSHIP, REFERRALS)))
    assert kinds(readings) == ["read"]
    assert readings[0].source.endswith("!R5")


def test_the_top_row_of_a_deeper_form_is_no_header() -> None:
    names = headers(TOWNSHIP, LETTERS)
    only_top: list[CellValue] = [*names[:6], "备注"]
    found = find_header(
        sheet(LETTERS, only_top, [None], [None], [*names[:5], None, None], ["x"]), set(map(comparable, names))
    )
    assert found is not None
    assert found.bottom == 0


def test_a_sheet_may_begin_at_any_cell() -> None:
    rows = [[None, None, *row] for row in (headers(TOWNSHIP, OPINIONS), filled(TOWNSHIP, OPINIONS))]
    readings = read_sheets(TOWNSHIP, sheet(OPINIONS, [None], [None], *rows))
    assert kinds(readings) == ["read"]
    assert readings[0].source.endswith("!R4")


def test_columns_may_stand_in_any_order() -> None:
    names = headers(TOWNSHIP, REFERRALS)[::-1]
    readings = read_sheets(TOWNSHIP, sheet(REFERRALS, names, filled(TOWNSHIP, REFERRALS)[::-1]))
    assert kinds(readings) == ["read"]


def test_a_header_of_one_known_word_is_enough_only_where_there_is_but_one() -> None:
    assert find_header(sheet("s", ["文号", "x"]), {"文号", "日期"}) is None
    assert find_header(sheet("s", ["文号", "x"]), {"文号"}) is not None


def test_a_header_far_below_everything_is_not_looked_for() -> None:
    assert find_header(sheet("s", *[["x"]] * 40, ["文号", "日期"]), {"文号", "日期"}) is None


def test_a_header_repeated_after_a_page_break_is_no_row_of_data() -> None:
    upper, lower = two_rows(GROUPS, headers(TOWNSHIP, REFERRALS))
    page: list[Sequence[CellValue]] = [TITLE, FILLED_BY, upper, lower]
    more = filled(TOWNSHIP, REFERRALS, 2, 立案号="繁城综执立〔2026〕2号")
    readings = read_sheets(TOWNSHIP, sheet(REFERRALS, *page, filled(TOWNSHIP, REFERRALS), *page, more))
    assert kinds(readings) == ["read", "footnote", "footnote", "footnote", "footnote", "read"]


@pytest.mark.parametrize(
    "word",
    [
        "合计",
        "小计",
        "总计",
        "累计",
        "合计：",
        "合 计",
        "本页合计",
        "本月小计",
        "合计（元）",
        "总计:3件",
        "共计5件",
        "合计金额",
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_total_is_told_by_its_first_word(word: str, place: int) -> None:
    row: list[CellValue] = [None] * len(headers(TOWNSHIP, REFERRALS))
    row[place], row[6] = word, 25500.0
    assert kinds(read_rows(TOWNSHIP, REFERRALS, filled(TOWNSHIP, REFERRALS), row)) == ["read", "total"]


def test_a_total_may_bear_a_running_number() -> None:
    row: list[CellValue] = [2, "合计", None, None, None, None, 18000]
    assert kinds(read_rows(TOWNSHIP, REFERRALS, row)) == ["total"]


def test_a_party_whose_name_only_begins_like_a_total_is_a_row() -> None:
    names = ["当事人", "序号", *[n for n in headers(TOWNSHIP, PENALTIES) if n not in ("当事人", "序号")]]
    said = dict(
        zip(headers(TOWNSHIP, PENALTIES), filled(TOWNSHIP, PENALTIES, 当事人="合计源建材有限公司"), strict=True)
    )
    assert kinds(read_sheets(TOWNSHIP, sheet(PENALTIES, names, [said[n] for n in names]))) == ["read"]


@pytest.mark.parametrize(
    "cells",
    [
        ["注：1.本表逐月累计填报。"],
        ["注 本表逐月累计填报", None, None, "截至月末"],
        ["填表人：张三", None, None, "审核人：李四", None, "2026-08-03"],
        ["※已办结案件不删除"],
        ["※", "已办结案件不删除"],
        ["* 涉密案件未列入"],
        ["说明:", None, "不含上年结转"],
        ["本表一式两份"],
        [None, None, "审核人：李四", None, "填表人：张三"],
        [None, None, None, "注：数量单位为亩"],
        [None, None, None, "备注一"],
    ],
)
def test_a_footnote_is_no_row_of_data(cells: list[CellValue]) -> None:
    assert kinds(read_rows(TOWNSHIP, REFERRALS, filled(TOWNSHIP, REFERRALS), cells)) == ["read", "footnote"]


def test_a_footnote_left_of_the_table_is_no_row_of_data() -> None:
    rows: list[list[CellValue]] = [[None, *row] for row in (headers(TOWNSHIP, OPINIONS), filled(TOWNSHIP, OPINIONS))]
    readings = read_sheets(
        TOWNSHIP, sheet(OPINIONS, *rows, ["填表人：张三", None, None, "审核人：李四"], ["仅供内部使用"])
    )
    assert kinds(readings) == ["read", "footnote", "footnote"]


def test_a_footnote_is_told_where_the_running_number_is_not_the_first_column() -> None:
    names = [*headers(TOWNSHIP, OPINIONS)[1:], "序号"]
    readings = read_sheets(TOWNSHIP, sheet(OPINIONS, names, [*filled(TOWNSHIP, OPINIONS)[1:], 1], ["注：一", "二"]))
    assert kinds(readings) == ["read", "footnote"]


def test_a_footnote_is_told_where_there_is_no_running_number() -> None:
    names = headers(TOWNSHIP, OPINIONS)[1:]
    row = filled(TOWNSHIP, OPINIONS)[1:]
    assert kinds(read_sheets(TOWNSHIP, sheet(OPINIONS, names, row, ["注：一"], ["注 二"]))) == [
        "read",
        "footnote",
        "footnote",
    ]


def test_a_lone_document_number_is_a_row_with_the_rest_missing() -> None:
    """Nothing is lost: what could be a row is set aside, not ignored."""
    names = headers(TOWNSHIP, OPINIONS)[1:]
    assert kinds(read_sheets(TOWNSHIP, sheet(OPINIONS, names, ["繁检意〔2026〕9号"]))) == ["missing_required"]
    assert kinds(read_rows(TOWNSHIP, OPINIONS, [7, "繁检意〔2026〕9号"])) == ["missing_required"]


def test_a_note_beside_the_table_is_no_row_of_data_and_spoils_none() -> None:
    width = len(headers(TOWNSHIP, OPINIONS))
    note: list[CellValue] = [*[None] * (width + 1), "已电话催办"]
    beside = [*filled(TOWNSHIP, OPINIONS), None, "← 待核"]
    readings = read_rows(TOWNSHIP, OPINIONS, beside, note, [2, *note[1:]])
    assert kinds(readings) == ["read", "footnote", "footnote"]
    assert readings[0].record is not None
    assert ("", "← 待核") in readings[0].record.raw


@pytest.mark.parametrize(
    "cells", [[None], ["  ", "\u3000", "\t"], ["/", "—", "无"], [3], ["3、"], [3.0, "/", None, " "], ["４"]]
)
def test_a_row_that_says_nothing_is_blank(cells: list[CellValue]) -> None:
    readings = read_rows(TOWNSHIP, REFERRALS, filled(TOWNSHIP, REFERRALS), cells, filled(TOWNSHIP, REFERRALS))
    assert kinds(readings) == ["read", "blank", "read"]


def test_rows_after_the_last_value_of_a_sheet_do_not_count() -> None:
    readings = read_rows(TOWNSHIP, REFERRALS, filled(TOWNSHIP, REFERRALS), [None], ["", None])
    assert kinds(readings) == ["read"]


def test_what_is_ignored_is_kept_whole() -> None:
    (reading,) = read_rows(TOWNSHIP, REFERRALS, ["合计", None, None, None, None, None, 25500.0])
    assert reading.reading is Reading.IGNORED
    assert "25500" in reading.detail


def test_a_row_of_data_is_told_by_what_it_holds() -> None:
    header = find_header(sheet("s", ["序号", "文号", "日期"]), {"序号", "文号", "日期"})
    assert header is not None
    kinds = RowKinds(header, 0, ("合计",), ("注",))
    assert kinds.of([1, "一号", date(2026, 7, 1)]) == ""
    assert kinds.of(["一", "一号", date(2026, 7, 1)]) == ""


def test_hidden_columns_count_like_any_other() -> None:
    """A format hands over hidden columns too: what a clerk hid is still announced or refused."""
    names = [*headers(GROUPED, LETTERS), "内部批注"]
    (reading,) = read_sheets(GROUPED, sheet(LETTERS, names, filled(GROUPED, LETTERS)))
    assert (reading.reason, reading.column) == ("unknown_column", "内部批注")
