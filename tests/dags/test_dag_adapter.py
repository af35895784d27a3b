"""What does Airflow hand to the hub, and what becomes of the hub's errors in Airflow?"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import Connection, RetryAction
from hypothesis import given
from hypothesis import strategies as st

from connectors.endpoint import parse_endpoint
from dags import adapter, decide, failures
from dags.decide import OUTCOMES, again, decision_of
from hub.errors import AgencyUnreachable, ConfigurationFault, DeliveryRefused, EvidenceBroken, HubError, RowRejected
from hub.ledger.waiting import LedgerUnavailable

ADDRESSES = [
    "file:///srv/a%20b/townships/140924100",
    "sftp://hub@127.0.0.1:2222/?private_key=/srv/a%20b/key&known_hosts=/srv/known_hosts",
    "sftp://hub@sftp.example.invalid:22/base/dir?private_key=/k&known_hosts=/h",
    "http://127.0.0.1:8431/?client_id=hub&client_secret=a%3D%26b%2B%2F",
    "https://api.example.invalid:8443/base?client_id=hub&client_secret=s&ca=/srv/ca.pem",
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_an_address_given_as_a_connection_is_the_same_address(url: str) -> None:
    connection = Connection.from_uri(url, conn_id="hub_x")
    assert parse_endpoint("x", adapter.endpoint_url(connection)) == parse_endpoint("x", url)


def test_the_login_of_an_apis_connection_is_the_clients_id_and_secret() -> None:
    connection = Connection(
        conn_id="hub_x", conn_type="https", host="api.example.invalid", login="hub", password="p w/&+", port=443
    )
    endpoint = parse_endpoint("x", adapter.endpoint_url(connection))
    assert (endpoint.client_id, endpoint.client_secret) == ("hub", "p w/&+")


def test_a_connection_whose_form_has_no_fitting_type_names_the_scheme_itself() -> None:
    extra = json.dumps({"scheme": "sftp", "private_key": "/k", "known_hosts": "/h"})
    connection = Connection(conn_id="hub_x", conn_type="generic", host="h.example.invalid", login="hub", extra=extra)
    assert parse_endpoint("x", adapter.endpoint_url(connection)).kind == "sftp"


@given(secret=st.text(st.characters(min_codepoint=33, max_codepoint=0x9FFF, exclude_categories=["Cs"]), min_size=1))
def test_no_character_of_a_secret_is_lost_on_the_way(secret: str) -> None:
    connection = Connection(conn_id="hub_x", conn_type="http", host="localhost", port=80, login="hub", password=secret)
    assert parse_endpoint("x", adapter.endpoint_url(connection)).client_secret == secret


def test_a_period_is_two_days_and_both_belong_to_it() -> None:
    assert adapter.period("2026-09-01..2026-09-30") == (date(2026, 9, 1), date(2026, 9, 30))
    assert adapter.period(None) is None


def test_a_period_that_is_none_is_told_with_what_was_given() -> None:
    with pytest.raises(ConfigurationFault, match=r"2026-13-01"):
        adapter.period("2026-13-01..x")
    with pytest.raises(ConfigurationFault, match=r"period: '2026-09-30\.\.2026-09-01' ends before it begins"):
        adapter.period("2026-09-30..2026-09-01")


def test_an_agency_that_names_a_pause_is_asked_again_after_it() -> None:
    decision = failures.RETRY_BY_ERROR_CLASS.evaluate(AgencyUnreachable("police", "busy", retry_after=90.0), 1, 5)
    assert (decision.action, decision.retry_delay) == (RetryAction.RETRY, timedelta(seconds=90))


@pytest.mark.parametrize(
    "error", [AgencyUnreachable("police", "no answer"), LedgerUnavailable("busy"), failures.PassingFault("OSError")]
)
def test_what_may_pass_is_tried_again_with_growing_pauses(error: Exception) -> None:
    assert failures.RETRY_BY_ERROR_CLASS.evaluate(error, 1, 5).action is RetryAction.DEFAULT
    assert adapter.TASK_DEFAULTS["retry_exponential_backoff"] > 1


@pytest.mark.parametrize(
    "error",
    [
        ConfigurationFault("police.yaml:3: name: missing"),
        EvidenceBroken("entry 7"),
        DeliveryRefused("police", "unknown unit"),
        failures.UnforeseenFault("builtins.KeyError"),
    ],
)
def test_what_repeating_cannot_help_fails_at_once(error: Exception) -> None:
    assert failures.RETRY_BY_ERROR_CLASS.evaluate(error, 1, 5).action is RetryAction.FAIL


def test_an_error_that_nobody_foresaw_leaves_without_its_text() -> None:
    with pytest.raises(failures.UnforeseenFault) as caught, failures.without_values():
        raise KeyError("张三 110101199003070011")
    assert str(caught.value) == "builtins.KeyError"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_rejected_row_that_gets_out_does_not_show_its_cell() -> None:
    with pytest.raises(failures.UnforeseenFault) as caught, failures.without_values():
        raise RowRejected("a.xlsx!移送案件!R4", "证件号码", "impossible_date", "no date", "110101199003070011")
    assert "110101199003070011" not in str(caught.value)
    assert "a.xlsx!移送案件!R4" in str(caught.value)


def test_our_own_error_keeps_its_text_but_not_the_error_behind_it() -> None:
    with pytest.raises(LedgerUnavailable, match="busy") as caught, failures.without_values():
        raise LedgerUnavailable("ledger.db: busy") from ValueError("INSERT … 110101199003070011")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_fault_of_the_machine_may_pass() -> None:
    with pytest.raises(failures.PassingFault), failures.without_values():
        raise TimeoutError("disk")
    assert not issubclass(failures.PassingFault, HubError)


def test_approval_is_the_first_answer_offered() -> None:
    assert list(OUTCOMES.values()) == ["approve", "decline", "more"]


def test_a_repeated_question_is_about_the_same_decision_and_has_a_run_of_its_own() -> None:
    now = datetime(2026, 11, 3, 2, 0, tzinfo=timezone.utc)
    first = again("D0a1", "", now)
    assert first == {"trigger_run_id": "D0a1.2", "run_after": now.isoformat()}
    assert again("D0a1.2", "2026-11-10", now) == {"trigger_run_id": "D0a1.3", "run_after": "2026-11-10T00:00:00+08:00"}
    assert decision_of("D0a1") == decision_of("D0a1.3") == "D0a1"


def test_an_agency_whose_mapping_names_no_schedule_is_asked_as_often_as_its_channel_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "agencies").mkdir()
    for transport in ("api", "sftp", "folder"):
        text = f"agency: {transport}\nchannel: {{transport: {transport}}}\n"
        (tmp_path / "agencies" / f"{transport}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("HUB_MAPPINGS", str(tmp_path))
    schedules = {header.code: header.schedule for header in adapter.agencies()}
    assert schedules == {"api": "*/30 * * * *", "sftp": "0 * * * *", "folder": "0 8-18 * * *"}


def test_an_answer_is_kept_in_hand_while_the_ledger_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def keep(run_id: str, answer: object) -> None:
        tries.append(run_id)
        if len(tries) < 3:
            raise LedgerUnavailable("busy")

    pauses: list[float] = []
    monkeypatch.setattr(decide, "keep", keep)
    monkeypatch.setattr("dags.decide.time.sleep", pauses.append)
    event: dict[str, Any] = {
        "chosen_options": [next(iter(OUTCOMES))],
        "params_input": {},
        "responded_at": datetime(2026, 11, 3, 2, 0, tzinfo=timezone.utc),
        "responded_by_user": None,
    }
    context: Any = {"dag_run": SimpleNamespace(run_id="D0a1")}
    decide.ask.execute_complete(context, event)
    assert (tries, pauses) == (["D0a1"] * 3, [60.0, 120.0])
    monkeypatch.setattr(decide, "keep", lambda run_id, answer: keep_never())
    with pytest.raises(LedgerUnavailable):
        decide.ask.execute_complete(context, event)


def keep_never() -> None:
    raise LedgerUnavailable("busy")
