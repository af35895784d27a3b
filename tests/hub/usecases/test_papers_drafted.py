"""A paper is drafted once for its occasion, under one number, after the approval, whoever asks and however often."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from hub.duties.duty import Obligation, State
from hub.errors import ConfigurationFault
from hub.evidence.bundle import verify_chain
from hub.hub import Hub
from hub.ledger.facts import facts
from hub.ledger.papers import paper_content, papers
from hub.papers.fill import day_text
from hub.papers.rules import PaperRule
from hub.usecases.decide import record_decision
from hub.usecases.escalate import escalate
from hub.usecases.paper_by_hand import EXPORTED, Wish, draft_paper, held_back, look_ahead, papers_of, take_out
from hub.view import look
from tests.hub.papers.paper_matters import given_by_hand, text_of
from tests.support.installation import AS_OF

SERVE = "procuratorate.serve_penalty_opinion"
LATER = AS_OF + timedelta(minutes=1)
DECIDERS = ("chief_procurator", "lead_group_office")


def decided(hub: Hub, answers: dict[str, str]) -> None:
    """Every question put; each is answered by what `answers` says of its document, else declined."""
    for pending in escalate(hub, AS_OF, AS_OF, commit=True).pending:
        record_decision(
            hub,
            pending.decision_id,
            answers.get(pending.document, "decline"),
            pending.assigned_role,
            "意见",
            AS_OF,
            "2026-11-20",
        )


def a_case(hub: Hub, kind: str) -> str:
    """The id of some case with a record of that kind of document."""
    with hub.ledger.read() as tx:
        cases = look(hub, tx, AS_OF).linkage.cases
    return next(case.case_id for case in cases if any(r.get("doc_type") == kind for r in case.records))


def test_a_decision_says_which_paper_would_be_drafted_and_what_is_missing_and_names_no_person(
    installation: Hub,
) -> None:
    pending = [one for one in escalate(installation, AS_OF, AS_OF, commit=False).pending if one.document]
    lines = [line for one in pending for line in one.body_markdown.splitlines() if "批准后拟制" in line]
    assert len(lines) == len(pending) > 20
    assert any("要素齐全" in line for line in lines)
    assert any("尚缺 / still missing：案由" in line for line in lines)
    with installation.ledger.read() as tx:
        names = {
            p.name for case in look(installation, tx, AS_OF).linkage.cases for r in case.records for p in r.parties
        }
    assert not [name for name in names if any(name in line for line in lines)]


def test_what_an_approval_would_draft_can_be_looked_at_before_without_a_number(installation: Hub) -> None:
    pending = escalate(installation, AS_OF, AS_OF, commit=True).pending
    whole = next(one for one in pending if "要素齐全" in one.body_markdown)
    title, content = look_ahead(installation, whole.decision_id, "officer", AS_OF, LATER)
    assert "（拟稿，批准后编号）" in text_of(content)
    assert title in whole.body_markdown
    lacking = next(one for one in pending if "尚缺" in one.body_markdown)
    with pytest.raises(ConfigurationFault, match="缺少：案由"):
        look_ahead(installation, lacking.decision_id, "officer", AS_OF, LATER)
    with pytest.raises(ConfigurationFault, match="no decision of this id"):
        look_ahead(installation, "Dnone", "officer", AS_OF, LATER)
    with installation.ledger.read() as tx:
        assert papers(tx) == []
        (noted,) = facts(tx, code=EXPORTED)
    assert (noted.attributes["by"], noted.attributes["decision_id"]) == ("officer", whole.decision_id)
    assert noted.attributes["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_decision_says_the_same_days_of_delay_as_the_paper_that_its_approval_would_draft(installation: Hub) -> None:
    compared = set()
    for pending in escalate(installation, AS_OF, AS_OF, commit=True).pending:
        if "要素齐全" not in pending.body_markdown:
            continue
        _, content = look_ahead(installation, pending.decision_id, "officer", AS_OF, LATER)
        if on_paper := re.search(r"截至(\S+?)[，,]\s*已逾期(\d+)日", text_of(content)):
            asked = re.match(r"\*\*.*，截至(\S+?)已逾期(\d+)日（本级自逾期满?(\d*)日?起）", pending.body_markdown)
            assert asked is not None
            assert (day_text(date.fromisoformat(asked[1])), asked[2]) == on_paper.groups()
            compared.add((asked[2], asked[3]))
    assert any(late != threshold for late, threshold in compared)


def test_an_approved_rung_drafts_its_paper_once_and_a_declined_one_uses_no_number(installation: Hub) -> None:
    with installation.ledger.read() as tx:
        assert papers(tx) == []
    decided(installation, {"跟进监督函": "approve", "要求说明理由通知书": "approve"})
    with installation.ledger.read() as tx:
        assert papers(tx) == []
    fired = escalate(installation, LATER, LATER, commit=True).fired
    with installation.ledger.read() as tx:
        kept = papers(tx)
        told = {fact.subject.partition("~")[0]: fact.attributes for fact in facts(tx, code="notice.sent")}
        content = {paper.number: text_of(paper_content(tx, paper.paper_id)) for paper in kept}
    assert Counter(paper.kind for paper in kept).keys() == {
        "follow_up",
        "follow_up_suggestion",
        "overdue_reasons",
        "nonfiling_reasons",
    }
    serials = sorted(int(paper.number.split("〕")[1][:-1]) for paper in kept if paper.kind.startswith("follow_up"))
    assert serials == list(range(1, len(serials) + 1))
    with_document = [rung for rung in fired if rung.document]
    assert len(with_document) == len(kept) + len([one for one in told.values() if one.get("paper_missing")])
    for paper in kept:
        assert told[paper.occasion.removeprefix("rung ")]["paper"] == paper.number
        assert (paper.approved_by in DECIDERS, paper.by) == (True, "")
        assert paper.number in content[paper.number]
    assert all("请立即办理，并于2026年11月20日前" in content[p.number] for p in kept if p.kind.startswith("follow_up"))
    escalate(installation, LATER + timedelta(minutes=1), LATER, commit=True)
    with installation.ledger.read() as tx:
        assert papers(tx) == kept


def test_the_hub_goes_on_from_the_numbers_that_the_agencys_own_records_bear(installation: Hub) -> None:
    with installation.ledger.read() as tx:
        borne = {r.get("doc_no") for c in look(installation, tx, AS_OF).linkage.cases for r in c.records}
        given = [paper.number for paper in papers(tx) if paper.kind == "overdue_reasons"]
    assert any(str(number).startswith("繁检逾期通") for number in borne)
    assert given
    assert not borne & set(given)


def test_a_rung_whose_paper_lacks_something_fires_and_the_paper_can_be_drafted_once_it_is_given(
    installation: Hub,
) -> None:
    with installation.ledger.read() as tx:
        waiting = held_back(installation, tx)
    assert waiting
    one = waiting[0]
    assert one.missing == "案由、移送书文号、移送日期"
    without = draft_paper(installation, Wish(one.kind, one.case_id, {}, "officer"), LATER, LATER)
    assert (without.paper, without.missing) == (None, ("案由", "移送书文号", "移送日期"))
    given = {"cause": "盗伐林木", "referral_no": "砂河综执移〔2026〕9号", "sent_on": "2026-10-01"}
    done = draft_paper(installation, Wish(one.kind, one.case_id, given, "officer"), LATER, LATER)
    assert done.new
    assert done.paper is not None
    assert (done.paper.occasion, done.paper.by) == (f"rung {one.rung_key}", "officer")
    assert done.paper.approved_by in DECIDERS
    with installation.ledger.read() as tx:
        assert one not in held_back(installation, tx)


def test_asked_for_twice_by_hand_a_paper_is_there_once_and_another_only_on_demand(installation: Hub) -> None:
    case_id = a_case(installation, "suggestion")
    wish = Wish("clue_transfer", case_id, given_by_hand(rule(installation, "clue_transfer")), "officer")
    first, second = (draft_paper(installation, wish, LATER, LATER) for _ in range(2))
    assert (first.new, second.new) == (True, False)
    assert first.paper == second.paper
    third = draft_paper(installation, replace(wish, again=True), LATER, LATER)
    assert third.paper is not None
    assert third.paper != first.paper


def test_without_a_recorded_approval_the_approver_must_be_named(installation: Hub) -> None:
    case_id = a_case(installation, "nonprosecution")
    wish = Wish("suggestion", case_id, given_by_hand(rule(installation, "suggestion")), "officer")
    with pytest.raises(ConfigurationFault, match="须经检察长批准"):
        draft_paper(installation, wish, LATER, LATER)
    done = draft_paper(installation, replace(wish, approved_by="chief"), LATER, LATER)
    assert done.paper is not None
    assert done.paper.approved_by == "chief"


@pytest.mark.parametrize(
    ("kind", "ref", "said"),
    [("no_such", "x", "no such paper; there are"), ("reminder", "X〔2026〕1号", "no case and no number of one")],
)
def test_what_is_no_paper_or_no_matter_is_refused(installation: Hub, kind: str, ref: str, said: str) -> None:
    with pytest.raises(ConfigurationFault, match=said):
        draft_paper(installation, Wish(kind, ref, {}, "officer"), LATER, LATER)


def owed(hub: Hub, duty: str, state: State, debtor: str = "") -> Obligation:
    """Some duty of that rule and state, or of that debtor."""
    with hub.ledger.read() as tx:
        every = look(hub, tx, LATER).obligations
    return next(
        one for one in every if one.state is state and duty in ("", one.rule) and (not debtor or one.debtor == debtor)
    )


def opinion_about(hub: Hub, one: Obligation) -> Wish:
    given = given_by_hand(rule(hub, "penalty_opinion")) | {"parties": "示例甲", "cause": "盗伐林木"}
    return Wish("penalty_opinion", one.subject, given, "officer", "chief")


def test_no_penalty_is_asked_for_where_the_review_says_that_none_is_needed(installation: Hub) -> None:
    wish = opinion_about(installation, owed(installation, SERVE, State.VOID))
    for again in (False, True):
        with pytest.raises(
            ConfigurationFault, match="检察意见书（penalty_opinion）不予拟制：“送达行政处罚检察意见”已无须办理"
        ):
            draft_paper(installation, replace(wish, again=again), LATER, LATER)


def test_a_letter_that_was_served_already_is_drafted_again_only_on_demand(installation: Hub) -> None:
    wish = opinion_about(installation, owed(installation, SERVE, State.DISCHARGED))
    with pytest.raises(ConfigurationFault, match="已经办结，确需另行拟制的用 --again"):
        draft_paper(installation, wish, LATER, LATER)
    assert draft_paper(installation, replace(wish, again=True), LATER, LATER).new


def test_an_agency_reminds_itself_of_nothing_by_letter(installation: Hub) -> None:
    own = owed(installation, "", State.OVERDUE, "procuratorate")
    wish = Wish("reminder", own.subject or own.case_id, {}, "officer", duty=own.rule)
    with pytest.raises(ConfigurationFault, match="不予拟制：发文机关与主送机关同为繁峙县人民检察院"):
        draft_paper(installation, wish, LATER, LATER)


def test_a_sealed_paper_leaves_no_trace_among_the_open_ones(installation: Hub) -> None:
    case_id = a_case(installation, "transfer_opinion")
    with installation.ledger.read() as tx:
        before, of_case = papers_of(tx), papers_of(tx, case_id)
    wish = Wish("duty_clue", case_id, given_by_hand(rule(installation, "duty_clue")), "officer", "chief")
    sealed = draft_paper(installation, wish, LATER, LATER).paper
    assert sealed is not None
    assert sealed.addressees == ("繁峙县监察委员会",)
    opened = draft_paper(
        installation,
        Wish("transfer_opinion", case_id, given_by_hand(rule(installation, "transfer_opinion")) | {"parties": "示例甲", "cause": "盗伐林木"}, "officer", "chief"),
        LATER,
        LATER,
    ).paper  # fmt: skip
    assert opened is not None
    with installation.ledger.read() as tx:
        assert {one.number for one in papers_of(tx)} == {one.number for one in [*before, opened]}
        assert papers_of(tx, case_id) == [*of_case, opened]
        assert papers_of(tx, sealed=True) == [sealed]
    assert not sealed.number.startswith(opened.number.partition("〔")[0] + "〔")


def test_what_is_taken_out_is_noted_with_who_and_the_digest(installation: Hub) -> None:
    with installation.ledger.read() as tx:
        paper = papers_of(tx)[0]
    spelled = paper.number.replace("〔", "(").replace("〕", ")")
    taken, content = take_out(installation, spelled, "clerk", LATER)
    assert taken == paper
    assert content.startswith(b"PK")
    with installation.ledger.read() as tx:
        noted = [fact for fact in facts(tx, code=EXPORTED) if fact.subject.startswith(paper.paper_id)]
    assert noted[0].attributes == {"by": "clerk", "number": paper.number, "sha256": paper.sha256}
    with pytest.raises(ConfigurationFault, match="no paper bears this number"):
        take_out(installation, "繁检催〔1999〕1号", "clerk", LATER)


def test_the_chain_covers_every_paper(installation: Hub) -> None:
    assert verify_chain(installation.ledger).ok


def rule(hub: Hub, kind: str) -> PaperRule:
    return hub.papers.by_name[kind]
