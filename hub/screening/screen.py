"""Everything that a screening of the whole county finds, in one order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from hub.duties.duty import Obligation
from hub.link import Case
from hub.mapping.codes import Codes
from hub.screening.clue import Clue
from hub.screening.collisions import find_collisions
from hub.screening.penalties import find_over_threshold, find_repeated


def find_clues(
    cases: Sequence[Case], obligations: Iterable[Obligation], codes: Codes, as_of: datetime
) -> tuple[Clue, ...]:
    """Every clue as of the instant, by kind, case and day; pure."""
    found = {
        *find_over_threshold(cases, codes, as_of),
        *find_repeated(cases, codes, as_of),
        *find_collisions(cases, obligations, as_of),
    }
    return tuple(sorted(found))
