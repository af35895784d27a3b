"""Does what the hub has to tell reach its receiver after the ledger was set back, though its number was used already?

On one county: the police are told of a referral, the ledger is lost, and another referral comes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from connectors.wiring import open_agency_transport
from hub.hub import Hub
from hub.ledger.audit.verify import verify
from hub.ledger.deliveries import DeliveryState, StoredDelivery, deliveries, delivery_content
from hub.ledger.store import Ledger, open_ledger
from hub.privacy import Cipher, load_key
from hub.usecases.dispatch import dispatch_matters
from hub.usecases.new_number import give_new_number
from hub.usecases.push import PushSummary, push
from tests.support.small_county import NOW, TOWNSHIP, SmallCounty, county_at

FIRST = {
    "立案号": "繁城综执立〔2026〕1号", "当事人": "张建国", "批准时间": "2026-07-01 09:00", "移送时间": "2026-07-01 10:00",
    "移送书文号": "繁城综执移〔2026〕1号",
}  # fmt: skip
SECOND = FIRST | {"立案号": "繁城综执立〔2026〕4号", "当事人": "李卫东", "移送书文号": "繁城综执移〔2026〕4号"}
ACK = ("parcel_id", "received_at", "sha256", "rows", "row", "result")


@pytest.fixture
def county(tmp_path: Path) -> Iterator[SmallCounty]:
    """A county whose police were told of one referral before the ledger was lost; another has come meanwhile."""
    with county_at(tmp_path) as found:
        found.ledger("202607", FIRST)
        exchange(found)
        (told,) = told_to_police(found.hub)
        assert told.state is DeliveryState.SENT
        ledger = empty_ledger(found.hub, tmp_path)
        found.hub = replace(found.hub, ledger=ledger)
        found.ledger("202607_重发", FIRST, SECOND)
        yield found
        ledger.dispose()


def empty_ledger(hub: Hub, tmp_path: Path) -> Ledger:
    """A ledger as it was before anything came, under the same key."""
    ledger = open_ledger(f"sqlite:///{tmp_path / 'older.db'}", Cipher(load_key(hub.settings.key_file)))
    ledger.upgrade()
    return ledger


def exchange(county: SmallCounty) -> PushSummary:
    """What the township and the police have is taken, and the police are told what follows."""
    for agency in (TOWNSHIP, "police"):
        county.pull(agency)
    dispatch_matters(county.hub, county.clock, county.clock)
    return pushed(county)


def pushed(county: SmallCounty) -> PushSummary:
    """One push to the police."""
    county.clock += timedelta(minutes=1)
    transport = open_agency_transport(county.hub, "police", county.sandbox.endpoints["police"], lambda: county.clock)
    try:
        return push(county.hub, "police", transport, county.clock)
    finally:
        transport.close()


def told_to_police(hub: Hub) -> list[StoredDelivery]:
    with hub.ledger.read() as tx:
        return deliveries(tx, "police")


def content(hub: Hub, delivery: StoredDelivery) -> bytes:
    with hub.ledger.read() as tx:
        return delivery_content(tx, delivery.delivery_id)


def files(county: SmallCounty) -> dict[str, bytes]:
    """What stands in the inbox of the police."""
    inbox = county.sandbox.place / "police" / "inbox"
    return {path.name: path.read_bytes() for path in inbox.iterdir()}


def answer(county: SmallCounty, delivery_id: str, sent: bytes, rows: int) -> None:
    """The police take a file away and leave their answer to it."""
    inbox = county.sandbox.place / "police" / "inbox"
    for name in (f"{delivery_id}.csv", f"{delivery_id}.csv.ok"):
        (inbox / name).unlink()
    lines = [f"{delivery_id},{NOW.isoformat()},{sha256(sent).hexdigest()},{rows},{row + 1},00" for row in range(rows)]
    said = "\r\n".join([",".join(ACK), *lines, ""]).encode("gb18030")
    county.put(f"police/ack/{delivery_id}.ack.csv", said)


def test_a_number_whose_file_still_stands_there_is_passed_over_and_all_is_told(county: SmallCounty) -> None:
    before = files(county)
    done = exchange(county)
    assert (done.refused, done.sent) == (1, 1)
    taken, new = told_to_police(county.hub)
    assert (taken.state, new.state) == (DeliveryState.REFUSED, DeliveryState.SENT)
    assert taken.ending is not None
    assert (
        f"another file stands under this name; the same goes out as {new.delivery_id}"
        in taken.ending.attributes["detail"]
    )
    assert taken.ending.attributes["replaced_by"] == new.delivery_id
    assert (new.refers, new.sha256, new.kind) == (taken.refers, taken.sha256, taken.kind)
    after = files(county)
    assert {name: after[name] for name in before} == before
    assert after[f"{new.delivery_id}.csv"] == content(county.hub, new)
    assert sha256(after[f"{new.delivery_id}.csv"]).hexdigest() in after[f"{new.delivery_id}.csv.ok"].decode()
    assert all(FIRST["移送书文号"].encode("gb18030") in body for name, body in after.items() if name.endswith(".csv"))
    assert SECOND["移送书文号"].encode("gb18030") in after[f"{new.delivery_id}.csv"]
    with county.hub.ledger.read() as tx:
        assert verify(tx).ok


def test_a_number_that_was_answered_for_something_else_is_no_proof_that_this_went_out(county: SmallCounty) -> None:
    (name,) = (name for name in files(county) if name.endswith(".csv"))
    number = name.removesuffix(".csv")
    answer(county, number, files(county)[name], rows=1)
    exchange(county)
    taken, new = told_to_police(county.hub)
    assert (taken.delivery_id, taken.state) == (number, DeliveryState.REFUSED)
    assert new.state is DeliveryState.SENT
    assert set(files(county)) == {f"{new.delivery_id}.csv", f"{new.delivery_id}.csv.ok"}
    # The receiver answers the new number, and all is as ever.
    answer(county, new.delivery_id, content(county.hub, new), rows=2)
    county.pull("police")
    assert pushed(county).acknowledged == 1
    assert [one.state for one in told_to_police(county.hub)] == [DeliveryState.REFUSED, DeliveryState.ACKNOWLEDGED]
    assert files(county) == {}
    done = exchange(county)
    assert (done.sent, done.refused, done.unanswered) == (0, 0, 0)


def test_as_many_numbers_as_were_used_are_passed_over(county: SmallCounty) -> None:
    (name,) = (name for name in files(county) if name.endswith(".csv"))
    for serial in range(2, 9):
        county.put(f"police/inbox/{name.replace('-0001', f'-{serial:04}')}", b"told after the copy was made")
    first = exchange(county)
    assert (first.sent, first.refused) == (0, 5)  # a push has an end
    second = pushed(county)
    assert (second.sent, second.refused) == (1, 3)
    assert told_to_police(county.hub)[-1].delivery_id.endswith("-0009")
    assert pushed(county).sent == 0


def test_of_two_runs_that_find_a_number_taken_one_gives_a_new_one(county: SmallCounty) -> None:
    exchange(county)
    taken, new = told_to_police(county.hub)
    assert not give_new_number(county.hub, taken, "taken", county.clock)
    assert not give_new_number(county.hub, new, "taken", county.clock)
    assert told_to_police(county.hub) == [taken, new]


def test_what_no_layout_names_any_more_is_refused_for_good(county: SmallCounty) -> None:
    county.pull()
    dispatch_matters(county.hub, county.clock, county.clock)
    (planned,) = told_to_police(county.hub)
    others = {code: agency for code, agency in county.hub.agencies.items() if code != "police"}
    assert not give_new_number(replace(county.hub, agencies=others), planned, "taken", county.clock)
    (refused,) = told_to_police(county.hub)
    assert refused.ending is not None
    assert "taken; it is not sent again" in refused.ending.attributes["detail"]
