"""A due time is kept with the versions that it was computed from, whatever the calendar becomes later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hub.hub import Hub
from hub.ledger.facts import facts
from hub.ledger.runs import runs
from hub.periods.calendar import WorkingCalendar
from hub.usecases.amend import amend_calendar, amend_rules
from hub.usecases.escalate import escalate
from hub.usecases.reconcile import reconcile
from tests.support.installation import AS_OF

TOLD = ("reminder.sent", "notice.sent", "escalation.proposed")


def longer(hub: Hub) -> WorkingCalendar:
    """The calendar with two more days off after National Day."""
    off = {**hub.calendar.days_off, date(2026, 10, 8): "国庆节", date(2026, 10, 9): "国庆节"}
    return WorkingCalendar(off, hub.calendar.make_up, hub.calendar.notices, "longer")


def told(hub: Hub) -> dict[tuple[str, str], tuple[str, str, str]]:
    with hub.ledger.read() as tx:
        found = [fact for code in TOLD for fact in facts(tx, code=code)]
    return {
        (fact.code, fact.subject): (
            fact.attributes["due_at"],
            fact.attributes["rule_version"],
            fact.attributes["calendar_version"],
        )
        for fact in found
    }


def test_what_was_told_keeps_its_due_time_and_its_versions_when_the_calendar_changes(installation: Hub) -> None:
    escalate(installation, AS_OF, AS_OF, commit=True)
    before = told(installation)
    assert {version for _, _, version in before.values()} == {installation.calendar.version}
    later = AS_OF + timedelta(days=20)
    escalate(replace(installation, calendar=longer(installation)), later, later, commit=True)
    after = told(installation)
    assert {key: after[key] for key in before} == before
    assert {after[key][2] for key in after.keys() - before.keys()} == {"longer"}


def test_each_run_keeps_the_versions_that_it_was_made_with(installation: Hub) -> None:
    changed = replace(installation, calendar=longer(installation))
    for number, hub in enumerate((installation, changed)):
        reconcile(hub, AS_OF, AS_OF + timedelta(minutes=number), commit=True)
    with installation.ledger.read() as tx:
        assert [run.parameters["calendar"] for run in runs(tx, kind="reconcile")] == [
            installation.calendar.version,
            "longer",
        ]
    found = amend_calendar(installation, changed.calendar, AS_OF)
    moved = [one for one in found.shifts if one.moved]
    assert moved
    assert all(one.after is not None and one.after.calendar_version == "longer" for one in moved)


def test_the_same_rules_and_calendar_make_nothing_otherwise(installation: Hub) -> None:
    found = amend_rules(installation, installation.rules, installation.rules, AS_OF)
    assert found.compared > 1200
    assert (found.shifts, found.told) == ((), ())
    assert amend_calendar(installation, installation.calendar, AS_OF).shifts == ()
