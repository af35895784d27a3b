"""What would another calendar, or another text of the rules, change over all that the ledger knows?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from hub.duties.amendment import Shift, shifts
from hub.duties.rules import Rules
from hub.hub import Hub
from hub.ladder.hindsight import ToldOtherwise, told_otherwise
from hub.ladder.told import told_so_far
from hub.ledger.facts import facts
from hub.periods.calendar import WorkingCalendar
from hub.usecases.escalate import LADDER_KEPT
from hub.view import look


@dataclass(frozen=True, slots=True)
class Amended:
    """The obligations that come out otherwise as of an instant. compared: how many there were under either.

    told: the rungs that were told under the old due times and stand at another time under the new.
    """

    as_of: datetime
    compared: int
    shifts: tuple[Shift, ...]
    told: tuple[ToldOtherwise, ...]


def amend_calendar(hub: Hub, calendar: WorkingCalendar, as_of: datetime) -> Amended:
    """What the other calendar moves; nothing is written, and what was told stays told."""
    return _amend(hub, replace(hub, calendar=calendar), as_of)


def amend_rules(hub: Hub, before: Rules, after: Rules, as_of: datetime) -> Amended:
    """What the one text of the rules makes otherwise than the other."""
    return _amend(replace(hub, rules=before), replace(hub, rules=after), as_of)


def _amend(before: Hub, after: Hub, as_of: datetime) -> Amended:
    with before.ledger.read() as tx:
        was, now = look(before, tx, as_of).obligations, look(after, tx, as_of).obligations
        told = told_so_far(tx)
        ladders = before.ladders.keeping(fact.attributes["text"] for fact in facts(tx, code=LADDER_KEPT))
    found = shifts(was, now)
    compared = len({one.obligation_id for one in (*was, *now)})
    return Amended(as_of, compared, found, told_otherwise(found, told, ladders))
