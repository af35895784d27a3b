"""As which texts is the moment of an event kept: in its one spelling, and so that moments sort?"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from hub.ledger.canon import instant_text
from hub.moment import SHANGHAI, Moment

_INSTANT = len("1992-01-01T00:00:00+08:00")
# Days, and minutes of the day, come again and again: a month's ledger names a few hundred, each on thousands of rows.
_SEEN = 1 << 16


def moment_texts(text: str) -> tuple[str, str]:
    """A moment in its one spelling, and as a text by which moments sort. Raises ValueError where it is no moment.

    >>> moment_texts("2026-03-05T07:30:00+08:00")
    ('2026-03-05T07:30:00+08:00', '2026-03-04T23:30:00.000000+00:00')
    """
    if len(text) != _INSTANT or not text.endswith("+08:00") or text < "1992":  # before, there were summer times
        return _of_any(text)
    # By halves, since hardly two instants of a ledger are the same.
    (day, before), (clock, utc, earlier) = _of_day(text[:10]), _of_clock(text[10:])
    return day + clock, (before if earlier else day) + utc


@lru_cache(_SEEN)
def _of_any(text: str) -> tuple[str, str]:
    moment = Moment.parse(text)
    day, clock = moment.sort_key()
    return str(moment), instant_text(datetime.combine(day, clock, SHANGHAI))


@lru_cache(_SEEN)
def _of_day(text: str) -> tuple[str, str]:
    """A day and the one before."""
    day = date.fromisoformat(text)
    return day.isoformat(), (day - timedelta(days=1)).isoformat()


@lru_cache(_SEEN)
def _of_clock(text: str) -> tuple[str, str, bool]:
    """What follows the day in an instant of Shanghai, the same in UTC, and whether it is the day before there."""
    local = datetime.fromisoformat(f"2000-01-02{text}")
    utc = instant_text(local)
    return local.isoformat(timespec="seconds")[10:], utc[10:], utc.startswith("2000-01-01")
