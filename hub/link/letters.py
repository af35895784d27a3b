"""Which letter does a receipt, a handling row or a notice about a letter belong to? By number, never by number alone."""

from __future__ import annotations

from collections.abc import Iterable

from hub.link import weights as w
from hub.link.evidence import compare_number, compare_people, compare_word, weigh
from hub.link.matter import Groups
from hub.link.signs import unit_of
from hub.model import Record, RecordKind
from hub.values.document_numbers import strict_key

K = RecordKind
_OPINIONS = ("transfer_opinion", "penalty_opinion")


def join_letters(groups: Groups) -> None:
    """Join what answers a letter to the letter; where several fit, none is guessed."""
    opinions = [i for i in groups.of_kind(K.DOCUMENT) if groups.records[i].get("doc_type") in _OPINIONS]
    handling = groups.of_kind(K.OPINION_HANDLING)
    suggestions = _documents(groups, "suggestion")
    clues = _documents(groups, "duty_clue")
    letters = groups.of_kind(K.CORRESPONDENCE)
    steps = (
        ("opinion_no", handling, opinions, "doc_no"),
        ("opinion_no", [i for i in groups.of_kind(K.PENALTY) if groups.records[i].get("related_doc_no")],
         opinions + handling, "related_doc_no"),
        ("opinion_no", _documents(groups, "refusal_notice"), opinions + handling, "related_doc_no"),
        ("opinion_no", groups.of_kind(K.COPY_RECEIPT), opinions, "doc_no"),
        ("letter_no", [i for i in letters if groups.records[i].get("category") == "suggestion"], suggestions, "doc_no"),
        ("letter_no", groups.of_kind(K.CLUE_RECEIPT), clues, "doc_no"),
    )  # fmt: skip
    for tier, newcomers, standing, field in steps:
        for i in newcomers:
            if groups.must_choose("letter", i):
                _join_letter(groups, i, set(standing), tier, field)


def _join_letter(groups: Groups, index: int, standing: set[int], tier: str, field: str) -> None:
    newcomer = groups.records[index]
    fits = [j for j in _letters_of(groups, index, standing, field) if _compatible(newcomer, groups.records[j])]
    roots = {groups.root(j) for j in fits}
    if len(roots) > 1:
        groups.leave(fits)
    elif roots:
        letter = groups.records[fits[0]]
        evidence = weigh(
            compare_people(newcomer.parties, letter.parties),
            (
                compare_number(newcomer.get(field), [letter.get("doc_no")], "letter number"),
                compare_word(unit_of(newcomer), [unit_of(letter)], "township", w.UNIT_EQUAL, w.UNIT_DIFFERS),
            ),
        )
        groups.join_by(index, fits[0], tier, evidence)


def _letters_of(groups: Groups, index: int, standing: set[int], field: str) -> list[int]:
    """The letters of the number that a record gives, among those that may be meant."""
    number = strict_key(groups.records[index].get(field))
    found = groups.found_by("number", number) if number else ()
    return [j for j in found if j in standing and strict_key(groups.records[j].get("doc_no")) == number]


def _documents(groups: Groups, doc_type: str) -> list[int]:
    return [i for i in groups.of_kind(K.DOCUMENT) if groups.records[i].get("doc_type") == doc_type]


def _compatible(newcomer: Record, letter: Record) -> bool:
    """One township, and no person that contradicts: a slip of the pen hits other letters' numbers."""
    units = (unit_of(newcomer), unit_of(letter))
    if all(units) and units[0] != units[1]:
        return False
    return _person_bits(newcomer, [letter]) > w.PERSON_CONTRADICTED


def _person_bits(record: Record, others: Iterable[Record]) -> float:
    people = [p for other in others for p in other.parties]
    return sum(o.bits for o in compare_people(record.parties, people))
