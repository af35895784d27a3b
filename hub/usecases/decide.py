"""Keep a person's answer to a decision: approve, decline, ask for more, or let go of the obligation altogether."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.duties.duty import State
from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.ladder.questions import decision_id
from hub.ladder.rung import Outcome, Told
from hub.ladder.told import MORE, told_so_far
from hub.ledger.facts import append_fact, facts
from hub.ledger.store import Transaction
from hub.usecases.escalate import PendingDecision, pending_decisions, who_decides
from hub.usecases.waive import find_obligation, waive_within

ANSWERS = {"approve": Outcome.APPROVED, "decline": Outcome.DECLINED}
_SETTLED = {*ANSWERS.values(), Outcome.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Kept:
    """What the ledger holds of a question. more: it is to be put again, on the day `reply_by` if one was named."""

    more: bool = False
    reply_by: str = ""


def may_answer(approvers: Mapping[str, Collection[str] | str], role: str) -> tuple[str, ...]:
    """The users who answer for a role: those that are named for it, else the user of that very name; never anyone.

    >>> may_answer({"office": ["li", "zhao"]}, "office"), may_answer({}, "chief_procurator")
    (('li', 'zhao'), ('chief_procurator',))
    """
    named = approvers.get(role) or role
    return (named,) if isinstance(named, str) else tuple(str(user) for user in named)


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


def record_decision(
    hub: Hub,
    wanted: str,
    outcome: str,
    by: str,
    text: str,
    now: datetime,
    reply_by: str = "",
    question: str = "",
    approvers: Mapping[str, Collection[str] | str] | None = None,
) -> bool:
    """Write who decided what, and when, as a fact; False where an answer stands already. The first one counts.

    outcome: `approve`, `decline`, `more`, or `waive`; asking for more leaves the decision open, and waiving the
    obligation leaves nothing to decide (see hub.usecases.waive for what its reason must be). reply_by: `YYYY-MM-DD`,
    the day by which the addressee is to answer, or more is to be brought; may be empty. question: which asking of it
    is answered (`kept_answer`). approvers: role -> users, see `may_answer`. Raises `ConfigurationFault` where the
    ledger never proposed such a decision, or `by` is not who decides it.
    """
    if outcome not in (*ANSWERS, "more", "waive"):
        raise ConfigurationFault(f"{outcome}: answer approve, decline, more or waive")
    with hub.ledger.write() as tx:
        told = told_so_far(tx)
        asked = _proposed(told, wanted)
        if asked is None:
            raise ConfigurationFault(f"{wanted}: nothing of this id was ever put to a person")
        _require_right(hub, who_decides(hub, tx, asked), wanted, outcome, by, approvers or {})
        content = {"by": by, "text": text, "decision_id": wanted, "ladder_version": asked.ladder_version}
        content |= {"reply_by": reply_by} if reply_by else {}
        content |= {"question": question} if question else {}
        if outcome == "more":
            before = [f for f in facts(tx, code=MORE) if f.subject.startswith(f"{asked.subject}#")]
            if question and any(f.attributes.get("question") == question for f in before):
                return False
            return append_fact(tx, MORE, f"{asked.subject}#{len(before) + 1}", now, content)
        if _outcomes(told, asked) & set(ANSWERS.values()):
            return False
        if outcome == "waive":
            return _waive(hub, tx, asked.rung_key.split("/", 1)[0], by, text, now)
        answer = Told(asked.rung_key, ANSWERS[outcome], now, asked.ladder_version, asked.attempt)
        return append_fact(tx, answer.code, answer.subject, now, content)


def kept_answer(hub: Hub, wanted: str, question: str) -> Kept | None:
    """What the ledger holds in answer to one asking of a decision; None where that is still waited for.

    What is settled needs no answer any more, whoever settled it; where more was asked for, only the asking that was
    answered so.
    """
    with hub.ledger.read() as tx:
        more = [f for f in facts(tx, code=MORE) if f.attributes.get("question") == question]
        told = told_so_far(tx)
    asked = _proposed(told, wanted)
    if asked is not None and _outcomes(told, asked) & _SETTLED:
        return Kept()
    if more:
        return Kept(more=True, reply_by=more[0].attributes.get("reply_by", ""))
    try:
        find_decision(hub, wanted)
    except ConfigurationFault:
        # Waived, or its obligation has ended: the next climb withdraws it.
        return Kept()
    return None


def _proposed(told: list[Told], wanted: str) -> Told | None:
    proposed = (t for t in told if t.outcome is Outcome.PROPOSED)
    return next((t for t in proposed if decision_id(t.rung_key, t.attempt) == wanted), None)


def _outcomes(told: list[Told], asked: Told) -> set[Outcome]:
    return {t.outcome for t in told if t.rung_key == asked.rung_key and t.attempt == asked.attempt}


def _require_right(
    hub: Hub, role: str, wanted: str, outcome: str, by: str, approvers: Mapping[str, Collection[str] | str]
) -> None:
    """Whoever hands an answer in, the ledger takes it only from who decides: it is sealed under that name."""
    if not role:
        raise ConfigurationFault(f"{wanted}: the ladder on which it was put is kept nowhere; nobody can decide it")
    users = may_answer(approvers, role)
    if by not in users:
        raise ConfigurationFault(f"{wanted}: {by or 'nobody'} does not decide this; {role} does: {', '.join(users)}")
    known = hub.ladders.roles.get(role)
    if outcome == "waive" and not (known and known.may_waive):
        raise ConfigurationFault(f"{wanted}: {role} may not let go of an obligation (ladders.yaml: may_waive)")


def _waive(hub: Hub, tx: Transaction, obligation_id: str, by: str, reason: str, now: datetime) -> bool:
    """Let go of the obligation; False where that was done already, or it has ended meanwhile."""
    if find_obligation(hub, tx, obligation_id, now).state not in (State.OPEN, State.OVERDUE):
        return False
    waive_within(hub, tx, obligation_id, by, reason, now, now)
    return True
