"""Which events does a row assert, and when?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from hub.ledger.row_form import WrittenEvent, written_event
from hub.mapping.notice import ByWord, EventRule

Lists = Mapping[str, Sequence[Mapping[str, str]]]
"""Field -> the entries of a list of copies."""
# A sheet names some hundred days, each on thousands of rows.
_SEEN = 1 << 14


class Plan(NamedTuple):
    """A rule as it is gone by for every row of a sheet.

    dated_by: the field without which nothing is asserted; empty where a word or a list decides on it. attributes: name
    and field, by name; None where a word decides on one.
    """

    rule: EventRule
    dated_by: str
    attributes: tuple[tuple[str, str], ...] | None


def plan_of(rule: EventRule) -> Plan:
    """The plan of one rule."""
    dated_by = rule.at if isinstance(rule.at, str) and not rule.each else ""
    named = tuple((name, how) for name, how in sorted(rule.attributes.items()) if isinstance(how, str))
    return Plan(rule, dated_by, named if len(named) == len(rule.attributes) else None)


def asserted(
    agency: str, plans: Sequence[Plan], known: Collection[str], fields: Mapping[str, str], lists: Lists
) -> tuple[WrittenEvent, ...]:
    """The events of a row, in the order of the rules: none without a date.

    known: the fields that the sheet may fill.
    """
    events: list[WrittenEvent] = []
    for rule, dated_by, attributes in plans:
        if not dated_by or attributes is None:
            events.extend(_one_by_one(agency, rule, known, fields, lists))
        elif at := fields.get(dated_by):
            code = rule.event if isinstance(rule.event, str) else rule.event.choose(fields)
            if not attributes:
                events += [bare_event(code, at, agency)] if code else []
            elif code:
                events.append(event_of(code, at, agency, [(name, fields.get(field, "")) for name, field in attributes]))
    return tuple(events)


def _one_by_one(
    agency: str, rule: EventRule, known: Collection[str], fields: Mapping[str, str], lists: Lists
) -> Iterator[WrittenEvent]:
    for given in lists.get(rule.each, ()) if rule.each else (fields,):
        code = rule.event.choose(fields) if isinstance(rule.event, ByWord) else rule.event
        dated_by = rule.at.choose(fields) if isinstance(rule.at, ByWord) else rule.at
        at = given.get(dated_by, "")
        if code and at:
            attributes = sorted((n, v) for n, how in rule.attributes.items() if (v := _attribute(how, given, known)))
            yield written_event(code, at, agency, attributes)


def _attribute(how: str | ByWord, fields: Mapping[str, str], known: Collection[str]) -> str:
    """The value of an attribute: of the field that is named, or the word itself where it names none."""
    if isinstance(how, str):
        return fields.get(how, "")
    chosen = how.choose(fields)
    return fields.get(chosen, "" if chosen in known else chosen)


@lru_cache(_SEEN)
def bare_event(code: str, at: str, agency: str) -> WrittenEvent:
    """An event without attributes; a sheet holds the same again and again."""
    return written_event(code, at, agency, ())


def event_of(code: str, at: str, agency: str, attributes: Iterable[tuple[str, str]]) -> WrittenEvent:
    """An event with those of its attributes that say something, in their order."""
    return written_event(code, at, agency, [(name, value) for name, value in attributes if value])
