"""Does the hub bear with an API as it is: tokens, pages, pauses, refusals, lost answers?"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

import pytest

from connectors.api import ApiTransport, answered_at
from connectors.api_client import Patience
from connectors.endpoint import parse_endpoint
from hub.channel import Channel
from hub.errors import AgencyUnreachable, ConfigurationFault, DeliveryRefused
from hub.model import Outgoing, Parcel
from tests.connectors.agencies_under_test import NOW, no_pause, taken
from tests.support.http_agency import CLIENT_SECRET, RECEIVED_AT, Fault, HttpAgency, http_agency

DOCUMENTS = "/api/v1/documents"
COPIES = "/api/v1/referral-copies"
BODY = json.dumps(
    {"doc_no": "城综执移〔2026〕1号", "parties": [{"name": "示例甲", "id_no": "14092419800304123X"}]},
    ensure_ascii=False,
).encode()
COPY = Outgoing("R20261031-0001", "procuratorate", COPIES, BODY, "application/json")


class Pauses(list[float]):
    """What was waited for, in seconds; no time passes."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


_OPEN: list[ApiTransport] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Every transport of a test is closed after it, before its server goes."""
    yield
    while _OPEN:
        _OPEN.pop().close()


def transport(
    agency: HttpAgency, url: str = "", page_size: int = 2, pause: Callable[[float], None] = no_pause, read: float = 5.0
) -> ApiTransport:
    """A transport with little patience."""
    channel = Channel("procuratorate", "api", "procuratorate", resource=DOCUMENTS, page_size=page_size)
    patience = Patience(connect=2.0, read=read, attempts=4, first_pause=0.5, longest_pause=30.0)
    endpoint = parse_endpoint("procuratorate", url or agency.url)
    _OPEN.append(one := ApiTransport(endpoint, channel, lambda: NOW, pause, patience))
    return one


def numbers(parcels: list[Parcel]) -> list[str]:
    """The documents of some pages, in order."""
    return [item["doc_id"] for parcel in parcels for item in json.loads(parcel.content)["items"]]


def ids(*wanted: int) -> list[str]:
    """As the server calls them."""
    return [f"JD2026{number:05}" for number in wanted]


# Pages


def test_a_page_is_a_parcel_named_after_the_request(api: HttpAgency) -> None:
    for number in range(1, 6):
        api.add_document(number)
    parcels = list(transport(api).fetch({}))
    assert [parcel.path for parcel in parcels] == [
        f"procuratorate/documents/start/000{number}.json" for number in (1, 2, 3)
    ]
    assert numbers(parcels) == ids(1, 2, 3, 4, 5)
    assert [dict(parcel.meta)["updated_until"] for parcel in parcels] == [
        f"2026-09-01T00:0{minute}:00+08:00" for minute in (2, 4, 5)
    ]


def test_a_page_arrived_when_the_server_says_that_it_answered(api: HttpAgency) -> None:
    api.add_document(1)
    (parcel,) = transport(api).fetch({})
    assert abs(parcel.arrived_at - datetime.now(timezone.utc)) < timedelta(minutes=1)
    assert parcel.fetched_at == NOW


@pytest.mark.parametrize("said", ["Fri, 31 Dec 9999 23:59:59 -1400", "Thu, 01 Jan 1970 00:00:00 GMT", "today", ""])
def test_a_date_that_no_page_can_have_arrived_at_is_none(said: str) -> None:
    assert answered_at(said) is None


def test_a_later_pull_asks_only_for_what_was_updated_since(api: HttpAgency) -> None:
    for number in (1, 2, 1442):  # a day and two minutes
        api.add_document(number)
    held = taken(list(transport(api).fetch({})))
    api.add_document(1443)
    parcels = list(transport(api).fetch(held))
    assert numbers(parcels) == ids(2, 1442, 1443)
    assert parcels[0].path == "procuratorate/documents/20260901T000200+0800/0001.json"
    assert "updated_since=2026-09-01T00%3A02%3A00%2B08%3A00" in api.asked[-1]


def test_a_document_that_is_seen_late_comes_although_newer_ones_were_held(api: HttpAgency) -> None:
    api.add_document(600)
    held = taken(list(transport(api).fetch({})))
    api.add_document(540)  # an hour before the other
    assert ids(540)[0] in numbers(list(transport(api).fetch(held)))


def test_what_is_held_up_to_an_instant_ahead_of_the_clock_is_asked_for_from_the_clock(api: HttpAgency) -> None:
    list(transport(api).fetch({"updated_since": "2062-09-01T00:00:00+08:00"}))
    assert "updated_since=2026-11-22T02%3A00%3A00%2B00%3A00" in api.asked[-1]


def test_a_pull_without_news_yields_nothing(api: HttpAgency) -> None:
    api.add_document(1)
    held = taken(list(transport(api).fetch({})))
    held |= taken(list(transport(api).fetch(held)))
    assert list(transport(api).fetch(held)) == []


def test_a_server_without_documents_has_answered_all_the_same(api: HttpAgency) -> None:
    (parcel,) = transport(api).fetch({})
    assert numbers([parcel]) == []
    assert list(transport(api).fetch({"updated_since": "2026-09-01T00:00:00+08:00"})) == []


@pytest.mark.parametrize("status", [410, 422])
def test_when_a_cursor_expires_the_pull_begins_anew_and_every_document_comes_once(api: HttpAgency, status: int) -> None:
    for number in range(1, 8):
        api.add_document(number)
    api.cursor_gone_status = status
    pages = transport(api).fetch({})
    first, second = next(pages), next(pages)
    api.cursors.clear()
    assert numbers([first, second, *pages]) == ids(1, 2, 3, 4, 5, 6, 7)


def test_a_cursor_that_expires_again_and_again_is_given_up(api: HttpAgency) -> None:
    for number in range(1, 8):
        api.add_document(number)

    def pull_slowly() -> None:
        for _ in transport(api).fetch({}):
            api.cursors.clear()

    with pytest.raises(AgencyUnreachable, match="cursor"):
        pull_slowly()


def test_pages_that_go_round_in_a_circle_are_given_up(api: HttpAgency) -> None:
    page = json.dumps({"items": [{"doc_id": "1"}], "next_cursor": "again"}).encode()
    api.faults.extend([Fault(200, body=page, path=DOCUMENTS)] * 5)
    with pytest.raises(AgencyUnreachable, match="circle"):
        list(transport(api).fetch({}))


@pytest.mark.parametrize("items", [[{"doc_id": "1"}], []])
def test_a_page_that_comes_again_under_ever_new_cursors_is_given_up(api: HttpAgency, items: list[object]) -> None:
    bodies = [json.dumps({"items": items, "next_cursor": f"c{turn}"}).encode() for turn in range(150)]
    api.faults.extend(Fault(200, body=body, path=DOCUMENTS) for body in bodies)
    with pytest.raises(AgencyUnreachable, match="circle"):
        list(transport(api).fetch({}))
    assert api.faults, "it asked for all of them"


def test_pages_that_overlap_or_are_empty_are_walked_past(api: HttpAgency) -> None:
    pages: list[list[object]] = [[{"doc_id": "1"}], [{"doc_id": "1"}], [], [], [{"doc_id": "2"}]]
    bodies = [
        json.dumps({"items": items, "next_cursor": f"c{turn}" if turn < len(pages) else None}).encode()
        for turn, items in enumerate(pages, 1)
    ]
    api.faults.extend(Fault(200, body=body, path=DOCUMENTS) for body in bodies)
    assert [json.loads(one.content)["items"] for one in transport(api).fetch({})] == [pages[0], pages[0], pages[4]]


def test_a_question_that_the_server_does_not_understand_is_a_fault_of_ours(api: HttpAgency) -> None:
    with pytest.raises(ConfigurationFault, match="/limit"):
        list(transport(api, page_size=500).fetch({}))


@pytest.mark.parametrize(
    "body", [b"<html>portal</html>", b"[]", b'{"items": 1}', b'{"items": [], "next_cursor": 7}', b""]
)
def test_an_answer_that_is_no_page_is_no_parcel(api: HttpAgency, body: bytes) -> None:
    api.faults.append(Fault(200, body=body, path=DOCUMENTS))
    with pytest.raises(AgencyUnreachable):
        list(transport(api).fetch({}))


def test_a_document_without_a_readable_instant_does_not_hinder_its_page(api: HttpAgency) -> None:
    api.add_document(1)
    api.add_document(2, updated_at="soon")
    (parcel,) = transport(api).fetch({})
    assert dict(parcel.meta)["updated_until"] == "2026-09-01T00:01:00+08:00"


def test_past_what_is_no_document_nothing_counts_as_held(api: HttpAgency) -> None:
    one, two, three = (api.add_document(number) for number in (1, 2, 3))
    for items, cursor in (([one, "oops", two], "c"), ([three], None)):
        api.faults.append(Fault(200, body=json.dumps({"items": items, "next_cursor": cursor}).encode(), path=DOCUMENTS))
    first, second = (dict(parcel.meta) for parcel in transport(api).fetch({}))
    assert (first["items"], first["updated_until"]) == ("3", one["updated_at"])
    assert "updated_until" not in second


@pytest.mark.parametrize(
    "stamp",
    [
        "9999-12-31T23:59:59-14:00",
        "2062-09-01T00:00:00+08:00",
        "0001-01-01T00:00:00+14:00",
        "2026-11-23T12:00:00+08:00",  # two hours ahead of the clock
    ],
)
def test_a_document_dated_ahead_or_in_the_year_one_keeps_nothing_newer_from_us(api: HttpAgency, stamp: str) -> None:
    api.add_document(1)
    api.add_document(2, updated_at=stamp)
    (parcel,) = transport(api).fetch({})
    assert dict(parcel.meta)["updated_until"] == "2026-09-01T00:01:00+08:00"


# Tokens


def test_one_token_serves_many_requests(api: HttpAgency) -> None:
    for number in range(1, 8):
        api.add_document(number)
    one = transport(api)
    list(one.fetch({}))
    one.deliver(COPY)
    assert api.tokens_issued == 1


def test_a_token_is_renewed_before_it_expires(api: HttpAgency) -> None:
    api.token_seconds = 1
    api.add_document(1)
    one = transport(api)
    list(one.fetch({}))
    time.sleep(0.95)
    list(one.fetch({}))
    assert api.tokens_issued == 2
    assert api.asked_for(DOCUMENTS) == 2


def test_a_token_that_the_server_forgot_is_asked_for_again_once(api: HttpAgency) -> None:
    for number in range(1, 6):
        api.add_document(number)
    pages = transport(api).fetch({})
    first = next(pages)
    api.tokens.clear()
    assert numbers([first, *pages]) == ids(1, 2, 3, 4, 5)
    assert api.tokens_issued == 2


def test_a_server_that_refuses_every_token_is_not_asked_for_ever(api: HttpAgency) -> None:
    api.faults.extend([Fault(401)] * 5)
    with pytest.raises(ConfigurationFault, match="refuses this client"):
        list(transport(api).fetch({}))
    assert api.tokens_issued == 2


def test_a_wrong_secret_is_a_fault_that_does_not_quote_it(api: HttpAgency) -> None:
    with pytest.raises(ConfigurationFault, match="client_secret is refused") as fault:
        list(transport(api, api.address(client_secret="wr0ng-secret")).fetch({}))
    assert "wr0ng" not in str(fault.value)
    assert api.asked_for("/oauth2/token") == 1


def test_a_client_without_the_right_is_a_fault(api: HttpAgency) -> None:
    api.faults.append(Fault(403, body=b'{"title": "Forbidden"}'))
    with pytest.raises(ConfigurationFault, match="Forbidden"):
        list(transport(api).fetch({}))


def test_a_token_answer_that_cannot_be_read_may_be_tried_again(api: HttpAgency) -> None:
    api.faults.append(Fault(200, body=b"{}", path="/oauth2/token"))
    with pytest.raises(AgencyUnreachable, match="token"):
        list(transport(api).fetch({}))


# Patience


@pytest.mark.parametrize("fault", [Fault(500), Fault(502), Fault(503), Fault(429), Fault(408), Fault(cut=True)])
def test_a_passing_outage_is_sat_out_with_growing_pauses(api: HttpAgency, fault: Fault) -> None:
    api.add_document(1)
    api.faults.extend([fault] * 3)
    pauses = Pauses()
    assert numbers(list(transport(api, pause=pauses).fetch({}))) == ids(1)
    assert pauses == [0.5, 1.0, 2.0]


def test_an_outage_that_lasts_is_given_up_after_a_bounded_number_of_attempts(api: HttpAgency) -> None:
    api.faults.extend([Fault(503)] * 20)
    with pytest.raises(AgencyUnreachable, match="503"):
        list(transport(api).fetch({}))
    assert api.asked_for(DOCUMENTS) == 4


def test_a_short_pause_that_the_server_asks_for_is_kept(api: HttpAgency) -> None:
    api.add_document(1)
    api.faults.append(Fault(429, (("Retry-After", "7"),)))
    pauses = Pauses()
    assert numbers(list(transport(api, pause=pauses).fetch({}))) == ids(1)
    assert pauses == [7.0]


def test_a_pause_until_a_date_is_kept_too(api: HttpAgency) -> None:
    api.add_document(1)
    until = datetime.now(timezone.utc) + timedelta(seconds=10)
    api.faults.append(Fault(503, (("Retry-After", format_datetime(until, usegmt=True)),)))
    pauses = Pauses()
    list(transport(api, pause=pauses).fetch({}))
    assert 5 < pauses[0] <= 10


@pytest.mark.parametrize("zone", [" GMT", " -0000", ""])
def test_a_pause_until_a_date_that_is_past_is_none(api: HttpAgency, zone: str) -> None:
    api.add_document(1)
    api.faults.append(Fault(503, (("Retry-After", f"Sun, 01 Nov 2020 08:00:00{zone}"),)))
    pauses = Pauses()
    list(transport(api, pause=pauses).fetch({}))
    assert pauses == [0.0]


@pytest.mark.parametrize("said", ["soon", "²", "1.5", "9" * 400])
def test_an_unreadable_pause_counts_as_none_asked_for(api: HttpAgency, said: str) -> None:
    api.add_document(1)
    api.faults.append(Fault(503, (("Retry-After", said),)))
    pauses = Pauses()
    list(transport(api, pause=pauses).fetch({}))
    assert pauses == [0.5]


def test_a_long_pause_is_handed_on_instead_of_slept_through(api: HttpAgency) -> None:
    api.faults.append(Fault(429, (("Retry-After", "3600"),)))
    pauses = Pauses()
    with pytest.raises(AgencyUnreachable) as later:
        list(transport(api, pause=pauses).fetch({}))
    assert later.value.retry_after == 3600.0
    assert pauses == []


def test_all_pauses_of_one_request_together_are_bounded(api: HttpAgency) -> None:
    api.faults.extend([Fault(429, (("Retry-After", "20"),))] * 3)
    pauses = Pauses()
    with pytest.raises(AgencyUnreachable) as later:
        list(transport(api, pause=pauses).fetch({}))
    assert (pauses, later.value.retry_after) == ([20.0], 20.0)


def test_an_answer_that_does_not_come_is_given_up_in_time(api: HttpAgency) -> None:
    api.faults.extend([Fault(delay=3.0)] * 4)
    with pytest.raises(AgencyUnreachable, match="in time"):
        list(transport(api, read=0.3).fetch({}))


def test_a_redirect_is_not_followed_with_our_token(api: HttpAgency) -> None:
    api.faults.append(Fault(302, (("Location", "http://elsewhere.example.invalid/"),)))
    with pytest.raises(ConfigurationFault, match="302"):
        list(transport(api).fetch({}))


def test_a_resource_that_is_not_served_is_a_fault_of_the_mapping(api: HttpAgency) -> None:
    channel = Channel("procuratorate", "api", "procuratorate", resource="/api/v9/documents")
    one = ApiTransport(parse_endpoint("procuratorate", api.url), channel, lambda: NOW, no_pause)
    with pytest.raises(ConfigurationFault, match="/api/v9/documents"):
        list(one.fetch({}))


# Deliveries


def test_a_first_delivery_is_taken_and_the_same_again_is_known(api: HttpAgency) -> None:
    one = transport(api)
    first, again = one.deliver(COPY), one.deliver(COPY)
    assert (first.result, again.result) == ("taken", "known")
    assert first.receipt_no == again.receipt_no == "R-R20261031-0001"
    assert first.received_at == datetime.fromisoformat(RECEIVED_AT)
    assert api.effects == [BODY]


@pytest.mark.parametrize("fault", [Fault(cut=True, after_taking=True), Fault(504, after_taking=True)])
def test_a_delivery_whose_answer_was_lost_has_one_effect(api: HttpAgency, fault: Fault) -> None:
    api.faults.append(fault)
    assert transport(api).deliver(COPY).result == "known"
    assert api.effects == [BODY]


def test_a_delivery_whose_answer_came_too_late_has_one_effect(api: HttpAgency) -> None:
    api.faults.append(Fault(delay=1.0, after_taking=True, path=COPIES))
    assert transport(api, read=0.4).deliver(COPY).result == "known"
    assert api.effects == [BODY]


def test_an_id_that_was_used_for_another_body_is_refused_for_good(api: HttpAgency) -> None:
    one = transport(api)
    one.deliver(COPY)
    with pytest.raises(DeliveryRefused, match="409"):
        one.deliver(Outgoing(COPY.delivery_id, "procuratorate", COPIES, b"{}"))
    assert api.effects == [BODY]


def test_a_body_that_cannot_be_taken_is_refused_with_its_places_but_without_its_people(api: HttpAgency) -> None:
    problem = {
        "title": "Unprocessable",
        "detail": "示例甲 (14092419800304123X) 与 140924196708154944 不符",
        "errors": [{"pointer": "/parties/0/id_no", "detail": "14092419800304123X is wrong"}],
    }
    api.faults.append(Fault(422, body=json.dumps(problem).encode()))
    with pytest.raises(DeliveryRefused) as refused:
        transport(api).deliver(COPY)
    said = str(refused.value)
    assert "/parties/0/id_no" in said
    assert "不符" in said
    assert "示例甲" not in said
    assert "1409241" not in said


@pytest.mark.parametrize("status", [400, 413, 415])
def test_other_refusals_are_final_too(api: HttpAgency, status: int) -> None:
    api.faults.append(Fault(status, body=b"no JSON"))
    with pytest.raises(DeliveryRefused, match=f"{status}: no reason given"):
        transport(api).deliver(COPY)


def test_a_receipt_for_other_bytes_is_no_receipt(api: HttpAgency) -> None:
    receipt = {"receipt_no": "R1", "received_at": RECEIVED_AT, "sha256": sha256(b"other").hexdigest()}
    api.faults.append(Fault(201, body=json.dumps(receipt).encode()))
    with pytest.raises(DeliveryRefused, match="other bytes"):
        transport(api).deliver(COPY)


@pytest.mark.parametrize(
    "receipt",
    [
        b"",
        b"[]",
        b"{}",
        b'{"receipt_no": "R1", "sha256": "0", "received_at": "yesterday"}',
        b'{"receipt_no": "R1", "sha256": "0", "received_at": "2026-11-01T08:00:00"}',
        b'{"receipt_no": "R1", "sha256": "0", "received_at": "0001-01-01T00:00:00+08:00"}',
    ],
)
def test_a_receipt_that_cannot_be_read_may_be_asked_for_again(api: HttpAgency, receipt: bytes) -> None:
    api.faults.append(Fault(201, body=receipt, after_taking=True))
    one = transport(api)
    with pytest.raises(AgencyUnreachable):
        one.deliver(COPY)
    assert one.deliver(COPY).result == "known"


@pytest.mark.parametrize("status", [202, 204])
def test_an_answer_that_may_mean_taken_is_no_refusal_and_the_same_is_sent_again(api: HttpAgency, status: int) -> None:
    api.faults.append(Fault(status, body=b"", after_taking=True))
    one = transport(api)
    with pytest.raises(AgencyUnreachable):
        one.deliver(COPY)
    assert one.deliver(COPY).result == "known"
    assert api.effects == [BODY]


def test_a_receipt_that_comes_with_another_status_is_one(api: HttpAgency) -> None:
    receipt = {"receipt_no": "R1", "received_at": RECEIVED_AT, "sha256": sha256(BODY).hexdigest()}
    api.faults.append(Fault(202, body=json.dumps(receipt).encode()))
    found = transport(api).deliver(COPY)
    assert (found.result, found.receipt_no) == ("taken", "R1")


# Trust


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost that nobody signed but itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    places = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", "-x509", *kind, *subject, *places], check=True, capture_output=True)
    return certificate, key


@pytest.fixture
def secure(certificate: tuple[Path, Path]) -> Iterator[HttpAgency]:
    """The API over TLS."""
    with http_agency(*certificate) as agency:
        yield agency


def test_a_server_whose_certificate_nobody_vouches_for_is_refused_at_once(secure: HttpAgency) -> None:
    pauses = Pauses()
    with pytest.raises(ConfigurationFault, match="certificate"):
        list(transport(secure, pause=pauses).fetch({}))
    assert (pauses, secure.asked) == ([], [])


def test_certificates_may_be_handed_in(secure: HttpAgency, certificate: tuple[Path, Path]) -> None:
    secure.add_document(1)
    assert numbers(list(transport(secure, secure.address(ca=certificate[0])).fetch({}))) == ids(1)


def test_a_certificate_for_another_name_is_refused(secure: HttpAgency, certificate: tuple[Path, Path]) -> None:
    url = secure.address(ca=certificate[0]).replace("localhost", "127.0.0.1")
    with pytest.raises(ConfigurationFault, match="certificate"):
        list(transport(secure, url).fetch({}))


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificates_that_cannot_be_read_are_a_fault(secure: HttpAgency, tmp_path: Path, content: str | None) -> None:
    ca = tmp_path / "ca.pem"
    if content is not None:
        ca.write_text(content, encoding="ascii")
    with pytest.raises(ConfigurationFault, match="ca"):
        list(transport(secure, secure.address(ca=ca)).fetch({}))


def test_plain_http_on_a_tls_port_is_out_of_reach_not_a_secret_told(api: HttpAgency) -> None:
    with pytest.raises(AgencyUnreachable):
        list(transport(api, api.url.replace("http://", "https://")).fetch({}))
    assert api.asked == []


def test_the_surroundings_neither_redirect_nor_authenticate_us(
    api: HttpAgency, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    api.add_document(1)
    assert numbers(list(transport(api).fetch({}))) == ids(1)


def test_the_secret_of_these_tests_has_signs_that_addresses_trip_over() -> None:
    assert set("+ &=") <= set(CLIENT_SECRET)
