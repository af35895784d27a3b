"""How is a count said to a person: `1 paper`, `2 papers`?"""

from __future__ import annotations


def counted(count: int, thing: str, things: str = "") -> str:
    """The count with its word, whose plural is given where it takes more than an s.

    >>> counted(1, "row"), counted(0, "row"), counted(2, "delivery", "deliveries")
    ('1 row', '0 rows', '2 deliveries')
    """
    return f"{count} {thing if count == 1 else things or f'{thing}s'}"
