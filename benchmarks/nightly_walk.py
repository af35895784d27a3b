"""The peer of the race of the obligations: what a nightly job in plain Python does, day by day, with a table of its own.

It knows the rules that the drawn matters open and nothing else: no scopes beside the row, no versions, no pauses, no
arithmetic in words, no memory of what was told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import chinese_calendar

from hub.link import Case
from hub.moment import SHANGHAI

_DAY = timedelta(days=1)
_END = time(23, 59, 59)
# rule -> opened by, quantity, unit, ended by, within the row, ladder
RULES = {
    "township.decide_transfer": ("transfer.proposed", 3, "day", ("transfer.approved",), True, "reminder"),
    "township.send_referral": ("transfer.approved", 24, "hour", ("referral.sent",), True, "reminder"),
    "township.copy_procuratorate": ("referral.sent", 3, "day", ("copy.received",), False, "reminder"),
    "police.sign_receipt": ("referral.sent", 24, "hour", ("referral.received",), False, "police_silent"),
    "police.decide_filing": (
        "referral.received", 3, "day", ("filing.accepted", "filing.refused"), False, "police_silent",
    ),
    "township.request_reconsideration": (
        "nonfiling.received", 3, "day", ("reconsideration.requested",), True, "",
    ),
    "township.hand_over_items": ("filing.notice_received", 3, "day", ("items.handed_over",), True, "reminder"),
    "township.penalise_after_refusal": (
        "nonfiling.received", 90, "day", ("reconsideration.requested",), False, "reminder",
    ),
    "procuratorate.review_nonprosecution": ("nonprosecution.decided", 10, "working_day", (), False, "own_house"),
    "procuratorate.serve_penalty_opinion": (
        "nonprosecution.decided", 3, "day", ("penalty_opinion.served",), False, "own_house",
    ),
    "procuratorate.copy_justice_bureau": (
        "penalty_opinion.served", 3, "day", ("opinion.copied",), False, "own_house",
    ),
    "justice_bureau.acknowledge_copy": ("opinion.copied", 3, "day", (), False, "reminder"),
    "township.reply_opinion": (
        "penalty_opinion.served", 2, "month", ("opinion.replied",), False, "opinion_unanswered",
    ),
}  # fmt: skip
# ladder -> days past the due time of what is told by itself, and of what a person decides
LADDERS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "": ((), ()),
    "reminder": ((), ()),
    "police_silent": ((0, 1, 3), (3, 10)),
    "opinion_unanswered": ((0,), (3, 10, 20, 30)),
    "own_house": ((0, 1), ()),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """What both ways must agree on: obligations by rule, state and due time; notices that stand; questions to put."""

    obligations: Counter[tuple[str, str, datetime]]
    notices: int
    questions: int


def walk(cases: Iterable[Case], as_of: datetime) -> Tally:
    """Derive and plan as of the instant, with nothing told before."""
    obligations: Counter[tuple[str, str, datetime]] = Counter()
    notices = questions = 0
    for case in cases:
        events = [
            (event.code, event.at.day, event.at.clock, record.key)
            for record in case.records
            for event in record.events
            if event.at.latest() <= as_of or event.at.day <= as_of.date()
        ]
        for rule, (opens, quantity, unit, ends, within_row, ladder) in RULES.items():
            for code, day, clock, key in events:
                if code != opens:
                    continue
                opened = datetime.combine(day, clock or _END, SHANGHAI)
                due_at = _due(day, opened, quantity, unit)
                ended = _ended(events, ends, day, clock, key if within_row else "")
                state = _state(due_at, ended, as_of, right=not ladder)
                obligations[rule, state, due_at] += 1
                told, asked = _rungs(opened, due_at, state, ladder, as_of)
                notices, questions = notices + told, questions + asked
    return Tally(obligations, notices, questions)


def _due(day: date, opened: datetime, quantity: int, unit: str) -> datetime:
    if unit == "hour":
        return opened + timedelta(hours=quantity)
    if unit == "month":
        wanted, month = day.day, day.month + quantity
        last = date(day.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
        while last.day < wanted and (last + _DAY).month == last.month:
            last += _DAY
    else:
        last, left = day, quantity
        while left:
            last += _DAY
            left -= 1 if unit == "day" else chinese_calendar.is_workday(last)
    while not chinese_calendar.is_workday(last):
        last += _DAY
    return datetime.combine(last, _END, SHANGHAI)


def _ended(
    events: Iterable[tuple[str, date, time | None, str]], ends: tuple[str, ...], day: date, clock: time | None, row: str
) -> datetime | date | None:
    """The earliest act that is not before the opening: its instant, or its day where only that is known."""
    found = []
    for code, at, at_clock, key in events:
        if code not in ends or (row and key != row) or at < day:
            continue
        if at == day and clock is not None and at_clock is not None and at_clock < clock:
            continue
        found.append((at, at_clock or time.min, at_clock))
    if not found:
        return None
    at, _, at_clock = min(found, key=lambda one: one[:2])
    return at if at_clock is None else datetime.combine(at, at_clock, SHANGHAI)


def _state(due_at: datetime, ended: datetime | date | None, as_of: datetime, *, right: bool) -> str:
    if ended is None:
        if as_of <= due_at:
            return "open"
        return "lapsed" if right else "overdue"
    in_time = ended <= due_at if isinstance(ended, datetime) else ended <= due_at.date()
    return "discharged" if in_time else "lapsed" if right else "discharged_late"


def _rungs(opened: datetime, due_at: datetime, state: str, ladder: str, as_of: datetime) -> tuple[int, int]:
    """The notices that stand, the reminders among them, and whether a question is put; night by night past the due time."""
    if state == "open":
        return (1 if due_at - min(_DAY, (due_at - opened) / 4) <= as_of else 0), 0
    if state != "overdue":
        return 0, 0
    told = 1
    asked = 0
    by_itself, decided = LADDERS[ladder]
    night, days = due_at, 0
    while night < as_of and days <= max((*by_itself, *decided), default=-1):
        told += by_itself.count(days)
        asked = asked or decided.count(days)
        night, days = night + _DAY, days + 1
    return told, min(asked, 1)
