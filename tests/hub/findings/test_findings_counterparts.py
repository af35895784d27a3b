"""Which referral and which acceptance are told as perhaps one matter, and which are not?"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.errors import ConfigurationFault
from hub.findings.counterpart_rule import load_counterpart_rule
from hub.findings.counterparts import Counterparts, find_counterparts
from hub.link.decisions import Judgement, LinkDecision
from hub.model import CellValue, Record
from tests.hub.agency_rows import MAPPINGS, OTHER_ID_NO, TOWNSHIP
from tests.hub.county import (
    ANOTHER_NAME,
    ANOTHER_TOWNSHIP,
    AS_OF,
    WEIGHTS,
    acceptance,
    at,
    document,
    linked,
    police_no,
    referral,
)
from tests.hub.link.decided import decision

RULE = load_counterpart_rule(MAPPINGS / "counterparts.yaml")
SUSPECT, SUM, NAMED = "嫌疑人/单位", "涉案金额", "案件名称"
# What nearly every acceptance lacks that the linker could not join: number and identity number.
BARE: dict[str, CellValue] = {"移送书文号": None, "证件号码": None}
CAUSE: dict[str, CellValue] = {NAMED: "滥伐林木案"}


def hinted(
    records: Iterable[Record], decisions: Sequence[LinkDecision] = (), as_of: str = AS_OF
) -> tuple[Counterparts, ...]:
    return find_counterparts(linked(records, decisions), WEIGHTS, RULE, at(as_of), decisions)


def pairs(*records: Record, decisions: Sequence[LinkDecision] = ()) -> list[tuple[Record, Record]]:
    return [(one.referral.record, one.acceptance.record) for one in hinted(records, decisions)]


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ({"当事人": "张建国"}, {**BARE, **CAUSE, SUSPECT: "张建固"}),
        ({"当事人": "张建国"}, {**BARE, SUSPECT: "张建固"}),
        ({SUM: "12500"}, {**BARE, **CAUSE, SUM: "12500", SUSPECT: "李秀英", "证件号码": OTHER_ID_NO}),
        ({SUM: "12500"}, {**BARE, **CAUSE, SUM: "12500", SUSPECT: "张老三"}),
        ({SUM: "12500"}, {**BARE, **CAUSE, SUM: "12500", SUSPECT: "繁峙县兴旺木业有限公司"}),
        ({}, {**BARE, **CAUSE, "移送单位": ANOTHER_NAME}),
        ({}, {**CAUSE, "移送书文号": None, "移送单位": ANOTHER_NAME}),
        ({}, {**BARE, **CAUSE, SUSPECT: "不详"}),
        ({"回执时间": "2026-07-02"}, {**BARE, SUSPECT: "不详"}),
    ],
    ids=[
        "wrong character", "wrong character, cause mute", "spouse", "nickname", "who leads the company",
        "another township, name", "another township, number of the person", "nobody named", "day of receipt noted",
    ],
)  # fmt: skip
def test_what_a_clerk_would_look_at_is_told(sent: dict[str, CellValue], answer: dict[str, CellValue]) -> None:
    ours, theirs = referral(1, **sent), acceptance(1, **answer)
    assert len(linked([ours, theirs]).cases) == 2
    (pair,) = hinted([ours, theirs])
    assert (pair.referral.record, pair.acceptance.record) == (ours, theirs)
    assert pair.evidence.score >= pair.asked
    assert pair.evidence.score == pytest.approx(sum(one.bits for one in pair.evidence.observations))
    assert not pair.left_open


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ({}, {**BARE, **CAUSE, SUSPECT: "李秀英", "移送单位": ANOTHER_NAME}),
        ({}, {**BARE, NAMED: "李秀英非法狩猎案", SUSPECT: "李秀英"}),
        ({}, {**BARE, **CAUSE, SUSPECT: "李秀英", "证件号码": OTHER_ID_NO, "接受时间": "2026-08-20"}),
        ({SUM: "12500"}, {**BARE, SUM: "800", SUSPECT: "李秀英"}),
        ({"当事人": "张建国"}, {**BARE, **CAUSE, SUSPECT: "张建固", "移送单位": ANOTHER_NAME}),
        ({}, {**BARE, **CAUSE, "接受时间": "2026-06-01", "移送单位": ANOTHER_NAME}),
        ({}, {**BARE, **CAUSE, "接受时间": "2026-10-20", "移送单位": ANOTHER_NAME}),
        ({"回执时间": "2026-07-20"}, {**BARE, **CAUSE, SUSPECT: "李秀英"}),
        ({"是否批准": "否"}, {**BARE, **CAUSE, SUSPECT: "不详"}),
    ],
    ids=[
        "only the cause", "only township and days", "another person, seven weeks later", "another sum", "a like name elsewhere",
        "received a month before", "received three months later", "another day of receipt noted", "never approved",
    ],
)  # fmt: skip
def test_what_only_comes_near_is_not_told(sent: dict[str, CellValue], answer: dict[str, CellValue]) -> None:
    ours, theirs = referral(1, **sent), acceptance(1, **answer)
    assert len(linked([ours, theirs]).cases) == 2
    assert hinted([ours, theirs]) == ()


def test_a_matter_that_has_its_counterpart_is_no_candidate() -> None:
    ours, answered = referral(1, 当事人="张建国"), acceptance(1, **{SUSPECT: "张建国"})
    stray = acceptance(2, **BARE, **CAUSE, **{SUSPECT: "张建固"})
    assert len(linked([ours, answered, stray]).cases) == 2
    assert pairs(ours, answered, stray) == []


def test_a_name_but_for_one_character_says_nothing_where_whole_numbers_say_that_it_is_somebody_else() -> None:
    ours, slip = referral(1, 当事人="张建国"), acceptance(1, **BARE, **CAUSE, **{SUSPECT: "张建固"})
    brother = acceptance(1, **{**BARE, **CAUSE, SUSPECT: "张建固", "证件号码": OTHER_ID_NO})
    ((of_slip,), (of_brother,)) = hinted([ours, slip]), hinted([ours, brother])
    assert of_slip.evidence.person == RULE.one_character_off
    assert of_brother.evidence.person == RULE.at_worst.identity + WEIGHTS.name.one_character_off


def test_what_was_left_to_a_person_is_told_as_such_and_nothing_weaker_beside_it() -> None:
    first, second, other = referral(1), referral(2), referral(3, 当事人="张山", 证件号码=None)
    answer = acceptance(4, 移送书文号=None, **CAUSE)
    found = hinted([first, second, other, answer])
    assert [(one.referral.record, one.left_open) for one in found] == [(first, True), (second, True)]


def test_of_several_the_best_is_told_and_what_is_much_weaker_is_not() -> None:
    near, far = referral(1, 当事人="张建国", 涉案金额="12500"), referral(2, 当事人="刘大海", 证件号码=OTHER_ID_NO)
    answer = acceptance(3, **BARE, **CAUSE, **{SUSPECT: "张建固", SUM: "12500"})
    assert pairs(near, far, answer) == [(near, answer)]


def test_what_a_person_said_is_two_matters_is_never_told_again() -> None:
    ours, theirs = referral(1, 当事人="张建国"), acceptance(1, **BARE, **CAUSE, **{SUSPECT: "张建固"})
    assert pairs(ours, theirs) == [(ours, theirs)]
    assert pairs(ours, theirs, decisions=[decision(Judgement.REJECT, ours, theirs)]) == []
    assert pairs(ours, theirs, decisions=[decision(Judgement.MERGE, ours, theirs)]) == []  # it is one


def test_a_matter_whose_papers_name_another_police_case_is_not_told() -> None:
    ours, theirs = referral(1, 当事人="张建国"), acceptance(1, **BARE, **CAUSE, **{SUSPECT: "张建固"})
    about = document("nonprosecution", persons=[], police_case_no=police_no(7))
    together = [decision(Judgement.MERGE, ours, about)]
    linkage = linked([ours, theirs, about], together)
    assert len(linkage.cases) == 2
    assert find_counterparts(linkage, WEIGHTS, RULE, at(AS_OF), together) == ()


def test_what_came_after_the_instant_is_not_told() -> None:
    ours, theirs = referral(1, 当事人="张建国"), acceptance(1, **BARE, **CAUSE, **{SUSPECT: "张建固"})
    assert hinted([ours, theirs], as_of="2026-07-01T23:59+08:00") == ()
    assert len(hinted([ours, theirs], as_of="2026-07-02T23:59+08:00")) == 1


def test_a_matter_with_a_record_that_is_left_out_is_passed_over() -> None:
    ours, theirs = referral(1, 当事人="张建国"), acceptance(1, **BARE, **CAUSE, **{SUSPECT: "张建固"})
    linkage = linked([ours, theirs])
    for sealed in (ours, theirs):
        assert find_counterparts(linkage, WEIGHTS, RULE, at(AS_OF), leave_out=lambda r, s=sealed: r is s) == ()  # type: ignore[misc]


def test_more_is_asked_for_the_more_matters_are_open() -> None:
    ours, theirs = referral(1, 当事人="张建国"), acceptance(1, **BARE, **{SUSPECT: "张建固"})
    others = [_stray(n) for n in range(2, 80)]
    (alone,) = hinted([ours, theirs])
    assert alone.asked == RULE.asked
    assert alone.evidence.score == 10.0
    assert [one.asked for one in hinted([ours, theirs, *others[:15]])] == [RULE.asked + 4]
    assert hinted([ours, theirs, *others]) == ()


def test_thousands_of_matters_of_one_township_and_week_are_not_all_held_against_each_other() -> None:
    """Each acceptance is weighed against so many referrals of a sign, however many bear it."""
    sent = [_renamed(referral(1, 当事人="张建国", 证件号码=None), n) for n in range(800)]
    received = [_renamed(acceptance(1, **BARE, **CAUSE, **{SUSPECT: "李秀英"}), n) for n in range(800)]
    assert len(linked([*sent, *received]).cases) == 1600
    assert hinted([*sent, *received]) == ()


@pytest.mark.parametrize("how_many", [2, 4, 7])
def test_no_matter_is_told_with_more_than_the_best_few(how_many: int) -> None:
    sent = [_renamed(referral(1, 当事人="张建国", 证件号码=None), n) for n in range(how_many)]
    answer = acceptance(1, **BARE, **CAUSE, **{SUSPECT: "张建固"})
    assert len(hinted([*sent, answer])) == min(how_many, RULE.most)


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 5), st.integers(1, 5))
def test_the_order_of_the_records_changes_nothing(rng: random.Random, sent: int, received: int) -> None:
    records = [_anything(referral(n), rng, "referral") for n in range(1, sent + 1)]
    records += [_anything(acceptance(n, **BARE), rng, "acceptance") for n in range(1, received + 1)]
    told = hinted(records)
    for _ in range(3):
        rng.shuffle(records)
        assert hinted(records) == told
    of_a_matter = [case_id for one in told for case_id in one.case_ids]
    assert all(of_a_matter.count(case_id) <= RULE.most for case_id in of_a_matter)


def test_a_faulty_rule_is_refused_with_its_line(tmp_path: Path) -> None:
    text = (MAPPINGS / "counterparts.yaml").read_text(encoding="utf-8")
    path = tmp_path / "counterparts.yaml"
    for was, now, told in (
        ("township: -4.0", "township: 4.0", "at_worst.township"),
        ("most: 3", "most: 0", "most"),
        ("asked: 4.0", "wanted: 4.0", "wanted"),
    ):
        path.write_text(text.replace(was, now), encoding="utf-8")
        with pytest.raises(ConfigurationFault, match=rf"counterparts.yaml:\d+: {told}"):
            load_counterpart_rule(path)


def _stray(no: int) -> Record:
    """A referral of another township, cause and person, of the same week."""
    return _renamed(referral(1, ANOTHER_TOWNSHIP, 当事人=f"王{chr(0x4E00 + no)}", 证件号码=None, 案由="非法采矿"), no)


def _renamed(record: Record, no: int) -> Record:
    """The same row under a key and numbers of its own."""
    own = {
        name: f"{text}之{no}"
        for name, text in record.fields.items()
        if name in ("case_no", "referral_no", "acceptance_no")
    }
    if record.get("police_case_no"):
        own["police_case_no"] = f"A14092402000020260{no:05}"
    return replace(record, key=f"{record.key}-{no}", source=f"{record.source}-{no}", fields={**record.fields, **own})


def _anything(record: Record, rng: random.Random, kind: str) -> Record:
    """The same row with name, township, sum and day drawn from a few."""
    (party,) = record.parties
    said = {**record.fields, "amount": rng.choice(["12500", "800"]), "cause_code": rng.choice(["A345-2", "A143"])}
    said["received_at" if kind == "acceptance" else "sent_at"] = f"2026-07-{rng.randint(1, 9):02}"
    name = rng.choice(["张建国", "张建固", "李秀英", "张某某", "不详"])
    if kind == "acceptance":
        said["unit_code"] = rng.choice([TOWNSHIP, ANOTHER_TOWNSHIP])
    return replace(record, fields=said, parties=(replace(party, name=name, id_no="", id_state="absent"),))
