"""Who is named in a paper, and with which number?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hub.model import Party, Record
from hub.values.identity import IdentityState, current_form, identity_of, is_person_number, is_unit_number
from hub.values.names import comparable_name, is_masked

_GOOD = (IdentityState.COMPLETE, IdentityState.LEGACY, IdentityState.OTHER)


def told_people(records: Iterable[Record], case: Sequence[Record], how: str) -> str:
    """The persons of these records, each once, as a paper names them; empty where it may not name them so.

    how: `names`; `people`, with the numbers that are known; `identified`, empty unless every name is whole and every
    number known. case: all records of the matter: a number that one agency did not write another one may have.

    >>> told_people([Record("police", "acceptance", "1", "", {}, (Party("示例甲"),))], [], "identified")
    ''
    """
    named = [(party.name, _number(party, case)) for record in records for party in record.parties if party.name]
    parties = {(comparable_name(name), number): (name, number) for name, number in named}
    if how == "names":
        return "、".join(dict.fromkeys(name for name, _ in parties.values()))
    if how == "identified" and any(not number or is_masked(name) for name, number in parties.values()):
        return ""
    return "、".join(f"{name}（{_called(number)}{number}）" if number else name for name, number in parties.values())


def _number(party: Party, case: Sequence[Record]) -> str:
    """The party's own number, or the one that all others of the case give it; empty where they disagree."""
    if party.id_state in _GOOD:
        return party.id_no
    name = comparable_name(party.name)
    others = [p for record in case for p in record.parties if comparable_name(p.name) == name and p.id_state in _GOOD]
    numbers = {current_form(identity_of(other)): other.id_no for other in others}
    return next(iter(numbers.values())) if len(numbers) == 1 else ""


def _called(number: str) -> str:
    if is_person_number(number):
        return "公民身份号码"
    return "统一社会信用代码" if is_unit_number(number) else "证件号码"
