"""Which matter does a document of the procuratorate, or a letter about it, belong to?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz.distance import Levenshtein

from hub.link.acceptances import Candidate, acceptable, best_candidates
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
from hub.link.persons import share_a_person
from hub.link.signs import SEALED, day_of
from hub.link.traits import Matter, Traits, matter_of, read_number, traits_of
from hub.link.weights import Weights
from hub.model import Record, RecordKind
from hub.moment import Moment

K = RecordKind


@dataclass(frozen=True, slots=True)
class Target:
    """What a document may belong to.

    kinds: the group must hold a record of one of them. after: an act that must, or should, have come
    before the document. needs: without that act, or an equal police case number, the document cannot belong there.
    """

    kinds: tuple[RecordKind, ...]
    after: str = ""
    needs: bool = False


_POLICE_MATTER = (K.REFERRAL, K.ACCEPTANCE, K.POLICE_RESULT)
# The procuratorate's own earlier paper: a review and an opinion follow the decision that they are about.
_NOT_PROSECUTED = Target((K.DOCUMENT,), "nonprosecution.decided", needs=True)

# doc_type -> the kinds of matter it can belong to, in the order they are tried; all that fit are joined.
TARGETS: dict[str, tuple[Target, ...]] = {
    # Police may hold a referral whose row the township never delivered in a readable form.
    "copy_receipt": (Target(_POLICE_MATTER, "referral.sent"),),
    "supervision_acceptance": (Target(_POLICE_MATTER, "supervision.requested"),),
    "reasons_for_nonfiling": (Target(_POLICE_MATTER, "filing.refused"),),
    "reasons_for_overdue": (Target(_POLICE_MATTER, "referral.received"),),
    "filing_order": (Target(_POLICE_MATTER, "nonfiling.reasons_required"),),
    "reasons_upheld": (Target(_POLICE_MATTER, "nonfiling.explained"),),
    "supervision_result": (Target(_POLICE_MATTER, "supervision.reasons_upheld"),),
    "indictment": (Target(_POLICE_MATTER, "prosecution.referred"),),
    "nonprosecution": (Target(_POLICE_MATTER, "prosecution.referred", needs=True),),
    "nonprosecution_review": (_NOT_PROSECUTED, Target(_POLICE_MATTER, "prosecution.referred", needs=True)),
    "penalty_opinion": (_NOT_PROSECUTED, Target(_POLICE_MATTER, "prosecution.referred", needs=True)),
    "refusal_notice": (Target((K.DOCUMENT,), "transfer_opinion.served", needs=True),),
    "consultation_answer": (Target((K.CORRESPONDENCE, K.POLICE_RESULT), "consultation.asked"),),
    "clue_registration": (Target((K.CORRESPONDENCE,), "clue.sent"),),
    "clue_result": (Target((K.CORRESPONDENCE,), "clue.sent"),),
}


def join_documents(groups: Groups) -> None:
    """Join every document to the matter it fits, oldest first; where several fit, none is guessed."""
    documents = sorted(groups.of_kind(K.DOCUMENT), key=lambda i: (groups.records[i].get("decided_at"), i))
    for i in documents:
        if groups.records[i].get("doc_type") != SEALED and groups.must_choose("document", i):
            _join_document(groups, i)


def _join_document(groups: Groups, index: int) -> None:
    _bridge(groups, index)
    for target in TARGETS.get(groups.records[index].get("doc_type"), ()):
        if any(groups.records[j].kind in target.kinds for j in groups.decided_with(index)):
            continue  # a person said where it belongs
        if target.needs and target.after in groups.matter(index).acts:
            continue  # its number has led it there already; another matter of the person is another matter
        best = best_candidates(groups, weigh_matters(groups, index, target), groups.weights.decide.document)
        if len(best) == 1 or _one_for_each_person(groups, index, best):
            for one in best:
                groups.join_by(index, one.index, _tier(one.evidence), one.evidence)
        elif best:
            groups.leave(c.index for c in best)


def _one_for_each_person(groups: Groups, index: int, matters: Sequence[Candidate]) -> bool:
    """Whether each of several matters is about others of the persons whom a document names: then it is about all of them."""
    parties = groups.records[index].parties
    if not 1 < len(matters) <= len(parties):
        return False
    named = [
        {
            place
            for place, one in enumerate(parties)
            for r in groups.members(c.index)
            if share_a_person([one], r.parties)
        }
        for c in matters
    ]
    return all(named) and not any(one & other for one, other in combinations(named, 2))


def _bridge(groups: Groups, index: int) -> None:
    """Join what police said under the document's police case number, where no readable 受案登记 says whose it is."""
    number = groups.records[index].get("police_case_no")
    bits = groups.weights.police_case_no.equal
    for j in groups.found_by("police_case_no", number) if number else ():
        if (
            groups.records[j].get("police_case_no") != number
            and groups.records[j].get("prior_police_case_no") != number
        ):
            continue  # found by a like sign
        if all(r.kind is K.POLICE_RESULT for r in groups.members(j)):
            groups.join(j, index, "police_case_no", bits, (f"police case number {bits:+g} equal",))


def weigh_matters(groups: Groups, index: int, target: Target) -> list[Candidate]:
    """The other matters that a document may belong to, each with what speaks for and against it."""
    document = groups.traits(index)
    by_root: dict[int, int] = {}
    for i in groups.candidates(index):
        if groups.root(i) != groups.root(index):
            by_root.setdefault(groups.root(i), i)
    return [
        Candidate(i, evidence)
        for i in by_root.values()
        if (evidence := _compare(document, groups.matter(i), target, groups.weights)) is not None
    ]


def _compare(newcomer: Traits, matter: Matter, target: Target, weights: Weights) -> Evidence | None:
    document = newcomer.record
    standing = [one for one in matter.members if one.kind in target.kinds]
    if not standing:
        return None
    police_case = compare_word(
        document.get("police_case_no"), matter.police_cases, "police case number", weights.police_case_no
    )
    number = _compare_related(document, matter, weights)
    unified = compare_word(
        document.get("unified_case_no"),
        [one.record.get("unified_case_no") for one in standing],
        "unified case number",
        weights.unified_case_no,
    )
    act = _act_before(document, matter, target.after, weights)
    if target.needs and act is not None and act.bits < 0 and (police_case is None or police_case.bits < 0):
        return None
    lag = None
    if document.get("doc_type") == "copy_receipt":
        sent = min((one.sent for one in standing if one.sent is not None), default=None)
        lag = compare_days(sent, day_of(document.get("decided_at")), weights.lags.receipt, "days from sending to copy")
    identified = any(o is not None and o.bits > 0 for o in (police_case, number))
    return weigh(
        compare_people(newcomer.people, matter.people, weights),
        (
            police_case,
            unified,
            number,
            compare_word(newcomer.unit, matter.units, "township", weights.unit),
            compare_word(newcomer.cause, matter.causes, "cause", weights.cause),
            act,
            lag,
        ),
        identified=identified,
    )


def could_fit(document: Record, records: Sequence[Record], weights: Weights) -> bool:
    """Whether a group of any of these records could be the document's matter: the best that might be said for it."""
    newcomer, matter = traits_of(document), matter_of(list(map(traits_of, records)))
    police_case = document.get("police_case_no")
    related = document.get("related_doc_no")
    seen = compare_numbers(read_number(related), matter.own + matter.noted, "", weights) if related else None
    number = weights.number.borne_equal if seen is not None and seen.bits > 0 else 0.0
    case = weights.police_case_no.equal if police_case and police_case in matter.police_cases else 0.0
    person = max(0.0, sum(o.bits for o in compare_people(newcomer.people, matter.people, weights)))
    unit = compare_word(newcomer.unit, matter.units, "township", weights.unit)
    told = all(one.unit for one in matter.members)
    place = unit.bits if unit is not None and (unit.bits > 0 or told) else 0.0
    cause = weights.cause.equal if newcomer.cause in matter.causes else 0.0
    lag = max(band.bits for band in weights.lags.receipt) if document.get("doc_type") == "copy_receipt" else 0.0
    unified = document.get("unified_case_no")
    united = (
        weights.unified_case_no.equal if unified and unified in {r.get("unified_case_no") for r in records} else 0.0
    )
    best = number + case + place + cause + lag + united + weights.act.seen
    return acceptable(Evidence(person, best, (), identified=number > 0 or case > 0), weights.decide.document)


def _compare_related(document: Record, matter: Matter, weights: Weights) -> Observation | None:
    """The number that the document answers, against the numbers that the matter's records bear.

    What a record bears itself counts for more than what the police desk noted of another's number, and where both
    stand only the former counts. Only a number of the same series can contradict.
    """
    if not (noted := document.get("related_doc_no")):
        return None
    related = read_number(noted)
    if any(related.strict == n.strict for n in matter.own):
        return Observation("related number", weights.number.borne_equal, "equal")
    numbers = matter.own if matter.referred else matter.own + matter.noted
    held = [n for n in numbers if _alike(related.series, n.series, weights)]
    found = compare_numbers(related, held, "related number", weights)
    if found is None:
        return None
    if found.bits > 0:
        return Observation("related number", weights.number.loosely_equal, found.seen)
    return found if any(n.series == related.series for n in held) else None


def _alike(series: str, other: str, weights: Weights) -> bool:
    """Whether one could be the other misspelt, or is missing: year and serial of two registers agree by chance."""
    if not series or not other or series == other:
        return True
    return Levenshtein.normalized_similarity(series, other) >= weights.number.series_alike


def _act_before(document: Record, matter: Matter, code: str, weights: Weights) -> Observation | None:
    if not code:
        return None
    times = matter.acts.get(code, ())
    # Papers of one day are signed in any order; one that is served with another may have been signed before it.
    days = [Moment.parse(text).day for field in ("decided_at", "served_at") if (text := document.get(field))]
    if any(at.day <= max(days) for at in times):
        return Observation("act before it", weights.act.seen, code)
    return Observation("act before it", weights.act.missing, f"no {code}")


def _tier(evidence: Evidence) -> str:
    seen = {o.feature: o.bits for o in evidence.observations}
    parts = [
        word
        for feature, word in (
            ("police case number", "police_case_no"),
            ("related number", "number"),
            ("identity number", "identity"),
            ("name", "name"),
        )
        if seen.get(feature, 0) > 0
    ]
    return "+".join(parts) or "matter"
