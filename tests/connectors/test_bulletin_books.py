"""Do the bulletins say what they were given, print well, and name nobody?"""

from __future__ import annotations

import io
from collections.abc import Iterable

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from connectors.bulletin_county import county_book
from connectors.bulletin_township import township_book, township_lines
from connectors.bulletin_words import DEFINITIONS, FIGURES
from connectors.report_book_words import CLUES
from hub.duties.duty import Obligation, RuleKind, State
from hub.model import Record
from hub.reports.county import county_bulletin
from hub.reports.figures import Rate
from hub.reports.span import Span
from hub.reports.standing import Standing
from hub.reports.township import MOVEMENTS, Compared, OwnFinding, TownshipBulletin
from hub.screening.clue import ClueKind
from hub.view import View
from tests.hub.agency_rows import AGENCIES, CODES, ID_NO, TOWNSHIP
from tests.hub.county import at, judge, penalty
from tests.hub.reports.made import delivered, fact, owed

OCTOBER = Span.parse("2026-10")
TITLES = {"police.decide_filing": "决定是否立案", "township.hand_over_items": "移交涉案物品和材料"}
ITEMS = {"rule": "township.hand_over_items", "debtor": TOWNSHIP, "creditor": "police"}
TOWNSHIP_SHEETS = ["情况通报", "目前逾期未办", "本期到期事项", "相对单位逾期", "核对问题", "平台推送"]
COUNTY_SHEETS = ["情况通报", "分事项", "分单位", "核对问题", "督促与决定", "逾期未办", "线索筛查", "指标说明"]


def bulletin(due: Iterable[Obligation] = (), overdue: Iterable[Obligation] = ()) -> TownshipBulletin:
    figures = [Compared(name, 3, 1) for name, _ in MOVEMENTS]
    figures += [
        Compared("due", 4, 0),
        Compared("on_time", Rate(3, 4), Rate(0, 0), Rate(1, 2)),
        Compared("overdue", 1, 0),
    ]
    return TownshipBulletin(
        OCTOBER, at("2026-10-31T23:59:59+08:00"), TOWNSHIP, AGENCIES[TOWNSHIP].mapping.name, tuple(figures),
        tuple(due), tuple(overdue), (owed("2026-10-09", State.OVERDUE),),
        (OwnFinding("should_have_been_referred_jointly", "繁城政罚决〔2026〕1号", "penalties=繁城政罚决〔2026〕1号|2"),),
        (delivered(1, "2026-10-05T09:00+08:00", "2026-10-05T10:00+08:00"), delivered(2, "2026-10-06T09:00+08:00")),
        tuple((month, Rate(1, 2), Rate(3, 4)) for month in OCTOBER.until(6)),
    )  # fmt: skip


def book(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def charts(found: Workbook) -> list[int]:
    """How many charts stand on each sheet."""
    return [len(getattr(sheet, "_charts")) for sheet in found.worksheets]  # noqa: B009  (no public name, and not typed)


def rows(sheet: Worksheet) -> list[tuple[object, ...]]:
    return [tuple(cell for cell in row if cell is not None) for row in sheet.values]


def printed(found: Workbook, names: list[str], lists: list[str]) -> None:
    """Every sheet is A4, one page wide, headed and numbered; the first upright, lists with their header on each page."""
    assert found.sheetnames == names
    for sheet in found.worksheets:
        assert sheet.page_setup.paperSize in (9, "9"), sheet.title
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.oddHeader is not None
        assert sheet.oddFooter is not None
        assert "情况通报（2026年10月）" in str(sheet.oddHeader.left.text)
        assert sheet.oddHeader.right.text == "截至 2026-10-31 23:59"
        assert sheet.oddFooter.center.text == "第 &P 页　共 &N 页"
        assert sheet.page_setup.orientation == ("portrait" if sheet.title == names[0] else "landscape")
        assert bool(sheet.print_title_rows) == (sheet.title in lists), sheet.title


def test_a_townships_book_prints_on_a4_with_a_chart_on_its_first_page() -> None:
    found = book(township_book(bulletin(), AGENCIES, TITLES))
    printed(found, TOWNSHIP_SHEETS, TOWNSHIP_SHEETS[1:])
    assert charts(found) == [1, 0, 0, 0, 0, 0]


def test_its_figures_stand_beside_last_months_and_the_countys_and_nothing_is_no_rate() -> None:
    first = rows(book(township_book(bulletin(), AGENCIES, TITLES))["情况通报"])
    assert ("按期率", "75.0%（3/4）", "—（0/0）", "50.0%（1/2）") in first
    assert ("期末逾期未办（件）", "1", "0") in first
    assert ("2026年10月", 0.5, 0.75, "1/2") in first
    assert "%（0/0）" not in str(first)


def test_what_fell_due_stands_with_its_basis_and_arithmetic() -> None:
    duties = [owed("2026-10-08", State.DISCHARGED_LATE, "2026-10-12", **ITEMS)]  # type: ignore[arg-type]
    sheet = book(township_book(bulletin(duties), AGENCIES, TITLES))["本期到期事项"]
    said = [str(cell) for cell in rows(sheet)[1]]
    assert said[0] == "移交涉案物品和材料"
    assert said[3] == "繁峙县公安局"
    assert said[7:] == ["逾期办结", "4", "国令730 八", "届满"]


def test_what_is_not_done_says_how_long_and_a_person_as_subject_is_not_shown() -> None:
    late = owed("2026-10-08", State.OVERDUE, subject="张三", **ITEMS)  # type: ignore[arg-type]
    whole = str([rows(sheet) for sheet in book(township_book(bulletin([late], [late]), AGENCIES, TITLES)).worksheets])
    assert "张三" not in whole
    overdue = rows(book(township_book(bulletin([], [late]), AGENCIES, TITLES))["目前逾期未办"])
    assert 23 in overdue[1]


def test_an_empty_list_says_so() -> None:
    assert rows(book(township_book(bulletin(), AGENCIES, TITLES))["目前逾期未办"])[1] == ("（无）",)


def test_of_other_townships_penalties_it_says_only_how_many() -> None:
    found = rows(book(township_book(bulletin(), AGENCIES, TITLES))["核对问题"])
    assert found[1][-1] == "处罚决定书：繁城政罚决〔2026〕1号，另有其他乡镇处罚决定 2 份，累计达到追诉标准"


def test_what_was_handed_over_says_whether_it_was_acknowledged() -> None:
    found = rows(book(township_book(bulletin(), AGENCIES, TITLES))["平台推送"])
    assert [row[3] for row in found[1:]] == ["已签收", "未签收"]


def test_a_corrected_one_says_what_it_replaces_and_a_first_one_nothing() -> None:
    text = "本件为更正，替代 B1；原件作废。"
    assert (text,) in rows(book(township_book(bulletin(), AGENCIES, TITLES, "B1"))["情况通报"])
    assert "替代" not in str(rows(book(township_book(bulletin(), AGENCIES, TITLES))["情况通报"]))


def test_the_plain_lines_say_the_same_as_the_book() -> None:
    duties = [owed("2026-10-08", State.DISCHARGED_LATE, "2026-10-12", **ITEMS)]  # type: ignore[arg-type]
    lines = township_lines(bulletin(duties), AGENCIES, TITLES)
    by_part = {part: [line for line in lines if line["part"] == part] for part in TOWNSHIP_SHEETS}
    assert [len(by_part[part]) for part in TOWNSHIP_SHEETS] == [12, 0, 1, 1, 1, 2]
    assert "结果：逾期办结；逾期天数：4；依据：国令730 八" in by_part["本期到期事项"][0]["detail"]
    assert {
        "part": "情况通报",
        "title": "按期率",
        "detail": "本期 75.0%（3/4）；上期 —（0/0）；全县 50.0%（1/2）",
    } in lines


def test_every_figure_of_a_township_has_a_name() -> None:
    assert {name for name, _ in MOVEMENTS} < set(FIGURES)


def county(*obligations: Obligation, facts: tuple[object, ...] = (), records: tuple[Record, ...] = ()) -> bytes:
    as_of = OCTOBER.end
    view = View(as_of, (), (), judge(*records).linkage, obligations, ())
    standing = Standing(as_of, None, view, (), facts, frozenset(), (), {})  # type: ignore[arg-type]
    return county_book(
        county_bulletin(standing, OCTOBER, CODES), AGENCIES, TITLES, {"police_silent": "公安机关逾期未签收、未决定"}
    )


def test_the_countys_book_prints_on_a4_with_its_charts() -> None:
    found = book(county(owed("2026-10-08"), owed("2026-10-09", State.OVERDUE, no=2)))
    printed(found, COUNTY_SHEETS, ["逾期未办", "线索筛查", "指标说明"])
    assert charts(found) == [1, 1, 1, 0, 0, 0, 0, 0]


def test_the_countys_figures_are_ranked_from_the_worst() -> None:
    found = book(
        county(
            owed("2026-10-08"),
            owed("2026-10-09", State.OVERDUE, no=2),
            owed("2026-10-09", State.OVERDUE, no=3, **ITEMS),  # type: ignore[arg-type]
        )
    )
    rules = [row for row in rows(found["分事项"]) if row and row[0] in TITLES.values()]
    assert rules == [("移交涉案物品和材料", 0, 1, 0, 1, 22, 22), ("决定是否立案", 1, 2, 0.5, 1, 22, 22)]
    agencies = [row[:4] for row in rows(found["分单位"]) if row and row[0] in ("繁城镇人民政府", "繁峙县公安局")]
    assert agencies == [("繁城镇人民政府", 0, 1, 0), ("繁峙县公安局", 1, 2, 0.5)]
    assert [row[0] for row in rows(found["逾期未办"]) if row] == ["事项", "决定是否立案", "移交涉案物品和材料"]


def test_what_a_screening_finds_stands_on_a_sheet_of_its_own_without_a_name() -> None:
    found = book(county(records=(penalty(数量="0.5", 单位="公顷", 案由="非法占用林地", 对象="公益林"),)))
    (clue,) = rows(found["线索筛查"])[1:]
    assert clue[:2] == ("达到追诉标准", "繁城镇人民政府")
    assert (str(clue[2])[:10], clue[3]) == ("2026-07-02", "繁城政罚决〔2026〕1号")
    assert str(clue[4]).startswith("2026-07-02 繁城政罚决〔2026〕1号：0.5 公顷，折合 7.5 亩")
    assert "张三" not in str([rows(sheet) for sheet in found.worksheets])


def test_every_kind_of_clue_has_a_chinese_name() -> None:
    assert set(CLUES) == set(ClueKind)


def test_a_county_of_which_nothing_is_known_has_dashes_and_no_rate() -> None:
    found = book(county())
    first = rows(found["情况通报"])
    assert ("按期率", "—（0/0）", "—（0/0）") in first
    assert ("2026年10月", "—", "0/0") in first
    assert "%" not in str([rows(sheet) for sheet in found.worksheets if sheet.title != "指标说明"])
    assert ("（无）",) in rows(found["分事项"])


def test_what_waits_for_a_decision_is_named_with_its_paper_and_whose_duty_it_is() -> None:
    asked = fact("escalation.proposed", "O1/police_silent/4", "2026-10-05T09:00+08:00", rule="police.decide_filing",
                 debtor="police", document="要求说明理由通知书")  # fmt: skip
    found = rows(book(county(facts=(asked,)))["督促与决定"])
    assert ("公安机关逾期未签收、未决定", 4, 0, 1) in found
    assert [row[0] for row in found if row][-1] == "要求说明理由通知书：决定是否立案"


def test_every_figure_is_defined_in_one_sentence() -> None:
    found = rows(book(county())["指标说明"])
    assert found[1:] == list(DEFINITIONS)
    for _, definition in DEFINITIONS:
        assert definition.endswith("。")
        assert "。" not in definition[:-1]


def test_the_same_bulletin_gives_the_same_bytes_and_masks_a_number_that_slipped_in() -> None:
    slipped = owed("2026-10-08", State.OVERDUE, kind=RuleKind.POLICY, subject=f"编号{ID_NO}", **ITEMS)  # type: ignore[arg-type]
    one = township_book(bulletin([slipped], [slipped]), AGENCIES, TITLES)
    assert one == township_book(bulletin([slipped], [slipped]), AGENCIES, TITLES)
    assert ID_NO not in str([rows(sheet) for sheet in book(one).worksheets])
    assert county(slipped) == county(slipped)
