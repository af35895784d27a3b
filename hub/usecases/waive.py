"""Let go of an obligation, or take that back: who decided it, when, and why, sealed in the evidence."""

from __future__ import annotations

from datetime import datetime

from hub.duties.duty import Obligation, State
from hub.duties.waivers import REVOKED, WAIVED, Waiver, waivers
from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.ledger.facts import append_fact
from hub.ledger.store import Transaction
from hub.moment import Moment
from hub.privacy import holds_identity_number
from hub.view import look


def find_obligation(hub: Hub, tx: Transaction, obligation_id: str, as_of: datetime) -> Obligation:
    """The obligation of this id as of the instant; `ConfigurationFault` where there is none."""
    found = next((o for o in look(hub, tx, as_of).obligations if o.obligation_id == obligation_id), None)
    if found is None:
        raise ConfigurationFault(f"{obligation_id}: no obligation of this id as of {Moment.of(as_of)}")
    return found


def unfit(by: str, reason: str) -> str:
    """What a waiver, or its revocation, still lacks; empty where it can be kept."""
    if not (by.strip() and reason.strip()):
        return "免除须写明由谁决定和理由 / a waiver needs who decided it, and a reason"
    if holds_identity_number(f"{by} {reason}"):
        return "理由中有证件号码，请删去 / the reason holds an identity number; say it without"
    return ""


def waive(hub: Hub, obligation_id: str, by: str, reason: str, as_of: datetime, now: datetime) -> Waiver:
    """Let go of an obligation that is open or overdue: it is void from then on, and its ladders stop.

    reason: in words, without names and numbers of persons. Raises `ConfigurationFault` where there is no reason, no
    such obligation, or nothing left to waive.
    """
    with hub.ledger.write() as tx:
        return waive_within(hub, tx, obligation_id, by, reason, as_of, now)


def waive_within(
    hub: Hub, tx: Transaction, obligation_id: str, by: str, reason: str, as_of: datetime, now: datetime
) -> Waiver:
    """As `waive`, in a transaction that does more."""
    if fault := unfit(by, reason):
        raise ConfigurationFault(f"{obligation_id}: {fault}")
    owed = find_obligation(hub, tx, obligation_id, as_of)
    if owed.state not in (State.OPEN, State.OVERDUE):
        raise ConfigurationFault(f"{obligation_id}: is {owed.state} as of {Moment.of(as_of)}; nothing to waive")
    given = Waiver(
        obligation_id, sum(w.obligation_id == obligation_id for w in waivers(tx)) + 1, as_of, by.strip(), reason.strip()
    )
    content = {
        "by": given.by,
        "reason": given.reason,
        "rule": owed.rule,
        "case_id": owed.case_id,
        "debtor": owed.debtor,
    }
    append_fact(tx, WAIVED, given.subject, as_of, content, learned_at=now)
    return given


def revoke_waiver(hub: Hub, obligation_id: str, by: str, reason: str, as_of: datetime, now: datetime) -> Waiver:
    """Take back the waiver that is in force: the obligation stands again as its events make it.

    Raises `ConfigurationFault` where none is in force, or no reason is given.
    """
    if fault := unfit(by, reason):
        raise ConfigurationFault(f"{obligation_id}: {fault}")
    with hub.ledger.write() as tx:
        standing = [one for one in waivers(tx) if one.obligation_id == obligation_id and one.stands(as_of)]
        if not standing:
            raise ConfigurationFault(f"{obligation_id}: no waiver is in force as of {Moment.of(as_of)}")
        append_fact(
            tx, REVOKED, standing[-1].subject, as_of, {"by": by.strip(), "reason": reason.strip()}, learned_at=now
        )
    return standing[-1]
