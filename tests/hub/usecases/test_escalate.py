"""Rungs are told once, a person decides where the mechanism says so, and the answer is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.duties.waivers import waivers
from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.ladder.ladders import Ladder
from hub.ledger.facts import facts
from hub.usecases.decide import Kept, find_decision, kept_answer, record_decision
from hub.usecases.escalate import escalate
from tests.support.installation import AS_OF


def test_a_preview_tells_nobody(installation: Hub) -> None:
    seen = escalate(installation, AS_OF, AS_OF, commit=False)
    assert seen.fired
    assert seen.pending
    with installation.ledger.read() as tx:
        assert not facts(tx, code="reminder.sent")
        assert not facts(tx, code="escalation.proposed")


def test_what_was_told_is_not_told_again(installation: Hub) -> None:
    first = escalate(installation, AS_OF, AS_OF, commit=True)
    again = escalate(installation, AS_OF, AS_OF, commit=True)
    assert first.fired
    assert not again.fired
    assert [p.decision_id for p in again.pending] == [p.decision_id for p in first.pending]
    with installation.ledger.read() as tx:
        told = [f.subject for code in ("reminder.sent", "notice.sent") for f in facts(tx, code=code)]
    assert len(told) == len(set(told)) == len(first.fired)


def test_a_decision_names_its_basis_and_arithmetic_and_no_person(installation: Hub, samples: str) -> None:
    pending = escalate(installation, AS_OF, AS_OF, commit=True).pending
    for one in pending:
        assert "依据 / Basis" in one.body_markdown
        assert "1. " in one.body_markdown
        assert "140924198705186296" not in one.body_markdown
        assert "徐强强" not in one.body_markdown
    for one in pending[::8]:  # each is a view of its own over the whole ledger, so not all of them
        assert find_decision(installation, one.decision_id).body_markdown == one.body_markdown
    weighed = [one.body_markdown for one in pending if "Why these records are of one matter" in one.body_markdown]
    assert len(weighed) > 10
    # Airflow's page breaks no lines in a block of code, and who decides reads Chinese.
    assert not any("```" in body for body in weighed)
    assert all("| 所需 asked for |" in body or "own_key" in body for body in weighed)
    assert sum("| 证件号码 identity number | 相同 equal | +20 |" in body for body in weighed) > 5


def test_decisions_can_be_told_apart_in_a_list_by_their_subjects(installation: Hub) -> None:
    pending = escalate(installation, AS_OF, AS_OF, commit=False).pending
    for one in pending:
        role = {"chief_procurator": "检察长", "lead_group_office": "领导小组办公室"}.get(one.assigned_role, "")
        assert one.subject.startswith(f"{one.decision_id} {role}")
        assert "状态 / State：逾期未办" in one.body_markdown
    subjects = {one.subject.partition(" ")[2] for one in pending}
    assert len(subjects) == len({(one.case_id, one.document, one.obligation_id) for one in pending}) > 10


def test_an_approved_rung_fires_once_and_a_declined_one_never(installation: Hub) -> None:
    pending = escalate(installation, AS_OF, AS_OF, commit=True).pending
    approved, declined = [one for one in pending if one.assigned_role == "chief_procurator"][:2]
    assert record_decision(installation, approved.decision_id, "more", "chief_procurator", "补充材料", AS_OF)
    assert record_decision(installation, approved.decision_id, "approve", "chief_procurator", "同意", AS_OF)
    assert not record_decision(installation, approved.decision_id, "decline", "chief_procurator", "改", AS_OF)
    assert record_decision(installation, declined.decision_id, "decline", "chief_procurator", "不同意", AS_OF)
    later = AS_OF + timedelta(minutes=1)
    fired = [rung.rung_key for rung in escalate(installation, later, later, commit=True).fired]
    assert fired.count(approved.rung_key) == 1
    assert declined.rung_key not in fired
    again = escalate(installation, later, later, commit=True)
    assert approved.rung_key not in [rung.rung_key for rung in again.fired]
    assert not {approved.decision_id, declined.decision_id} & {p.decision_id for p in again.pending}


def test_an_answer_to_what_was_never_asked_is_refused(installation: Hub) -> None:
    with pytest.raises(ConfigurationFault, match="nothing of this id"):
        record_decision(installation, "Dnone", "approve", "somebody", "", AS_OF)
    with pytest.raises(ConfigurationFault, match="approve, decline, more or waive"):
        record_decision(installation, "Dnone", "perhaps", "somebody", "", AS_OF)
    with pytest.raises(ConfigurationFault, match="no decision"):
        find_decision(installation, "Dnone")


def answers(hub: Hub) -> list[str]:
    """What the ledger holds of people's answers."""
    codes = ("escalation.approved", "escalation.declined", "decision.more_asked", "obligation.waived")
    with hub.ledger.read() as tx:
        return [fact.subject for code in codes for fact in facts(tx, code=code)]


def test_only_the_user_who_decides_for_the_role_is_taken_for_the_one_who_decided(installation: Hub) -> None:
    pending = escalate(installation, AS_OF, AS_OF, commit=True).pending
    chiefs = next(one for one in pending if one.assigned_role == "chief_procurator")
    offices = next(one for one in pending if one.assigned_role == "lead_group_office")
    approvers = {"chief_procurator": ["wang"], "lead_group_office": "li"}
    before = answers(installation)
    for by in ("chief_procurator", "operator", "li", ""):
        with pytest.raises(ConfigurationFault, match=r"does not decide this; chief_procurator does: wang"):
            record_decision(installation, chiefs.decision_id, "approve", by, "", AS_OF, approvers=approvers)
    for outcome in ("approve", "decline", "more", "waive"):
        with pytest.raises(ConfigurationFault, match="operator does not decide this"):
            record_decision(installation, chiefs.decision_id, outcome, "operator", "理由", AS_OF)
    with pytest.raises(ConfigurationFault, match="may not let go of an obligation"):
        record_decision(installation, offices.decision_id, "waive", "li", "理由", AS_OF, approvers=approvers)
    assert answers(installation) == before
    assert record_decision(installation, chiefs.decision_id, "approve", "wang", "", AS_OF, approvers=approvers)
    assert record_decision(installation, offices.decision_id, "decline", "li", "", AS_OF, approvers=approvers)


def test_each_asking_of_a_question_is_answered_by_itself(installation: Hub) -> None:
    pending = escalate(installation, AS_OF, AS_OF, commit=True).pending
    asked, other = [one for one in pending if one.assigned_role == "chief_procurator"][:2]
    wanted, by = asked.decision_id, "chief_procurator"
    assert kept_answer(installation, wanted, wanted) is None
    for again in (True, False):  # the second time it is the same answer once more
        done = record_decision(installation, wanted, "more", by, "", AS_OF, "2026-11-20", question=wanted)
        assert done is again
    assert kept_answer(installation, wanted, wanted) == Kept(more=True, reply_by="2026-11-20")
    assert kept_answer(installation, wanted, f"{wanted}.2") is None
    assert record_decision(installation, wanted, "approve", by, "", AS_OF, question=f"{wanted}.2")
    assert kept_answer(installation, wanted, f"{wanted}.2") == Kept()
    assert kept_answer(installation, other.decision_id, other.decision_id) is None
    assert record_decision(installation, other.decision_id, "waive", by, "已撤销", AS_OF)
    assert kept_answer(installation, other.decision_id, other.decision_id) == Kept()


def test_who_may_let_go_of_a_duty_does_so_in_answer_to_the_question(installation: Hub) -> None:
    later = AS_OF + timedelta(minutes=10)
    pending = escalate(installation, later, later, commit=True).pending
    assert {one.may_waive for one in pending if one.assigned_role == "chief_procurator"} == {True}
    assert {one.may_waive for one in pending if one.assigned_role == "lead_group_office"} == {False}
    asked = next(one for one in pending if one.may_waive)
    with pytest.raises(ConfigurationFault, match="a reason"):
        record_decision(installation, asked.decision_id, "waive", "chief_procurator", " ", later)
    assert record_decision(installation, asked.decision_id, "waive", "chief_procurator", "当事单位已撤销", later)
    assert not record_decision(installation, asked.decision_id, "waive", "chief_procurator", "再次提交", later)
    done = escalate(installation, later, later, commit=True)
    assert done.withdrawn > 0
    assert asked.decision_id not in [one.decision_id for one in done.pending]
    with installation.ledger.read() as tx:
        (given,) = [one for one in waivers(tx) if one.obligation_id == asked.obligation_id]
    assert (given.obligation_id, given.by, given.reason) == (asked.obligation_id, "chief_procurator", "当事单位已撤销")


def test_what_began_on_a_ladder_climbs_it_to_the_end_though_the_file_was_changed(installation: Hub) -> None:
    first = escalate(installation, AS_OF, AS_OF, commit=True)
    shorter = (
        Ladder.model_validate(one.model_dump() | {"rungs": one.rungs[:1], "title": f"{one.title}（修订）"})
        for one in installation.ladders.every
    )
    changed = replace(installation.ladders, every=tuple(shorter))
    amended = replace(installation, ladders=changed)
    later = AS_OF + timedelta(days=30)
    climbed = escalate(amended, later, later, commit=False)
    assert first.pending
    assert climbed.lost == 0
    assert {p.decision_id for p in first.pending} & {p.decision_id for p in climbed.pending}
