"""Do the dispositions add up? Rows in = accepted + duplicate + superseded + quarantined + ignored, file by file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.errors import HubError
from hub.ledger.parcels import StoredParcel
from hub.mapping import Agency
from hub.model import Disposition
from hub.receive import read_name
from hub.versions import Disposed


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
    """One entry for each file that holds rows, also where it holds none; raises `BalanceBroken` if it does not add up."""
    files = {p.parcel_id: name for p in parcels if (name := _file_of(p, agencies))}
    counts: dict[str, Counter[Disposition]] = {name: Counter() for name in files.values()}
    sources: set[str] = set()
    total = 0
    for one in disposed:
        counts[files[one.row.parcel_id]][one.disposition] += 1
        sources.add(one.source)
        total += 1
    if len(sources) != total:
        raise BalanceBroken(f"{total} rows have {len(sources)} sources: a row was counted twice")
    balanced = [FileBalance(name, sum(c.values()), dict(c)) for name, c in sorted(counts.items())]
    if sum(entry.rows for entry in balanced) != total:
        raise BalanceBroken(f"{total} rows went in, {sum(entry.rows for entry in balanced)} came out")
    return balanced


def _file_of(parcel: StoredParcel, agencies: Mapping[str, Agency]) -> str:
    agency = agencies[parcel.agency]
    name = read_name(agency, parcel.path)
    if name is None or name.rule.answers:
        return ""
    return agency.mapping.channel.place if name.rule.format == "documents" else parcel.path
