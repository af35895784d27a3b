"""A review that is suspended by a paper: its clock stands still, and the due time moves by as long as that lasts."""

from __future__ import annotations

import pytest

from hub.duties.duty import Obligation, State
from hub.duties.obligations import derive
from hub.duties.suspensions import Suspension, suspensions
from hub.errors import ConfigurationFault
from hub.evidence.bundle import verify_chain
from hub.hub import Hub
from hub.moment import Moment
from hub.usecases.suspend import resume_clock, stop_clock
from hub.usecases.waive import find_obligation
from hub.view import look
from tests.hub.county import CALENDAR, RULES, at, document, linked
from tests.support.installation import AS_OF

BASIS, PAPER = "《人民检察院行刑反向衔接工作指引》第十三条", "繁检行中审〔2026〕1号"
# Ten working days from Monday 6 July 2026 end on Monday 20 July.
DECIDED = document("nonprosecution", 1, doc_no="繁检刑不诉〔2026〕1号", decided_at="2026-07-06T09:00:00+08:00")


def review(as_of: str, *stops: Suspension) -> Obligation:
    owed = derive(linked([DECIDED]).cases, RULES, CALENDAR, at(as_of), stops)
    (only,) = [one for one in owed if one.rule == "procuratorate.review_nonprosecution"]
    return only


def stop(since: str, until: str = "") -> Suspension:
    return Suspension(
        review("2026-07-07").obligation_id, 1, Moment.parse(since), Moment.parse(until) if until else None, BASIS, PAPER, "clerk",
    )  # fmt: skip


def test_without_a_stop_the_review_is_due_on_the_tenth_working_day() -> None:
    assert review("2026-07-20").due_at == at("2026-07-20T23:59:59+08:00")
    assert review("2026-07-21T08:00+08:00").state is State.OVERDUE


def test_a_stop_that_is_over_moves_it_by_its_working_days_and_the_steps_cite_the_paper() -> None:
    # From Thursday 9 to Thursday 16 July: five working days do not count, so that it ends on Monday 27 July.
    owed = review("2026-07-27", stop("2026-07-09", "2026-07-16"))
    assert owed.due_at == at("2026-07-27T23:59:59+08:00")
    assert any(step.startswith("中止：") and "5 个工作日" in step for step in owed.steps)
    assert owed.steps[-1] == f"中止依据：2026-07-09 至 2026-07-16，{BASIS}（{PAPER}）。"


def test_while_the_clock_stands_still_it_is_not_overdue_however_long_that_lasts() -> None:
    for day in ("2026-07-21", "2026-08-31", "2026-12-01"):
        owed = review(day, stop("2026-07-09"))
        assert owed.state is State.OPEN, day
        assert "尚未恢复" in owed.steps[-1]
    assert review("2026-07-08", stop("2026-07-09")).due_at == at("2026-07-20T23:59:59+08:00")  # not begun yet


def test_a_stop_concerns_its_own_obligation_alone() -> None:
    owed = derive(linked([DECIDED]).cases, RULES, CALENDAR, at("2026-07-27"), [stop("2026-07-09", "2026-07-16")])
    (serve,) = [one for one in owed if one.rule == "procuratorate.serve_penalty_opinion"]
    assert serve.due_at == at("2026-07-09T23:59:59+08:00")
    assert not any("中止" in step for step in serve.steps)


def test_in_the_county_it_is_kept_in_the_evidence_and_known_only_since_it_was_told(installation: Hub) -> None:
    with installation.ledger.read() as tx:
        before = next(
            one for one in look(installation, tx, AS_OF).obligations
            if one.state is State.OVERDUE and one.rule == "police.decide_filing"
        )  # fmt: skip
    since = Moment(before.opened_at.day)
    stopped = stop_clock(installation, before.obligation_id, since, BASIS, PAPER, "clerk", AS_OF, AS_OF)
    with installation.ledger.read() as tx:
        assert suspensions(tx) == [stopped]
        assert find_obligation(installation, tx, before.obligation_id, AS_OF).state is State.OPEN
    with pytest.raises(ConfigurationFault, match="stands still already"):
        stop_clock(installation, before.obligation_id, since, BASIS, PAPER, "clerk", AS_OF, AS_OF)
    with pytest.raises(ConfigurationFault, match="or still to come"):
        resume_clock(installation, before.obligation_id, Moment.parse("2026-11-02"), PAPER, "clerk", AS_OF, AS_OF)
    until = Moment.parse("2026-10-30")
    resume_clock(installation, before.obligation_id, until, PAPER, "clerk", AS_OF, AS_OF)
    with installation.ledger.read() as tx:
        after = find_obligation(installation, tx, before.obligation_id, AS_OF)
    assert after.due_at > before.due_at
    assert after.steps[-1].startswith(f"中止依据：{since} 至 2026-10-30")
    assert verify_chain(installation.ledger).ok
    with pytest.raises(ConfigurationFault, match="does not stand still"):
        resume_clock(installation, before.obligation_id, until, PAPER, "clerk", AS_OF, AS_OF)


@pytest.mark.parametrize(
    ("basis", "paper", "fault"),
    [("", PAPER, "say basis"), (BASIS, " ", "say paper"), ("140924198003041236 死亡", PAPER, "an identity number")],
)
def test_a_stop_needs_its_basis_and_its_paper_and_names_no_identity_number(
    installation: Hub, basis: str, paper: str, fault: str
) -> None:
    with pytest.raises(ConfigurationFault, match=fault):
        stop_clock(installation, "O1", Moment.parse("2026-07-09"), basis, paper, "clerk", AS_OF, AS_OF)


def test_the_exchanges_own_clocks_and_what_has_ended_are_not_stopped(installation: Hub) -> None:
    with installation.ledger.read() as tx:
        owed = look(installation, tx, AS_OF).obligations
    report = next(one for one in owed if one.rule == "agency.report" and one.state is State.OVERDUE)
    done = next(one for one in owed if one.state is State.DISCHARGED and one.rule != "agency.report")
    early = next(one for one in owed if one.state is State.OVERDUE and one.rule != "agency.report")
    day = Moment.parse("2020-01-01")
    for one, fault in ((report, "own clock"), (done, "no clock runs"), (early, "before it opened")):
        with pytest.raises(ConfigurationFault, match=fault):
            stop_clock(installation, one.obligation_id, day, BASIS, PAPER, "clerk", AS_OF, AS_OF)
