"""Screen the whole county for matters that a prosecutor should look at: penal figures, repetition, collisions."""

from __future__ import annotations

from datetime import datetime

from hub.hub import Hub
from hub.screening.clue import Clue
from hub.screening.collisions import find_collisions
from hub.screening.penalties import find_over_threshold, find_repeated
from hub.view import View, look


def screen(hub: Hub, as_of: datetime, known_at: datetime | None = None) -> tuple[Clue, ...]:
    """Every clue as of the instant, by kind, case and day. Nothing is told to anybody: a person decides what follows."""
    with hub.ledger.read() as tx:
        return clues_of(hub, look(hub, tx, as_of, known_at))


def clues_of(hub: Hub, view: View) -> tuple[Clue, ...]:
    """The clues in a view."""
    cases = view.linkage.cases
    found = {
        *find_over_threshold(cases, hub.codes, view.as_of),
        *find_repeated(cases, hub.codes, view.as_of),
        *find_collisions(cases, view.obligations, view.as_of),
    }
    return tuple(sorted(found))
