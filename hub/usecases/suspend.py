"""Stop the clock of an obligation, and let it run again, as a paper says; nothing ever edits a due date."""

from __future__ import annotations

from datetime import datetime

from hub.duties import acknowledgements, reporting
from hub.duties.duty import State
from hub.duties.suspensions import RESUMED, STOPPED, Suspension, suspension_subject, suspensions
from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.ladder import questions
from hub.ledger.facts import append_fact
from hub.moment import Moment
from hub.privacy import holds_identity_number
from hub.usecases.waive import find_obligation

# The exchange's own clocks: no law stops them.
_OWN = (acknowledgements.RULE, reporting.RULE, questions.RULE)


def stop_clock(
    hub: Hub, obligation_id: str, since: Moment, basis: str, paper: str, by: str, as_of: datetime, now: datetime
) -> Suspension:
    """The clock stands still from then on, until `resume_clock`.

    basis: the provision; paper: the number of the paper that says so; by: who enters it. Raises `ConfigurationFault`
    where one of them is not given, nothing runs that could be stopped, or the day is before the opening or still to
    come.
    """
    _require(obligation_id, basis=basis, paper=paper, by=by)
    with hub.ledger.write() as tx:
        owed = find_obligation(hub, tx, obligation_id, as_of)
        own = [one for one in suspensions(tx) if one.obligation_id == obligation_id]
        if owed.rule in _OWN:
            raise ConfigurationFault(f"{obligation_id}: {owed.rule} is the exchange's own clock; it is not stopped")
        if owed.state not in (State.OPEN, State.OVERDUE):
            raise ConfigurationFault(f"{obligation_id}: is {owed.state} as of {Moment.of(as_of)}; no clock runs")
        if any(one.until is None for one in own):
            raise ConfigurationFault(f"{obligation_id}: the clock stands still already")
        if since.before(owed.opened_at) or since.after(Moment.of(as_of)):
            raise ConfigurationFault(
                f"{obligation_id}: {since} is before it opened ({owed.opened_at}), or still to come"
            )
        stopped = Suspension(obligation_id, len(own) + 1, since, None, basis.strip(), paper.strip(), by.strip())
        content = {"since": str(since), "basis": stopped.basis, "paper": stopped.paper, "by": stopped.by}
        content |= {"rule": owed.rule, "case_id": owed.case_id, "debtor": owed.debtor}
        append_fact(tx, STOPPED, suspension_subject(obligation_id, stopped.number), as_of, content, learned_at=now)
    return stopped


def resume_clock(
    hub: Hub, obligation_id: str, until: Moment, paper: str, by: str, as_of: datetime, now: datetime
) -> Suspension:
    """The clock runs again from then on.

    Raises `ConfigurationFault` where it does not stand still, or for such a day.
    """
    _require(obligation_id, paper=paper, by=by)
    with hub.ledger.write() as tx:
        standing = [one for one in suspensions(tx) if one.obligation_id == obligation_id and one.until is None]
        if not standing:
            raise ConfigurationFault(f"{obligation_id}: its clock does not stand still")
        stopped = standing[-1]
        if until.before(stopped.since) or until.after(Moment.of(as_of)):
            raise ConfigurationFault(f"{obligation_id}: {until} is before {stopped.since}, or still to come")
        content = {"until": str(until), "paper": paper.strip(), "by": by.strip()}
        append_fact(tx, RESUMED, suspension_subject(obligation_id, stopped.number), as_of, content, learned_at=now)
    return Suspension(obligation_id, stopped.number, stopped.since, until, stopped.basis, stopped.paper, stopped.by)


def _require(obligation_id: str, **said: str) -> None:
    if missing := [name for name, text in said.items() if not text.strip()]:
        raise ConfigurationFault(f"{obligation_id}: say {', '.join(missing)}")
    if holds_identity_number(" ".join(said.values())):
        raise ConfigurationFault(f"{obligation_id}: an identity number stands in it; say it without")
