"""Which penalties should have been referred as crimes: alone, or together with others of one person?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from hub.findings.finding import Finding
from hub.link import Case
from hub.mapping.codes import Codes, Threshold, tidy
from hub.model import Record, RecordKind
from hub.moment import SHANGHAI, Moment
from hub.values.identity import IdentityState, current_form, identity_of

_JOINT_YEARS = 2  # two years: legal.md 4.3


@dataclass(frozen=True, slots=True)
class _Measured:
    """A penalty with the quantity that one threshold measures."""

    case_id: str
    penalty: Record
    decided: date
    quantity: Decimal


def find_thresholds(cases: Iterable[Case], codes: Codes, as_of: datetime) -> Iterator[Finding]:
    """`should_have_been_referred` and its joint form, over all cases without a referral."""
    today = as_of.astimezone(SHANGHAI).date()
    below: dict[tuple[str, Threshold], list[_Measured]] = defaultdict(list)
    for case in cases:
        if any(event.code == "referral.sent" for event, _ in case.events()):
            continue
        for penalty in case.of_kind(RecordKind.PENALTY):
            decided = Moment.parse(penalty.get("penalty_decided_at")).day
            if decided > today:
                continue
            measured = list(_measures(penalty, codes))
            if any(quantity >= threshold.at_or_over for threshold, quantity in measured):
                detail = f"penalty={penalty.get('penalty_no')}"
                yield Finding(case.case_id, "should_have_been_referred", penalty.agency, detail)
                continue
            for threshold, quantity in measured:
                for number in _complete_numbers(penalty):
                    entry = _Measured(case.case_id, penalty, decided, quantity)
                    below[number, threshold].append(entry)
    yield from _joint(below)


def _measures(penalty: Record, codes: Codes) -> Iterator[tuple[Threshold, Decimal]]:
    for threshold in codes.thresholds:
        if threshold.cause_code != penalty.get("cause_code"):
            continue
        if threshold.object and threshold.object != tidy(penalty.get("object")):
            continue
        if threshold.unit == "元":
            given = penalty.get("amount")
        else:
            given = penalty.get("quantity") if tidy(penalty.get("quantity_unit")) == threshold.unit else ""
        if given:
            yield threshold, Decimal(given)


def _joint(below: Mapping[tuple[str, Threshold], list[_Measured]]) -> Iterator[Finding]:
    for (_, threshold), entries in below.items():
        ordered = sorted(entries, key=lambda e: (e.decided, e.penalty.agency, e.penalty.key))
        for last in reversed(range(1, len(ordered))):
            latest = ordered[last]
            window = [e for e in ordered[: last + 1] if _within(e.decided, latest.decided)]
            if len(window) > 1 and sum(e.quantity for e in window) >= threshold.at_or_over:
                detail = "penalties=" + "+".join(e.penalty.get("penalty_no") for e in window)
                yield Finding(latest.case_id, "should_have_been_referred_jointly", latest.penalty.agency, detail)
                break


def _within(earlier: date, later: date) -> bool:
    years = later.year - _JOINT_YEARS
    try:
        start = later.replace(year=years)
    except ValueError:  # 29 February
        start = date(years, 2, 28)
    return earlier >= start


def _complete_numbers(penalty: Record) -> set[str]:
    identities = [identity_of(party) for party in penalty.parties]
    return {current_form(i) for i in identities if i.state in (IdentityState.COMPLETE, IdentityState.LEGACY)}
