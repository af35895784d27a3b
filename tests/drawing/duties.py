"""What is owed, and what became of it? The mechanism's rules over the events of a drawing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from tests.drawing.duedays import Period, When, before, day_of, due, end_of, in_time
from tests.drawing.model import Case, Event
from tests.drawing.places import AS_OF
from tests.drawing.rules import BY_NAME, RULES, TOWN, Rule, Share


@dataclass(frozen=True)
class Duty:
    """A duty of one case, as it stands at the drawing's end."""

    case: Case
    rule: str
    debtor: str
    creditor: str
    opened: When
    due_at: datetime
    state: str
    ended: When | None
    opening: Event | None = None

    @property
    def late_by(self) -> int | None:
        """Calendar days beyond the due day, for what is late."""
        if self.state not in {"overdue", "discharged_late"}:
            return None
        return (day_of(self.ended or AS_OF) - self.due_at.date()).days


def duties(events: Iterable[Event]) -> list[Duty]:
    """Every duty of every case."""
    by_case: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        by_case[id(event.case)].append(event)
    return [duty for mine in by_case.values() for duty in _of_case(mine)]


def _of_case(events: list[Event]) -> Iterator[Duty]:
    for rule in RULES:
        if rule.opens == ("missed",):
            continue
        for opening in events:
            if opening.code in rule.opens and _opens(rule, opening, events):
                duty = _duty(rule, opening, events)
                yield duty
                missed = duty.state == "overdue" or (duty.state == "discharged_late")
                if rule.name == "township.act_on_transfer_opinion" and missed:
                    day = duty.due_at.date()
                    yield _duty(
                        BY_NAME["procuratorate.notify_police_of_refusal"], _at(opening, day), events, opened=day
                    )


def _at(event: Event, at: When) -> Event:
    return Event(event.case, "missed", at, event.agency, event.source, township=event.township)


def _opens(rule: Rule, opening: Event, events: list[Event]) -> bool:
    if rule.name == "police.conclude_supervised_case":
        return any(e.code == "filing.ordered" and not before(opening.at, e.at) for e in events)
    wanted = {
        "township.request_supervision": "upheld",
        "procuratorate.answer_consultation": "yes",
        "township.perform_opinion": "penalty_opinion/in_progress",
    }.get(rule.name)
    return wanted is None or opening.flag == wanted


def _shares(share: Share, opening: Event, ending: Event) -> bool:
    if share == "person":
        return bool(opening.persons & ending.persons)
    if share == "performance":
        return ending.code == "penalty.decided" or ending.letter == opening.letter
    return share == "case" or getattr(opening, share) == getattr(ending, share)


def _due(rule: Rule, opening: Event, events: list[Event]) -> datetime:
    if rule.name == "police.decide_filing":
        extensions = [
            e
            for e in events
            if e.code == "filing.extended" and e.police_case == opening.police_case and not before(e.at, opening.at)
        ]
        if extensions:
            return due(opening.at, Period(max(extensions, key=lambda e: e.at).days, "day"))
    if rule.name in {"township.reply_opinion", "township.reply_suggestion"} and opening.reply_by is not None:
        return end_of(opening.reply_by)
    if rule.name == "township.reply_suggestion" and opening.flag == "urgent":
        return due(opening.at, Period(15, "day"))
    return due(opening.at, rule.period)


def _duty(rule: Rule, opening: Event, events: list[Event], *, opened: When | None = None) -> Duty:
    due_at = _due(rule, opening, events)
    endings = [
        e for e in events if e.code in rule.ends and not before(e.at, opening.at) and _shares(rule.share, opening, e)
    ]
    ended = min((e.at for e in endings), key=lambda at: (day_of(at), at.isoformat()), default=None)
    over = due_at < AS_OF
    if ended is not None and in_time(ended, due_at):
        state = "discharged"
    elif rule.right:
        state, ended = ("lapsed", None) if over else ("open", None)
    elif ended is not None:
        state = "discharged_late"
    else:
        state = "overdue" if over else "open"
    if rule.name == "procuratorate.serve_penalty_opinion":
        no = [
            e for e in events if e.code == "nonprosecution.reviewed" and e.flag == "no" and e.persons & opening.persons
        ]
        if no:
            state, ended = "void", no[0].at
    township = opening.township or next((e.township for e in events if e.township), "")
    names = {TOWN: township, "head": f"{township}/head", "asker": opening.agency}
    return Duty(
        opening.case,
        rule.name,
        names.get(rule.debtor, rule.debtor),
        names.get(rule.creditor, rule.creditor),
        opened or opening.at,
        due_at,
        state,
        ended,
        opening,
    )
