"""What else lies in the agencies' places? Files that no notice announces, and that are no delivery."""

from __future__ import annotations

from datetime import date, datetime, time

from tests.drawing.ledgers import Drawn
from tests.drawing.places import TOWNSHIPS
from tests.drawing.world import World

# What editors, file managers and broken transfers leave behind.
NAMES = (
    "townships/{town}/~$行刑衔接台账_202609.xlsx",
    "townships/{town}/Thumbs.db",
    "townships/{town}/填表说明.txt",
    "townships/{town}/旧台账_202609.xlsx",
    "police/outbox/sa_20260902.csv.tmp",
    "police/outbox/readme.txt",
    "justice_bureau/收文登记说明.txt",
)


def draw_strays(w: World) -> list[Drawn]:
    """One file of each name, none of them counted."""
    if not w.luck.plants("stray_files"):
        return []
    town = w.rng.choice(list(TOWNSHIPS))
    at = datetime.combine(date(2026, 9, 3), time(9))
    return [Drawn(name.format(town=town), b"\x05stray" + bytes(160), at, counted=False, agency="") for name in NAMES]
