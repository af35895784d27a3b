"""Between two committed runs of the county: the last two, or those that a person names."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest

from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.settings import read_instant
from hub.usecases.between_runs import between_runs
from hub.usecases.reconcile import Reconciliation, reconcile
from tests.support.installation import AS_OF

SEPTEMBER = read_instant("T1", "2026-09-30")


@pytest.fixture(scope="module")
def county(installation: Hub) -> tuple[Hub, list[Reconciliation]]:
    """The county with three committed runs: before anything was known, as of September, as of October."""
    with pytest.raises(ConfigurationFault, match="no two committed runs"):
        between_runs(installation)
    now = datetime.now(timezone.utc)
    moments = [
        (SEPTEMBER, datetime(2026, 1, 1, tzinfo=timezone.utc)),
        (SEPTEMBER, now),
        (AS_OF, now + timedelta(seconds=1)),
    ]
    return installation, [reconcile(installation, as_of, at, commit=True) for as_of, at in moments]


def test_the_last_two_runs_are_compared_where_none_is_named(county: tuple[Hub, list[Reconciliation]]) -> None:
    hub, (_, september, october) = county
    found = between_runs(hub)
    assert (found.first.run_id, found.second.run_id) == (september.run_id, october.run_id)
    assert found.otherwise_kept == 0
    counts = Counter(str(change.what) for change in found.changes)
    came, went = counts["finding_came"], counts["finding_went"]
    assert len(september.view.findings) + came - went == len(october.view.findings)
    assert came > 5
    # The same rows were known to both: only time went by, so no case and no link is otherwise.
    assert set(counts) <= {"finding_came", "finding_went"}
    assert all(change.why for change in found.changes)
    assert sum("已过，未见办理" in change.why for change in found.changes) > 1


def test_a_run_by_its_id_is_compared_with_the_last(county: tuple[Hub, list[Reconciliation]]) -> None:
    hub, (empty, _, october) = county
    found = between_runs(hub, empty.run_id)
    assert found.second.run_id == october.run_id
    counts = Counter(str(change.what) for change in found.changes)
    # Nothing was known then: every case appeared, and every record that made a difference has its day of arrival.
    assert counts["case_appeared"] == len(october.view.linkage.cases) > 100
    assert counts["finding_came"] == len(october.view.findings)
    assert {source for change in found.changes for source in change.sources} <= set(found.learned)


def test_runs_that_are_not_there_or_in_the_wrong_order_are_refused(county: tuple[Hub, list[Reconciliation]]) -> None:
    hub, (first, second, _) = county
    with pytest.raises(
        ConfigurationFault, match=f"Rnone: no committed run of this id; the last ones are .*{second.run_id}"
    ):
        between_runs(hub, "Rnone")
    with pytest.raises(ConfigurationFault, match="ran before"):
        between_runs(hub, second.run_id, first.run_id)
