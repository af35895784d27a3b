"""Does each township get the month's bulletin once, by its own channel, and is its acknowledgement noted?

On the samples' agencies, running. The tests go in the order in which they stand, on one ledger.
"""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from openpyxl import load_workbook

from connectors.endpoint import parse_endpoint
from connectors.report_writers import BULLETIN
from connectors.wiring import open_agency_transport
from hub.delivery.plan import IntentId
from hub.duties.duty import State
from hub.errors import ConfigurationFault
from hub.evidence.bundle import verify_chain
from hub.hub import Hub
from hub.ledger.deliveries import DeliveryState, StoredDelivery, deliveries, delivery_content
from hub.privacy import holds_identity_number
from hub.reports.span import Span
from hub.usecases.bulletin import as_of_span, bulletin_day, make_bulletins, send_bulletins, write_bulletins
from hub.usecases.dispatch import dispatch_matters
from hub.usecases.exchange import pull
from hub.usecases.push import push
from hub.view import look
from tests.hub.county import at

OCTOBER = Span.parse("2026-10")
NOW = at("2026-11-06T09:00+08:00")
WORKBOOK, PLAIN = "140924102", "140924208"


def bulletins(hub: Hub, agency: str | None = None) -> list[StoredDelivery]:
    with hub.ledger.read() as tx:
        return [one for one in deliveries(tx, agency) if one.kind == "bulletin"]


def content(hub: Hub, delivery: StoredDelivery) -> bytes:
    with hub.ledger.read() as tx:
        return delivery_content(tx, delivery.delivery_id)


def home(hub: Hub, agency: str) -> Path:
    url = json.loads(hub.settings.endpoints.read_text(encoding="utf-8"))[agency]
    return Path(parse_endpoint(agency, url).path)


def exchange(hub: Hub, agency: str, now: datetime) -> None:
    url = json.loads(hub.settings.endpoints.read_text(encoding="utf-8"))[agency]
    transport = open_agency_transport(hub, agency, url, lambda: now)
    try:
        pull(hub, agency, transport, now)
        push(hub, agency, transport, now)
    finally:
        transport.close()


def acknowledge(hub: Hub, delivery: StoredDelivery, rows: int, when: datetime) -> None:
    """The acknowledgement as the township's clerk leaves it."""
    digest = sha256(content(hub, delivery)).hexdigest()
    lines = [(delivery.delivery_id, when.isoformat(), digest, str(rows), str(row), "00") for row in range(1, rows + 1)]
    out = io.StringIO(newline="")
    csv.writer(out).writerows([("parcel_id", "received_at", "sha256", "rows", "row", "result"), *lines])
    folder = home(hub, delivery.agency) / "ack"
    folder.mkdir(exist_ok=True)
    (folder / f"{delivery.delivery_id}.ack.csv").write_text(out.getvalue(), encoding="utf-8")


def test_a_month_that_is_not_over_and_a_quarter_are_not_sent(installation: Hub) -> None:
    with pytest.raises(ConfigurationFault, match="the month is not over"):
        send_bulletins(installation, OCTOBER, at("2026-10-30T09:00+08:00"), BULLETIN)
    with pytest.raises(ConfigurationFault, match="by the month"):
        send_bulletins(installation, Span.parse("2026Q3"), NOW, BULLETIN)
    with pytest.raises(ConfigurationFault, match="has not begun"):
        as_of_span(Span.parse("2026-12"), NOW)
    assert bulletins(installation) == []


def test_each_township_is_told_once_however_often_it_is_asked_for(installation: Hub) -> None:
    _, planned = send_bulletins(installation, OCTOBER, NOW, BULLETIN)
    assert len(planned) == 11
    assert planned[WORKBOOK] == f"B{WORKBOOK}-20261106-0001"
    assert planned[PLAIN] == f"T{PLAIN}-20261106-0001"
    assert send_bulletins(installation, OCTOBER, NOW + timedelta(days=1), BULLETIN)[1] == {}
    assert send_bulletins(installation, OCTOBER, NOW + timedelta(days=1), BULLETIN, correct=True)[1] == {}
    assert {one.delivery_id for one in bulletins(installation)} == set(planned.values())


def test_other_hand_overs_neither_repeat_it_nor_take_its_name(installation: Hub) -> None:
    dispatch_matters(installation, NOW, NOW)
    assert len(bulletins(installation)) == 11


def test_it_lies_in_the_townships_inbox_after_the_next_exchange(installation: Hub) -> None:
    for agency in (WORKBOOK, PLAIN):
        exchange(installation, agency, NOW)
    (book,), (plain,) = bulletins(installation, WORKBOOK), bulletins(installation, PLAIN)
    assert (book.state, plain.state) == (DeliveryState.SENT, DeliveryState.SENT)
    lying = home(installation, WORKBOOK) / "inbox" / f"{book.delivery_id}.xlsx"
    assert load_workbook(lying).sheetnames[0] == "情况通报"
    rows = list(csv.reader(io.StringIO((home(installation, PLAIN) / plain.path).read_bytes().decode("gb18030"))))
    assert rows[0] == ["部分", "事项", "内容"]
    title = "神堂堡乡人民政府　2026年10月　截至 2026-10-31 23:59（北京时间）"
    assert rows[1] == ["情况通报", "行刑衔接工作情况通报", title]
    assert rows[2][:2] == ["情况通报", "移送公安机关（件）"]
    assert len(rows) - 1 == len(plain.refers.intents) > 13
    assert {row[0] for row in rows[1:]} <= {
        "情况通报",
        "本期到期事项",
        "目前逾期未办",
        "相对单位逾期",
        "核对问题",
        "平台推送",
    }


def test_its_acknowledgement_is_owed_and_ends_the_duty(installation: Hub) -> None:
    (book,), (plain,) = bulletins(installation, WORKBOOK), bulletins(installation, PLAIN)
    acknowledge(installation, book, 1, NOW + timedelta(hours=2))
    acknowledge(installation, plain, len(plain.refers.intents), NOW + timedelta(hours=3))
    later = NOW + timedelta(hours=4)
    for agency in (WORKBOOK, PLAIN):
        exchange(installation, agency, later)
    with installation.ledger.read() as tx:
        owed = {o.subject: o.state for o in look(installation, tx, later).obligations}
    assert owed[book.delivery_id] is State.DISCHARGED
    assert owed[plain.delivery_id] is State.DISCHARGED
    assert [one.state for one in bulletins(installation, WORKBOOK)] == [DeliveryState.ACKNOWLEDGED]


def test_a_corrected_one_bears_its_own_number_and_says_what_it_replaces(installation: Hub) -> None:
    # The month's data change: the township's ledger of October comes again, with a row less to read.
    ledger = next((home(installation, WORKBOOK)).glob("*202609.xlsx"))
    again = home(installation, WORKBOOK) / "行刑衔接台账_202610_重发.xlsx"
    again.write_bytes(ledger.read_bytes())
    later = NOW + timedelta(days=2)
    exchange(installation, WORKBOOK, later)
    assert send_bulletins(installation, OCTOBER, later, BULLETIN)[1] == {}
    _, planned = send_bulletins(installation, OCTOBER, later, BULLETIN, correct=True)
    assert planned[WORKBOOK] == f"B{WORKBOOK}-20261108-0001"
    first, second = bulletins(installation, WORKBOOK)
    one, two = (IntentId.parse(delivery.refers.intents[0]) for delivery in (first, second))
    assert one is not None
    assert two is not None
    assert (one.thread, one.number, two.thread, two.number) == (two.thread, 1, one.thread, 2)
    cells = [
        cell for row in load_workbook(io.BytesIO(content(installation, second)))["情况通报"].values for cell in row
    ]
    assert f"本件为更正，替代 {first.delivery_id}；原件作废。" in cells
    assert send_bulletins(installation, OCTOBER, later, BULLETIN, correct=True)[1] == {}


def test_no_bulletin_names_another_township_or_holds_a_person(installation: Hub) -> None:
    with installation.ledger.read() as tx:
        records = [link.record for link in look(installation, tx, NOW).linkage.links]
    townships = {code: a for code, a in installation.agencies.items() if a.mapping.kind == "township"}
    people = {party.name for record in records for party in record.parties if len(party.name) > 1}
    assert len(people) > 100
    seen = 0
    for one in bulletins(installation):
        text = _text(one, content(installation, one))
        others = {
            word
            for code, agency in townships.items()
            if code != one.agency
            for word in (code, agency.mapping.name, agency.mapping.short_name, *agency.mapping.aliases)
        }
        assert not [word for word in others if word in text], one.delivery_id
        assert not [name for name in people if name in text], one.delivery_id
        assert not holds_identity_number(text), one.delivery_id
        assert "监察" not in text
        assert installation.agencies[one.agency].mapping.name in text
        seen += len(text)
    assert seen > 10_000


def test_what_was_sent_is_covered_by_the_chain(installation: Hub) -> None:
    assert verify_chain(installation.ledger).ok


def test_they_are_written_for_reading_too_with_the_countys(installation: Hub, tmp_path: Path) -> None:
    with installation.ledger.read() as tx:
        made = make_bulletins(installation, tx, OCTOBER, NOW)
    names = [path.name for path in write_bulletins(installation, made, tmp_path / "out", BULLETIN)]
    assert len(names) == 12
    assert names[-1] == "情况通报_2026-10_全县.xlsx"
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    write_bulletins(installation, made, tmp_path / "out", BULLETIN)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_they_are_made_by_themselves_on_the_working_day_after_the_reports_are_due(installation: Hub) -> None:
    # 5 November is a Thursday; 5 October lies in the holiday, so the reports are due on the 8th.
    assert bulletin_day(installation, OCTOBER) == date(2026, 11, 6)
    assert bulletin_day(installation, Span.parse("2026-09")) == date(2026, 10, 9)


def _text(delivery: StoredDelivery, content: bytes) -> str:
    if delivery.media_type == "text/csv":
        return content.decode("gb18030")
    book = load_workbook(io.BytesIO(content))
    cells = (cell for sheet in book.worksheets for row in sheet.values for cell in row)
    heads = [str(sheet.oddHeader.left.text) for sheet in book.worksheets if sheet.oddHeader]
    return "\n".join([*heads, *(str(cell) for cell in cells if cell is not None)])
