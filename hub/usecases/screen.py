"""Screen the whole county for matters that a prosecutor should look at: penal figures, repetition, collisions."""

from __future__ import annotations

from datetime import datetime

from hub.hub import Hub
from hub.screening.clue import Clue
from hub.screening.screen import find_clues
from hub.view import look


def screen(hub: Hub, as_of: datetime, known_at: datetime | None = None) -> tuple[Clue, ...]:
    """Every clue as of the instant, by kind, case and day. Nobody is told anything: a person decides what follows."""
    with hub.ledger.read() as tx:
        view = look(hub, tx, as_of, known_at)
    return find_clues(view.linkage.cases, view.obligations, hub.codes, as_of)
