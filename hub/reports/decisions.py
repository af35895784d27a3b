"""What was put to people, what did they answer, how soon; and which rungs were told?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.ladder.rung import Outcome, Told
from hub.ledger.facts import Fact
from hub.reports.figures import Spread
from hub.reports.span import Span

_HOUR = 3600
_ANSWERS = (Outcome.APPROVED, Outcome.DECLINED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that waits: since when, about which rule of whom, and which paper it would send."""

    asked_at: datetime
    rule: str
    debtor: str
    document: str


@dataclass(frozen=True, slots=True)
class Decisions:
    """asked: put in the span; of these approved, declined, and answered by the facts themselves (withdrawn).

    waiting: all that waited at the instant, whenever they were put, the oldest first. hours: from asking to answer.
    """

    asked: int
    approved: int
    declined: int
    withdrawn: int
    hours: Spread
    waiting: tuple[Waiting, ...]

    @property
    def answered(self) -> int:
        """Approved or declined."""
        return self.approved + self.declined


@dataclass(frozen=True, slots=True)
class RungCount:
    """How often one rung of one ladder was told in the span, and how often it was put to a person."""

    ladder: str
    rung: int
    told: int
    put: int


def measure_decisions(facts: Iterable[Fact], span: Span) -> Decisions:
    """Judge the questions by everything that these facts say; they hold nothing later than the report's instant."""
    asked: dict[tuple[str, int], Fact] = {}
    ended: dict[tuple[str, int], Told] = {}
    for fact in facts:
        told = Told.read(fact.code, fact.subject, fact.at, "")
        if told is None:
            continue
        if told.outcome is Outcome.PROPOSED:
            asked.setdefault((told.rung_key, told.attempt), fact)
        elif told.outcome in (*_ANSWERS, Outcome.WITHDRAWN):
            ended.setdefault((told.rung_key, told.attempt), told)
    put = {key: fact for key, fact in asked.items() if span.holds(fact.at)}
    outcomes = [ended[key].outcome for key in put if key in ended]
    hours = [
        (ended[key].at - fact.at).total_seconds() / _HOUR
        for key, fact in put.items()
        if key in ended and ended[key].outcome in _ANSWERS
    ]
    return Decisions(
        len(put),
        outcomes.count(Outcome.APPROVED),
        outcomes.count(Outcome.DECLINED),
        outcomes.count(Outcome.WITHDRAWN),
        Spread.of(hours),
        tuple(sorted((_waiting(f) for key, f in asked.items() if key not in ended), key=lambda w: (w.asked_at, w.rule, w.debtor))),
    )  # fmt: skip


def count_rungs(facts: Iterable[Fact], span: Span) -> tuple[RungCount, ...]:
    """Each rung of each ladder that was told or put in the span."""
    told: Mapping[tuple[str, int], list[Outcome]] = defaultdict(list)
    for fact in facts:
        one = Told.read(fact.code, fact.subject, fact.at, "")
        if one is not None and span.holds(one.at) and one.outcome in (Outcome.FIRED, Outcome.PROPOSED):
            _, ladder, rung = one.rung_key.rsplit("/", 2)
            told[ladder, int(rung)].append(one.outcome)
    return tuple(
        RungCount(ladder, rung, found.count(Outcome.FIRED), found.count(Outcome.PROPOSED))
        for (ladder, rung), found in sorted(told.items())
    )


def _waiting(fact: Fact) -> Waiting:
    said = fact.attributes
    return Waiting(fact.at, said.get("rule", ""), said.get("debtor", ""), said.get("document", ""))
