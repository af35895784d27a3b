"""Which rungs are due now, each once, in order, and which questions to a person have answered themselves?

How the climb goes where the mechanism leaves it open:

- A rung that a person *decides* is a proposal; it is sent after approval only. Declined it is not sent, and the later
  rungs still come at their own time: declining one step is no waiver of the duty.
- What is discharged, void or lapsed fires nothing more, and what waits for a decision, or was approved and not yet
  sent, is withdrawn. Should the duty stand again (a corrected record), the question is put again as another attempt.
- Where several automatic rungs of one ladder come due together (the hub comes late to a matter, or stood still), only
  the highest is sent; the lower ones are passed over, except mandatory ones.
- A question that was itself put too late is answered before the next one of that ladder is put, so that nobody finds
  three of them at once about one matter; put in time, it holds nothing up. Mandatory ones never wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.cycles import cycles_left_alone
from hub.duties.duty import Obligation, State
from hub.ladder.ladders import Ladder, Ladders, Rung
from hub.ladder.rung import (
    Act,
    Memory,
    Outcome,
    Remembered,
    RungDue,
    Settled,
    Told,
    due_rung,
    remember,
    rung_key,
    shown_subject,
)

__all__ = ["Act", "LadderPlan", "Outcome", "RungDue", "Settled", "Told", "plan", "rung_key", "shown_subject"]

_LIVE = (State.OPEN, State.OVERDUE)


@dataclass(frozen=True, slots=True)
class LadderPlan:
    """What is to be done as of an instant.

    due: rungs to send or to propose. waiting: proposals that a person has not yet decided. settled: proposals to
    withdraw and rungs passed over. lost: (obligation_id, ladder, version) whose ladder nobody kept; nothing is fired
    for them until it is put back.
    """

    due: tuple[RungDue, ...] = ()
    waiting: tuple[RungDue, ...] = ()
    settled: tuple[Settled, ...] = ()
    lost: tuple[tuple[str, str, str], ...] = ()

    def told(self, at: datetime) -> list[Told]:
        """What to remember once all of it was done."""
        return [*(rung.told(at) for rung in self.due), *(one.told(at) for one in self.settled)]


def plan(
    obligations: Sequence[Obligation],
    told: Iterable[Told],
    ladders: Ladders,
    as_of: datetime,
    titles: Mapping[str, str] | None = None,
) -> LadderPlan:
    """What every ladder asks for as of the instant; the same for the same facts, in whatever order they are given.

    obligations: all of them as derived for `as_of`; a proposal whose obligation is not among them is withdrawn.
    titles: rule id -> its name for people. A rung after the due time stands once that time is past.
    """
    with cycles_left_alone():
        return _plan(obligations, remember(told), ladders, as_of, titles or {})


def _plan(
    obligations: Sequence[Obligation], memory: Memory, ladders: Ladders, as_of: datetime, titles: Mapping[str, str]
) -> LadderPlan:
    plans: list[LadderPlan] = []
    climbed: set[tuple[str, str]] = set()
    always = ladders.always()
    for obligation in obligations:
        remembered = memory.get(obligation.obligation_id, {})
        if obligation.state not in _LIVE and not remembered:  # nothing to raise, and nothing to withdraw
            continue
        title = titles.get(obligation.rule, obligation.rule)
        for name in dict.fromkeys((*always, *filter(None, [obligation.ladder]))):
            known = remembered.get(name, {})
            climbed.add((obligation.obligation_id, name))
            plans.append(_climb(obligation, name, known, ladders, as_of, title))
    for obligation_id, by_ladder in memory.items():
        for name, known in by_ladder.items():
            if (obligation_id, name) not in climbed:
                plans.append(LadderPlan(settled=tuple(_withdraw(obligation_id, name, known, "obligation_gone"))))
    return LadderPlan(
        due=_in_order(rung for one in plans for rung in one.due),
        waiting=_in_order(rung for one in plans for rung in one.waiting),
        settled=tuple(sorted((s for one in plans for s in one.settled), key=lambda s: s.rung_key)),
        lost=tuple(sorted(lost for one in plans for lost in one.lost)),
    )


def _climb(
    obligation: Obligation,
    name: str,
    known: Mapping[int, Remembered],
    ladders: Ladders,
    as_of: datetime,
    title: str,
) -> LadderPlan:
    """One ladder of one obligation, on the version that it began on."""
    obligation_id = obligation.obligation_id
    if obligation.state not in _LIVE:
        return LadderPlan(settled=tuple(_withdraw(obligation_id, name, known, str(obligation.state))))
    began_on = next((one.version for _, one in sorted(known.items()) if one.version), "")
    ladder = _ladder(ladders, name, began_on, obligation)
    if ladder is None:
        return LadderPlan(lost=((obligation_id, name, began_on),))
    rungs = [rung for rung in ladder.rungs if obligation.kind in rung.kinds]
    standing = [rung for rung in rungs if _stands(rung, obligation, as_of)]
    numbers = {rung.rung for rung in standing}
    fallen = {no: one for no, one in known.items() if no not in numbers}
    settled = [*_withdraw(obligation_id, name, fallen, "no_longer_due")]
    settled += [
        Settled(rung_key(obligation_id, name, rung.rung), Outcome.PASSED_OVER, ladder.version, 1, why)
        for rung, why in _passed_over(rungs, numbers, known, obligation)
    ]
    passed = {one.rung_key for one in settled if one.outcome is Outcome.PASSED_OVER}
    due: list[RungDue] = []
    waiting: list[RungDue] = []
    asked_late = False
    for rung in standing:
        one = known.get(rung.rung, Remembered())
        found = one.standing()
        raised = due_rung(rung, ladder, obligation, title, one.attempt(), as_of, approved=found is Outcome.APPROVED)
        if found is Outcome.PROPOSED:
            waiting.append(raised)
            asked_late |= _asked_late(rung, rungs, obligation, one.proposed_at.get(one.attempt(), as_of))
        elif found is Outcome.APPROVED or (found is None and not rung.decides and raised.rung_key not in passed):
            due.append(raised)
        elif found is None and rung.decides and (rung.mandatory or not asked_late):
            due.append(raised)
            asked_late |= _asked_late(rung, rungs, obligation, as_of)
    return LadderPlan(tuple(due), tuple(waiting), tuple(settled))


def _ladder(ladders: Ladders, name: str, began_on: str, obligation: Obligation) -> Ladder | None:
    return ladders.of_version(name, began_on) if began_on else ladders.in_force(name, obligation.opened_at.day)


def _stands(rung: Rung, obligation: Obligation, as_of: datetime) -> bool:
    since = rung.since(obligation.opened_at.latest(), obligation.due_at)
    if rung.early:
        return obligation.state is State.OPEN and since <= as_of <= obligation.due_at
    return obligation.state is State.OVERDUE and since < as_of


def _passed_over(
    rungs: Sequence[Rung], standing: set[int], known: Mapping[int, Remembered], obligation: Obligation
) -> Iterator[tuple[Rung, str]]:
    """Automatic rungs that will not be sent any more: a higher one stands or was sent, or its hour has gone by.

    standing: the numbers of the rungs that stand now.
    """
    reached = [
        r.rung
        for r in rungs
        if not r.decides and (r.rung in standing or (r.rung in known and known[r.rung].standing()))
    ]
    for rung in rungs:
        if rung.decides or rung.mandatory or (rung.rung in known and known[rung.rung].standing()):
            continue
        if rung.early and obligation.state is State.OVERDUE:
            yield rung, "already_overdue"
        elif rung.rung in standing and rung.rung < max(reached):
            yield rung, "higher_rung_stands"


def _asked_late(rung: Rung, rungs: Sequence[Rung], obligation: Obligation, asked_at: datetime) -> bool:
    """True where a question was put only when the next question of the ladder had come due as well."""
    opened = obligation.opened_at.latest()
    later = [r.since(opened, obligation.due_at) for r in rungs if r.decides and r.rung > rung.rung]
    return bool(later) and asked_at > later[0]


def _withdraw(obligation_id: str, name: str, known: Mapping[int, Remembered], why: str) -> Iterator[Settled]:
    for no, one in sorted(known.items()):
        if one.standing() in (Outcome.PROPOSED, Outcome.APPROVED):
            yield Settled(rung_key(obligation_id, name, no), Outcome.WITHDRAWN, one.version, one.attempt(), why)


def _in_order(rungs: Iterable[RungDue]) -> tuple[RungDue, ...]:
    return tuple(sorted(rungs, key=lambda rung: (rung.due_since, rung.rung_key)))
