"""`hub due`: when is it due, under which alternative, and why then?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

import typer

from cli.session import AsJson, settings, show, show_object
from hub.duties.rules import Rule, Rules, load_rules
from hub.errors import ConfigurationFault
from hub.moment import Moment
from hub.periods.calendar import WorkingCalendar, load_calendar
from hub.periods.pauses import Pause
from hub.periods.period import Due, Period, due, letter_date
from hub.settings import read_day, read_moment

WRITTEN, WRITTEN_NOTE = "as_written", "按规则原文 / as the rule is written"


def register(commands: typer.Typer) -> None:
    """Add the subcommand."""
    commands.command("due")(_due)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the officer asks about one rule."""

    start: Moment
    days: int
    letter: date | None
    urgent: bool
    pauses: tuple[Pause, ...]

    def answer(self, rule: Rule, calendar: WorkingCalendar) -> tuple[str, Due]:
        """The period in words, and the due time, under this alternative of the rule."""
        if self.urgent and not rule.special:
            raise ConfigurationFault(f"{rule.id}: knows no urgent letters")
        if self.letter is not None:
            if not rule.letter_date:
                raise ConfigurationFault(f"{rule.id}: no letter sets its day")
            if self.letter < self.start.day:
                raise ConfigurationFault(f"--reply-by: {self.letter} lies before {self.start.day}, when it opened")
            return f"reply_by {self.letter}", letter_date(self.letter)
        period = rule.length({"urgent": "yes"} if self.urgent else {})
        if period is None:
            raise ConfigurationFault(f"{rule.id}: its period stands in the agency's mapping")
        period, said = self._extended(rule, period)
        try:
            found = due(self.start, period, calendar, self.pauses)
        except OverflowError as fault:
            raise ConfigurationFault(f"--from: {self.start}: no calendar goes so far") from fault
        return str(period), replace(found, steps=(*said, *found.steps))

    def _extended(self, rule: Rule, period: Period) -> tuple[Period, Sequence[str]]:
        if not self.days:
            return period, ()
        if rule.replaced_by is None:
            raise ConfigurationFault(f"{rule.id}: no extension is provided for")
        return rule.replaced_by.length(period, self.days), rule.replaced_by.steps(self.days)


def _due(
    rule: Annotated[str, typer.Argument(help="A rule id, e.g. police.decide_filing.")],
    opened: Annotated[str, typer.Option("--from", help="When it opened: a day or an instant.")],
    days: Annotated[int, typer.Option("--days", min=0, max=9999, help="The days of an extension in force.")] = 0,
    reply_by: Annotated[str, typer.Option("--reply-by", help="The day that the letter itself sets.")] = "",
    urgent: Annotated[bool, typer.Option("--urgent", help="An urgent letter.")] = False,
    pause: Annotated[
        list[str] | None,
        typer.Option("--pause", help="The clock stood still: A..B, days or instants; may be repeated."),
    ] = None,
    alternative: Annotated[
        str, typer.Option("--alternative", help="Under another alternative than the one in use; several joined by +.")
    ] = "",
    every: Annotated[bool, typer.Option("--all", help="Compare every alternative: a line for each.")] = False,
    as_json: AsJson = False,
) -> None:
    """One due time, computed step by step, with basis and calendar."""
    chosen = settings()
    calendar = load_calendar(chosen.mappings / "calendars")
    written = load_rules(chosen.mappings / "rules.yaml", as_written=True)
    start = read_moment("--from", opened)
    asked = Asked(
        start, days, read_day("--reply-by", reply_by) if reply_by else None, urgent, tuple(map(_pause, pause or ()))
    )
    found = _in_force(written, rule, start)
    used = found.use
    if every:
        _compare(asked, found, written, calendar, as_json)
        return
    if alternative:
        _must_know(alternative, found, written)
        found = found.model_copy(update={"use": "" if alternative == WRITTEN else alternative})
    found = found.in_use(written.common)
    period, result = asked.answer(found, calendar)
    show_object(
        {
            "rule": rule,
            "title": found.title,
            "basis": found.basis,
            "from": str(start),
            "period": period,
            "alternative": (found.use or WRITTEN) + (" (in use)" if found.use == used else ""),
            "note": _note(found, written),
            "due_at": result.due_at.isoformat(),
            "provisional": result.provisional,
            "rule_version": found.version,
            "calendar_version": calendar.version,
            **_extension(asked, found),
            "steps": list(result.steps),
        },
        as_json,
    )


def _compare(asked: Asked, rule: Rule, rules: Rules, calendar: WorkingCalendar, as_json: bool) -> None:
    """A line for each alternative of the rule: what it is called, its period, when it is due, and its note."""
    rows = []
    for name in _alternatives(rule, rules):
        under = rule.model_copy(update={"use": "" if name == WRITTEN else name}).in_use(rules.common)
        period, found = asked.answer(under, calendar)
        in_use = "*" if under.use == rule.use else ""
        due_at = found.due_at.isoformat()
        rows.append((name, in_use, period, due_at, "yes" if found.provisional else "no", _note(under, rules)))
    show(("alternative", "in_use", "period", "due_at", "provisional", "note"), rows, as_json)


def _alternatives(rule: Rule, rules: Rules) -> Iterator[str]:
    yield WRITTEN
    names = [alternative.name for alternative in rule.alternatives]
    names += [r.name for r in rules.common if rule.period is not None and r.over(rule.period) is not None]
    yield from dict.fromkeys(names)
    if rule.use and rule.use not in names:
        yield rule.use


def _must_know(asked: str, rule: Rule, rules: Rules) -> None:
    known = list(_alternatives(rule, rules))
    if asked not in known and (unknown := [name for name in asked.split("+") if name not in known]):
        raise ConfigurationFault(f"{rule.id}: no alternative is named {unknown[0]}; there are {', '.join(known)}")


def _note(rule: Rule, rules: Rules) -> str:
    notes = {one.name: one.note for one in rules.common} | {one.name: one.note for one in rule.alternatives}
    return "；".join(notes[name] for name in rule.use.split("+") if name) or WRITTEN_NOTE


def _extension(asked: Asked, rule: Rule) -> dict[str, object]:
    if not asked.days or rule.replaced_by is None:
        return {}
    if asked.days in rule.replaced_by.allowed:
        return {"lawful": True}
    return {"lawful": False, "lawful_tiers": [f"{tier.quantity}：{tier}" for tier in rule.replaced_by.tiers]}


def _in_force(rules: Rules, rule_id: str, start: Moment) -> Rule:
    if rule_id not in rules.by_id:
        raise ConfigurationFault(f"{rule_id}: no such rule; there are {', '.join(sorted(rules.by_id))}")
    found = rules.in_force(rule_id, start.day)
    if found is None:
        raise ConfigurationFault(f"{rule_id}: not in force on {start.day}")
    return found


def _pause(text: str) -> Pause:
    since, _, until = text.partition("..")
    if not until:
        raise ConfigurationFault(f"--pause: {text!r} is not of the form A..B")
    pause = read_moment("--pause", since), read_moment("--pause", until)
    if pause[1].before(pause[0]):
        raise ConfigurationFault(f"--pause: {until} lies before {since}")
    return pause
