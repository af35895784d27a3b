"""Is every rule shown under every aspect that it can have, and does every line show what its name says?"""

from __future__ import annotations

import pytest

from hub.duties.duty import RuleKind
from hub.duties.rules import Scope
from hub.periods.period import Unit
from tests.hub.county import RULES
from tests.mechanism.line import Line, ids
from tests.mechanism.table import LINES, aspects_of, gaps

# aspect -> the states that a line of it may show; what is not named may show any.
STATES = {
    "on_time": {"discharged"},
    "late": {"discharged_late", "lapsed"},
    "missing": {"overdue", "lapsed"},
    "early": {"overdue", "lapsed"},
    "scope": {"overdue", "lapsed"},
    "open": {"open"},
    "not_opened": {""},
}


def test_every_rule_is_shown_under_every_aspect_that_it_can_have() -> None:
    assert gaps(RULES.by_id.values(), LINES) == []
    assert len(RULES.by_id) >= 33


def test_every_alternative_that_any_rule_may_use_is_shown() -> None:
    used = {name for one in LINES for name in one.use.split("+")}
    assert [one.name for one in RULES.common if one.name not in used] == []


def test_a_line_that_is_missing_is_named() -> None:
    without = [one for one in LINES if (one.rule, one.kind) != ("police.decide_filing", "extended:30")]
    assert gaps([RULES.by_id["police.decide_filing"]], without) == ["police.decide_filing-extended:30"]


def test_a_new_rule_without_lines_is_named_aspect_by_aspect() -> None:
    new = RULES.by_id["township.reply_suggestion"].model_copy(update={"id": "township.new_duty"})
    assert gaps([new], LINES) == [
        f"township.new_duty-{aspect}"
        for aspect in (
            "early", "holiday", "late", "letter_date", "missing", "month_end", "on_time", "open", "scope",
            "special:urgent", "use:last_day_of_month",
        )
    ]  # fmt: skip


def test_no_line_shows_a_rule_or_an_aspect_that_is_not_there() -> None:
    # A line may always show that nothing is owed, and what any rule may use.
    may_also = {"not_opened", *(f"use:{one.name}" for one in RULES.common)}
    strangers = [
        str(one)
        for one in LINES
        if one.rule not in RULES.by_id or one.kind not in aspects_of(RULES.by_id[one.rule]) | may_also
    ]
    assert strangers == []


def test_no_two_lines_bear_one_name() -> None:
    assert sorted(ids(LINES)) == sorted(set(ids(LINES)))


@pytest.mark.parametrize("aspect", sorted(STATES))
def test_a_line_shows_what_its_aspect_means(aspect: str) -> None:
    shown = [one for one in LINES if one.kind == aspect]
    assert len(shown) >= 5
    # A later line of an aspect may show the other side of the edge; the plain one never does.
    assert [str(one) for one in shown if "/" not in one.aspect and one.state not in STATES[aspect]] == []


def test_late_use_of_a_right_is_no_use_and_a_late_act_of_a_debtor_is_kept() -> None:
    for one in (one for one in LINES if one.aspect in ("late", "missing")):
        quiet = RULES.by_id[one.rule].kind is RuleKind.RIGHT
        assert (one.state == "lapsed") == quiet, one


def test_every_plain_line_on_time_names_who_owes_whom() -> None:
    assert [str(one) for one in LINES if one.aspect == "on_time" and " > " not in one.owes] == []


def test_a_line_about_the_scope_is_about_one_matter_where_the_rule_asks_for_more_than_the_matter() -> None:
    """Otherwise it would show only that other matters are other matters."""
    narrow: list[Line] = [one for one in LINES if one.aspect == "scope" and one.records]
    assert len(narrow) >= 30
    for one in narrow:
        scope = RULES.by_id[one.rule].scope
        if scope is Scope.CASE:
            assert one.cases == 2, one
        elif scope in (Scope.ROW, Scope.POLICE_CASE, Scope.PERSON):
            assert one.cases == 1, one


def test_a_holiday_moves_the_end_of_days_and_months_and_no_hour() -> None:
    """The plain reading of the calendar, without the hub's: no line in days ends on one of the two long holidays."""
    away = {f"2026-02-{day}" for day in range(15, 24)} | {f"2026-10-0{day}" for day in range(1, 8)}
    in_hours = {rule.id for rule in RULES.by_id.values() if rule.period is not None and rule.period.unit is Unit.HOUR}
    within = [one for one in LINES if one.due[:10] in away]
    assert {one.rule for one in within if one.kind == "holiday"} == in_hours
    # Else only what does not roll: a day that a letter names, and the reading without rolling.
    others = {(one.rule, one.kind) for one in within if one.kind != "holiday"}
    assert others == {("township.reply_opinion", "letter_date"), ("township.penalise_after_refusal", "use:no_roll")}
