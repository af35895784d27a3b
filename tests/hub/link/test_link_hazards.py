"""What do the linker's rules decide about what clerks really write? Each hazard in lists as short as can be."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from hub.link.columns.engine import Wish
from hub.link.columns.exact import certain_pairs
from hub.link.columns.settle import settle
from hub.link.columns.sheets import LISTS, read_sheets, typed
from tests.hub.agency_rows import ID_NO, OTHER_ID_NO
from tests.hub.link.listed import Row, frame, matters, outcome
from tests.hub.link.test_link_lists import OURS, PAPER, THEIRS

NOBODY = (
    "不详",
    "N/A",
    "#N/A",
    "未知",
    "待查",
    "null",
    "无名氏",
    "同上",
    "0",
    "00000",
    "***",
    "某某",
    "——",
    "未提供",
    "身份不明",
)
SHOP_NUMBER = "92140924MA0HXXQ85U"
TOGETHER, APART = [["t1", "p1"]], [["p1"], ["t1"]]


def linked(ours: Row, theirs: Row) -> list[list[str]]:
    return matters(outcome([{**OURS, **ours}], [{**THEIRS, **theirs}]).links)


def seen(ours: Row, theirs: Row) -> str:
    """What is seen of the one pair, in words."""
    told = outcome([{**OURS, **ours}], [{**THEIRS, **theirs}], wish=Wish(explain=True)).explained
    (one,) = told
    return one.row()[-1]


@pytest.mark.parametrize("word", NOBODY)
def test_words_for_nobody_and_nothing_are_no_name_and_no_number(word: str) -> None:
    ours = {"party": word, "id_no": word, "doc_no": word, "cause": "滥伐林木"}
    theirs = {
        "party": word,
        "id_no": word,
        "ref_doc_no": word,
        "unit": "岩头乡",
        "cause": "污染环境",
        "date": "2026-11-05",
    }
    assert linked(ours, theirs) == APART
    assert linked({"id_no": word}, {"id_no": word, "party": "李四"}) == APART
    assert linked({}, {"id_no": word}) == TOGETHER


@pytest.mark.parametrize("mask", ["******************", "140924************", "某某", "**"])
def test_a_mask_that_shows_nothing_speaks_for_nobody(mask: str) -> None:
    hidden = {"party": "", "id_no": mask} if mask[0] in "*1" and len(mask) > 2 else {"party": mask, "id_no": ""}
    assert linked({}, hidden) == APART


def test_a_number_does_not_make_one_person_of_two_relatives() -> None:
    assert linked({"party": "孙涛"}, {"party": "孙丽", "id_no": ""}) == APART
    assert linked({"party": "孙涛", "id_no": ""}, {"party": "孙滔", "id_no": ""}) == TOGETHER  # heard, not read


def test_what_twins_share_of_their_numbers_is_not_counted_where_their_names_are_alike() -> None:
    twin = {"party": "张二喜", "id_no": f"{ID_NO[:15]}000", "ref_doc_no": ""}
    assert "15 digits" not in seen({"party": "张大喜"}, twin)
    assert "15 digits" in seen({"party": "张大喜"}, {**twin, "party": "张大喜"})


@pytest.mark.parametrize(
    ("mask", "fits"),
    [("1409241980****1236", True), ("1409**1980****1236", True), ("1409**1999****1236", False), ("1409241980****3127", False),
     ("**************1236", True), ("140924*1236", True), ("140924*9999", False)],
)  # fmt: skip
def test_a_masked_number_fits_only_where_all_that_it_shows_does(mask: str, fits: bool) -> None:
    assert linked({"party": "张三"}, {"party": "张某", "id_no": mask}) == (TOGETHER if fits else APART)


@pytest.mark.parametrize(
    ("ours", "theirs", "fits"),
    [("张三", "张某", True), ("张三", "李某", False), ("繁峙县兴永建材有限公司", "繁峙县某某公司", True),
     ("繁峙县兴永建材有限公司", "代县某某公司", False), ("王某某", "某某公司", False), ("繁峙县某某公司", "某某公司", True)],
)  # fmt: skip
def test_a_masked_name_fits_only_where_all_that_it_shows_does(ours: str, theirs: str, fits: bool) -> None:
    joined = linked({"party": ours, "id_no": ""}, {"party": theirs, "id_no": ""})
    assert joined == (TOGETHER if fits else APART)


@pytest.mark.parametrize(
    ("ours", "theirs", "words"),
    [
        ({"party": "阿布都热合曼", "id_no": ""}, {"party": "阿布都", "id_no": ""}, "a part of the other"),
        (
            {"party": "繁峙县兴永建材有限公司", "id_no": ""},
            {"party": "兴永建材有限责任公司", "id_no": ""},
            "a part of the other",
        ),
        ({"party": "邓金仁"}, {"party": "邓记饭店", "id_no": SHOP_NUMBER}, "called after the person"),
        ({"party": "胡秀平", "id_no": ""}, {"party": "繁峙县秀平五金店", "id_no": ""}, "called after the person"),
        ({"party": "王小明", "id_no": ""}, {"party": "王晓明", "id_no": ""}, "sounds the same"),
        ({"party": "王芳华", "id_no": ""}, {"party": "王华芳", "id_no": ""}, "one character of the name differs"),
        ({"party": "何海昌", "id_no": ""}, {"party": "何某1", "id_no": "", "amount": ""}, "what the mask shows fits"),
        ({"party": "唐䶮", "id_no": ""}, {"party": "唐", "id_no": ""}, "what the mask shows fits"),
        ({"party": "吕䶮", "id_no": ""}, {"party": "吕\ue864", "id_no": "", "amount": ""}, "what the mask shows fits"),
        ({"party": "王㛃", "id_no": ""}, {"party": "王〓", "id_no": "", "amount": ""}, "what the mask shows fits"),
        (
            {"party": "山西信丰商贸公司", "id_no": ""},
            {"party": "山西信丰商贸有限公司砂河分公司", "id_no": "", "amount": ""},
            "a part of the other",
        ),
        (
            {"party": "繁峙县宏盛建材公司", "id_no": ""},
            {"party": "宏盛建材有限公司", "id_no": "", "amount": ""},
            "a part of the other",
        ),
        (
            {"party": "信丰（山西）商贸公司", "id_no": ""},
            {"party": "山西信丰商贸有限公司", "id_no": "", "amount": ""},
            "a part of the other",
        ),
        (
            {"party": "大营镇康通养殖场（经营者：廖兰敏）", "id_no": ""},
            {"party": "廖兰敏", "id_no": "", "amount": ""},
            "owner and shop",
        ),
        (
            {"party": "大营镇康通养殖场", "id_no": ""},
            {"party": "廖兰敏（康通养殖场）", "id_no": "", "amount": ""},
            "owner and shop",
        ),
        ({}, {"ref_doc_no": "繁城综执移〔2026〕7号"}, "one digit is wrong"),
        ({}, {"ref_doc_no": "繁城综执立〔2026〕99号"}, "of different series"),
        ({}, {"id_no": f"{ID_NO[:14]}9{ID_NO[15:]}"}, "one digit wrong"),
        ({"amount": "125000"}, {"amount": "1250000"}, "a like sum"),
    ],
)
def test_what_is_nearly_the_same_is_seen_and_said(ours: Row, theirs: Row, words: str) -> None:
    assert linked(ours, theirs) == TOGETHER
    assert words in seen(ours, theirs)


def test_a_persons_number_and_a_units_contradict_nothing() -> None:
    told = seen({"party": "邓金仁"}, {"party": "邓记饭店", "id_no": SHOP_NUMBER})
    assert "identity numbers differ" not in told


def test_a_shop_that_is_not_called_after_a_person_is_his_by_number_and_sum_and_never_by_a_number_alone() -> None:
    shop = {"party": "兴旺饭店", "id_no": SHOP_NUMBER}
    assert linked({"party": "邓金仁"}, shop) == TOGETHER
    assert linked({"party": "邓金仁"}, {**shop, "amount": ""}) == APART
    assert linked({"party": "邓金仁"}, {**shop, "amount": "1"}) == APART
    assert linked({"party": "邓金仁"}, {**shop, "ref_doc_no": ""}) == APART
    assert linked({"party": "邓金仁"}, {**shop, "party": "兴旺饮食有限公司"}) == APART
    assert linked({"party": "邓金仁"}, {**shop, "party": "兴旺食品超市"}) == TOGETHER
    assert linked({"party": "邓金仁"}, {**shop, "party": "兴旺集团"}) == APART


def test_what_stands_in_place_of_a_character_is_one_that_nothing_says_against() -> None:
    bare = {"id_no": "", "amount": ""}
    assert linked({"party": "吕昪明", **bare}, {"party": "吕〓亮", **bare}) == APART
    assert linked({"party": "唐䶮", **bare}, {"party": "汤", **bare}) == APART


def test_two_shops_of_one_owner_are_two_parties_and_so_are_a_company_and_who_works_there() -> None:
    bare = {"id_no": "", "amount": ""}
    one, other = "康通养殖场（经营者：廖兰敏）", "兴旺饭店（经营者：廖兰敏）"
    assert linked({"party": one, **bare}, {"party": other, **bare}) == APART
    assert linked({"party": "张三（兴永建材有限公司）", **bare}, {"party": "兴永建材有限公司", **bare}) == APART


@pytest.mark.parametrize(
    "party", ["犯罪嫌疑人张三", "张三（在逃）", "张三（绰号小白）", "张三等3人", f"张三{ID_NO}", "被不起诉人：张三"]
)
def test_a_name_is_found_among_the_words_around_it(party: str) -> None:
    assert linked({"id_no": ""}, {"party": party, "id_no": "", "cause": "", "amount": ""}) == TOGETHER
    assert linked({"party": "李四", "id_no": ""}, {"party": party, "id_no": ""}) == APART


@pytest.mark.parametrize(
    "number",
    [
        "移送书：繁城综执移〔2026〕1号",
        "“繁城综执移〔2026〕1号”",
        "繁城综执移〔2026〕1号。",
        "繁城综执移{2026}1号(补)",
        "繁城综执移〈2026〉第001號案",
    ],
)
def test_a_number_is_found_among_the_words_around_it(number: str) -> None:
    bare = {"unit": "", "cause": "", "date": "", "amount": ""}
    assert linked(bare, {**bare, "ref_doc_no": number, "id_no": ""}) == TOGETHER


def test_name_and_number_in_each_others_column_or_in_one_are_told_apart() -> None:
    assert linked({}, {"party": ID_NO, "id_no": "张三", "ref_doc_no": ""}) == TOGETHER
    assert linked({}, {"party": f"张三 {ID_NO}", "id_no": "", "ref_doc_no": ""}) == TOGETHER
    assert linked({"id_no": OTHER_ID_NO}, {"party": f"张三（{ID_NO}）", "id_no": "", "ref_doc_no": ""}) == APART


def test_a_police_station_is_of_no_township_and_an_unknown_township_is_called_by_its_name() -> None:
    assert "township" not in seen({"unit": "岩头乡"}, {"unit": "繁城派出所", "ref_doc_no": ""})
    assert "the same township" in seen({"unit": "临湖县望江镇人民政府"}, {"unit": "望江镇", "ref_doc_no": ""})
    # A word that no table knows may be another spelling: it speaks for a pair, never against it.
    assert "another township" not in seen({"unit": "临湖县望江镇"}, {"unit": "望海镇", "ref_doc_no": ""})


def test_the_criminal_codes_own_comma_makes_no_other_cause() -> None:
    assert "the same cause" in seen(
        {"cause": "生产销售伪劣产品"}, {"cause": "涉嫌生产、销售伪劣产品罪", "ref_doc_no": ""}
    )


def test_a_value_that_is_shared_is_worth_what_it_is_rare_itself() -> None:
    """The police's sum meets the paper's; the township's own sum, which is another, has nothing to do with it."""
    filling = [{**OURS, "record_id": f"x{n}", "doc_no": f"砂政移字〔2025〕{n}号", "party": f"赵{chr(0x4E00 + n)}", "id_no": "",
                "amount": "10000", "unit": "砂河镇", "date": "2025-01-01"} for n in range(300)]  # fmt: skip

    def bits(ours: str, theirs: str) -> float:
        paper = {**PAPER, "police_doc_no": "", "party": "张三", "amount": "10000" if theirs == "10000" else "137421"}
        told = outcome(
            [{**OURS, "amount": ours}, *filling], [{**THEIRS, "amount": theirs}], [paper], Wish(explain=True)
        )
        (one,) = [one for one in told.explained if one.record_id == "d1" and one.other_record_id in ("t1", "p1")]
        return next(
            bits for name, words, bits in one.seen if name == "amount" and "the same sum" in words and bits is not None
        )

    assert bits("137421", "10000") < 2 < 8 < bits("10000", "137421")


# --- rows of one list -------------------------------------------------------------------------------------------------


def own_list(*rows: Row) -> list[list[str]]:
    listed = [{**OURS, "record_id": f"t{n}", **row} for n, row in enumerate(rows, 1)]
    return matters(outcome(listed).links)


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        ({}, {"amount": ""}, True),
        ({}, {"cause": "污染环境", "amount": "2000", "date": "2026-08-05"}, False),  # the number was used twice
        ({}, {"party": "李四"}, False),  # the identity number was copied one row too far
        (
            {"party": "张某", "id_no": ""},
            {"party": "张某", "id_no": "", "amount": "1"},
            False,
        ),  # brothers behind one mask
        ({"party": "张某", "id_no": ""}, {"party": "张某", "id_no": ""}, True),
        ({"id_no": f"{ID_NO[:15]}000"}, {"party": "李四", "id_no": f"{ID_NO[:15]}000"}, False),
        ({"doc_no": ""}, {"doc_no": "", "unit": "繁城"}, True),
        ({"doc_no": ""}, {"doc_no": "", "amount": "1"}, False),
    ],
)
def test_a_row_is_the_same_once_more_only_where_nothing_says_otherwise(first: Row, second: Row, one: bool) -> None:
    assert own_list(first, second) == ([["t1", "t2"]] if one else [["t1"], ["t2"]])


def test_several_papers_to_one_party_in_one_matter_stand_together() -> None:
    papers = [
        {**PAPER, "record_id": f"d{n}", "doc_no": f"繁检意〔2026〕{n}号", "party": "张三", "id_no": ID_NO}
        for n in (1, 2)
    ]
    links = outcome([OURS], [THEIRS], papers).links
    assert matters(links) == [["t1", "p1", "d1", "d2"]]
    assert sorted(links.filter(agency="procuratorate")["tier"]) == ["further_paper", "number+identity"]
    other = {**papers[1], "party": "李四", "id_no": OTHER_ID_NO}
    assert matters(outcome([OURS], [THEIRS], [papers[0], other]).links) == [["d2"], ["t1", "p1", "d1"]]
    assert matters(
        outcome([OURS], [THEIRS, {**THEIRS, "record_id": "p2", "doc_no": "繁公（刑）受案字〔2026〕5号"}]).links
    ) != [["t1", "p1", "p2"]]


def test_groups_that_both_have_a_paper_are_not_joined_and_no_row_is_lost() -> None:
    papers = [
        {**PAPER, "record_id": "d1", "party": "张三", "id_no": ID_NO},
        {**PAPER, "record_id": "d2", "doc_no": "繁检意〔2026〕2号", "party": "张三", "id_no": ID_NO, "police_doc_no": "", "ref_doc_no": OURS["doc_no"]},
    ]  # fmt: skip
    links = outcome([OURS], [{**THEIRS, "ref_doc_no": ""}], papers).links
    assert matters(links) == [["p1", "d1"], ["t1", "d2"]]


# --- pairs ------------------------------------------------------------------------------------------------------------


def test_number_and_identity_are_not_certain_where_the_names_are_altogether_different() -> None:
    def certain(theirs: Row) -> int:
        given: tuple[list[Row], ...] = ([OURS], [{**THEIRS, **theirs}], [])
        lists = {name: typed(frame(rows)) for name, rows in zip(LISTS, given, strict=True)}
        sheets = {name: sheet.with_columns(open=pl.lit(value=True)) for name, sheet in read_sheets(lists)[0].items()}
        return certain_pairs(sheets["police"], "ref", sheets["township"], "own").height

    assert [certain({}), certain({"party": "张山"}), certain({"party": ""}), certain({"party": "李四光"})] == [
        1,
        1,
        1,
        0,
    ]


def edges(*pairs: tuple[int, int, float]) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema={"l": pl.UInt32, "r": pl.UInt32, "score": pl.Float32}, orient="row")


@pytest.mark.parametrize(
    ("pairs", "joined", "left"),
    [
        (
            [(0, 0, 30.0), (0, 1, 29.0), (1, 0, 28.0)],
            [(0, 1), (1, 0)],
            [],
        ),  # the best choice for both is not the best pair
        ([(0, 0, 30.0), (0, 1, 29.0)], [], [0]),
        ([(0, 0, 30.0), (1, 0, 20.0)], [(0, 0)], []),
        ([(0, 0, 15.0)], [], []),
    ],
)
def test_a_small_group_is_assigned_as_a_whole_and_near_ties_are_left(
    pairs: Sequence[tuple[int, int, float]], joined: list[tuple[int, int]], left: list[int]
) -> None:
    settled = settle(edges(*pairs), 16.0, 3.0)
    assert sorted(settled.links.select("l", "r").rows()) == joined
    assert settled.ambiguous["l"].to_list() == left


def test_in_lists_of_many_years_days_that_lie_near_each_other_say_more() -> None:
    def bits(years: range) -> float:
        others = [{**OURS, "record_id": f"x{year}", "doc_no": f"砂政移字〔{year}〕1号", "party": f"赵{chr(0x4E00 + year)}", "id_no": "",
                   "amount": "", "date": f"{year}-03-01"} for year in years]  # fmt: skip
        told = outcome([OURS, *others], [{**THEIRS, "ref_doc_no": ""}], wish=Wish(explain=True)).explained
        (one,) = [one for one in told if one.other_record_id == "t1"]
        return next(bits for name, _, bits in one.seen if name == "days between" and bits is not None)

    assert bits(range(2006, 2026)) > bits(range(2025, 2026)) + 2


def test_a_record_dated_some_days_before_what_it_answers_is_looked_at_across_the_border_of_two_months() -> None:
    """The one key that is left, surname, township, cause and month, is asked for in two months, and ten days early."""
    bare = {"id_no": "", "amount": "", "ref_doc_no": ""}
    ours, theirs = {**OURS, **bare, "date": "2026-08-14"}, {**THEIRS, **bare, "party": "张某", "date": "2026-08-09"}
    told = outcome([ours], [theirs], wish=Wish(explain=True)).explained
    assert [one.verdict for one in told] == ["near miss"]
