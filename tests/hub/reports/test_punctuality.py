"""Is what fell due counted once, in the right month, as done in time or late, and by nobody else's debt?"""

from __future__ import annotations

from hub.duties.duty import RuleKind, State
from hub.reports.figures import Rate, Spread
from hub.reports.punctuality import Punctuality, Repeater, measure_punctuality, overdue_on
from hub.reports.span import Span
from tests.hub.agency_rows import TOWNSHIP
from tests.hub.county import acceptance, at, judge, referral, result
from tests.hub.reports.made import FILING, owed

JULY, OCTOBER = Span.parse("2026-07"), Span.parse("2026-10")


def october(*obligations: object) -> Punctuality:
    return measure_punctuality(obligations, OCTOBER, OCTOBER.end)  # type: ignore[arg-type]


def test_a_rate_is_what_was_done_in_time_over_all_that_fell_due() -> None:
    found = october(
        owed("2026-10-08", State.DISCHARGED, "2026-10-07"),
        owed("2026-10-09", State.DISCHARGED_LATE, "2026-10-12", no=2),
        owed("2026-10-31", State.OVERDUE, no=3),
    )
    assert found.on_time == Rate(1, 3)
    assert found.late == Spread(2, 1.5, 3.0, 3.0)
    assert [(r.rule, r.on_time, r.late) for r in found.by_rule] == [(FILING, Rate(1, 3), Spread(2, 1.5, 3.0, 3.0))]
    assert [(r.agency, r.on_time, r.platform) for r in found.by_agency] == [("police", Rate(1, 3), Rate(0, 0))]


def test_what_is_void_or_still_open_is_no_part_of_the_rate_and_is_told_apart() -> None:
    found = october(owed("2026-10-08"), owed("2026-10-20", State.VOID), owed("2026-10-30", State.OPEN))
    assert (found.on_time, found.void, found.not_yet_due) == (Rate(1, 1), 1, 1)


def test_what_fell_due_in_another_month_is_not_counted() -> None:
    found = october(owed("2026-09-30", State.OVERDUE), owed("2026-11-01", State.OVERDUE))
    assert found.on_time == Rate(0, 0)
    assert found.on_time.value is None
    assert (found.by_rule, found.by_agency) == ((), ())


def test_a_right_counts_as_used_or_lapsed_and_never_as_late() -> None:
    right = {"rule": "township.request_supervision", "debtor": TOWNSHIP, "kind": RuleKind.RIGHT}
    found = october(
        owed("2026-10-08", State.DISCHARGED, **right),  # type: ignore[arg-type]
        owed("2026-10-09", State.LAPSED, **right),  # type: ignore[arg-type]
        owed("2026-10-10", State.LAPSED, **right),  # type: ignore[arg-type]
        owed("2026-10-11", State.OPEN, **right),  # type: ignore[arg-type]
    )
    assert found.rights == Rate(1, 3)
    assert found.on_time == Rate(0, 0)
    assert found.repeated == Rate(0, 0)


def test_what_is_owed_to_the_hub_itself_has_a_rate_of_its_own() -> None:
    report = {"rule": "agency.report", "debtor": TOWNSHIP, "creditor": "hub", "kind": RuleKind.POLICY}
    found = october(
        owed("2026-10-08", State.DISCHARGED_LATE, "2026-10-08", **report),  # type: ignore[arg-type]
        owed("2026-10-09", State.DISCHARGED, kind=RuleKind.POLICY),
    )
    assert found.platform == Rate(0, 1)
    assert found.on_time == Rate(1, 1)
    assert found.by_kind == (("duty", Rate(0, 0)), ("policy", Rate(1, 1)))
    assert found.late.count == 0


def test_the_head_of_a_township_is_counted_with_the_township() -> None:
    found = october(owed("2026-10-08", rule="township.decide_transfer", debtor=TOWNSHIP, creditor=f"{TOWNSHIP}/head"))
    assert [r.agency for r in found.by_agency] == [TOWNSHIP]
    headed = october(owed("2026-10-08", debtor=f"{TOWNSHIP}/head"))
    assert [r.agency for r in headed.by_agency] == [TOWNSHIP]


def test_who_is_late_on_one_rule_twice_in_three_months_is_late_again() -> None:
    late = State.DISCHARGED_LATE
    found = october(
        owed("2026-08-03", late, "2026-08-20"),
        owed("2026-10-08", State.OVERDUE, no=2),
        owed("2026-07-31", late, "2026-08-20", no=3),  # more than three months ago
        owed("2026-10-09", State.OVERDUE, rule="police.sign_receipt", no=4),
        owed("2026-09-09", late, "2026-09-10", rule="police.notify_withdrawal", no=5),  # not late in the month
    )
    assert found.repeated == Rate(1, 2)
    assert found.repeaters == (Repeater("police", FILING, 2, 1),)


def test_a_month_in_which_nothing_happened_has_no_rate_of_any_kind() -> None:
    found = october()
    rates = [found.on_time, found.platform, found.rights, found.repeated, *(rate for _, rate in found.by_kind)]
    assert {rate.value for rate in rates} == {None}
    assert found.late == Spread(0, None, None, None)


def test_a_decision_that_came_after_the_month_leaves_the_month_overdue() -> None:
    records = (referral(1), acceptance(1, 接受时间="2026-07-28 09:00"), result("立案", "2026-08-03 10:00"))
    in_july = judge(*records, as_of=JULY.end.isoformat())
    by_now = judge(*records, as_of="2026-08-31T23:59+08:00")
    then = measure_punctuality([o for o in in_july.owed if o.rule == FILING], JULY, JULY.end)
    later = measure_punctuality([o for o in by_now.owed if o.rule == FILING], JULY, at("2026-08-31T23:59+08:00"))
    assert [r.late for r in then.by_rule] == [Spread(1, 0.0, 0.0, 0.0)]
    assert [r.late for r in later.by_rule] == [Spread(1, 3.0, 3.0, 3.0)]
    assert then.on_time == later.on_time == Rate(0, 1)


def test_what_was_overdue_at_the_end_of_an_earlier_month_is_told_from_today() -> None:
    obligations = [
        owed("2026-09-10", State.DISCHARGED_LATE, "2026-10-05"),
        owed("2026-09-11", State.OVERDUE, no=2),
        owed("2026-09-12", State.DISCHARGED_LATE, "2026-09-20", no=3),
        owed("2026-10-12", State.OVERDUE, no=4),
    ]
    assert len(overdue_on(obligations, Span.parse("2026-09").end)) == 2
    assert len(overdue_on(obligations, OCTOBER.end)) == 2
