"""When is it due? Legal periods computed step by step, so that a judge can follow."""

from __future__ import annotations

import calendar as month_lengths
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from hub.errors import ConfigurationFault
from hub.moment import END_OF_DAY, SHANGHAI, Moment
from hub.periods.calendar import WorkingCalendar
from hub.periods.office_hours import OfficeHours, end_in_office_hours, parse_office_hours, written
from hub.periods.pauses import Pause, came_in_time, merged, merged_days, resumed_on
from hub.words import Word

_WEEKDAYS = "一二三四五六日"
# On which provisions the steps rest: every computation shows them.
_START = "民法典第二百零一条第一款、刑事诉讼法第一百零五条"
_HOURS = "民法典第二百零一条第二款"
_ROLL = "民法典第二百零三条第一款、刑事诉讼法第一百零五条"


class Unit(Word):
    """What a period is counted in."""

    HOUR = "hour"
    DAY = "day"  # calendar days
    WORKING_DAY = "working_day"
    MONTH = "month"


class Roll(Word):
    """What happens where the last day is not a working day."""

    FORWARD = "forward"  # 民法典第二百零三条, 刑事诉讼法第一百零五条: the next working day
    NONE = "none"


class MonthEnd(Word):
    """Which day a month period ends on where it began on the last day of a month."""

    CIVIL = "civil"  # 民法典第二百零二条: the same day number, or the month's last day where there is none
    LAST_DAY = "last_day"  # 最高法刑诉法解释第二百零二条: from a month's last day to a month's last day


class HourStart(Word):
    """From when hours are counted."""

    INSTANT = "instant"  # 民法典第二百零一条: from the stated moment
    NEXT_HOUR = "next_hour"  # 刑事诉讼法第一百零五条: the hour of the start is not counted


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as the law words it. Hours never roll; working days need not.

    closes: the time of the last day at which it ends (24:00 by default; a county may choose 18:00).
    office: hours run only within these times of working days; empty where they run through everything.
    """

    quantity: int
    unit: Unit
    roll: Roll = Roll.FORWARD
    month_end: MonthEnd = MonthEnd.CIVIL
    hour_start: HourStart = HourStart.INSTANT
    closes: time = END_OF_DAY
    office: OfficeHours = ()

    def __str__(self) -> str:
        """The text that `parse_period` reads back."""
        options = [
            "no roll" if self.roll is Roll.NONE else "",
            "last day of month" if self.month_end is MonthEnd.LAST_DAY else "",
            "from next hour" if self.hour_start is HourStart.NEXT_HOUR else "",
            f"closes {self.closes:%H:%M}" if self.closes != END_OF_DAY else "",
            f"in office hours {written(self.office)}" if self.office else "",
        ]
        return ", ".join([f"{self.quantity} {self.unit}", *filter(None, options)])


@dataclass(frozen=True, slots=True)
class Due:
    """A due time with its arithmetic. Provisional: it rests on a year whose holidays are not yet published."""

    due_at: datetime
    provisional: bool
    steps: tuple[str, ...]


_PERIOD = re.compile(r"(?P<quantity>[1-9]\d{0,3}) (?P<unit>hour|day|working_day|month)s?(?P<options>(?:, [^,]+)*)")


def parse_period(text: str) -> Period:
    """Read `3 day`, `24 hour`, `10 working_day`, `2 month`, each perhaps with options after commas.

    Options: `no roll`, `last day of month`, `from next hour`, `closes 18:00`, `in office hours
    08:30-12:00 14:30-18:00`. Raises `ConfigurationFault` for anything else, since only our own data
    says periods this way.

    >>> parse_period("3 day") == Period(3, Unit.DAY)
    True
    >>> str(parse_period("2 month, last day of month, no roll"))
    '2 month, no roll, last day of month'
    """
    match = _PERIOD.fullmatch(text.strip())
    if match is None:
        raise ConfigurationFault(f"not a period: {text!r}")
    roll, month_end, hour_start, closes = Roll.FORWARD, MonthEnd.CIVIL, HourStart.INSTANT, END_OF_DAY
    office: OfficeHours = ()
    for option in filter(None, match["options"].split(", ")):
        if option == "no roll" and match["unit"] in ("day", "month"):
            roll = Roll.NONE
        elif option == "last day of month" and match["unit"] == "month":
            month_end = MonthEnd.LAST_DAY
        elif option == "from next hour" and match["unit"] == "hour":
            hour_start = HourStart.NEXT_HOUR
        elif match["unit"] != "hour" and (closing := re.fullmatch(r"closes ([01]\d|2[0-3]):([0-5]\d)", option)):
            closes = time(int(closing[1]), int(closing[2]))
        elif option.startswith("in office hours ") and match["unit"] == "hour":
            office = parse_office_hours(option.removeprefix("in office hours "))
        else:
            raise ConfigurationFault(f"not an option of a period: {option!r} in {text!r}")
    return Period(int(match["quantity"]), Unit(match["unit"]), roll, month_end, hour_start, closes, office)


def due(opened: Moment, period: Period, calendar: WorkingCalendar, pauses: Sequence[Pause] = ()) -> Due:
    """The last second of the period that `opened` starts, in Asia/Shanghai.

    The day of the start is not counted. Days and months that end on a day off end on the next working
    day; hours run through everything, and from a bare date they run from the end of that day. A pause
    moves the end by the days (hours, working days) that fell into it, and no period ends on a day at
    whose end the clock stands still. (mechanism.md, Periods)
    """
    if period.unit is Unit.HOUR:
        return _due_in_hours(opened, period, calendar, pauses)
    return _due_in_days(opened.day, period, calendar, tuple(pauses))


# A county's obligations open on few days and under few periods: most of a million ask for what was just computed.
@lru_cache(maxsize=65536)
def _due_in_days(start: date, period: Period, calendar: WorkingCalendar, pauses: tuple[Pause, ...]) -> Due:
    steps = [f"起算：{_day(start)}当日不计入期间（{_START}）。"]
    if period.unit is Unit.WORKING_DAY:
        last = calendar.add_working_days(start, period.quantity)
        steps.append(f"计算：此后第 {period.quantity} 个工作日为 {_day(last)}。" + _skipped(start, last, calendar))
    elif period.unit is Unit.MONTH:
        last = _add_months(start, period)
        steps.append(f"计算：{period.quantity} 个月，届满于 {_day(last)}。" + _why_month_end(start, last, period))
    else:
        last = start + timedelta(days=period.quantity)
        steps.append(f"计算：{period.quantity} 日，末日为 {_day(last)}。")
    last, paused = _pause_days(start, last, period, calendar, pauses)
    steps += paused
    unrolled, (last, settled) = last, _settle(last, period, calendar, pauses)
    steps += settled
    years = range(0)  # the years whose calendar was asked
    if period.unit is Unit.WORKING_DAY:
        years = range((start + timedelta(days=1)).year, last.year + 1)
    elif period.roll is Roll.FORWARD:
        years = range(unrolled.year, last.year + 1)
    unpublished = [year for year in years if not calendar.published(year)]
    steps += _notices(years, unpublished, calendar)
    due_at = datetime.combine(last, period.closes, SHANGHAI)
    return Due(due_at, bool(unpublished), (*steps, _ends(due_at)))


def letter_date(day: date) -> Due:
    """Due on the day that the letter itself sets, to its end; a day that was named does not roll."""
    due_at = datetime.combine(day, END_OF_DAY, SHANGHAI)
    return Due(due_at, False, (f"文书载明的期限：{_day(day)}，不顺延。", _ends(due_at)))


def _due_in_hours(opened: Moment, period: Period, calendar: WorkingCalendar, pauses: Sequence[Pause]) -> Due:
    start = opened.latest()
    if opened.bare:
        steps = [f"起算：{_day(opened.day)}只载明日期，自该日终了（{start:%H:%M:%S}）起算（{_HOURS}）。"]
    else:
        steps = [f"起算：自 {_day(opened.day)}{start:%H:%M:%S} 起算（{_HOURS}）。"]
        if period.hour_start is HourStart.NEXT_HOUR and (start.minute or start.second):
            start = start.replace(minute=0, second=0) + timedelta(hours=1)
            steps.append(f"开始的时不计入，自 {start:%H:%M:%S} 起算（刑事诉讼法第一百零五条）。")
    if period.office:
        end = end_in_office_hours(start, period.quantity, period.office, calendar, merged(pauses))
        steps.append(f"计算：{period.quantity} 小时，只计工作日 {written(period.office)} 的办公时间。")
        steps += [f"中止：{since} 至 {until} 不计入。" for since, until in merged(pauses) if since.latest() < end]
        years = range(start.year, end.year + 1)
        unpublished = [year for year in years if not calendar.published(year)]
        return Due(end, bool(unpublished), (*steps, *_notices(years, unpublished, calendar), _ends(end)))
    end = start + timedelta(hours=period.quantity)
    steps.append(f"计算：连续 {period.quantity} 小时，节假日不扣除、不顺延。")
    for since, until in merged(pauses):
        paused = until.latest() - max(since.latest(), start)
        if since.latest() < end and paused > timedelta(0):
            end += paused
            steps.append(f"中止：{since} 至 {until} 不计入，届满时间后移 {_length(paused)}。")
    return Due(end, False, (*steps, _ends(end)))


def _add_months(start: date, period: Period) -> date:
    months = start.year * 12 + start.month - 1 + period.quantity
    year, month = months // 12, months % 12 + 1
    length = month_lengths.monthrange(year, month)[1]
    if period.month_end is MonthEnd.LAST_DAY and start.day == month_lengths.monthrange(start.year, start.month)[1]:
        return date(year, month, length)
    return date(year, month, min(start.day, length))


def _pause_days(
    start: date, last: date, period: Period, calendar: WorkingCalendar, pauses: Sequence[Pause]
) -> tuple[date, list[str]]:
    steps = []
    for since, until in merged_days(pauses):
        stopped = max(since.day, start)
        days = (until.day - stopped).days
        if days <= 0 or not came_in_time(since, last, period.closes):
            continue
        if period.unit is Unit.WORKING_DAY:
            days = calendar.working_days_between(stopped, until.day)
            last = calendar.add_working_days(last, days) if days else last
        else:
            last += timedelta(days=days)
        kind = "个工作日" if period.unit is Unit.WORKING_DAY else "日"
        steps.append(f"中止：{_day(stopped)}至 {_day(until.day)}中止 {days} {kind}，末日后移至 {_day(last)}。")
    return last, steps


def _settle(last: date, period: Period, calendar: WorkingCalendar, pauses: Sequence[Pause]) -> tuple[date, list[str]]:
    """The first day from `last` on at which the period may end: the clock runs then, and it is a working day if it rolls."""
    rolls = period.unit is Unit.WORKING_DAY or period.roll is Roll.FORWARD
    steps = []
    while True:
        unrolled, last = last, calendar.roll(last) if rolls else last
        if period.unit is not Unit.WORKING_DAY or unrolled != last:
            steps.append(_why_rolled(unrolled, last, period, calendar))
        resumed = resumed_on(last, period.closes, pauses) if pauses else None
        if resumed is None:
            return last, steps
        steps.append(f"中止：{_day(last)}终了时仍在中止，移至恢复之日 {_day(resumed)}。")
        last = resumed


def _why_month_end(start: date, last: date, period: Period) -> str:
    from_last_day = start.day == month_lengths.monthrange(start.year, start.month)[1]
    if period.month_end is MonthEnd.LAST_DAY and from_last_day and last.day != start.day:
        return "起算日为当月最后一日，届满于到期月份最后一日（刑诉法解释第二百零二条）。"
    if last.day != start.day:
        return "到期月份没有对应日，以月末日为届满日（民法典第二百零二条）。"
    return "到期月份的对应日为届满日（民法典第二百零二条）。"


def _skipped(start: date, last: date, calendar: WorkingCalendar) -> str:
    days = (date.fromordinal(n) for n in range(start.toordinal() + 1, last.toordinal()))
    made_up = [day for day in days if day in calendar.make_up]
    off = (last - start).days - calendar.working_days_between(start, last)
    text = f"其间 {off} 日为休息日或节假日，不计入。" if off else ""
    return text + "".join(f"{_day(day)}调休上班，计入。" for day in made_up)


def _why_rolled(last: date, rolled: date, period: Period, calendar: WorkingCalendar) -> str:
    if period.roll is Roll.NONE:
        return "顺延：本期间末日遇休息日不顺延。"
    if rolled != last:
        why = "休息日" if last not in calendar.days_off else calendar.reason(last) + "假期"
        return f"顺延：{_day(last)}为{why}，顺延至其后第一个工作日 {_day(rolled)}（{_ROLL}）。"
    return f"顺延：{_day(last)}{'调休上班，' if last in calendar.make_up else ''}是工作日，不顺延。"


def _notices(years: range, unpublished: list[int], calendar: WorkingCalendar) -> list[str]:
    cited = [f"依据：《{calendar.notices[year]}》。" for year in years if year not in unpublished]
    open_years = [f"暂定：{year} 年的节假日安排尚未收录，只按周六、周日推算，公布后可能变动。" for year in unpublished]
    return cited + open_years


def _ends(due_at: datetime) -> str:
    return f"届满：{_day(due_at.date())}{due_at:%H:%M:%S}（北京时间）。"


def _length(duration: timedelta) -> str:
    hours, seconds = divmod(int(duration.total_seconds()), 3600)
    parts = ((hours, "小时"), (seconds // 60, "分"), (seconds % 60, "秒"))
    return "".join(f"{count}{unit}" for count, unit in parts if count)


def _day(day: date) -> str:
    return f"{day.isoformat()}（周{_WEEKDAYS[day.weekday()]}）"
