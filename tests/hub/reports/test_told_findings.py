"""When is a finding that is gone a false break, and when did somebody act on it?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hub.link.linker import case_id_of
from hub.model import Disposition, Reading, Record, RowReading
from hub.receiving.versions import Disposed, HeldRow
from hub.reports.figures import Rate
from hub.reports.span import Span
from hub.reports.told_findings import Breaks, ToldFinding, count_breaks
from hub.view import View
from tests.hub.agency_rows import TOWNSHIP
from tests.hub.county import acceptance, at, judge, referral, result

JULY = Span.parse("2026-07")
TOLD_AT = at("2026-07-10T09:00+08:00")
BEFORE, AFTER = TOLD_AT - timedelta(days=2), TOLD_AT + timedelta(days=2)
GONE, STANDING, ACTED = (Rate(1, 1), 0, 0), (Rate(0, 1), 1, 0), (Rate(0, 1), 0, 1)


def seen(*records: tuple[Record, datetime]) -> View:
    """What is known now: records, each with the instant at which its row came."""
    rows = tuple(
        Disposed(
            HeldRow(r.agency, "p", "x", "", came, came, n, RowReading(r.source, Reading.READ, r.kind, record=r)),
            Disposition.ACCEPTED,
            r.source,
        )
        for n, (r, came) in enumerate(records)
    )
    return View(JULY.end, (), rows, judge(*(record for record, _ in records)).linkage, (), ())


def told(code: str, agency: str, record: Record) -> ToldFinding:
    return ToldFinding(f"finding-{code}", code, agency, case_id_of([record]), TOLD_AT)


def became(one: ToldFinding, view: View, *, stands: bool = False) -> tuple[Rate, int, int]:
    found: Breaks = count_breaks([one], {one.thread: None} if stands else {}, view, JULY)  # type: ignore[dict-item]
    return found.false, found.standing, found.acted


def test_what_still_stands_is_no_false_break() -> None:
    row = referral()
    assert became(told("sent_not_received", "police", row), seen((row, BEFORE)), stands=True) == STANDING


def test_a_deed_done_before_the_telling_whose_record_came_late_makes_it_a_false_break() -> None:
    row, late = referral(), acceptance()
    assert became(told("sent_not_received", "police", row), seen((row, BEFORE), (late, AFTER))) == GONE


def test_a_deed_of_the_agency_from_the_day_of_the_telling_on_is_an_act() -> None:
    row = referral()
    for when in ("2026-07-10", "2026-07-11 09:00"):
        done = acceptance(接受时间=when)
        assert became(told("sent_not_received", "police", row), seen((row, BEFORE), (done, AFTER))) == ACTED


def test_a_deed_of_somebody_else_is_no_act_of_the_agency_named() -> None:
    row = referral(移交物品时间="2026-07-12")
    assert became(told("sent_not_received", "police", row), seen((row, AFTER), (acceptance(), AFTER))) == GONE


def test_a_notice_by_the_police_shows_in_what_the_township_noted() -> None:
    row, taken = referral(收到立案通知书时间="2026-07-12"), acceptance()
    view = seen((row, AFTER), (taken, BEFORE), (result("立案", "2026-07-04 10:00"), BEFORE))
    assert became(told("decided_not_notified", "police", row), view) == ACTED
    early = referral(收到立案通知书时间="2026-07-06")
    assert became(told("decided_not_notified", "police", early), seen((early, AFTER), (taken, BEFORE))) == GONE


def test_a_row_put_right_by_the_agency_is_an_act_about_data_and_one_of_another_is_not() -> None:
    row, taken = referral(), acceptance()
    conflict = told("field_conflict", "police", row)
    assert became(conflict, seen((row, BEFORE), (taken, AFTER))) == ACTED
    assert became(conflict, seen((row, AFTER), (taken, BEFORE))) == GONE


def test_a_hole_in_a_series_is_filled_by_the_townships_own_rows() -> None:
    gap = replace(told("reference_gap", TOWNSHIP, referral()), case_id="")
    assert became(gap, seen((referral(), BEFORE))) == ACTED


def test_a_case_that_is_gone_altogether_was_a_false_break() -> None:
    assert became(told("undecided", "police", referral(9)), seen((referral(), BEFORE))) == GONE


def test_what_was_told_in_another_month_is_not_counted() -> None:
    one = replace(told("undecided", "police", referral()), told_at=at("2026-08-01T09:00+08:00"))
    assert count_breaks([one], {}, seen(), JULY).false == Rate(0, 0)
