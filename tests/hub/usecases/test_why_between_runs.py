"""Does what is otherwise between two runs say why: a decision and which, a record that came, was corrected or read anew?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hub.findings.run_changes import RunChange
from hub.hub import Hub
from hub.link.weights import load_weights
from hub.usecases.between_runs import between_runs
from hub.usecases.difference import difference
from hub.usecases.judge_links import take_back
from hub.usecases.reconcile import reconcile
from tests.hub.agency_rows import MAPPINGS
from tests.hub.usecases.test_judge_links import (
    ACCEPTANCE,
    AS_OF,
    CONFIRM,
    FIRST,
    OFFICER,
    OTHER,
    REASON,
    REJECT,
    SECOND,
    SPLIT,
    decide,
    fill,
    sealed_pair,
)
from tests.support.small_county import SmallCounty, county_at

THIRD = {**FIRST, "立案号": "繁城综执立〔2026〕3号", "移送书文号": "繁城综执移〔2026〕3号"}
ACCEPTED_AT = "police/outbox/sa_20260702.csv!R1"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[SmallCounty]:
    """A county in which one acceptance is left to a person, with one committed run."""
    with county_at(tmp_path) as found:
        run(fill(found))
        yield found


def run(county: SmallCounty, as_of: datetime = AS_OF, hub: Hub | None = None) -> None:
    """One more committed run, a minute later."""
    county.clock += timedelta(minutes=1)
    reconcile(hub or county.hub, as_of, county.clock, commit=True)


def told(county: SmallCounty) -> dict[str, list[RunChange]]:
    """What became -> every change between the last two runs."""
    found: dict[str, list[RunChange]] = {}
    for change in between_runs(county.hub).changes:
        assert change.why
        found.setdefault(str(change.what), []).append(change)
    return found


def test_a_decision_is_named_as_the_reason_of_all_that_followed_from_it(county: SmallCounty) -> None:
    made = decide(county, REJECT, ACCEPTANCE, FIRST["立案号"])
    run(county)
    changes = told(county)
    assert {change.about for change in changes["link_changed"]} == {ACCEPTED_AT}
    (ambiguous,) = [change for change in changes["finding_went"] if change.about.startswith("ambiguous")]
    for change in (*changes["case_merged"], *changes["link_changed"], ambiguous):
        assert f"关联决定 {made.decision_id}（reject，2026-08-04 12:00）起作用。" in change.why
        assert "时间推移" not in change.why


def test_what_became_of_a_duty_names_the_decision_too(county: SmallCounty) -> None:
    made = decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    (signed,) = [
        change
        for change in difference(county.hub, AS_OF - timedelta(minutes=1), AS_OF, hindsight=True).changes
        if change.what == "ended" and change.obligation.rule == "police.sign_receipt"
    ]
    assert signed.source == ACCEPTED_AT
    assert f"关联决定 {made.decision_id}（confirm，2026-08-04 12:00）起作用。" in signed.why


def test_a_duty_that_is_gone_names_the_record_that_no_longer_asserts_it(county: SmallCounty) -> None:
    since = county.clock
    county.ledger("202608", FIRST, {**SECOND, "移送时间": None, "移送书文号": None})
    county.pull()
    gone = [c for c in difference(county.hub, since, county.clock).changes if c.what == "gone"]
    assert gone
    assert all(
        "更正的记录：townships/140924100/行刑衔接台账_202608.xlsx!移送案件!R3。" in change.why for change in gone
    )


def test_a_decision_that_was_taken_back_is_named_so(county: SmallCounty) -> None:
    made = decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    run(county)
    county.clock += timedelta(minutes=1)
    take_back(county.hub, made.decision_id, OFFICER, REASON, AS_OF, county.clock)
    run(county)
    changes = told(county)
    for change in (*changes["case_split"], *changes["link_changed"]):
        assert f"关联决定 {made.decision_id}" in change.why
        assert "已于 2026-08-04 12:00 撤回" in change.why
    (link,) = changes["link_changed"]
    assert "与几条记录同样吻合，待人工认定" in link.why


def test_a_decision_that_expired_is_named_with_the_record_that_was_corrected(county: SmallCounty) -> None:
    decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    run(county)
    county.ledger("202609", {**FIRST, "涉案金额": "12万"}, SECOND)
    county.pull()
    run(county)
    (split,) = told(county)["case_split"]
    assert "更正的记录：townships/140924100/行刑衔接台账_202609.xlsx!移送案件!R2。" in split.why
    assert "因所依据的记录已更正而失效" in split.why


def test_a_record_taken_out_of_its_case_says_by_which_decision(county: SmallCounty) -> None:
    county.outbox("cl_20260703.csv", {"案件编号": "A1409240200002026070002"})
    county.pull("police")
    run(county)
    assert "新收的记录：police/outbox/cl_20260703.csv!R1。" in told(county)["link_came"][0].why
    made = decide(county, SPLIT, OTHER)
    run(county)
    (split,) = told(county)["case_split"]
    assert made.decision_id in split.why


def test_a_record_that_another_now_fits_as_well_names_that_one(county: SmallCounty) -> None:
    decide(county, REJECT, ACCEPTANCE, FIRST["立案号"])
    run(county)
    county.ledger("202608", FIRST, SECOND, THIRD)
    county.pull()
    run(county)
    changes = told(county)
    third = "townships/140924100/行刑衔接台账_202608.xlsx!移送案件!R4"
    for change in (*changes["case_split"], *changes["link_changed"]):
        assert f"新收的记录：{third}。" in change.why
        assert third in change.sources or change.about == ACCEPTED_AT


def test_a_sealed_decision_is_in_no_reason(county: SmallCounty) -> None:
    made = sealed_pair(county)
    run(county)
    assert not [change for some in told(county).values() for change in some if made.decision_id in change.why]


def test_where_nothing_is_otherwise_but_the_day_time_is_the_reason(county: SmallCounty) -> None:
    run(county, AS_OF + timedelta(days=60))
    changes = told(county)
    assert set(changes) <= {"finding_came", "finding_went"}
    assert all("已过，未见办理" in one.why or "时间推移" in one.why for some in changes.values() for one in some)


def test_other_figures_are_told_of_the_run_and_are_no_reason_of_a_change(county: SmallCounty, tmp_path: Path) -> None:
    figures = (MAPPINGS / "linking_ledger.yaml").read_text(encoding="utf-8")
    changed = tmp_path / "linking_ledger.yaml"
    changed.write_text(figures.replace("letter: {accept: 9.0", "letter: {accept: 9.5"), encoding="utf-8")
    hub = replace(county.hub, link_weights=load_weights(changed))
    run(county, hub=hub)
    found = between_runs(county.hub)
    assert found.changes == ()
    assert found.versions == (f"linking: {county.hub.link_weights.version} → {hub.link_weights.version}",)
