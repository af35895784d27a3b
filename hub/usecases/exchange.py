"""Pull what an agency recorded, and receive it row by row."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from hub.cycles import cycles_left_alone
from hub.hub import Hub
from hub.ledger.parcels import append_parcel, stored_rows, taken
from hub.ledger.row_form import WrittenRow
from hub.ledger.store import Transaction
from hub.mapping.agency import Agency
from hub.model import Parcel, Reading, RowReading
from hub.privacy import mask_identity_numbers
from hub.receiving.parcel import read_name
from hub.transport import Transport

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PullSummary:
    """What one pull brought. answers: how many of the parcels acknowledge a delivery and hold no rows.

    unknown: files at the place that no notice announces; they are left where they are.
    """

    agency: str
    parcels: int
    answers: int
    rows: int
    read: int
    quarantined: int
    ignored: int
    refused: int
    unknown: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """The figures, without names."""
        return {
            "parcels": self.parcels,
            "answers": self.answers,
            "rows": self.rows,
            "read": self.read,
            "quarantined": self.quarantined,
            "ignored": self.ignored,
            "refused_files": self.refused,
            "unknown_files": len(self.unknown),
        }


def pull(hub: Hub, agency_code: str, transport: Transport, now: datetime) -> PullSummary:
    """Fetch what is new at the agency's place and keep it, parcel by parcel, each in one transaction.

    A parcel is kept whole before anything else happens with it, so stopping at any moment loses nothing;
    pulling again takes up what is left. Raises `AgencyUnreachable` when the other side does not answer:
    what came before that is kept. A file that no notice announces is left where it is, and named.
    """
    agency = hub.agencies[agency_code]
    with hub.ledger.read() as tx:
        held = taken(tx, agency_code)
        said = _said(tx, agency)
    counts: Counter[str] = Counter()
    unknown: list[str] = []
    for parcel in transport.fetch(held):
        if read_name(agency, parcel.path) is None:
            unknown.append(parcel.path)
            continue
        counts.update(_receive(hub, agency, parcel, said, now))
    summary = PullSummary(
        agency_code,
        counts["parcels"],
        counts["answers"],
        counts["rows"],
        counts[Reading.READ],
        counts[Reading.QUARANTINED],
        counts[Reading.IGNORED],
        counts["refused"],
        tuple(sorted(unknown)),
    )
    LOG.info("%s: pulled %s", agency_code, " ".join(f"{name}={count}" for name, count in summary.counts().items()))
    for path in summary.unknown:
        LOG.warning("%s: %s is no file of the notice; left alone", agency_code, mask_identity_numbers(path))
    return summary


def _said(tx: Transaction, agency: Agency) -> dict[str, str]:
    """What every document held of an API says now: key -> content hash; empty for an agency of files."""
    if all(rule.format != "documents" for rule in agency.notice.files):
        return {}
    rows = sorted(stored_rows(tx, agency=agency.code), key=lambda row: (row.received_at, row.arrived_at))
    return {_document(row.reading): row.reading.content_hash for row in rows}


def _document(reading: RowReading | WrittenRow) -> str:
    return reading.key or reading.content_hash


def _receive(hub: Hub, agency: Agency, parcel: Parcel, said: dict[str, str], now: datetime) -> Counter[str]:
    with hub.read_rows(agency, parcel, hub.codes, hub.read_table) as rows:
        if _of_documents(agency, parcel):
            # Pages overlap: a document that says what it said last is no new row. One that returns to older words is.
            news = [r for r in rows if said.get(_document(r)) != r.content_hash or r.source == parcel.path]
            if not news and said:
                return Counter()
            said.update((_document(r), r.content_hash) for r in news)
            rows = iter(news)
        counts: Counter[str] = Counter()
        begun = _begun(rows)
        with hub.ledger.write() as tx, cycles_left_alone():
            kept = append_parcel(tx, parcel, _counted(begun, parcel.path, counts), now)
    if kept is None:
        return Counter()
    name = read_name(agency, parcel.path)
    answers = int(name is not None and name.rule.answers)
    return counts + Counter(parcels=1, answers=answers)


def _begun(rows: Iterator[WrittenRow]) -> Iterator[WrittenRow]:
    """The same rows, the first of them read: opening a large file takes seconds, in which others can write."""
    first = list(islice(rows, 1))
    return chain(first, rows)


def _counted(rows: Iterable[WrittenRow], path: str, counts: Counter[str]) -> Iterator[WrittenRow]:
    """The same rows; they are counted on their way, since a large file's are never in memory all at once."""
    for row in rows:
        counts["rows"] += 1
        counts[row.reading] += 1
        counts["refused"] += row.source == path
        yield row


def _of_documents(agency: Agency, parcel: Parcel) -> bool:
    name = read_name(agency, parcel.path)
    return name is not None and name.rule.format == "documents"
