"""Do `hub links counterparts`, `hub reconcile` and `hub case` say which matters may be one, and how to settle it?"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from hub.values.identity import mask
from tests.cli.test_links_command import BY, fails, run
from tests.hub.agency_rows import OTHER_ID_NO, TOWNSHIP
from tests.hub.usecases.test_counterparts import RECEIVED, SENT, STRAY
from tests.support.environ import Environ, environ_of
from tests.support.small_county import SmallCounty, county_at

LINE = "2 findings may blame two agencies for one matter (1 pair): hub links counterparts"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[SmallCounty]:
    """A county in which one matter stands as two."""
    with county_at(tmp_path) as found:
        found.ledger("202607", SENT)
        found.outbox("sa_20260702.csv", RECEIVED, STRAY)
        for agency in (TOWNSHIP, "police"):
            found.pull(agency)
        yield found


@pytest.fixture
def environ(county: SmallCounty) -> Environ:
    """The environment that points there."""
    return environ_of(county.hub.settings, "2026-08-04T12:00+08:00")


def test_the_command_that_is_shown_settles_both_findings(environ: Environ) -> None:
    assert LINE in run(environ, "reconcile")
    (pair,) = json.loads(run(environ, "links", "counterparts", "--json"))
    assert [one["code"] for one in pair["findings"]] == ["received_not_sent", "sent_not_received"]
    assert pair["referral_says"]["parties"] == "张建国"
    hub, *words = shlex.split(pair["to_join"].replace("--by WHO --reason WHY", ""))
    assert hub == "hub"
    run(environ, *words, *BY)
    assert "for one matter" not in run(environ, "reconcile", "--commit")
    assert json.loads(run(environ, "links", "counterparts", "--json", "--strict")) == []
    assert json.loads(run(environ, "reconcile", "--json"))["counterparts"] == 0


def test_the_pairs_stand_side_by_side_with_what_speaks_for_them(environ: Environ) -> None:
    text = run(environ, "links", "counterparts")
    for told in ("sent_not_received police", f"received_not_sent {TOWNSHIP}", "张建固", "+3 one character off"):
        assert told in text
    assert "hub links merge" in text
    assert "hub links reject" in text
    assert "1 pair of matters that may be one" in text
    assert "may be one" in fails(environ, "links", "counterparts", "--strict")


def test_a_case_names_the_other_and_says_nothing_where_there_is_none(environ: Environ) -> None:
    told = json.loads(run(environ, "case", str(SENT["立案号"]), "--json"))
    (pair,) = told["counterparts"]
    assert told["case_id"] == pair["referral_case_id"]
    text = run(environ, "case", pair["acceptance_case_id"])
    assert f"may be one matter with {pair['referral_case_id']}: {TOWNSHIP} referral" in text
    assert "乡镇 township: 相同 equal" in text
    assert json.loads(run(environ, "case", str(STRAY["案件编号"]), "--json"))["counterparts"] == []


def test_identity_numbers_are_masked_and_the_report_names_nobody(
    county: SmallCounty, environ: Environ, tmp_path: Path
) -> None:
    county.outbox("sa_20260703.csv", {**RECEIVED, "证件号码": OTHER_ID_NO, "涉案金额": "12500"})
    county.ledger("202608", {**SENT, "涉案金额": "12500"})
    for agency in (TOWNSHIP, "police"):
        county.pull(agency)
    text = run(environ, "links", "counterparts")
    assert mask(OTHER_ID_NO) in text
    assert OTHER_ID_NO not in text
    run(environ, "reconcile", "--out", str(tmp_path / "out"))
    sheet = load_workbook(tmp_path / "out" / "report.xlsx")["可能同一事项"]
    cells = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    assert "金额相同（+5）" in cells
    assert "张建" not in cells
    assert OTHER_ID_NO not in cells
