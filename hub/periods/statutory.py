"""Which days are off by law, so that no notice can leave them out?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from hub.data_file import Strict, load_model

_DAY = timedelta(days=1)


class MovingDays(Strict):
    """The days of one year that follow the moon and the sun."""

    spring_festival: date
    qingming: date
    dragon_boat: date
    mid_autumn: date


class StatutoryDays(Strict):
    """The days off of 《全国年节及纪念日放假办法》 as it stands since `effective_from`, for the years of the table."""

    effective_from: date
    years: Mapping[int, MovingDays]

    def of(self, year: int) -> Mapping[date, str] | None:
        """Each statutory day with its name; None for a year that the table does not hold.

        Thirteen, unless two fall on one day. The eve of the spring festival is among them.
        """
        moving = self.years.get(year)
        if moving is None:
            return None
        spring = {moving.spring_festival + _DAY * n: "春节" for n in (-1, 0, 1, 2)}
        named = {moving.qingming: "清明节", moving.dragon_boat: "端午节", moving.mid_autumn: "中秋节"}
        fixed = {date(year, 1, 1): "元旦", date(year, 5, 1): "劳动节", date(year, 5, 2): "劳动节"}
        return {**named, **spring, **fixed, **{date(year, 10, n): "国庆节" for n in (1, 2, 3)}}


def load_statutory_days(path: Path) -> StatutoryDays:
    """Read mappings/statutory_days.yaml; raises `ConfigurationFault` naming file and line."""
    return load_model(path, StatutoryDays)
