"""Does the linker follow what people decided, at every stage, and does a decision act only on what it was about?"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from hub.link import Linkage
from hub.link.decisions import TOLD_APART_BY, Judgement, LinkDecision, digest_of
from hub.link.judging import Force, acting, contradicted, judge_decisions
from hub.model import CellValue, Record
from tests.hub.agency_rows import ID_NO, OTHER_ID_NO
from tests.hub.county import (
    acceptance,
    clue_receipt,
    copy_receipt,
    document,
    handling,
    linked,
    penalty,
    police_no,
    referral,
    result,
)
from tests.hub.link.decided import AT, decision

CONFIRM, REJECT, MERGE, SPLIT = Judgement.CONFIRM, Judgement.REJECT, Judgement.MERGE, Judgement.SPLIT
NO_NUMBER: dict[str, CellValue] = {"移送书文号": None}
STRANGER: dict[str, CellValue] = {"嫌疑人/单位": "王五", "证件号码": None, "移送书文号": None}


def case_of(linkage: Linkage, record: Record) -> set[str]:
    """The sources that stand in one case with the record."""
    (only,) = [case for case in linkage.cases if record in case.records]
    return {one.source for one in only.records}


def stand_together(linkage: Linkage, *records: Record) -> bool:
    """Whether all of these are in one case."""
    return {record.source for record in records} <= case_of(linkage, records[0])


def tier(linkage: Linkage, record: Record) -> str:
    """By what a record stands where it stands."""
    return next(one.tier for one in linkage.links if one.record == record)


def forces(decisions: Sequence[LinkDecision], *records: Record) -> list[str]:
    """What each of the decisions comes to where these records stand."""
    return [str(one.force) for one in judge_decisions(decisions, records, AT + timedelta(days=1))]


def test_a_confirmed_candidate_is_taken_where_the_evidence_alone_would_guess_nothing() -> None:
    first, second, answer = referral(1), referral(2), acceptance(1, **NO_NUMBER)
    left = linked([first, second, answer])
    assert len(left.cases) == 3
    decided = linked([first, second, answer], [decision(CONFIRM, answer, second)])
    assert stand_together(decided, answer, second)
    assert decided.ambiguities == ()
    assert tier(decided, answer) == "decided"


def test_a_confirmed_link_stays_when_better_evidence_for_another_comes() -> None:
    first, answer = referral(1), acceptance(1, **NO_NUMBER)
    confirmed = [decision(CONFIRM, answer, first)]
    rival = referral(2, 批准时间="2026-07-01 15:00", 移送时间="2026-07-01 16:00", 涉案金额="1万")
    assert not stand_together(linked([first, rival, answer]), first, answer)
    assert stand_together(linked([first, rival, answer], confirmed), first, answer)


def test_of_two_candidates_the_other_is_taken_when_a_person_rejects_the_one() -> None:
    first, second, answer = referral(1), referral(2), acceptance(1, **NO_NUMBER)
    decided = linked([first, second, answer], [decision(REJECT, answer, first)])
    assert stand_together(decided, answer, second)
    assert tier(decided, answer) == "identity+name"
    assert decided.ambiguities == ()


def test_what_was_merged_stands_together_though_nothing_links_it() -> None:
    records = [referral(), acceptance(5, **STRANGER), penalty(当事人="李四", 证件号码=OTHER_ID_NO)]
    assert len(linked(records).cases) == 3
    merged = linked(records, [decision(MERGE, records[0], records[1:])])
    assert len(merged.cases) == 1
    assert sorted(one.tier for one in merged.links) == ["decided", "decided", "own"]


@pytest.mark.parametrize(
    ("newcomer", "standing"),
    [
        (acceptance(), referral()),
        (result(), acceptance()),  # one number of the police's own
        (acceptance(2, 移送书文号=None, 原案件编号=police_no(1)), acceptance(1)),
        (document("copy_receipt", related_doc_no="繁城综执移〔2026〕1号"), referral()),
        (handling(), document("penalty_opinion", persons=[{"name": "张三", "id_no": ID_NO}])),
        (copy_receipt(), document("penalty_opinion")),
        (clue_receipt(), document("duty_clue", sealed=True)),
        (penalty(关联文号="繁检意〔2026〕1号"), document("transfer_opinion")),
        (document("transfer_opinion", related_doc_no="繁城综执移〔2026〕1号"), referral(备注="依繁检意〔2026〕1号")),
        (document("penalty_opinion", 2, doc_no="繁检意〔2026〕2号", unified_case_no="繁检刑诉〔2026〕5号"),
         document("nonprosecution", unified_case_no="繁检刑诉〔2026〕5号")),
    ],
    ids=["acceptance", "own key", "passed on", "copy", "handling", "copy receipt", "sealed", "penalty", "opinion",
         "nonprosecution"],
)  # fmt: skip
def test_what_was_rejected_is_joined_at_no_stage(newcomer: Record, standing: Record) -> None:
    assert len(linked([newcomer, standing]).cases) == 1
    apart = linked([newcomer, standing], [decision(REJECT, newcomer, standing)])
    assert len(apart.cases) == 2
    assert apart.ambiguities == ()
    assert {one.tier for one in apart.links} == {"own"}


def test_no_third_record_brings_together_what_was_rejected() -> None:
    first, second = acceptance(1), acceptance(2, 移送书文号="繁城综执移〔2026〕1号")
    assert stand_together(linked([referral(), first, second]), first, second)
    apart = linked([referral(), first, second], [decision(REJECT, first, second)])
    assert not stand_together(apart, first, second)
    assert stand_together(apart, referral(), first)  # the referral goes with one of the two, and never with both


def test_a_police_number_that_was_split_is_two_matters_and_its_results_go_with_the_first() -> None:
    first = acceptance(1)
    second = acceptance(2, 案件编号=police_no(1), **{"嫌疑人/单位": "李四"}, 证件号码=OTHER_ID_NO)
    filed = result("立案", "2026-07-03", 1)
    assert stand_together(linked([first, second, filed]), first, second, filed)
    split = linked([first, second, filed], [decision(SPLIT, second, [first, filed])])
    assert case_of(split, second) == {second.source}
    assert stand_together(split, first, filed)


def test_what_was_split_off_stays_off_when_new_records_fit_both() -> None:
    sent, answer, filed = referral(), acceptance(), result()
    split = [decision(SPLIT, [answer, filed], sent)]
    copy = document("copy_receipt", related_doc_no="繁城综执移〔2026〕1号", police_case_no=police_no(1))
    parted = linked([sent, answer, filed, copy], split)
    assert not stand_together(parted, sent, answer)
    assert stand_together(parted, answer, filed)


def test_a_document_goes_where_a_person_said_and_nowhere_else_beside() -> None:
    right = referral(2, 当事人="李四", 证件号码=OTHER_ID_NO)
    copy = document("copy_receipt", related_doc_no="繁城综执移〔2026〕1号")
    assert stand_together(linked([referral(1), right, copy]), referral(1), copy)
    moved = linked([referral(1), right, copy], [decision(MERGE, right, copy)])
    assert case_of(moved, copy) == {right.source, copy.source}


@pytest.mark.parametrize("judgement", [CONFIRM, MERGE])
def test_an_opinion_a_letter_and_a_handling_row_keep_the_place_they_were_given(judgement: Judgement) -> None:
    opinion = document("transfer_opinion", related_doc_no="繁城政罚决〔2026〕1号")
    fine = [penalty(1), penalty(2), penalty(3, 当事人="李四", 证件号码=OTHER_ID_NO)]
    about = linked([opinion, *fine], [decision(judgement, opinion, fine[2])])
    assert case_of(about, opinion) == {opinion.source, fine[2].source}
    row, letter, other = handling(1), document("penalty_opinion", 1), document("penalty_opinion", 2)
    placed = linked([row, letter, other], [decision(judgement, row, other)])
    assert stand_together(placed, row, other)
    assert not stand_together(placed, row, letter)


def test_no_order_of_records_or_decisions_changes_the_result() -> None:
    records = [referral(1), referral(2), acceptance(1, **NO_NUMBER), result(), acceptance(5, **STRANGER)]
    decisions = [
        decision(CONFIRM, records[2], records[1]),
        decision(REJECT, records[2], records[0], 1),
        decision(MERGE, records[0], records[4], 2),
    ]
    said = linked(records, decisions)
    assert len(said.cases) == 2
    assert all(linked(order, decisions) == said for order in permutations(records))
    assert all(linked(records, order) == said for order in permutations(decisions))


def test_an_explanation_says_what_was_decided_by_which_office_and_names_no_person() -> None:
    first, second, answer = referral(1), referral(2), acceptance(1, **NO_NUMBER)
    made = decision(CONFIRM, answer, second)
    (line,) = next(one.explanation for one in linked([first, second, answer], [made]).links if one.record == answer)
    assert line == f"decided: confirm {made.decision_id} on 2026-08-03 by case_officer"


@pytest.mark.parametrize(
    "cells",
    [
        {"当事人": "张山"},
        {"证件号码": OTHER_ID_NO},
        {"移送书文号": "繁城综执移〔2026〕11号"},
        {"涉案金额": "12万"},
        {"案由": "盗伐林木"},
        {"移送时间": "2026-07-02 10:00"},
        {"备注": "依繁检意〔2026〕9号移送"},
    ],
)
def test_a_decision_expires_when_a_row_that_it_rests_on_is_corrected(cells: dict[str, CellValue]) -> None:
    answer = acceptance(5, **STRANGER)
    made = [decision(MERGE, referral(), answer)]
    assert forces(made, referral(), answer) == ["stands"]
    corrected = referral(1, **cells)
    assert forces(made, corrected, answer) == ["expired"]
    (judged,) = judge_decisions(made, [corrected, answer], AT)
    assert judged.changed == (("140924100", "referral", corrected.key),)
    assert len(linked([corrected, answer], acting([judged])).cases) == 2


@pytest.mark.parametrize(
    "cells",
    [
        {"收到立案通知书时间": "2026-07-06"},
        {"移交物品时间": "2026-07-08"},
        {"回执时间": "2026-07-02"},
        {"备注": "已归档"},
        {"当事人": "张三 "},
    ],
)
def test_it_stands_while_the_matter_goes_on_and_the_row_comes_again(cells: dict[str, CellValue]) -> None:
    answer = acceptance(5, **STRANGER)
    made = [decision(MERGE, referral(), answer)]
    again = replace(referral(1, **cells), source="140924100/行刑衔接台账_202608_移送案件.csv!R9")
    assert forces(made, again, answer) == ["stands"]


def test_a_decision_about_a_row_that_no_longer_stands_acts_on_nothing() -> None:
    made = [decision(MERGE, referral(), acceptance(5, **STRANGER))]
    assert forces(made, referral()) == ["expired"]


def test_a_decision_acts_from_its_day_until_it_is_taken_back() -> None:
    sent, answer = referral(), acceptance(5, **STRANGER)
    made = replace(decision(MERGE, sent, answer), taken_back_at=AT + timedelta(days=3))
    days = [judge_decisions([made], [sent, answer], AT + timedelta(days=n)) for n in (-1, 0, 2, 3)]
    assert [[one.force for one in day] for day in days] == [
        [], [Force.STANDS], [Force.STANDS], [Force.TAKEN_BACK],
    ]  # fmt: skip


def test_of_two_that_contradict_each_other_the_later_one_acts() -> None:
    sent, answer = referral(), acceptance(5, **STRANGER)
    made = [decision(MERGE, sent, answer), decision(REJECT, sent, answer, 5)]
    earlier, later = judge_decisions(made, [sent, answer], AT + timedelta(days=1))
    assert (earlier.force, later.force) == (Force.OVERTAKEN, Force.STANDS)
    assert earlier.by == later.decision.decision_id
    assert len(linked([sent, answer], acting([earlier, later])).cases) == 2


def test_a_contradiction_is_found_through_third_records() -> None:
    a, b, c = referral(1), referral(2), referral(3)
    standing = [decision(MERGE, a, b), decision(MERGE, b, c, 1), decision(CONFIRM, b, acceptance(7), 2)]
    against = contradicted(decision(REJECT, a, c), standing)
    assert against == standing[1]
    assert contradicted(decision(REJECT, a, referral(4)), standing) is None


def test_the_id_of_a_decision_is_one_whoever_is_named_first_and_a_split_has_sides() -> None:
    a, b, c = referral(1), referral(2), referral(3)
    for judgement in (CONFIRM, REJECT):
        assert decision(judgement, a, b).decision_id == decision(judgement, b, a).decision_id
    merged = {decision(MERGE, first, rest).decision_id for first, *rest in permutations([a, b, c])}
    assert len(merged) == 1
    assert decision(MERGE, a, [b, c]).says_the_same(decision(MERGE, c, [a, b]))
    assert not decision(MERGE, a, [b, c]).says_the_same(decision(MERGE, a, b))
    assert not decision(MERGE, a, b).says_the_same(decision(CONFIRM, a, b))
    assert not decision(MERGE, a, b).says_the_same(decision(MERGE, a, replace(b, fields={**b.fields, "amount": "1"})))
    assert decision(SPLIT, a, [b, c]).decision_id != decision(SPLIT, b, [a, c]).decision_id
    assert decision(SPLIT, [b, a], c).says_the_same(decision(SPLIT, [a, b], c))
    assert not decision(SPLIT, a, [b, c]).says_the_same(decision(SPLIT, b, [a, c]))


def test_the_digest_covers_every_field_that_the_linker_reads(project_root: Path) -> None:
    read: set[str] = set()
    for name in ("acceptances", "documents", "letters", "opinions", "signs", "traits"):
        tree = ast.parse((project_root / "hub" / "link" / f"{name}.py").read_bytes())
        read |= {
            node.args[0].value
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and ast.unparse(node.func.value) != "seen"  # the features of an explanation
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        }
    assert len(read) > 10
    assert read - {"remarks"} <= set(TOLD_APART_BY)
    for field in TOLD_APART_BY:
        changed = replace(referral(), fields={**referral().fields, field: "x"})
        assert digest_of(changed) != digest_of(referral()), field
