"""Can three plain lists be linked on their own, as clerks typed them?"""

from __future__ import annotations

import random
from collections.abc import Sequence

import polars as pl
import pytest

from hub.link.columns.engine import Wish, link_columns
from hub.link.columns.groups import TIERS
from hub.link.columns.sheets import LISTS
from tests.hub.agency_rows import CODES, ID_NO, OTHER_ID_NO
from tests.hub.link.listed import RULES, Row, matters, outcome

OURS: Row = {
    "record_id": "t1", "unit": "繁城镇人民政府", "doc_no": "繁城综执移〔2026〕1号", "party": "张三", "id_no": ID_NO,
    "cause": "滥伐林木", "date": "2026年7月1日", "amount": "12.5万",
}  # fmt: skip
THEIRS: Row = {
    "record_id": "p1", "unit": "繁城镇", "doc_no": "繁公（刑）受案字〔2026〕10001号", "ref_doc_no": "繁城综执移[2026]01号",
    "party": "张三", "id_no": ID_NO, "cause": "张三涉嫌滥伐林木案", "date": "2026.7.2", "amount": "125000",
}  # fmt: skip
PAPER: Row = {
    "record_id": "d1", "unit": "繁城", "doc_no": "繁检意〔2026〕1号", "police_doc_no": "繁公（刑）受案字〔2026〕10001号",
    "party": "张某", "id_no": "", "cause": "", "date": "2026-08-01", "amount": "",
}  # fmt: skip


def linked(
    township: Sequence[Row] = (), police: Sequence[Row] = (), procuratorate: Sequence[Row] = ()
) -> list[list[str]]:
    return matters(outcome(township, police, procuratorate).links)


def test_the_same_party_of_one_matter_is_one_case_in_all_three_lists() -> None:
    links = outcome([OURS], [THEIRS], [PAPER]).links
    assert links.select("case_id", "agency", "record_id", "tier").rows() == [
        ("township:t1", "township", "t1", "own"),
        ("township:t1", "police", "p1", "number+identity"),
        ("township:t1", "procuratorate", "d1", "evidence"),
    ]


def test_every_row_comes_back_once_whatever_stands_in_it() -> None:
    broken: Row = {
        "record_id": "t9", "unit": "某地", "party": "", "id_no": "?", "cause": "不知道", "date": "无", "amount": "若干",
    }  # fmt: skip
    links = outcome(
        [OURS, broken, {"record_id": "t0"}], [{"record_id": "p9", "date": "2026-13-45"}], [{"record_id": "d9"}]
    ).links
    assert sorted(links["record_id"]) == ["d9", "p9", "t0", "t1", "t9"]
    assert links["case_id"].n_unique() == 5


def test_empty_lists_give_an_empty_answer() -> None:
    assert outcome().links.height == 0


def test_columns_that_a_list_does_not_have_are_empty() -> None:
    lists = {
        "township": pl.DataFrame({"record_id": ["t1"], "doc_no": ["砂政移字〔2026〕1号"], "party": ["张三"]}),
        "police": pl.DataFrame({"record_id": ["p1"], "ref_doc_no": ["砂政移字[2026]1"], "party": ["張三"]}),
        "procuratorate": pl.DataFrame({"record_id": ["d1"]}),
    }
    assert matters(link_columns(lists, CODES, RULES).links) == [["d1"], ["t1", "p1"]]


def test_rows_with_one_id_stay_two_rows() -> None:
    links = outcome([OURS, {**OURS, "party": "李四", "id_no": OTHER_ID_NO}]).links
    assert links["case_id"].to_list() == ["township:t1", "township:t1#2"]


@pytest.mark.parametrize("seed", range(3))
def test_no_two_matters_share_a_name_where_an_id_looks_like_a_numbered_one(seed: int) -> None:
    apart = [
        OURS,
        {**OURS, "party": "李四", "id_no": OTHER_ID_NO, "doc_no": "砂政移字〔2026〕2号"},
        {**OURS, "party": "钱七", "id_no": "", "doc_no": "砂政移字〔2026〕4号"},
        {**OURS, "record_id": "t1#2", "party": "王五", "id_no": "", "doc_no": "砂政移字〔2026〕3号"},
    ]
    links = outcome(random.Random(seed).sample(apart, 4)).links
    assert links["case_id"].to_list() == ["township:t1", "township:t1#3", "township:t1#4", "township:t1#2"]
    assert links.equals(outcome(apart).links)


@pytest.mark.parametrize(
    "changed",
    [
        {"ref_doc_no": ""},
        {"ref_doc_no": "", "id_no": "'140924800304123"},
        {"ref_doc_no": "", "id_no": "1.40924198003041E+17"},
        {"ref_doc_no": "", "id_no": "140924198003041000"},
        {"ref_doc_no": "", "party": "张某某"},
        {"ref_doc_no": "", "id_no": "1409241980****1236"},
        {"ref_doc_no": "繁城综执移[2026]2号"},  # a slip that is another number
        {"ref_doc_no": "〔2026〕1号", "id_no": ""},
        {"id_no": "", "party": "張三"},
        {"id_no": "140924198003041336"},  # a wrong digit: the check digit fails
        {"unit": ""},
        {"amount": "看不清", "date": "看不清"},
        {"cause": "看不清"},
    ],
)
def test_a_cell_that_is_absent_spoilt_or_unreadable_does_not_part_what_the_others_join(changed: Row) -> None:
    assert linked([OURS], [{**THEIRS, **changed}]) == [["t1", "p1"]]


@pytest.mark.parametrize(
    "changed",
    [
        {"party": "李四", "id_no": OTHER_ID_NO},
        {"party": "李四", "id_no": ""},
        {"party": "", "id_no": ""},  # a number alone is never enough
        {"ref_doc_no": "", "id_no": "", "amount": "", "unit": "岩头乡"},  # a namesake elsewhere
        {"ref_doc_no": "", "id_no": "", "amount": "", "date": "2026-12-05"},  # a namesake months later
        {"ref_doc_no": "", "amount": "999", "date": "2027-12-05"},  # the same person in another matter
    ],
)
def test_what_contradicts_stands_apart(changed: Row) -> None:
    assert linked([OURS], [{**THEIRS, **changed}]) == [["p1"], ["t1"]]


def test_of_two_that_fit_alike_none_is_guessed_and_a_person_is_asked() -> None:
    twice = [OURS, {**OURS, "record_id": "t2", "doc_no": ""}]
    links = outcome(twice, [{**THEIRS, "ref_doc_no": ""}]).links
    assert matters(links) == [["p1"], ["t1"], ["t2"]]
    assert links.filter(tier="ambiguous")["record_id"].to_list() == ["p1"]


def test_parties_of_one_matter_go_each_to_their_own() -> None:
    mates = [OURS, {**OURS, "record_id": "t2", "party": "李四", "id_no": OTHER_ID_NO}]
    theirs = [{**THEIRS, "id_no": ""}, {**THEIRS, "record_id": "p2", "party": "李某", "id_no": ""}]
    assert linked(mates, theirs) == [["t1", "p1"], ["t2", "p2"]]


def test_twins_of_one_matter_are_told_apart_by_their_numbers() -> None:
    twin = {**OURS, "record_id": "t2", "party": "张山", "id_no": "140924198003041252"}
    theirs = [
        {**THEIRS, "party": "张某"},
        {**THEIRS, "record_id": "p2", "party": "张某", "id_no": "140924198003041252"},
    ]
    assert linked([OURS, twin], theirs) == [["t1", "p1"], ["t2", "p2"]]


def test_a_repeat_offenders_matters_are_told_apart_by_their_days() -> None:
    again = {**OURS, "record_id": "t2", "doc_no": "繁城综执移〔2026〕90号", "date": "2026-11-02"}
    theirs = [
        {**THEIRS, "ref_doc_no": ""},
        {**THEIRS, "record_id": "p2", "doc_no": "", "ref_doc_no": "", "date": "2026-11-03"},
    ]
    assert linked([OURS, again], theirs) == [["t1", "p1"], ["t2", "p2"]]


def test_an_opinion_without_the_polices_number_is_found_by_the_townships() -> None:
    paper = {**PAPER, "police_doc_no": "", "ref_doc_no": "繁城综执移〔2026〕1号", "party": "张三"}
    assert linked([OURS], [], [paper]) == [["t1", "d1"]]


def test_a_paper_that_names_both_numbers_joins_what_the_police_did_not_note() -> None:
    paper = {**PAPER, "ref_doc_no": "繁城综执移〔2026〕1号", "party": "张三", "id_no": ID_NO}
    links = outcome([OURS], [{**THEIRS, "ref_doc_no": "", "date": "", "amount": "", "cause": ""}], [paper]).links
    assert links["case_id"].n_unique() == 1


def test_a_row_delivered_again_stays_in_the_case_of_the_first() -> None:
    again = {**THEIRS, "record_id": "p2", "doc_no": "繁公(刑)受案字[2026]第10001号", "amount": ""}
    links = outcome([OURS], [THEIRS, again]).links
    assert matters(links) == [["t1", "p1", "p2"]]
    assert links.filter(record_id="p2")["tier"].to_list() == ["delivered_again"]


def test_a_namesake_in_the_same_matter_is_no_row_delivered_again() -> None:
    assert linked([OURS, {**OURS, "record_id": "t2", "id_no": OTHER_ID_NO}]) == [["t1"], ["t2"]]


def test_an_explanation_says_what_was_seen_in_bits_and_no_identity_number() -> None:
    told = outcome([OURS], [{**THEIRS, "ref_doc_no": ""}], wish=Wish(explain=True)).explained
    assert [one.verdict for one in told] == ["link"]
    (one,) = told
    assert (one.record_id, one.other_record_id) == ("p1", "t1")
    assert one.score == pytest.approx(sum(bits or 0.0 for _, _, bits in one.seen), abs=0.01)
    assert "the identity numbers are equal" in one.row()[-1]
    assert ID_NO not in " ".join(one.row())


def test_a_near_miss_is_told_with_what_it_lacked() -> None:
    told = outcome([OURS], [{"record_id": "p1", "party": "张三"}], wish=Wish(explain=True)).explained
    assert [(one.verdict, one.score < one.asked) for one in told] == [("near miss", True)]


def of_every_tier() -> list[list[Row]]:
    """Three lists in which matters of every kind stand side by side, three of each, and namesakes among them."""
    township: list[Row] = []
    police: list[Row] = []
    papers: list[Row] = []
    for n, (name, id_no) in enumerate(zip("平安福", (ID_NO, OTHER_ID_NO, "140924198003041252"), strict=True)):
        for kind, unit in enumerate(("繁城镇", "砂河镇", "岩头乡", "大营镇")):
            own, no = f"繁城综执移〔2026〕{10 * kind + n}号", f"繁公（刑）受案字〔2026〕{100 * kind + n}号"
            referral = {
                **OURS, "record_id": f"t{n}{kind}", "doc_no": own, "unit": unit, "party": f"王{name}", "id_no": "",
                "date": f"2026-0{3 + kind}-0{1 + n}", "amount": f"{1000 * (kind + 1) + n}",
            }  # fmt: skip
            record = {**referral, "record_id": f"p{n}{kind}", "doc_no": no, "ref_doc_no": own}
            paper = {**PAPER, "record_id": f"d{n}{kind}", "doc_no": f"繁检意〔2026〕{kind}{n}号", "police_doc_no": no}
            if kind == 0:  # number and name, and the record once more
                police += [record, {**record, "record_id": f"p{n}again"}]
            elif kind == 1:  # number and identity; the paper is found by what it says
                referral["id_no"] = record["id_no"] = id_no
                police.append(record)
                papers.append({**paper, "party": "王某", "id_no": f"{id_no[:10]}****{id_no[14:]}"})
            elif kind == 2:  # a second referral that fits as well: a person is asked
                township.append({**referral, "record_id": f"t{n}twin", "doc_no": ""})
                police.append({**record, "ref_doc_no": ""})
            else:  # only the paper knows both numbers
                police.append({**record, "ref_doc_no": "", "unit": "", "cause": "", "amount": "", "date": ""})
                papers.append({**paper, "ref_doc_no": own, "party": f"王{name}"})
                papers.append({**papers[-1], "record_id": f"d{n}more", "doc_no": f"繁检意〔2026〕9{n}号"})
            township.append(referral)
    return [township, police, papers]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("learn", [False, True])
def test_no_order_of_rows_changes_a_line_of_the_answer_or_of_its_explanation(seed: int, learn: bool) -> None:
    township, police, papers = of_every_tier()
    first = outcome(township, police, papers, Wish(learn, explain=True))
    assert set(first.links["tier"]) == set(TIERS)
    assert {one.verdict for one in first.explained} >= {"link", "ambiguous", "refused"}
    shuffled = [random.Random(seed).sample(some, len(some)) for some in (township, police, papers)]
    again = outcome(shuffled[0], shuffled[1], shuffled[2], Wish(learn, explain=True))
    assert again.links.equals(first.links)
    assert again.explained == first.explained


def test_an_explanation_goes_through_the_rows_in_the_order_of_their_ids_list_after_list() -> None:
    township, police, papers = of_every_tier()
    told = outcome(township, police, papers, Wish(explain=True)).explained
    asked = [
        (LISTS.index(one.agency), one.record_id, LISTS.index(one.other_agency), one.other_record_id) for one in told
    ]
    assert asked == sorted(asked)
