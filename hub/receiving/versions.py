"""Which version of each row stands? The disposition of every row, from all rows that the hub holds."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from hub.errors import ConfigurationFault
from hub.mapping.agency import Agency
from hub.model import Disposition, Reading, Record, RowReading
from hub.receiving.parcel import FileName, read_name


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row as the ledger holds it: where it came from, when it came, what reading it gave."""

    agency: str
    parcel_id: str
    path: str
    parcel_sha256: str
    arrived_at: datetime
    received_at: datetime
    position: int
    reading: RowReading


@dataclass(frozen=True, slots=True)
class Disposed:
    """A row with its disposition; `source` tells older versions of an API document apart."""

    row: HeldRow
    disposition: Disposition
    source: str
    superseded_by: str = ""


# Stands for every file of an agency at once.
_ALL = "*"
_READ = {
    Reading.QUARANTINED: Disposition.QUARANTINED,
    Reading.IGNORED: Disposition.IGNORED,
}


def settle(rows: Iterable[HeldRow], agencies: Mapping[str, Agency]) -> list[Disposed]:
    """Give every row its one disposition; pure, and independent of the order of the input.

    Of the rows that read, equal ones under one key are duplicates (in one file; in a stream also across
    files; and every row of a file that repeats an earlier one of its period byte for byte); of what
    remains the last version is accepted and the earlier ones are superseded (contract: samples 6.1).
    A document of an API is what it says last: only the same words once more are a duplicate, and one
    that returns to earlier words stands so. Raises `ConfigurationFault` for rows of an agency without mapping.
    """
    by_agency: dict[str, list[HeldRow]] = defaultdict(list)
    for row in rows:
        by_agency[row.agency].append(row)
    disposed: list[Disposed] = []
    if strangers := sorted(by_agency.keys() - agencies.keys()):
        raise ConfigurationFault(
            f"the ledger holds rows of {', '.join(strangers)}, which no mapping file names any more"
        )
    for code in sorted(by_agency):
        disposed.extend(_settle_agency(by_agency[code], agencies[code]))
    return disposed


def settled_by(agencies: Mapping[str, Agency]) -> str:
    """A digest of all in the mappings that has a say in `settle`: each agency's place, and its notice.

    An agency that gets another liaison, or another word for a column, leaves it as it is.
    """
    said = [[code, one.mapping.channel.place, one.notice.model_dump_json()] for code, one in sorted(agencies.items())]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def accepted(disposed: Iterable[Disposed]) -> list[Record]:
    """The standing statements: the record of every accepted row."""
    return [
        d.row.reading.record
        for d in disposed
        if d.disposition is Disposition.ACCEPTED and d.row.reading.record is not None
    ]


def _settle_agency(rows: list[HeldRow], agency: Agency) -> list[Disposed]:
    names = {path: read_name(agency, path) for path in {row.path for row in rows}}
    came = _came(rows, names)
    ordered = sorted(rows, key=lambda row: (*_version_order(names[row.path], row, came), row.position))
    original = _repeated_parcels(ordered, names)
    stream = agency.notice.versions == "stream"
    seen: set[tuple[str, ...]] = set()
    standing: dict[tuple[str, str], int] = {}
    dispositions: list[Disposition] = []
    superseded_by: dict[int, int] = {}
    for index, row in enumerate(ordered):
        reading = row.reading
        if reading.reading in _READ:
            dispositions.append(_READ[reading.reading])
            continue
        key = (str(reading.kind), reading.key)
        statement = (*key, reading.content_hash)
        if _is_document(names[row.path]):
            again = key in standing and ordered[standing[key]].reading.content_hash == reading.content_hash
        else:
            # In a stream everything came "before in the same file"; where a file repeats another, that other did.
            file = _ALL if stream else row.parcel_id
            again = (file, *statement) in seen or (original.get(row.parcel_id, ""), *statement) in seen
        if again:
            dispositions.append(Disposition.DUPLICATE)
            continue
        seen |= {(row.parcel_id, *statement), (_ALL, *statement)}
        if key in standing:
            dispositions[standing[key]] = Disposition.SUPERSEDED
            superseded_by[standing[key]] = index
        standing[key] = index
        dispositions.append(Disposition.ACCEPTED)
    sources = _sources(ordered, dispositions)
    return [
        Disposed(row, disposition, source, sources[superseded_by[i]] if i in superseded_by else "")
        for i, (row, disposition, source) in enumerate(zip(ordered, dispositions, sources, strict=True))
    ]


def _is_document(name: FileName | None) -> bool:
    return name is not None and name.rule.format == "documents"


def _version_order(
    name: FileName | None, row: HeldRow, came: Mapping[str, datetime]
) -> tuple[str, datetime, str, str, str]:
    """What orders versions: the period in the file's name, then when it came, then the issue, then the path.

    Where names tell no period (pages of an API) it is when the hub received it, then what the server's clock said.
    """
    received = _text(row.received_at)
    if name is None or not name.period:
        return ("", row.received_at, _text(row.arrived_at), row.path, "")
    return (name.period, came[row.parcel_id], _issue(name), row.path, received)


def _came(rows: Iterable[HeldRow], names: Mapping[str, FileName | None]) -> dict[str, datetime]:
    """When each file of a period came: as its place dates it, but not before what it must come after.

    A clerk's clock may be wrong, and a copied file keeps its old date. So of one path what the hub received in a later
    run came later, and a file sent again came after the issue before it that was there.
    """
    parcels = {row.parcel_id: row for row in rows}
    issues = {path: _issue(name) for path, name in names.items() if name is not None and name.period}
    before: dict[tuple[str, str], list[HeldRow]] = defaultdict(list)
    came: dict[str, datetime] = {}
    known = (row for row in parcels.values() if row.path in issues)
    for row in sorted(known, key=lambda one: (one.received_at, issues[one.path], one.arrived_at, one.path)):
        name = names[row.path]
        others = before[(name.period, name.sheet) if name else ("", "")]
        floor = [
            came[other.parcel_id]
            for other in others
            if (other.path == row.path and other.received_at < row.received_at) or issues[other.path] < issues[row.path]
        ]
        came[row.parcel_id] = max([row.arrived_at, *floor])
        others.append(row)
    return came


def _issue(name: FileName) -> str:
    return name.issue.zfill(4) if name.issue.isdigit() else name.issue


def _text(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat(timespec="microseconds")


def _repeated_parcels(ordered: Sequence[HeldRow], names: Mapping[str, FileName | None]) -> dict[str, str]:
    """Parcels that are byte for byte an earlier one of the same sheet and period -> the earlier one.

    A file that was refused whole said nothing that could be repeated.
    """
    first: dict[tuple[str, str, str], str] = {}
    repeats: dict[str, str] = {}
    for row in ordered:
        name = names[row.path]
        if name is None or not name.period or row.reading.source == row.path:
            continue
        original = first.setdefault((name.period, name.sheet, row.parcel_sha256), row.parcel_id)
        if original != row.parcel_id:
            repeats[row.parcel_id] = original
    return repeats


def _sources(ordered: Sequence[HeldRow], dispositions: Sequence[Disposition]) -> list[str]:
    """Unique names of rows: an API document has one source for all its versions, so older ones add their order."""
    last = {row.reading.source: index for index, row in enumerate(ordered)}
    standing = {
        row.reading.source: index
        for index, (row, disposition) in enumerate(zip(ordered, dispositions, strict=True))
        if disposition is Disposition.ACCEPTED
    }
    counts: dict[str, int] = defaultdict(int)
    sources = []
    for index, row in enumerate(ordered):
        source = row.reading.source
        counts[source] += 1
        while f"{source}@{counts[source]}" in last:  # an agency may name a document just so
            counts[source] += 1
        sources.append(source if standing.get(source, last[source]) == index else f"{source}@{counts[source]}")
    return sources
