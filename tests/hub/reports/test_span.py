"""Which instants does a month or a quarter hold, and what comes before it?"""

from __future__ import annotations

import pytest

from hub.errors import ConfigurationFault
from hub.reports.span import Span
from tests.hub.county import at


def test_a_month_ends_with_the_last_instant_of_its_last_day_by_the_countys_clock() -> None:
    october = Span.parse("2026-10")
    assert october.holds(at("2026-10-01T00:00:00+08:00"))
    assert not october.holds(at("2026-09-30T23:59:59+08:00"))
    assert october.holds(at("2026-10-31T23:59:59+08:00"))
    assert not october.holds(at("2026-11-01T00:00:00+08:00"))
    assert october.holds(at("2026-10-31T15:59:59Z"))


def test_a_quarter_is_three_months_and_knows_its_neighbours() -> None:
    third = Span.parse("2026Q3")
    assert third.holds(at("2026-07-01T00:00:00+08:00"))
    assert third.holds(at("2026-09-30T23:59:59+08:00"))
    assert str(third.before()) == "2026Q2"
    assert str(third.after()) == "2026Q4"
    assert [str(month) for month in third.until(3)] == ["2026-07", "2026-08", "2026-09"]
    assert str(third.last_month()) == "2026-09"
    assert str(Span.parse("2026-02").quarter()) == "2026Q1"


def test_months_run_over_the_turn_of_the_year() -> None:
    assert [str(month) for month in Span.parse("2026-01").until(3)] == ["2025-11", "2025-12", "2026-01"]
    assert str(Span.parse("2026Q1").before()) == "2025Q4"
    assert str(Span.parse("2025-12").after()) == "2026-01"


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "2026Q5", "2026q3", "26-10", "2026-10-01", ""])
def test_what_is_neither_is_refused_by_name(text: str) -> None:
    with pytest.raises(ConfigurationFault, match="no month like 2026-10"):
        Span.parse(text)
