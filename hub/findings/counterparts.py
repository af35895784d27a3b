"""Which referral that nobody received, and which acceptance that nobody sent, may be one matter after all?

Where the linker does not join the two, both agencies are blamed, and one decision of a person would settle it. What
stands here changes neither links nor findings: it tells that person where to look.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import log2

from hub.findings.counterpart_rule import CounterpartRule
from hub.link import Case, Linkage
from hub.link.acceptances import compare
from hub.link.decisions import LinkDecision, key_of
from hub.link.evidence import Evidence, Observation
from hub.link.signs import day_of, sent_on, signs, sought, unit_of
from hub.link.traits import Traits, traits_of
from hub.link.weights import Weights
from hub.model import Record, RecordKind
from hub.moment import Moment

# Of so many referrals that share a sign with an acceptance the nearest in time are weighed: a sign that more of them
# bear tells none of them from the others, and thousands of open matters must not be held against each other.
_MOST_MET = 40
_REFUSED = "transfer.rejected"  # what its own head did not approve is no referral that waits for anybody
_AT_WORST = {
    "identity number": "identity",
    "name": "name",
    "referral number": "number",
    "township": "township",
    "cause": "cause",
    "amount": "amount",
    "days from sending to receipt": "days",
    "days from approval to receipt": "days",
}


@dataclass(frozen=True, slots=True)
class Open:
    """A referral or an acceptance whose matter lacks the other, and its day: sent or received.

    police_cases: the numbers of police cases that the records of the matter name.
    """

    case_id: str
    record: Record
    on: date
    police_cases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Counterparts:
    """A pair that may be one matter. asked: the bits that were asked for. left_open: the linker left it to a person."""

    referral: Open
    acceptance: Open
    evidence: Evidence
    asked: float
    left_open: bool = False

    @property
    def case_ids(self) -> tuple[str, str]:
        """The two matters: the referral's and the acceptance's."""
        return self.referral.case_id, self.acceptance.case_id


def find_counterparts(
    linkage: Linkage,
    weights: Weights,
    rule: CounterpartRule,
    as_of: datetime,
    decisions: Iterable[LinkDecision] = (),
    leave_out: Callable[[Record], bool] = lambda _: False,
) -> tuple[Counterparts, ...]:
    """The pairs worth telling as of the instant, the best first; pure, and the same for any order of the records.

    decisions: those of people that act; what they keep apart is not told again. leave_out: a matter with a record of
    which this is true is passed over (sealed ones). Of each matter at most `rule.most` pairs are told, none of them by
    more than `rule.margin` bits worse than its best.
    """
    referrals, acceptances = _open_matters(linkage.cases, as_of, leave_out)
    if not (referrals and acceptances):
        return ()
    apart = _kept_apart(linkage.cases, decisions)
    left_open = {_name(one.record): frozenset(map(_name, one.candidates)) for one in linkage.ambiguities}
    times = _Times(referrals, acceptances, rule)
    as_compared = {_name(one.record): traits_of(one.record) for one in referrals}
    best: dict[tuple[str, str], Counterparts] = {}
    for acceptance, candidates in _meetings(referrals, acceptances, rule, left_open):
        seen = traits_of(acceptance.record)
        for referral in candidates:
            if frozenset((referral.case_id, acceptance.case_id)) in apart or _other_police_case(referral, acceptance):
                continue
            between = _name(referral.record) in left_open.get(_name(acceptance.record), ())
            if _name(acceptance.record) in left_open and not between:
                continue  # those between which it was left open fit better
            evidence = _weighed(seen, as_compared[_name(referral.record)], weights, rule)
            pair = Counterparts(referral, acceptance, evidence, times.asked(referral, acceptance), between)
            if not between and evidence.score < pair.asked:
                continue
            before = best.get(pair.case_ids)
            if before is None or _order(pair) < _order(before):
                best[pair.case_ids] = pair
    return tuple(_best_of_either(best.values(), rule))


def _open_matters(
    cases: Iterable[Case], as_of: datetime, leave_out: Callable[[Record], bool]
) -> tuple[list[Open], list[Open]]:
    """The referrals without acceptance and the acceptances without referral, each by its day and what names it."""
    today = Moment.of(as_of).day
    referrals: list[Open] = []
    acceptances: list[Open] = []
    for case in cases:
        sent, received = case.of_kind(RecordKind.REFERRAL), case.of_kind(RecordKind.ACCEPTANCE)
        if bool(sent) == bool(received) or any(map(leave_out, case.records)):
            continue
        numbers = (record.get(field) for record in case.records for field in ("police_case_no", "prior_police_case_no"))
        named = frozenset(filter(None, numbers))
        for record in sent:
            day = sent_on(record)
            if day is not None and day <= today and all(event.code != _REFUSED for event in record.events):
                referrals.append(Open(case.case_id, record, day, named))
        for record in received:
            day = day_of(record.get("received_at"))
            if day is not None and day <= today:
                acceptances.append(Open(case.case_id, record, day, named))
    return sorted(referrals, key=_by_day), sorted(acceptances, key=_by_day)


def _other_police_case(referral: Open, acceptance: Open) -> bool:
    """Whether the records about a referral name another police case: then its acceptance is another one, if not here."""
    return bool(referral.police_cases) and referral.police_cases.isdisjoint(acceptance.police_cases)


def _kept_apart(cases: Iterable[Case], decisions: Iterable[LinkDecision]) -> set[frozenset[str]]:
    """The pairs of matters of which people said that they are two."""
    pairs = [pair for one in decisions if not one.joins for pair in one.pairs()]
    wanted = {key for pair in pairs for key in pair}
    if not wanted:
        return set()
    case_of = {key: case.case_id for case in cases for record in case.records if (key := key_of(record)) in wanted}
    return {frozenset(case_of[key] for key in pair if key in case_of) for pair in pairs}


def _meetings(
    referrals: Sequence[Open],
    acceptances: Sequence[Open],
    rule: CounterpartRule,
    left_open: Mapping[tuple[str, str], Collection[tuple[str, str]]],
) -> Iterator[tuple[Open, list[Open]]]:
    """Each acceptance with the referrals of its time that share a sign with it, in order."""
    bearing: dict[str, list[Open]] = defaultdict(list)
    for one in referrals:
        for sign in {*signs(one.record), *_alike(one.record)}:
            bearing[sign].append(one)
    place = {_name(one.record): one for one in referrals}
    before, after = timedelta(rule.days.before), timedelta(rule.days.after)
    for acceptance in acceptances:
        first, last = acceptance.on - after, acceptance.on + before
        between = left_open.get(_name(acceptance.record), ())
        met: dict[tuple[str, str], Open] = {name: place[name] for name in between if name in place}
        for sign in {*sought(acceptance.record), *_alike(acceptance.record)}:
            found = bearing.get(sign, ())
            near = bisect_right(found, acceptance.on, key=_on)
            of_the_time = [one for one in found[max(near - _MOST_MET, 0) : near + _MOST_MET] if first <= one.on <= last]
            of_the_time.sort(key=lambda one: abs((acceptance.on - one.on).days))
            met |= {_name(one.record): one for one in of_the_time[:_MOST_MET]}
        yield acceptance, sorted(met.values(), key=_by_day)


def _alike(record: Record) -> Iterator[str]:
    """By what the two meet beside the linker's signs: township with cause, sum or day of receipt, cause and sum, much of a name."""
    unit, cause, amount = unit_of(record), record.get("cause_code"), record.get("amount")
    if unit and cause:
        yield f"cause there|{unit}|{cause}"
    if unit and amount:
        yield f"sum there|{unit}|{amount}"
    if cause and amount:
        yield f"cause and sum|{cause}|{amount}"
    receipt = day_of(record.get("receipt_at") or record.get("received_at"))
    if unit and receipt:
        yield f"received there|{unit}|{receipt}"
    for person in traits_of(record).people:
        if person.name and not person.masked:
            yield f"name anywhere|{person.name}"
            for place in range(len(person.name)):
                yield f"name but one|{unit}|{person.name[:place]}*{person.name[place + 1 :]}"


def _weighed(acceptance: Traits, referral: Traits, weights: Weights, rule: CounterpartRule) -> Evidence:
    """What the linker sees of a pair, with what speaks against it counted for no more than `rule.at_worst`."""
    seen = compare(acceptance, referral, weights).observations
    another = any(one.feature == "identity number" and one.bits < 0 for one in seen)
    told = [_softened(one, rule, another_person=another) for one in seen]
    if (noted := day_of(referral.record.get("receipt_at"))) is not None:
        same = noted == day_of(acceptance.record.get("received_at"))
        told.append(
            Observation("day of receipt noted", rule.receipt.equal, "equal")
            if same
            else Observation("day of receipt noted", rule.receipt.differs, "differs")
        )
    person = sum(one.bits for one in told if one.feature in ("identity number", "name"))
    return Evidence(person, sum(one.bits for one in told) - person, tuple(told))


def _softened(one: Observation, rule: CounterpartRule, *, another_person: bool) -> Observation:
    if one.seen == "one character off" and not another_person:
        return replace(one, bits=rule.one_character_off)
    if one.bits >= 0 or one.feature not in _AT_WORST:
        return one
    return replace(one, bits=max(one.bits, getattr(rule.at_worst, _AT_WORST[one.feature])))


class _Times:
    """How many open matters of the other side are of the time of one, and so how many bits are asked for."""

    def __init__(self, referrals: Sequence[Open], acceptances: Sequence[Open], rule: CounterpartRule) -> None:
        self._rule = rule
        self._sent, self._received = [one.on for one in referrals], [one.on for one in acceptances]

    def asked(self, referral: Open, acceptance: Open) -> float:
        """The bits asked for of a pair."""
        before, after = timedelta(self._rule.days.before), timedelta(self._rule.days.after)
        sent = _within(self._sent, acceptance.on - after, acceptance.on + before)
        received = _within(self._received, referral.on - before, referral.on + after)
        return round(self._rule.asked + log2(max(sent, received, 1)), 1)


def _within(days: Sequence[date], first: date, last: date) -> int:
    return bisect_right(days, last) - bisect_left(days, first)


def _best_of_either(pairs: Iterable[Counterparts], rule: CounterpartRule) -> Iterator[Counterparts]:
    ranked = sorted(pairs, key=_order)
    told: dict[str, list[float]] = defaultdict(list)
    for pair in ranked:
        scores = [told[case_id] for case_id in pair.case_ids]
        if all(len(of) < rule.most and (not of or pair.evidence.score >= of[0] - rule.margin) for of in scores):
            for of in scores:
                of.append(pair.evidence.score)
            yield pair


def _order(pair: Counterparts) -> tuple[bool, float, object, object]:
    """The best first: what the linker left open, then by bits."""
    return not pair.left_open, -pair.evidence.score, _by_day(pair.acceptance), _by_day(pair.referral)


def _by_day(one: Open) -> tuple[date, tuple[str, str], str]:
    return one.on, _name(one.record), one.case_id


def _on(one: Open) -> date:
    return one.on


def _name(record: Record) -> tuple[str, str]:
    return record.agency, record.source
