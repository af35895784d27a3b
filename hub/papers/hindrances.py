"""What stands against a paper of this matter, though every field may be there?"""

from __future__ import annotations

from hub.duties.duty import State
from hub.duties.rules import Scope
from hub.duties.scopes import speak_of_one, subject_of
from hub.model import Record
from hub.moment import Moment
from hub.papers.matter import Matter
from hub.papers.rules import Condition, PaperRule

_DONE = (State.DISCHARGED, State.DISCHARGED_LATE)


def hindrances(paper: PaperRule, matter: Matter, *, again: bool = False) -> tuple[str, ...]:
    """Why it may not be drafted by the matter's instant, for people; empty where nothing stands against it.

    again: another one is wanted although the duty that the paper performs is done. What an event says counts whatever
    is wanted.
    """
    owed = matter.obligation
    told = []
    if paper.performs and owed is not None:
        if owed.state is State.VOID:
            told.append(f"“{matter.title}”已无须办理")
        if owed.state in _DONE and not again:
            told.append(f"“{matter.title}”已经办结，确需另行拟制的用 --again")
    told += [need.says for need in paper.needs if not _happened(need, matter)]
    told += [bar.says for bar in paper.barred_by if _happened(bar, matter)]
    return tuple(told)


def _happened(condition: Condition, matter: Matter) -> bool:
    now = Moment.of(matter.as_of)
    return any(
        event.code == condition.event and not event.at.after(now) and condition.fits(dict(event.attributes))
        for record in matter.records
        if _concerns(condition.scope or Scope.CASE, matter, record)
        for event in record.events
    )


def _concerns(scope: Scope, matter: Matter, record: Record) -> bool:
    """Whether a record speaks of what the paper is about; where nobody says what that is, every one of the case does."""
    about = [one for one in matter.records if one.source in matter.focus and subject_of(scope, one)]
    return not about or any(speak_of_one(scope, one, record) for one in about)
