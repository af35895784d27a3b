"""When did it happen, as far as the record says: on a whole day, or at an instant of it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
END_OF_DAY = time(23, 59, 59)
# In which computers date files, documents and cells; another year is a program's default or a slip.
OUR_YEARS = range(1990, 2100)
# Since then Shanghai's offset has been one and the same, so that nobody needs to be asked for it.
_LAST_SUMMER_TIME, _OFFSET = 1991, "+08:00"


@dataclass(frozen=True, slots=True)
class Moment:
    """A legal time in Asia/Shanghai: `clock` is None where the record gives only the day.

    A bare date is that whole day, so it is neither before nor after an instant of the same day.

    >>> Moment(date(2026, 6, 1)).before(Moment.parse("2026-06-01T10:05:00+08:00"))
    False
    >>> str(Moment.parse("2026-06-01T02:05:00Z"))
    '2026-06-01T10:05:00+08:00'
    """

    day: date
    clock: time | None = None

    @classmethod
    def of(cls, instant: datetime) -> Moment:
        """The moment of an aware instant, to the second."""
        local = instant.astimezone(SHANGHAI)
        return cls(local.date(), local.time().replace(microsecond=0))

    @classmethod
    def parse(cls, text: str) -> Moment:
        """Read our own ISO form: `2026-06-01` or an instant with its offset."""
        if len(text) == 10:
            return cls(date.fromisoformat(text))
        if len(text) == 25 and text.endswith(_OFFSET):
            local = datetime.fromisoformat(text[:19])
            if local.year > _LAST_SUMMER_TIME:
                return cls(local.date(), local.time())
        return cls.of(datetime.fromisoformat(text.replace("Z", "+00:00")))

    def __str__(self) -> str:
        if self.clock is None:
            return self.day.isoformat()
        if self.day.year > _LAST_SUMMER_TIME:
            return f"{self.day.isoformat()}T{self.clock.isoformat()}{_OFFSET}"
        return self.latest().isoformat()

    @property
    def bare(self) -> bool:
        """True where only the day is known."""
        return self.clock is None

    def latest(self) -> datetime:
        """The last second that this moment can mean, aware."""
        return datetime.combine(self.day, self.clock or END_OF_DAY, SHANGHAI)

    def before(self, other: Moment) -> bool:
        """Surely earlier; where either side is a bare date, days are compared."""
        if self.clock is None or other.clock is None:
            return self.day < other.day
        return (self.day, self.clock) < (other.day, other.clock)

    def after(self, other: Moment) -> bool:
        """Surely later; the mirror of `before`."""
        return other.before(self)

    def sort_key(self) -> tuple[date, time]:
        """For a stable order of display only: a bare date sorts at the start of its day."""
        return (self.day, self.clock or time.min)
