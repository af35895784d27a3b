"""Over which time does a report speak? A month or a quarter of Asia/Shanghai."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hub.errors import ConfigurationFault
from hub.moment import SHANGHAI

_WRITTEN = re.compile(r"(?P<year>20\d{2})(?:-(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4]))")
_ORDINALS = "一二三四"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A month (`months` 1) or a quarter (3). first: its first day.

    >>> str(Span.parse("2026Q3")), Span.parse("2026Q3").label, str(Span.parse("2026-01").before())
    ('2026Q3', '2026年第三季度', '2025-12')
    """

    first: date
    months: int

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read `2026-10` or `2026Q3`; raises ConfigurationFault for anything else."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ConfigurationFault(f"{text!r} is no month like 2026-10 and no quarter like 2026Q3")
        if found["month"]:
            return cls(date(int(found["year"]), int(found["month"]), 1), 1)
        return cls(date(int(found["year"]), int(found["quarter"]) * 3 - 2, 1), 3)

    @classmethod
    def month_of(cls, day: date) -> Span:
        """The month that a day lies in."""
        return cls(day.replace(day=1), 1)

    def __str__(self) -> str:
        if self.months == 1:
            return f"{self.first:%Y-%m}"
        return f"{self.first.year}Q{self.first.month // 3 + 1}"

    @property
    def label(self) -> str:
        """As people write it."""
        if self.months == 1:
            return f"{self.first.year}年{self.first.month}月"
        return f"{self.first.year}年第{_ORDINALS[self.first.month // 3]}季度"

    @property
    def begin(self) -> datetime:
        """Its first instant."""
        return datetime.combine(self.first, time.min, SHANGHAI)

    @property
    def end(self) -> datetime:
        """Its last instant: what is due on its last day and was not done is overdue then, and nothing later counts."""
        return datetime.combine(self.after().first, time.min, SHANGHAI) - timedelta(microseconds=1)

    def holds(self, instant: datetime) -> bool:
        """Whether an aware instant lies within."""
        return self.begin <= instant <= self.end

    def before(self) -> Span:
        """The month before this month, the quarter before this quarter."""
        return Span(_shifted(self.first, -self.months), self.months)

    def after(self) -> Span:
        """The next one."""
        return Span(_shifted(self.first, self.months), self.months)

    def last_month(self) -> Span:
        """Its last month; of a month, itself."""
        return Span(_shifted(self.first, self.months - 1), 1)

    def quarter(self) -> Span:
        """The quarter that it lies in; of a quarter, itself."""
        return Span(date(self.first.year, (self.first.month - 1) // 3 * 3 + 1, 1), 3)

    def until(self, count: int) -> list[Span]:
        """So many months ending with its last one, oldest first."""
        last = self.last_month().first
        return [Span(_shifted(last, -back), 1) for back in range(count - 1, -1, -1)]


def _shifted(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
