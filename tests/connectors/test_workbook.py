"""Are outgoing workbooks the same each time, safe to open and ready to print?"""

from __future__ import annotations

import io
import time as clock
from datetime import date, datetime, time, timedelta, timezone

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from connectors import excel
from hub.model import CellValue
from tests.connectors.workbooks import first, saved

HEADER = ["立案号", "移送时间"]
# Whatever a person may type; what XML cannot hold is replaced, which has a test of its own.
TYPED = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="￾￿"), min_size=1)


def page(content: bytes) -> Worksheet:
    """The only sheet of a workbook, as another library reads it."""
    return first(openpyxl.load_workbook(io.BytesIO(content)))


def test_the_same_content_is_the_same_bytes_at_any_time() -> None:
    row: list[CellValue] = ["立1", date(2026, 3, 5)]
    before = excel.write([("移送案件", HEADER, [row])])
    clock.sleep(1.1)
    assert excel.write([("移送案件", HEADER, [row])]) == before


def test_a_workbook_of_another_library_is_made_steady_too() -> None:
    def made() -> bytes:
        book = openpyxl.Workbook()
        first(book)["A1"] = "立案号"
        return saved(book)

    one = made()
    clock.sleep(2.1)
    another = made()
    assert one != another
    assert excel.freeze(one) == excel.freeze(another)
    assert page(excel.freeze(one))["A1"].value == "立案号"


def test_the_properties_say_when_it_was_written_if_that_is_handed_in() -> None:
    at = datetime(2026, 10, 31, 15, 59, tzinfo=timezone.utc)
    book = openpyxl.load_workbook(io.BytesIO(excel.write([("表", ["a"], [])], at)))
    assert book.properties.created == at.replace(tzinfo=None)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "#N/A", "007", "TRUE", "2026-03-05", "{=1}"])
def test_text_is_written_as_text_and_never_as_a_formula(text: str) -> None:
    cell = page(excel.write([("表", ["a"], [[text]])]))["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix is text.startswith(("=", "+", "-", "@"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TYPED, st.booleans(), st.dates(date(1900, 3, 1), date(9999, 12, 31))), max_size=5))
def test_what_is_written_reads_back_the_same(rows: list[tuple[str, bool, date]]) -> None:
    (sheet,) = excel.read(excel.write([("表", ["文", "否", "日"], rows)]), "x").sheets
    assert sheet.rows == [("文", "否", "日"), *rows]


def test_times_are_shown_in_the_county_s_own() -> None:
    row: list[CellValue] = [datetime(2026, 3, 5, 1, 0, tzinfo=timezone.utc), time(9, 30), timedelta(hours=36)]
    content = excel.write([("表", ["a", "b", "c"], [row])])
    shown = datetime(2026, 3, 5, 9, 0)  # noqa: DTZ001  (a workbook knows no zone)
    assert excel.read(content, "x").sheets[0].rows[1] == (shown, time(9, 30), timedelta(hours=36))


def test_characters_that_a_workbook_cannot_hold_are_marked_not_dropped() -> None:
    (sheet,) = excel.read(excel.write([("表", ["a"], [["张\x01三\ud800"]])]), "x").sheets
    assert sheet.rows[1] == ("张�三�",)


def test_a_text_too_long_for_a_cell_is_an_error_not_cut() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        excel.write([("表", ["a"], [["张" * 32768]])])


def test_a_sheet_name_that_excel_does_not_take_is_an_error() -> None:
    with pytest.raises(ValueError, match="31"):
        excel.write([("表" * 32, ["a"], [])])


def test_a_sheet_prints_on_a4_across_with_the_header_on_each_page() -> None:
    sheet = page(excel.write([("表", HEADER, [["立1", None]])]))
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr == PageSetupProperties(fitToPage=True)
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.freeze_panes == "A2"


def test_columns_are_as_wide_as_their_chinese_text() -> None:
    sheet = page(excel.write([("表", ["立案号", "备注"], [["繁城综执立〔2026〕100号", "x"]])]))
    assert sheet.column_dimensions["A"].width > 20 > sheet.column_dimensions["B"].width
