"""What became of the obligations between two looks at them, and why?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from hub.duties.duty import Obligation, State
from hub.moment import SHANGHAI, Moment
from hub.words import Word


class What(Word):
    """What became of an obligation between two looks."""

    OPENED = "opened"
    ENDED = "ended"
    FELL_OVERDUE = "fell_overdue"
    LAPSED = "lapsed"
    VOIDED = "voided"
    REOPENED = "reopened"
    DUE_MOVED = "due_moved"
    GONE = "gone"


_BY_STATE = {
    State.OPEN: What.REOPENED,
    State.OVERDUE: What.FELL_OVERDUE,
    State.DISCHARGED: What.ENDED,
    State.DISCHARGED_LATE: What.ENDED,
    State.LAPSED: What.LAPSED,
    State.VOID: What.VOIDED,
}
_ENDED = (State.DISCHARGED, State.DISCHARGED_LATE, State.LAPSED, State.VOID)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that became of one obligation. obligation: as it is now, or as it was where it is gone.

    at: when, in the world. was, now: state or due time, in words. why: what it rests on. source: the record that made
    the difference; empty where time did, or the hub itself.
    """

    what: What
    obligation: Obligation
    at: Moment
    was: str
    now: str
    why: str
    source: str = ""


def compare(before: Iterable[Obligation], after: Iterable[Obligation]) -> list[Change]:
    """Every change from the one look to the other, in order of time; the looks may differ in instant and in knowledge."""
    was = {one.obligation_id: one for one in before}
    now = {one.obligation_id: one for one in after}
    changes = [_gone(one) for key, one in was.items() if key not in now]
    for key, one in now.items():
        changes += _changes(was.get(key), one)
    return sorted(changes, key=lambda c: (c.at.sort_key(), c.obligation.rule, c.obligation.obligation_id, c.what))


def _changes(before: Obligation | None, after: Obligation) -> Iterator[Change]:
    if before is None:
        yield Change(What.OPENED, after, after.opened_at, "", str(State.OPEN), after.basis, after.opened_by)
        if after.state is not State.OPEN:
            yield _state_changed(after, str(State.OPEN))
        return
    if before.due_at != after.due_at:
        yield Change(
            What.DUE_MOVED, after, Moment.of(after.due_at), _shown(before.due_at), _shown(after.due_at),
            _why_moved(before, after), after.opened_by,
        )  # fmt: skip
    if before.state is not after.state:
        yield _state_changed(after, str(before.state))


def _state_changed(after: Obligation, was: str) -> Change:
    what = What.REOPENED if was in _ENDED and after.state not in _ENDED else _BY_STATE[after.state]
    if after.ended_at is not None:
        waived = after.steps[-1] if after.state is State.VOID and not after.ended_by and after.steps else ""
        return Change(what, after, after.ended_at, was, str(after.state), waived, after.ended_by)
    why = f"期限 {_shown(after.due_at)} 已过，未见办理。" if after.state in (State.OVERDUE, State.LAPSED) else ""
    return Change(what, after, Moment.of(after.due_at), was, str(after.state), why)


def _gone(before: Obligation) -> Change:
    why = "已没有产生该事项的记录或者行为。"
    return Change(What.GONE, before, before.opened_at, str(before.state), "", why, before.opened_by)


def _why_moved(before: Obligation, after: Obligation) -> str:
    """The lines of the arithmetic that were not there before, and the versions where they differ."""
    versions = [
        f"{name}由 {old} 改为 {new}。"
        for name, old, new in (
            ("规则版本", before.rule_version, after.rule_version),
            ("日历版本", before.calendar_version, after.calendar_version),
        )
        if old != new
    ]
    return " ".join([*versions, *(step for step in after.steps if step not in before.steps)])


def _shown(due_at: datetime) -> str:
    return f"{due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
