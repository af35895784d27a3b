"""Where decisions not to prosecute and penalties meet, or fail to: the reverse direction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from hub.duties.duty import Obligation, State
from hub.link import Case
from hub.link.persons import share_a_person
from hub.link.signs import unit_of
from hub.model import Record, RecordKind
from hub.moment import Moment
from hub.screening.clue import Clue, ClueKind
from hub.screening.measures import complete_numbers
from hub.values.document_numbers import strict_key

_UNPUNISHED = "《行政处罚法》第二十七条第一款；机制二（五）、（七）"
_PUNISHED = "《行政处罚法》第二十九条（一事不再罚）、第三十五条（折抵）"
# A reply that is not owed any more: it came, or its time is over.
_OVER = (State.DISCHARGED, State.DISCHARGED_LATE, State.OVERDUE)

_Penalties = Mapping[str, Sequence[tuple[date, Record]]]


def find_collisions(cases: Iterable[Case], obligations: Iterable[Obligation], as_of: datetime) -> Iterator[Clue]:
    """Persons not prosecuted: punished by nobody although an opinion asked for it, or punished for it already.

    A person is known by a whole identity number, across all townships; where there is none, only penalties of the same
    case count, and what the townships record elsewhere under a mere name proves nothing either way.
    """
    cases = list(cases)
    now = Moment.of(as_of)
    penalties = _by_number(cases, now)
    replies = {
        (one.case_id, strict_key(one.subject)): one.state for one in obligations if one.rule == "township.reply_opinion"
    }
    for case in cases:
        for decision in case.of_kind(RecordKind.DOCUMENT):
            day = _day(decision, "nonprosecution.decided", now)
            if day is None:
                continue
            found = _penalties_of(case, decision, penalties, now)
            yield from _unpunished(case, decision, day, found, replies, now)
            yield from _already_punished(case, decision, day, found)


def _unpunished(
    case: Case,
    decision: Record,
    day: date,
    found: Sequence[tuple[date, Record]],
    replies: Mapping[tuple[str, str], State],
    now: Moment,
) -> Iterator[Clue]:
    if any(decided >= day for decided, _ in found):
        return
    for letter in case.of_kind(RecordKind.DOCUMENT):
        served = _day(letter, "penalty_opinion.served", now)
        state = replies.get((case.case_id, strict_key(letter.get("doc_no"))))
        if served is None or state not in _OVER or not share_a_person(decision.parties, letter.parties):
            continue
        township = unit_of(letter) or unit_of(decision)
        replied = "已回复" if state is not State.OVERDUE else "逾期未回复"
        lines = (
            f"{day} 不起诉决定 {decision.get('doc_no')}",
            f"{served} 送达检察意见 {letter.get('doc_no')}，{replied}",
            "各乡镇台账中没有对该人此后的处罚决定",
        )
        numbers = (decision.get("doc_no"), letter.get("doc_no"))
        yield Clue(ClueKind.UNPUNISHED, case.case_id, township, served, numbers, lines, _UNPUNISHED)
        return


def _already_punished(case: Case, decision: Record, day: date, found: Sequence[tuple[date, Record]]) -> Iterator[Clue]:
    earlier = [
        (decided, penalty)
        for decided, penalty in found
        if decided < day and penalty.get("cause_code") == decision.get("cause_code") != ""
    ]
    if earlier:
        numbers = tuple(penalty.get("penalty_no") for _, penalty in earlier)
        lines = (
            *(f"{decided} 处罚决定 {penalty.get('penalty_no')}（同一案由）" for decided, penalty in earlier),
            f"{day} 不起诉决定 {decision.get('doc_no')}：再提处罚意见前应当核对是否同一违法行为",
        )
        yield Clue(
            ClueKind.ALREADY_PUNISHED, case.case_id, earlier[-1][1].agency, day,
            (*numbers, decision.get("doc_no")), lines, _PUNISHED,
        )  # fmt: skip


def _by_number(cases: Iterable[Case], now: Moment) -> _Penalties:
    found: dict[str, list[tuple[date, Record]]] = defaultdict(list)
    for case in cases:
        for record in case.of_kind(RecordKind.PENALTY, RecordKind.REFERRAL):
            day = _day(record, "penalty.decided", now)
            if day is not None:
                for number in complete_numbers(record):
                    found[number].append((day, record))
    return found


def _penalties_of(case: Case, decision: Record, by_number: _Penalties, now: Moment) -> list[tuple[date, Record]]:
    """The penalties of the person not prosecuted: by whole number in any township, and of the same case by all signs."""
    found = {
        record.source: (day, record)
        for number in complete_numbers(decision)
        for day, record in by_number.get(number, ())
    }
    for record in case.of_kind(RecordKind.PENALTY, RecordKind.REFERRAL):
        day = _day(record, "penalty.decided", now)
        if day is not None and share_a_person(decision.parties, record.parties):
            found[record.source] = (day, record)
    return sorted(found.values(), key=lambda one: (one[0], one[1].source))


def _day(record: Record, code: str, now: Moment) -> date | None:
    return next((e.at.day for e in record.events if e.code == code and not e.at.after(now)), None)
