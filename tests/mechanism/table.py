"""Which lines does the law's table hold, and which must it hold for each rule? The second follows from the rules alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from hub.duties.rules import Alternative, Rule
from hub.event_codes import EVENTS
from hub.periods.period import Unit
from tests.mechanism import (
    test_consultations_and_clues,
    test_decisions_owed,
    test_exchange_duties,
    test_forward_referral,
    test_opinions,
    test_reverse_referral,
    test_supervision_of_filing,
)
from tests.mechanism.line import Line

FAMILIES = (
    test_forward_referral,
    test_supervision_of_filing,
    test_opinions,
    test_reverse_referral,
    test_consultations_and_clues,
    test_exchange_duties,
    test_decisions_owed,
)
LINES: tuple[Line, ...] = tuple(one for family in FAMILIES for one in family.LINES)
# rule -> the test module that holds its lines
MODULES: Mapping[str, str] = MappingProxyType(
    {one.rule: f"{family.__name__.replace('.', '/')}.py" for family in FAMILIES for one in family.LINES}
)
_ASSERTED = frozenset[str]().union(*EVENTS.values())


def aspects_of(rule: Rule) -> set[str]:
    """Every aspect that the data of a rule calls for; a line shows each at least once."""
    wanted = {"on_time", "late", "missing", "open", "scope", "holiday"}
    if any(opening.event in _ASSERTED or opening.missed for opening in rule.opens):
        wanted.add("early")
    if any(opening.where or opening.after or opening.missed for opening in rule.opens):
        wanted.add("not_opened")
    if rule.period is not None and rule.period.unit is Unit.MONTH:
        wanted.add("month_end")
    if rule.letter_date:
        wanted.add("letter_date")
    if rule.void_when:
        wanted.add("void")
    if rule.per_agency:
        wanted.add("per_agency")
    if rule.pauses:
        wanted.add("paused")
    wanted |= {f"special:{'+'.join(special.where)}" for special in rule.special}
    if rule.replaced_by:
        wanted |= {"extended:latest", *(f"extended:{days}" for days in rule.replaced_by.allowed)}
    if any(ending.event == "referral.rerouted" for ending in rule.ends):
        wanted.add("restart")
    if len(rule.opens) > 1:
        wanted |= {f"opens:{opening.event}" for opening in rule.opens}
    if len(rule.ends) > 1:
        wanted |= {f"ends:{ending.event}" for ending in rule.ends}
    return wanted | {_named(alternative) for alternative in rule.alternatives}


def gaps(rules: Iterable[Rule], lines: Iterable[Line]) -> list[str]:
    """`rule-aspect` of everything that the rules call for and no line shows."""
    shown = {(one.rule, one.kind) for one in lines}
    return [
        f"{rule.id}-{aspect}" for rule in rules for aspect in sorted(aspects_of(rule)) if (rule.id, aspect) not in shown
    ]


def _named(alternative: Alternative) -> str:
    return f"use:{alternative.name}"
