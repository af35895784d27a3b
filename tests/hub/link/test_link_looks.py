"""Does what either row of a matter says count, and what a program or a clerk did to an identity number?"""

from __future__ import annotations

import pytest

from hub.link.columns.engine import Wish
from hub.values.identity import IdentityState, read_identity
from tests.hub.link.listed import Row, matters, outcome

ALL, WITHOUT_PAPER = [["t1", "p1", "j1"]], [["j1"], ["t1", "p1"]]
NUMBER, ITS_FLOAT, ANOTHER = "140924196902030056", "140924196902030048", "140924198003041236"
OURS: Row = {
    "record_id": "t1", "unit": "砂河镇", "doc_no": "砂政移字〔2026〕12号", "party": "王华芳", "id_no": ITS_FLOAT,
    "cause": "非法采矿", "date": "2026-03-05", "amount": "37600",
}  # fmt: skip
THEIRS: Row = {
    "record_id": "p1", "unit": "砂河", "doc_no": "繁公（治）受案字〔2026〕10012号", "ref_doc_no": "砂政移字〔2026〕12号",
    "party": "王华芳", "id_no": ITS_FLOAT, "cause": "非法采矿罪", "date": "2026-03-06", "amount": "37600",
}  # fmt: skip
PAPER: Row = {
    "record_id": "j1", "unit": "砂河镇", "doc_no": "繁检刑诉〔2026〕Z77号", "party": "王华芳", "id_no": ITS_FLOAT,
    "cause": "非法采矿罪", "date": "2026-05-20",
}  # fmt: skip


def linked(ours: Row, theirs: Row, paper: Row) -> list[list[str]]:
    lists = [{**OURS, **ours}], [{**THEIRS, **theirs}], [{**PAPER, **paper}]
    return matters(outcome(*lists).links)


@pytest.mark.parametrize(
    ("ours", "theirs", "paper"),
    [
        ({"unit": "大营镇"}, {}, {}),
        ({"unit": "大营镇"}, {}, {"id_no": ""}),
        ({"party": "王桦芳"}, {}, {"id_no": ""}),
        ({}, {"party": "王桦芳"}, {"id_no": "", "party": "王桦芳"}),
        ({"cause": "污染环境"}, {}, {}),
        ({"id_no": ANOTHER, "amount": ""}, {"amount": ""}, {}),
    ],
)
def test_a_paper_is_held_against_either_row_of_the_matter(ours: Row, theirs: Row, paper: Row) -> None:
    assert linked(ours, theirs, paper) == ALL


@pytest.mark.parametrize(
    "paper",
    [
        {"unit": "光裕堡乡", "cause": "污染环境"},
        {"party": "李海生", "id_no": ""},
        {"id_no": ANOTHER, "party": "李海生"},
    ],
)
def test_a_paper_that_neither_row_of_the_matter_agrees_with_stays_apart(paper: Row) -> None:
    assert linked({"unit": "大营镇"}, {}, paper) == WITHOUT_PAPER
    assert linked({"party": "王桦芳"}, {}, paper) == WITHOUT_PAPER


def test_the_explanation_is_that_of_the_row_that_the_paper_agrees_with() -> None:
    told = outcome([{**OURS, "unit": "大营镇"}], [THEIRS], [PAPER], Wish(explain=True)).explained
    of_the_paper = [one for one in told if "j1" in (one.record_id, one.other_record_id)]
    assert [one.verdict for one in of_the_paper] == ["link"]
    assert "township +" in of_the_paper[0].row()[-1]


@pytest.mark.parametrize("swapped", [False, True])
def test_a_number_that_went_through_a_float_is_known_again_though_its_check_digit_holds(swapped: bool) -> None:
    assert int(float(NUMBER)) == int(ITS_FLOAT)
    assert {read_identity(number).state for number in (NUMBER, ITS_FLOAT)} == {IdentityState.COMPLETE}
    one, other = ({"id_no": number, "ref_doc_no": ""} for number in ((NUMBER, ITS_FLOAT), (ITS_FLOAT, NUMBER))[swapped])
    assert matters(outcome([{**OURS, **one}], [{**THEIRS, **other}]).links) == [["t1", "p1"]]


def test_two_numbers_that_end_as_one_float_does_are_two_where_neither_is_that_float() -> None:
    one, other = "140924196902030021", "140924196902030013"
    assert float(one) == float(other)
    ours, theirs = {**OURS, "id_no": one}, {**THEIRS, "id_no": other, "ref_doc_no": ""}
    assert matters(outcome([ours], [theirs]).links) == [["p1"], ["t1"]]


def test_a_mistyped_number_that_ends_like_a_rounded_one_is_a_slip_all_the_same() -> None:
    right = "140924195909055008"
    wrong = "140924195909155008"
    assert read_identity(right).state is IdentityState.COMPLETE
    assert read_identity(wrong).state is IdentityState.DAMAGED
    ours, theirs = {**OURS, "id_no": right}, {**THEIRS, "id_no": wrong, "amount": ""}
    (told,) = outcome([ours], [theirs], wish=Wish(explain=True)).explained
    assert told.verdict == "link"
    assert "identity number +" in told.row()[-1]
