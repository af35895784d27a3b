"""Which penalty is a 建议移送 opinion about, and which referral obeys it?"""

from __future__ import annotations

from hub.link import weights as w
from hub.link.acceptances import Candidate, best_candidates
from hub.link.evidence import Evidence, compare_days, compare_number, compare_people, compare_word, weigh
from hub.link.matter import Groups, day_of, signs_of_people, unit_of
from hub.model import Record, RecordKind
from hub.values.document_numbers import find_document_numbers, loose_key, strict_key

K = RecordKind


def join_transfer_opinions(groups: Groups) -> dict[int, tuple[int, ...]]:
    """Join each 建议移送 opinion to the penalty it is about and to the referral that obeys it."""
    ambiguous: dict[int, tuple[int, ...]] = {}
    for i in groups.of_kind(K.DOCUMENT):
        document = groups.records[i]
        if document.get("doc_type") != "transfer_opinion":
            continue
        found: set[int] = set()
        for sign, value in signs_of_people(document.parties):
            found.update(groups.found_by(sign, value))
        if number := document.get("related_doc_no"):
            found.update(groups.found_by("number", strict_key(number)))
            found.update(groups.found_by("loose", f"{unit_of(document)}|{loose_key(number)}"))
        for kind, compare in (
            (K.PENALTY, _opinion_about_penalty),
            (K.REFERRAL, _referral_after_opinion),
            (K.ACCEPTANCE, _referral_after_opinion),  # police may have what the township has not reported
        ):
            if kind is K.ACCEPTANCE and _of_kind(groups, i, K.REFERRAL):
                continue
            candidates = [
                Candidate(j, compare(document, groups.records[j]))
                for j in sorted(found)
                if groups.records[j].kind is kind and not (kind is K.ACCEPTANCE and _of_kind(groups, j, K.REFERRAL))
            ]
            best = best_candidates(groups, candidates)
            if len(best) == 1:
                groups.join_by(best[0].index, i, "opinion", best[0].evidence)
            elif best:
                ambiguous[i] = tuple(c.index for c in best)
    return ambiguous


def _of_kind(groups: Groups, index: int, kind: RecordKind) -> bool:
    return any(r.kind is kind for r in groups.members(index))


def _opinion_about_penalty(document: Record, penalty: Record) -> Evidence:
    number = compare_number(document.get("related_doc_no"), [penalty.get("penalty_no")], "penalty number")
    decided = day_of(penalty.get("penalty_decided_at"))
    return weigh(
        compare_people(document.parties, penalty.parties),
        (
            number,
            compare_word(unit_of(document), [penalty.agency], "township", w.UNIT_EQUAL, w.UNIT_DIFFERS),
            compare_word(
                document.get("cause_code"), [penalty.get("cause_code")], "cause", w.CAUSE_EQUAL, w.CAUSE_DIFFERS
            ),
            compare_days(decided, day_of(document.get("decided_at")), w.LETTER_LAG, "days from penalty to opinion"),
        ),
        identified=number is not None and number.bits > 0,
    )


def _referral_after_opinion(document: Record, referral: Record) -> Evidence:
    number = compare_number(
        document.get("doc_no"), find_document_numbers(referral.get("remarks")), "opinion number in 备注"
    )
    acted = day_of(
        referral.get("sent_at")
        or referral.get("approved_at")
        or referral.get("opened_on")
        or referral.get("received_at")
    )
    return weigh(
        compare_people(document.parties, referral.parties),
        (
            number,
            compare_word(unit_of(document), [unit_of(referral)], "township", w.UNIT_EQUAL, w.UNIT_DIFFERS),
            compare_word(
                document.get("cause_code"), [referral.get("cause_code")], "cause", w.CAUSE_EQUAL, w.CAUSE_DIFFERS
            ),
            compare_days(day_of(document.get("decided_at")), acted, w.LETTER_LAG, "days from opinion to referral"),
        ),
        identified=number is not None and number.bits > 0,
    )
