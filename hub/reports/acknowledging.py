"""How long do agencies take to acknowledge what was handed to them, and how far had the ladder to climb for it?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.duties.duty import Obligation
from hub.ladder.rung import Outcome, Told
from hub.ledger.deliveries import DeliveryState, StoredDelivery
from hub.ledger.facts import Fact
from hub.reports.figures import Spread
from hub.reports.punctuality import ACKNOWLEDGE
from hub.reports.span import Span

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Latency:
    """Of what was sent in a span: hours from sent to acknowledged, and how many are refused or without an answer."""

    sent: int
    hours: Spread
    refused: int
    unacknowledged: int


@dataclass(frozen=True, slots=True)
class Acknowledging:
    """by_level: the highest rung of the ladder that was climbed about a delivery before its answer, 0 for none."""

    whole: Latency
    by_agency: tuple[tuple[str, Latency], ...]
    by_level: tuple[tuple[int, Latency], ...]


def measure_acknowledging(
    deliveries: Iterable[StoredDelivery],
    obligations: Iterable[Obligation],
    facts: Iterable[Fact],
    span: Span,
    as_of: datetime,
) -> Acknowledging:
    """Judge what was sent in the span by the answers that had come by the instant."""
    sent = [one for one in deliveries if one.sent_at is not None and one.sent_at <= as_of and span.holds(one.sent_at)]
    owed = {o.subject: o for o in obligations if o.rule == ACKNOWLEDGE}
    rungs = _rungs(facts)
    by_agency: dict[str, list[StoredDelivery]] = defaultdict(list)
    by_level: dict[int, list[StoredDelivery]] = defaultdict(list)
    for one in sent:
        by_agency[one.agency].append(one)
        by_level[_level(owed.get(one.delivery_id), _answered(one, as_of) or as_of, rungs)].append(one)
    return Acknowledging(
        _latency(sent, as_of),
        tuple((agency, _latency(told, as_of)) for agency, told in sorted(by_agency.items())),
        tuple((level, _latency(told, as_of)) for level, told in sorted(by_level.items())),
    )


def _answered(one: StoredDelivery, as_of: datetime) -> datetime | None:
    return one.ended_at if one.ended_at is not None and one.ended_at <= as_of else None


def _latency(sent: Sequence[StoredDelivery], as_of: datetime) -> Latency:
    answered = [one for one in sent if _answered(one, as_of)]
    taken = [one for one in answered if one.state is DeliveryState.ACKNOWLEDGED]
    hours = [(one.ended_at - one.sent_at).total_seconds() / _HOUR for one in taken if one.ended_at and one.sent_at]
    return Latency(len(sent), Spread.of(hours), len(answered) - len(taken), len(sent) - len(answered))


def _rungs(facts: Iterable[Fact]) -> Mapping[str, Sequence[tuple[int, datetime]]]:
    """`<obligation>/<ladder>` -> (rung, when it was told)."""
    fired: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    for fact in facts:
        told = Told.read(fact.code, fact.subject, fact.at, "")
        if told is not None and told.outcome is Outcome.FIRED:
            ladder, _, rung = told.rung_key.rpartition("/")
            fired[ladder].append((int(rung), told.at))
    return fired


def _level(owed: Obligation | None, until: datetime, rungs: Mapping[str, Sequence[tuple[int, datetime]]]) -> int:
    if owed is None:
        return 0
    climbed = rungs.get(f"{owed.obligation_id}/{owed.ladder}", ())
    return max((rung for rung, at in climbed if at <= until), default=0)
