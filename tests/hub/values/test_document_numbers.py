"""Are two spellings of one document number one number, and two numbers two?"""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.values.document_numbers import find_document_numbers, loose_key, read_document_number, strict_key

PLAIN = "繁城综执移〔2026〕9号"


@pytest.mark.parametrize(
    "typed",
    [
        "繁城综执移(2026)９號", "繁城综执移（２０２６）第9号", "繁城综执移[2026]009", "繁城综执移［2026］9号", "繁城综执移【2026】09号",
        "繁城综执移﹝2026﹞9", "繁城综执移〖2026〗9号", "繁城综\u3000执移〔2026〕9号", "繁城综执移〔20 26〕 9 号", "繁城综执移〔2026】9号",
        "繁城综执移\u200b〔2026〕9\u00a0号\ufeff", "繁城綜執移〔2026〕9號", "繁城综执移〔２０２６〕第００９号", "繁城综执移〔2O26〕9号",
        "繁城综执移〔2〇26〕9号", "繁城综执移第〔2026〕9号", "繁城综执移《2026》9号", "繁城综执移「2026」9号", "繁城综执移〔2026年〕9号",
        "繁城综执移〔二〇二六〕9号", "繁城综执移〔二零二六〕九号", "繁城综执移〔2026〕第九号",
    ],
)  # fmt: skip
def test_every_spelling_of_a_number_is_that_number(typed: str) -> None:
    assert strict_key(typed) == strict_key(PLAIN) == PLAIN


@pytest.mark.parametrize(
    "other",
    [
        "繁城综执移〔2026〕90号", "繁城综执移〔2025〕9号", "砂城综执移〔2026〕9号", "繁城综执移字〔2026〕9号", "繁城综执移〔2026〕Z9号",
        "繁城综执移〔26〕9号", "繁城综执移2026年9号", "繁城综执移〔2026〕9-1号", "繁城综执移〔2026〕", "",
        "繁城综执移〔2026〕十九号", "繁城综执移〔2026〕一九号", "繁城综执移〔二〇二五〕9号",
    ],
)  # fmt: skip
def test_another_number_is_another_number(other: str) -> None:
    assert strict_key(other) != PLAIN


@pytest.mark.parametrize(
    "typed", ["繁公（刑）受案字〔2026〕10071号", "繁公(刑)受案字(2026)10071", "繁公﹝刑﹞受案字﹝2026﹞第010071號"]
)
def test_a_department_in_brackets_is_not_taken_for_the_year(typed: str) -> None:
    number = read_document_number(typed)
    assert (number.prefix, number.year, number.serial) == ("繁公(刑)受案字", "2026", "10071")
    assert number.raw == typed


def test_the_letter_before_a_serial_is_part_of_the_number_and_no_part_of_a_candidate() -> None:
    assert read_document_number("繁检刑不诉〔2026〕Z07号").mark == "Z"
    assert strict_key("繁检刑不诉〔2026〕z7") == "繁检刑不诉〔2026〕Z7号"
    assert loose_key("繁检刑不诉〔2026〕Z7号") == loose_key("繁检刑不诉〔2026〕7号") == "2026-7"


@pytest.mark.parametrize(
    "typed", ["繁检意〔26〕5号", "繁检意2026年第5号", "繁检意2026-05", "繁检意（2026）5", "砂移〔2026〕005"]
)
def test_a_short_or_bare_year_is_enough_to_look_for_candidates(typed: str) -> None:
    assert loose_key(typed) == "2026-5"


@pytest.mark.parametrize(
    "text", ["", "口头", "5号", "A1409240200002026060001", "〔2026〕", "繁检意〔20RR〕5号", "繁检意〔1026〕5号"]
)
def test_text_of_another_shape_is_kept_whole_and_offers_no_candidate(text: str) -> None:
    number = read_document_number(text)
    assert not number.readable
    assert number.raw == text
    assert loose_key(text) == ""
    assert (number.key == "") == (text == "")


def test_a_serial_can_be_counted_to_find_gaps() -> None:
    assert read_document_number("繁城综执移〔2026〕012号").serial_number == 12
    assert read_document_number("繁城综执移〔2026〕12之1号").serial_number is None
    assert read_document_number("口头").serial_number is None


@pytest.mark.parametrize("digits", [10, 5000])
def test_a_serial_beyond_all_counting_is_a_number_still_but_counts_nothing(digits: int) -> None:
    serial = "9" * digits
    assert read_document_number(f"繁城综执移〔2026〕{serial}号").serial_number is None
    assert loose_key(f"繁城综执移〔26〕0{serial}号") == loose_key(f"繁城综执移〔2026〕{serial}号") == f"2026-{serial}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("依检察意见书移送（繁检行意〔2026〕10号）", ("繁检行意〔2026〕10号",)),
        ("见繁公（刑）受案字〔2026〕10071号", ("繁公(刑)受案字〔2026〕10071号",)),
        ("与繁检意〔2026〕3号、繁检意[2026]4号有关", ("繁检意〔2026〕3号", "繁检意〔2026〕4号")),
        ("繁检意〔2026〕3号繁检意〔2026〕4号", ("繁检意〔2026〕3号", "繁检意〔2026〕4号")),
        ("（已核实情况属实）繁检意〔2026〕3", ("繁检意〔2026〕3号",)),
        ("对象：基本农田", ()),
    ],
)
def test_the_numbers_that_a_remark_mentions_are_found(text: str, found: tuple[str, ...]) -> None:
    assert find_document_numbers(text) == found


def test_a_very_long_remark_is_searched_in_no_time() -> None:
    began = perf_counter()
    found = find_document_numbers("经查明当事人在林地内采矿" * 10_000 + "（见繁检意〔2026〕3号）")
    assert found == ("繁检意〔2026〕3号",)
    assert perf_counter() - began < 5


PREFIXES = st.sampled_from(["繁城综执移", "砂政移字", "繁公（刑）受案字", "繁公(食药环)立字", "繁检刑不诉", "繁检意"])
BRACKETS = st.sampled_from(["〔〕", "﹝﹞", "［］", "[]", "【】", "（）", "()", "〖〗"])
SPACES = st.sampled_from(["", "", " ", "\u3000", "\u00a0", "\u200b", "\ufeff"])
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@st.composite
def spellings(draw: st.DrawFn, prefix: str, year: int, serial: int, mark: str) -> str:
    pair = draw(BRACKETS)
    zeros = "0" * draw(st.integers(0, 3))
    digits = str.maketrans({}) if draw(st.booleans()) else WIDE
    parts = [
        *prefix, pair[0], *str(year).translate(digits), pair[1], draw(st.sampled_from(["", "第"])), mark,
        *f"{zeros}{serial}".translate(digits), draw(st.sampled_from(["", "号", "號"])),
    ]  # fmt: skip
    place = draw(st.integers(0, len(parts)))
    return "".join([*parts[:place], draw(SPACES), *parts[place:]])


NUMBERS = st.tuples(PREFIXES, st.integers(2000, 2099), st.integers(1, 99_999), st.sampled_from(["", "Z"]))


@given(st.data(), NUMBERS)
def test_all_spellings_share_one_key(data: st.DataObject, number: tuple[str, int, int, str]) -> None:
    one, other = data.draw(spellings(*number)), data.draw(spellings(*number))
    assert strict_key(one) == strict_key(other)
    assert loose_key(one) == f"{number[1]}-{number[2]}"
    assert strict_key(strict_key(one)) == strict_key(one)


@given(st.data(), NUMBERS, NUMBERS)
def test_different_numbers_never_share_a_key(
    data: st.DataObject, number: tuple[str, int, int, str], other: tuple[str, int, int, str]
) -> None:
    keys_agree = strict_key(data.draw(spellings(*number))) == strict_key(data.draw(spellings(*other)))
    assert keys_agree == (number == other)


@given(st.text())
def test_any_text_has_a_key_and_is_kept(text: str) -> None:
    number = read_document_number(text)
    assert number.raw == text
    assert strict_key(text) == number.key


@given(
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=6),
    st.integers(1890, 2110),
    st.text("0123456789", min_size=1, max_size=6),
)
def test_a_number_as_it_should_be_written_has_the_key_that_its_parts_give(prefix: str, year: int, serial: str) -> None:
    typed = f"{prefix}〔{year}〕{serial}号"
    assert strict_key(typed) == read_document_number(typed).key
