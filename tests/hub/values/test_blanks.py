"""Does the hub take for empty what a clerk means as empty, and nothing else?"""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model import CellValue
from hub.values.blanks import is_blank, text_of, without_spaces


@pytest.mark.parametrize(
    "cell",
    [None, "", " ", "\t\r\n", "\u3000", "\u00a0", "\u200b", "\ufeff", "/", "／", "—", "-", "－", "――", "——", "无", "無",
     " 无\u3000", "'", '=""', '="/"', [], {}],
)  # fmt: skip
def test_a_mark_for_nothing_is_an_empty_cell(cell: CellValue) -> None:
    assert is_blank(cell)


@pytest.mark.parametrize("cell", [0, 0.0, False, "0", "无名氏", "-5", "1/2", "否", date(2026, 6, 1), time(0, 0), [""]])
def test_a_cell_that_says_something_is_not_empty(cell: CellValue) -> None:
    assert not is_blank(cell)


@pytest.mark.parametrize(
    ("cell", "seen"),
    [
        (1.0, "1"),
        (-0.5, "-0.5"),
        (46204.5, "46204.5"),
        (1e22, "10000000000000000000000"),
        (12, "12"),
        (True, "TRUE"),
        (None, ""),
        ("\ufeff 砂河镇\u3000", "砂河镇"),
        ("'140924", "140924"),
        ('="140924"', "140924"),
        ('="a""b"', 'a"b'),
        ("=SUM(A1:A2)", "=SUM(A1:A2)"),
        (date(2026, 6, 4), "2026-06-04"),
        (datetime.fromisoformat("2026-06-04"), "2026-06-04"),
        (datetime.fromisoformat("2026-06-04T15:50:00"), "2026-06-04T15:50:00"),
        (["张三", 1], '["张三", 1]'),
        ({"b": 1, "a": "二"}, '{"a": "二", "b": 1}'),
    ],
)
def test_a_cell_is_shown_as_the_clerk_sees_it(cell: CellValue, seen: str) -> None:
    assert text_of(cell) == seen


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_written_out_is_the_same_number(value: float) -> None:
    assert float(text_of(value)) == value
    assert "e" not in text_of(value)


@given(st.text())
def test_cleaning_a_text_twice_changes_nothing_more_than_cleaning_its_spaces(text: str) -> None:
    assert without_spaces(without_spaces(text)) == without_spaces(text)
    assert not is_blank(text) or len(without_spaces(text_of(text)).strip("/／-－—―–─无無")) == 0
