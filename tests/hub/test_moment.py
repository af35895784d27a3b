"""Is a moment written and read back as Shanghai's clocks show it, summer time of long ago included?"""

from __future__ import annotations

from datetime import date, datetime, time, timezone

from hypothesis import given
from hypothesis import strategies as st

from hub.moment import SHANGHAI, Moment

_SECONDS = st.times().map(lambda clock: clock.replace(microsecond=0))


@given(st.dates(date(1949, 1, 1), date(2099, 12, 31)), _SECONDS)
def test_an_instant_is_written_with_the_offset_of_its_day(day: date, clock: time) -> None:
    assert str(Moment(day, clock)) == datetime.combine(day, clock, SHANGHAI).isoformat()


@given(st.datetimes(datetime(1949, 1, 1), datetime(2099, 12, 31), timezones=st.just(timezone.utc)))  # noqa: DTZ001
def test_what_is_written_is_read_back_as_the_same_moment(instant: datetime) -> None:
    moment = Moment.of(instant)
    assert Moment.parse(str(moment)) == Moment.of(datetime.fromisoformat(str(moment))) == moment


def test_summer_time_ended_for_good_in_1991() -> None:
    assert [str(Moment(date(year, 7, 1), time(12))) for year in (1991, 1992)] == [
        "1991-07-01T12:00:00+09:00",
        "1992-07-01T12:00:00+08:00",
    ]
