"""May two rows under one number speak of one party? For the few rows that are looked at one by one."""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA

from hub.values.identity import read_identity, same_person
from hub.values.names import is_masked, masked_fits

_LETTERS_A_SLIP = 4  # one character of four may be wrong, and one of a short name


@lru_cache(1 << 16)
def names_fit(name: str | None, other: str | None) -> bool:
    """Whether two names, as compared, are not altogether different: a number is copied one row too far now and then.

    >>> names_fit("王小明", "王晓明"), names_fit("张三", "张三(绰号小六)"), names_fit("王某某", "王小明"), names_fit("张三", None)
    (True, True, True, True)
    >>> names_fit("张伟", "李强")
    False
    """
    if not name or not other or name == other:
        return True
    if is_masked(name) or is_masked(other):
        return masked_fits(name, other) if is_masked(name) else masked_fits(other, name)
    if name.startswith(other) or other.startswith(name):
        return True
    return OSA.distance(name, other) <= max(1, max(len(name), len(other)) // _LETTERS_A_SLIP)


def numbers_fit(number: str | None, other: str | None) -> bool:
    """Whether two identity numbers as typed are not those of two persons."""
    return number == other or same_person(read_identity(number), read_identity(other)) is not False
