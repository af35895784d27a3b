"""Whom does a row name, and to whom was it copied?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from hub.model import CellValue, Party
from hub.values.blanks import text_of
from hub.values.identity import Identity, IdentityState, is_person_number, read_identity
from hub.values.moments import read_moment
from hub.values.names import split_numbers

_BETWEEN_WORDS = re.compile(r"[\s/／]+")


def read_identities(cell: CellValue) -> tuple[Identity, ...]:
    """The numbers of a cell in their order; an empty place stays, so that they pair off with the parties."""
    if isinstance(cell, str) and cell.isascii() and is_person_number(cell):
        return (Identity(cell, IdentityState.COMPLETE),)
    # A number cell is read as it is: only there it shows that it kept no more than 15 digits.
    several = (cell,) if isinstance(cell, (int, float)) else split_numbers(text_of(cell))
    return tuple([read_identity(number) for number in several])


def pair_off(names: Sequence[str], identities: Sequence[Identity]) -> tuple[Party, ...]:
    """The parties of a row; numbers stand in the order of the names, or they are nobody's.

    A name may have a space or a stroke in it; but where as many numbers stand beside it as words, the words are the names.
    """
    count = len(identities)
    while count > len(names) and identities[count - 1].state is IdentityState.ABSENT:
        count -= 1
    if len(names) == 1 < count == len(words := _BETWEEN_WORDS.split(names[0])) and min(map(len, words)) > 1:
        names = words
    if count != len(names):
        return tuple([Party(name) for name in names])
    return tuple([Party(n, i.text, i.state.value) for n, i in zip(names, identities, strict=False)])


def read_persons(cell: CellValue) -> tuple[Party, ...]:
    """The people in a list of an API; an entry without a name is none."""
    parties = []
    for person in cell if isinstance(cell, list) else []:
        if isinstance(person, dict) and isinstance(person.get("name"), str):
            number = person.get("id_no")
            identity = read_identity(number if isinstance(number, (str, int, float)) else None)
            parties.append(Party(str(person["name"]).strip(), identity.text, str(identity.state)))
    return tuple(parties)


def read_copies(cell: CellValue, word: Callable[[str], str | None]) -> tuple[Mapping[str, str], ...]:
    """The entries of a list of copies that bear a date; word: the code of an agency's name, which stays where there is none.

    Raises UnreadableValue where a date is none.
    """
    return tuple(
        {
            "agency": word(name := str(entry.get("agency", ""))) or name,
            "copied_at": str(read_moment(str(entry["copied_at"]))),
        }
        for entry in (cell if isinstance(cell, list) else [])
        if isinstance(entry, dict) and entry.get("copied_at")
    )
