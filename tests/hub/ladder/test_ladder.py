"""Does every rung come at its time, once, and stop by itself?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hub.duties.duty import Obligation, RuleKind
from hub.ladder.climb import Act, LadderPlan, Outcome, Told, plan
from hub.ladder.ladders import Ladder, Ladders, load_ladders
from tests.hub.ladder_obligations import DUE, obligation

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def ladders(project_root: Path) -> Ladders:
    return load_ladders(project_root / "mappings" / "ladders.yaml")


def keys(found: LadderPlan) -> list[str]:
    return [f"{rung.ladder}/{rung.rung_no}" for rung in found.due]


def run_daily(
    ladders: Ladders,
    rule: str,
    ladder: str,
    days: int,
    decisions: Iterable[tuple[int, str, Outcome]] = (),
    debtor: str = "police",
) -> list[tuple[int, str, Act]]:
    """(day after the due time, rung, act) of a hub that looks once a day; decisions are (day, rung key, outcome)."""
    told: list[Told] = []
    raised = []
    for day in range(-4, days + 1):
        as_of = DUE + day * DAY + SECOND
        told += [Told(key, outcome, as_of, "") for when, key, outcome in decisions if when == day]
        found = plan([obligation(rule, ladder, as_of=as_of, debtor=debtor)], told, ladders, as_of)
        told += found.told(as_of)
        raised += [(day, f"{rung.ladder}/{rung.rung_no}", rung.act) for rung in found.due]
    return raised


def test_the_police_who_stay_silent_are_reminded_then_reported_rung_by_rung(ladders: Ladders) -> None:
    assert run_daily(ladders, "police.decide_filing", "police_silent", 12) == [
        (0, "police_silent/1", Act.NOTIFY),
        (0, "reminder/2", Act.NOTIFY),
        (1, "police_silent/2", Act.NOTIFY),
        (3, "police_silent/3", Act.NOTIFY),
        (3, "police_silent/4", Act.PROPOSE),
        (10, "police_silent/5", Act.PROPOSE),
    ]


def test_an_approved_proposal_is_sent_and_a_declined_one_is_not_while_the_later_rungs_still_come(
    ladders: Ladders,
) -> None:
    decisions = [
        (4, "O1/opinion_unanswered/2", Outcome.DECLINED),
        (12, "O1/opinion_unanswered/3", Outcome.APPROVED),
    ]
    raised = run_daily(ladders, "township.reply_opinion", "opinion_unanswered", 31, decisions, debtor="140924202")
    assert [one for one in raised if one[1].startswith("opinion")] == [
        (0, "opinion_unanswered/1", Act.NOTIFY),
        (3, "opinion_unanswered/2", Act.PROPOSE),
        (10, "opinion_unanswered/3", Act.PROPOSE),
        (12, "opinion_unanswered/3", Act.NOTIFY),
        (20, "opinion_unanswered/4", Act.PROPOSE),
        (30, "opinion_unanswered/5", Act.PROPOSE),
    ]


def test_the_last_second_of_the_period_is_still_in_time(ladders: Ladders) -> None:
    at_the_end = plan([obligation(as_of=DUE)], [], ladders, DUE)
    assert keys(at_the_end) == ["reminder/1"]
    after_it = plan([obligation(as_of=DUE + SECOND)], at_the_end.told(DUE), ladders, DUE + SECOND)
    assert keys(after_it) == ["police_silent/1", "reminder/2"]


def test_a_due_soon_notice_comes_a_quarter_of_a_short_period_before_its_end(ladders: Ladders) -> None:
    before = DUE - timedelta(hours=18) - SECOND
    assert keys(plan([obligation(as_of=before)], [], ladders, before)) == []
    then = before + SECOND
    assert keys(plan([obligation(as_of=then)], [], ladders, then)) == ["reminder/1"]


def test_a_right_is_announced_before_it_lapses_and_never_chased(ladders: Ladders) -> None:
    def right(as_of: datetime) -> Obligation:
        return obligation("township.request_reconsideration", "", as_of=as_of, kind=RuleKind.RIGHT, debtor="140924202")

    assert keys(plan([right(DUE)], [], ladders, DUE)) == ["reminder/1"]
    late = DUE + 5 * DAY
    assert plan([right(late)], [], ladders, late) == LadderPlan()


@pytest.mark.parametrize("state", ["discharged", "discharged_late", "void"])
def test_what_has_ended_fires_nothing_more_and_withdraws_its_question(ladders: Ladders, state: str) -> None:
    asked_at = DUE + 4 * DAY
    told = plan([obligation(as_of=asked_at)], [], ladders, asked_at).told(asked_at)
    as_of = DUE + 11 * DAY
    ended_at = {"discharged": DUE - DAY, "discharged_late": DUE + 5 * DAY, "void": None}[state]
    over = obligation(as_of=as_of, ended_at=ended_at, void=state == "void")
    found = plan([over], told, ladders, as_of)
    assert found.due == found.waiting == ()
    assert [(one.rung_key, one.outcome, one.why) for one in found.settled] == [
        ("O1/police_silent/4", Outcome.WITHDRAWN, state)
    ]
    assert plan([over], [*told, *found.told(as_of)], ladders, as_of) == LadderPlan()


def test_an_approval_that_came_after_the_duty_was_done_sends_nothing(ladders: Ladders) -> None:
    asked_at = DUE + 4 * DAY
    told = plan([obligation(as_of=asked_at)], [], ladders, asked_at).told(asked_at)
    as_of = DUE + 6 * DAY
    told.append(Told("O1/police_silent/4", Outcome.APPROVED, as_of, told[0].ladder_version))
    found = plan([obligation(as_of=as_of, ended_at=DUE + 5 * DAY)], told, ladders, as_of)
    assert found.due == ()
    assert [one.outcome for one in found.settled] == [Outcome.WITHDRAWN]


def test_a_duty_that_stands_again_after_a_correction_is_put_to_the_person_again(ladders: Ladders) -> None:
    as_of = DUE + 4 * DAY
    told = plan([obligation(as_of=as_of)], [], ladders, as_of).told(as_of)
    told += plan([obligation(as_of=as_of, ended_at=as_of)], told, ladders, as_of).told(as_of)
    again = plan([obligation(as_of=as_of)], told, ladders, as_of)
    assert [(rung.rung_key, rung.attempt, rung.act) for rung in again.due] == [("O1/police_silent/4", 2, Act.PROPOSE)]
    told += again.told(as_of)
    stale = Told("O1/police_silent/4", Outcome.APPROVED, as_of + SECOND, told[0].ladder_version, attempt=1)
    assert plan([obligation(as_of=as_of)], [*told, stale], ladders, as_of).due == ()
    fresh = replace(stale, attempt=2)
    assert [rung.act for rung in plan([obligation(as_of=as_of)], [*told, fresh], ladders, as_of).due] == [Act.NOTIFY]


def test_a_due_time_that_moved_takes_back_the_question_but_not_what_was_told(ladders: Ladders) -> None:
    as_of = DUE + 4 * DAY
    told = plan([obligation(as_of=as_of)], [], ladders, as_of).told(as_of)
    extended = obligation(as_of=as_of, due_at=DUE + 27 * DAY)
    found = plan([extended], told, ladders, as_of)
    assert found.due == ()
    assert [(one.rung_key, one.why) for one in found.settled] == [("O1/police_silent/4", "no_longer_due")]
    told += found.told(as_of)
    later = DUE + 31 * DAY
    again = plan([obligation(as_of=later, due_at=DUE + 27 * DAY)], told, ladders, later)
    assert keys(again) == ["police_silent/4"]


def test_an_obligation_that_no_record_asserts_any_more_takes_its_question_back(ladders: Ladders) -> None:
    as_of = DUE + 4 * DAY
    told = plan([obligation(as_of=as_of)], [], ladders, as_of).told(as_of)
    found = plan([], told, ladders, as_of)
    assert [(one.rung_key, one.why) for one in found.settled] == [("O1/police_silent/4", "obligation_gone")]


def test_a_hub_that_comes_twenty_days_late_sends_the_highest_rung_and_records_what_it_passed_over(
    ladders: Ladders,
) -> None:
    as_of = DUE + 20 * DAY
    found = plan([obligation(as_of=as_of)], [], ladders, as_of)
    assert [(f"{rung.ladder}/{rung.rung_no}", rung.act) for rung in found.due] == [
        ("reminder/2", Act.NOTIFY),
        ("police_silent/3", Act.NOTIFY),
        ("police_silent/4", Act.PROPOSE),
    ]
    assert [(one.rung_key, one.why) for one in found.settled] == [
        ("O1/police_silent/1", "higher_rung_stands"),
        ("O1/police_silent/2", "higher_rung_stands"),
        ("O1/reminder/1", "already_overdue"),
    ]
    assert plan([obligation(as_of=as_of)], found.told(as_of), ladders, as_of).due == ()


def test_rungs_passed_over_stay_so_even_where_nobody_recorded_it(ladders: Ladders) -> None:
    as_of = DUE + 20 * DAY
    found = plan([obligation(as_of=as_of)], [], ladders, as_of)
    told = [rung.told(as_of) for rung in found.due]
    assert plan([obligation(as_of=as_of)], told, ladders, as_of).due == ()


def test_a_person_who_comes_late_to_a_matter_finds_one_question_at_a_time_and_the_next_after_the_answer(
    ladders: Ladders,
) -> None:
    as_of = DUE + 40 * DAY
    told: list[Told] = []
    asked = []
    for step in range(5):
        now = as_of + step * timedelta(hours=1)
        standing = obligation("township.reply_opinion", "opinion_unanswered", as_of=now, debtor="140924202")
        found = plan([standing], told, ladders, now)
        asked.append([rung.rung_no for rung in found.due if rung.act is Act.PROPOSE])
        told += found.told(now)
        told += [Told(r.rung_key, Outcome.DECLINED, now, r.ladder_version) for r in found.due if r.act is Act.PROPOSE]
    assert asked == [[2], [3], [4], [5], []]


def test_the_mandatory_notice_to_the_police_is_never_passed_over_nor_held_back(ladders: Ladders) -> None:
    as_of = DUE + 30 * DAY
    standing = obligation("township.act_on_transfer_opinion", "transfer_refused", as_of=as_of, debtor="140924202")
    found = plan([standing], [], ladders, as_of)
    assert [(rung.ladder, rung.rung_no, rung.act) for rung in found.due if rung.ladder == "transfer_refused"] == [
        ("transfer_refused", 1, Act.NOTIFY),
        ("transfer_refused", 2, Act.PROPOSE),
    ]
    assert found.due[-1].mandatory


def test_an_unacknowledged_delivery_is_sent_once_more_even_where_the_hub_stood_still_for_days(ladders: Ladders) -> None:
    as_of = DUE + 4 * DAY
    found = plan([obligation("agency.acknowledge_delivery", "technical", as_of=as_of)], [], ladders, as_of)
    assert [(rung.rung_no, rung.resend) for rung in found.due if rung.ladder == "technical"] == [(1, True), (3, False)]
    report = plan([obligation("agency.report", "technical", as_of=as_of)], [], ladders, as_of)
    assert not any(rung.resend for rung in report.due)


def test_an_obligation_keeps_the_ladder_that_it_began_on(ladders: Ladders) -> None:
    as_of = DUE + 4 * DAY
    told = plan([obligation(as_of=DUE + SECOND)], [], ladders, DUE + SECOND).told(DUE + SECOND)
    old = ladders.in_force("police_silent", DUE.date())
    assert old is not None
    changed = Ladder.model_validate({**old.model_dump(), "rungs": old.rungs[:1]})
    others = tuple(ladder for ladder in ladders.every if ladder.ladder != "police_silent")
    amended = replace(ladders, every=(*others, changed), version="amended")
    kept = plan([obligation(as_of=as_of)], told, amended.keeping([old.text()]), as_of)
    assert keys(kept) == ["police_silent/3", "police_silent/4"]
    lost = plan([obligation(as_of=as_of)], told, amended, as_of)
    assert lost.due == ()
    assert lost.lost == (("O1", "police_silent", old.version),)


def test_a_notice_names_the_duty_its_number_and_its_time_but_never_a_person(ladders: Ladders) -> None:
    as_of = DUE + 3 * DAY + SECOND
    titles = {"police.decide_filing": "决定是否立案"}
    texts = {
        subject: plan([obligation(as_of=as_of, subject=subject)], [], ladders, as_of, titles).due[1].text
        for subject in ("繁公（刑）受案字〔2026〕10071号", "张三", "140924198003041236", "140924800304123")
    }
    first, *others = texts.values()
    assert first.startswith(
        "决定是否立案（繁公（刑）受案字〔2026〕10071号）：期限 2026-07-06 23:59，截至2026-07-10已逾期4日（本级自逾期满3日起）。"
    )
    assert {text.partition("：")[0] for text in others} == {"决定是否立案"}


def test_a_question_that_waits_says_each_day_how_late_it_is_by_then_and_stays_the_same_question(
    ladders: Ladders,
) -> None:
    first, later = DUE + 4 * DAY, DUE + 117 * DAY
    asked = plan([obligation(as_of=first)], [], ladders, first)
    again = plan([obligation(as_of=later)], asked.told(first), ladders, later)
    (before,) = [rung for rung in asked.due if rung.act is Act.PROPOSE]
    (waiting,) = again.waiting
    assert "截至2026-07-10已逾期4日（本级自逾期满3日起）" in before.text
    assert "截至2026-10-31已逾期117日（本级自逾期满3日起）" in waiting.text
    assert (waiting.rung_key, waiting.attempt) == (before.rung_key, before.attempt)
    assert not {rung.rung_key for rung in again.due} & {rung.rung_key for rung in asked.due}


def test_a_rung_that_comes_in_the_hour_of_the_due_time_claims_no_whole_day(ladders: Ladders) -> None:
    due_at = DUE.replace(hour=9)
    as_of = due_at + SECOND
    owed = obligation("agency.report", "technical", as_of=as_of, due_at=due_at)
    assert "截至2026-07-06已逾期（不足1日）（本级自逾期起）" in plan([owed], [], ladders, as_of).due[0].text


def test_what_was_told_reads_back_from_the_facts_of_the_ledger() -> None:
    told = [
        Told("O1/reminder/2", Outcome.FIRED, DUE, "v"),
        Told("O1/police_silent/1", Outcome.FIRED, DUE, "v"),
        *(Told("O1/police_silent/4", outcome, DUE, "v", attempt=2) for outcome in Outcome),
    ]
    assert [one.code for one in told[:3]] == ["reminder.sent", "notice.sent", "escalation.proposed"]
    assert [Told.read(one.code, one.subject, one.at, one.ladder_version) for one in told] == told
    assert Told.read("delivery.sent", "P20261031-0001", DUE, "") is None
