"""Which referral does a police acceptance answer?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.link.evidence import (
    Evidence,
    Observation,
    compare_days,
    compare_numbers,
    compare_people,
    compare_word,
    weigh,
)
from hub.link.matter import Groups
from hub.link.persons import owner_and_shop, share_a_person
from hub.link.signs import day_of, named_by, sent_on
from hub.link.traits import Traits
from hub.link.weights import Decide, Weights
from hub.model import Record, RecordKind
from hub.moment import Moment

# Days from the approval of a referral to its sending, for which the mechanism allows one: beyond, one of the two is a slip.
_LONGEST_WAY = 60
_PASSED_ON = "referral.rerouted"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be the counterpart, with the evidence for it."""

    index: int
    evidence: Evidence


def join_acceptances(groups: Groups) -> None:
    """Join each 受案登记 to the one referral that fits; where several do, none is guessed.

    Three passes: what is certain first; then those with several candidates, and those whose one is not sure, where a
    referral whose person another acceptance already answers counts for less; then the referrals of further suspects.
    """
    asked = groups.weights.decide.acceptance
    tied: dict[int, list[Candidate]] = {}
    for i in groups.of_kind(RecordKind.ACCEPTANCE):
        if _decided(groups, i) or not groups.must_choose("acceptance", i):
            continue
        candidates = weigh_referrals(groups, i)
        best = best_candidates(groups, candidates, asked)
        if len(best) == 1 and not _unsure(best[0].evidence, groups.weights):
            groups.join_by(i, best[0].index, _tier(best[0].evidence), best[0].evidence)
        elif best:
            tied[i] = candidates
    for i in groups.of_kind(RecordKind.ACCEPTANCE):
        if not groups.must_choose("acceptance again", i) or i not in tied:
            continue
        open_still = [c for c in tied[i] if groups.may_join(i, c.index)]
        best = best_candidates(groups, [less_where_answered(groups, i, c) for c in open_still], asked)
        if len(best) == 1:
            groups.join_by(i, best[0].index, _tier(best[0].evidence), best[0].evidence)
        elif len(best) > 1:
            groups.leave(c.index for c in best)
    for i in groups.of_kind(RecordKind.ACCEPTANCE):
        if len(groups.records[i].parties) > 1 and groups.must_choose("acceptance of several", i):
            for other in _taken_in(groups, i, asked):
                groups.join_by(other.index, i, _tier(other.evidence), other.evidence)


def _taken_in(groups: Groups, index: int, asked: Decide) -> list[Candidate]:
    """The referrals of its other suspects, where an acceptance that stands with one takes in several.

    What police noted of the number is that of one of them and says nothing of the others; so township, cause and day
    must be enough by themselves, the person shown by more than a mask, and no acceptance of that person's own there.
    """
    acceptance = groups.records[index]
    stands_with = [r for r in groups.members(index) if r.kind is RecordKind.REFERRAL]
    if not stands_with:
        return []
    fits = []
    for candidate in weigh_referrals(groups, index):
        evidence = _without_number(candidate.evidence)
        if evidence.matter >= asked.accept and evidence.person >= groups.weights.name.equal:
            fits.append(Candidate(candidate.index, evidence))
    own = groups.root(index)
    return [
        c
        for c in fits
        if groups.root(c.index) != own
        and not any(r.kind is RecordKind.ACCEPTANCE for r in groups.members(c.index))
        and all(_others(groups, c.index, r) for r in stands_with)
        and all(_others(groups, c.index, groups.records[d.index]) for d in fits if d is not c)
        and share_a_person(acceptance.parties, groups.records[c.index].parties)
    ]


def _others(groups: Groups, index: int, record: Record) -> bool:
    """Whether it is certain that two records name nobody in common."""
    return share_a_person(groups.records[index].parties, record.parties) is False


def _without_number(evidence: Evidence) -> Evidence:
    kept = tuple(o for o in evidence.observations if o.feature != "referral number")
    gone = sum(o.bits for o in evidence.observations if o.feature == "referral number")
    return Evidence(evidence.person, evidence.matter - gone, kept)


def _decided(groups: Groups, index: int) -> bool:
    """Whether a person said which referral it answers."""
    return any(groups.records[j].kind is RecordKind.REFERRAL for j in groups.decided_with(index))


def _unsure(evidence: Evidence, weights: Weights) -> bool:
    """Whether no number speaks for it, and of the person no more than a mask (王某某 fits many), or the cause against it."""
    another_cause = any(o.feature == "cause" and o.bits < 0 for o in evidence.observations)
    return not evidence.identified and (another_cause or evidence.person < weights.name.equal)


def best_candidates(groups: Groups, candidates: Sequence[Candidate], asked: Decide) -> list[Candidate]:
    """The acceptable candidates within the margin of the best, one for each group; empty where none is."""
    fits = [c for c in candidates if acceptable(c.evidence, asked)]
    enough = sorted(fits, key=lambda c: (-c.evidence.score, c.index))
    best: list[Candidate] = []
    for candidate in enough:
        if candidate.evidence.score < enough[0].evidence.score - asked.margin:
            break
        if groups.root(candidate.index) not in {groups.root(c.index) for c in best}:
            best.append(candidate)
    return best


def acceptable(evidence: Evidence, asked: Decide) -> bool:
    """Whether this is enough to say that two records are of one matter, if nothing else fits as well."""
    return (
        evidence.score >= asked.accept
        and evidence.person > asked.person
        and evidence.matter > asked.matter
        and (evidence.identified or evidence.person > 0)
    )


def weigh_referrals(groups: Groups, index: int) -> list[Candidate]:
    """The referrals that an acceptance may answer, each with what speaks for and against it."""
    acceptance = groups.traits(index)
    return [
        Candidate(i, compare(acceptance, groups.traits(i), groups.weights))
        for i in groups.candidates(index)
        if groups.records[i].kind is RecordKind.REFERRAL
    ]


def compare(acceptance: Traits, referral: Traits, weights: Weights) -> Evidence:
    """What speaks for and against an acceptance being the answer to a referral."""
    noted = acceptance.noted[0] if acceptance.noted else None
    borne = referral.own[:1] if referral.record.get("referral_no") else ()  # the first of a record's numbers
    number = compare_numbers(noted, borne, "referral number", weights) if noted else None
    if noted and noted.strict in referral.mentioned and not (number and number.bits > 0):
        number = Observation("referral number", weights.number.mentioned, "in remarks")
    meant = None
    if not referral.mentioned.isdisjoint(named_by(acceptance.record)):
        meant = Observation("police number in remarks", weights.number.equal, "equal")
    people = compare_people(acceptance.people, referral.people, weights)
    amount = compare_word(acceptance.amount, (referral.amount,), "amount", weights.amount)
    sure = number is not None and number.bits > 0 and amount is not None and amount.bits > 0
    if sure and owner_and_shop(acceptance.people, referral.people) and sum(o.bits for o in people) < 0:
        people = (Observation("name", weights.name.shop, "owner and shop"),)
    return weigh(
        people,
        (
            number,
            meant,
            _compare_sender(acceptance, referral, weights),
            compare_word(acceptance.cause, (referral.cause,), "cause", weights.cause),
            amount,
            _compare_days(acceptance.record, referral.record, weights),
        ),
        identified=meant is not None or (number is not None and number.bits > 0),
    )


def _compare_days(acceptance: Record, referral: Record, weights: Weights) -> Observation | None:
    """The days from sending to receipt; where sending and approval cannot both be right, from the one that fits better."""
    sent, approved = sent_on(referral), day_of(referral.get("approved_at"))
    received, bands = day_of(acceptance.get("received_at")), weights.lags.receipt
    since_sent = compare_days(sent, received, bands, "days from sending to receipt")
    if since_sent is None or sent is None or approved is None or 0 <= (sent - approved).days <= _LONGEST_WAY:
        return since_sent
    since_approved = compare_days(approved, received, bands, "days from approval to receipt")
    return since_approved if since_approved and since_approved.bits > since_sent.bits else since_sent


def _compare_sender(acceptance: Traits, referral: Traits, weights: Weights) -> Observation | None:
    """The township that police name; where their words are no township's, it is likelier another organ's matter."""
    if not acceptance.unit and acceptance.record.get("referring_unit"):
        return Observation("township", weights.unit.unread, "no township")
    return compare_word(acceptance.unit, (referral.unit,), "township", weights.unit)


def less_where_answered(groups: Groups, index: int, candidate: Candidate) -> Candidate:
    """The candidate with less for it where another acceptance answers that referral for the same person.

    One whose police case had been passed on by then answers it no more: that of the organ that took it over comes beside it.
    """
    acceptance = groups.records[index]
    members = groups.members(candidate.index)
    passed_on = _passed_on(members, acceptance)
    others = [
        r
        for r in members
        if r.kind is RecordKind.ACCEPTANCE and r is not acceptance and r.get("police_case_no") not in passed_on
    ]
    if not any(share_a_person(acceptance.parties, other.parties) for other in others):
        return candidate
    answered = Observation("already answered", groups.weights.already_answered, "another acceptance stands there")
    evidence = candidate.evidence
    return Candidate(
        candidate.index,
        Evidence(
            evidence.person, evidence.matter + answered.bits, (*evidence.observations, answered), evidence.identified
        ),
    )


def _passed_on(members: Sequence[Record], acceptance: Record) -> set[str]:
    """The police cases among the members that had been passed on to another organ when this one was received."""
    received = acceptance.get("received_at")
    if not received:
        return set()
    then = Moment.parse(received)
    return {
        record.get("police_case_no")
        for record in members
        for event in record.events
        if event.code == _PASSED_ON and not event.at.after(then)
    }


def _tier(evidence: Evidence) -> str:
    """Which signs carried the link."""
    seen = {o.feature: o.bits for o in evidence.observations}
    parts = []
    if max(seen.get("referral number", 0), seen.get("police number in remarks", 0)) > 0:
        parts.append("number")
    if seen.get("identity number", 0) > 0:
        parts.append("identity")
    if seen.get("name", 0) > 0:
        parts.append("name")
    return "+".join(parts) or "matter"
