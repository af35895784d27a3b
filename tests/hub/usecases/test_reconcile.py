"""Does a reconciliation judge whole cases, show what was asked for, keep each link once and write the same bytes twice?"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from connectors.report_book import report_of
from hub.ledger.links import current_links
from hub.ledger.runs import runs
from hub.model import Disposition
from hub.outputs import csv_files, tables
from hub.usecases.between_runs import between_runs
from hub.usecases.reconcile import Reconciliation, reconcile
from hub.usecases.report import write_report
from hub.view import delivered_files, look, set_aside_numbers
from tests.hub.county import at
from tests.hub.usecases.test_exchange import said
from tests.support.small_county import TOWNSHIP, SmallCounty

AS_OF = at("2026-08-03T12:00+08:00")
SENT = {
    "批准时间": "2026-07-01 09:00", "移送时间": "2026-07-01 10:00", "移送书文号": "繁城综执移〔2026〕1号",
    "收到立案通知书时间": "2026-07-05",
}  # fmt: skip
LATER = {
    "立案号": "繁城综执立〔2026〕2号", "当事人": "李四", "批准时间": "2026-07-20 09:00",
    "移送时间": "2026-07-20 10:00", "移送书文号": "繁城综执移〔2026〕4号",
}  # fmt: skip
ANSWER = {
    "受案登记表文号": "繁公（刑）受案字〔2026〕10090号", "案件编号": "A1409240200002026070090", "嫌疑人/单位": "李四",
    "移送单位": "繁城镇", "移送书文号": "繁城综执移〔2026〕4号",
}  # fmt: skip
SET_ASIDE = {"立案号": "繁城综执立〔2026〕3号", "移送书文号": "繁城综执移〔2026〕3号", "移送时间": "2026-13-01"}


@pytest.fixture
def county(small_county: SmallCounty) -> SmallCounty:
    """Two referrals, one answered and decided, one row that cannot be read, an opinion never copied."""
    small_county.ledger("202607", SENT, LATER, SET_ASIDE)
    small_county.outbox("sa_20260702.csv", {"移送单位": "繁城镇", "移送书文号": "繁城综执移〔2026〕1号"})
    small_county.outbox("cl_20260703.csv", {})
    small_county.documents(said(doc_type="penalty_opinion", doc_no="繁检意〔2026〕1号", township="繁城镇",
                                persons=[{"name": "王五", "id_no": None}], served_at="2026-07-06T15:00:00+08:00"))  # fmt: skip
    for agency in (TOWNSHIP, "police", "procuratorate"):
        small_county.pull(agency)
    return small_county


def run(county: SmallCounty, *agencies: str, period: tuple[date, date] | None = None) -> Reconciliation:
    return reconcile(county.hub, AS_OF, county.clock, agencies, period)


def test_a_preview_counts_everything_and_keeps_nothing(county: SmallCounty) -> None:
    preview = run(county)
    assert preview.committed is None
    assert {
        name: preview.counts()[name] for name in ("parcels", "rows", "accepted", "quarantined", "cases", "links")
    } == {
        "parcels": 4,
        "rows": 6,
        "accepted": 5,
        "quarantined": 1,
        "cases": 3,
        "links": 5,
    }
    with county.hub.ledger.read() as tx:
        assert current_links(tx) == []
        assert runs(tx) == []


def test_a_committed_run_keeps_each_link_once_and_remembers_its_versions(county: SmallCounty) -> None:
    first = reconcile(county.hub, AS_OF, county.clock, commit=True)
    again = reconcile(county.hub, AS_OF, county.clock, commit=True)
    later = reconcile(county.hub, AS_OF, county.clock + timedelta(hours=1), commit=True)
    assert (first.committed, again.committed, later.committed) == (5, 0, 0)
    assert first.counts()["links_changed"] == 5
    with county.hub.ledger.read() as tx:
        kept, told = current_links(tx), runs(tx, kind="reconcile")
    assert {link.native_reference for link in kept} >= {"繁城综执立〔2026〕1号", "A1409240200002026070001"}
    assert all(link.explanation for link in kept if link.tier not in ("own", "own_key"))
    assert [one.as_of for one in told] == [AS_OF, AS_OF]
    assert told[0].parameters == {
        "rules": county.hub.rules.version, "calendar": county.hub.calendar.version, "codes": county.hub.codes.version,
        "linking": county.hub.link_weights.version,
    }  # fmt: skip


def test_each_run_of_a_fixed_instant_that_finds_something_new_is_kept(county: SmallCounty) -> None:
    first = reconcile(county.hub, AS_OF, AS_OF, commit=True)
    county.outbox("sa_20260704.csv", ANSWER)
    county.pull("police")
    second, again = (reconcile(county.hub, AS_OF, AS_OF, commit=True) for _ in range(2))
    assert (second.run_id, again.run_id) == (f"{first.run_id}.2", second.run_id)
    with county.hub.ledger.read() as tx:
        told = runs(tx, kind="reconcile")
    assert [run.run_id for run in told] == [first.run_id, second.run_id]
    assert [run.counts["rows"] for run in told] == [6, 7]


def test_narrowing_shows_less_and_links_all_the_same(county: SmallCounty) -> None:
    whole, police = run(county), run(county, "police")
    assert police.view.linkage == whole.view.linkage
    assert police.balance == whole.balance
    assert 0 < len(police.view.obligations) < len(whole.view.obligations)
    assert all("police" in (o.debtor, o.creditor) for o in police.view.obligations)
    assert {f for f in whole.view.findings if f.agency == "police"} <= set(police.view.findings)
    others = {f.case_id for f in police.view.findings if f.agency != "police"}
    assert others <= {case.case_id for case in whole.view.linkage.cases if "police" in {r.agency for r in case.records}}


def test_a_township_is_shown_that_its_referral_was_not_received_though_another_must_act(county: SmallCounty) -> None:
    (found,) = [f for f in run(county, TOWNSHIP).view.findings if f.code == "sent_not_received"]
    assert found.agency == "police"
    theirs = {p.case_id for p in run(county, TOWNSHIP).presences}
    records = {r.agency for c in run(county).view.linkage.cases if c.case_id in theirs for r in c.records}
    assert found.case_id in theirs
    assert TOWNSHIP in records


def test_of_a_case_with_a_sealed_record_an_agency_is_shown_only_what_it_must_put_right_itself(
    county: SmallCounty,
) -> None:
    rules = county.hub.delivery_rules
    secret = rules.model_copy(update={"sealed": rules.sealed.model_copy(update={"agencies": (TOWNSHIP,)})})
    shown = reconcile(replace(county.hub, delivery_rules=secret), AS_OF, county.clock, (TOWNSHIP,)).view.findings
    assert "sent_not_received" not in {f.code for f in shown}
    own = {f for f in run(county).view.findings if f.agency == TOWNSHIP}
    assert own
    assert own <= set(shown)


def test_a_period_shows_what_opened_in_it_both_days_within(county: SmallCounty) -> None:
    july_first = run(county, period=(date(2026, 7, 1), date(2026, 7, 1)))
    assert {o.opened_at.day for o in july_first.view.obligations} == {date(2026, 7, 1)}
    cases = {o.case_id for o in july_first.view.obligations}
    assert {f.case_id for f in july_first.view.findings} <= cases | {""}
    both = run(county, "police", period=(date(2026, 7, 20), date(2026, 7, 20)))
    # Both sides of what police and township owe each other about the second referral.
    assert [o.rule for o in both.view.obligations] == [
        "police.sign_receipt",
        "township.send_referral",
        "agency.report",
    ]
    assert [f.code for f in both.view.findings] == ["sent_not_received"]


def test_what_was_not_known_then_is_not_judged_by(county: SmallCounty) -> None:
    with county.hub.ledger.read() as tx:
        before = look(county.hub, tx, AS_OF, known_at=county.clock - timedelta(days=1))
        now = look(county.hub, tx, AS_OF)
    assert before.disposed == ()
    assert before.counts()["cases"] == 0
    assert now.counts()["cases"] == 3


def test_a_number_in_a_row_that_was_set_aside_is_no_gap(county: SmallCounty) -> None:
    view = run(county).view
    assert set_aside_numbers(view.disposed, county.hub.agencies) == [(TOWNSHIP, "繁城综执移〔2026〕3号")]
    assert [f.detail for f in view.findings if f.code == "reference_gap"] == ["missing=繁城综执移〔2026〕2号"]


def test_a_report_is_complete_when_its_manifests_are(county: SmallCounty) -> None:
    # Both files are there the evening before the clock's day; their manifests came five minutes after them.
    county.outbox("sa_20260803.csv", came=at("2026-08-03T11:00+08:00"))
    county.outbox("cl_20260803.csv", came=at("2026-08-03T11:10+08:00"))
    county.pull("police")
    days = {o.subject: o for o in run(county).view.obligations if o.case_id == "report:police"}
    assert str(days["20260803"].ended_at) == "2026-08-03T11:15:00+08:00"
    assert str(days["20260803"].state) == "discharged"
    with county.hub.ledger.read() as tx:
        complete = {one.path: one.complete_at.isoformat() for one in delivered_files(county.hub, tx)}
    assert at(complete["police/outbox/cl_20260803.csv"]) == at("2026-08-03T11:15+08:00")


def test_the_tables_say_what_the_view_says_under_fixed_headers(county: SmallCounty, tmp_path: Path) -> None:
    result = run(county)
    written = tables(result.view, result.balance)
    read = {
        name: list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))
        for name, content in csv_files(written).items()
    }
    assert {name: len(rows) for name, rows in read.items()} == {
        "links.csv": 5,
        "obligations.csv": len(result.view.obligations),
        "findings.csv": len(result.view.findings),
        "rows.csv": 6,
        "balance.csv": 4,
    }
    assert list(read["links.csv"][0]) == ["case_id", "agency", "source", "native_reference", "tier", "score"]
    aside = [row for row in read["rows.csv"] if row["disposition"] == "quarantined"]
    assert [(row["column"], row["reason"]) for row in aside] == [("移送时间", "impossible_date")]
    assert all(row["column"] == "" for row in read["rows.csv"] if row not in aside)
    for row in read["balance.csv"]:
        assert int(row["rows"]) == sum(int(row[str(word)]) for word in Disposition)
    owed = {row["rule"]: row for row in read["obligations.csv"] if row["state"] == "discharged"}
    assert owed["police.decide_filing"]["due_at"] == "2026-07-06T23:59:59+08:00"
    assert owed["police.decide_filing"]["ended_at"] == "2026-07-03"
    assert {row["ended_at"] for row in read["obligations.csv"] if row["state"] == "overdue"} == {""}


def test_two_runs_write_the_same_bytes(county: SmallCounty) -> None:
    one, other = (tables(r.view, r.balance) for r in (run(county), run(county)))
    assert one == other


def test_a_report_is_the_tables_and_a_workbook_and_keeps_nothing(county: SmallCounty, tmp_path: Path) -> None:
    counts = write_report(county.hub, AS_OF, tmp_path / "out", report_of)
    assert counts == run(county).counts()
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "links.csv", "obligations.csv", "findings.csv", "rows.csv", "balance.csv", "report.xlsx",
    }  # fmt: skip
    assert load_workbook(tmp_path / "out" / "report.xlsx", read_only=True).sheetnames
    with county.hub.ledger.read() as tx:
        assert runs(tx) == []


def test_a_run_about_the_past_tells_nobody_anything(county: SmallCounty) -> None:
    now = datetime.combine(AS_OF.date(), AS_OF.time(), AS_OF.tzinfo)
    newest = reconcile(county.hub, now, now, commit=True)
    assert sum(newest.planned.values()) > 0
    past = reconcile(county.hub, now - timedelta(days=20), now + timedelta(hours=1), commit=True)
    assert past.planned == {}
    assert past.run_id != newest.run_id


def test_a_run_about_the_past_leaves_the_links_as_they_are(county: SmallCounty) -> None:
    newest = reconcile(county.hub, county.clock, county.clock, commit=True)
    county.outbox("sa_20260704.csv", ANSWER)
    county.pull("police")
    past = reconcile(county.hub, county.clock - timedelta(days=1), county.clock, commit=True)
    assert (newest.committed, past.committed) == (5, 0)
    assert past.view.counts()["links"] == 6, "it looks at all that is known, and keeps none of it"
    found = between_runs(county.hub, newest.run_id, past.run_id)
    assert found.otherwise_kept == 0
    assert reconcile(county.hub, county.clock, county.clock, commit=True).committed == 1
