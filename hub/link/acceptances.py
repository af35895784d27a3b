"""Which referral does a police acceptance answer?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.link import weights as w
from hub.link.evidence import (
    Evidence,
    Observation,
    compare_days,
    compare_number,
    compare_people,
    compare_word,
    weigh,
)
from hub.link.matter import Groups, day_of, signs_of_people, unit_of
from hub.model import Record, RecordKind
from hub.values.document_numbers import loose_key, strict_key
from hub.values.names import is_masked


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be the counterpart, with the evidence for it."""

    index: int
    evidence: Evidence


def join_acceptances(groups: Groups) -> dict[int, tuple[int, ...]]:
    """Join each 受案登记 to the one referral that fits; returns acceptance -> candidates where several fit.

    Two passes: what is certain first; then those with several candidates, where a referral whose person
    another acceptance already answers counts for less.
    """
    referrals = groups.of_kind(RecordKind.REFERRAL)
    by_unit: dict[str, list[int]] = {}
    for i in referrals:
        by_unit.setdefault(groups.records[i].agency, []).append(i)
    scored = {i: _candidates(groups, i, by_unit) for i in groups.of_kind(RecordKind.ACCEPTANCE)}
    tied: dict[int, list[Candidate]] = {}
    for i, candidates in scored.items():
        best = best_candidates(groups, candidates)
        if len(best) == 1:
            groups.join_by(i, best[0].index, _tier(best[0].evidence), best[0].evidence)
        elif best:
            tied[i] = candidates
    ambiguous: dict[int, tuple[int, ...]] = {}
    for i, candidates in tied.items():
        best = best_candidates(groups, [_less_where_answered(groups, i, c) for c in candidates])
        if len(best) == 1:
            groups.join_by(i, best[0].index, _tier(best[0].evidence), best[0].evidence)
        elif len(best) > 1:
            ambiguous[i] = tuple(c.index for c in best)
    return ambiguous


def best_candidates(groups: Groups, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The acceptable candidates within the margin of the best, one for each group; empty where none is."""
    acceptable = sorted((c for c in candidates if _acceptable(c.evidence)), key=lambda c: (-c.evidence.score, c.index))
    best: list[Candidate] = []
    for candidate in acceptable:
        if candidate.evidence.score < acceptable[0].evidence.score - w.MARGIN:
            break
        if groups.root(candidate.index) not in {groups.root(c.index) for c in best}:
            best.append(candidate)
    return best


def _acceptable(evidence: Evidence) -> bool:
    return (
        evidence.score >= w.ACCEPT
        and evidence.person > w.PERSON_CONTRADICTED
        and evidence.matter > w.MATTER_CONTRADICTED
        and (evidence.identified or evidence.person > 0)
    )


def _candidates(groups: Groups, index: int, by_unit: dict[str, list[int]]) -> list[Candidate]:
    acceptance = groups.records[index]
    found: set[int] = set()
    for sign, value in signs_of_people(acceptance.parties):
        found.update(groups.found_by(sign, value))
    if number := acceptance.get("referral_no"):
        found.update(groups.found_by("number", strict_key(number)))
        if loose := loose_key(number):
            found.update(groups.found_by("loose", f"{unit_of(acceptance)}|{loose}"))
    if any(is_masked(p.name) or p.id_state in ("absent", "masked", "damaged") for p in acceptance.parties):
        found.update(by_unit.get(unit_of(acceptance), ()))
    kinds = {i for i in found if groups.records[i].kind is RecordKind.REFERRAL}
    return [Candidate(i, compare(acceptance, groups.records[i])) for i in sorted(kinds)]


def compare(acceptance: Record, referral: Record) -> Evidence:
    """What speaks for and against an acceptance being the answer to a referral."""
    number = compare_number(acceptance.get("referral_no"), [referral.get("referral_no")], "referral number")
    sent = day_of(referral.get("sent_at") or referral.get("approved_at") or referral.get("opened_on"))
    return weigh(
        compare_people(acceptance.parties, referral.parties),
        (
            number,
            compare_word(unit_of(acceptance), [referral.agency], "township", w.UNIT_EQUAL, w.UNIT_DIFFERS),
            compare_word(
                acceptance.get("cause_code"), [referral.get("cause_code")], "cause", w.CAUSE_EQUAL, w.CAUSE_DIFFERS
            ),
            compare_word(
                acceptance.get("amount"), [referral.get("amount")], "amount", w.AMOUNT_EQUAL, w.AMOUNT_DIFFERS
            ),
            compare_days(sent, day_of(acceptance.get("received_at")), w.RECEIPT_LAG, "days from sending to receipt"),
        ),
        identified=number is not None and number.bits > 0,
    )


def _less_where_answered(groups: Groups, index: int, candidate: Candidate) -> Candidate:
    acceptance = groups.records[index]
    others = [r for r in groups.members(candidate.index) if r.kind is RecordKind.ACCEPTANCE and r is not acceptance]
    if not any(sum(o.bits for o in compare_people(acceptance.parties, other.parties)) > 0 for other in others):
        return candidate
    answered = Observation("already answered", w.ALREADY_MATCHED, "another acceptance stands there")
    evidence = candidate.evidence
    return Candidate(
        candidate.index,
        Evidence(
            evidence.person, evidence.matter + answered.bits, (*evidence.observations, answered), evidence.identified
        ),
    )


def _tier(evidence: Evidence) -> str:
    """Which signs carried the link."""
    seen = {o.feature: o.bits for o in evidence.observations}
    parts = []
    if seen.get("referral number", 0) > 0:
        parts.append("number")
    if seen.get("identity number", 0) > 0:
        parts.append("identity")
    if seen.get("name", 0) > 0:
        parts.append("name")
    return "+".join(parts) or "matter"
