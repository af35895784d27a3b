"""Persons not prosecuted: whom did nobody punish although an opinion asked for it, and who was punished already?"""

from __future__ import annotations

from hub.model import Record
from hub.screening.clue import Clue
from hub.screening.collisions import find_collisions
from tests.hub.agency_rows import OTHER_ID_NO, TOWNSHIP
from tests.hub.county import ANOTHER_TOWNSHIP, AS_OF, at, document, handling, judge, linked, penalty

DECIDED = document("nonprosecution", 1, doc_no="繁检刑不诉〔2026〕1号", cause="滥伐林木罪")
ANSWERED = handling(1, 回复日期="2026-08-20", 回复类型="处理结果")


def letter(**members: str) -> Record:
    return document("penalty_opinion", 1, related_doc_no="繁检刑不诉〔2026〕1号", cause="滥伐林木罪", **members)


def clues(*records: Record, as_of: str = AS_OF) -> list[Clue]:
    owed = judge(*records, as_of=as_of).owed
    return sorted(find_collisions(linked(records).cases, owed, at(as_of)))


def kinds(*records: Record, as_of: str = AS_OF) -> list[str]:
    return [str(clue.kind) for clue in clues(*records, as_of=as_of)]


def test_answered_with_a_result_but_no_penalty_anywhere_is_a_clue() -> None:
    (clue,) = clues(DECIDED, letter(), ANSWERED)
    assert (str(clue.kind), clue.agency) == ("unpunished", TOWNSHIP)
    assert clue.numbers == ("繁检刑不诉〔2026〕1号", "繁检意〔2026〕1号")
    assert "已回复" in clue.arithmetic[1]


def test_unanswered_it_becomes_one_only_when_the_time_to_answer_is_over() -> None:
    assert kinds(DECIDED, letter(), as_of="2026-08-31") == []
    (clue,) = clues(DECIDED, letter())
    assert "逾期未回复" in clue.arithmetic[1]


def test_a_penalty_after_the_decision_in_any_township_ends_it() -> None:
    elsewhere = penalty(7, ANOTHER_TOWNSHIP, 处罚决定时间="2026-09-01")
    assert kinds(DECIDED, letter(), ANSWERED, elsewhere) == []
    a_namesake = penalty(7, ANOTHER_TOWNSHIP, 处罚决定时间="2026-09-01", 证件号码=OTHER_ID_NO)
    assert kinds(DECIDED, letter(), ANSWERED, a_namesake) == ["unpunished"]


def test_without_an_opinion_nothing_was_asked_for() -> None:
    assert kinds(DECIDED) == []


def test_a_penalty_for_the_same_cause_before_the_decision_is_shown_before_another_is_asked_for() -> None:
    (clue,) = clues(DECIDED, penalty(5, ANOTHER_TOWNSHIP, 处罚决定时间="2026-05-04"))
    assert (str(clue.kind), clue.agency) == ("already_punished", ANOTHER_TOWNSHIP)
    assert clue.numbers == ("岩头政罚决〔2026〕5号", "繁检刑不诉〔2026〕1号")
    assert "一事不再罚" in clue.basis
    assert kinds(DECIDED, penalty(5, ANOTHER_TOWNSHIP, 处罚决定时间="2026-05-04", 案由="非法采矿")) == []
    assert kinds(DECIDED, penalty(5, ANOTHER_TOWNSHIP, 处罚决定时间="2026-05-04", 证件号码=OTHER_ID_NO)) == []


def test_no_line_of_a_clue_names_a_person() -> None:
    found = clues(DECIDED, letter(), ANSWERED, penalty(5, ANOTHER_TOWNSHIP, 处罚决定时间="2026-05-04"))
    assert len(found) == 2
    assert not any("张三" in line for clue in found for line in (*clue.arithmetic, *clue.numbers, clue.basis))
