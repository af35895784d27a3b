"""Which files stand at which agency's place, and since when?"""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
OFFICES = ("police", "procuratorate", "justice_bureau", "supervision_commission")
STATE = "state"


def homes(source: Path) -> dict[str, str]:
    """The agencies that a folder holds: agency code -> the agency's place, relative to the folder.

    A township is a folder under `townships/`, whatever its code; an office is there when its folder is.
    """
    townships = source / "townships"
    found = {
        path.name: f"townships/{path.name}"
        for path in (sorted(townships.iterdir()) if townships.is_dir() else ())
        if path.is_dir() and not path.name.startswith(".")
    }
    return found | {office: office for office in OFFICES if (source / office).is_dir()}


def lay_out(source: Path, place: Path, until: datetime | None = None) -> list[str]:
    """Bring what arrived by `until` from `source` to `place`, each file once; the paths that are new there.

    Called again with a later `until` it brings only what came since, in order of arrival, so that a
    file which someone changed or took away at the place is left as it is. A file's modification time is its
    `arrived_at` of `arrivals.csv`; one that is not named there has always been there and keeps its own time.
    Each file appears whole. Agencies whose place is away (an outage) get theirs with a later call.
    The source is only read. ValueError where `arrivals.csv` gives no instant with its offset.
    """
    state = place / STATE
    state.mkdir(parents=True, exist_ok=True)
    agencies = homes(source)
    _make_folders(place, agencies)
    arrivals = read_arrivals(source)
    done = laid_out(place)
    always = datetime.min.replace(tzinfo=timezone.utc)
    pending = sorted(
        (arrivals.get(path, always), path)
        for home in agencies.values()
        if (place / home).is_dir()
        for path in _files(source, home)
        if path not in done
    )
    new = []
    with (state / "laid_out.txt").open("a", encoding="utf-8", newline="\n") as journal:
        for arrived_at, path in pending:
            if until is not None and arrived_at > until:
                break
            _place_file(source / path, place / path, state / "arriving", arrivals.get(path))
            journal.write(f"{path}\n")
            journal.flush()
            new.append(path)
    return new


def laid_out(place: Path) -> frozenset[str]:
    """The paths that came from the source; all else at the place was made there."""
    journal = place / STATE / "laid_out.txt"
    return frozenset(journal.read_text(encoding="utf-8").split("\n")) if journal.exists() else frozenset()


def read_arrivals(source: Path) -> dict[str, datetime]:
    """When each file appeared at its place, by path; empty where the folder does not say."""
    listing = source / "arrivals.csv"
    if not listing.exists():
        return {}
    with listing.open(encoding="utf-8-sig", newline="") as file:
        arrivals = {row["path"]: instant(row["arrived_at"]) for row in csv.DictReader(file)}
    return arrivals


def instant(text: str) -> datetime:
    """An instant written in ISO 8601; without an offset it is Shanghai time. ValueError otherwise."""
    read = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    return read if read.tzinfo else read.replace(tzinfo=SHANGHAI)


def _make_folders(place: Path, agencies: dict[str, str]) -> None:
    for code, home in agencies.items():
        folders = {"police": ("outbox", "inbox", "ack"), "procuratorate": ("received",)}.get(code, ("inbox", "ack"))
        if not (place / home).is_symlink():
            for folder in folders:
                (place / home / folder).mkdir(parents=True, exist_ok=True)


def _files(source: Path, home: str) -> Iterator[str]:
    for folder, _, names in os.walk(source / home):
        for name in names:
            if not name.startswith("."):
                yield (Path(folder) / name).relative_to(source).as_posix()


def _place_file(origin: Path, target: Path, arriving: Path, arrived_at: datetime | None) -> None:
    if target.exists():  # A stop between the rename and the journal: it is there, and may be in use.
        return
    # Copied aside and renamed, time and all: whoever lists the place never sees half a file.
    shutil.copyfile(origin, arriving)
    stamp = arrived_at.timestamp() if arrived_at else origin.stat().st_mtime
    os.utime(arriving, (stamp, stamp))
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(arriving, target)
