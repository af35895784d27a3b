"""Which penalties reach the criminal figure: alone, together with others of one party, or by repetition?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from hub.link import Case
from hub.mapping.codes import Codes, Threshold
from hub.model import RecordKind
from hub.moment import SHANGHAI
from hub.screening.clue import Clue, ClueKind
from hub.screening.measures import Measured, complete_numbers, measure, years_before
from hub.values.amounts import plain

_JOINT_YEARS = 2  # two years: legal.md 4.3

# Of one person (by whole identity number) under one threshold, in order of time.
Series = Mapping[tuple[str, Threshold], Sequence[Measured]]


def find_over_threshold(cases: Iterable[Case], codes: Codes, as_of: datetime) -> Iterator[Clue]:
    """Penalties at or over the criminal figure, and one party's that reach it together; of matters never referred."""
    measured = list(_measured(cases, codes, as_of))
    over = {one.penalty.source for one in measured if one.over}
    for source in sorted(over):
        found = [one for one in measured if one.penalty.source == source and one.over]
        yield _alone(found[0])
    yield from _jointly(_series(one for one in measured if one.penalty.source not in over))


def find_repeated(cases: Iterable[Case], codes: Codes, as_of: datetime) -> Iterator[Clue]:
    """Penalties below the figure whose party was punished for the same before, as often as the threshold's rule asks.

    The last such penalty of a party is named. Those before count in any township, whatever became of their matters.
    """
    cases = list(cases)
    every = _series(_measured(cases, codes, as_of, referred_too=True))
    open_ = {one.penalty.source for one in _measured(cases, codes, as_of)}
    for (_, threshold), entries in every.items():
        repeat = threshold.repeat
        if repeat is None:
            continue
        for last in reversed(entries):
            since = years_before(last.decided, repeat.years)
            earlier = [e for e in entries if since <= e.decided < last.decided]
            enough = last.quantity >= threshold.at_or_over * repeat.share
            if last.penalty.source in open_ and not last.over and enough and len(earlier) >= repeat.times:
                yield _repeated(last, earlier)
                break


def _measured(
    cases: Iterable[Case], codes: Codes, as_of: datetime, *, referred_too: bool = False
) -> Iterator[Measured]:
    today = as_of.astimezone(SHANGHAI).date()
    for case in cases:
        if not referred_too and any(event.code == "referral.sent" for event, _ in case.events()):
            continue
        for penalty in case.of_kind(RecordKind.PENALTY):
            yield from (one for one in measure(case.case_id, penalty, codes) if one.decided <= today)


def _series(measured: Iterable[Measured]) -> Series:
    series: dict[tuple[str, Threshold], list[Measured]] = defaultdict(list)
    for one in measured:
        for number in complete_numbers(one.penalty):
            series[number, one.threshold].append(one)
    order = {
        key: sorted(found, key=lambda e: (e.decided, e.penalty.agency, e.penalty.key)) for key, found in series.items()
    }
    return order


def _alone(one: Measured) -> Clue:
    lines = (one.line, f"追诉标准：{_figure(one.threshold)}")
    return Clue(
        ClueKind.OVER_THRESHOLD, one.case_id, one.penalty.agency, one.decided, (one.number,), lines, one.threshold.basis
    )


def _jointly(series: Series) -> Iterator[Clue]:
    for (_, threshold), ordered in series.items():
        for last in reversed(range(1, len(ordered))):
            latest = ordered[last]
            since = years_before(latest.decided, _JOINT_YEARS)
            window = [e for e in ordered[: last + 1] if e.decided >= since]
            total = sum((e.quantity for e in window), Decimal(0))
            if len(window) > 1 and total >= threshold.at_or_over:
                lines = (
                    *(e.line for e in window),
                    f"合计 {plain(total)} {threshold.unit}，追诉标准：{_figure(threshold)}",
                )
                yield Clue(
                    ClueKind.JOINTLY_OVER_THRESHOLD, latest.case_id, latest.penalty.agency, latest.decided,
                    tuple(e.number for e in window), lines, threshold.basis,
                )  # fmt: skip
                break


def _repeated(last: Measured, earlier: Sequence[Measured]) -> Clue:
    repeat = last.threshold.repeat
    assert repeat is not None  # noqa: S101  (only such thresholds come here)
    asked = (
        f"达到 {plain(last.threshold.at_or_over * repeat.share)} {last.threshold.unit}以上"
        if repeat.share
        else "不论数量"
    )
    lines = (
        *(e.line for e in earlier),
        last.line,
        f"{repeat.years}年内已受行政处罚 {len(earlier)} 次（要求 {repeat.times} 次以上），本次{asked}",
    )
    return Clue(
        ClueKind.REPEATED, last.case_id, last.penalty.agency, last.decided,
        (*(e.number for e in earlier), last.number), lines, repeat.basis,
    )  # fmt: skip


def _figure(threshold: Threshold) -> str:
    return f"{threshold.object}{plain(threshold.at_or_over)} {threshold.unit}以上"
