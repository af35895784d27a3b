"""Do whole columns say what hub.values says of each cell?"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import UnreadableValue
from hub.link.columns.identities import identity_columns, tails
from hub.link.columns.matter_values import amount_column, cause_column, day_column, unit_column
from hub.link.columns.numbers import number_in, one_number, one_table, read_numbers
from hub.link.columns.spelling import different, one_name
from hub.values.amounts import read_amount
from hub.values.blanks import is_blank
from hub.values.identity import IdentityState, current_form, read_identity
from hub.values.moments import read_moment
from hub.values.names import party_name
from tests.hub.agency_rows import CODES

# What clerks, keyboards and programs put into a cell: widths, brackets, blanks, scripts, marks.
HAZARDS = " \u3000\u00a0\u200b\t\n'\"=*×xX某□〓○\ue864\ufffd?/—无第号號之-−.．·•（）()〔〕[]【】〖〗﹝﹞［］{}0０oO○〇零1１9９Ｘ綜移張国國龍乾㎡①ⅣE+万元￥¥,，年月日"
SEEDS = {
    "number": ["繁城综执移〔2026〕12号", "繁公（刑）受案字〔2026〕10071号", "砂政移字(2026)第006號", "繁检意〔2026〕Z5号", "〔26〕5号", "口头", "A1409240200002026070001", "202607000112", "J140924-0012", "移送书：砂政移字〔2026〕6号。", "“砂政移〔2026〕7号”(补)", "不详", "00000", "综执移2026年12号", "文号：砂政移字〔2026〕6号", "详见繁城综执移〔2026〕12号", "砂政移〔2026〕7号、砂政移〔2026〕8号", "综执移2026第12号", "砂政移《2026》6号", "砂政移〔二○二六〕十六号", "砂政移〔2026年〕6号", "砂政移〔2026〕一二号", "砂政移第45号"],
    "name": ["张三", "欧阳小明", "阿·买提", "王某某", "李**", "繁峙县兴永（山西）建材有限责任公司", "甲有限责任公司", "某某公司", "喆堃", "盧 偉", "犯罪嫌疑人张三", "张三（在逃）", "李四等3人", "王五140924198003041236", "不详", "N/A", "被不起诉人：赵六", "何某1", "何某某二", "唐", "王○○", "康通养殖场（经营者：廖兰敏）", "康通养殖场业主廖兰敏", "廖兰敏（康通养殖场）", "兴永公司法人李四"],
    "identity": ["140924198003041236", "11010519491231002X", "140924800304123", "1409241980****1236", "91350100M000100Y43",
                 "140924198003041000", "1.40924198003041E+17", "140924198003041232", "140924000012345", "14092419800304123６", "不详", "身份证140924198003041236", "140924198003041236（复印件）", "140924-19800304-1236", "ID:91350100M000100Y43", "140924198003041236/13803501234", "140924198003041000.0", "**************1236", "******************"],
    "date": ["2026-03-05", "2026/3/5", "2026.3.5", "20260305", "2026年3月5日", "二〇二六年三月五日", "46086", "2026-03-05 16:30", "2026-02-30", "1880-01-01", "2026-3-5", "2026-03-05T24:00"],
    "amount": ["125000", "125,000.00", "￥１２５０", "12.5万元", "壹拾贰万伍仟元整", "约12万", "3亿", "1,25", "0.1", "12.345", "¥1,250.5万元", "3万", "2500元"],
}  # fmt: skip


def spoilt(kind: str, count: int = 3000, seed: int = 7) -> list[str]:
    """Texts of one kind, each with up to three characters put in, taken out or replaced."""
    dice = random.Random(seed)
    texts = [*SEEDS[kind], "", " ", "/", "无"]
    for _ in range(count):
        text = list(dice.choice(SEEDS[kind]))
        for _ in range(dice.randrange(4)):
            place = dice.randrange(len(text) + 1)
            text[place : place + dice.randrange(2)] = dice.choice(("", dice.choice(HAZARDS)))
        texts.append("".join(text))
    return texts


def column(texts: list[str]) -> pl.Series:
    return pl.Series(texts, dtype=pl.String)


def name_of(text: str) -> str | None:
    return None if is_blank(text) else party_name(text) or None


@pytest.mark.parametrize(
    ("kind", "of_column", "of_cell"), [("number", one_number, number_in), ("name", one_name, name_of)]
)
def test_numbers_and_names_are_spelt_as_cell_by_cell(
    kind: str, of_column: Callable[[pl.Series], pl.Series], of_cell: Callable[[str], str | None]
) -> None:
    texts = spoilt(kind)
    assert dict(zip(texts, of_column(column(texts)), strict=True)) == {text: of_cell(text) for text in texts}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(alphabet=HAZARDS + "张王繁政字2026", max_size=14), min_size=1, max_size=20))
def test_no_mixture_of_hazards_is_read_otherwise_in_a_column(texts: list[str]) -> None:
    assert one_number(column(texts)).to_list() == [number_in(text) for text in texts]
    assert one_name(column(texts)).to_list() == [name_of(text) for text in texts]


def test_keys_of_numbers_in_two_columns_are_equal_where_the_numbers_are() -> None:
    texts, others = spoilt("number"), spoilt("number", seed=8)
    _, keys = one_table([read_numbers(column(texts)), read_numbers(column(others))])
    seen: dict[int, set[str | None]] = {}
    for text, key in zip([*texts, *others], [*keys[0].tolist(), *keys[1].tolist()], strict=True):
        seen.setdefault(key, set()).add(number_in(text))
    assert {len(numbers) for numbers in seen.values()} == {1}
    assert seen[0] == {None}
    assert len(seen) == len({number_in(text) for text in (*texts, *others)}) > 1000


@pytest.mark.parametrize(
    ("number", "other", "same_words", "same_serial"),
    [
        ("繁城综执移〔2026〕12号", "繁城综执移〔2025〕12号", True, False),
        ("繁城综执移〔2026〕12号", "砂政移字〔2026〕12号", False, True),
        ("繁检意〔2026〕Z5号", "繁检意〔2026〕5号", True, True),
        ("综执移2026年12号", "综执移〔2026〕12号", True, True),
        ("〔2026〕12号", "综执移〔2026〕12号", False, True),
        ("综执移〔2026〕123456789号", "砂政移字〔2026〕123456789号", False, True),
        ("综执移〔2026〕123456789号", "综执移〔2026〕123456780号", True, False),
    ],
)
def test_words_and_serials_of_numbers_are_told_by_their_heads(
    number: str, other: str, same_words: bool, same_serial: bool
) -> None:
    heads, (keys,) = one_table([read_numbers(column([number, other]))])
    (words, other_words), (serial, other_serial) = heads.words(keys).tolist(), heads.serials(keys).tolist()
    assert 0 not in (words, other_words, serial, other_serial)
    assert (words == other_words, serial == other_serial) == (same_words, same_serial)


def test_a_number_without_a_year_has_neither_words_nor_a_serial() -> None:
    heads, (keys,) = one_table([read_numbers(column(["A1409240200002026070001", "口头"]))])
    assert keys.tolist()[0] > 0 == keys.tolist()[1]
    assert (heads.words(keys).tolist(), heads.serials(keys).tolist()) == ([0, 0], [0, 0])
    assert heads.texts(keys).to_list() == ["A1409240200002026070001", None]


def test_identity_numbers_are_judged_as_cell_by_cell() -> None:
    texts = spoilt("identity", 6000)
    told = identity_columns(column(texts))
    hidden = (IdentityState.MASKED, IdentityState.DAMAGED, IdentityState.ABSENT)
    for text, one in zip(texts, told.iter_rows(named=True), strict=True):
        alone = read_identity(text)
        assert one["id_state"] == str(alone.state), text
        assert one["id_text"] == (None if alone.state in hidden else current_form(alone)), text
        assert one["id_mask"] == (alone.text if alone.state is IdentityState.MASKED else None), text
        if alone.state is IdentityState.DAMAGED:
            assert str(one["id_first"] or "") == alone.prefix15.lstrip("0"), text


def test_numbers_are_damaged_where_a_program_may_have_written_them_in_the_fewest_digits() -> None:
    dice = random.Random(7)
    texts = [f"{dice.randrange(10**16, 10**17)}0" for _ in range(2000)]
    texts += [
        f"{dice.randrange(1000, 9999)}001980{dice.randrange(1, 13):02}01{dice.randrange(1000):03}0" for _ in range(2000)
    ]
    texts += [f"1.{dice.randrange(10**14)}E{sign}17" for sign in ("", "+") for _ in range(100)] + [
        "1E17",
        "1.40924E+17",
    ]
    told = identity_columns(column(texts))
    alone = [read_identity(text) for text in texts]
    assert told["id_state"].to_list() == [str(one.state) for one in alone]
    damaged = [(row, one) for row, one in enumerate(alone) if one.state is IdentityState.DAMAGED]
    assert len(damaged) > 500
    assert {str(told["id_first"][row] or "") for row, _ in damaged} == {one.prefix15.lstrip("0") for _, one in damaged}


def test_the_tails_of_numbers_are_equal_where_their_last_four_characters_are_digits_and_the_same() -> None:
    texts = [*spoilt("identity"), "0000", "000", "张0000", "12三4", "140924********041X", None]
    figures = tails(pl.Series(texts, dtype=pl.String)).tolist()
    shown = [text[-4:] if text and set(text[-4:]) <= set("0123456789X") and len(text) > 3 else "" for text in texts]
    assert all((figure == 0) == (tail == "") for figure, tail in zip(figures, shown, strict=True))
    assert len(set(zip(figures, shown, strict=True))) == len(set(figures)) == len(set(shown))


def test_different_texts_are_told_once_and_found_again() -> None:
    texts = pl.Series(["b", None, "a", "", "b", "龙" * 30, None, "a"])
    once, places = different(texts)
    assert once.to_list() == ["b", "a", "", "龙" * 30]
    assert once.gather(places).to_list() == texts.to_list()
    for nothing in ([], [None, None]):
        once, places = different(pl.Series(nothing, dtype=pl.String))
        assert (once.to_list(), places.to_list()) == ([], nothing)


def test_a_mistyped_number_of_a_person_is_not_good_because_it_has_a_units_check_character() -> None:
    told = identity_columns(column(["140924199508013577", "140924199908013577"]))
    assert told["id_state"].to_list() == ["complete", "mistyped"]
    assert told["id_good"].to_list() == [True, False]


def test_days_are_those_of_each_cell_and_of_short_years_as_well() -> None:
    texts = spoilt("date")

    def day(text: str) -> object:
        try:
            return read_moment(text).day
        except UnreadableValue:
            return None

    read = dict(zip(texts, day_column(column(texts)), strict=True))
    assert [day(text) for text in texts if day(text)] == [read[text] for text in texts if day(text)]
    more = {text for text in texts if read[text] != day(text)}
    assert {read[text] for text in more} == {day(f"20{text}") for text in more}
    assert day_column(column(["26-3-5", "26.3.5", "26年3月5日", "3月5日"])).to_list() == [date(2026, 3, 5)] * 3 + [None]


def test_sums_are_those_of_each_cell_in_hundredths() -> None:
    texts = spoilt("amount")

    def cents(text: str) -> int | None:
        try:
            return round(float(read_amount(text)) * 100)
        except UnreadableValue:
            return None

    assert dict(zip(texts, amount_column(column(texts)), strict=True)) == {text: cents(text) for text in texts}


def test_causes_and_units_that_we_do_not_know_stand_for_themselves() -> None:
    causes = cause_column(column(["滥伐林木", "张三涉嫌滥伐林木案", "非法排污", "偷税", "/"]), CODES)
    assert causes.to_list() == ["A345-2", "A345-2", "A338", "?偷税", None]
    units = unit_column(column(["繁峙县繁城镇人民政府", "繁城", "某地", ""]), CODES)
    assert units[0] == units[1]
    assert units.to_list()[2:] == ["?某地", None]
