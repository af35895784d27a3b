"""What fell due, what of it was done in time, how late was the rest, and who is late again?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.delivery.desk import base
from hub.duties.duty import Obligation, RuleKind, State
from hub.moment import SHANGHAI
from hub.reports.figures import Rate, Spread
from hub.reports.span import Span

# What is owed to the hub itself says how the exchange runs, not how the law is kept: it has rates of its own.
_PLATFORM = "agency."
ACKNOWLEDGE = "agency.acknowledge_delivery"
_MEMORY = 3  # months, the span's last one among them
_JUDGED = (State.DISCHARGED, State.DISCHARGED_LATE, State.OVERDUE)


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """How one rule was kept: in time over due, and how many days late the late ones are."""

    rule: str
    on_time: Rate
    late: Spread


@dataclass(frozen=True, slots=True)
class AgencyRecord:
    """How one agency kept its duties, and what it owes the hub itself; days late of the duties."""

    agency: str
    on_time: Rate
    platform: Rate
    late: Spread


@dataclass(frozen=True, slots=True)
class Repeater:
    """One debtor late on one rule more than once: how often in the span's three months, how often in the span."""

    agency: str
    rule: str
    times: int
    in_span: int


@dataclass(frozen=True, slots=True)
class Punctuality:
    """on_time, late: of duties and the county's own periods; platform: of what is owed to the hub; rights: used over due.

    Only what fell due in the span and is neither void nor still open counts; those are told apart. repeated: pairs of
    debtor and rule late in the span that were late at least twice in the three months ending with it, over all late.
    """

    on_time: Rate
    late: Spread
    platform: Rate
    rights: Rate
    by_kind: tuple[tuple[str, Rate], ...]
    by_rule: tuple[RuleRecord, ...]
    by_agency: tuple[AgencyRecord, ...]
    repeated: Rate
    repeaters: tuple[Repeater, ...]
    not_yet_due: int
    void: int


def measure_punctuality(obligations: Sequence[Obligation], span: Span, as_of: datetime) -> Punctuality:
    """Judge what fell due in the span, as it stands as of the instant."""
    due = [o for o in obligations if span.holds(o.due_at)]
    judged = [o for o in due if is_judged(o)]
    acts = [o for o in judged if not is_platform(o)]
    rights = [o for o in due if o.kind is RuleKind.RIGHT and o.state in (State.DISCHARGED, State.LAPSED)]
    repeaters = _repeaters(obligations, span)
    return Punctuality(
        on_time=in_time(acts),
        late=lateness(acts, as_of),
        platform=in_time(o for o in judged if is_platform(o)),
        rights=Rate(sum(o.state is State.DISCHARGED for o in rights), len(rights)),
        by_kind=tuple(
            (str(kind), in_time(o for o in acts if o.kind is kind)) for kind in (RuleKind.DUTY, RuleKind.POLICY)
        ),
        by_rule=tuple(
            RuleRecord(rule, in_time(owed), lateness(owed, as_of))
            for rule, owed in sorted(_grouped((o.rule, o) for o in judged).items())
        ),
        by_agency=tuple(
            AgencyRecord(
                agency,
                in_time(o for o in owed if not is_platform(o)),
                in_time(o for o in owed if is_platform(o)),
                lateness((o for o in owed if not is_platform(o)), as_of),
            )
            for agency, owed in sorted(_grouped((base(o.debtor), o) for o in judged).items())
        ),
        repeated=Rate(sum(one.times > 1 for one in repeaters), len(repeaters)),
        repeaters=tuple(one for one in repeaters if one.times > 1),
        not_yet_due=sum(o.state is State.OPEN for o in due),
        void=sum(o.state is State.VOID for o in due),
    )


def is_platform(o: Obligation) -> bool:
    """Whether it is owed to the hub itself: a report, or the acknowledgement of a delivery."""
    return o.rule.startswith(_PLATFORM)


def is_judged(o: Obligation) -> bool:
    """Whether it is a duty or a county period that is over one way or the other."""
    return o.kind is not RuleKind.RIGHT and o.state in _JUDGED


def is_late(o: Obligation) -> bool:
    """Done late, or due and not done."""
    return o.state in (State.DISCHARGED_LATE, State.OVERDUE)


def in_time(judged: Iterable[Obligation]) -> Rate:
    """Done in time over all of these."""
    states = [o.state for o in judged]
    return Rate(states.count(State.DISCHARGED), len(states))


def days_late(o: Obligation, as_of: datetime) -> int | None:
    """Calendar days past the due day, of what is or was late; 0 where it came later on the due day itself."""
    if o.state is State.OVERDUE:
        end = as_of.astimezone(SHANGHAI).date()
    elif o.state is State.DISCHARGED_LATE and o.ended_at is not None:
        end = o.ended_at.day
    else:
        return None
    return o.days_past_due(end)


def lateness(judged: Iterable[Obligation], as_of: datetime) -> Spread:
    """How many days late the late ones are."""
    return Spread.of(days for o in judged if (days := days_late(o, as_of)) is not None)


def overdue_on(obligations: Iterable[Obligation], instant: datetime) -> list[Obligation]:
    """Duties that were due and not done at an instant, by what is known now."""
    return [
        o
        for o in obligations
        if is_judged(o) and o.due_at < instant and (o.ended_at is None or o.ended_at.latest() > instant)
    ]


def _repeaters(obligations: Iterable[Obligation], span: Span) -> list[Repeater]:
    """Every pair of debtor and rule that was late in the span, the most often late first."""
    months = span.until(_MEMORY)
    late = [
        (base(o.debtor), o.rule, o)
        for o in obligations
        if o.kind is not RuleKind.RIGHT and o.rule != ACKNOWLEDGE and is_late(o)
    ]
    pairs: dict[tuple[str, str], list[Obligation]] = defaultdict(list)
    for agency, rule, o in late:
        if months[0].begin <= o.due_at <= span.end:
            pairs[agency, rule].append(o)
    found = [
        Repeater(agency, rule, len(owed), sum(span.holds(o.due_at) for o in owed))
        for (agency, rule), owed in pairs.items()
    ]
    return sorted((one for one in found if one.in_span), key=lambda one: (-one.times, one.agency, one.rule))


def _grouped(pairs: Iterable[tuple[str, Obligation]]) -> dict[str, list[Obligation]]:
    groups: dict[str, list[Obligation]] = defaultdict(list)
    for name, o in pairs:
        groups[name].append(o)
    return groups
