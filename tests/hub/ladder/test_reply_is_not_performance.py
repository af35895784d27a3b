"""A signature and a reply stop only the clocks that they are about: what was asked for is chased until it is done."""

from __future__ import annotations

import pytest

from hub.ladder.climb import LadderPlan, plan
from hub.ladder.ladders import Ladders, load_ladders
from hub.model import Record
from tests.hub.agency_rows import MAPPINGS
from tests.hub.county import at, document, handling, judge

SERVED = document("penalty_opinion", served_at="2026-07-06T15:00:00+08:00")
SIGNED = handling(签收日期="2026-07-06")
REPLIED = handling(签收日期="2026-07-06", 回复日期="2026-08-20", 回复类型="办理情况")
PERFORMED = handling(签收日期="2026-07-06", 回复日期="2026-08-20", 回复类型="办理情况", 办结日期="2026-09-23")


@pytest.fixture(scope="module")
def ladders() -> Ladders:
    return load_ladders(MAPPINGS / "ladders.yaml")


def planned(ladders: Ladders, as_of: str, *records: Record, before: LadderPlan | None = None) -> LadderPlan:
    owed = judge(*records, as_of=as_of).owed
    told = before.told(at(as_of)) if before else []
    return plan(owed, told, ladders, at(as_of))


def rungs(found: LadderPlan) -> list[tuple[str, str, int]]:
    return [(r.obligation.rule, r.ladder, r.rung_no) for r in found.due if r.ladder == "opinion_unanswered"]


def test_signing_for_the_letter_is_no_reply(ladders: Ladders) -> None:
    assert rungs(planned(ladders, "2026-09-08", SERVED, SIGNED)) == [
        ("township.reply_opinion", "opinion_unanswered", 1)
    ]


def test_a_reply_that_all_is_under_way_stops_the_one_ladder_and_starts_the_other(ladders: Ladders) -> None:
    assert rungs(planned(ladders, "2026-09-08", SERVED, REPLIED)) == []
    # 30 days from 20 August end on Saturday 19 September, and roll to Sunday 20, a make-up working day.
    assert rungs(planned(ladders, "2026-09-20", SERVED, REPLIED)) == []
    assert rungs(planned(ladders, "2026-09-21", SERVED, REPLIED)) == [
        ("township.perform_opinion", "opinion_unanswered", 1)
    ]
    assert rungs(planned(ladders, "2026-09-24", SERVED, REPLIED)) == [
        ("township.perform_opinion", "opinion_unanswered", 1),
        ("township.perform_opinion", "opinion_unanswered", 2),
    ]


def test_the_act_itself_stops_it_and_takes_the_question_back(ladders: Ladders) -> None:
    before = planned(ladders, "2026-09-24", SERVED, REPLIED)
    after = planned(ladders, "2026-09-24", SERVED, PERFORMED, before=before)
    assert rungs(after) == []
    assert [(one.rung_key.split("/", 1)[1], str(one.outcome), one.why) for one in after.settled] == [
        ("opinion_unanswered/2", "withdrawn", "discharged_late")
    ]
