"""Which letter does a receipt, a handling row or a notice about one belong to? By number, never by number alone."""

from __future__ import annotations

from dataclasses import dataclass

from hub.link.acceptances import Candidate
from hub.link.evidence import Evidence, compare_number, compare_people, compare_word, weigh
from hub.link.matter import Groups
from hub.link.traits import Traits
from hub.link.weights import Weights
from hub.model import Record, RecordKind
from hub.values.document_numbers import strict_key

K = RecordKind
# What is compared in this step and in no other.
LETTER_NUMBER = "letter number"
_OPINIONS = ("transfer_opinion", "penalty_opinion")


@dataclass(frozen=True, slots=True)
class Answer:
    """What may answer a letter, under which number.

    kind, word: of the records that do (word: their doc_type or category; empty: all). field: where they give the
    letter's number. letters: the doc_types that may be meant. handled: a township's own row about the letter stands for
    it, too.
    """

    tier: str
    kind: RecordKind
    word: str
    field: str
    letters: tuple[str, ...]
    handled: bool = False

    def given_by(self, record: Record) -> bool:
        """Whether this record may be such an answer."""
        said = (record.get("doc_type"), record.get("category"))
        return record.kind is self.kind and (not self.word or self.word in said) and bool(record.get(self.field))

    def may_mean(self, record: Record) -> bool:
        """Whether this record may be the letter."""
        if record.kind is K.DOCUMENT:
            return record.get("doc_type") in self.letters
        return self.handled and record.kind is K.OPINION_HANDLING


# In the order in which they are joined.
ANSWERS = (
    Answer("opinion_no", K.OPINION_HANDLING, "", "doc_no", _OPINIONS),
    Answer("opinion_no", K.PENALTY, "", "related_doc_no", _OPINIONS, handled=True),
    Answer("opinion_no", K.DOCUMENT, "refusal_notice", "related_doc_no", _OPINIONS, handled=True),
    Answer("opinion_no", K.COPY_RECEIPT, "", "doc_no", _OPINIONS),
    Answer("letter_no", K.CORRESPONDENCE, "suggestion", "doc_no", ("suggestion",)),
    Answer("letter_no", K.CLUE_RECEIPT, "", "doc_no", ("duty_clue",)),
)


def join_letters(groups: Groups) -> None:
    """Join what answers a letter to the letter; where several fit, none is guessed."""
    for answer in ANSWERS:
        for i in groups.of_kind(answer.kind):
            if answer.given_by(groups.records[i]) and groups.must_choose("letter", i):
                _join_letter(groups, i, answer)


def _join_letter(groups: Groups, index: int, answer: Answer) -> None:
    if any(answer.may_mean(groups.records[j]) for j in groups.decided_with(index)):
        return  # a person said which
    newcomer = groups.traits(index)
    fits = [c for c in _weigh(groups, index, answer) if _compatible(newcomer, groups.traits(c.index), groups.weights)]
    roots = {groups.root(c.index) for c in fits}
    if len(roots) > 1:
        groups.leave(c.index for c in fits)
    elif roots:
        groups.join_by(index, fits[0].index, answer.tier, fits[0].evidence)


def weigh_letters(groups: Groups, index: int) -> list[Candidate]:
    """The letters of the number that a record gives, each with what speaks for and against it."""
    answers = [one for one in ANSWERS if one.given_by(groups.records[index])]
    return [candidate for answer in answers for candidate in _weigh(groups, index, answer)]


def _weigh(groups: Groups, index: int, answer: Answer) -> list[Candidate]:
    """The letters themselves first, then the townships' rows about them."""
    newcomer = groups.traits(index)
    number = strict_key(newcomer.record.get(answer.field))
    found = [j for j in groups.found_by("number", number) if groups.may_join(index, j)] if number else []
    meant = [
        j for j in found if answer.may_mean(groups.records[j]) and strict_key(groups.records[j].get("doc_no")) == number
    ]
    meant.sort(key=lambda j: (groups.records[j].kind is not K.DOCUMENT, j))
    return [
        Candidate(j, _compare(newcomer, groups.traits(j), answer.field, groups.weights)) for j in meant if j != index
    ]


def _compare(newcomer: Traits, letter: Traits, field: str, weights: Weights) -> Evidence:
    return weigh(
        compare_people(newcomer.people, letter.people, weights),
        (
            compare_number(newcomer.record.get(field), [letter.record.get("doc_no")], LETTER_NUMBER, weights),
            compare_word(newcomer.unit, (letter.unit,), "township", weights.unit),
        ),
    )


def _compatible(newcomer: Traits, letter: Traits, weights: Weights) -> bool:
    """One township, and no person that contradicts: a slip of the pen hits other letters' numbers."""
    if newcomer.unit and letter.unit and newcomer.unit != letter.unit:
        return False
    person = compare_people(newcomer.people, letter.people, weights)
    return sum(o.bits for o in person) > weights.decide.letter.person
