"""Would the lines notice if a rule said something else? Each part of each rule is changed once, and a line must object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from hub.duties.rules import Rule, Rules, Scope
from hub.periods.period import Period, Roll, Unit
from tests.hub.county import RULES
from tests.mechanism.line import Line, check
from tests.mechanism.table import LINES

# Those that are not derived from the agencies' records have lines of another kind.
BY_RECORDS = tuple(rule for rule in RULES.by_id.values() if any(one.records for one in LINES if one.rule == rule.id))


def changes(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """(what is changed, the rule so changed), one part at a time."""
    period = rule.period
    assert period is not None
    yield "a longer period", _with(rule, period=replace(period, quantity=period.quantity + 1))
    yield "a shorter period", _with(rule, period=replace(period, quantity=period.quantity - 1 or 2))
    if period.unit in (Unit.DAY, Unit.MONTH) and period.roll is Roll.FORWARD:
        yield "no roll", _with(rule, period=replace(period, roll=Roll.NONE))
    if period.unit is Unit.HOUR:
        yield "days for hours", _with(rule, period=Period(1, Unit.DAY))
    if period.unit is Unit.WORKING_DAY:
        yield "days for working days", _with(rule, period=Period(period.quantity, Unit.DAY))
    # Each clue of duty crime is a case of its own, so that there is no other record of the case.
    if rule.scope is not Scope.CASE and rule.id != "supervision_commission.acknowledge_clue":
        yield "any record of the case", _with(rule, scope=Scope.CASE)
    for place, ending in enumerate(rule.ends):
        others = (*rule.ends[:place], *rule.ends[place + 1 :])
        never = ending.model_copy(update={"event": "nothing.like_it"})
        yield f"not ended by {ending.event}", _with(rule, ends=(*others, never))
    for place, opening in enumerate(rule.opens):
        others_opening = (*rule.opens[:place], *rule.opens[place + 1 :])
        if opening.where or opening.after:
            wider = opening.model_copy(update={"where": {}, "after": ""})
            yield "opened whatever is said", _with(rule, opens=(*others_opening, wider))
        if others_opening:
            yield f"not opened by {opening.event}", _with(rule, opens=others_opening)
    for part, nothing in (("letter_date", ""), ("special", ()), ("replaced_by", None), ("void_when", None)):
        if getattr(rule, part):
            yield f"without {part}", _with(rule, **{part: nothing})


def _with(rule: Rule, **said: object) -> Rule:
    return rule.model_copy(update=said)


def objects(one: Line, rules: Rules) -> bool:
    """Whether a line does not hold under these rules."""
    try:
        check(one, rules)
    except AssertionError:
        return True
    return False


CHANGES = [(rule, what, changed) for rule in BY_RECORDS for what, changed in changes(rule)]


def test_every_rule_that_follows_from_records_is_changed() -> None:
    assert len(BY_RECORDS) >= 31
    assert len(CHANGES) >= 4 * len(BY_RECORDS)


@pytest.mark.parametrize(
    ("rule", "what", "changed"), CHANGES, ids=[f"{rule.id}-{what}".replace(" ", "_") for rule, what, _ in CHANGES]
)
def test_a_rule_that_says_something_else_is_noticed(rule: Rule, what: str, changed: Rule) -> None:
    rules = Rules(tuple(changed if one.id == rule.id else one for one in RULES.every), "changed")
    # An alternative replaces what was changed, so only the lines of the plain reading can object.
    lines = [one for one in LINES if one.rule == rule.id and not one.use]
    assert any(objects(one, rules) for one in lines), f"no line of {rule.id} notices: {what}"
