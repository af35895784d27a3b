"""A calendar or a rule changes while a ladder is being climbed: what was told stays told, and nothing is told twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hub.duties import obligations
from hub.duties.amendment import shifts
from hub.duties.duty import Obligation
from hub.duties.rules import Rules
from hub.ladder.climb import LadderPlan, Outcome, plan
from hub.ladder.hindsight import told_otherwise
from hub.ladder.ladders import load_ladders
from hub.ladder.rung import Told
from hub.periods.calendar import WorkingCalendar
from hub.periods.period import parse_period
from tests.hub.county import CALENDAR, RULES, acceptance, at, linked, police_no, referral

LADDERS = load_ladders(Path(__file__).resolve().parents[3] / "mappings" / "ladders.yaml")
DECIDE = "police.decide_filing"
# Received on 29 September: due on 8 October, or on 10 October where the holiday is longer.
MATTER = linked((referral(), acceptance(接受时间="2026-09-29"))).cases
LONGER = WorkingCalendar(
    {**CALENDAR.days_off, date(2026, 10, 8): "国庆节", date(2026, 10, 9): "国庆节"},
    CALENDAR.make_up,
    CALENDAR.notices,
    "longer",
)


def duty(calendar: WorkingCalendar, as_of: str) -> list[Obligation]:
    return [o for o in obligations.derive(MATTER, RULES, calendar, at(as_of)) if o.rule == DECIDE]


def climb(calendar: WorkingCalendar, as_of: str, told: list[Told]) -> LadderPlan:
    """One look of the hub; what it does is remembered in `told`."""
    found = plan(duty(calendar, as_of), told, LADDERS, at(as_of), RULES.titles)
    told.extend(found.told(at(as_of)))
    return found


def rungs(found: LadderPlan) -> list[str]:
    return sorted(one.rung_key.partition("/")[2] for one in found.due)


def test_a_reminder_that_was_sent_under_the_old_due_time_is_not_sent_again_under_the_new() -> None:
    told: list[Told] = []
    assert rungs(climb(CALENDAR, "2026-10-08T12:00+08:00", told)) == ["reminder/1"]
    assert rungs(climb(CALENDAR, "2026-10-09T12:00+08:00", told)) == ["police_silent/1", "reminder/2"]
    # The notice changes: not yet overdue. Nothing is due now, and nothing is taken back by itself.
    assert climb(LONGER, "2026-10-09T13:00+08:00", told) == LadderPlan()
    # Overdue under the new calendar: each rung has fired once, so only the next one comes.
    assert rungs(climb(LONGER, "2026-10-11T12:00+08:00", told)) == []
    assert rungs(climb(LONGER, "2026-10-12T12:00+08:00", told)) == ["police_silent/2"]
    fired = [one.rung_key for one in told if one.outcome is Outcome.FIRED]
    assert len(fired) == len(set(fired)) == 4


def test_a_question_that_stands_no_longer_is_withdrawn_and_put_again_when_its_time_comes() -> None:
    told: list[Told] = []
    asked = climb(CALENDAR, "2026-10-12T12:00+08:00", told)
    assert "police_silent/4" in rungs(asked)
    moved = climb(LONGER, "2026-10-12T13:00+08:00", told)
    assert [(s.rung_key.partition("/")[2], s.outcome, s.why) for s in moved.settled] == [
        ("police_silent/4", Outcome.WITHDRAWN, "no_longer_due")
    ]
    again = climb(LONGER, "2026-10-14T12:00+08:00", told)
    assert [(one.rung_key.partition("/")[2], one.attempt) for one in again.due if one.decides] == [
        ("police_silent/4", 2)
    ]


def test_the_rungs_that_were_told_too_early_are_named() -> None:
    told: list[Told] = []
    climb(CALENDAR, "2026-10-09T12:00+08:00", told)
    now = "2026-10-09T13:00+08:00"
    found = told_otherwise(shifts(duty(CALENDAR, now), duty(LONGER, now)), told, LADDERS)
    named = {one.rung_key.partition("/")[2]: (one.stands_since, one.too_early) for one in found}
    assert named == {
        "police_silent/1": (at("2026-10-10T23:59:59+08:00"), True),
        "reminder/2": (at("2026-10-10T23:59:59+08:00"), True),
    }
    assert told_otherwise((), told, LADDERS) == ()


def test_a_rung_of_a_duty_that_is_opened_no_longer_stands_at_no_time() -> None:
    told: list[Told] = []
    climb(CALENDAR, "2026-10-09T12:00+08:00", told)
    found = told_otherwise(shifts(duty(CALENDAR, "2026-10-09T13:00+08:00"), ()), told, LADDERS)
    assert {one.stands_since for one in found} == {None}
    assert all(one.too_early for one in found)


def test_what_was_opened_before_an_amendment_keeps_its_version_to_the_top_of_its_ladder() -> None:
    old = RULES.by_id[DECIDE]
    new = old.model_copy(
        update={
            "version": "2",
            "effective_from": date(2026, 7, 6),
            "period": parse_period("10 day"),
            "ladder": "reminder",
        }
    )
    rules = Rules((*RULES.every, new), "amended")
    before = (referral(1), acceptance(1, 接受时间="2026-07-05"))
    after = (
        referral(2, 当事人="李四", 证件号码="", 移送时间="2026-07-06 08:00"),
        acceptance(2, **{"嫌疑人/单位": "李四", "证件号码": "", "接受时间": "2026-07-06"}),
    )
    cases = linked((*before, *after)).cases

    def standing(as_of: str, known: Rules) -> dict[str, Obligation]:
        found = obligations.derive(cases, known, CALENDAR, at(as_of))
        return {o.subject: o for o in found if o.rule == DECIDE}

    told: list[Told] = []
    for as_of in (
        "2026-07-09T08:00+08:00",
        "2026-07-12T08:00+08:00",
        "2026-07-17T08:00+08:00",
        "2026-07-20T08:00+08:00",
    ):
        # The amendment is entered on the ninth; the first look still knew the old text alone.
        known = RULES if as_of < "2026-07-09T12" else rules
        owed = standing(as_of, known)
        told += plan(list(owed.values()), told, LADDERS, at(as_of), known.titles).told(at(as_of))
    one, two = (
        standing("2026-07-20T08:00+08:00", rules)[police_no(1)],
        standing("2026-07-20T08:00+08:00", rules)[police_no(2)],
    )
    assert (one.rule_version, one.due_at, one.ladder) == ("1", at("2026-07-08T23:59:59+08:00"), "police_silent")
    assert (two.rule_version, two.due_at, two.ladder) == ("2", at("2026-07-16T23:59:59+08:00"), "reminder")
    climbed = {(key.partition("/")[0], key.split("/")[1]) for key in (t.rung_key for t in told)}
    assert (one.obligation_id, "police_silent") in climbed
    assert (two.obligation_id, "reminder") in climbed
    # Under the new version the second climbs no ladder of its own once the amendment is known.
    late = [
        t for t in told if t.at > at("2026-07-09T12:00+08:00") and t.rung_key.startswith(f"{two.obligation_id}/police")
    ]
    assert late == []
