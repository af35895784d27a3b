"""Are causes that no code table knows one where the certain pairs say so, and is a number that is another's no word against a pair?"""

from __future__ import annotations

from hub.link.columns.engine import Wish
from tests.hub.link.listed import Row, matters, outcome
from tests.hub.link.test_link_looks import OURS, PAPER, THEIRS

FELLED, ENDANGERED, HUNTED = "非法采伐国家重点保护植物", "危害国家重点保护植物罪", "非法猎捕野生动物"
ASKED = Wish(learn=True, explain=True)
PEOPLE = ["赵一", "钱二", "孙三", "李四", "周五", "吴六", "郑七", "王八", "冯九", "陈十"]


def certain(cause: str, charge: str, count: int, first: int = 100) -> tuple[list[Row], list[Row]]:
    """So many matters whose number and name are the same in both lists."""
    ours: list[Row] = []
    theirs: list[Row] = []
    for n, name in enumerate(PEOPLE[:count], start=first):
        doc = f"砂政移字〔2026〕{n}号"
        ours.append({**OURS, "record_id": f"t{n}", "doc_no": doc, "party": name, "id_no": "", "cause": cause})
        theirs.append({
            **THEIRS, "record_id": f"p{n}", "ref_doc_no": doc, "doc_no": f"繁公（刑）受案字〔2026〕{n}号", "party": name,
            "id_no": "", "cause": charge,
        })  # fmt: skip
    return ours, theirs


def said(count: int, cause: str, charge: str) -> str:
    """What is said of the one pair without a number, among so many certain ones."""
    ours, theirs = certain(FELLED, ENDANGERED, count)
    ours.append({**OURS, "record_id": "t1", "doc_no": "", "cause": cause})
    theirs.append({**THEIRS, "record_id": "p1", "ref_doc_no": "", "cause": charge})
    told = outcome(ours, theirs, wish=ASKED).explained
    (one,) = [one for one in told if {one.record_id, one.other_record_id} == {"t1", "p1"}]
    return one.row()[-1]


def test_two_words_that_mostly_meet_in_certain_pairs_are_one_cause() -> None:
    assert "the same cause" in said(8, FELLED, ENDANGERED)
    assert "cause" not in said(3, FELLED, ENDANGERED)  # too few to learn from, and nothing is guessed


def test_a_word_that_was_learned_speaks_against_another_cause() -> None:
    assert "another cause" in said(8, FELLED, "滥伐林木")
    assert "cause" not in said(8, HUNTED, "滥伐林木")


def test_a_word_that_meets_several_alike_means_none_of_them() -> None:
    ours, theirs = certain(FELLED, "滥伐林木", 5)
    more, others = certain(FELLED, "盗伐林木", 5, first=200)
    ours.append({**OURS, "record_id": "t1", "doc_no": "", "cause": FELLED})
    theirs.append({**THEIRS, "record_id": "p1", "ref_doc_no": "", "cause": "滥伐林木"})
    told = outcome([*ours, *more], [*theirs, *others], wish=ASKED).explained
    (one,) = [one for one in told if {one.record_id, one.other_record_id} == {"t1", "p1"}]
    assert "cause" not in one.row()[-1]


def test_a_noted_number_that_another_persons_row_bears_says_nothing() -> None:
    another = {
        **OURS,
        "record_id": "t2",
        "doc_no": "砂政移字〔2026〕88号",
        "party": "李四海",
        "id_no": "",
        "cause": "盗伐林木",
    }
    paper = {**PAPER, "ref_doc_no": "砂政移字〔2026〕88号", "cause": "", "date": "2026-08-09"}
    told = outcome([OURS, another], [THEIRS], [paper], Wish(explain=True))
    assert matters(told.links) == [["t1", "p1", "j1"], ["t2"]]
    (of_the_paper,) = [
        one for one in told.explained if "j1" in (one.record_id, one.other_record_id) and one.verdict == "link"
    ]
    assert "somebody else's" in of_the_paper.row()[-1]
    same_person = {**another, "party": OURS["party"], "id_no": OURS["id_no"]}
    of_both = outcome([OURS, same_person], [THEIRS], [paper], Wish(explain=True))
    assert all("somebody else's" not in one.row()[-1] for one in of_both.explained)
