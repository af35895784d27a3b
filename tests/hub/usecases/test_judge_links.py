"""Are people's decisions about links kept, carried across runs, expired in sight of all, refused to whom they are not for?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.errors import ConfigurationFault
from hub.evidence.bundle import verify_chain
from hub.hub import Hub
from hub.ladder.ladders import RoleRule
from hub.ledger.facts import append_fact
from hub.ledger.store import open_ledger
from hub.link.decisions import CODES, Judgement, LinkDecision, content_of, link_decisions
from hub.link.judging import Force
from hub.model import RecordKind
from hub.reports.standing import stand
from hub.usecases.between_runs import between_runs
from hub.usecases.judge_links import about_sealed, judge_links, take_back
from hub.usecases.reconcile import reconcile
from hub.view import View, look
from tests.hub.agency_rows import ID_NO
from tests.hub.county import at
from tests.hub.usecases.test_exchange import said
from tests.support.small_county import SmallCounty, county_at

AS_OF = at("2026-08-04T12:00+08:00")
OFFICER, REASON = "承办人21", "承办人与派出所核对过原件"
CONFIRM, REJECT, MERGE, SPLIT = Judgement.CONFIRM, Judgement.REJECT, Judgement.MERGE, Judgement.SPLIT

# Two referrals of one man that an acceptance without a number fits alike, and one of somebody whom nothing links.
FIRST = {
    "立案号": "繁城综执立〔2026〕1号", "证件号码": ID_NO, "批准时间": "2026-07-01 09:00", "移送时间": "2026-07-01 10:00",
    "移送书文号": "繁城综执移〔2026〕1号",
}  # fmt: skip
SECOND = {**FIRST, "立案号": "繁城综执立〔2026〕2号", "移送书文号": "繁城综执移〔2026〕2号"}
OPEN = {"移送单位": "繁城镇", "证件号码": ID_NO}
STRANGER = {
    "受案登记表文号": "繁公（刑）受案字〔2026〕10072号", "案件编号": "A1409240200002026070002", "嫌疑人/单位": "王五",
    "移送单位": "繁城镇",
}  # fmt: skip
ACCEPTANCE, OTHER = "繁公（刑）受案字〔2026〕10071号", "繁公（刑）受案字〔2026〕10072号"
CLUE = "繁检职移〔2026〕1号"


@pytest.fixture(params=["sqlite", "postgresql"])
def county(request: pytest.FixtureRequest, small_county: SmallCounty) -> Iterator[SmallCounty]:
    """A county in which one acceptance is left to a person, on either database."""
    hub = small_county.hub
    if request.param == "postgresql":
        with hub.ledger.read() as tx:
            cipher = tx.cipher
        small_county.hub = replace(hub, ledger=open_ledger(request.getfixturevalue("postgres_url"), cipher))
        small_county.hub.ledger.upgrade()
    yield fill(small_county)
    if request.param == "postgresql":
        small_county.hub.ledger.dispose()


@pytest.fixture(scope="module")
def undecided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCounty]:
    """The same for tests in which nothing is decided."""
    with county_at(tmp_path_factory.mktemp("undecided")) as found:
        yield fill(found)


def fill(found: SmallCounty) -> SmallCounty:
    """Have the agencies deliver, and the hub take it."""
    found.ledger("202607", FIRST, SECOND)
    found.outbox("sa_20260702.csv", OPEN, STRANGER)
    found.documents(
        said(doc_id="clue", doc_type="duty_clue", doc_no=CLUE, sealed=True, served_at="2026-07-07T10:00:00+08:00"),
    )
    for agency in ("140924100", "police", "procuratorate"):
        found.pull(agency)
    return found


def decide(
    county: SmallCounty, judgement: Judgement, *refs: str, as_of: datetime = AS_OF, by: str = OFFICER
) -> LinkDecision:
    """Decide, a minute after the last thing that was done."""
    county.clock += timedelta(minutes=1)
    return judge_links(county.hub, judgement, refs, by, REASON, as_of, county.clock)


def seen(hub: Hub, as_of: datetime = AS_OF, known_at: datetime | None = None) -> View:
    """What follows from what is known."""
    with hub.ledger.read() as tx:
        return look(hub, tx, as_of, known_at)


def cases(view: View) -> list[list[str]]:
    """The serial numbers of the referrals and acceptances that stand together."""
    found = (
        [r.get("case_no") or r.get("acceptance_no") for r in case.of_kind(RecordKind.REFERRAL, RecordKind.ACCEPTANCE)]
        for case in view.linkage.cases
    )
    return sorted([number.rpartition("〕")[2] for number in numbers] for numbers in found if numbers)


def forces(view: View) -> list[str]:
    """Where each decision stands."""
    return [str(one.force) for one in view.judged]


def test_a_confirmed_candidate_stays_across_runs_and_the_finding_is_gone(county: SmallCounty) -> None:
    assert [f.code for f in seen(county.hub).findings].count("ambiguous") == 1
    made = decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    assert (made.by, made.role) == (OFFICER, "case_officer")
    for _ in range(2):
        county.clock += timedelta(minutes=1)
        done = reconcile(county.hub, AS_OF, county.clock, commit=True)
        assert done.counts()["ambiguous"] == 0
        assert (done.counts()["decisions"], done.counts()["decisions_expired"]) == (1, 0)
    assert cases(done.view) == [["10072号"], ["1号", "10071号"], ["2号"]]
    assert [f.code for f in done.view.findings].count("ambiguous") == 0
    assert done.committed == 0
    assert verify_chain(county.hub.ledger, ()).ok
    with county.hub.ledger.read() as tx:
        assert link_decisions(tx) == [made]


def test_a_decision_is_unknown_before_it_was_told_and_acts_from_its_day_only(county: SmallCounty) -> None:
    before = county.clock
    decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    assert len(seen(county.hub, known_at=before).linkage.ambiguities) == 1
    assert seen(county.hub, known_at=before).judged == ()
    assert len(seen(county.hub, AS_OF - timedelta(days=1)).linkage.ambiguities) == 1
    assert seen(county.hub).linkage.ambiguities == ()


def test_a_corrected_row_lets_the_decision_expire_in_sight_until_somebody_decides_again(county: SmallCounty) -> None:
    decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    county.ledger("202608", FIRST, {**SECOND, "备注": "已归档"})
    county.pull()
    assert forces(seen(county.hub)) == ["stands"]  # the row came again and says the same
    county.ledger("202609", {**FIRST, "涉案金额": "12万"}, SECOND)
    county.pull()
    done = reconcile(county.hub, AS_OF, county.clock)
    assert forces(done.view) == ["expired"]
    assert (done.counts()["decisions"], done.counts()["decisions_expired"]) == (0, 1)
    assert done.counts()["ambiguous"] == 1
    assert [key[1] for key in done.view.judged[0].changed] == ["referral"]
    decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    assert forces(seen(county.hub)) == ["expired", "stands"]
    assert seen(county.hub).linkage.ambiguities == ()


def test_a_rejected_candidate_leaves_the_other(county: SmallCounty) -> None:
    decide(county, REJECT, ACCEPTANCE, FIRST["立案号"])
    assert cases(seen(county.hub)) == [["10072号"], ["1号"], ["2号", "10071号"]]


def test_what_was_merged_is_split_again_only_after_the_merge_is_taken_back(county: SmallCounty) -> None:
    merged = decide(county, MERGE, SECOND["立案号"], OTHER)
    assert len(seen(county.hub).linkage.cases) == 4
    with pytest.raises(ConfigurationFault, match=rf"{merged.decision_id}.*take it back first"):
        decide(county, SPLIT, OTHER)
    with pytest.raises(ConfigurationFault, match="take it back first"):
        decide(county, REJECT, OTHER, SECOND["立案号"])
    county.clock += timedelta(minutes=1)
    take_back(county.hub, merged.decision_id, "lead_group_office", "查明不是同一案", AS_OF, county.clock)
    assert forces(seen(county.hub)) == ["taken_back"]
    assert len(seen(county.hub).linkage.cases) == 5
    again = decide(county, MERGE, SECOND["立案号"], OTHER)
    assert again.decision_id != merged.decision_id
    with pytest.raises(ConfigurationFault, match="does not stand"):
        take_back(county.hub, merged.decision_id, OFFICER, REASON, AS_OF, county.clock)


def test_of_three_decisions_that_cannot_all_be_followed_the_last_is_refused(county: SmallCounty) -> None:
    decide(county, MERGE, FIRST["立案号"], OTHER)
    decide(county, MERGE, OTHER, SECOND["立案号"])
    with pytest.raises(ConfigurationFault, match="与此矛盾"):
        decide(county, REJECT, FIRST["立案号"], SECOND["立案号"])
    assert forces(seen(county.hub)) == ["stands", "stands"]


def test_a_split_takes_records_out_of_a_case_and_they_stay_out(county: SmallCounty) -> None:
    county.outbox("cl_20260703.csv", {"案件编号": "A1409240200002026070002"})
    county.pull("police")
    assert len(seen(county.hub).linkage.cases) == 5
    decide(county, SPLIT, OTHER)
    assert len(seen(county.hub).linkage.cases) == 6
    with pytest.raises(ConfigurationFault, match="not all of it"):
        decide(county, SPLIT, OTHER)


@pytest.mark.parametrize(
    ("judgement", "refs", "fault"),
    [
        (CONFIRM, (ACCEPTANCE,), "needs two records"),
        (CONFIRM, (ACCEPTANCE, FIRST["立案号"], SECOND["立案号"]), "needs two records"),
        (CONFIRM, (OTHER, FIRST["立案号"]), "merge them"),
        (MERGE, (OTHER, OTHER), "the same record twice"),
        (SPLIT, (ACCEPTANCE, FIRST["立案号"]), "some records of one case"),
        (REJECT, (ACCEPTANCE, "繁城综执立〔2026〕9号"), "no record stands there"),
        (MERGE, (ACCEPTANCE, CLUE), "stands by itself"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_the_reason(
    undecided: SmallCounty, judgement: Judgement, refs: tuple[str, ...], fault: str
) -> None:
    with pytest.raises(ConfigurationFault, match=fault):
        decide(undecided, judgement, *refs)
    assert seen(undecided.hub).judged == ()


def test_the_same_is_not_decided_twice(county: SmallCounty) -> None:
    decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    with pytest.raises(ConfigurationFault, match="decided already"):
        decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    with pytest.raises(ConfigurationFault, match="to keep it so, confirm"):
        decide(county, MERGE, ACCEPTANCE, FIRST["立案号"])


@pytest.mark.parametrize(
    ("judgement", "refs", "again"),
    [
        (CONFIRM, (ACCEPTANCE, FIRST["立案号"]), (FIRST["立案号"], ACCEPTANCE)),
        (REJECT, (ACCEPTANCE, SECOND["立案号"]), (SECOND["立案号"], ACCEPTANCE)),
        (MERGE, (FIRST["立案号"], OTHER, SECOND["立案号"]), (SECOND["立案号"], FIRST["立案号"], OTHER)),
    ],
)
def test_whoever_is_named_first_the_same_is_not_decided_twice(
    county: SmallCounty, judgement: Judgement, refs: tuple[str, ...], again: tuple[str, ...]
) -> None:
    """Looked at before its day, so that what it did to the cases is no other reason to refuse it."""
    first = decide(county, judgement, *refs)
    with pytest.raises(ConfigurationFault, match="decided already"):
        decide(county, judgement, *again, as_of=AS_OF - timedelta(hours=1))
    county.clock += timedelta(minutes=1)
    take_back(county.hub, first.decision_id, OFFICER, REASON, AS_OF, county.clock)
    mirrored = decide(county, judgement, *again)
    assert mirrored.decision_id != first.decision_id
    assert forces(seen(county.hub)) == ["taken_back", "stands"]


def test_a_decision_is_known_by_the_id_under_which_the_ledger_holds_it(county: SmallCounty) -> None:
    made = decide(county, REJECT, ACCEPTANCE, FIRST["立案号"])
    earlier = replace(made, decision_id="Lof another time", one=made.other, other=made.one, taken_back_at=None)
    county.clock += timedelta(minutes=1)
    take_back(county.hub, made.decision_id, OFFICER, REASON, AS_OF, county.clock)
    with county.hub.ledger.write() as tx:
        append_fact(tx, CODES[REJECT], earlier.decision_id, AS_OF, content_of(earlier), learned_at=county.clock)
    with pytest.raises(ConfigurationFault, match="Lof another time: 已有同样的决定"):
        decide(county, REJECT, ACCEPTANCE, FIRST["立案号"])
    county.clock += timedelta(minutes=1)
    assert take_back(county.hub, earlier.decision_id, OFFICER, REASON, AS_OF, county.clock) == earlier


@pytest.mark.parametrize("by", ["法制大队长20", "case", "", "it_operator"])
def test_only_who_holds_a_role_that_may_decides(undecided: SmallCounty, by: str) -> None:
    with pytest.raises(ConfigurationFault, match="may not decide"):
        judge_links(undecided.hub, MERGE, ["a", "b"], by, REASON, AS_OF, AS_OF)
    with pytest.raises(ConfigurationFault, match="may not decide"):
        take_back(undecided.hub, "L1", by, REASON, AS_OF, AS_OF)


@pytest.mark.parametrize(("reason", "fault"), [(" ", "needs a reason"), (f"当事人 {ID_NO} 已查明", "identity number")])
def test_a_decision_needs_a_reason_without_personal_data(undecided: SmallCounty, reason: str, fault: str) -> None:
    with pytest.raises(ConfigurationFault, match=fault):
        judge_links(undecided.hub, MERGE, ["a", "b"], OFFICER, reason, AS_OF, AS_OF)
    with pytest.raises(ConfigurationFault, match=fault):
        take_back(undecided.hub, "L1", OFFICER, reason, AS_OF, AS_OF)


def test_a_number_that_several_records_bear_is_no_name(county: SmallCounty) -> None:
    county.outbox("cl_20260703.csv", {"案件编号": "A1409240200002026070002"})
    county.pull("police")
    with pytest.raises(ConfigurationFault, match=r"give the source of one: police/outbox/cl_20260703\.csv!R1、police"):
        decide(county, MERGE, FIRST["立案号"], "A1409240200002026070002")
    decide(county, MERGE, FIRST["立案号"], "police/outbox/cl_20260703.csv!R1")
    assert forces(seen(county.hub)) == ["stands"]


def sealed_pair(county: SmallCounty) -> LinkDecision:
    """A second clue, said to be of the same matter as the first."""
    county.documents(
        *(said(doc_id=f"clue{n}", doc_type="duty_clue", doc_no=f"繁检职移〔2026〕{n}号", sealed=True,
               served_at="2026-07-07T10:00:00+08:00", updated_at=f"2026-07-08T10:00:0{n}+08:00") for n in (2, 3)),
    )  # fmt: skip
    county.pull("procuratorate")
    return decide(county, MERGE, "繁检职移〔2026〕2号", "繁检职移〔2026〕3号")


def test_a_sealed_matter_is_decided_by_whom_it_is_for_and_known_to_no_report(county: SmallCounty) -> None:
    decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    sealed = sealed_pair(county)
    view = seen(county.hub)
    assert forces(view) == ["stands", "stands"]
    assert about_sealed(county.hub, view, (one.decision for one in view.judged)) == {sealed.decision_id}
    with county.hub.ledger.read() as tx:
        report = stand(county.hub, tx, AS_OF)
    assert [one.decision.judgement for one in report.view.judged] == [CONFIRM]
    assert sealed.decision_id not in [fact.subject for fact in report.facts]


def test_a_sealed_matter_is_not_there_for_whom_it_is_not_for(county: SmallCounty) -> None:
    sealed = sealed_pair(county)
    roles = {**county.hub.ladders.roles, "police_liaison": RoleRule(title="联络员", agency="police", may_link=True)}
    hub = replace(county.hub, ladders=replace(county.hub.ladders, roles=roles))
    for refs in ((CLUE, ACCEPTANCE), ("繁检职移〔2026〕2号", "繁检职移〔2026〕3号")):
        with pytest.raises(ConfigurationFault, match="no record stands there, is called so"):
            judge_links(hub, MERGE, refs, "联络员20", REASON, AS_OF, county.clock)
    with pytest.raises(ConfigurationFault, match="no decision of this id"):
        take_back(hub, sealed.decision_id, "联络员20", REASON, AS_OF, county.clock)
    assert Force.STANDS in [one.force for one in seen(hub).judged]


def test_what_was_decided_and_taken_back_between_two_runs_is_told_with_them(county: SmallCounty) -> None:
    def run() -> None:
        county.clock += timedelta(minutes=1)
        reconcile(county.hub, AS_OF, county.clock, commit=True)

    def told() -> list[tuple[str, str, str, str]]:
        decided = [one for one in between_runs(county.hub).changes if one.what.startswith("decision")]
        assert all(REASON in one.why or OFFICER in one.why for one in decided)
        assert all(one.case_id in {case.case_id for case in seen(county.hub).linkage.cases} for one in decided)
        return [(str(one.what), one.about, one.was, one.now) for one in decided]

    run()
    made = decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    sealed_pair(county)
    run()
    assert told() == [("decision_made", made.decision_id, "", "confirm")], "that about a sealed matter is not told here"
    assert between_runs(county.hub).learned[made.decision_id] < county.clock
    county.clock += timedelta(minutes=1)
    take_back(county.hub, made.decision_id, OFFICER, "查明不是同一案", AS_OF, county.clock)
    run()
    assert told() == [("decision_taken_back", made.decision_id, "confirm", "")]
    run()
    assert told() == []
