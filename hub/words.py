"""How the contract's fixed words are held: an enum whose members are their own text."""

from enum import Enum


class Word(str, Enum):
    """A closed list of words; `str(member)` is the word itself (Python 3.10 has no StrEnum)."""

    def __str__(self) -> str:
        return str(self.value)
