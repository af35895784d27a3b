"""Which penalty is a 建议移送 opinion about, and which referral obeys it?"""

from __future__ import annotations

from hub.link.acceptances import Candidate, best_candidates
from hub.link.evidence import Evidence, compare_days, compare_number, compare_people, compare_word, weigh
from hub.link.matter import Groups
from hub.link.signs import day_of
from hub.link.traits import Traits
from hub.link.weights import Weights
from hub.model import RecordKind
from hub.values.document_numbers import find_document_numbers

K = RecordKind

# The tier of such a link.
OPINION = "opinion"


def join_transfer_opinions(groups: Groups) -> None:
    """Join each 建议移送 opinion to the penalty it is about and to the referral that obeys it."""
    for i in groups.of_kind(K.DOCUMENT):
        if groups.records[i].get("doc_type") == "transfer_opinion" and groups.must_choose("opinion", i):
            _join_opinion(groups, i)


def _join_opinion(groups: Groups, index: int) -> None:
    for kind in ACTS:
        if kind is K.ACCEPTANCE and _of_kind(groups, index, K.REFERRAL):
            continue
        if any(groups.records[j].kind is kind for j in groups.decided_with(index)):
            continue  # a person said which
        best = best_candidates(groups, weigh_acts(groups, index, kind), groups.weights.decide.opinion)
        if len(best) == 1:
            groups.join_by(best[0].index, index, OPINION, best[0].evidence)
        elif best:
            groups.leave(c.index for c in best)


def weigh_acts(groups: Groups, index: int, kind: RecordKind) -> list[Candidate]:
    """The records of a kind that an opinion may be about, each with what speaks for and against it."""
    opinion = groups.traits(index)
    return [
        Candidate(j, ACTS[kind](opinion, groups.traits(j), groups.weights))
        for j in groups.candidates(index)
        if groups.records[j].kind is kind and not (kind is K.ACCEPTANCE and _of_kind(groups, j, K.REFERRAL))
    ]


def _of_kind(groups: Groups, index: int, kind: RecordKind) -> bool:
    return any(r.kind is kind for r in groups.members(index))


def about_penalty(opinion: Traits, act: Traits, weights: Weights) -> Evidence:
    """What speaks for and against an opinion being about this penalty."""
    document, penalty = opinion.record, act.record
    number = compare_number(document.get("related_doc_no"), [penalty.get("penalty_no")], "penalty number", weights)
    decided = day_of(penalty.get("penalty_decided_at"))
    return weigh(
        compare_people(opinion.people, act.people, weights),
        (
            number,
            compare_word(opinion.unit, (act.unit,), "township", weights.unit),
            compare_word(opinion.cause, (act.cause,), "cause", weights.cause),
            compare_days(
                decided, day_of(document.get("decided_at")), weights.lags.letter, "days from penalty to opinion"
            ),
        ),
        identified=number is not None and number.bits > 0,
    )


def obeyed_by(opinion: Traits, act: Traits, weights: Weights) -> Evidence:
    """What speaks for and against a referral, or what the police hold of it, following from this opinion."""
    document, referral = opinion.record, act.record
    noted = find_document_numbers(referral.get("remarks"))
    number = compare_number(document.get("doc_no"), noted, "opinion number in remarks", weights)
    acted = day_of(
        referral.get("sent_at")
        or referral.get("approved_at")
        or referral.get("opened_on")
        or referral.get("received_at")
    )
    return weigh(
        compare_people(opinion.people, act.people, weights),
        (
            number,
            compare_word(opinion.unit, (act.unit,), "township", weights.unit),
            compare_word(opinion.cause, (act.cause,), "cause", weights.cause),
            compare_days(
                day_of(document.get("decided_at")), acted, weights.lags.letter, "days from opinion to referral"
            ),
        ),
        identified=number is not None and number.bits > 0,
    )


# What an opinion may be about, in the order it is tried; police may have what the township has not reported.
ACTS = {K.PENALTY: about_penalty, K.REFERRAL: obeyed_by, K.ACCEPTANCE: obeyed_by}
