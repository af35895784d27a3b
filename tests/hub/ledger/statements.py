"""What do agencies say in the ledger's tests? Small parcels of invented rows, and a ledger with some of everything."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from hub.ledger.deliveries import SENT, PlannedDelivery, Refers, plan_delivery
from hub.ledger.facts import append_fact
from hub.ledger.links import StoredLink, append_links
from hub.ledger.papers import StoredPaper, keep_paper
from hub.ledger.parcels import append_parcel, append_rereading
from hub.ledger.row_form import written
from hub.ledger.runs import Run, append_run
from hub.ledger.store import Ledger
from hub.model import Event, Parcel, Party, Reading, Record, RecordKind, RowReading
from hub.moment import Moment
from hub.privacy import digest

MORNING = datetime(2026, 9, 1, 1, 0, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
ID_NO = "110101199003070011"


def a_parcel(
    path: str = "police/outbox/sa_20260901.csv",
    content: bytes = b"as it came",
    at: datetime = MORNING,
    agency: str = "police",
    fingerprint: str = "1",
    **meta: str,
) -> Parcel:
    """A parcel that arrived and was fetched at one instant."""
    noted = (("fingerprint", fingerprint), *sorted(meta.items()))
    return Parcel(agency, path, content, digest(content), at, at, noted)


def a_row(parcel: Parcel, number: int, id_no: str = ID_NO) -> RowReading:
    """A row that was read, with a party and an event."""
    source = f"{parcel.path}!R{number}"
    record = Record(
        agency=parcel.agency,
        kind=RecordKind.ACCEPTANCE,
        key=f"繁公受案字〔2026〕{number}号",
        source=source,
        fields={"doc_no": f"繁公受案字〔2026〕{number}号", "cause_code": "illegal_logging"},
        parties=(Party("赵试验", id_no, "complete"), Party("钱某", "", "absent")),
        events=(
            Event("referral.received", Moment.of(parcel.arrived_at), parcel.agency, (("person", "赵试验"),)),
            Event("material.incomplete", Moment(parcel.arrived_at.date()), parcel.agency),
        ),
        raw=(("受案登记表文号", f"繁公受案字〔2026〕{number}号"), ("证件号码", id_no)),
    )
    return RowReading(source, Reading.READ, RecordKind.ACCEPTANCE, record.key, digest(source.encode()), record=record)


def a_bad_row(parcel: Parcel, number: int) -> RowReading:
    """A row that was set aside."""
    source = f"{parcel.path}!R{number}"
    return RowReading(
        source,
        Reading.QUARANTINED,
        RecordKind.ACCEPTANCE,
        content_hash=digest(source.encode()),
        column="接受时间",
        reason="impossible_date",
        detail="not a date (got '2026/13/1')",
    )


def some_rows(parcel: Parcel, count: int) -> list[RowReading]:
    """Rows of which the last was set aside."""
    return [a_row(parcel, number) for number in range(1, count)] + [a_bad_row(parcel, count)]


def a_delivery(delivery_id: str = "P20260901-0001", agency: str = "police", at: datetime = MORNING) -> PlannedDelivery:
    """A notice to an agency about one case."""
    refers = Refers(("case-1",), ("police/outbox/sa_20260901.csv!R1",), ("obligation-1",))
    return PlannedDelivery(
        delivery_id, agency, "notice", f"inbox/{delivery_id}.csv", b"row\r\n", "text/csv", refers, at
    )


PAPER = b"PK the bytes of a letter"


def a_paper(number: int = 1, at: datetime = MORNING) -> StoredPaper:
    """A letter about the one case, drafted when a rung fired."""
    return StoredPaper(
        kind="follow_up",
        title="跟进监督函",
        number=f"繁检跟监〔2026〕{number}号",
        occasion=f"rung obligation-{number}/opinion_unanswered/2",
        case_id="case-1",
        issuer="procuratorate",
        addressees=("繁城镇人民政府",),
        copies_to=(),
        sealed=False,
        sha256=digest(PAPER),
        drafted_at=at,
        approved_by="chief_procurator",
        given={"parties": "赵试验"},
    )


def a_link(number: int, case_id: str = "case-1", score: float = 1.0) -> StoredLink:
    """A record's place in a case."""
    source = f"police/outbox/sa_20260901.csv!R{number}"
    return StoredLink(case_id, "police", source, f"繁公受案字〔2026〕{number}号", "exact", score, ("文号一致",))


def a_run(run_id: str = "run-1", at: datetime = MORNING) -> Run:
    """A committed reconciliation."""
    return Run(run_id, "reconcile", at, at, {"agency": "police"}, {"links": 2}, at)


def fill(ledger: Ledger) -> None:
    """Some of everything: two parcels, one read again, two runs' links, a delivery, a paper, facts; ten entries."""
    first = a_parcel()
    second = a_parcel("police/outbox/cl_20260901.csv", b"results", MORNING + HOUR)
    with ledger.write() as tx:
        append_parcel(tx, first, map(written, some_rows(first, 4)), MORNING)
        parcel_id = append_parcel(tx, second, map(written, some_rows(second, 3)), MORNING + HOUR)
        assert parcel_id is not None
        append_rereading(
            tx, parcel_id, map(written, [a_row(second, number) for number in (1, 2, 3)]), MORNING + 2 * HOUR
        )
    with ledger.write() as tx:
        append_run(tx, a_run())
        append_links(tx, "run-1", [a_link(1), a_link(2)], MORNING + 3 * HOUR)
        append_links(tx, "run-2", [a_link(1), a_link(2, "case-2", 0.5)], MORNING + 4 * HOUR)
        plan_delivery(tx, a_delivery())
        keep_paper(tx, a_paper(at=MORNING + 4 * HOUR), PAPER)
        append_fact(tx, SENT, "P20260901-0001", MORNING + 4 * HOUR, {"path": "inbox/P20260901-0001.csv"})
        append_fact(tx, "notice.sent", "obligation-1", MORNING + 5 * HOUR, {"to": "police/liaison"})
