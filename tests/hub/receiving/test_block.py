"""Does a row that is read with hundreds of others, column by column, say what it says when it is read by itself?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.formats import read_table
from hub.ledger.row_form import WrittenRow
from hub.model import CellValue, Parcel, Reading
from hub.receiving import parcel as receiving
from hub.receiving.block import BlockReader, block_reader
from hub.receiving.parcel import read_name, rows_of
from hub.receiving.row import RowReader
from hub.receiving.table import Sheet, Table
from tests.hub.agency_rows import (
    AGENCIES,
    CODES,
    ID_NO,
    LETTERS,
    OPINIONS,
    OTHER_ID_NO,
    PENALTIES,
    REFERRALS,
    T0,
    TOWNSHIP,
    filled,
    headers,
    parcel,
    sheet,
)

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_TEXTS = st.text(st.characters(codec=None), max_size=6)
_CELLS: st.SearchStrategy[CellValue] = st.one_of(
    st.none(),
    _TEXTS,
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(2**60), 2**60),
    st.dates(date(1940, 1, 1), date(2110, 12, 31)),
    st.datetimes(datetime(1985, 1, 1), datetime(2100, 12, 31)),  # noqa: DTZ001 - as cells are
    st.sampled_from(
        ["张三", "无", "無名氏", "张三、李四", "某公司（张三、李四）", ID_NO, OTHER_ID_NO, f"{ID_NO}、/", "140924********1236", ID_NO[:-1] + "5",
         "繁城综执立〔2026〕12号", "繁城綜執立〔2026〕012号", "口头", "滥伐林木", "盗伐", "是", "／", " 5", "'5", '="7"', '无"\\', "2026年3月5日",
         "2026-02-30", "12.5万元", "半\ud83d", "\ud55c字", 46086, 46086.5, 0.0, -0.0, 0.1 + 0.2, 9100.0, 1e22, True]
    ),
)  # fmt: skip


@st.composite
def _sheets(draw: st.DrawFn) -> Sheet:
    title = draw(st.sampled_from([REFERRALS, PENALTIES, OPINIONS, LETTERS]))
    rows: list[list[CellValue]] = [list(headers(TOWNSHIP, title))]
    for number in range(draw(st.integers(0, 15))):
        given_cells: Mapping[str, CellValue] = draw(
            st.dictionaries(st.sampled_from(headers(TOWNSHIP, title)), _CELLS, max_size=7)
        )
        cells = {"序号": float(number + 1), **given_cells}
        rows.append(filled(TOWNSHIP, title, cells.pop("序号"), **cells))
    return sheet(title, *rows)


def both_ways(one: Parcel, table: Table) -> tuple[list[WrittenRow], list[WrittenRow]]:
    """The rows of a parcel read in blocks, and each by itself."""

    def read() -> list[WrittenRow]:
        return list(rows_of(AGENCIES[one.agency], one, CODES, lambda *_: table))

    together = read()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receiving, "block_reader", lambda _: None)
        return together, read()


@settings(max_examples=300)
@given(_sheets())
def test_rows_say_in_a_block_what_they_say_alone(drawn: Sheet) -> None:
    together, alone = both_ways(parcel(TOWNSHIP, "行刑衔接台账_202607.xlsx"), Table((drawn,)))
    assert together == alone


def test_so_does_every_row_of_the_samples() -> None:
    counts = dict.fromkeys((word.value for word in Reading), 0)
    for code, agency in sorted(AGENCIES.items()):
        place = agency.mapping.channel.place
        for file in sorted(path for path in (SAMPLES / place).rglob("*") if path.is_file()):
            path = f"{place}/{file.relative_to(SAMPLES / place).as_posix()}"
            name = read_name(agency, path)
            if name is None or name.rule.answers or name.rule.format == "documents":
                continue
            one = Parcel(code, path, file.read_bytes(), "", T0, T0)
            together = list(rows_of(agency, one, CODES, read_table))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(receiving, "block_reader", lambda _: None)
                assert together == list(rows_of(agency, one, CODES, read_table))
            for row in together:
                counts[row.reading] += 1
    assert counts["read"] > 1000
    assert counts["quarantined"] > 5
    assert counts["ignored"] > 10


@pytest.mark.parametrize("title", [REFERRALS, PENALTIES])
def test_the_long_sheets_of_every_township_are_read_in_blocks(title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the two tests above would compare a way with itself."""
    made: list[BlockReader | None] = []

    def noted(reader: RowReader) -> BlockReader | None:
        made.append(block_reader(reader))
        return made[-1]

    monkeypatch.setattr(receiving, "block_reader", noted)
    townships = [code for code, agency in AGENCIES.items() if title in agency.notice.sheets]
    for code in townships:
        table = Table((sheet(title, headers(code, title), filled(code, title)),))
        both_ways(parcel(code, "行刑衔接台账_202607.xlsx"), table)
    assert len(made) == len(townships) > 8
    assert None not in made
