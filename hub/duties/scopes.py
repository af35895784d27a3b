"""What, beside the case, must an opening and an ending event share, and what is an obligation of that scope about?"""

from __future__ import annotations

from hub.duties.rules import Scope
from hub.link.persons import share_a_person
from hub.model import Record
from hub.values.document_numbers import loose_key, strict_key

# The first of these fields that the opening record has names the matter for people.
_SUBJECTS = {
    Scope.ROW: ("case_no",),
    Scope.POLICE_CASE: ("police_case_no",),
    Scope.LETTER: ("doc_no",),
    Scope.PERSON: ("doc_no",),
    Scope.CASE: ("referral_no", "doc_no", "case_no"),
}


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


def _same_letter(a: Record, b: Record) -> bool:
    own, other = _letter_numbers(a), _letter_numbers(b)
    if {strict_key(n) for n in own} & {strict_key(n) for n in other}:
        return True
    # The linker put them into one case although the number was misspelt: year and serial must do. They are compared with
    # the number that the other cites; its own, of another series, may bear the same serial by chance.
    cited = b.get("related_doc_no") or b.get("doc_no")
    pairs = ((a.get("doc_no"), cited), (a.get("related_doc_no"), b.get("related_doc_no")))
    return any(loose_key(x) == loose_key(y) != "" for x, y in pairs if x and y)


def _letter_numbers(record: Record) -> list[str]:
    return [n for n in (record.get("doc_no"), record.get("related_doc_no")) if n]
