"""How long did each agency take to acknowledge, and how far had the ladder to climb for it?"""

from __future__ import annotations

from hub.duties.duty import RuleKind, State
from hub.ledger.deliveries import DeliveryState
from hub.reports.acknowledging import Acknowledging, Latency, measure_acknowledging
from hub.reports.figures import Spread
from hub.reports.punctuality import ACKNOWLEDGE
from hub.reports.span import Span
from tests.hub.agency_rows import TOWNSHIP
from tests.hub.reports.made import delivered, fact, owed

OCTOBER = Span.parse("2026-10")


def october(*deliveries: object, owed_: tuple[object, ...] = (), facts: tuple[object, ...] = ()) -> Acknowledging:
    return measure_acknowledging(deliveries, owed_, facts, OCTOBER, OCTOBER.end)  # type: ignore[arg-type]


def test_hours_run_from_sent_to_acknowledged_and_what_is_unanswered_is_counted_apart() -> None:
    found = october(
        delivered(1, "2026-10-01T09:00+08:00", "2026-10-01T11:00+08:00"),
        delivered(2, "2026-10-02T09:00+08:00", "2026-10-02T19:00+08:00"),
        delivered(3, "2026-10-03T09:00+08:00"),
        delivered(4, "2026-10-04T09:00+08:00", "2026-10-04T10:00+08:00", state=DeliveryState.REFUSED),
        delivered(5, "2026-10-05T09:00+08:00", "2026-10-05T10:00+08:00", agency="police"),
    )
    assert found.whole == Latency(5, Spread(3, 2.0, 10.0, 10.0), 1, 1)
    assert dict(found.by_agency)[TOWNSHIP] == Latency(4, Spread(2, 6.0, 10.0, 10.0), 1, 1)
    assert dict(found.by_agency)["police"] == Latency(1, Spread(1, 1.0, 1.0, 1.0), 0, 0)


def test_an_answer_that_came_after_the_month_leaves_it_unanswered_in_the_month() -> None:
    found = october(delivered(1, "2026-10-31T22:00+08:00", "2026-11-01T08:00+08:00"))
    assert found.whole == Latency(1, Spread(0, None, None, None), 0, 1)


def test_what_was_sent_in_another_month_is_not_counted() -> None:
    assert october(delivered(1, "2026-09-30T09:00+08:00", "2026-10-01T09:00+08:00")).whole.sent == 0
    assert (october().by_agency, october().by_level) == ((), ())


def test_the_level_is_the_highest_rung_told_before_the_answer() -> None:
    slow = delivered(1, "2026-10-01T09:00+08:00", "2026-10-03T12:00+08:00")
    quick = delivered(2, "2026-10-01T09:00+08:00", "2026-10-01T10:00+08:00")
    duty = owed("2026-10-02", State.DISCHARGED_LATE, rule=ACKNOWLEDGE, debtor=TOWNSHIP, kind=RuleKind.POLICY,
                subject=slow.delivery_id)  # fmt: skip
    rungs = tuple(
        fact("notice.sent", f"{duty.obligation_id}/{duty.ladder}/{no}", when)
        for no, when in ((1, "2026-10-02T09:00+08:00"), (2, "2026-10-03T09:00+08:00"), (3, "2026-10-05T09:00+08:00"))
    )
    found = october(slow, quick, owed_=(duty,), facts=rungs)
    assert [(level, one.sent, one.hours.median) for level, one in found.by_level] == [(0, 1, 1.0), (2, 1, 51.0)]
