"""What does the hub know, and what follows from it, as of an instant? The whole chain of views in one place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from hub import findings
from hub.cycles import cycles_left_alone
from hub.duties.acknowledgements import derive_acknowledgements
from hub.duties.duty import Obligation
from hub.duties.obligations import derive
from hub.duties.reporting import Delivered, derive_reports
from hub.duties.suspensions import Suspension, suspensions
from hub.duties.waivers import Waiver, apply_waivers, waivers
from hub.findings import Finding
from hub.hub import Hub
from hub.ladder.questions import derive_questions
from hub.ladder.told import Question, questions
from hub.ledger.deliveries import StoredDelivery, deliveries
from hub.ledger.parcels import StoredParcel, StoredRow, first_record_ids, stored_parcels, stored_rows
from hub.ledger.store import Transaction
from hub.link import Linkage, link
from hub.link.decisions import LinkDecision, link_decisions
from hub.link.judging import Judged, acting, judge_decisions
from hub.linked import linked
from hub.mapping.agency import Agency
from hub.model import Disposition, Reading, RecordKind
from hub.receiving.parcel import FileName, read_name
from hub.receiving.versions import Disposed, HeldRow, accepted, settle


@dataclass(frozen=True, slots=True)
class View:
    """Everything that follows from what was known: dispositions, cases, obligations, findings.

    judged: what people decided about links, and whether it acts.
    """

    as_of: datetime
    parcels: tuple[StoredParcel, ...]
    disposed: tuple[Disposed, ...]
    linkage: Linkage
    obligations: tuple[Obligation, ...]
    findings: tuple[Finding, ...]
    judged: tuple[Judged, ...] = ()

    def counts(self) -> dict[str, int]:
        """How many of each; the same names everywhere a run is summed up."""
        states = [o.state for o in self.obligations]
        by_disposition = [d.disposition for d in self.disposed]
        return {
            "parcels": len(self.parcels),
            "rows": len(self.disposed),
            **{str(word): by_disposition.count(word) for word in Disposition},
            "cases": len(self.linkage.cases),
            "links": len(self.linkage.links),
            "ambiguous": len(self.linkage.ambiguities),
            "obligations": len(self.obligations),
            "overdue": sum(state == "overdue" for state in states),
            "findings": len(self.findings),
        }


@dataclass(frozen=True, slots=True)
class Decided:
    """What no agency's record asserts, but people were asked or decided.

    asked: the questions that were put to them. let_go: obligations that the county waived. stopped: when the clocks of
    single obligations stood still. linked: which records belong together, and which do not.
    """

    asked: tuple[Question, ...] = ()
    let_go: tuple[Waiver, ...] = ()
    stopped: tuple[Suspension, ...] = ()
    linked: tuple[LinkDecision, ...] = ()


NOTHING_DECIDED = Decided()

Linker = Callable[[Sequence[Disposed], Sequence[Judged]], Linkage]
"""(rows with their dispositions, decisions about links) -> which records belong together"""


def decided(tx: Transaction, known_at: datetime | None = None) -> Decided:
    """All of it that the ledger knew at `known_at`."""
    return Decided(
        tuple(questions(tx, known_at)),
        tuple(waivers(tx, known_at)),
        tuple(suspensions(tx, known_at)),
        tuple(link_decisions(tx, known_at)),
    )


@cycles_left_alone()
def look(
    hub: Hub,
    tx: Transaction,
    as_of: datetime,
    known_at: datetime | None = None,
    first_periods: Mapping[str, str] | None = None,
) -> View:
    """Compute the view as of an instant from what the ledger knew at `known_at` (None: all it knows).

    Of what it knows by now, only what came since the last run of the linker is linked, with the same result. Raises
    `ConfigurationFault` where the ledger holds rows of an agency that has no mapping any more.
    """
    parcels = tuple(stored_parcels(tx, known_at=known_at))
    rows = held_rows(tx, parcels, known_at)
    told = deliveries(tx, known_at=known_at)
    people = decided(tx, known_at)
    linker = partial(_linked, hub, tx, people.linked) if known_at is None else None
    return view_of(hub, as_of, parcels, rows, told, first_periods, people, linker)


@cycles_left_alone()
def view_of(
    hub: Hub,
    as_of: datetime,
    parcels: Sequence[StoredParcel],
    rows: Sequence[HeldRow],
    told: Iterable[StoredDelivery],
    first_periods: Mapping[str, str] | None = None,
    people: Decided = NOTHING_DECIDED,
    linker: Linker | None = None,
) -> View:
    """What follows as of an instant from these parcels, rows and deliveries alone, as if nothing else had ever come.

    people: what was put to people, and what they decided. linker: who links the records; None: all of them are linked anew.
    """
    disposed = settle(rows, hub.agencies)
    records = accepted(disposed)
    judged = judge_decisions(people.linked, records, as_of)
    linkage = linker(disposed, judged) if linker else link(records, hub.link_weights, acting(judged))
    delivered = _delivered(parcels, rows, hub.agencies)
    owed = [
        *derive(linkage.cases, hub.rules, hub.calendar, as_of, people.stopped),
        *derive_reports(hub.agencies, delivered, hub.rules, hub.calendar, as_of, first_periods),
        *derive_acknowledgements(told, hub.agencies, hub.rules, hub.calendar, as_of),
    ]
    owed += derive_questions(people.asked, owed, hub.rules, hub.calendar, as_of)
    owed = apply_waivers(owed, people.let_go, as_of)
    set_aside = set_aside_numbers(disposed, hub.agencies)
    found = findings.find(linkage, owed, hub.codes, hub.authorities, hub.calendar, as_of, set_aside)
    return View(as_of, tuple(parcels), tuple(disposed), linkage, tuple(owed), found, tuple(judged))


def _linked(
    hub: Hub, tx: Transaction, made: Iterable[LinkDecision], disposed: Iterable[Disposed], judged: Iterable[Judged]
) -> Linkage:
    first = first_record_ids(tx)
    standing = [d.row for d in disposed if d.disposition is Disposition.ACCEPTED]
    records = {first[row.parcel_id] + row.position: row.reading.record for row in standing}
    return linked(hub, tx, {i: record for i, record in records.items() if record is not None}, made, acting(judged))


def held_rows(tx: Transaction, parcels: Iterable[StoredParcel], known_at: datetime | None = None) -> list[HeldRow]:
    """The ledger's rows, each with its agency."""
    agency_of = {parcel.parcel_id: parcel.agency for parcel in parcels}
    return [held_row(agency_of[row.parcel_id], row) for row in stored_rows(tx, known_at=known_at)]


def held_row(agency: str, row: StoredRow) -> HeldRow:
    """A row of the ledger, as its versions are compared."""
    return HeldRow(
        agency, row.parcel_id, row.path, row.parcel_sha256, row.arrived_at, row.received_at, row.position, row.reading
    )


def _delivered(
    parcels: Sequence[StoredParcel], rows: Iterable[HeldRow], agencies: Mapping[str, Agency]
) -> list[Delivered]:
    """Every file with rows, when it was complete (with its manifest), and whether it was refused whole."""
    refused = {
        row.parcel_id for row in rows if row.reading.source == row.path and row.reading.reading is Reading.QUARANTINED
    }
    delivered = []
    for parcel in parcels:
        if _file_name(parcel, agencies) is None:
            continue
        complete = dict(parcel.meta).get("manifest_arrived_at")
        at = max(parcel.arrived_at, datetime.fromisoformat(complete)) if complete else parcel.arrived_at
        delivered.append(Delivered(parcel.agency, parcel.path, at, parcel.parcel_id not in refused))
    return delivered


def delivered_files(hub: Hub, tx: Transaction) -> list[Delivered]:
    """The files that the ledger holds, for the reporting calendar."""
    parcels = stored_parcels(tx)
    return _delivered(parcels, held_rows(tx, parcels), hub.agencies)


def _file_name(parcel: StoredParcel, agencies: Mapping[str, Agency]) -> FileName | None:
    name = read_name(agencies[parcel.agency], parcel.path)
    return None if name is None or name.rule.answers else name


def set_aside_numbers(disposed: Iterable[Disposed], agencies: Mapping[str, Agency]) -> list[tuple[str, str]]:
    """(township, 移送书文号) of rows in quarantine: a number that a row bears is no gap in the series."""
    numbers: list[tuple[str, str]] = []
    for one in disposed:
        reading = one.row.reading
        if (
            one.disposition is not Disposition.QUARANTINED
            or reading.kind is not RecordKind.REFERRAL
            or not reading.detail
        ):
            continue
        words = _headers_of(agencies[one.row.agency], "referral_no")
        row = dict(json.loads(reading.detail).get("row", ()))
        numbers.extend((one.row.agency, row[word]) for word in words if row.get(word))
    return numbers


def _headers_of(agency: Agency, field: str) -> tuple[str, ...]:
    """The headers under which an agency may give a field."""
    words: list[str] = []
    for sheet in agency.notice.sheets.values():
        for header, column in sheet.columns.items():
            if not isinstance(column, str) and column.field == field:
                words += [header, *agency.mapping.headers.get(header, ())]
    return tuple(words)
