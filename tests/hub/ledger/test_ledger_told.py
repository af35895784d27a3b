"""Is what the hub did kept once, and shown as it was known at any time?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.evidence.bundle import verify_chain
from hub.ledger.deliveries import (
    ACKNOWLEDGED,
    REFUSED,
    SENT,
    DeliveryState,
    deliveries,
    delivery_content,
    plan_delivery,
)
from hub.ledger.facts import append_fact, facts
from hub.ledger.links import append_links, current_links
from hub.ledger.runs import append_run, looks_back, next_run_id, runs
from hub.ledger.store import Ledger
from tests.hub.ledger.statements import HOUR, ID_NO, MORNING, a_delivery, a_link, a_run


def test_nothing_is_told_twice(ledger: Ledger) -> None:
    with ledger.write() as tx:
        assert append_fact(tx, "reminder.sent", "obligation-1", MORNING, {"to": "liaison"})
        assert not append_fact(tx, "reminder.sent", "obligation-1", MORNING + HOUR, {"to": "somebody else"})
        assert append_fact(tx, "reminder.sent", "obligation-2", MORNING, {})
        assert append_fact(tx, "notice.sent", "obligation-1", MORNING, {})
    with ledger.read() as tx:
        (told,) = facts(tx, code="reminder.sent", subject="obligation-1")
        assert len(facts(tx)) == 3
    assert (told.at, told.attributes) == (MORNING, {"to": "liaison"})
    assert verify_chain(ledger).entries == 3


def test_a_fact_is_known_from_the_time_it_was_learned_not_from_when_it_happened(ledger: Ledger) -> None:
    with ledger.write() as tx:
        append_fact(tx, ACKNOWLEDGED, "P1", MORNING, {}, learned_at=MORNING + HOUR)
    with ledger.read() as tx:
        assert facts(tx, known_at=MORNING) == []
        (told,) = facts(tx, known_at=MORNING + HOUR)
    assert (told.at, told.learned_at) == (MORNING, MORNING + HOUR)


def test_an_instant_without_its_offset_is_refused(ledger: Ledger) -> None:
    with ledger.write() as tx, pytest.raises(ValueError, match="offset"):
        append_fact(tx, "notice.sent", "obligation-1", datetime(2026, 9, 1), {})  # noqa: DTZ001  # the fault meant


def test_what_stands_in_clear_may_not_hold_an_identity_number(ledger: Ledger) -> None:
    with ledger.write() as tx:
        with pytest.raises(ValueError, match="identity number"):
            append_fact(tx, "person.shown", ID_NO, MORNING, {})
        with pytest.raises(ValueError, match="identity number"):
            plan_delivery(tx, replace(a_delivery(), path=f"inbox/{ID_NO}.csv"))
        with pytest.raises(ValueError, match="identity number"):
            append_run(tx, replace(a_run(), parameters={"party": ID_NO}))
    assert verify_chain(ledger).entries == 0


def test_a_delivery_goes_from_planned_to_sent_to_acknowledged(ledger: Ledger) -> None:
    with ledger.write() as tx:
        assert plan_delivery(tx, a_delivery())
        assert not plan_delivery(tx, replace(a_delivery(), content=b"rendered anew"))
        append_fact(tx, SENT, "P20260901-0001", MORNING + HOUR, {})
        append_fact(tx, ACKNOWLEDGED, "P20260901-0001", MORNING + 3 * HOUR, {"receipt_no": "7"})
    with ledger.read() as tx:
        states = [deliveries(tx, known_at=MORNING + hours * HOUR)[0].state for hours in (0, 1, 2, 3)]
        (now,) = deliveries(tx, "police", DeliveryState.ACKNOWLEDGED)
        assert deliveries(tx, "procuratorate") == deliveries(tx, state=DeliveryState.SENT) == []
        assert delivery_content(tx, now.delivery_id) == a_delivery().content
        with pytest.raises(KeyError):
            delivery_content(tx, "P0")
    assert states == ["planned", "sent", "sent", "acknowledged"]
    assert (now.sent_at, now.ended_at, now.refers) == (MORNING + HOUR, MORNING + 3 * HOUR, a_delivery().refers)
    assert now.ending is not None
    assert now.ending.attributes == {"receipt_no": "7"}


def test_a_refused_delivery_says_so(ledger: Ledger) -> None:
    with ledger.write() as tx:
        plan_delivery(tx, a_delivery("P1"))
        plan_delivery(tx, a_delivery("P2", "procuratorate"))
        append_fact(tx, REFUSED, "P1", MORNING, {"detail": "11"})
    with ledger.read() as tx:
        assert [(one.delivery_id, one.state) for one in deliveries(tx)] == [
            ("P1", DeliveryState.REFUSED),
            ("P2", DeliveryState.PLANNED),
        ]
        assert [one.delivery_id for one in deliveries(tx, delivery_ids=["P2", "P9"])] == ["P2"]


def test_a_run_keeps_only_the_links_that_changed(ledger: Ledger) -> None:
    with ledger.write() as tx:
        assert append_links(tx, "run-1", [a_link(1), a_link(2), a_link(3)], MORNING) == 3
        assert append_links(tx, "run-2", [a_link(3), a_link(2), a_link(1)], MORNING + HOUR) == 0
        assert append_links(tx, "run-3", [a_link(1), a_link(2, "case-2")], MORNING + 2 * HOUR) == 2
    with ledger.read() as tx:
        first, last = current_links(tx, MORNING + HOUR), current_links(tx)
    assert first == [a_link(1), a_link(2), a_link(3)]
    # the second moved to another case, the third is linked no more
    assert last == [a_link(1), a_link(2, "case-2")]
    report = verify_chain(ledger)
    assert (report.ok, report.entries) == (True, 2)


def test_links_that_go_in_by_portions_are_all_there_and_proven(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.ledger.links._PORTION", 2)
    links = [a_link(number) for number in range(1, 6)]
    with ledger.write() as tx:
        assert append_links(tx, "run-1", links, MORNING) == 5
        assert append_links(tx, "run-2", [*links[1:], a_link(6)], MORNING + HOUR) == 2
    with ledger.read() as tx:
        assert current_links(tx) == [*links[1:], a_link(6)]
    assert verify_chain(ledger).ok


def test_a_link_taken_back_can_be_made_again(ledger: Ledger) -> None:
    with ledger.write() as tx:
        for hours, links in enumerate(([a_link(1)], [], [a_link(1)])):
            assert append_links(tx, f"run-{hours}", links, MORNING + hours * HOUR) == 1
    with ledger.read() as tx:
        assert [len(current_links(tx, MORNING + hours * HOUR)) for hours in (0, 1, 2)] == [1, 0, 1]


def test_one_record_cannot_stand_in_two_cases(ledger: Ledger) -> None:
    with ledger.write() as tx, pytest.raises(ValueError, match="one case"):
        append_links(tx, "run-1", [a_link(1), a_link(1, "case-2")], MORNING)


def test_runs_of_one_instant_are_numbered_and_told_in_their_order(ledger: Ledger) -> None:
    with ledger.write() as tx:
        for number in range(1, 13):
            run_id = next_run_id(tx, "run-1")
            assert append_run(tx, replace(a_run(run_id), counts={"links": number}))
        assert next_run_id(tx, "run-") == "run-"
    with ledger.read() as tx:
        told = runs(tx)
    assert [run.counts["links"] for run in told] == list(range(1, 13))
    assert [run.run_id for run in told[:2]] == ["run-1", "run-1.2"]


def test_a_run_is_about_the_past_where_an_earlier_one_judged_what_had_come_since() -> None:
    earlier, now = [a_run(at=MORNING), a_run(at=MORNING + 9 * HOUR)], MORNING + 2 * HOUR
    assert looks_back(MORNING - HOUR, now, earlier)
    assert not looks_back(MORNING, now, earlier)
    assert not looks_back(MORNING + HOUR, now, earlier), "one as of an instant to come is no measure"
    assert looks_back(MORNING + HOUR, MORNING + 9 * HOUR, earlier)


def test_a_run_is_kept_once(ledger: Ledger) -> None:
    with ledger.write() as tx:
        assert append_run(tx, a_run())
        assert not append_run(tx, replace(a_run(), counts={"links": 99}))
        assert append_run(tx, replace(a_run("run-2", MORNING + HOUR), kind="escalate"))
    with ledger.read() as tx:
        assert runs(tx, kind="reconcile") == [a_run()]
        assert [run.run_id for run in runs(tx)] == ["run-1", "run-2"]
        assert runs(tx, known_at=MORNING - timedelta(seconds=1)) == []
