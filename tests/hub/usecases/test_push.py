"""Does what agencies must be told reach them once, through their own channels, and is each answer noted?

Everything here runs: the samples' agencies with their servers, the ledger, the transports. The tests go in the order
in which they stand, on one county: what each asserts is what its own step added.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from openpyxl import load_workbook

from connectors.wiring import assemble, open_agency_transport
from hub.delivery.plan import IntentId, Kind
from hub.duties.duty import State
from hub.errors import AgencyUnreachable, EvidenceBroken
from hub.evidence.bundle import export_case
from hub.hub import Hub
from hub.ledger.deliveries import (
    ACKNOWLEDGED,
    RESEND_DUE,
    RESENT,
    SENT,
    DeliveryState,
    StoredDelivery,
    deliveries,
    delivery_content,
)
from hub.ledger.facts import append_fact, facts
from hub.ledger.parcels import stored_rows
from hub.ledger.store import open_ledger
from hub.mapping.agency import Agency
from hub.model import Outgoing, Receipt
from hub.moment import SHANGHAI
from hub.privacy import Cipher, holds_identity_number, key_line
from hub.settings import Settings
from hub.transport import Transport
from hub.usecases.dispatch import dispatch_matters
from hub.usecases.escalate import escalate
from hub.usecases.exchange import pull
from hub.usecases.push import PushSummary, push
from hub.usecases.receipts import ACK_FAULT, INTENT_REFUSED
from hub.usecases.reconcile import reconcile
from hub.view import View, look
from sandbox.agencies import Sandbox
from tests.hub.ledger.tampering import tamper
from tests.support.postgres import PostgresCluster

ROOT = Path(__file__).resolve().parents[3]
AS_OF = datetime(2026, 10, 31, 23, 59, tzinfo=SHANGHAI)
ACK = ("parcel_id", "received_at", "sha256", "rows", "row", "result")
CSV_TOWNSHIP = "140924208"


class County:
    """A hub, and the agencies of the samples with their servers; nobody answers but the tests."""

    def __init__(self, hub: Hub, sandbox: Sandbox) -> None:
        self.hub = hub
        self.sandbox = sandbox

    def transport(self, agency: str) -> Transport:
        return open_agency_transport(self.hub, agency, self.sandbox.endpoints[agency])

    def pull(self, *agencies: str) -> None:
        for agency in agencies or sorted(self.sandbox.endpoints):
            channel = self.transport(agency)
            try:
                pull(self.hub, agency, channel, datetime.now(timezone.utc))
            finally:
                channel.close()

    def push(self, *agencies: str) -> dict[str, PushSummary]:
        done = {}
        for agency in agencies or sorted(self.sandbox.endpoints):
            channel = self.transport(agency)
            try:
                done[agency] = push(self.hub, agency, channel, AS_OF)
            finally:
                channel.close()
        return done

    def deliveries(self, agency: str | None = None, state: DeliveryState | None = None) -> list[StoredDelivery]:
        with self.hub.ledger.read() as tx:
            return deliveries(tx, agency, state)

    def content(self, delivery: StoredDelivery) -> bytes:
        with self.hub.ledger.read() as tx:
            return delivery_content(tx, delivery.delivery_id)

    def facts(self, code: str) -> set[str]:
        with self.hub.ledger.read() as tx:
            return {fact.subject for fact in facts(tx, code=code)}

    def inbox(self, agency: str) -> dict[str, bytes]:
        """Files that the hub left there; the examples that came with the samples are not among them."""
        ids = {one.delivery_id for one in self.deliveries(agency)}
        folder = self.sandbox.place / self.sandbox.homes[agency] / "inbox"
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.name.split(".")[0] in ids}

    def answer(self, agency: str, delivery: StoredDelivery, results: list[str], at: datetime = AS_OF) -> None:
        """What a clerk of the agency writes: an acknowledgement with one line for each result."""
        sha256 = hashlib.sha256(self.content(delivery)).hexdigest()
        lines = [
            (delivery.delivery_id, at.isoformat(), sha256, str(len(results)), str(number), result)
            for number, result in enumerate(results, start=1)
        ]
        out = io.StringIO(newline="")
        csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([ACK, *lines])
        folder = self.sandbox.place / self.sandbox.homes[agency] / "ack"
        folder.mkdir(exist_ok=True)
        (folder / f"{delivery.delivery_id}.ack.csv").write_text(out.getvalue(), encoding="gb18030")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def county(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    samples: Path,
    postgres_cluster: PostgresCluster,
) -> Iterator[County]:
    """One county for all tests of the module, on each kind of database."""
    var = tmp_path_factory.mktemp("var")
    key = Cipher.generate()
    (var / "hub.key").write_bytes(key_line(key))
    url = f"sqlite:///{var / 'ledger.db'}"
    if request.param == "postgresql":
        url = postgres_cluster.url(postgres_cluster.new_database())
    settings = Settings(url, var / "hub.key", ROOT / "mappings", var / "endpoints.json", as_of=AS_OF)
    ledger = open_ledger(settings.database_url, Cipher(key))
    ledger.upgrade()
    with Sandbox(samples, var / "agencies", until=AS_OF, answers=False, clock=lambda: AS_OF) as sandbox:
        started = County(assemble(settings, ledger), sandbox)
        started.pull()
        yield started
    ledger.dispose()


def rows_of(content: bytes, encoding: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def kinds_of(every: list[StoredDelivery]) -> Counter[Kind]:
    parsed = [IntentId.parse(intent) for one in every for intent in one.refers.intents]
    return Counter(one.kind for one in parsed if one is not None)


def test_what_follows_from_the_records_is_planned_once(county: County) -> None:
    assert dispatch_matters(county.hub, AS_OF, AS_OF)
    kinds = kinds_of(county.deliveries())
    assert kinds[Kind.REFERRAL] >= 5
    assert kinds[Kind.REFERRAL_COPY] >= 5
    assert kinds[Kind.FILING_DECISION] >= 3
    assert set(kinds) == {Kind.REFERRAL, Kind.REFERRAL_COPY, Kind.FILING_DECISION}
    assert not dispatch_matters(county.hub, AS_OF, AS_OF + timedelta(hours=1))


def test_an_agency_that_cannot_be_reached_gets_it_later_and_nothing_is_noted_as_sent(county: County) -> None:
    with county.sandbox.outage("police"), pytest.raises(AgencyUnreachable):
        county.push("police")
    assert county.deliveries("police", DeliveryState.SENT) == []
    assert county.deliveries("police", DeliveryState.PLANNED)


def test_referrals_reach_the_police_as_their_notice_says(county: County) -> None:
    done = county.push("police")["police"]
    (delivery,) = county.deliveries("police", DeliveryState.SENT)
    assert (done.sent, done.unanswered) == (1, 1)
    files = county.inbox("police")
    content = files[f"{delivery.delivery_id}.csv"]
    manifest = files[f"{delivery.delivery_id}.csv.ok"].decode()
    rows = rows_of(content, "gb18030")
    assert list(rows[0]) == ["移送书文号", "移送单位", "案由", "当事人", "移送时间", "附件数"]
    assert len(rows) == len(delivery.refers.intents) == kinds_of([delivery])[Kind.REFERRAL]
    assert f"rows={len(rows)}" in manifest
    assert hashlib.sha256(content).hexdigest() in manifest


def test_copies_reach_the_procuratorate_with_a_receipt_number_at_once(county: County) -> None:
    done = county.push("procuratorate")["procuratorate"]
    acknowledged = county.deliveries("procuratorate", DeliveryState.ACKNOWLEDGED)
    assert done.sent == done.acknowledged == len(acknowledged) >= 5
    for one in acknowledged:
        assert one.ending is not None
        assert one.ending.attributes["receipt_no"].startswith("FSJC")
    received = list((county.sandbox.place / "procuratorate").rglob("FSJC*.json"))
    assert len(received) == len(acknowledged)


def test_a_file_of_another_under_the_same_name_is_left_alone_and_the_delivery_is_refused(county: County) -> None:
    delivery = county.deliveries("justice_bureau") or county.deliveries("140924102", DeliveryState.PLANNED)
    target = county.sandbox.place / county.sandbox.homes[delivery[0].agency] / delivery[0].path
    target.parent.mkdir(exist_ok=True)
    target.write_bytes("他人的文件".encode())
    done = county.push(delivery[0].agency)[delivery[0].agency]
    assert done.refused == 1
    assert target.read_bytes() == "他人的文件".encode()
    (refused,) = county.deliveries(delivery[0].agency, DeliveryState.REFUSED)
    assert refused.ending is not None
    assert "another file stands under this name" in refused.ending.attributes["detail"]
    target.unlink()


def test_an_answer_to_what_is_out_and_was_not_noted_says_that_it_was_sent(county: County) -> None:
    """A hub that was stopped between handing over and noting it learns from the answer."""
    (delivery, *_) = county.deliveries("140924205", DeliveryState.PLANNED)
    county.answer("140924205", delivery, ["00"])
    county.pull("140924205")
    done = county.push("140924205")["140924205"]
    assert (done.acknowledged, done.sent) == (1, 0)
    assert delivery.delivery_id in county.facts(SENT)


def test_a_filing_decision_reaches_the_township_in_a_workbook(county: County) -> None:
    county.push()
    told = [one for one in county.deliveries(state=DeliveryState.SENT) if kinds_of([one])[Kind.FILING_DECISION]]
    assert len(told) >= 2
    for one in told:
        (content,) = county.inbox(one.agency).values()
        sheet = load_workbook(io.BytesIO(content))["公安机关决定"]
        assert sheet.max_row == 1 + len(one.refers.intents)


def test_pushing_again_sends_nothing(county: County) -> None:
    assert sum(done.sent for done in county.push().values()) == 0


def test_every_delivery_opens_the_duty_to_acknowledge_it(county: County) -> None:
    with county.hub.ledger.read() as tx:
        owed = [o for o in look(county.hub, tx, AS_OF).obligations if o.rule == "agency.acknowledge_delivery"]
        later = look(county.hub, tx, AS_OF + timedelta(hours=25)).obligations
    sent = [one for one in county.deliveries() if one.sent_at is not None]
    assert {o.subject for o in owed} == {one.delivery_id for one in sent}
    unanswered = {one.delivery_id for one in county.deliveries(state=DeliveryState.SENT)}
    assert {o.subject for o in owed if o.state is State.OPEN} >= unanswered
    overdue = {o.subject for o in later if o.rule == "agency.acknowledge_delivery" and o.state is State.OVERDUE}
    assert overdue == unanswered != set()


def test_an_answer_that_names_another_content_settles_nothing_and_is_kept(county: County) -> None:
    (delivery,) = county.deliveries("police", DeliveryState.SENT)
    path = county.sandbox.place / "police" / "ack" / f"{delivery.delivery_id}.ack.csv"
    path.write_text(
        ",".join(ACK) + f"\r\n{delivery.delivery_id},2026-10-31T23:59:30,{'0' * 64},1,1,00\r\n", encoding="gb18030"
    )
    county.pull("police")
    done = county.push("police")["police"]
    assert (done.acknowledged, done.refused, done.unanswered, done.faults) == (0, 0, 1, 1)
    words = Counter(subject.rpartition("!")[2] for subject in county.facts(ACK_FAULT))
    # The two examples that came with the samples answer parcels that were never sent: found by the first push.
    assert words == {"ack_unknown_parcel": 2, "ack_sha256_mismatch": 1}
    assert county.push("police")["police"].faults == 0


def test_an_answer_without_a_line_is_told(county: County) -> None:
    folder = county.sandbox.place / "police" / "ack"
    for name, content in (("X1", b"junk"), ("X2", ",".join(ACK).encode() + b"\r\n\r\n")):
        (folder / f"{name}.ack.csv").write_bytes(content)
    county.pull("police")
    assert county.push("police")["police"].faults == 2
    told = set(county.facts(ACK_FAULT))
    assert {f"police/ack/{name}.ack.csv!ack_unreadable" for name in ("X1", "X2")} <= told
    assert county.push("police")["police"].faults == 0


def test_a_row_that_the_police_refuse_goes_back_to_its_township(county: County) -> None:
    (delivery,) = county.deliveries("police", DeliveryState.SENT)
    results = ["00"] * (len(delivery.refers.intents) - 1) + ["21"]
    county.answer("police", delivery, results)
    county.pull("police")
    done = county.push("police")["police"]
    assert (done.refused, done.unanswered) == (1, 0)
    assert county.facts(INTENT_REFUSED) == {delivery.refers.intents[-1]}
    planned = dispatch_matters(county.hub, AS_OF, AS_OF)
    assert sum(planned.values()) == 1
    (township,) = planned
    county.push(township)
    names = sorted(county.inbox(township))
    content = county.inbox(township)[names[-1]]
    if township == CSV_TOWNSHIP:
        rows = [list(row.values()) for row in rows_of(content, "gb18030")]
    else:
        sheet = load_workbook(io.BytesIO(content))["提醒督办"]
        rows = [[str(cell) for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert len(rows) == 1
    assert any("缺少附件" in cell for cell in rows[0])
    assert not dispatch_matters(county.hub, AS_OF, AS_OF)


def test_an_answer_that_comes_late_still_counts(county: County) -> None:
    delivery = county.deliveries(state=DeliveryState.SENT)[0]
    late = AS_OF + timedelta(days=9)
    county.answer(delivery.agency, delivery, ["00"], late)
    county.pull(delivery.agency)
    county.push(delivery.agency)
    with county.hub.ledger.read() as tx:
        view = look(county.hub, tx, AS_OF + timedelta(days=10))
    (owed,) = [o for o in view.obligations if o.subject == delivery.delivery_id]
    assert owed.state is State.DISCHARGED_LATE


def test_a_hub_that_stopped_after_handing_over_hands_over_no_second_one(county: County) -> None:
    """The file is out and nothing is noted; the next push finds its own file there and notes it."""
    reconcile(county.hub, AS_OF, AS_OF, commit=True)
    waiting = county.deliveries("justice_bureau", DeliveryState.PLANNED) or county.deliveries(
        "police", DeliveryState.PLANNED
    )
    delivery = waiting[0]
    channel = county.transport(delivery.agency)
    try:
        content = county.content(delivery)
        channel.deliver(Outgoing(delivery.delivery_id, delivery.agency, delivery.path, content, delivery.media_type))
    finally:
        channel.close()
    before = county.inbox(delivery.agency)
    assert county.push(delivery.agency)[delivery.agency].sent == len(waiting)
    after = county.inbox(delivery.agency)
    assert {name: after[name] for name in before} == before
    assert delivery.delivery_id in county.facts(SENT)


def test_findings_are_told_once_however_often_they_are_found(county: County) -> None:
    county.push()
    told = kinds_of(county.deliveries())
    assert told[Kind.FINDING] >= 60
    assert told[Kind.OVERDUE] >= 20
    again = reconcile(county.hub, AS_OF, AS_OF + timedelta(hours=1), commit=True)
    assert sum(again.planned.values()) == 0
    assert kinds_of(county.deliveries()) == told


def test_a_run_about_the_past_tells_nobody_anything(county: County) -> None:
    past = reconcile(county.hub, AS_OF - timedelta(days=60), AS_OF + timedelta(hours=2), commit=True)
    assert sum(past.planned.values()) == 0


def test_a_rung_that_fires_is_told_in_the_same_transaction(county: County) -> None:
    before = kinds_of(county.deliveries())[Kind.NOTICE]
    done = escalate(county.hub, AS_OF, AS_OF, commit=True)
    told = kinds_of(county.deliveries())[Kind.NOTICE]
    assert done.fired
    assert sum(done.outgoing.values()) > 0
    assert told > before
    again = escalate(county.hub, AS_OF, AS_OF, commit=True)
    # What was planned and is not out yet is to go out still, whoever asks; nothing more is planned.
    assert again.outgoing == done.outgoing
    assert kinds_of(county.deliveries())[Kind.NOTICE] == told
    county.push()
    assert escalate(county.hub, AS_OF, AS_OF, commit=True).outgoing == {}


def test_nothing_sealed_reaches_a_township_the_police_or_the_justice_bureau(county: County) -> None:
    letters = {
        document["doc_no"]
        for document in json.loads((county.sandbox.place / "procuratorate" / "documents.json").read_text("utf-8"))
        if document["doc_type"] == "duty_clue"
    }
    assert len(letters) >= 3
    serials = {letter[letter.index("职移") :] for letter in letters}
    looked_at = 0
    for agency in county.sandbox.endpoints:
        for name, content in county.inbox(agency).items() if agency != "procuratorate" else ():
            looked_at += 1
            if name.endswith(".xlsx"):
                book = load_workbook(io.BytesIO(content))
                said = "".join(str(v) for s in book for row in s.iter_rows(values_only=True) for v in row)
            else:
                said = content.decode("utf-8-sig" if agency != "police" and agency != CSV_TOWNSHIP else "gb18030")
            assert agency == "supervision_commission" or not any(serial in said for serial in serials), name
    assert looked_at >= 20


def test_what_is_unanswered_goes_out_once_more_under_its_number(county: County) -> None:
    delivery = next(one for one in county.deliveries("police", DeliveryState.SENT))
    overdue = AS_OF + timedelta(hours=25)
    escalate(county.hub, overdue, overdue, commit=True)
    assert delivery.delivery_id in county.facts(RESEND_DUE)
    assert escalate(county.hub, overdue, overdue, commit=True).outgoing["police"] >= 1
    (county.sandbox.place / "police" / delivery.path).unlink()
    (county.sandbox.place / "police" / f"{delivery.path}.ok").unlink()
    done = county.push("police")["police"]
    assert done.resent >= 1
    assert county.inbox("police")[f"{delivery.delivery_id}.csv"] == county.content(delivery)
    assert delivery.delivery_id in county.facts(RESENT)
    assert county.push("police")["police"].resent == 0


def test_a_township_that_notes_a_decision_in_its_next_ledger_has_the_file(county: County) -> None:
    """No answer file comes; the ledger of the next month has the date of the notice."""
    told = [one for one in county.deliveries(state=DeliveryState.SENT) if kinds_of([one])[Kind.FILING_DECISION]]
    with county.hub.ledger.read() as tx:
        view = look(county.hub, tx, AS_OF)
    delivery, ledgers = next((one, found) for one in told if (found := ledgers_of(view, one)))
    for ledger in ledgers:
        note_every_notice(county.sandbox.place / ledger, county.hub.agencies[delivery.agency])
    county.pull(delivery.agency)
    assert county.deliveries(delivery.agency, DeliveryState.SENT)
    dispatch_matters(county.hub, AS_OF, AS_OF)
    assert delivery.delivery_id in county.facts(ACKNOWLEDGED)
    ended = next(one for one in county.deliveries() if one.delivery_id == delivery.delivery_id)
    assert ended.ending is not None
    assert ended.ending.attributes["by"] == "ledger"
    assert ended.ended_at is not None
    assert ended.sent_at is not None
    assert ended.ended_at >= ended.sent_at


def ledgers_of(view: View, delivery: StoredDelivery) -> set[str]:
    """The workbooks that openpyxl can edit in which the township keeps the cases of the delivery."""
    sources = {
        link.record.source
        for link in view.linkage.links
        if link.case_id in delivery.refers.case_ids and link.record.agency == delivery.agency
    }
    return {source.split("!")[0] for source in sources if ".xlsx!移送案件!" in source}


def note_every_notice(ledger: Path, agency: Agency) -> None:
    """Write the next month's ledger: the last one with a date of notice, of each kind, in every row of a referral."""
    book = load_workbook(ledger)
    sheet = book["移送案件"]
    headers = {word: header for word, header, _ in agency.words(agency.notice.sheets["移送案件"])}
    columns = {
        headers[str(value)]: number
        for row in sheet.iter_rows(values_only=True)
        for number, value in enumerate(row, start=1)
        if str(value) in headers
    }
    for row in range(1, sheet.max_row + 1):
        if "2026" in str(sheet.cell(row, columns["立案号"]).value):
            for word in ("收到立案通知书时间", "收到不予立案通知书时间", "收到复议结果时间"):
                sheet.cell(row, columns[word]).value = "2026-10-31"
    book.save(ledger.with_name(ledger.name.replace("202610", "202611")))


def test_no_name_of_a_file_and_nothing_that_stands_in_clear_holds_an_identity_number(county: County) -> None:
    every = county.deliveries()
    assert len(every) > 100
    for one in every:
        assert not holds_identity_number(f"{one.delivery_id} {one.path} {one.refers}")


def test_the_bundle_of_a_case_holds_no_file_that_speaks_of_others(county: County) -> None:
    (shared,) = [one for one in county.deliveries("police") if len(one.refers.case_ids) > 3 and "referral" in one.kind]
    case_id = shared.refers.case_ids[0]
    own = next(one for one in county.deliveries("procuratorate") if one.refers.case_ids == (case_id,))
    with county.hub.ledger.read() as tx:
        (case,) = [one for one in look(county.hub, tx, AS_OF).linkage.cases if one.case_id == case_id]
        sources = {record.source for record in case.records}
        rows = [row for row in stored_rows(tx) if row.reading.source in sources]
    bundle = export_case(county.hub.ledger, case_id, rows, {}, delivery_ids=[shared.delivery_id, own.delivery_id])
    assert county.content(own) in bundle
    assert county.content(shared) not in bundle
    assert shared.sha256.encode() in bundle


class Unheard:
    """A channel that must not be used."""

    def __init__(self) -> None:
        self.heard = 0

    def fetch(self, taken: object) -> Iterator[object]:
        raise AssertionError("nothing is fetched")

    def deliver(self, outgoing: Outgoing) -> Receipt | None:
        self.heard += 1
        return None

    def deliver_all(self, outgoings: Iterable[Outgoing]) -> Iterator[Receipt | None]:
        return map(self.deliver, outgoings)

    def close(self) -> None:
        """Nothing to close."""


def test_when_the_evidence_cannot_be_extended_nothing_goes_out(county: County) -> None:
    later = AS_OF + timedelta(days=2)
    with county.hub.ledger.write() as tx:
        append_fact(tx, RESEND_DUE, county.deliveries(state=DeliveryState.SENT)[-1].delivery_id, later, {})
    agency = county.deliveries(state=DeliveryState.SENT)[-1].agency
    last = "(SELECT max(seq) FROM evidence)"
    assert tamper(county.hub.settings.database_url, f"UPDATE evidence SET kind = 'fakt' WHERE seq = {last}") == 1
    channel = Unheard()
    with pytest.raises(EvidenceBroken, match="nothing is sealed on top"):
        push(county.hub, agency, channel, later)  # type: ignore[arg-type]
    assert channel.heard == 0
