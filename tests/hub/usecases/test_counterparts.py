"""Does one decision of a person settle two findings, from the agencies' files to the next reconciliation?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.bulletin_township import township_book, township_lines
from hub.evidence.bundle import verify_chain
from hub.ledger.store import open_ledger
from hub.link.decisions import Judgement, LinkDecision
from hub.model import CellValue
from hub.reports.span import Span
from hub.reports.standing import stand
from hub.reports.township import township_bulletin
from hub.usecases.bulletin import make_bulletins
from hub.usecases.counterparts import counterpart_lines, counterparts_form, counterparts_in, to_join
from hub.usecases.judge_links import judge_links
from hub.usecases.reconcile import Reconciliation, reconcile
from hub.view import look
from tests.hub.agency_rows import OTHER_ID_NO, TOWNSHIP
from tests.hub.county import at
from tests.hub.usecases.test_exchange import said
from tests.support.small_county import SmallCounty

AS_OF = at("2026-08-04T12:00+08:00")
# A slip in the name, neither number nor identity number: with a careful clerk's eyes undecidable.
SENT: dict[str, CellValue] = {
    "立案号": "繁城综执立〔2026〕1号", "当事人": "张建国", "批准时间": "2026-07-01 09:00", "移送时间": "2026-07-01 10:00",
    "移送书文号": "繁城综执移〔2026〕1号",
}  # fmt: skip
RECEIVED: dict[str, CellValue] = {"移送单位": "繁城镇", "嫌疑人/单位": "张建固", "案件名称": "滥伐林木案"}
# Nobody's counterpart: another township's matter, weeks later.
STRAY: dict[str, CellValue] = {
    "受案登记表文号": "繁公（刑）受案字〔2026〕10072号", "案件编号": "A1409240200002026070002", "嫌疑人/单位": "王五",
    "证件号码": OTHER_ID_NO, "移送单位": "岩头乡", "接受时间": "2026-07-28 09:00",
}  # fmt: skip
TWO = [("received_not_sent", TOWNSHIP), ("sent_not_received", "police")]


@pytest.fixture(params=["sqlite", "postgresql"])
def county(request: pytest.FixtureRequest, small_county: SmallCounty) -> Iterator[SmallCounty]:
    """A county in which one matter stands as two, on either database."""
    if request.param == "postgresql":
        with small_county.hub.ledger.read() as tx:
            cipher = tx.cipher
        ledger = open_ledger(request.getfixturevalue("postgres_url"), cipher)
        small_county.hub = replace(small_county.hub, ledger=ledger)
        ledger.upgrade()
    small_county.ledger("202607", SENT)
    small_county.outbox("sa_20260702.csv", RECEIVED, STRAY)
    for agency in (TOWNSHIP, "police"):
        small_county.pull(agency)
    yield small_county
    if request.param == "postgresql":
        small_county.hub.ledger.dispose()


def run(county: SmallCounty, *, commit: bool = True) -> Reconciliation:
    """Reconcile, a minute after the last thing that was done."""
    county.clock += timedelta(minutes=1)
    return reconcile(county.hub, AS_OF, county.clock, commit=commit)


def blamed(done: Reconciliation) -> list[tuple[str, str]]:
    """Who is told that a referral was not received or not sent; the stray acceptance left out."""
    found = [(one.code, one.agency) for one in done.view.findings if one.agency in (TOWNSHIP, "police")]
    return sorted(one for one in found if one[0] in dict(TWO))


def decide(county: SmallCounty, judgement: Judgement, *refs: str) -> LinkDecision:
    """Decide, a minute after the last thing that was done."""
    county.clock += timedelta(minutes=1)
    return judge_links(county.hub, judgement, refs, "承办人21", "承办人与派出所核对过原件", AS_OF, county.clock)


def test_a_person_who_says_that_two_matters_are_one_settles_both_findings(county: SmallCounty) -> None:
    before = run(county)
    assert blamed(before) == TWO
    assert before.counts()["counterparts"] == 1
    (pair,) = before.counterparts
    form = counterparts_form(pair, before.view.findings)
    assert [(one["code"], one["agency"]) for one in form["findings"]] == sorted(TWO)  # type: ignore[attr-defined]
    refs = (str(form["referral"]["ref"]), str(form["acceptance"]["ref"]))  # type: ignore[index]
    assert form["to_join"] == f"hub links merge '{refs[0]}' '{refs[1]}' --by WHO --reason WHY"
    decide(county, Judgement.MERGE, *refs)
    after = run(county)
    assert blamed(after) == []
    assert after.counterparts == ()
    assert verify_chain(county.hub.ledger, ()).ok


def test_a_person_who_says_that_they_are_two_is_not_told_of_them_again(county: SmallCounty) -> None:
    (pair,) = run(county).counterparts
    form = counterparts_form(pair, ())
    decide(county, Judgement.REJECT, form["referral"]["ref"], form["acceptance"]["ref"])  # type: ignore[index]
    after = run(county)
    assert blamed(after) == TWO
    assert after.counterparts == ()


def test_the_pairs_change_neither_links_nor_findings(county: SmallCounty) -> None:
    deaf = replace(county.hub, counterpart_rule=county.hub.counterpart_rule.model_copy(update={"asked": 1000.0}))
    told, silent = run(county, commit=False), reconcile(deaf, AS_OF, county.clock)
    assert (len(told.counterparts), len(silent.counterparts)) == (1, 0)
    assert told.view == silent.view


def test_a_candidate_that_was_left_open_is_confirmed_and_not_merged(county: SmallCounty) -> None:
    second = {**SENT, "立案号": "繁城综执立〔2026〕2号", "移送书文号": "繁城综执移〔2026〕2号"}
    county.ledger("202608", {**SENT, "当事人": "张建固"}, {**second, "当事人": "张建固"})
    county.pull()
    done = run(county)
    assert [one.left_open for one in done.counterparts] == [True, True]
    assert all(to_join(one).startswith("hub links confirm ") for one in done.counterparts)


def test_a_reconciliation_that_is_narrowed_shows_the_pairs_of_what_it_shows(county: SmallCounty) -> None:
    def shown(*agencies: str) -> int:
        return len(reconcile(county.hub, AS_OF, county.clock, agencies).counterparts)

    assert [shown(TOWNSHIP), shown("police"), shown("justice_bureau")] == [1, 1, 0]


def test_what_stands_among_the_near_misses_is_not_explained_twice(county: SmallCounty) -> None:
    done = run(county)
    (pair,) = done.counterparts
    case_id = pair.referral.case_id
    lines = counterpart_lines([pair], case_id, ())
    assert lines[0].startswith(f"may be one matter with {pair.acceptance.case_id}: police acceptance ")
    assert any("一字之差 one character off" in line for line in lines)
    sources = frozenset((pair.referral.record.source, pair.acceptance.record.source))
    assert not any("一字之差" in line for line in counterpart_lines([pair], case_id, [sources]))
    assert counterpart_lines([pair], "C0", ()) == []
    assert not any("张建" in line for line in lines)


def test_a_sealed_matter_is_no_counterpart_of_an_open_one(county: SmallCounty) -> None:
    county.documents(
        said(doc_id="1", doc_type="copy_receipt", doc_no="繁检移收〔2026〕1号", sealed=True,
             related_doc_no=SENT["移送书文号"], persons=[{"name": "张建国"}])
    )  # fmt: skip
    county.pull("procuratorate")
    done = run(county)
    sealed = [
        case for case in done.view.linkage.cases if any(map(county.hub.delivery_rules.sealed.seals, case.records))
    ]
    assert [len(case.records) for case in sealed] == [2]
    assert done.counterparts == ()


def test_the_township_is_told_which_of_its_own_referrals_it_may_be_and_of_no_other(county: SmallCounty) -> None:
    with county.hub.ledger.read() as tx:
        made = make_bulletins(county.hub, tx, Span.parse("2026-07"), county.clock)
        (pair,) = counterparts_in(county.hub, look(county.hub, tx, AS_OF))
    (bulletin,) = made.townships
    (finding,) = [one for one in bulletin.findings if one.code == "received_not_sent"]
    assert finding.may_be == ((str(SENT["移送书文号"]), pair.referral.on),)
    text = "\n".join(line["detail"] for line in township_lines(bulletin, county.hub.agencies, county.hub.rules.titles))
    assert "可能即本单位移送的 繁城综执移〔2026〕1号（2026-07-01），请核对" in text
    assert "张建" not in text
    assert township_book(bulletin, county.hub.agencies, county.hub.rules.titles)


def test_no_bulletin_names_a_referral_of_another_township(county: SmallCounty) -> None:
    span = Span.parse("2026-07")
    with county.hub.ledger.read() as tx:
        standing = stand(county.hub, tx, AS_OF)
    (pair,) = counterparts_in(county.hub, standing.view)
    others = replace(pair, referral=replace(pair.referral, record=replace(pair.referral.record, agency="140924209")))
    for given, named in ((pair, 1), (others, 0)):
        bulletin = township_bulletin(county.hub, standing, span, TOWNSHIP, [given])
        (finding,) = [one for one in bulletin.findings if one.code == "received_not_sent"]
        assert len(finding.may_be) == named
