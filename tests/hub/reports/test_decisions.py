"""What was put to people and answered, and what needed nobody?"""

from __future__ import annotations

from hub.reports.automation import _rungs
from hub.reports.decisions import RungCount, count_rungs, measure_decisions
from hub.reports.figures import Rate, Spread
from hub.reports.span import Span
from tests.hub.reports.made import fact

OCTOBER = Span.parse("2026-10")
FACTS = (
    fact("escalation.proposed", "O1/police_silent/4", "2026-10-01T09:00+08:00", rule="police.decide_filing",
         debtor="police", document="要求说明理由通知书"),
    fact("escalation.approved", "O1/police_silent/4", "2026-10-01T15:00+08:00"),
    fact("notice.sent", "O1/police_silent/4", "2026-10-01T15:00+08:00"),
    fact("escalation.proposed", "O2/police_silent/4", "2026-10-02T09:00+08:00", rule="police.sign_receipt",
         debtor="police", document="要求说明理由通知书"),
    fact("escalation.declined", "O2/police_silent/4", "2026-10-03T09:00+08:00"),
    fact("escalation.proposed", "O3/police_silent/4", "2026-10-05T09:00+08:00", rule="police.sign_receipt",
         debtor="police", document="要求说明理由通知书"),
    fact("escalation.withdrawn", "O3/police_silent/4", "2026-10-06T09:00+08:00"),
    fact("escalation.proposed", "O3/police_silent/4~2", "2026-10-09T09:00+08:00", rule="police.sign_receipt",
         debtor="police", document="要求说明理由通知书"),
    fact("escalation.proposed", "O4/police_silent/5", "2026-09-20T09:00+08:00", rule="police.sign_receipt",
         debtor="police", document="情况报告"),
    fact("reminder.sent", "O1/reminder/2", "2026-10-01T08:00+08:00"),
    fact("notice.sent", "O2/police_silent/1", "2026-10-02T08:00+08:00"),
    fact("notice.sent", "O2/police_silent/2", "2026-09-30T08:00+08:00"),
    fact("delivery.sent", "T1", "2026-10-02T08:00+08:00"),
)  # fmt: skip


def test_each_asking_is_counted_once_with_what_became_of_it() -> None:
    found = measure_decisions(FACTS, OCTOBER)
    assert (found.asked, found.answered, found.approved, found.declined, found.withdrawn) == (4, 2, 1, 1, 1)
    assert found.hours == Spread(2, 15.0, 24.0, 24.0)


def test_all_that_wait_are_named_whenever_they_were_put_the_oldest_first() -> None:
    waiting = measure_decisions(FACTS, OCTOBER).waiting
    assert [(one.asked_at.day, one.document) for one in waiting] == [(20, "情况报告"), (9, "要求说明理由通知书")]


def test_a_rung_needs_no_person_where_it_was_never_put_to_one() -> None:
    # Told without asking: the reminder and the first rung. Put to a person: the fourth rung of O1, O2 and O3.
    assert _rungs(FACTS, OCTOBER) == Rate(2, 5)
    assert _rungs((), OCTOBER) == Rate(0, 0)


def test_every_rung_of_a_ladder_is_counted_as_told_or_put() -> None:
    assert count_rungs(FACTS, OCTOBER) == (
        RungCount("police_silent", 1, 1, 0),
        RungCount("police_silent", 4, 1, 4),
        RungCount("reminder", 2, 1, 0),
    )
