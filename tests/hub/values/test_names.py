"""Are parties told apart, and two spellings of one name told to be one?"""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.values.names import (
    LEGAL_FORM,
    comparable_name,
    is_masked,
    is_shop,
    is_unit,
    masked_fits,
    named_beside,
    party_name,
    split_numbers,
    split_parties,
)


@pytest.mark.parametrize(
    ("cell", "parties"),
    [
        ("张三", ("张三",)),
        ("张三、李四", ("张三", "李四")),
        ("张三,李四，王五；赵六;钱七", ("张三", "李四", "王五", "赵六", "钱七")),
        ("张三\n李四", ("张三", "李四")),
        (" 张 三 、李\u3000四、", ("张 三", "李\u3000四")),
        ("山西恒远（繁峙、代县）矿业有限公司、张三", ("山西恒远（繁峙、代县）矿业有限公司", "张三")),
        ("鑫达(物流,仓储)公司", ("鑫达(物流,仓储)公司",)),
        ("张三）、李四", ("张三）", "李四")),
        ("", ()),
        ("、", ()),
        ("/", ()),
    ],
)
def test_parties_are_split_at_separators_outside_brackets(cell: str, parties: tuple[str, ...]) -> None:
    assert split_parties(cell) == parties


def test_numbers_keep_the_place_of_one_that_is_missing() -> None:
    assert split_numbers("140924198003041236、无、1409241980****1236") == (
        "140924198003041236",
        "",
        "1409241980****1236",
    )
    assert split_numbers("140924198003041236") == ("140924198003041236",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("赵　静", "赵静"),
        ("宋 鑫", "宋\u00a0鑫"),
        ("盧偉", "卢伟"),
        ("張國慶", "张国庆"),
        ("繁峙縣興永建材有限責任公司", "繁峙县兴永建材有限公司"),
        ("山西恒远（繁峙）矿业有限公司", "山西恒远(繁峙)矿业有限责任公司"),
        ("山西恒远【繁峙】矿业有限公司", "山西恒远〔繁峙〕矿业有限公司"),
        ("阿·买提", "阿•买提"),
        ("阿·买提", "阿．买提"),
        ("阿·买提", "阿・买提"),
        ("ＡＢ建材", "ab建材"),
    ],
)
def test_two_spellings_of_one_name_compare_equal(one: str, other: str) -> None:
    assert comparable_name(one) == comparable_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张三", "张三丰"),
        ("王乾", "王干"),
        ("鑫达物流有限公司", "鑫达物流股份有限公司"),
        ("李强", "李強华"),
        ("于海", "於海"),
    ],
)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert comparable_name(one) != comparable_name(other)


@pytest.mark.parametrize(
    "name",
    ["王某", "王某某", "王某甲", "欧阳某某", "王*", "王**", "王＊＊", "王×", "王××", "王X", "王xx", "某某公司", "XX公司",
     "繁峙县某某建材有限公司", "张□", "张?", "何某1", "何某某２", "何某一", "何某庚", "唐", "唐〓", "吕\ue864明", "唐\U000f0001", "唐\ufffd", "王○○"],
)  # fmt: skip
def test_a_name_with_a_hidden_part_is_masked(name: str) -> None:
    assert is_masked(name)


@pytest.mark.parametrize(
    "name", ["王小明", "X光器材公司", "XEROX公司", "AXXB公司", "阿·买提", "繁峙县鑫达（物流）有限公司", ""]
)
def test_a_whole_name_is_not_masked(name: str) -> None:
    assert not is_masked(name)


@pytest.mark.parametrize(
    ("masked", "full"),
    [
        ("王某某", "王小明"), ("王某某", "王明"), ("王某", "王小明"), ("王**", "王 小明"), ("王×", "王明"), ("王某甲", "王明"),
        ("欧阳某", "欧阳明"), ("某某公司", "鑫达公司"), ("繁峙县某某有限公司", "繁峙县鑫达物流有限责任公司"), ("*小明", "王小明"),
        ("王某某", "王某"), ("王某", "王*"), ("盧某", "卢伟"), ("何某1", "何海昌"), ("何某某２", "何海"), ("何某二", "何海昌"),
        ("何某12", "何某"), ("唐", "唐䶮"), ("唐", "唐某"), ("王某", "王"), ("吕\ue864", "吕䶮"), ("吕〓明", "吕昪明"),
        ("某某1公司", "鑫达公司"), ("王某", "王建社"),
    ],
)  # fmt: skip
def test_a_masked_name_may_be_a_full_one_that_begins_and_ends_alike(masked: str, full: str) -> None:
    assert masked_fits(comparable_name(masked), comparable_name(full))


@pytest.mark.parametrize(
    ("masked", "full"),
    [
        ("王某某", "李小明"), ("王某", "王氏矿业有限公司"), ("王某某", "王小明天天明"), ("某某公司", "鑫达工厂"),
        ("繁峙县某某公司", "代县鑫达公司"), ("欧阳某", "欧明"), ("王某", "李某"), ("何某1", "李海昌"), ("唐", "汤䶮"), ("唐", "唐氏矿业有限公司"), ("吕\ue864明", "吕昪亮"),
    ],
)  # fmt: skip
def test_a_masked_name_is_not_just_anybody(masked: str, full: str) -> None:
    assert not masked_fits(comparable_name(masked), comparable_name(full))


def test_a_list_of_masked_names_run_together_is_compared_in_no_time() -> None:
    began = perf_counter()
    assert masked_fits("王*" * 40 + "王*李", "王小" * 100 + "李")
    assert not masked_fits("王*" * 40 + "王*李", "王小" * 100)
    assert not masked_fits("王某" * 40, "王小" * 100 + "明明明")
    assert perf_counter() - began < 5


SHOPS = (
    "超市", "门市", "门市部", "酒楼", "酒家", "饭庄", "农庄", "山庄", "农家乐", "药房", "网吧", "茶楼", "基地", "砖窑", "工作室", "加工点",
    "收购点", "商城", "食堂", "理发室", "洗浴城", "砂石厂", "农资店", "商行", "家园", "供销社",
)  # fmt: skip


@pytest.mark.parametrize("word", SHOPS)
def test_a_shop_is_known_by_how_its_name_ends(word: str) -> None:
    assert is_shop(f"繁峙县鑫达{word}")
    assert is_shop(f"鑫达{word}(砂河)")


@pytest.mark.parametrize("name", ["鑫达集团", "繁峙县鑫达建材公司", "鑫达种植专业合作社"])
def test_a_company_is_a_unit_and_no_shop(name: str) -> None:
    assert is_unit(name)
    assert not is_shop(name)


@pytest.mark.parametrize(
    "name",
    ["张玉楼", "王庄", "李城", "赵满堂", "王乐城", "陈家", "周点", "王建社", "张知行", "李会", "刘梦园", "赵站", "欧阳小吃", "张三养殖户",
     "阿布都·库"],
)  # fmt: skip
def test_no_word_for_a_unit_makes_one_of_a_person(name: str) -> None:
    assert not is_unit(name)


@pytest.mark.parametrize(
    ("cell", "party", "beside"),
    [
        ("繁峙县大营镇康通养殖场（经营者：廖兰敏）", "繁峙县大营镇康通养殖场", "廖兰敏"),
        ("康通养殖场（业主廖兰敏）", "康通养殖场", "廖兰敏"),
        ("康通养殖场(负责人:廖兰敏)", "康通养殖场", "廖兰敏"),
        ("康通养殖场，经营者廖兰敏", "康通养殖场", "廖兰敏"),
        ("兴永建材有限公司（法定代表人：李四）", "兴永建材有限公司", "李四"),
        ("廖兰敏（康通养殖场）", "廖兰敏", "康通养殖场"),
        ("经营者：廖兰敏（康通养殖场）", "廖兰敏", "康通养殖场"),
        ("张三（兴永建材有限公司）", "张三", ""),
        ("业主：廖兰敏", "廖兰敏", ""),
        ("张三（负责人李四）", "张三", ""),
        ("康通（养殖场）", "康通(养殖场)", ""),
        ("砂河镇（康通养殖场）", "砂河镇(康通养殖场)", ""),
        ("山西恒远（繁峙）矿业有限公司", "山西恒远(繁峙)矿业有限公司", ""),
        ("廖兰敏", "廖兰敏", ""),
    ],
)
def test_a_cell_may_name_an_owner_beside_the_shop_or_the_shop_beside_its_owner(
    cell: str, party: str, beside: str
) -> None:
    assert (party_name(cell), named_beside(cell)) == (party, beside)


@pytest.mark.parametrize(
    "name",
    ["山西信丰商贸公司", "山西信丰商贸有限公司", "山西信丰商贸有限责任公司", "山西信丰商贸股份有限公司", "山西信丰商贸（集团）公司"],
)  # fmt: skip
def test_a_firm_is_the_same_in_every_legal_form(name: str) -> None:
    assert LEGAL_FORM.sub("", comparable_name(name)) == "山西信丰商贸"


HAN = st.text(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5, exclude_characters="某"), min_size=2, max_size=4
)


@given(st.lists(HAN, min_size=1, max_size=5), st.sampled_from("、,，;；"))
def test_joined_parties_come_apart_again(names: list[str], separator: str) -> None:
    expected = tuple(name for name in names if name not in ("无", "無"))
    assert split_parties(separator.join(names)) == expected


@given(HAN, st.integers(0, 4), st.sampled_from([" ", "\u3000", "\u00a0", "\u200b"]))
def test_a_space_anywhere_in_a_name_makes_no_difference(name: str, place: int, space: str) -> None:
    assert comparable_name(name[:place] + space + name[place:]) == comparable_name(name)


@given(st.text())
def test_comparing_is_stable(name: str) -> None:
    assert comparable_name(comparable_name(name)) == comparable_name(name)


@given(HAN, st.sampled_from(["某", "某某", "*", "**", "×", "××"]))
def test_hiding_a_given_name_always_fits_the_name(name: str, stars: str) -> None:
    masked = name[0] + stars
    assert is_masked(masked)
    assert masked_fits(comparable_name(masked), comparable_name(name)) or is_unit(name)
