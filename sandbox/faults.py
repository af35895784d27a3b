"""What goes wrong on the line just now: slow answers, connections that break, places that are away?"""

from __future__ import annotations

import os
from pathlib import Path

from sandbox.layout import STATE


class Faults:
    """The switches of one server; set from any thread, in force from the next request on.

    pause: seconds that each answer (API) or read (SFTP) waits.
    """

    def __init__(self) -> None:
        self.pause = 0.0
        self._drop_after = 0
        self._drops = 0

    def drop(self, after: int, times: int = 1) -> None:
        """Break the connection once more than `after` bytes of a file or answer are due; `times` times."""
        self._drop_after, self._drops = after, times

    def drop_point(self) -> int | None:
        """After how many bytes the next transfer breaks, or None."""
        return self._drop_after if self._drops > 0 else None

    def dropped(self) -> None:
        """Count a break."""
        self._drops -= 1


def take_away(place: Path, home: str) -> None:
    """Make an agency's folder unreachable, like a share that is not mounted; its files are kept aside.

    What stands there instead is a link to nothing: it cannot be listed, and nobody can create the folder anew.
    """
    aside = _aside(place, home)
    aside.parent.mkdir(parents=True, exist_ok=True)
    os.replace(place / home, aside)
    (place / home).symlink_to(place / STATE / "unreachable")


def bring_back(place: Path, home: str) -> None:
    """Undo `take_away`; nothing to do where the folder is there."""
    if _aside(place, home).is_dir():
        (place / home).unlink(missing_ok=True)
        os.replace(_aside(place, home), place / home)


def _aside(place: Path, home: str) -> Path:
    return place / STATE / "away" / home.replace("/", "_")
