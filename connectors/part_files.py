"""Under which name is a file written before it has its own, and which of these names did a stopped run leave behind?"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

# A day is longer than any run, and than two clocks that stand in different time zones are apart.
STALE_SECONDS = 24 * 3600.0
_PART = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{16}\.part", re.DOTALL)


def part_name(name: str) -> str:
    """A name beside a file's own that no reader takes and no other run writes to: two of them may leave one file at once."""
    return f".{name}.{secrets.token_hex(8)}.part"


def left_over(changed_at: Mapping[str, float], now: float) -> list[str]:
    """The part files that nobody needs any more. changed_at: name -> last change, of all that stands in a folder; 0: unknown.

    They are those whose file stands under its own name, since a run that still writes one of them takes that file for
    its own, and those that nobody has touched for a day.
    """
    parts = {name: found["name"] for name in changed_at if (found := _PART.fullmatch(name))}
    return [part for part, name in parts.items() if name in changed_at or 0 < changed_at[part] < now - STALE_SECONDS]
