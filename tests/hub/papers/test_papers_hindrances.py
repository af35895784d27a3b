"""Is a paper held back where the matter stands against it, and drafted where nothing does?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.model import Record
from hub.papers.hindrances import hindrances
from tests.hub.county import acceptance, document, police_no, referral, result
from tests.hub.papers.paper_matters import PAPERS, Story, filled, given_by_hand, matter_of, text_of, written

SERVE = "procuratorate.serve_penalty_opinion"
NO_REVIEW = "尚无认为需要给予行政处罚的审查意见"
SERVED = "“送达行政处罚检察意见”已经办结，确需另行拟制的用 --again"
LETTERS = ("justice_notice", "request_to_superior", "special_report")
FOLLOW_UPS = {"follow_up": "第二部分第（七）项", "follow_up_suggestion": "第三部分第一款"}


def decision() -> Record:
    return document("nonprosecution", doc_no="繁检刑不诉〔2026〕7号", cause="滥伐林木")


def review(penalty_needed: bool | None, day: str = "2026-07-07") -> Record:
    return document(
        "nonprosecution_review",
        doc_no="繁检反审〔2026〕7号",
        related_doc_no="繁检刑不诉〔2026〕7号",
        penalty_needed=penalty_needed,
        decided_at=f"{day}T09:00:00+08:00",
        served_at=None,
    )


def opinion() -> Record:
    return document(
        "penalty_opinion",
        related_doc_no="繁检刑不诉〔2026〕7号",
        decided_at="2026-07-08T09:00:00+08:00",
        served_at="2026-07-08T15:00:00+08:00",
    )


def against(kind: str, story: Story, *, again: bool = False) -> tuple[str, ...]:
    return hindrances(PAPERS.by_name[kind], matter_of(kind, story), again=again)


def test_a_penalty_is_asked_for_once_the_review_says_that_one_is_needed() -> None:
    assert against("penalty_opinion", Story((decision(), review(True)), SERVE)) == ()


@pytest.mark.parametrize("records", [(decision(),), (decision(), review(None))])
def test_without_a_review_that_says_yes_no_penalty_is_asked_for(records: tuple[Record, ...]) -> None:
    assert against("penalty_opinion", Story(records, SERVE)) == (NO_REVIEW,)
    assert against("penalty_opinion", Story(records, SERVE), again=True) == (NO_REVIEW,)


def test_a_review_to_come_counts_for_nothing_yet() -> None:
    story = Story((decision(), review(True, "2026-07-20")), SERVE, "2026-07-10T12:00+08:00")
    assert against("penalty_opinion", story) == (NO_REVIEW,)


@pytest.mark.parametrize("again", [False, True])
def test_where_the_review_says_no_there_is_no_letter_whatever_is_wanted(again: bool) -> None:
    told = against("penalty_opinion", Story((decision(), review(False)), SERVE), again=again)
    assert told == ("“送达行政处罚检察意见”已无须办理", NO_REVIEW)


def test_a_review_about_another_person_asks_for_nothing_of_this_one() -> None:
    other = document(
        "nonprosecution_review",
        2,
        doc_no="繁检反审〔2026〕8号",
        related_doc_no="繁检刑不诉〔2026〕7号",
        penalty_needed=True,
        persons=[{"name": "李四", "id_no": None}],
        served_at=None,
    )
    own = matter_of("penalty_opinion", Story((decision(),), SERVE))
    both = replace(own, records=(*own.records, other))
    assert hindrances(PAPERS.by_name["penalty_opinion"], both) == (NO_REVIEW,)


def test_a_letter_that_was_served_is_not_drafted_once_more_unless_another_is_wanted() -> None:
    story = Story((decision(), review(True), opinion()), SERVE)
    assert against("penalty_opinion", story) == (SERVED,)
    assert against("penalty_opinion", story, again=True) == ()


def test_reasons_for_not_filing_are_not_asked_for_once_the_case_is_filed() -> None:
    refused = (
        referral(收到不予立案通知书时间="2026-07-06", 提请复议时间="2026-07-07"),
        acceptance(),
        result("不予立案", "2026-07-04 16:00"),
        result("复议受理", "2026-07-08 09:00", 文书文号="繁公（刑）复受〔2026〕1号"),
    )
    filed = result("立案", "2026-07-12 10:00", 文书文号="繁公（刑）立字〔2026〕9号")
    duty = "police.decide_reconsideration"
    assert against("nonfiling_reasons", Story(refused, duty)) == ()
    assert against("nonfiling_reasons", Story((*refused, filed), duty)) == ("公安机关已经立案",)


def test_another_police_case_of_the_same_referral_may_be_filed() -> None:
    both = (
        referral(收到不予立案通知书时间="2026-07-06", 提请复议时间="2026-07-07"),
        acceptance(),
        acceptance(2, 移送书文号="繁城综执移〔2026〕1号"),
        result("不予立案", "2026-07-04 16:00"),
        result("复议受理", "2026-07-08 09:00", 文书文号="繁公（刑）复受〔2026〕1号"),
        result("立案", "2026-07-04 10:00", 2, 案件编号=police_no(2)),
    )
    assert against("nonfiling_reasons", Story(both, "police.decide_reconsideration")) == ()


@pytest.mark.parametrize("kind", LETTERS)
def test_a_notice_says_what_the_township_left_undone_and_claims_no_follow_up(kind: str) -> None:
    rule = PAPERS.by_name[kind]
    stories = {
        "township.reply_opinion": "未在要求的期限内书面回复检察意见",
        "township.reply_suggestion": "未在期限内书面回复检察建议",
    }
    for duty, said in stories.items():
        letter = document(duty.rpartition("reply_")[2].replace("opinion", "penalty_opinion"))
        content = filled(rule, matter_of(kind, Story((letter,), duty)), {})
        assert content.missing == ()
        text = text_of(written(rule, content, "X〔2026〕1号"))
        assert f"繁城镇人民政府{said}。" in text
        assert "跟进督促" not in text
    assert rule.fields["limb"].words["township.perform_opinion"] == "已回复办理情况，但逾期未办结"


def test_what_asks_the_superior_for_something_is_a_request_and_no_report() -> None:
    rule = PAPERS.by_name["request_to_superior"]
    text = text_of(written(rule, filled(rule, matter_of("request_to_superior"), {}), "X〔2026〕1号"))
    assert rule.title.endswith("的请示")
    assert "妥否，请批示。" in text
    assert "报告" not in text


@pytest.mark.parametrize("kind", FOLLOW_UPS)
def test_a_follow_up_cites_the_law_of_the_letter_that_it_follows(kind: str) -> None:
    rule = PAPERS.by_name[kind]
    text = text_of(written(rule, filled(rule, matter_of(kind), {}), "X〔2026〕1号"))
    assert FOLLOW_UPS[kind] in text
    assert ("行刑反向衔接工作指引" in text) is (kind == "follow_up")
    assert ("检察建议工作规定" in text) is (kind == "follow_up_suggestion")


@pytest.mark.parametrize("cause", ["盗伐林木", "涉嫌盗伐林木"])
def test_a_suspicion_is_said_once_however_the_cause_is_written(cause: str) -> None:
    rule = PAPERS.by_name["overdue_reasons"]
    story = Story((referral(案由=cause), acceptance()), "police.decide_filing")
    by_record = filled(rule, matter_of("overdue_reasons", story), given_by_hand(rule))
    by_hand = filled(rule, matter_of("overdue_reasons"), {**given_by_hand(rule), "cause": cause})
    for content in (by_record, by_hand):
        text = text_of(written(rule, content, "X〔2026〕1号"))
        assert "涉嫌盗伐林木" in text
        assert "涉嫌涉嫌" not in text
