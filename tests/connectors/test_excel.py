"""Is a workbook read as it stands, whatever offices and hostile hands did to it?"""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
import xlwt
from openpyxl.chart import BarChart
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from connectors import excel
from hub.errors import ParcelRefused
from tests.connectors import workbooks
from tests.connectors.workbooks import Rows, changed_part, first, saved, saved_xls, xlsx


def refusal(content: bytes) -> ParcelRefused:
    """How a file is refused."""
    with pytest.raises(ParcelRefused) as refused:
        excel.read(content, "townships/140924100/台账.xlsx")
    assert refused.value.path == "townships/140924100/台账.xlsx"
    return refused.value


def test_row_and_column_numbers_are_those_of_the_sheet_where_the_used_range_begins_further_in() -> None:
    book = openpyxl.Workbook()
    first(book)["C5"] = "立案号"
    first(book)["D7"] = "立1"
    (sheet,) = excel.read(saved(book), "x").sheets
    assert sheet.rows == [(None,) * 4] * 4 + [(None, None, "立案号", None), (None,) * 4, (None, None, None, "立1")]


def test_the_same_holds_for_xls() -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("移送案件")
    page.write(2, 1, "立案号")
    (sheet,) = excel.read(saved_xls(book), "x").sheets
    assert sheet.rows == [(None, None), (None, None), (None, "立案号")]


def test_rows_that_are_only_formatted_after_the_last_value_are_left_out() -> None:
    book = openpyxl.Workbook()
    first(book)["A1"] = "立案号"
    for number in range(2, 500):
        first(book).cell(number, 3).fill = PatternFill("solid", fgColor="FFFF00")
    first(book)["A9"] = ""
    (sheet,) = excel.read(saved(book), "x").sheets
    assert len(sheet.rows) == 1


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_merged_ranges_are_told_and_covered_cells_are_none(kind: str) -> None:
    if kind == "xlsx":
        book = openpyxl.Workbook()
        first(book)["B2"] = "示例甲"
        first(book).merge_cells("B2:C4")
        content = saved(book)
    else:
        old = xlwt.Workbook()
        old.add_sheet("移送案件").write_merge(1, 3, 1, 2, "示例甲")
        content = saved_xls(old)
    (sheet,) = excel.read(content, "x").sheets
    assert sheet.merged == ((1, 1, 3, 2),)
    assert sheet.rows[1] == (None, "示例甲", *[None] * (len(sheet.rows[1]) - 2))
    assert all(value is None for row in sheet.rows[2:] for value in row)


def test_hidden_sheets_rows_and_columns_are_read_like_any_other() -> None:
    book = openpyxl.Workbook()
    first(book).append(["立案号", "当事人"])
    first(book).append(["立1", "示例甲"])
    first(book).row_dimensions[2].hidden = True
    first(book).column_dimensions["B"].hidden = True
    secret = book.create_sheet("行政处罚")
    secret.append(["处罚决定书文号"])
    secret.sheet_state = "veryHidden"
    seen, hidden = excel.read(saved(book), "x").sheets
    assert seen.rows == [("立案号", "当事人"), ("立1", "示例甲")]
    assert (hidden.name, hidden.rows) == ("行政处罚", [("处罚决定书文号",)])


def test_a_chart_sheet_is_no_worksheet_and_hinders_none() -> None:
    book = openpyxl.Workbook()
    first(book).append(["立案号"])
    book.create_chartsheet("图").add_chart(BarChart())
    book.create_sheet("行政处罚").append(["处罚决定书文号"])
    assert [sheet.name for sheet in excel.read(saved(book), "x").sheets] == ["Sheet", "行政处罚"]


def test_a_sheet_without_values_has_no_rows() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("行政处罚")
    assert [sheet.rows for sheet in excel.read(saved(book), "x").sheets] == [[], []]


def test_times_durations_and_truth_keep_their_type() -> None:
    book = openpyxl.Workbook()
    instant = datetime(2026, 3, 5, 16, 30)  # noqa: DTZ001  (a workbook knows no zone)
    first(book).append([time(9, 30), timedelta(hours=36), True, instant])
    (sheet,) = excel.read(saved(book), "x").sheets
    assert sheet.rows == [(time(9, 30), timedelta(hours=36), True, instant)]


def test_an_identity_number_typed_as_a_number_stays_recognisable_as_one() -> None:
    (sheet,) = excel.read(xlsx([["证件号码"], [140924198003041000.0]]), "x").sheets
    assert sheet.rows[1] == (1.40924198003041e17,)
    assert isinstance(sheet.rows[1][0], float)


def test_a_day_typed_as_eight_digits_into_a_date_cell_stays_that_number() -> None:
    book = openpyxl.Workbook()
    first(book)["A1"] = 20260305
    first(book)["A1"].number_format = "yyyy-mm-dd"
    assert excel.read(saved(book), "x").sheets[0].rows == [(20260305.0,)]


def test_a_formula_gives_its_stored_value() -> None:
    content = changed_part(
        xlsx([["合计"], [3.0]]),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b"<v>3</v>", b"<f>1+2</f><v>3</v>"),
    )
    assert excel.read(content, "x").sheets[0].rows[1] == (3.0,)


def test_an_error_value_is_an_empty_cell() -> None:
    book = openpyxl.Workbook()
    first(book).append(["立1", "#N/A"])
    first(book)["B1"].data_type = "e"
    assert excel.read(saved(book), "x").sheets[0].rows == [("立1", None)]


@pytest.mark.parametrize("kind", ["xlsx", "strict xlsx", "xls", "ods", "xlsb"])
@pytest.mark.parametrize("date_1904", [False, True])
def test_the_year_that_bare_serials_count_from_is_told(kind: str, date_1904: bool) -> None:
    rows: Rows = [["移送时间"], [46086.0]]
    if kind == "xls":
        content = workbooks.xls(rows, date_1904=date_1904)
    elif kind == "xlsb":
        content = workbooks.xlsb(rows, date_1904=date_1904)
    elif kind == "ods":
        content = _ods_counting_from_1904(rows) if date_1904 else workbooks.ods(rows)
    else:
        book = openpyxl.Workbook()
        first(book).append(["移送时间"])
        first(book).append([46086.0])
        book.epoch = MAC_EPOCH if date_1904 else WINDOWS_EPOCH
        content = saved(book)
        if kind == "strict xlsx":
            content = changed_part(
                content,
                "xl/workbook.xml",
                lambda part: (
                    part.replace(
                        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
                    )
                    .replace(b'date1904="1"', b"date1904='true'")
                    .replace(b"<workbookPr", b"<x:workbookPr")
                    .replace(b"</workbook>", b'<x:none xmlns:x="x"/></workbook>')
                    .replace(b"<workbook ", b'<workbook xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main" ')
                ),
            )
    table = excel.read(content, "x")
    assert table.sheets[0].date_1904 is date_1904
    assert dict(table.notes)["date_system"] == ("1904" if date_1904 else "1900")
    assert table.sheets[0].rows[1] == (46086.0,)


def _ods_counting_from_1904(rows: Rows) -> bytes:
    setting = (
        b"<office:spreadsheet><table:calculation-settings>"
        b'<table:null-date table:date-value="1904-01-01" table:value-type="date"/></table:calculation-settings>'
    )
    return changed_part(workbooks.ods(rows), "content.xml", lambda part: part.replace(b"<office:spreadsheet>", setting))


@pytest.mark.parametrize("kind", ["xlsx", "xls", "xlsb"])
def test_a_date_cell_is_the_same_day_in_either_date_system(kind: str) -> None:
    rows: Rows = [["移送时间"], [date(2026, 3, 5)]]
    if kind == "xlsx":
        book = openpyxl.Workbook()
        book.epoch = MAC_EPOCH
        first(book).append(["移送时间"])
        first(book).append([date(2026, 3, 5)])
        content = saved(book)
    else:
        content = (workbooks.xls if kind == "xls" else workbooks.xlsb)(rows, date_1904=True)
    assert excel.read(content, "x").sheets[0].rows[1] == (date(2026, 3, 5),)


def test_the_content_decides_what_a_file_is_not_its_name() -> None:
    assert excel.read(xlsx([["立案号"]]), "台账.xls").sheets[0].rows == [("立案号",)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (b'\xef\xbb\xbf\r\n<?xml version="1.0"?><Workbook/>', "web page"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF under"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a picture under"),
        (b"a,b\r\n1,2\r\n", "another format"),
        (b"PK\x03\x04" + bytes(50), "archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
        (workbooks.encrypted_xlsx(), "password"),
        (workbooks.encrypted_xls([["立案号"]]), ""),
        (workbooks.archive({"readme.txt": "no workbook"}), ""),
    ],
)
def test_what_is_no_workbook_is_refused_in_words_for_its_sender(content: bytes, said: str) -> None:
    refused = refusal(content)
    assert refused.reason == "unreadable_file"
    assert said in refused.detail


def test_a_workbook_that_unpacks_to_more_than_a_hundred_times_its_size_is_refused_unopened() -> None:
    stuffed = changed_part(xlsx([["立案号"]]), "xl/worksheets/sheet1.xml", lambda part: part + b" " * 20_000_000)
    assert refusal(stuffed).reason == "archive_bomb"


def test_a_workbook_that_understates_what_it_unpacks_to_is_refused_too() -> None:
    stuffed = bytearray(
        changed_part(xlsx([["立案号"]]), "xl/worksheets/sheet1.xml", lambda part: part + b" " * 20_000_000)
    )
    with zipfile.ZipFile(io.BytesIO(bytes(stuffed))) as source:
        (member,) = (one for one in source.infolist() if one.file_size > 1_000_000)
    told = member.file_size.to_bytes(4, "little")
    assert stuffed.count(told) == 2
    content = bytes(stuffed).replace(told, (1000).to_bytes(4, "little"))
    assert refusal(content).reason == "archive_bomb"


def test_a_large_honest_workbook_is_no_bomb() -> None:
    letters = random.Random(1)
    rows: Rows = [[f"立{letters.random()}", letters.random()] for _ in range(5000)]
    assert len(excel.read(xlsx(rows), "x").sheets[0].rows) == 5000


def test_a_stray_value_in_the_last_corner_refuses_the_file_instead_of_ending_the_process() -> None:
    book = openpyxl.Workbook()
    first(book)["A1"] = "立案号"
    first(book)["XFD1048576"] = "x"
    refused = refusal(saved(book))
    assert refused.reason == "unreadable_file"
    assert "far" in refused.detail


def test_a_format_or_a_height_that_a_slip_left_in_the_last_corner_loses_no_row() -> None:
    book = openpyxl.Workbook()
    first(book)["A1"], first(book)["B2"] = "立案号", "x"
    first(book)["XFD1048576"].number_format = "0.00"
    first(book).row_dimensions[1_048_575].height = 20
    (sheet,) = excel.read(saved(book), "x").sheets
    assert list(sheet.rows) == [("立案号", None), (None, "x")]


def test_the_same_holds_for_xlsb() -> None:
    content = changed_part(
        workbooks.xlsb([["立案号"]]),
        "xl/worksheets/sheet1.bin",
        lambda part: part.replace(
            bytes([148, 1, 16]) + bytes(16),
            bytes([148, 1, 16]) + bytes(4) + b"\xff\xff\x0f\0" + bytes(4) + b"\xff\x3f\0\0",
        ),
    )
    assert "far" in refusal(content).detail


@pytest.mark.parametrize("corner", ["A1048576", "XFD1000", "AB30000"])
def test_a_long_or_a_wide_sheet_is_read_whole(corner: str) -> None:
    book = openpyxl.Workbook()
    first(book)[corner] = "x"
    (sheet,) = excel.read(saved(book), "x").sheets
    assert sheet.rows[-1][-1] == "x"


def test_damage_anywhere_in_a_workbook_is_refused_or_read_but_never_ends_the_process() -> None:
    chance = random.Random(20261123)
    for make in (workbooks.xlsx, workbooks.xls, workbooks.ods, workbooks.xlsb):
        whole = make([["立案号", "当事人"], *([f"立{number}", "示例甲"] for number in range(30))])
        for _ in range(150):
            damaged = bytearray(whole)
            for _ in range(chance.choice((1, 3, 20))):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            with suppress(ParcelRefused):
                excel.read(bytes(damaged), "x")
