"""What opened, ended, fell overdue and was told between two instants, and since when did the hub know?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from hub.duties.changes import Change, What, compare
from hub.findings.run_reasons import Ways
from hub.hub import Hub
from hub.ladder.rung import Told
from hub.ladder.told import MORE
from hub.ledger.deliveries import ACKNOWLEDGED, REFUSED, SENT
from hub.ledger.facts import Fact, facts
from hub.ledger.store import Transaction
from hub.link.decisions import key_of
from hub.usecases.between_runs import seen_by
from hub.view import View, look

# What was done towards people and agencies, beside the rungs themselves.
_TOLD = (MORE, "obligation.waived", "obligation.waiver_revoked", SENT, ACKNOWLEDGED, REFUSED)


@dataclass(frozen=True, slots=True)
class Difference:
    """What lies between two looks. told: what the hub did, told or was told meanwhile, in order.

    learned: source of a record -> since when the hub has it, for the records that made a difference. rows: how many
    rows the hub had at each look.
    """

    changes: tuple[Change, ...]
    told: tuple[Fact, ...]
    learned: Mapping[str, datetime]
    rows: tuple[int, int]

    def came_late(self, change: Change, since: datetime) -> bool:
        """True where the world had it before the first look, and the hub learned of it only after."""
        learned = self.learned.get(change.source)
        return learned is not None and learned > since and change.at.latest() <= since


def difference(hub: Hub, first: datetime, second: datetime, *, hindsight: bool = False) -> Difference:
    """Compare what stood as of the two instants.

    Each look knows what the hub knew at its instant, so that it is what a person saw then; with `hindsight` both know
    all that the hub knows now, so that only the world differs, and not what was learned meanwhile.
    """
    with hub.ledger.read() as tx:
        before = look(hub, tx, first, None if hindsight else first)
        after = look(hub, tx, second, None if hindsight else second)
        changes = compare(before.obligations, after.obligations)
        told = _told(tx, first, second)
    ways = Ways(*seen_by(hub, before, after))
    changes = [replace(change, why=_why(change, ways)) for change in changes]
    learned = _learned(before) | _learned(after)
    sources = {change.source for change in changes}
    return Difference(
        tuple(changes),
        tuple(told),
        {source: at for source, at in learned.items() if source in sources},
        (len(before.disposed), len(after.disposed)),
    )


def _why(change: Change, ways: Ways) -> str:
    """What a change rests on, with the decisions about links that made it; where nothing asserts it any more, with all."""
    case = change.obligation.case_id
    if change.what is What.GONE and case in ways.old:
        news, olds = ways.together((), [case])
        return ways.placed(news, olds) + ways.why((), [case])[0] or change.why
    if case not in ways.new:
        return change.why
    news, olds = ways.together([case])
    records = [r for found, cases in ((ways.new, news), (ways.old, olds)) for one in cases for r in found[one].records]
    return " ".join(filter(None, (change.why, ways.decided({key_of(record) for record in records}))))


def _told(tx: Transaction, first: datetime, second: datetime) -> list[Fact]:
    meanwhile = [fact for fact in facts(tx) if first < fact.at <= second]
    rungs = [fact for fact in meanwhile if fact.code in _TOLD or Told.read(fact.code, "O/l/1", fact.at, "")]
    return sorted(rungs, key=lambda fact: (fact.at, fact.code, fact.subject))


def _learned(view: View) -> dict[str, datetime]:
    return {one.source: one.row.received_at for one in view.disposed}
