"""Which events does a row assert, and when?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from hub.mapping.notice import ByWord, EventRule
from hub.model import Event
from hub.moment import Moment

# A sheet names some hundred days, each on thousands of rows.
_SEEN = 1 << 14


def asserted(
    agency: str,
    rule: EventRule,
    known: Collection[str],
    fields: Mapping[str, str],
    lists: Mapping[str, Sequence[Mapping[str, str]]],
) -> Iterator[Event]:
    """The events of one rule: none without a date, one for each entry where the rule goes by a list.

    known: the fields that the sheet may fill. lists: field -> the entries of a list of copies.
    """
    for given in lists.get(rule.each, ()) if rule.each else (fields,):
        dated_by = rule.at.choose(fields) if isinstance(rule.at, ByWord) else rule.at
        at = given.get(dated_by, "")
        code = (rule.event.choose(fields) if isinstance(rule.event, ByWord) else rule.event) if at else ""
        if not code:
            continue
        if not rule.attributes:
            yield event(code, at, agency)
            continue
        attributes = sorted((n, v) for n, how in rule.attributes.items() if (v := _attribute(how, given, known)))
        yield Event(code, _moment(at), agency, tuple(attributes))


def _attribute(how: str | ByWord, fields: Mapping[str, str], known: Collection[str]) -> str:
    """The value of an attribute: of the field that is named, or the word itself where it names none."""
    if isinstance(how, str):
        return fields.get(how, "")
    chosen = how.choose(fields)
    return fields.get(chosen, "" if chosen in known else chosen)


@lru_cache(_SEEN)
def event(code: str, at: str, agency: str) -> Event:
    """An event without attributes. at: as `str(moment)` writes it."""
    return Event(code, _moment(at), agency)


@lru_cache(_SEEN)
def _moment(text: str) -> Moment:
    return Moment.parse(text)
