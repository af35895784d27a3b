"""Are the rows of a worksheet the same however often, and however far, they are walked through?"""

from __future__ import annotations

from itertools import islice

from connectors import excel
from connectors.sheet_rows import SheetRows


def _rows(*rows: list[object]) -> SheetRows:
    content = excel.write([("表", ["甲", "乙"], rows)])  # type: ignore[list-item]
    (sheet,) = excel.read(content, "book.xlsx").sheets
    assert isinstance(sheet.rows, SheetRows)
    return sheet.rows


def test_rows_can_be_walked_through_again_and_again() -> None:
    rows = _rows(["一", 1], ["二", None], ["三", 3])
    assert list(rows) == list(rows) == rows == [("甲", "乙"), ("一", 1), ("二", None), ("三", 3)]
    assert len(rows) == 4


def test_two_walks_at_once_do_not_disturb_each_other() -> None:
    rows = _rows(["一", 1], ["二", 2])
    first, second = iter(rows), iter(rows)
    assert [next(first), next(first), next(second), next(first)] == [("甲", "乙"), ("一", 1), ("甲", "乙"), ("二", 2)]


def test_a_row_or_a_part_can_be_asked_for() -> None:
    rows = _rows(["一", 1], ["二", 2])
    assert (rows[-1], rows[:1]) == (("二", 2), [("甲", "乙")])
    assert list(islice(rows, 1, 2)) == [("一", 1)]
    assert rows != [("甲", "乙")]


def test_rows_end_with_the_last_that_holds_something() -> None:
    assert len(_rows(["一", 1], [None, None], ["三", None], ["", None])) == 4
