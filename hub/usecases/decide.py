"""Keep a person's answer to a decision: approve, decline, ask for more, or let go of the obligation altogether."""

from __future__ import annotations

from datetime import datetime

from hub.duties.duty import State
from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.ladder.questions import decision_id
from hub.ladder.rung import Outcome, Told
from hub.ladder.told import MORE, told_so_far
from hub.ledger.facts import append_fact, facts
from hub.ledger.store import Transaction
from hub.usecases.escalate import PendingDecision, pending_decisions
from hub.usecases.waive import find_obligation, waive_within

ANSWERS = {"approve": Outcome.APPROVED, "decline": Outcome.DECLINED}


def find_decision(hub: Hub, wanted: str, as_of: datetime | None = None) -> PendingDecision:
    """The decision of this id that is waited for; `ConfigurationFault` where none is (any more)."""
    instant = as_of or hub.settings.as_of
    with hub.ledger.read() as tx:
        at = instant or max((f.learned_at for f in facts(tx)), default=None)
        waiting = pending_decisions(hub, tx, at) if at is not None else ()
    for pending in waiting:
        if pending.decision_id == wanted:
            return pending
    raise ConfigurationFault(f"{wanted}: no decision of this id is waited for")


def record_decision(hub: Hub, wanted: str, outcome: str, by: str, text: str, now: datetime, reply_by: str = "") -> bool:
    """Write who decided what, and when, as a fact; False where an answer stands already. The first one counts.

    outcome: `approve`, `decline`, `more`, or `waive`; asking for more leaves the decision open, and waiving the
    obligation leaves nothing to decide (see hub.usecases.waive for what its reason must be). reply_by: `YYYY-MM-DD`,
    the day by which the addressee is to answer, or more is to be brought; may be empty. Raises `ConfigurationFault`
    where the ledger never proposed such a decision.
    """
    if outcome not in (*ANSWERS, "more", "waive"):
        raise ConfigurationFault(f"{outcome}: answer approve, decline, more or waive")
    with hub.ledger.write() as tx:
        told = told_so_far(tx)
        proposed = [t for t in told if t.outcome is Outcome.PROPOSED and decision_id(t.rung_key, t.attempt) == wanted]
        if not proposed:
            raise ConfigurationFault(f"{wanted}: nothing of this id was ever put to a person")
        asked = proposed[0]
        content = {"by": by, "text": text, "decision_id": wanted, "ladder_version": asked.ladder_version}
        content |= {"reply_by": reply_by} if reply_by else {}
        if outcome == "more":
            asked_before = sum(f.subject.startswith(f"{asked.subject}#") for f in facts(tx, code=MORE))
            return append_fact(tx, MORE, f"{asked.subject}#{asked_before + 1}", now, content)
        answered = {t.outcome for t in told if t.rung_key == asked.rung_key and t.attempt == asked.attempt} & {
            Outcome.APPROVED,
            Outcome.DECLINED,
        }
        if answered:
            return False
        if outcome == "waive":
            return _waive(hub, tx, asked.rung_key.split("/", 1)[0], by, text, now)
        answer = Told(asked.rung_key, ANSWERS[outcome], now, asked.ladder_version, asked.attempt)
        return append_fact(tx, answer.code, answer.subject, now, content)


def _waive(hub: Hub, tx: Transaction, obligation_id: str, by: str, reason: str, now: datetime) -> bool:
    """Let go of the obligation; False where that was done already, or it has ended meanwhile."""
    if find_obligation(hub, tx, obligation_id, now).state not in (State.OPEN, State.OVERDUE):
        return False
    waive_within(hub, tx, obligation_id, by, reason, now, now)
    return True
