"""Does a cell say the same wherever it stands: first in its column, or after ten thousand others like it?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.model import CellValue, Reading, RowReading
from hub.receiving import cell
from tests.hub.agency_rows import ID_NO, OTHER_ID_NO, PENALTIES, REFERRALS, TOWNSHIP, filled, headers, read_rows

_DAYS = st.one_of(
    st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 - as cells are
    st.sampled_from(["2026-02-30", "2026年3月5日", "2026.3.5", "／", "", 46086, 46086.5, None]),
)
_CELLS: st.SearchStrategy[CellValue] = st.one_of(
    _DAYS, st.sampled_from([0, 0.0, -0.0, 1, 1.0, True, False, "1", "是", "12.5万元", " 张三 ", "无", "'5", '="7"'])
)


@st.composite
def _referrals(draw: st.DrawFn) -> list[list[CellValue]]:
    rows = []
    for number in range(draw(st.integers(1, 12))):
        given_cells: dict[str, CellValue] = draw(
            st.dictionaries(st.sampled_from(headers(TOWNSHIP, REFERRALS)[1:]), _CELLS, max_size=6)
        )
        rows.append(filled(TOWNSHIP, REFERRALS, number, **given_cells))
    return rows


def said(readings: Sequence[RowReading]) -> list[tuple[object, ...]]:
    """What rows say, whatever row of the sheet they stand in."""
    return [
        (r.reading, r.key, r.content_hash, r.column, r.reason, r.detail.replace(r.source, ""),
         r.record and (r.record.fields, r.record.parties, r.record.events, r.record.raw))
        for r in readings
    ]  # fmt: skip


@settings(max_examples=150)
@given(_referrals())
def test_a_row_says_what_it_says_alone_whatever_rows_stand_before_it(rows: list[list[CellValue]]) -> None:
    alone = [reading for row in rows for reading in read_rows(TOWNSHIP, REFERRALS, row)]
    assert said(read_rows(TOWNSHIP, REFERRALS, *rows)) == said(alone)


def test_a_column_that_has_forgotten_reads_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [filled(TOWNSHIP, PENALTIES, n, 备注=f"第{n % 7}次", 涉案金额=float(n % 5)) for n in range(1, 60)]
    remembered = read_rows(TOWNSHIP, PENALTIES, *rows)
    monkeypatch.setattr(cell, "_REMEMBERED", 3)
    assert read_rows(TOWNSHIP, PENALTIES, *rows) == remembered


def test_equal_values_of_another_kind_are_another_text() -> None:
    remarks: list[CellValue] = [1, 1.0, True, "1", 1, True, 0.0, -0.0, 0, False, math.inf]
    rows = [filled(TOWNSHIP, PENALTIES, n, 备注=remark) for n, remark in enumerate(remarks, start=1)]
    read = read_rows(TOWNSHIP, PENALTIES, *rows)
    texts = [dict(r.record.raw)["备注"] for r in read if r.record]
    assert texts == ["1", "1", "TRUE", "1", "1", "TRUE", "0", "-0", "0", "FALSE", "inf"]


def test_a_fault_is_named_with_each_row_that_has_it() -> None:
    rows = [filled(TOWNSHIP, PENALTIES, n, 案由="口角纠纷") for n in (1, 2, 3)]
    read = read_rows(TOWNSHIP, PENALTIES, *rows)
    assert [(r.reading, r.column, r.reason) for r in read] == [(Reading.QUARANTINED, "案由", "unknown_category")] * 3
    assert [r.source in r.detail for r in read] == [True] * 3


def test_numbers_pair_off_with_names_in_every_row_anew() -> None:
    pairs = [
        ("张三", ID_NO),
        ("张三", OTHER_ID_NO),
        ("张三、李四", f"{ID_NO}、{OTHER_ID_NO}"),
        ("张三", ID_NO),
        ("张三", None),
    ]
    rows = [filled(TOWNSHIP, PENALTIES, n, 当事人=names, 证件号码=ids) for n, (names, ids) in enumerate(pairs, start=1)]
    parties = [[(p.name, p.id_no) for p in r.record.parties] for r in read_rows(TOWNSHIP, PENALTIES, *rows) if r.record]
    one = [("张三", ID_NO)]
    assert parties == [one, [("张三", OTHER_ID_NO)], [*one, ("李四", OTHER_ID_NO)], one, [("张三", "")]]
