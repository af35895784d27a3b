"""Which matter does a document of the procuratorate, or a letter about it, belong to?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from hub.link.acceptances import Candidate, acceptable, best_candidates
from hub.link.evidence import (
    Evidence,
    Observation,
    compare_days,
    compare_number,
    compare_people,
    compare_word,
    weigh,
)
from hub.link.matter import Groups
from hub.link.signs import NUMBER_FIELDS, SEALED, day_of, unit_of
from hub.link.weights import Weights
from hub.model import Record, RecordKind
from hub.moment import Moment
from hub.values.document_numbers import read_document_number, strict_key

K = RecordKind


@dataclass(frozen=True, slots=True)
class Target:
    """What a document may belong to.

    kinds: the group must hold a record of one of them. after: an act that must, or should, have come
    before the document. needs: without that act, or an equal 案件编号, the document cannot belong there.
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
        if target.needs and _holds(groups.members(index), target.after):
            continue  # its number has led it there already; another matter of the person is another matter
        best = best_candidates(groups, weigh_matters(groups, index, target), groups.weights.decide.document)
        if len(best) == 1:
            groups.join_by(index, best[0].index, _tier(best[0].evidence), best[0].evidence)
        elif best:
            groups.leave(c.index for c in best)


def _bridge(groups: Groups, index: int) -> None:
    """Join what police said under the document's 案件编号, where they gave no readable 受案登记 to say whose it is."""
    number = groups.records[index].get("police_case_no")
    bits = groups.weights.police_case_no.equal
    for j in groups.found_by("police_case_no", number) if number else ():
        if (
            groups.records[j].get("police_case_no") != number
            and groups.records[j].get("prior_police_case_no") != number
        ):
            continue  # found by a like sign
        if all(r.kind is K.POLICE_RESULT for r in groups.members(j)):
            groups.join(j, index, "police_case_no", bits, (f"案件编号 {bits:+g} equal",))


def weigh_matters(groups: Groups, index: int, target: Target) -> list[Candidate]:
    """The other matters that a document may belong to, each with what speaks for and against it."""
    document = groups.records[index]
    by_root: dict[int, int] = {}
    for i in groups.candidates(index):
        if groups.root(i) != groups.root(index):
            by_root.setdefault(groups.root(i), i)
    return [
        Candidate(i, evidence)
        for i in by_root.values()
        if (evidence := _compare(document, groups.members(i), target, groups.weights)) is not None
    ]


def _compare(document: Record, matter: list[Record], target: Target, weights: Weights) -> Evidence | None:
    standing = [r for r in matter if r.kind in target.kinds]
    if not standing:
        return None
    people = [p for r in matter for p in r.parties]
    police_case = compare_word(
        document.get("police_case_no"),
        {r.get(f) for r in matter for f in ("police_case_no", "prior_police_case_no")},
        "案件编号",
        weights.police_case_no,
    )
    number = _compare_related(document, matter, weights)
    unified = compare_word(
        document.get("unified_case_no"),
        {r.get("unified_case_no") for r in standing},
        "统一受案号",
        weights.unified_case_no,
    )
    act = _act_before(document, matter, target.after, weights)
    if target.needs and act is not None and act.bits < 0 and (police_case is None or police_case.bits < 0):
        return None
    causes = {r.get("cause_code") for r in matter}
    lag = None
    if document.get("doc_type") == "copy_receipt":
        days = [day for r in standing if (day := day_of(r.get("sent_at") or r.get("approved_at"))) is not None]
        sent = min(days, default=None)
        lag = compare_days(sent, day_of(document.get("decided_at")), weights.lags.receipt, "days from sending to copy")
    identified = any(o is not None and o.bits > 0 for o in (police_case, number))
    return weigh(
        compare_people(document.parties, people, weights),
        (
            police_case,
            unified,
            number,
            compare_word(unit_of(document), map(unit_of, matter), "township", weights.unit),
            compare_word(document.get("cause_code"), causes, "cause", weights.cause),
            act,
            lag,
        ),
        identified=identified,
    )


def could_fit(document: Record, records: Sequence[Record], weights: Weights) -> bool:
    """Whether a group made of any of these records could be the document's matter: the best that might be said for it."""
    own, noted = _numbers(records)
    police_case = document.get("police_case_no")
    cases = {r.get(f) for r in records for f in ("police_case_no", "prior_police_case_no")}
    related = compare_number(document.get("related_doc_no"), own + noted, "related number", weights)
    number = weights.number.borne_equal if related is not None and related.bits > 0 else 0.0
    case = weights.police_case_no.equal if police_case and police_case in cases else 0.0
    people = [p for r in records for p in r.parties]
    person = max(0.0, sum(o.bits for o in compare_people(document.parties, people, weights)))
    units = [unit_of(r) for r in records]
    unit = compare_word(unit_of(document), units, "township", weights.unit)
    place = unit.bits if unit is not None and (unit.bits > 0 or all(units)) else 0.0
    cause = weights.cause.equal if document.get("cause_code") in {r.get("cause_code") for r in records} else 0.0
    lag = max(band.bits for band in weights.lags.receipt) if document.get("doc_type") == "copy_receipt" else 0.0
    unified = document.get("unified_case_no")
    united = (
        weights.unified_case_no.equal if unified and unified in {r.get("unified_case_no") for r in records} else 0.0
    )
    matter = number + case + place + cause + lag + united + weights.act.seen
    return acceptable(Evidence(person, matter, (), identified=number > 0 or case > 0), weights.decide.document)


def _compare_related(document: Record, matter: Sequence[Record], weights: Weights) -> Observation | None:
    """The number that the document answers, against the numbers that the matter's records bear.

    What a record bears itself counts for more than what the police desk noted of another's number, and where both
    stand only the former counts. Only a number of the same series can contradict.
    """
    related = document.get("related_doc_no")
    own, noted = _numbers(matter)
    if related and strict_key(related) in {strict_key(n) for n in own}:
        return Observation("related number", weights.number.borne_equal, "equal")
    referred = any(r.kind is K.REFERRAL and r.get("referral_no") for r in matter)
    series = read_document_number(related).prefix
    held = [n for n in (own if referred else own + noted) if _alike(series, read_document_number(n).prefix, weights)]
    found = compare_number(related, held, "related number", weights)
    if found is None:
        return None
    if found.bits > 0:
        return Observation("related number", weights.number.loosely_equal, found.seen)
    return found if any(read_document_number(number).prefix == series for number in held) else None


def _alike(series: str, other: str, weights: Weights) -> bool:
    """Whether one could be the other misspelt, or is missing: year and serial of two registers agree by chance."""
    if not series or not other:
        return True
    return Levenshtein.normalized_similarity(series, other) >= weights.number.series_alike


def _numbers(matter: Sequence[Record]) -> tuple[list[str], list[str]]:
    """The numbers that records bear themselves, and those that police noted of a referral."""
    own: list[str] = []
    noted: list[str] = []
    for r in matter:
        for field in NUMBER_FIELDS:
            if number := r.get(field):
                (noted if r.kind is K.ACCEPTANCE and field == "referral_no" else own).append(number)
    return own, noted


def _holds(matter: Iterable[Record], code: str) -> bool:
    return any(e.code == code for r in matter for e in r.events)


def _act_before(document: Record, matter: Iterable[Record], code: str, weights: Weights) -> Observation | None:
    if not code:
        return None
    decided = Moment.parse(document.get("decided_at"))
    seen = any(e.code == code and not e.at.after(decided) for r in matter for e in r.events)
    if seen:
        return Observation("act before it", weights.act.seen, code)
    return Observation("act before it", weights.act.missing, f"no {code}")


def _tier(evidence: Evidence) -> str:
    seen = {o.feature: o.bits for o in evidence.observations}
    parts = [
        word
        for feature, word in (
            ("案件编号", "police_case_no"),
            ("related number", "number"),
            ("identity number", "identity"),
            ("name", "name"),
        )
        if seen.get(feature, 0) > 0
    ]
    return "+".join(parts) or "matter"
