"""A decision that waits too long is itself owed: by the third working day, with the clock still while more was asked."""

from __future__ import annotations

from datetime import datetime

import pytest

from hub.duties.duty import Obligation
from hub.ladder.questions import RULE, decision_id, derive_questions
from hub.ladder.rung import Outcome
from hub.ladder.told import Question
from hub.settings import read_instant
from tests.hub.county import CALENDAR, RULES
from tests.hub.ladder_obligations import obligation

ASKED = read_instant("asked", "2026-09-24T08:00+08:00")  # a Thursday; Mid-Autumn is 25–27 September
KEY = "O1/police_silent/4"


def at(text: str) -> datetime:
    return read_instant("at", text)


def question(answer: Outcome | None = None, answered: str = "", *more: tuple[datetime, str]) -> Question:
    return Question(KEY, 1, ASKED, "M1", answer, at(answered) if answered else None, more)


def owed(one: Question, as_of: str) -> Obligation:
    (only,) = derive_questions([one], [obligation(as_of=at(as_of), case_id="M7")], RULES, CALENDAR, at(as_of))
    return only


@pytest.mark.parametrize(
    ("one", "as_of", "state"),
    [
        (question(), "2026-09-30T23:59+08:00", "open"),
        (question(), "2026-10-08T00:01+08:00", "overdue"),
        (question(Outcome.APPROVED, "2026-09-30T10:00+08:00"), "2026-10-31T12:00+08:00", "discharged"),
        (question(Outcome.DECLINED, "2026-10-09T10:00+08:00"), "2026-10-31T12:00+08:00", "discharged_late"),
        (question(Outcome.DECLINED, "2026-10-09T10:00+08:00"), "2026-10-08T12:00+08:00", "overdue"),
        (question(Outcome.WITHDRAWN, "2026-10-09T10:00+08:00"), "2026-10-31T12:00+08:00", "void"),
    ],
)
def test_a_question_is_owed_an_answer_within_three_working_days(one: Question, as_of: str, state: str) -> None:
    due = owed(one, as_of)
    assert due.due_at == at("2026-09-30T23:59:59+08:00")  # 28, 29 and 30 September
    assert str(due.state) == state


def test_it_belongs_to_the_procuratorate_and_to_the_case_that_it_is_about() -> None:
    due = owed(question(), "2026-09-25T12:00+08:00")
    assert (due.rule, due.debtor, due.creditor, due.ladder) == (RULE, "procuratorate", "hub", "own_house")
    assert due.case_id == "M7"
    assert due.subject == decision_id(KEY, 1)
    (alone,) = derive_questions([question()], [], RULES, CALENDAR, at("2026-09-25T12:00+08:00"))
    assert alone.case_id == "M1"


def test_until_the_day_named_for_what_was_still_asked_for_the_clock_stands_still() -> None:
    more = (at("2026-09-28T09:00+08:00"), "2026-10-09")
    assert owed(question(None, "", more), "2026-10-31T12:00+08:00").due_at == at("2026-10-12T23:59:59+08:00")
    without_a_day = (at("2026-09-28T09:00+08:00"), "")
    assert owed(question(None, "", without_a_day), "2026-10-31T12:00+08:00").due_at == at("2026-09-30T23:59:59+08:00")


def test_what_was_asked_later_does_not_yet_exist() -> None:
    assert derive_questions([question()], [], RULES, CALENDAR, at("2026-09-24T07:59+08:00")) == []


def test_asking_again_after_a_withdrawal_is_another_question() -> None:
    again = Question(KEY, 2, at("2026-10-12T08:00+08:00"), "M1", None, None)
    both = derive_questions([question(Outcome.WITHDRAWN, "2026-10-09T10:00+08:00"), again], [], RULES, CALENDAR,
                            at("2026-10-31T12:00+08:00"))  # fmt: skip
    assert len({one.obligation_id for one in both}) == 2
    assert {str(one.state) for one in both} == {"void", "overdue"}
