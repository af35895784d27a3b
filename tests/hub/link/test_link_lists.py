"""Can three plain lists be linked on their own, as clerks typed them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from hub.link.lists import ListLink, link_lists
from tests.hub.agency_rows import CODES, ID_NO, OTHER_ID_NO

Row = Mapping[str, str]
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
) -> list[ListLink]:
    return link_lists({"township": township, "police": police, "procuratorate": procuratorate}, CODES)


def matters(links: Sequence[ListLink]) -> list[list[str]]:
    """The record ids that stand together."""
    by_case: dict[str, list[str]] = {}
    for one in links:
        by_case.setdefault(one.case_id, []).append(one.record_id)
    return sorted(by_case.values())


def test_the_same_party_of_one_matter_is_one_case_in_all_three_lists() -> None:
    found = linked([OURS], [THEIRS], [PAPER])
    assert matters(found) == [["t1", "p1", "d1"]]
    assert [(one.agency, one.tier) for one in found] == [
        ("township", "own"),
        ("police", "number+identity+name"),
        ("procuratorate", "number+name"),
    ]


def test_every_row_comes_back_once_whatever_stands_in_it() -> None:
    broken: Row = {
        "record_id": "t9",
        "unit": "某地",
        "party": "",
        "id_no": "?",
        "cause": "不知道",
        "date": "无",
        "amount": "若干",
    }
    found = linked(
        [OURS, broken, {"record_id": "t0"}], [{"record_id": "p9", "date": "2026-13-45"}], [{"record_id": "d9"}]
    )
    assert sorted(one.record_id for one in found) == ["d9", "p9", "t0", "t1", "t9"]
    assert len(matters(found)) == 5


def test_rows_with_one_id_stay_two_rows() -> None:
    assert matters(linked([OURS, {**OURS, "party": "李四", "id_no": OTHER_ID_NO}])) == [["t1"], ["t1"]]


@pytest.mark.parametrize(
    "changed",
    [
        {"ref_doc_no": ""},
        {"ref_doc_no": "", "id_no": "'140924800304123"},
        {"ref_doc_no": "", "id_no": "1.40924198003041E+17"},
        {"id_no": "", "party": "張三"},
        {"unit": ""},
        {"amount": "看不清", "date": "看不清"},
        {"cause": "看不清"},
    ],
)
def test_a_cell_that_is_absent_or_cannot_be_read_is_no_evidence_against(changed: Row) -> None:
    assert matters(linked([OURS], [{**THEIRS, **changed}])) == [["t1", "p1"]]


@pytest.mark.parametrize(
    "changed",
    [
        {"party": "李四", "id_no": OTHER_ID_NO},
        {"party": "李四", "id_no": ""},
        {"ref_doc_no": "", "id_no": "", "amount": "", "unit": "岩头乡"},  # a namesake elsewhere
        {"ref_doc_no": "", "id_no": "", "amount": "", "date": "2026-12-05"},  # a namesake months later
    ],
)
def test_what_contradicts_stands_apart(changed: Row) -> None:
    assert matters(linked([OURS], [{**THEIRS, **changed}])) == [["p1"], ["t1"]]


def test_of_two_that_fit_alike_none_is_guessed() -> None:
    assert matters(linked([OURS, {**OURS, "record_id": "t2", "doc_no": ""}], [{**THEIRS, "ref_doc_no": ""}])) == [
        ["p1"], ["t1"], ["t2"],
    ]  # fmt: skip


def test_an_opinion_without_the_polices_number_is_found_by_the_townships() -> None:
    paper = {**PAPER, "police_doc_no": "", "ref_doc_no": "繁城综执移〔2026〕1号", "party": "张三"}
    assert matters(linked([OURS], [], [paper])) == [["t1", "d1"]]


def test_the_order_of_rows_changes_no_matter() -> None:
    others = [
        {**OURS, "record_id": f"t{n}", "doc_no": f"繁城综执移〔2026〕{n}号", "party": f"示例{n}", "id_no": ""}
        for n in (2, 3)
    ]
    there = [
        {**THEIRS, "record_id": f"p{n}", "ref_doc_no": f"繁城综执移〔2026〕{n}号", "party": f"示例{n}", "id_no": ""}
        for n in (3, 2)
    ]
    one = matters(linked([OURS, *others], [THEIRS, *there]))
    assert one == matters(linked([*reversed(others), OURS], [*reversed(there), THEIRS]))
    assert one == [["t1", "p1"], ["t2", "p2"], ["t3", "p3"]]
