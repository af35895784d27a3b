"""Do columns of pairs say what two names, or two identity numbers, say when they are looked at one pair at a time?"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pypinyin import Style, pinyin
from rapidfuzz.distance import OSA

from hub.link.columns.masks import identity_masks, mask_fits, masks_meet, name_masks
from hub.link.columns.pairs import Pairs, identity_slips, name_begins, name_gaps, name_owners, name_shops, name_sounds
from hub.link.columns.sheets import LISTS, read_sheets, typed
from hub.link.columns.sides import Side
from hub.link.columns.traits import read_rows
from hub.values.names import LEGAL_FORM, UNIT_WORDS, hidden_parts, masked_fits
from tests.hub.agency_rows import CODES
from tests.hub.link.listed import frame

# Few characters, so that names often fit: of names, of what hides, of units; heard alike (小晓, 长 as 常 and as 掌); rare ones.
LETTERS = "王张小晓大明长常掌某某**×X?□甲乙一1公司厂店记(繁)有限A𠮷㐀\n"
NAMES = st.text(LETTERS, min_size=1, max_size=6)
WHOLE = "140924198003041236"
SEEDS = [
    "王某",
    "王某某",
    "王**",
    "王×",
    "王X",
    "王甲某乙",
    "某某公司",
    "繁峙县某公司",
    "王某公司某",
    "王某1",
    "王某某二",
    "王小明",
    "王小明公司",
    "王",
    "X光公司",
    "王\n明",
]
UNITS = [
    "繁峙县兴永建材有限公司",
    "兴永建材有限公司",
    "兴永建材",
    "兴永(山西)建材有限责任公司",
    "邓记饭店",
    "秀平五金店",
    "邓氏厂",
    "公司",
]
SWAPPED = ["王芳华", "王华芳", "欧阳小明", "欧阳明小", "欧小阳明", "王小晓", "王晓小", "王芳", "芳王"]
OWNERS = ["邓金仁", "邓秀平", "邓平", "秀平", "欧阳秀平", "张三", "张三(绰号小六)", "张三丰"]


def drawn(letters: str, least: int, most: int, count: int) -> list[str]:
    dice = random.Random(7)
    return ["".join(dice.choices(letters, k=dice.randint(least, most))) for _ in range(count)]


def column(texts: list[str]) -> pl.Series:
    return pl.Series(texts, dtype=pl.String)


def pairs_of(cell: str, one: list[str], other: list[str]) -> Pairs:
    """One list's rows beside another's, row by row, of which only one column is filled."""
    rows = dict(zip(LISTS, (other, one, []), strict=True))
    cells = {agency: typed(frame([{cell: text} for text in texts])) for agency, texts in rows.items()}
    sheets, heads = read_sheets(cells)
    asked = {agency: sheets[agency]["row"] for agency in LISTS}
    pool = read_rows(asked, cells, sheets, heads, CODES)
    left, right = (Side(pl.DataFrame({slot: asked[slot]}), pool, (slot,)) for slot in ("police", "township"))
    return Pairs((left, right), np.arange(len(one)), np.arange(len(one)))


def all_pairs(cell: str, texts: list[str]) -> Pairs:
    one, other = zip(*product(texts, texts), strict=True)
    return pairs_of(cell, list(one), list(other))


def read(pairs: Pairs, trait: str) -> list[tuple[str | None, str | None]]:
    one, other = pairs.texts(trait, np.arange(len(pairs)))
    return list(zip(one.to_list(), other.to_list(), strict=True))


def everywhere(pairs: Pairs) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.ones(len(pairs), dtype=np.bool_)


@given(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=20))
@example(list(product(SEEDS, SEEDS)))
def test_a_mask_fits_in_a_column_what_it_fits_alone(names: list[tuple[str, str]]) -> None:
    masked = [(mask, name) for mask, name in names if hidden_parts(mask)]
    for tell, hides in ((mask_fits, False), (masks_meet, True)):
        some = [(mask, name) for mask, name in masked if (hidden_parts(name) is not None) == hides]
        told = tell(column([mask for mask, _ in some]), column([name for _, name in some]))
        assert list(zip(some, told.tolist(), strict=True)) == [((a, b), masked_fits(a, b)) for a, b in some]


def test_either_side_may_be_masked_and_shows_its_beginning() -> None:
    pairs = all_pairs("party", [*SEEDS, *UNITS, "不详"])
    fits, shows = name_masks(pairs)
    whole, masks = read(pairs, "name"), read(pairs, "mask")
    for (name, other_name), (mask, other_mask), fit, shown in zip(whole, masks, fits, shows, strict=True):
        hidden, other = mask or other_mask, (other_name or other_mask) if mask else name
        named = hidden is not None and other is not None
        assert fit == (named and masked_fits(str(hidden), str(other)))
        assert shown == (min(len((hidden_parts(str(hidden)) or ("", ""))[0]), 3) if named else 0)


def by_ends(one: str, other: str) -> tuple[bool, int]:
    """What stands before the first star and behind the last."""
    begin, end = min(len(one.partition("*")[0]), len(other.partition("*")[0])), min(len(one.rpartition("*")[2]), len(other.rpartition("*")[2]))  # fmt: skip
    return one[:begin] == other[:begin] and one[len(one) - end :] == other[len(other) - end :], max(begin - 6, 0) + end


def test_masked_identity_numbers_are_compared_by_place_or_by_their_ends() -> None:
    pairs = all_pairs("id_no", [f"140924{middle}1236" for middle in drawn("12**", 4, 8, 60)] + [WHOLE, "1409*", "不详"])
    texts, masks = read(pairs, "id_text"), read(pairs, "id_mask")
    for (text, other_text), (mask, other_mask), fit, shown in zip(texts, masks, *identity_masks(pairs), strict=True):
        one, other = text or mask, other_text or other_mask
        if one is None or other is None or not (mask or other_mask):
            assert (fit, shown) == (-1, 0)
        elif len(one) == len(other) == len(WHOLE):
            both = [(a, b) for a, b in zip(one, other, strict=True) if "*" not in (a, b)]
            place = [a != "*" and b != "*" for a, b in zip(one, other, strict=True)]
            assert (fit, shown) == (all(a == b for a, b in both), min(sum(place[6:]), 8))
        else:
            fits, shows = by_ends(one, other)
            assert (fit, shown) == (fits, min(shows, 8))


def test_slips_of_identity_numbers_are_those_of_one_pair() -> None:
    pairs = all_pairs("id_no", [WHOLE, "140924198003041263", "14092419800304123X", "140924198003041239", "护照E1234", "护照E1243", "证照E1234", "不详"])  # fmt: skip
    slips = identity_slips(pairs, pairs.differ("id_key"))
    assert slips.tolist() == [a is not None and b is not None and OSA.distance(a, b) == 1 for a, b in read(pairs, "id_text")]  # fmt: skip


def test_one_character_apart_and_heard_alike_are_told_as_of_one_pair() -> None:
    pairs = all_pairs("party", [*drawn("王张小晓大明长常掌𠮷㐀", 2, 4, 80), *SWAPPED])
    gaps = name_gaps(pairs)
    sounds = name_sounds(pairs, gaps == 1)
    for (one, other), gap, alike in zip(read(pairs, "name"), gaps, sounds, strict=True):
        apart = slips_between(one or "", other or "")
        assert (gap == 1) == (apart == 1)
        assert alike == (apart == 1 and heard_alike(one or "", other or ""))


def slips_between(one: str, other: str) -> int:
    """A name of two the other way round is another name."""
    return 2 if len(one) == 2 and one == other[::-1] != other else OSA.distance(one, other)


def test_two_characters_in_each_others_place_are_one_slip() -> None:
    one, other = ["王芳华", "王小晓", "欧阳小明", "王小明", "王芳"], ["王华芳", "王晓小", "欧阳明小", "明小王", "芳王"]
    pairs = pairs_of("party", one, other)
    gaps = name_gaps(pairs)
    assert (gaps == 1).tolist() == [True, True, True, False, False]
    assert name_sounds(pairs, gaps == 1).tolist() == [False, True, False, False, False]


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ("康通养殖场（经营者：廖兰敏）", "廖兰敏", True),
        ("康通养殖场（业主廖兰敏）", "廖兰敏（康通养殖场）", True),
        ("廖兰敏（康通养殖场）", "康通养殖场", True),
        ("廖兰敏（康通养殖场）", "繁峙县大营镇康通养殖场", True),
        ("康通养殖场（经营者：廖兰敏）", "廖兰", False),
        ("康通养殖场（经营者：廖兰敏）", "兴旺饭店（经营者：廖兰敏）", False),
        ("廖兰敏（康通养殖场）", "兴旺饭店", False),
        ("张三（兴永建材有限公司）", "兴永建材有限公司", False),
        ("康通养殖场", "廖兰敏", False),
    ],
)
def test_an_owner_and_a_shop_of_one_cell_fit_either_of_them(one: str, other: str, fits: bool) -> None:
    assert name_owners(pairs_of("party", [one, other], [other, one])).tolist() == [fits, fits]


def heard_alike(one: str, other: str) -> bool:
    return len(one) == len(other) and all(
        a == b or syllables(a) & syllables(b) for a, b in zip(one, other, strict=True)
    )


def syllables(character: str) -> set[str]:
    return {sound for of in pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore") for sound in of}


def test_units_are_as_far_apart_as_they_are_and_of_others_it_is_told_where_it_is_one_character() -> None:
    pairs = all_pairs("party", [*UNITS, *OWNERS, "张三公司", "兴永建村", "兴建材"])
    for (one, other), gap in zip(read(pairs, "name"), name_gaps(pairs), strict=True):
        apart = slips_between(one or "", other or "")
        assert (gap == 1) == (apart == 1)
        if is_unit(one or "") and is_unit(other or "") and apart:
            assert gap == min(apart, 9)


def is_unit(name: str) -> bool:
    return re.search(UNIT_WORDS, name) is not None


def begins(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if is_unit(one) and is_unit(other):
        shorter, longer = sorted((LEGAL_FORM.sub("", one), LEGAL_FORM.sub("", other)), key=len)
        return one != other and len(shorter) >= 3 and (longer.startswith(shorter) or longer.endswith(shorter))
    return not is_unit(one) and not is_unit(other) and 2 <= len(shorter) < len(longer) and longer.startswith(shorter)


def called_after(one: str, other: str) -> bool:
    person, unit = sorted((one, other), key=is_unit)
    if is_unit(person) or not is_unit(unit) or len(person) < 2:
        return False
    return (person[1:] if len(person) > 2 else person) in unit or any(person[0] + sign in unit for sign in "记氏家")


@pytest.mark.parametrize(("in_columns", "of_one_pair"), [(name_begins, begins), (name_shops, called_after)])
def test_parts_of_names_and_names_of_shops_are_told_as_of_one_pair(
    in_columns: Callable[[Pairs, np.ndarray[tuple[int], np.dtype[np.bool_]]], object],
    of_one_pair: Callable[[str, str], bool],
) -> None:
    pairs = all_pairs("party", [*UNITS, *OWNERS, "邓"])
    told = np.asarray(in_columns(pairs, everywhere(pairs))).tolist()
    names = [(one or "", other or "") for one, other in read(pairs, "name")]
    assert list(zip(names, told, strict=True)) == [((one, other), of_one_pair(one, other)) for one, other in names]
    assert any(told)
