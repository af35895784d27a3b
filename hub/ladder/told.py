"""What does the ledger remember of rungs, and of the questions that were put to people?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.ladder.rung import Outcome, Told
from hub.ledger.facts import Fact, facts
from hub.ledger.store import Transaction

# A person asked for more before deciding; its subject is the question's, with a number.
MORE = "decision.more_asked"


@dataclass(frozen=True, slots=True)
class Question:
    """A rung that was put to a person, once. case_id: the case's id then.

    answer: approved, declined or withdrawn, and when; None while it waits. more: when more was asked for, and the day
    by which (`YYYY-MM-DD`, or empty).
    """

    rung_key: str
    attempt: int
    asked_at: datetime
    case_id: str
    answer: Outcome | None
    answered_at: datetime | None
    more: tuple[tuple[datetime, str], ...] = ()


def told_so_far(tx: Transaction, known_at: datetime | None = None) -> list[Told]:
    """Everything that the ledger remembers of rungs, until `known_at`."""
    return [told for _, told in _told(tx, known_at)]


def questions(tx: Transaction, known_at: datetime | None = None) -> list[Question]:
    """Every question that was put to a person until `known_at`, in order of their asking, with its answer."""
    asked: dict[tuple[str, int], Fact] = {}
    answers: dict[tuple[str, int], Told] = {}
    for fact, told in _told(tx, known_at):
        key = (told.rung_key, told.attempt)
        if told.outcome is Outcome.PROPOSED:
            asked[key] = fact
        elif told.outcome in (Outcome.APPROVED, Outcome.DECLINED, Outcome.WITHDRAWN):
            answers.setdefault(key, told)
    more = _more(facts(tx, code=MORE, known_at=known_at))
    found = []
    for key, fact in asked.items():
        answer = answers.get(key)
        found.append(
            Question(
                *key,
                fact.at,
                fact.attributes.get("case_id", ""),
                answer.outcome if answer else None,
                answer.at if answer else None,
                tuple(more.get(fact.subject, ())),
            )
        )
    return sorted(found, key=lambda one: (one.asked_at, one.rung_key, one.attempt))


def _told(tx: Transaction, known_at: datetime | None) -> list[tuple[Fact, Told]]:
    read = [
        (fact, Told.read(fact.code, fact.subject, fact.at, fact.attributes.get("ladder_version", "")))
        for fact in facts(tx, known_at=known_at)
    ]
    return [(fact, told) for fact, told in read if told is not None]


def _more(asked: Sequence[Fact]) -> Mapping[str, list[tuple[datetime, str]]]:
    more: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for fact in asked:
        more[fact.subject.rpartition("#")[0]].append((fact.at, fact.attributes.get("reply_by", "")))
    return more
