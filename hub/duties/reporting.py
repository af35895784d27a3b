"""Did each agency report when its calendar says so? Silence is an event too."""

from __future__ import annotations

import calendar as month_lengths
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.duties.duty import Obligation, State
from hub.duties.rules import Rule, Rules
from hub.mapping.agency import Agency, Reporting
from hub.moment import END_OF_DAY, SHANGHAI, Moment
from hub.periods.calendar import WorkingCalendar
from hub.receiving.parcel import read_name

RULE = "agency.report"


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file that came: its path, when it was complete at its place, and whether it could be read."""

    agency: str
    path: str
    complete_at: datetime
    readable: bool


@dataclass(frozen=True, slots=True)
class _Expected:
    """One period of an agency's reporting calendar."""

    period: str
    opened: date
    due: date
    steps: tuple[str, ...]


def derive_reports(
    agencies: Mapping[str, Agency],
    delivered: Iterable[Delivered],
    rules: Rules,
    calendar: WorkingCalendar,
    as_of: datetime,
    first_periods: Mapping[str, str] | None = None,
) -> list[Obligation]:
    """One obligation for each period that had begun to be owed by the instant.

    first_periods: kind of agency -> the first period owed, in place of the mapping's; a rehearsal on a
    folder takes the first period that any agency of the kind delivered.
    """
    first_of = dict(first_periods or {})
    rule = rules.by_id[RULE]
    came: dict[tuple[str, str], dict[str, datetime]] = {}
    for one in delivered:
        name = read_name(agencies[one.agency], one.path)
        if name is None or not name.period or not one.readable or one.complete_at > as_of:
            continue
        sheets = came.setdefault((one.agency, name.period), {})
        sheets[name.sheet] = min(one.complete_at, sheets.get(name.sheet, one.complete_at))
    today = as_of.astimezone(SHANGHAI).date()
    obligations: list[Obligation] = []
    for code in sorted(agencies):
        reporting = agencies[code].mapping.reporting
        if reporting is None:
            continue
        first = first_of.get(agencies[code].mapping.kind, reporting.first)
        for expected in _expected(reporting, first, today, calendar):
            ended = _complete(reporting, came.get((code, expected.period), {}))
            obligations.append(_obligation(code, expected, ended, rule, calendar, as_of))
    return obligations


def first_period(agencies: Iterable[Agency], delivered: Iterable[Delivered]) -> dict[str, str]:
    """kind of agency -> the first period that any agency of it delivered a file for."""
    by_code = {agency.code: agency for agency in agencies}
    first: dict[str, str] = {}
    for one in delivered:
        agency = by_code[one.agency]
        name = read_name(agency, one.path)
        if name is not None and name.period and agency.mapping.reporting is not None:
            kind = agency.mapping.kind
            first[kind] = min(first.get(kind, name.period), name.period)
    return first


def _complete(reporting: Reporting, sheets: Mapping[str, datetime]) -> datetime | None:
    """When the report was there: all its files where several make it up, else the first file."""
    if reporting.sheets:
        if set(reporting.sheets) - set(sheets):
            return None
        return max(sheets[name] for name in reporting.sheets)
    return min(sheets.values(), default=None)


def _expected(reporting: Reporting, first: str, today: date, calendar: WorkingCalendar) -> Iterator[_Expected]:
    if reporting.every == "month":
        year, month = int(first[:4]), int(first[4:6])
        while True:
            opened = date(year, month, month_lengths.monthrange(year, month)[1])
            if opened > today:
                return
            named = date(year + month // 12, month % 12 + 1, reporting.due_day)
            due = calendar.roll(named)
            rolled = f"，遇非工作日顺延至 {due}" if due != named else ""
            steps = (
                f"报送期间：{year} 年 {month} 月，自月末 {opened} 起算。",
                f"期限：次月 {reporting.due_day} 日即 {named}{rolled}。",
            )
            yield _Expected(f"{year}{month:02}", opened, due, steps)
            year, month = named.year, named.month
    day = date.fromisoformat(first if "-" in first else f"{first[:4]}-{first[4:6]}-{first[6:]}")
    while day <= today:
        if calendar.is_working_day(day):
            yield _Expected(f"{day:%Y%m%d}", day, day, (f"报送期间：工作日 {day}，当日报送。",))
        day += timedelta(days=1)


def _obligation(
    code: str, expected: _Expected, ended: datetime | None, rule: Rule, calendar: WorkingCalendar, as_of: datetime
) -> Obligation:
    due_at = datetime.combine(expected.due, END_OF_DAY, SHANGHAI)
    if ended is None:
        state = State.OPEN if as_of <= due_at else State.OVERDUE
    else:
        state = State.DISCHARGED if ended <= due_at else State.DISCHARGED_LATE
    name = f"{RULE}|{code}|{expected.period}"
    return Obligation(
        obligation_id=f"O{hashlib.sha256(name.encode()).hexdigest()[:16]}",
        case_id=f"report:{code}",
        rule=RULE,
        kind=rule.kind,
        debtor=code,
        creditor="hub",
        opened_at=Moment(expected.opened),
        due_at=due_at,
        state=state,
        ended_at=Moment.of(ended) if ended else None,
        basis=rule.basis,
        ladder=rule.ladder,
        rule_version=rule.version,
        calendar_version=calendar.version,
        provisional=not calendar.published(expected.due.year),
        subject=expected.period,
        steps=expected.steps,
    )
