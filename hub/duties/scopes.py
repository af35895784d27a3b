"""What, beside the case, must an opening and an ending event share, and what is an obligation of that scope about?"""

from __future__ import annotations

from collections.abc import Iterable

from hub.duties.rules import Scope
from hub.link.persons import share_a_person
from hub.model import Record, RecordKind
from hub.values.document_numbers import loose_key, strict_key

# The first of these fields that the opening record has names the matter for people.
_SUBJECTS = {
    Scope.ROW: ("case_no",),
    Scope.POLICE_CASE: ("police_case_no",),
    Scope.LETTER: ("doc_no",),
    Scope.PERSON: ("doc_no",),
    Scope.CASE: ("referral_no", "doc_no", "case_no"),
}

_LETTERS = (RecordKind.DOCUMENT, RecordKind.CORRESPONDENCE, RecordKind.POLICE_RESULT)
# The procuratorate's documents that answer a letter: they bear a number of their own, and cite the letter's.
_ANSWERS = ("consultation_answer", "clue_registration", "clue_result")


def subject_of(scope: Scope, record: Record) -> str:
    """What an obligation that this record opened is about, for people; may be empty."""
    return next((record.get(field) for field in _SUBJECTS[scope] if record.get(field)), "")


def speak_of_one(scope: Scope, opening: Record, other: Record) -> bool:
    """Whether two records of a case speak of one row, police case, person or letter (samples/README.md 6.4)."""
    if scope is Scope.ROW:
        return (opening.agency, opening.kind, opening.key) == (other.agency, other.kind, other.key)
    if scope is Scope.POLICE_CASE:
        return opening.get("police_case_no") == other.get("police_case_no")
    if scope is Scope.PERSON:
        return opening is other or bool(share_a_person(opening.parties, other.parties))
    if scope is Scope.LETTER:
        return opening is other or _same_letter(opening, other)
    return True


def speaks_of_another(letter: Record, answer: Record, records: Iterable[Record]) -> bool:
    """Whether an answer gives the number of another letter among these records to the last character, and not this one's.

    Then year and serial that are like this one's are so by chance: 繁检行意〔2026〕1号 and 繁检意〔2026〕1号 are two.
    """
    if letter is answer or _names(answer, letter):
        return False
    # A row of a township or of police bears the number that it answers: it is no letter beside.
    others = (one for one in records if one is not letter and (one is not answer or one.kind is RecordKind.DOCUMENT))
    return any(one.kind in _LETTERS and _names(answer, one) for one in others)


def _names(answer: Record, letter: Record) -> bool:
    return not {*map(strict_key, _answered_by(answer))}.isdisjoint(map(strict_key, _numbers_of(letter)))


def _same_letter(letter: Record, answer: Record) -> bool:
    if _names(answer, letter):
        return True
    # The linker put them into one case although the number was misspelt: year and serial must do.
    return any(loose_key(x) == loose_key(y) != "" for x in _numbers_of(letter) for y in _answered_by(answer))


def _numbers_of(letter: Record) -> list[str]:
    """The letter's own number; a registered clue goes by that of the clue as well."""
    registered = letter.get("related_doc_no") if letter.get("doc_type") == "clue_registration" else ""
    return [number for number in (letter.get("doc_no"), registered) if number]


def _answered_by(answer: Record) -> list[str]:
    """The number of the letter that a record speaks of: what an answer cites; of all else its own."""
    number = answer.get("related_doc_no" if answer.get("doc_type") in _ANSWERS else "doc_no")
    return [number] if number else []
