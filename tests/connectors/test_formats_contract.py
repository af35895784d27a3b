"""What may the hub rely on, in whatever format a file comes?"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date

import pytest

from connectors import delimited
from connectors.formats import FORMATS, read_table
from hub.errors import ConfigurationFault, ParcelRefused
from tests.connectors import workbooks
from tests.connectors.workbooks import Cell, Rows

Make = Callable[[Rows], bytes]


def _csv(rows: Rows) -> bytes:
    header, *rest = [["" if value is None else str(value) for value in row] for row in rows]
    return delimited.write(header, rest)


def _json(rows: Rows) -> bytes:
    header, *rest = rows
    items = [dict(zip(header, row, strict=True)) for row in rest]
    return json.dumps({"items": items, "next_cursor": None}, default=str).encode()


FILES: dict[str, tuple[str, Make]] = {
    "xlsx": ("workbook", workbooks.xlsx),
    "xls": ("workbook", workbooks.xls),
    "ods": ("workbook", workbooks.ods),
    "xlsb": ("workbook", workbooks.xlsb),
    "csv": ("delimited", _csv),
    "json": ("documents", _json),
}
HEADER = ["立案号", "当事人", "证件号码"]


@pytest.fixture(params=sorted(FILES))
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of file."""
    return str(request.param)


def cells(kind: str, rows: Rows) -> Sequence[tuple[object, ...]]:
    """What the only sheet of such a file holds."""
    word, make = FILES[kind]
    (sheet,) = read_table(word, make(rows), f"township/ledger.{kind}").sheets
    assert len({len(row) for row in sheet.rows}) <= 1
    return sheet.rows


def test_every_format_is_held_to_this_contract() -> None:
    assert {word for word, _ in FILES.values()} == set(FORMATS)


def test_the_header_is_the_first_row_and_the_rows_follow_in_order(kind: str) -> None:
    rows = [HEADER, *([f"立〔2026〕{number}号", "示例甲", "1"] for number in range(1, 40))]
    assert cells(kind, rows) == [tuple(row) for row in rows]


@pytest.mark.parametrize(
    "text",
    [
        "140924198003041232",
        "14092419800304123X",
        "007",
        '="140924198003041232"',
        "=1+1",
        "+86",
        "-",
        "@甲",
        "'140924",
        "2026-03-05",
        "1E5",
        "TRUE",
        "　张三 ",
        "𠮷田〇㐂",
        "二〇二六年三月五日",
        "a,b;c\td",
        '他说"是"',
    ],
)
def test_text_stays_text_letter_by_letter(kind: str, text: str) -> None:
    assert cells(kind, [HEADER, ["立1", text, "1"]])[1][1] == text


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "xlsb", "json"])
@pytest.mark.parametrize("number", [0.0, 12.5, -3.0, 1.40924198003041e17])
def test_a_number_stays_a_number(kind: str, number: float) -> None:
    (value,) = cells(kind, [["涉案金额"], [number]])[1]
    assert type(value) in {float, int}
    assert value == number


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "xlsb"])
def test_a_day_is_the_day_that_was_typed(kind: str) -> None:
    assert cells(kind, [["移送时间"], [date(2026, 3, 5)]])[1] == (date(2026, 3, 5),)


def test_a_cell_without_value_is_none_and_holds_its_place(kind: str) -> None:
    empty: Cell = None
    assert cells(kind, [HEADER, ["立1", empty, "1"]])[1] == ("立1", None, "1")


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "xlsb", "csv"])
def test_a_blank_row_between_rows_keeps_the_numbers_of_those_after_it(kind: str) -> None:
    found = cells(kind, [["立案号", "备注"], ["立1", "x"], [None, None], ["立2", "y"]])
    assert found == [("立案号", "备注"), ("立1", "x"), (None, None), ("立2", "y")]


def test_what_is_of_another_kind_is_refused_whole_and_named(kind: str) -> None:
    word, _ = FILES[kind]
    with pytest.raises(ParcelRefused) as refused:
        read_table(word, b"\x00\x01\x02\xff\xfe\x00", "township/x")
    assert (refused.value.path, refused.value.reason) == ("township/x", "unreadable_file")


def test_an_empty_file_is_refused_whole(kind: str) -> None:
    with pytest.raises(ParcelRefused) as refused:
        read_table(FILES[kind][0], b"", "township/x")
    assert refused.value.reason == "unreadable_file"


def test_a_file_that_was_cut_short_is_refused_or_shorter_but_never_wrong(kind: str) -> None:
    rows: Rows = [HEADER, *([f"立{number}", "示例甲", str(number) * 18] for number in range(1, 30))]
    word, make = FILES[kind]
    content = make(rows)
    for length in range(1, len(content), max(1, len(content) // 60)):
        try:
            table = read_table(word, content[:length], "township/x")
        except ParcelRefused:
            continue
        read = [row for sheet in table.sheets for row in sheet.rows]
        # Text has no end that could be missed: its last line may stop anywhere.
        assert read[:-1] == [tuple(row) for row in rows][: len(read) - 1]


def test_a_mapping_that_names_no_such_format_is_a_fault_of_the_mapping() -> None:
    with pytest.raises(ConfigurationFault, match="wordbook"):
        read_table("wordbook", b"", "x")
