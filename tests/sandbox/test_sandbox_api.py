"""Does the procuratorate's API keep to its interface notice? Every answer here is judged by openapi.yaml."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import ValidationError

from sandbox.agencies import Sandbox
from sandbox.layout import SHANGHAI

COPY: dict[str, Any] = {
    "township": "140924100",
    "doc_no": "繁城综执移字〔2026〕7号",
    "parties": [{"name": "示例甲", "id_no": None}],
    "cause": "非法占用农用地",
    "sent_on": "2026-10-12",
    "amount": 125000.5,
    "attachments": [{"name": "调查报告.pdf", "sha256": "0" * 64}],
}
ALERT: dict[str, Any] = {
    "case_id": "C1",
    "code": "police.decide_filing",
    "agency": "police",
    "raised_at": "2026-10-31T23:59:00+08:00",
    "due_at": None,
}

Start = Callable[..., Any]


def pages(caller: Any, **query: str | int) -> Iterator[list[dict[str, Any]]]:
    answer = caller.get("/documents", **query).json()
    yield answer["items"]
    while answer["next_cursor"]:
        answer = caller.get("/documents", cursor=answer["next_cursor"], limit=query.get("limit", 50)).json()
        yield answer["items"]


def pointers(answer: requests.Response) -> set[str]:
    return {error["pointer"] for error in answer.json()["errors"]}


def test_an_answer_that_the_notice_does_not_describe_is_caught(interface: Any, caller: Any) -> None:
    answer = caller.get("/documents", limit=1)
    judged = interface.answers_judged
    answer._content = b'{"items": [{}], "next_cursor": null}'
    with pytest.raises(ValidationError):
        interface.judge(answer)
    answer.status_code = 403
    with pytest.raises(AssertionError, match="403 is not in the notice"):
        interface.judge(answer)
    assert judged >= 2
    assert interface.answers_judged == judged


def test_a_token_is_for_the_one_client_and_says_how_long_it_lives(caller: Any) -> None:
    granted = caller.token(scope="documents.read").json()
    assert (granted["token_type"], granted["expires_in"], granted["scope"]) == ("Bearer", 600, "documents.read")
    for wrong in ({"client_secret": "guess"}, {"client_id": "else"}, {"grant_type": "password"}, {"scope": "all"}):
        refused = caller.token(**wrong)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"].startswith("Bearer ")


def test_without_a_token_or_with_one_for_something_else_there_is_no_answer(caller: Any) -> None:
    caller.log_in(scope="copies.write")
    assert caller.post("/alerts", "key-of-alert-1", ALERT).status_code == 401
    assert caller.get("/documents").status_code == 401
    caller.session.headers["Authorization"] = "Bearer made-up"
    assert caller.get("/documents/JD202600001").status_code == 401
    del caller.session.headers["Authorization"]
    assert caller.post("/referral-copies", "key-of-copy-1", COPY).status_code == 401


def test_an_expired_token_is_refused(procuratorate: Start, hand_clock: Any) -> None:
    _, caller = procuratorate(token_seconds=600)
    caller.log_in()
    hand_clock.advance(seconds=599)
    assert caller.get("/documents").status_code == 200
    hand_clock.advance(seconds=1)
    refused = caller.get("/documents")
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


def test_the_list_is_the_documents_file_in_order_of_update(caller: Any, samples: Path) -> None:
    documents = json.loads((samples / "procuratorate" / "documents.json").read_text(encoding="utf-8"))
    documents.sort(key=lambda document: (datetime.fromisoformat(document["updated_at"]), document["doc_id"]))
    for limit in (7, 200):
        assert [document for page in pages(caller, limit=limit) for document in page] == documents
    assert len(next(pages(caller))) == 50


def test_updated_since_includes_the_instant_itself_in_any_offset(caller: Any) -> None:
    documents = [document for page in pages(caller) for document in page]
    edge = documents[100]["updated_at"]
    expected = [document["doc_id"] for document in documents if document["updated_at"] >= edge]
    utc = datetime.fromisoformat(edge).astimezone(tz=None).isoformat()
    for since in (edge, utc):
        assert [document["doc_id"] for page in pages(caller, updated_since=since) for document in page] == expected
    assert caller.get("/documents", updated_since="2027-01-01T00:00:00Z").json() == {"items": [], "next_cursor": None}


def test_wrong_parameters_are_named(caller: Any) -> None:
    for limit in ("0", "201", "-1", "ten", "5.0", "\u0665", "9" * 30, ""):
        refused = caller.get("/documents", limit=limit)
        assert (refused.status_code, pointers(refused)) == (422, {"/limit"})
    for since in ("2026-06-01", "2026-06-01T00:00:00", "2026-06-01T00:00:00 08:00", "2026-02-30T00:00:00Z", "soon"):
        refused = caller.get("/documents", updated_since=since)
        assert (refused.status_code, pointers(refused)) == (422, {"/updated_since"})
    for cursor in ("", "x", "AAAA", "新", "A" * 200):
        refused = caller.get("/documents", cursor=cursor)
        assert (refused.status_code, pointers(refused)) == (422, {"/cursor"})


def test_a_cursor_keeps_its_filter_and_cannot_be_altered(caller: Any) -> None:
    since = "2026-08-01T00:00:00+08:00"
    cursor = caller.get("/documents", updated_since=since, limit=1).json()["next_cursor"]
    assert caller.get("/documents", cursor=cursor, updated_since=since).status_code == 200
    assert caller.get("/documents", cursor=cursor).json()["items"][0]["updated_at"] >= since
    refused = caller.get("/documents", cursor=cursor, updated_since="2026-09-01T00:00:00+08:00")
    assert (refused.status_code, pointers(refused)) == (422, {"/updated_since"})
    altered = cursor[:40] + ("A" if cursor[40] != "A" else "B") + cursor[41:]
    assert caller.get("/documents", cursor=altered).status_code == 422


def test_a_cursor_is_good_for_one_hour_and_survives_a_restart(procuratorate: Start, hand_clock: Any) -> None:
    sandbox, caller = procuratorate()
    cursor = caller.log_in().get("/documents", limit=5).json()["next_cursor"]
    sandbox.__exit__(None, None, None)
    hand_clock.advance(minutes=60)
    _, caller = procuratorate()
    assert len(caller.log_in().get("/documents", limit=5, cursor=cursor).json()["items"]) == 5
    hand_clock.advance(seconds=1)
    refused = caller.get("/documents", limit=5, cursor=cursor)
    assert (refused.status_code, pointers(refused)) == (422, {"/cursor"})


def test_paging_meets_every_document_once_while_documents_are_added(procuratorate: Start) -> None:
    sandbox, caller = procuratorate()
    shelf = sandbox.place / "procuratorate" / "documents.json"
    documents = json.loads(shelf.read_text(encoding="utf-8"))
    met: list[str] = []
    for number, page in enumerate(pages(caller.log_in(), limit=40)):
        met += [document["doc_id"] for document in page]
        if number < 3:
            updated_at = f"2026-10-30T10:00:0{number}+08:00"
            documents.append({**documents[0], "doc_id": f"JD20269990{number}", "updated_at": updated_at})
            draft = shelf.with_suffix(".draft")
            draft.write_text(json.dumps(documents, ensure_ascii=False), encoding="utf-8")
            os.replace(draft, shelf)
    assert len(met) == len(set(met))
    assert sorted(met) == sorted(document["doc_id"] for document in documents)


def test_entries_that_share_time_and_id_are_not_lost_between_pages(procuratorate: Start) -> None:
    sandbox, caller = procuratorate()
    shelf = sandbox.place / "procuratorate" / "documents.json"
    one = json.loads(shelf.read_text(encoding="utf-8"))[0]
    shelf.write_text(json.dumps([{**one, "doc_no": str(number)} for number in range(5)]), encoding="utf-8")
    caller.log_in()
    assert [document["doc_no"] for page in pages(caller, limit=2) for document in page] == list("01234")


def test_a_file_that_is_being_written_leaves_the_list_as_it_was(procuratorate: Start) -> None:
    sandbox, caller = procuratorate()
    shelf = sandbox.place / "procuratorate" / "documents.json"
    whole = shelf.read_bytes()
    before = caller.log_in().get("/documents").json()["items"]
    shelf.write_bytes(whole[:1000])
    assert caller.get("/documents").json()["items"] == before
    shelf.unlink()
    assert caller.get("/documents").json()["items"] == []


def test_one_document_can_be_asked_for_and_an_unknown_one_is_not_found(caller: Any) -> None:
    assert caller.get("/documents/JD202600001").json()["doc_no"] == "繁检建〔2026〕1号"
    assert caller.get("/documents/JD000").status_code == 404
    assert caller.get("/documents/没有").status_code == 404


def test_unknown_paths_and_methods_are_problems_too(caller: Any) -> None:
    caller.session.hooks["response"].clear()
    for method, path, status in (
        ("GET", "/", 404),
        ("DELETE", "/api/v1/documents", 405),
        ("GET", "/oauth2/token", 405),
    ):
        answer = caller.session.request(method, caller.base + path, timeout=10)
        assert answer.status_code == status == answer.json()["status"]
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(("path", "body"), [("/referral-copies", COPY), ("/alerts", ALERT)])
def test_one_key_has_one_effect(caller: Any, agencies: Sandbox, path: str, body: dict[str, Any]) -> None:
    key = f"one-effect{path}"
    content = json.dumps(body, ensure_ascii=False, indent=2).encode()
    first = caller.post(path, key, content)
    assert first.status_code == 201
    assert first.json()["sha256"] == hashlib.sha256(content).hexdigest()
    assert first.json()["received_at"].endswith("+08:00")
    again = caller.post(path, key, content)
    assert (again.status_code, again.json()) == (200, first.json())
    assert caller.post(path, key, {**body, "township": "140924101", "code": "other"}).status_code == 409
    assert caller.post(path, key, json.dumps(body).encode()).status_code == 409  # The same meaning, other bytes.
    kept = agencies.place / "procuratorate" / "received" / path[1:] / f"{first.json()['receipt_no']}.json"
    assert json.loads(kept.read_text(encoding="utf-8"))["body"] == content.decode()


def test_many_at_once_under_one_key_are_received_once(caller: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: caller.post("/alerts", "all-at-once", ALERT), range(16)))
    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert len({answer.json()["receipt_no"] for answer in answers}) == 1


def test_a_restarted_server_still_knows_the_keys_for_thirty_days(procuratorate: Start, hand_clock: Any) -> None:
    sandbox, caller = procuratorate()
    first = caller.log_in().post("/alerts", "kept-30-days", ALERT)
    sandbox.__exit__(None, None, None)
    hand_clock.advance(days=30)
    sandbox, caller = procuratorate()
    again = caller.log_in().post("/alerts", "kept-30-days", ALERT)
    assert (again.status_code, again.json()) == (200, first.json())
    hand_clock.advance(seconds=1)
    caller.log_in()
    anew = caller.post("/alerts", "kept-30-days", {**ALERT, "code": "undecided"})
    assert anew.status_code == 201
    sandbox.__exit__(None, None, None)
    _, caller = procuratorate()
    assert caller.log_in().post("/alerts", "kept-30-days", ALERT).status_code == 409


def test_a_key_must_have_8_to_128_characters(caller: Any) -> None:
    for key in (None, "", "1234567", "x" * 129):
        refused = caller.post("/alerts", key, ALERT)
        assert (refused.status_code, pointers(refused)) == (422, {"/Idempotency-Key"})
    for key in ("12345678", "x" * 128):
        assert caller.post("/alerts", key, ALERT).status_code == 201


def test_every_fault_of_a_body_is_pointed_at(caller: Any) -> None:
    body = {**COPY, "parties": [{"name": 5, "id_no": None}, {"name": "示例乙"}], "sent_on": "2026-02-30"}
    del body["cause"]
    refused = caller.post("/referral-copies", "many-faults", body)
    assert refused.status_code == 422
    assert pointers(refused) == {"/parties/0/name", "/parties/1/id_no", "/sent_on", "/cause"}
    for content in (b"", b"{", b"[]", b"\xff\xfe", b'{"a": NaN}', b"[" * 100_000):
        assert pointers(caller.post("/alerts", "not-an-alert", content)) == {""}
    assert caller.post("/referral-copies", "many-faults", COPY).status_code == 201  # What is refused takes no key.


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=5),
    st.sampled_from(["2026-10-12", "2026-02-30", "2026-10-31T23:59:00Z", "2026-10-31T23:59:00", "20261012"]),
    st.lists(
        st.sampled_from([None, "a", {"name": "示例丙", "id_no": None}, {"name": "附件", "sha256": "0"}]), max_size=2
    ),
)


@pytest.mark.parametrize(
    ("path", "body", "schema"), [("/referral-copies", COPY, "ReferralCopy"), ("/alerts", ALERT, "Alert")]
)
def test_a_body_is_taken_exactly_when_the_notice_allows_it(
    caller: Any, interface: Any, path: str, body: dict[str, Any], schema: str
) -> None:
    validator = interface.validator({"$ref": f"#/components/schemas/{schema}"})
    members = [*sorted(interface.notice["components"]["schemas"][schema]["properties"]), "unheard_of"]

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.dictionaries(st.sampled_from(members), JUNK, max_size=2), st.sets(st.sampled_from(members), max_size=1))
    def check(changes: dict[str, object], left_out: set[str]) -> None:
        sent = {name: value for name, value in {**body, **changes}.items() if name not in left_out}
        content = json.dumps(sent, ensure_ascii=False).encode()
        answer = caller.post(path, hashlib.sha256(content).hexdigest(), content)
        assert (answer.status_code in {200, 201}) == validator.is_valid(sent), sent

    check()


def test_documents_updated_later_are_not_served_yet(samples: Path, tmp_path: Path, make_caller: Any) -> None:
    until = datetime(2026, 8, 1, tzinfo=SHANGHAI)
    with Sandbox(samples, tmp_path, until, answers=False) as sandbox:
        caller = make_caller(sandbox.endpoints["procuratorate"]).log_in()
        served = [document for page in pages(caller) for document in page]
        assert served
        assert all(datetime.fromisoformat(document["updated_at"]) <= until for document in served)
        assert caller.get("/documents/JD202600324").status_code == 404
        sandbox.arrive(None)
        assert caller.get("/documents/JD202600324").status_code == 200


def test_too_many_requests_are_told_when_to_come_back(procuratorate: Start) -> None:
    _, caller = procuratorate(requests=3, window_seconds=2.0)
    answers = [caller.token() for _ in range(10)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 4  # Three go through in a window, and ten requests may meet two windows.
    assert {answer.headers["Retry-After"] for answer in refused} <= {"1", "2"}
    time.sleep(int(refused[-1].headers["Retry-After"]))
    assert caller.token().status_code == 200


def test_a_broken_answer_has_had_its_effect_and_the_key_says_so(caller: Any, agencies: Sandbox) -> None:
    agencies.faults["procuratorate"].drop(after=10)
    with pytest.raises(requests.RequestException):
        caller.post("/alerts", "broken-answer", ALERT)
    assert caller.post("/alerts", "broken-answer", ALERT).status_code == 200


def test_in_an_outage_the_procuratorate_does_not_answer(caller: Any, agencies: Sandbox) -> None:
    with agencies.outage("procuratorate"), pytest.raises(requests.ConnectionError):
        caller.get("/documents")
    assert caller.get("/documents").status_code == 200


def test_slow_answers_make_a_short_timeout_fail(caller: Any, agencies: Sandbox) -> None:
    agencies.faults["procuratorate"].pause = 0.5
    with pytest.raises(requests.Timeout):
        caller.session.get(f"{caller.base}/api/v1/documents", timeout=0.2)
    agencies.faults["procuratorate"].pause = 0.0
    assert caller.get("/documents").status_code == 200
