"""When does a duty begin, when is it due, and was it done in time? One rule of the contract (6.3, 6.4) per test."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hub.duties.rules import Rules
from hub.errors import ConfigurationFault
from hub.model import CellValue
from hub.periods.period import parse_period
from tests.hub.county import RULES, acceptance, at, document, handling, judge, police_no, referral, result

DECIDE, SEND = "police.decide_filing", "township.send_referral"


@pytest.mark.parametrize(
    ("received", "due_at"),
    [
        ("2026-07-07 09:00", "2026-07-10T23:59:59+08:00"),  # Tuesday to Friday
        ("2026-07-02 09:00", "2026-07-06T23:59:59+08:00"),  # the third day is a Sunday: the Monday
        ("2026-07-02", "2026-07-06T23:59:59+08:00"),  # a bare date: the start day never counts anyway
        ("2026-09-17", "2026-09-20T23:59:59+08:00"),  # that Sunday is a make-up working day
        ("2026-09-29", "2026-10-08T23:59:59+08:00"),  # into the National Day holidays
        ("2026-10-07", "2026-10-10T23:59:59+08:00"),  # a Saturday that is a make-up working day
    ],
)
def test_a_three_day_period_ends_at_midnight_of_its_last_day_or_of_the_next_working_day(
    received: str, due_at: str
) -> None:
    assert judge(acceptance(接受时间=received)).duty(DECIDE).due_at == at(due_at)


@pytest.mark.parametrize(
    ("decided", "as_of", "state"),
    [
        ("2026-07-06 23:59:59", "2026-10-31", "discharged"),
        ("2026-07-06", "2026-10-31", "discharged"),
        ("2026-07-07 00:00", "2026-10-31", "discharged_late"),
        ("2026-07-07", "2026-10-31", "discharged_late"),
        (None, "2026-07-06T23:59:59+08:00", "open"),
        (None, "2026-07-07T00:00:00+08:00", "overdue"),
        ("2026-07-03", "2026-07-02", "open"),  # what has not happened yet does not exist
        ("2026-07-08", "2026-07-07", "overdue"),
    ],
)
def test_a_decision_is_in_time_through_the_last_second_of_the_due_day(
    decided: str | None, as_of: str, state: str
) -> None:
    records = [acceptance(), *([result("立案", decided)] if decided else [])]
    assert judge(*records, as_of=as_of).state(DECIDE) == state


def test_before_the_opening_event_nothing_is_owed() -> None:
    assert judge(acceptance(), as_of="2026-07-01").owed == ()


@pytest.mark.parametrize(
    ("approved", "sent", "due_at", "state"),
    [
        ("2026-07-03 09:00", "2026-07-04 09:00", "2026-07-04T09:00:00+08:00", "discharged"),  # hours run on a Saturday
        ("2026-07-03 09:00", "2026-07-04 09:00:01", "2026-07-04T09:00:00+08:00", "discharged_late"),
        ("2026-07-03 09:00", "2026-07-04", "2026-07-04T09:00:00+08:00", "discharged"),  # a bare day is compared by day
        ("2026-07-03 09:00", "2026-07-05", "2026-07-04T09:00:00+08:00", "discharged_late"),
        ("2026-07-03", "2026-07-04 23:59", "2026-07-04T23:59:59+08:00", "discharged"),  # from the end of a bare day
        ("2026-07-03", "2026-07-05 00:00", "2026-07-04T23:59:59+08:00", "discharged_late"),
        ("2026-07-03", "2026-07-03 08:00", "2026-07-04T23:59:59+08:00", "discharged"),  # not before a bare date
        ("2026-09-30 17:00", None, "2026-10-01T17:00:00+08:00", "overdue"),  # and through holidays
    ],
)
def test_twenty_four_hours_run_from_the_instant_or_from_the_end_of_a_bare_day(
    approved: str, sent: str | None, due_at: str, state: str
) -> None:
    duty = judge(referral(批准时间=approved, 移送时间=sent, 移送书文号=None)).duty(SEND)
    assert (duty.due_at, str(duty.state)) == (at(due_at), state)


def test_an_act_before_the_opening_does_not_end_the_duty_and_a_later_one_still_does() -> None:
    early = result("立案", "2026-07-01")
    assert judge(acceptance(), early).state(DECIDE) == "overdue"
    late = result("不予立案", "2026-07-20")
    duty = judge(acceptance(), early, late).duty(DECIDE)
    assert (str(duty.state), str(duty.ended_at)) == ("discharged_late", "2026-07-20")


def test_the_earliest_act_after_the_opening_ends_the_duty() -> None:
    acts = [result("退回", "2026-07-03", 1), result("立案", "2026-07-05 10:00")]
    duty = judge(acceptance(), *acts).duty(DECIDE)
    assert (str(duty.ended_at), duty.ended_by) == ("2026-07-03", acts[0].source)


@pytest.mark.parametrize(
    ("extensions", "due_at"),
    [
        ([("2026-07-03", 7)], "2026-07-09T23:59:59+08:00"),
        ([("2026-07-03", 30)], "2026-08-03T23:59:59+08:00"),  # the thirtieth day is a Saturday
        ([("2026-07-03", 7), ("2026-07-05", 30)], "2026-08-03T23:59:59+08:00"),
        ([("2026-07-05", 7), ("2026-07-03", 30)], "2026-07-09T23:59:59+08:00"),  # the latest, not the longest
        ([("2026-07-01", 30)], "2026-07-06T23:59:59+08:00"),  # extended before it was received: not this time
        ([("2026-07-03", None)], "2026-07-06T23:59:59+08:00"),  # an extension without days extends nothing
        ([("2026-07-03", 0)], "2026-07-06T23:59:59+08:00"),
        ([("2026-07-03", "30天")], "2026-08-03T23:59:59+08:00"),
        ([("2026-07-03", "３０ 日")], "2026-08-03T23:59:59+08:00"),
        ([("2026-07-03", 30), ("2026-07-05", None)], "2026-08-03T23:59:59+08:00"),  # nor takes one away
        ([("2026-07-03", 30), ("2026-07-05", "若干天")], "2026-08-03T23:59:59+08:00"),
    ],
)
def test_the_latest_extension_counts_from_the_receipt(extensions: list[tuple[str, object]], due_at: str) -> None:
    acts = [
        result("延长审查", when, 文书文号=f"繁公（刑）延字〔2026〕{no}号", 延长天数=None if days is None else str(days))
        for no, (when, days) in enumerate(extensions, start=1)
    ]
    assert judge(acceptance(), *acts).duty(DECIDE).due_at == at(due_at)


def test_the_extension_of_another_police_case_extends_nothing() -> None:
    split = acceptance(2, 移送书文号="繁城综执移〔2026〕1号")
    judged = judge(referral(), acceptance(), split, result("延长审查", "2026-07-03", 2, 延长天数="30"))
    assert len(judged.linkage.cases) == 1
    assert judged.duty(DECIDE, police_no(1)).due_at == at("2026-07-06T23:59:59+08:00")
    assert judged.duty(DECIDE, police_no(2)).due_at == at("2026-08-03T23:59:59+08:00")


def test_a_case_passed_on_is_to_be_decided_anew_by_the_organ_that_receives_it() -> None:
    passed_on = acceptance(2, 原案件编号=police_no(1), 接受时间="2026-07-10", 移送书文号=None)
    judged = judge(referral(), acceptance(), result("转送", "2026-07-04"), passed_on)
    assert len(judged.linkage.cases) == 1
    assert judged.state(DECIDE, police_no(1)) == "discharged"
    assert judged.duty(DECIDE, police_no(2)).due_at == at("2026-07-13T23:59:59+08:00")
    assert judged.state(DECIDE, police_no(2)) == "overdue"


@pytest.mark.parametrize(
    ("requested", "as_of", "state"),
    [
        ("2026-07-09", "2026-10-31", "discharged"),
        ("2026-07-10", "2026-10-31", "lapsed"),  # late use does not revive a right
        (None, "2026-07-09", "open"),
        (None, "2026-07-10", "lapsed"),  # and nobody is in breach
    ],
)
def test_a_right_is_used_in_time_or_lapses_quietly(requested: str | None, as_of: str, state: str) -> None:
    row = referral(收到不予立案通知书时间="2026-07-06", 提请复议时间=requested)
    duty = judge(row, as_of=as_of).duty("township.request_reconsideration")
    assert (str(duty.state), duty.ladder) == (state, "")
    assert (duty.ended_at is None) == (state != "discharged")


@pytest.mark.parametrize(
    ("served", "more", "due_at"),
    [
        ("2026-07-06", {}, "2026-09-07T23:59:59+08:00"),  # 6 September is a Sunday
        ("2026-08-31", {}, "2026-11-02T23:59:59+08:00"),  # 31 October is a Saturday
        ("2025-12-31", {}, "2026-02-28T23:59:59+08:00"),  # no 31 February: its last day, a make-up working day
        ("2026-07-06", {"reply_by": "2026-07-18"}, "2026-07-18T23:59:59+08:00"),  # the letter's own day does not roll
    ],
)
def test_a_reply_is_due_in_two_months_or_on_the_day_that_the_letter_sets(
    served: str, more: dict[str, CellValue], due_at: str
) -> None:
    opinion = document("penalty_opinion", 1, **{"served_at": f"{served}T09:00:00+08:00", **more})
    assert judge(opinion).duty("township.reply_opinion").due_at == at(due_at)


@pytest.mark.parametrize(
    ("more", "due_at"),
    [
        ({}, "2026-09-07T23:59:59+08:00"),
        ({"urgent": True}, "2026-07-21T23:59:59+08:00"),
        ({"urgent": True, "reply_by": "2026-07-15"}, "2026-07-15T23:59:59+08:00"),
    ],
)
def test_an_urgent_suggestion_of_public_interest_is_answered_in_fifteen_days(
    more: dict[str, CellValue], due_at: str
) -> None:
    assert judge(document("suggestion", 1, **more)).duty("township.reply_suggestion").due_at == at(due_at)


def test_a_letter_that_is_not_served_yet_binds_nobody() -> None:
    assert judge(document("penalty_opinion", served_at=None)).owed == ()


def test_a_review_is_due_in_ten_working_days() -> None:
    duty = judge(document("nonprosecution", decided_at="2026-09-24T09:00:00+08:00")).duty(
        "procuratorate.review_nonprosecution"
    )
    # Neither the Mid-Autumn days nor National Day week count; the Saturday of 10 October does.
    assert duty.due_at == at("2026-10-15T23:59:59+08:00")


def test_a_due_day_in_a_year_without_a_holiday_notice_is_provisional() -> None:
    assert judge(acceptance(接受时间="2027-01-05"), as_of="2027-02-01").duty(DECIDE).provisional
    assert not judge(acceptance()).duty(DECIDE).provisional


def test_every_duty_carries_its_basis_its_arithmetic_and_the_versions_it_came_from() -> None:
    duty = judge(acceptance()).duty(DECIDE)
    assert "730" in duty.basis
    assert any("顺延" in step for step in duty.steps)
    assert duty.rule_version
    assert duty.calendar_version


def test_a_duty_keeps_its_id_when_the_matter_grows() -> None:
    alone = judge(acceptance()).duty(DECIDE)
    grown = judge(referral(), acceptance(), result()).duty(DECIDE)
    assert alone.case_id != grown.case_id
    assert alone.obligation_id == grown.obligation_id


def test_no_two_duties_have_one_id() -> None:
    opinion = document(
        "penalty_opinion", copies=[{"agency": a, "copied_at": "2026-07-08"} for a in ("司法局", "justice_bureau")]
    )
    owed = judge(referral(收到立案通知书时间="2026-07-05"), acceptance(), result(), opinion, handling()).owed
    assert len({o.obligation_id for o in owed}) == len(owed)
    assert sum(o.rule == "justice_bureau.acknowledge_copy" for o in owed) == 2


def test_before_a_rule_is_in_force_it_binds_nobody() -> None:
    assert judge(acceptance(接受时间="2020-08-31")).owed == ()
    assert judge(acceptance(接受时间="2020-09-01")).rules() == [DECIDE]


def test_what_was_opened_under_an_older_version_keeps_it() -> None:
    old = RULES.by_id[DECIDE]
    new = old.model_copy(
        update={"version": "2", "effective_from": at("2026-07-02").date(), "period": parse_period("5 day")}
    )
    rules = Rules((*RULES.every, new), "amended")
    judged = judge(acceptance(1, 接受时间="2026-07-01"), rules=rules).duty(DECIDE)
    assert (judged.rule_version, judged.due_at) == ("1", at("2026-07-06T23:59:59+08:00"))
    judged = judge(acceptance(1, 接受时间="2026-07-02"), rules=rules).duty(DECIDE)
    assert (judged.rule_version, judged.due_at) == ("2", at("2026-07-07T23:59:59+08:00"))


def test_where_the_county_chooses_so_the_clock_stands_still_while_material_is_supplemented() -> None:
    chosen = tuple(
        rule.model_copy(update={"use": "supplement_pauses"}).in_use() if rule.id == DECIDE else rule
        for rule in RULES.every
    )
    records = (referral(补正时间="2026-07-10"), acceptance(补正通知时间="2026-07-03"))
    assert judge(*records).duty(DECIDE).due_at == at("2026-07-06T23:59:59+08:00")
    paused = judge(*records, rules=Rules(chosen, "chosen")).duty(DECIDE)
    assert paused.due_at == at("2026-07-13T23:59:59+08:00")
    unanswered = judge(referral(), records[1], rules=Rules(chosen, "chosen")).duty(DECIDE)
    assert unanswered.due_at == at("2026-07-06T23:59:59+08:00")
    before = judge(
        referral(补正时间="2026-07-10"), acceptance(补正通知时间="2026-07-01"), rules=Rules(chosen, "chosen")
    )
    assert before.duty(DECIDE).due_at == at("2026-07-06T23:59:59+08:00")


def test_a_rule_that_an_event_opens_needs_a_period_of_its_own() -> None:
    rule = RULES.by_id[DECIDE].model_copy(update={"period": None, "per_agency": True})
    with pytest.raises(ConfigurationFault, match=r"police\.decide_filing"):
        judge(acceptance(), rules=Rules((rule,), "x"))


def test_a_date_that_was_never_given_opens_nothing() -> None:
    row = referral(批准时间=None, 移送时间=None)
    assert replace(row, events=()) != row
    assert judge(row).owed == ()
