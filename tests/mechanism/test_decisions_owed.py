"""A paper that waits for a person's decision is itself owed an answer, by the county's own figure.

Dates are worked out by hand against the notice of the State Council's office for 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from hub.ladder.questions import RULE, decision_id, derive_questions
from hub.ladder.rung import Outcome
from hub.ladder.told import Question
from tests.hub.county import CALENDAR, RULES, at
from tests.mechanism.line import Line, compare, line, of


@dataclass(frozen=True, slots=True)
class Asked:
    """A line about one question, and whatever else was asked."""

    says: Line
    questions: tuple[Question, ...]


def moment(text: str) -> datetime:
    """`YYYY-MM-DD HH:MM`, Shanghai's clock."""
    return datetime.fromisoformat(f"{text}:00+08:00")


def question(
    asked: str, answer: Outcome | None = None, answered: str = "", more: str = "", obligation: str = "O1"
) -> Question:
    """The chief procurator was asked; the answer, or not yet; more was asked for on 7 July, until a day."""
    until = ((moment("2026-07-07 09:00"), more),) if more else ()
    key = f"{obligation}/police_silent/5"
    return Question(key, 1, moment(asked), "C1", answer, moment(answered) if answered else None, until)


def decide(aspect: str, *questions: Question, **said: str) -> Asked:
    """A line about the decision on the first obligation."""
    (says,) = of(RULE, line(aspect, **said))
    return Asked(says, questions)


DECISIONS = [  # 3 working days from the proposal (县定)
    decide("on_time", question("2026-07-06 09:00", Outcome.APPROVED, "2026-07-09 17:00"), due="2026-07-09",
           state="discharged", ended="2026-07-09 17:00", owes="procuratorate > hub"),
    decide("late", question("2026-07-06 09:00", Outcome.APPROVED, "2026-07-10 09:00"), due="2026-07-09",
           state="discharged_late", ended="2026-07-10 09:00"),
    decide("missing", question("2026-07-06 09:00"), due="2026-07-09", state="overdue"),
    decide("open", question("2026-07-06 09:00"), due="2026-07-09", state="open", as_of="2026-07-09"),
    decide("scope", question("2026-07-06 09:00"),
           question("2026-07-06 09:00", Outcome.APPROVED, "2026-07-07 09:00", obligation="O2"), due="2026-07-09",
           state="overdue"),
    decide("holiday/mid-autumn and national day", question("2026-09-29 09:00"), due="2026-10-09", state="overdue"),
    decide("holiday/a working saturday counts", question("2026-10-08 09:00"), due="2026-10-12", state="overdue"),
    decide("ends:escalation.approved", question("2026-07-06 09:00", Outcome.APPROVED, "2026-07-07 09:00"),
           due="2026-07-09", state="discharged", ended="2026-07-07 09:00"),
    decide("ends:escalation.declined", question("2026-07-06 09:00", Outcome.DECLINED, "2026-07-07 09:00"),
           due="2026-07-09", state="discharged", ended="2026-07-07 09:00"),
    decide("void", question("2026-07-06 09:00", Outcome.WITHDRAWN, "2026-07-08 09:00"), due="2026-07-09",
           state="void", ended="2026-07-08 09:00"),
]  # fmt: skip

LINES: list[Line] = [one.says for one in DECISIONS]


@pytest.mark.parametrize("asked", DECISIONS, ids=lambda one: str(one.says))
def test_what_is_put_to_a_person_is_answered_in_time(asked: Asked) -> None:
    found = derive_questions(asked.questions, [], RULES, CALENDAR, at(asked.says.as_of))
    (only,) = [o for o in found if o.subject == decision_id("O1/police_silent/5", 1)]
    compare(asked.says, only)
