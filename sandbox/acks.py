"""What does a delivery of the hub hold, and how does an agency write that it has it?"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sandbox.layout import SHANGHAI

COLUMNS = ("parcel_id", "received_at", "sha256", "rows", "row", "result")
UNFINISHED = re.compile(r"^[.~]|\.(tmp|part|partial|filepart|draft)$", re.IGNORECASE)


class NotAParcel(Exception):
    """A parcel that the police's reader does not take: no answer will come before it is put right."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file of the hub in an inbox, finished. `appeared_at` is in seconds since the epoch."""

    delivery_id: str
    path: Path
    appeared_at: float


def police_parcels(inbox: Path) -> list[Delivery]:
    """The parcels that have their manifest: `<id>.csv` with `<id>.csv.ok`, which comes last."""
    return [
        Delivery(path.name[: -len(".csv")], path, manifest.stat().st_mtime)
        for path in sorted(inbox.glob("*.csv"))
        if (manifest := path.with_name(f"{path.name}.ok")).exists()
    ]


def folder_deliveries(inbox: Path) -> list[Delivery]:
    """The finished files of an inbox that is a folder: the delivery id is the name up to its first full stop."""
    found: dict[str, Delivery] = {}
    for path in sorted(inbox.iterdir()):
        if path.is_file() and not UNFINISHED.search(path.name) and path.suffix != ".ok":
            delivery_id = path.name.split(".")[0]
            found.setdefault(delivery_id, Delivery(delivery_id, path, path.stat().st_mtime))
    return list(found.values())


def read_parcel(path: Path) -> list[dict[str, str]]:
    """The rows of a parcel for the police: GB18030, every field quoted, a header, and a manifest that agrees.

    NotAParcel where any of it is not so.
    """
    content = path.read_bytes()
    manifest = path.with_name(f"{path.name}.ok").read_text(encoding="utf-8", errors="replace")
    said = dict(line.split("=", 1) for line in manifest.split() if "=" in line)
    if said.get("sha256") != hashlib.sha256(content).hexdigest():
        raise NotAParcel("the sha256 is not that of the manifest")
    try:
        text = content.decode("gb18030")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotAParcel(f"not CSV in GB18030: {type(error).__name__}") from None
    if not rows or len({len(row) for row in rows}) != 1:
        raise NotAParcel("no header, or rows of different width")
    if text not in (write_csv(rows), write_csv(rows).replace("\r\n", "\n")):
        raise NotAParcel("not every field is quoted")
    if said.get("rows") != str(len(rows) - 1):
        raise NotAParcel(f"{len(rows) - 1} rows, and the manifest says otherwise")
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def count_rows(path: Path) -> int:
    """How many rows an acknowledgement of this file has: its data rows for a CSV, else the one file."""
    if path.suffix.lower() != ".csv":
        return 1
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    return max(1, len(list(csv.reader(io.StringIO(text, newline="")))) - 1)


def ack_text(delivery_id: str, received_at: datetime, content: bytes, results: Sequence[str]) -> str:
    """An acknowledgement, one line for each row: CSV, every field quoted, CRLF."""
    received = received_at.astimezone(SHANGHAI).isoformat(timespec="seconds")
    sha256 = hashlib.sha256(content).hexdigest()
    lines = [
        (delivery_id, received, sha256, str(len(results)), str(number), result)
        for number, result in enumerate(results, start=1)
    ]
    return write_csv([COLUMNS, *lines])


def write_csv(rows: Sequence[Sequence[str]]) -> str:
    """CSV text as the agencies write it: every field quoted, CRLF."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
