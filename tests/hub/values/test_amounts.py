"""Is every way of writing a sum read to the cent, and no vague one?"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import UnreadableValue
from hub.model import CellValue
from hub.values.amounts import plain, read_amount, read_quantity


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        (125000, "125000"), (125000.0, "125000"), (0, "0"), (0.1 + 0.2, "0.3"), (12.5, "12.5"), ("125000", "125000"),
        ("125,000.00", "125000"), ("1,250,000", "1250000"), ("¥7,000.00", "7000"), ("￥５１５００", "51500"), ("125000元", "125000"),
        ("人民币125000元整", "125000"), ("12.5万", "125000"), ("12.5万元", "125000"), ("１２．５万元", "125000"), ("12.5 万 元", "125000"),
        ("1.2亿", "120000000"), ("3千元", "3000"), ("5百万元", "5000000"), ("2千万", "20000000"), ("125000.50", "125000.5"),
        ("'125000", "125000"), ("壹拾贰万伍仟元整", "125000"), ("壹拾贰萬伍仟圓整", "125000"), ("人民币伍仟元", "5000"),
        ("十二万五千元", "125000"), ("壹万零伍拾元叁角贰分", "10050.32"), ("壹亿贰仟万元整", "120000000"), ("叁佰元零伍分", "300.05"),
        ("伍角", "0.5"), ("一億二千萬元", "120000000"), ("两千元", "2000"), ("一百零五元", "105"), ("一百一十五", "115"), ("一千〇五", "1005"), ("十万", "100000"),
    ],
)  # fmt: skip
def test_a_sum_reads_in_yuan_however_it_is_written(cell: CellValue, yuan: str) -> None:
    assert plain(read_amount(cell)) == yuan


@pytest.mark.parametrize(
    "cell",
    ["约12万", "12万左右", "10-15万", "12万余元", "不详", "待鉴定", "1,25,000", "12,5", "-500", -500, "1.2.3", "元", "万", "1e5", True,
     "壹拾贰万伍", "一百五", "三千二元", "贰拾叁拾", "拾拾", "十二万三亿", ["5"], float("nan"), float("inf"), "12万美元"],
)  # fmt: skip
def test_a_vague_or_broken_sum_is_not_read(cell: CellValue) -> None:
    with pytest.raises(UnreadableValue) as refused:
        read_amount(cell)
    assert refused.value.reason == "unreadable_amount"


@pytest.mark.parametrize(
    "cell",
    ["亿" * 5000, "壹亿" * 3000, "一" + "万" * 5000, "9" * 5000, "9" * 40, "0." + "0" * 9000 + "1", "999999999999亿", 1e15, 1e308, 5e-324],
)  # fmt: skip
@pytest.mark.parametrize("read", [read_amount, read_quantity])
def test_a_number_beyond_all_measure_is_not_read(read: Callable[[CellValue], Decimal], cell: CellValue) -> None:
    with pytest.raises(UnreadableValue) as refused:
        read(cell)
    assert refused.value.reason == "unreadable_amount"


@pytest.mark.parametrize("read", [read_amount, read_quantity])
def test_an_empty_cell_is_missing_and_not_zero(read: Callable[[CellValue], Decimal]) -> None:
    with pytest.raises(UnreadableValue) as refused:
        read("—")
    assert refused.value.reason == "missing_required"


@pytest.mark.parametrize(
    ("cell", "number"), [(36.9, "36.9"), ("8.90", "8.9"), ("3,438", "3438"), ("1.2万", "12000"), (0, "0"), (30, "30")]
)
def test_a_quantity_reads_as_a_plain_number(cell: CellValue, number: str) -> None:
    assert plain(read_quantity(cell)) == number


@pytest.mark.parametrize("cell", ["5亩", "¥5", "三亩", "-1", "许多"])
def test_a_quantity_with_anything_beside_the_number_is_not_read(cell: CellValue) -> None:
    with pytest.raises(UnreadableValue):
        read_quantity(cell)


SUMS = st.decimals(min_value=0, max_value=10**12, places=2)


@given(SUMS, st.sampled_from(["{:,.2f}", "{:.2f}", "¥{:,.2f}", "{:.2f}元", "￥{:.2f}"]))
def test_a_sum_reads_back_from_every_form(amount: Decimal, form: str) -> None:
    assert read_amount(form.format(amount)) == amount


@given(SUMS)
def test_ten_thousands_lose_no_cent(amount: Decimal) -> None:
    assert read_amount(f"{amount / 10_000:f}万元") == amount


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e20"), max_value=Decimal("1e20"), places=6)
)
def test_one_value_has_one_text(number: Decimal) -> None:
    text = plain(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert text == plain(number.normalize())
    assert not ("." in text and text.endswith(("0", ".")))


FINANCIAL, PLACES = "零壹贰叁肆伍陆柒捌玖", ["", "拾", "佰", "仟"]


def _four_digits(number: int) -> str:
    text, zero = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if zero and text else "") + FINANCIAL[digit] + PLACES[place]
        zero = digit == 0
    return text


def _financial(number: int) -> str:
    """A whole number below 10^12 as cheques write it."""
    text = ""
    for size, word in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group = number // size % 10_000
        if group:
            text += ("零" if text and group < 1000 else "") + _four_digits(group) + word
    return text or "零"


@given(st.integers(1, 10**12 - 1))
def test_a_sum_in_financial_numerals_reads_back(number: int) -> None:
    assert read_amount(f"{_financial(number)}元整") == number


@given(st.text() | st.integers() | st.floats())
def test_reading_a_sum_gives_a_number_or_a_reason_and_nothing_else(cell: str | int | float) -> None:
    reasons = {"unreadable_amount", "missing_required"}
    try:
        amount = read_amount(cell)
    except UnreadableValue as refused:
        reasons.remove(refused.reason)
        amount = Decimal(0)
    assert amount >= 0
