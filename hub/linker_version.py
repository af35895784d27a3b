"""Which linker is this: by which of the hub's own text, by which figures, by which interface notices?"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from hub.hub import Hub
from hub.receiving.versions import settled_by

_HUB = Path(__file__).resolve().parent


def linker_version(hub: Hub, root: Path = _HUB) -> str:
    """A digest of all that the links follow from beside rows and decisions: notes of another are not gone on from.

    The text counts whole, for what a link says goes from the reading of a number to the writing of a note. A mapping
    counts as far as it says which rows stand; how cells are read is kept with each row. root: where the text is.
    """
    parts = (text_digest(root), hub.link_weights.version, settled_by(hub.agencies))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


@cache
def text_digest(root: Path) -> str:
    """A digest of every module below a folder, with its place in it; raises ValueError where there is none."""
    modules = modules_of(root)
    if not modules:
        raise ValueError(f"{root}: there are no modules, so another version could not be told from this one")
    digest = hashlib.sha256()
    for path in modules:
        place, text = path.relative_to(root).as_posix().encode(), path.read_bytes()
        digest.update(b"%d %s %d " % (len(place), place, len(text)) + text)
    return digest.hexdigest()


def modules_of(root: Path = _HUB) -> list[Path]:
    """Every module below a folder, in order; without one, those of the hub."""
    return sorted(root.rglob("*.py"))
