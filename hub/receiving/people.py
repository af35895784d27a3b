"""Whom does a row name, and to whom was it copied?"""

from __future__ import annotations

from collections.abc import Mapping

from hub.model import CellValue, Party
from hub.values.blanks import text_of
from hub.values.identity import read_identity
from hub.values.moments import read_moment
from hub.values.names import split_numbers, split_parties

PEOPLE = ("parties", "identities", "persons")


def read_parties(people: Mapping[str, CellValue]) -> tuple[Party, ...]:
    """The parties of a row; numbers stand in the order of the names, or they are nobody's.

    people: way of reading (`parties`, `identities`, `persons`) -> the cell that is read so.
    """
    if "persons" in people:
        return _read_persons(people["persons"])
    names = split_parties(text_of(people.get("parties")))
    numbers = people.get("identities")
    # A number cell is read as it is: only there it shows that it kept no more than 15 digits.
    several = [numbers] if isinstance(numbers, (int, float)) else list(split_numbers(text_of(numbers)))
    while len(several) > len(names) and not several[-1]:
        several.pop()
    if len(several) != len(names):
        return tuple(Party(name) for name in names)
    read = [read_identity(number) for number in several]
    return tuple([Party(n, i.text, str(i.state)) for n, i in zip(names, read, strict=True)])


def read_copies(cell: CellValue) -> list[Mapping[str, str]]:
    """The entries of a list of copies that bear a date. Raises UnreadableValue where it is none."""
    return [
        {"agency": str(entry.get("agency", "")), "copied_at": str(read_moment(str(entry["copied_at"])))}
        for entry in (cell if isinstance(cell, list) else [])
        if isinstance(entry, dict) and entry.get("copied_at")
    ]


def _read_persons(cell: CellValue) -> tuple[Party, ...]:
    parties = []
    for person in cell if isinstance(cell, list) else []:
        if isinstance(person, dict) and isinstance(person.get("name"), str):
            number = person.get("id_no")
            identity = read_identity(number if isinstance(number, (str, int, float)) else None)
            parties.append(Party(str(person["name"]).strip(), identity.text, str(identity.state)))
    return tuple(parties)
