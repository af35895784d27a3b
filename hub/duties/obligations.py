"""What does each agency owe, whom, by when, and did it act? Pure functions of events, rules, calendar and instant."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from hub.cycles import cycles_left_alone
from hub.duties.duty import Obligation, RuleKind, State
from hub.duties.rules import Ending, Opening, Role, Rule, Rules, Scope
from hub.duties.scopes import speak_of_one, speaks_of_another, subject_of
from hub.duties.suspensions import Suspension, by_obligation
from hub.duties.tiers import read_quantity
from hub.errors import ConfigurationFault
from hub.link import Case
from hub.link.signs import TOWNSHIP_KINDS, unit_of
from hub.model import Event, Record, RecordKind
from hub.moment import Moment
from hub.periods.calendar import WorkingCalendar
from hub.periods.pauses import Pause
from hub.periods.period import Due, due, letter_date


@dataclass(frozen=True, slots=True)
class Fact:
    """An event with the record that asserts it. place: its order among the events of that record."""

    event: Event
    record: Record
    place: int

    @property
    def attributes(self) -> Mapping[str, str]:
        """The event's attributes, by name."""
        return dict(self.event.attributes)


@dataclass(frozen=True, slots=True)
class _Opened:
    """An obligation's start: where it came from, when, and under which rule."""

    rule: Rule
    fact: Fact
    at: Moment
    key: str


def derive(
    cases: Iterable[Case],
    rules: Rules,
    calendar: WorkingCalendar,
    as_of: datetime,
    stopped: Iterable[Suspension] = (),
) -> list[Obligation]:
    """Every obligation that had opened by the instant, in a stable order. Later events do not exist for it.

    stopped: when the clocks of single obligations stood still by decisions that no record asserts.
    """
    with cycles_left_alone():
        return _derive(cases, rules, calendar, as_of, by_obligation(stopped, as_of))


def _derive(
    cases: Iterable[Case],
    rules: Rules,
    calendar: WorkingCalendar,
    as_of: datetime,
    stops: Mapping[str, Sequence[Suspension]],
) -> list[Obligation]:
    by_event, missed = _rules_by_opening(rules)
    now = Moment.of(as_of)
    derived: list[Obligation] = []
    for case in cases:
        facts = _facts_until(case, now)
        by_code: dict[str, list[Fact]] = defaultdict(list)
        for fact in facts:
            by_code[fact.event.code].append(fact)
        own: list[Obligation] = []
        for fact in facts:
            for rule_id in by_event.get(fact.event.code, ()):
                opened = _open(rules, rule_id, fact, by_code)
                if opened is not None:
                    own.append(_judge(case, opened, by_code, calendar, as_of, stops))
        for rule_id, watched in missed:
            for obligation in [o for o in own if o.rule == watched]:
                opened = _open_missed(rules, rule_id, obligation, facts, as_of)
                if opened is not None:
                    own.append(_judge(case, opened, by_code, calendar, as_of, stops))
        derived.extend(own)
    return sorted(derived, key=lambda o: (o.case_id, o.rule, o.opened_at.sort_key(), o.due_at, o.obligation_id))


def _rules_by_opening(rules: Rules) -> tuple[Mapping[str, Sequence[str]], Sequence[tuple[str, str]]]:
    """event code -> ids of the rules it may open; and (rule, the rule whose missed due day opens it)."""
    by_event: dict[str, list[str]] = defaultdict(list)
    missed: set[tuple[str, str]] = set()
    for rule in rules.every:
        for opening in rule.opens:
            if opening.event and rule.id not in by_event[opening.event]:
                by_event[opening.event].append(rule.id)
            if opening.missed:
                missed.add((rule.id, opening.missed))
    return by_event, sorted(missed)


def _facts_until(case: Case, now: Moment) -> list[Fact]:
    facts = [
        Fact(event, record, place)
        for record in case.records
        for place, event in enumerate(record.events)
        if not event.at.after(now)
    ]
    return sorted(facts, key=lambda f: (f.event.at.sort_key(), f.event.code, f.record.source, f.place))


def _open(rules: Rules, rule_id: str, fact: Fact, by_code: Mapping[str, Sequence[Fact]]) -> _Opened | None:
    rule = rules.in_force(rule_id, fact.event.at.day)
    if rule is None or not any(_opens(opening, fact, by_code) for opening in rule.opens):
        return None
    copies = sum(e.code == fact.event.code for e in fact.record.events[: fact.place])
    return _Opened(rule, fact, fact.event.at, f"{fact.event.code}|{copies}")


def _opens(opening: Opening, fact: Fact, by_code: Mapping[str, Sequence[Fact]]) -> bool:
    if opening.event != fact.event.code or (opening.where and not opening.fits(fact.attributes)):
        return False
    return not opening.after or any(not fact.event.at.before(f.event.at) for f in by_code.get(opening.after, ()))


def _open_missed(
    rules: Rules, rule_id: str, watched: Obligation, facts: Sequence[Fact], as_of: datetime
) -> _Opened | None:
    """Opens on the due day of an act that had not come by then, whether or not it came later."""
    if watched.state not in (State.OVERDUE, State.DISCHARGED_LATE) or watched.due_at >= as_of:
        return None
    day = Moment(Moment.of(watched.due_at).day)
    rule = rules.in_force(rule_id, day.day)
    fact = next(f for f in facts if f.record.source == watched.opened_by)
    return None if rule is None else _Opened(rule, fact, day, f"missed|{watched.obligation_id}")


def _judge(
    case: Case,
    opened: _Opened,
    by_code: Mapping[str, Sequence[Fact]],
    calendar: WorkingCalendar,
    as_of: datetime,
    stops: Mapping[str, Sequence[Suspension]],
) -> Obligation:
    rule, fact = opened.rule, opened.fact
    obligation_id = _obligation_id(opened)
    own = stops.get(obligation_id, ())
    due_by = _due(opened, by_code, calendar, [one.pause(as_of) for one in own])
    ended = _first(rule.ends, opened, by_code)
    void = _first((rule.void_when,), opened, by_code) if rule.void_when else None
    state, ended_by = _state(rule.kind, due_by.due_at, ended, void, as_of)
    township = _township(case, fact)
    return Obligation(
        obligation_id=obligation_id,
        case_id=case.case_id,
        rule=rule.id,
        kind=rule.kind,
        debtor=_agency(rule.debtor, fact, township),
        creditor=_agency(rule.creditor, fact, township),
        opened_at=opened.at,
        due_at=due_by.due_at,
        state=state,
        ended_at=ended_by.event.at if ended_by else None,
        basis=rule.basis,
        ladder=rule.ladder,
        rule_version=rule.version,
        calendar_version=calendar.version,
        provisional=due_by.provisional,
        subject=subject_of(rule.scope, fact.record),
        opened_by=fact.record.source,
        ended_by=ended_by.record.source if ended_by else "",
        steps=(*due_by.steps, *(one.line() for one in own)) if own else due_by.steps,
    )


def _due(
    opened: _Opened, by_code: Mapping[str, Sequence[Fact]], calendar: WorkingCalendar, stopped: Sequence[Pause]
) -> Due:
    rule, fact = opened.rule, opened.fact
    if rule.letter_date and (day := fact.event.attribute(rule.letter_date)):
        return letter_date(date.fromisoformat(day))
    period = rule.length(fact.attributes)
    if period is None:
        raise ConfigurationFault(f"{rule.id}: an event opens it, so it needs a period of its own")
    pauses = [*_pauses(opened, by_code), *stopped]
    if rule.replaced_by:
        # One whose length cannot be read takes nothing from one before it.
        replacing = [
            (f, quantity)
            for f in by_code.get(rule.replaced_by.event, ())
            if speak_of_one(rule.scope, fact.record, f.record)
            and not f.event.at.before(fact.event.at)
            and (quantity := read_quantity(f.event.attribute(rule.replaced_by.attribute))) is not None
        ]
        if replacing:
            latest, quantity = max(replacing, key=lambda one: (one[0].event.at.sort_key(), one[0].record.source))
            extended = due(opened.at, rule.replaced_by.length(period, quantity), calendar, pauses)
            steps = rule.replaced_by.steps(quantity, latest.record.get("doc_no"))
            return replace(extended, steps=(*steps, *extended.steps))
    return due(opened.at, period, calendar, pauses)


def _pauses(opened: _Opened, by_code: Mapping[str, Sequence[Fact]]) -> list[Pause]:
    pauses: list[Pause] = []
    for pause in opened.rule.pauses:
        for start in by_code.get(pause.start, ()):
            if start.event.at.before(opened.at):
                continue
            ends = [f.event.at for f in by_code.get(pause.end, ()) if not f.event.at.before(start.event.at)]
            if ends:
                pauses.append((start.event.at, min(ends, key=Moment.sort_key)))
    return pauses


def _first(ends: Iterable[Ending], opened: _Opened, by_code: Mapping[str, Sequence[Fact]]) -> Fact | None:
    """The earliest ending event that is not before the opening and shares what the rule asks for."""
    fitting = [
        fact
        for ending in ends
        for fact in by_code.get(ending.event, ())
        if not fact.event.at.before(opened.at)
        and (not ending.where or ending.fits(fact.attributes))
        and _shares(ending.scope or opened.rule.scope, opened.fact.record, fact.record, by_code)
    ]
    if not fitting:
        return None
    return min(fitting, key=lambda f: (f.event.at.sort_key(), f.record.source))


def _shares(scope: Scope, opening: Record, other: Record, by_code: Mapping[str, Sequence[Fact]]) -> bool:
    """Whether two records of a case speak of one, and of a letter not, to the last character, of another of the case."""
    if not speak_of_one(scope, opening, other):
        return False
    records = (fact.record for facts in by_code.values() for fact in facts)
    return scope is not Scope.LETTER or not speaks_of_another(opening, other, records)


def _state(
    kind: RuleKind, due_at: datetime, ended: Fact | None, void: Fact | None, as_of: datetime
) -> tuple[State, Fact | None]:
    if void is not None:
        return State.VOID, void
    if ended is None:
        if as_of <= due_at:
            return State.OPEN, None
        return (State.LAPSED if kind is RuleKind.RIGHT else State.OVERDUE), None
    in_time = not ended.event.at.after(_moment(due_at))
    if kind is RuleKind.RIGHT and not in_time:
        return State.LAPSED, None  # late use does not revive a right
    return (State.DISCHARGED if in_time else State.DISCHARGED_LATE), ended


# Obligations share their due times: see hub.periods.period.
_moment = lru_cache(maxsize=65536)(Moment.of)


def _township(case: Case, fact: Fact) -> str:
    """The township of the matter: the record's own or the one it names, else the one that referred."""
    if unit := unit_of(fact.record):
        return unit
    number = fact.record.get("police_case_no")
    named = [unit_of(r) for r in case.of_kind(RecordKind.ACCEPTANCE) if number and r.get("police_case_no") == number]
    named += [r.agency for r in case.records if r.kind in TOWNSHIP_KINDS]
    named += [unit_of(r) for r in case.records]
    return next(filter(None, named), "")


def _agency(role: Role, fact: Fact, township: str) -> str:
    if role is Role.TOWNSHIP:
        return township
    if role is Role.TOWNSHIP_HEAD:
        return f"{township}/head"
    if role is Role.ASKER:
        return fact.event.agency
    return str(role)


def _obligation_id(opened: _Opened) -> str:
    record = opened.fact.record
    name = "|".join((opened.rule.id, record.agency, str(record.kind), record.key, opened.key))
    return f"O{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def iter_overdue(obligations: Iterable[Obligation]) -> Iterator[Obligation]:
    """Those whose time is over without the act."""
    return (o for o in obligations if o.state is State.OVERDUE)
