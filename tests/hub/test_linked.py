"""Does a view go on from what the linker noted, and only where the notes are its own?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from hub.hub import Hub
from hub.ledger import schema
from hub.ledger.notes import notes_of, put_notes
from hub.ledger.store import Ledger
from hub.link import Linkage
from hub.usecases.reconcile import reconcile
from hub.usecases.relink import relink
from hub.view import look
from tests.hub.usecases.test_relink import T0, Arrival, arrivals, keep, ledger, refer_and_accept, whole_linkage
from tests.support.installation import installation
from tests.support.small_county import SmallCounty

__all__ = ["arrivals", "installation", "ledger"]


def test_a_view_goes_on_from_the_notes_and_reads_no_more_than_what_came_touches(
    installation: Hub, arrivals: tuple[Arrival, ...], ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = replace(installation, ledger=ledger)
    keep(hub.ledger, arrivals[:-3], T0)
    assert reconcile(hub, T0, T0, commit=True).committed
    keep(hub.ledger, arrivals[-3:], T0 + timedelta(minutes=1))
    whole_linkage(hub, T0 + timedelta(minutes=2))

    def never(*_: object) -> Linkage:
        raise AssertionError("everything was linked")

    monkeypatch.setattr("hub.linked.link", never)
    with hub.ledger.read() as tx:
        cases = look(hub, tx, T0 + timedelta(minutes=2)).linkage.cases
    assert len(cases) > 150
    done = reconcile(hub, T0 + timedelta(minutes=3), T0 + timedelta(minutes=3), commit=True)
    assert done.view.linkage.cases == cases
    assert not relink(hub, T0 + timedelta(minutes=4)).whole


def warned(caplog: pytest.LogCaptureFixture) -> bool:
    """Whether a view said that the notes are altered; servers of other tests log as well."""
    return any(one.name == "hub.linked" and "notes are not as" in one.message for one in caplog.records)


def test_notes_that_somebody_altered_are_not_gone_on_from(
    small_county: SmallCounty, caplog: pytest.LogCaptureFixture
) -> None:
    refer_and_accept(small_county)
    hub, now = small_county.hub, small_county.clock
    relink(hub, now)
    with hub.ledger.write() as tx:
        first, second = notes_of(tx, (1, 2))
        assert first.case_id == second.case_id
        put_notes(tx, [replace(second, case_id="C000000000000")])
    assert len(whole_linkage(hub, now).cases) == 1
    assert warned(caplog)
    with hub.ledger.write() as tx:
        put_notes(tx, [second])
    caplog.clear()
    assert len(whole_linkage(hub, now).cases) == 1
    assert not warned(caplog), "as they were"
    with hub.ledger.write() as tx:
        tx.connection.execute(update(schema.linked).values(linker=schema.linked.c.linker + " decision"))
    linkage = whole_linkage(hub, now)
    assert len(linkage.cases) == 1
    assert warned(caplog)
    later = now + timedelta(minutes=1)
    assert reconcile(hub, later, later, commit=True).committed == 0
    caplog.clear()
    whole_linkage(hub, now + timedelta(minutes=2))
    assert not warned(caplog)
