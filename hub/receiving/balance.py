"""Do the dispositions add up? Rows in = accepted + duplicate + superseded + quarantined + ignored, file by file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.errors import HubError
from hub.ledger.parcels import StoredParcel
from hub.mapping.agency import Agency
from hub.model import Disposition
from hub.receiving.parcel import read_name
from hub.receiving.versions import Disposed


class BalanceBroken(HubError):
    """Stop: rows went in that have no disposition, or more came out than went in."""


@dataclass(frozen=True, slots=True)
class FileBalance:
    """One file's rows by disposition; documents of an API are one entry together."""

    file: str
    rows: int
    counts: Mapping[Disposition, int]


def balance(
    parcels: Sequence[StoredParcel], disposed: Iterable[Disposed], agencies: Mapping[str, Agency]
) -> list[FileBalance]:
    """One entry for each file that holds rows, also where it holds none.

    Raises `BalanceBroken` if it does not add up.
    """
    files = {p.parcel_id: name for p in parcels if (name := _file_of(p, agencies))}
    counts: dict[str, Counter[Disposition]] = {name: Counter() for name in files.values()}
    positions: dict[str, list[int]] = defaultdict(list)
    sources: Counter[str] = Counter()
    for one in disposed:
        # A file that no notice announces any more keeps the rows that were read from it.
        file = files.get(one.row.parcel_id, one.row.path)
        counts.setdefault(file, Counter())[one.disposition] += 1
        positions[one.row.parcel_id].append(one.row.position)
        sources[one.source] += 1
    for parcel_id, found in positions.items():
        if sorted(found) != list(range(len(found))):
            raise BalanceBroken(f"{files.get(parcel_id, parcel_id)}: rows are missing or counted twice")
    if twice := next((source for source, times in sources.items() if times > 1), ""):
        raise BalanceBroken(f"{twice}: two rows bear this source")
    return [FileBalance(name, sum(c.values()), dict(c)) for name, c in sorted(counts.items())]


def _file_of(parcel: StoredParcel, agencies: Mapping[str, Agency]) -> str:
    agency = agencies[parcel.agency]
    name = read_name(agency, parcel.path)
    if name is None or name.rule.answers:
        return ""
    return agency.mapping.channel.place if name.rule.format == "documents" else parcel.path
