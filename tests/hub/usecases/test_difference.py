"""Between two instants of the county: what changed, what was told, and what the hub learned late."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone

from hub.duties.duty import State
from hub.hub import Hub
from hub.settings import read_instant
from hub.usecases.difference import difference
from hub.usecases.escalate import escalate
from hub.view import look
from tests.support.installation import AS_OF

EARLIER = read_instant("T1", "2026-09-30")


def test_in_hindsight_the_changes_add_up_to_what_stands_after(installation: Hub) -> None:
    found = difference(installation, EARLIER, AS_OF, hindsight=True)
    with installation.ledger.read() as tx:
        before, after = (look(installation, tx, at).obligations for at in (EARLIER, AS_OF))
    counts = Counter(str(change.what) for change in found.changes)
    gone = counts["gone"]
    assert len(before) + counts["opened"] - gone == len(after)
    overdue = [sum(o.state is State.OVERDUE for o in owed) for owed in (before, after)]
    into = sum(c.now == "overdue" for c in found.changes)
    out = sum(c.was == "overdue" for c in found.changes)
    assert overdue[0] + into - out == overdue[1]
    assert min(counts["opened"], counts["ended"], counts["fell_overdue"]) > 10
    assert out > 0
    assert found.rows[0] == found.rows[1]


def test_every_act_names_its_row_and_when_the_hub_learned_of_it(installation: Hub) -> None:
    found = difference(installation, EARLIER, AS_OF, hindsight=True)
    ended = [c for c in found.changes if c.what == "ended" and c.obligation.rule != "agency.report"]
    assert len(ended) > 10
    assert all(c.source in found.learned for c in ended)
    assert all(EARLIER.date() <= c.at.day <= AS_OF.date() for c in ended)


def test_what_was_told_meanwhile_stands_beside_it(installation: Hub) -> None:
    fired = escalate(installation, AS_OF, AS_OF, commit=True)
    found = difference(installation, EARLIER, AS_OF, hindsight=True)
    told = Counter(fact.code for fact in found.told)
    assert told["reminder.sent"] + told["notice.sent"] == len(fired.fired)
    assert told["escalation.proposed"] == len(fired.pending)
    assert not difference(installation, EARLIER, AS_OF - timedelta(days=1), hindsight=True).told


def test_by_what_was_known_then_late_knowledge_shows_as_late(installation: Hub) -> None:
    now = datetime.now(timezone.utc)
    known = difference(installation, AS_OF, now)
    assert known.rows[0] == 0
    assert known.rows[1] > 1000
    late = [change for change in known.changes if known.came_late(change, AS_OF)]
    assert len(late) > 100
    assert not difference(installation, now, now).changes
