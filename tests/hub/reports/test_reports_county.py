"""What do the reports of a running county say: of findings told, of rows and links, of what was known when, of sealed matters?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from connectors.report_writers import BULLETIN, CONFERENCE
from connectors.wiring import open_agency_transport
from hub.ledger.deliveries import deliveries
from hub.ledger.facts import facts
from hub.model import CellValue
from hub.reports.figures import Rate
from hub.reports.kpi import Kpis, measure
from hub.reports.span import Span
from hub.reports.standing import Standing, stand
from hub.usecases.bulletin import county_workbook, make_bulletins
from hub.usecases.conference import prepare_pack
from hub.usecases.escalate import escalate
from hub.usecases.push import push
from hub.usecases.quarantine import replay
from hub.usecases.reconcile import reconcile
from hub.view import look
from tests.hub.agency_rows import ID_NO
from tests.hub.county import at
from tests.hub.usecases.test_exchange import said
from tests.support.small_county import TOWNSHIP, SmallCounty, county_at

JULY, AUGUST = Span.parse("2026-07"), Span.parse("2026-08")
SENT = {
    "批准时间": "2026-07-01 09:00", "移送时间": "2026-07-01 10:00", "移送书文号": "繁城综执移〔2026〕1号",
}  # fmt: skip
SEALED_RULE = "supervision_commission.acknowledge_clue"
SAYS_NOTHING = Rate(0, 0)


def standing(county: SmallCounty, as_of: str, known_at: str = "") -> Standing:
    with county.hub.ledger.read() as tx:
        return stand(county.hub, tx, at(as_of), at(known_at) if known_at else None)


def july(county: SmallCounty, known_at: str = "", *agencies: str) -> Kpis:
    return measure(standing(county, JULY.end.isoformat(), known_at), JULY, agencies)


def exchange(county: SmallCounty, *agencies: str) -> None:
    """Send what is planned and note what was answered, as of the county's clock."""
    for agency in agencies:
        transport = open_agency_transport(county.hub, agency, county.sandbox.endpoints[agency], lambda: county.clock)
        try:
            push(county.hub, agency, transport, county.clock)
        finally:
            transport.close()


def told(county: SmallCounty) -> None:
    """Compare and tell, as of the clock."""
    reconcile(county.hub, county.clock, county.clock, commit=True)
    exchange(county, "procuratorate")


def acceptance(**more: CellValue) -> Mapping[str, CellValue]:
    return {"移送单位": "繁城镇", "移送书文号": "繁城综执移〔2026〕1号", "接受时间": "2026-07-01 15:00", **more}


def test_a_month_of_an_empty_ledger_has_no_rate_but_those_of_reports_not_made(small_county: SmallCounty) -> None:
    found = july(small_county)
    p, a = found.punctuality, found.automation
    rates = (p.on_time, p.rights, a.rows, a.links, a.rungs, found.breaks.false)
    assert set(rates) == {SAYS_NOTHING}
    # 23 working days of July on which the police should have reported.
    assert p.platform == Rate(0, 23)


def test_a_correction_that_came_after_the_report_leaves_the_old_figure_to_be_asked_for(
    small_county: SmallCounty,
) -> None:
    small_county.ledger("202607", SENT)
    small_county.pull()
    before = small_county.clock
    assert [(r.rule, r.on_time) for r in july(small_county).punctuality.by_rule if r.rule == "police.sign_receipt"] == [
        ("police.sign_receipt", Rate(0, 1))
    ]
    small_county.clock += timedelta(days=1)
    small_county.outbox("sa_20260702.csv", acceptance())
    small_county.pull("police")
    now = {r.rule: r.on_time for r in july(small_county).punctuality.by_rule}
    then = {r.rule: r.on_time for r in july(small_county, before.isoformat()).punctuality.by_rule}
    assert now["police.sign_receipt"] == Rate(1, 1)
    assert then["police.sign_receipt"] == Rate(0, 1)
    assert "police.decide_filing" not in then


def test_a_finding_that_only_late_data_took_away_was_a_false_break(small_county: SmallCounty) -> None:
    small_county.ledger("202607", SENT)
    for agency in (TOWNSHIP, "police", "procuratorate"):
        small_county.pull(agency)
    told(small_county)
    first = measure(standing(small_county, small_county.clock.isoformat()), AUGUST).breaks
    assert (first.false, first.standing, first.acted) == (Rate(0, 1), 1, 0)
    assert [code for code, _ in first.by_code] == ["sent_not_received"]
    # The police had received it in July; only their file was late.
    small_county.clock += timedelta(days=1)
    small_county.outbox("sa_20260702.csv", acceptance())
    small_county.pull("police")
    found = measure(standing(small_county, small_county.clock.isoformat()), AUGUST).breaks
    assert (found.false, found.standing, found.acted) == (Rate(1, 1), 0, 0)
    assert found.by_code == (("sent_not_received", Rate(1, 1)),)


def test_a_finding_that_an_act_of_the_agency_took_away_was_none(small_county: SmallCounty) -> None:
    small_county.ledger("202607", SENT)
    for agency in (TOWNSHIP, "police", "procuratorate"):
        small_county.pull(agency)
    told(small_county)
    small_county.clock += timedelta(days=1)
    small_county.outbox("sa_20260804.csv", acceptance(接受时间="2026-08-04 09:00"))
    small_county.pull("police")
    found = measure(standing(small_county, (small_county.clock + timedelta(hours=2)).isoformat()), AUGUST).breaks
    assert (found.false, found.standing, found.acted) == (Rate(0, 1), 0, 1)


def test_rows_that_needed_a_person_are_those_set_aside_and_those_that_came_in_by_a_correction(
    small_county: SmallCounty,
) -> None:
    small_county.outbox(
        "cl_20260703.csv",
        {"结果": "立案侦查"},
        {"案件编号": "A1409240200002026070002"},
        {"案件编号": "A1409240200002026070003", "决定时间": "2026-13-01"},
    )
    small_county.pull("police")
    assert measure(standing(small_county, AUGUST.end.isoformat()), AUGUST).automation.rows == Rate(1, 3)
    pulled_at = small_county.clock
    small_county.clock += timedelta(hours=1)
    police = small_county.hub.agencies["police"]
    learned = police.mapping.model_copy(update={"lookups": {"police_result": {"立案侦查": "filed"}}})
    agencies = {**small_county.hub.agencies, "police": replace(police, mapping=learned)}
    small_county.hub = replace(small_county.hub, agencies=agencies)
    assert replay(small_county.hub, small_county.clock).after == 1
    # The row reads now, but not without a person.
    again = standing(small_county, AUGUST.end.isoformat())
    assert len(again.helped) == 2
    assert measure(again, AUGUST).automation.rows == Rate(1, 3)
    assert not standing(small_county, AUGUST.end.isoformat(), pulled_at.isoformat()).helped


def test_records_of_two_agencies_in_one_case_were_linked_without_a_person(small_county: SmallCounty) -> None:
    small_county.ledger("202607", SENT, {"立案号": "繁城综执立〔2026〕2号", "当事人": "李四", "证件号码": None})
    small_county.outbox("sa_20260702.csv", acceptance())
    small_county.pull()
    small_county.pull("police")
    assert measure(standing(small_county, AUGUST.end.isoformat()), AUGUST).automation.links == Rate(2, 2)


def test_figures_of_one_agency_leave_those_of_others_out(small_county: SmallCounty) -> None:
    small_county.ledger("202607", SENT)
    small_county.pull()
    rules = {r.rule for r in july(small_county, "", "police").punctuality.by_rule}
    assert rules == {"police.sign_receipt", "agency.report"}
    assert {r.agency for r in july(small_county, "", "police").punctuality.by_agency} == {"police"}


def clue(**more: CellValue) -> Mapping[str, CellValue]:
    return {
        **said(),
        "doc_id": "d9", "doc_type": "duty_clue", "doc_no": "繁检职移〔2026〕1号", "sealed": True, "township": "繁城镇",
        "persons": [{"name": "某官员", "id_no": ID_NO}], "served_at": "2026-07-10T09:00:00+08:00", **more,
    }  # fmt: skip


def everything(county: SmallCounty, sealed: bool) -> dict[str, bytes]:
    """All papers of a county that told, asked and handed over; with or without a duty-crime clue."""
    county.ledger("202607", SENT)
    county.documents(
        said(
            doc_type="penalty_opinion",
            doc_no="繁检意〔2026〕1号",
            township="繁城镇",
            served_at="2026-07-06T15:00:00+08:00",
        ),
        *([clue(), clue(doc_id="d8", doc_no=None)] if sealed else []),
    )
    for agency in (TOWNSHIP, "procuratorate"):
        county.pull(agency)
    for _ in range(3):  # what is told is then owed an acknowledgement, about which there is something to be told
        reconcile(county.hub, county.clock, county.clock, commit=True)
        escalate(county.hub, county.clock, county.clock, commit=True)
        exchange(county, TOWNSHIP, "police", "procuratorate")
        county.clock += timedelta(days=3)
    with county.hub.ledger.read() as tx:
        made = make_bulletins(county.hub, tx, AUGUST, county.clock)
    hub, titles = county.hub, county.hub.rules.titles
    papers = {one.agency: BULLETIN.township(one, hub.agencies, titles, "") for one in made.townships}
    papers["county"] = county_workbook(hub, made.county, BULLETIN)
    folder_ = county.sandbox.place / f"pack-{sealed}"
    for path in prepare_pack(hub, Span.parse("2026Q3"), county.clock, folder_, CONFERENCE):
        papers[path.name] = path.read_bytes()
    return papers


def test_a_sealed_clue_leaves_no_trace_in_any_paper_not_a_byte(tmp_path: Path) -> None:
    papers: dict[bool, dict[str, bytes]] = {}
    for sealed in (False, True):
        (tmp_path / str(sealed)).mkdir()
        with county_at(tmp_path / str(sealed)) as county:
            papers[sealed] = everything(county, sealed)
            with county.hub.ledger.read() as tx:
                view = look(county.hub, tx, county.clock)
                rules = [o.rule for o in view.obligations]
                about_clue = [o.obligation_id for o in view.obligations if o.rule == SEALED_RULE]
                named = {owed for one in deliveries(tx) for owed in one.refers.obligation_ids}
                fired = [fact.subject for fact in facts(tx) if fact.subject.partition("/")[0] in about_clue]
            # There is something to hide: the clue is owed a receipt, its rungs fired, and the procuratorate was told.
            assert (SEALED_RULE in rules) is sealed
            assert bool(named & set(about_clue)) is sealed
            assert bool(fired) is sealed
    assert sorted(papers[False]) == ["140924100", "county", *sorted(n for n in papers[False] if n.startswith("联席"))]
    assert len(papers[False]) == 5
    assert papers[True] == papers[False]
