"""What must be pushed to whom, that was not pushed already? Pure planning; the outbox renders, the ledger remembers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.delivery_drafts import draft_decisions, draft_finding, draft_notices, draft_overdue, draft_referrals
from hub.delivery_rules import Kind
from hub.desk import CaseView, Desk, Draft, Receiver, base
from hub.duty import Obligation
from hub.findings.finding import Finding
from hub.model import Party
from hub.rung import RungDue

__all__ = ["CaseView", "DeliveryIntent", "Desk", "Kind", "Receiver", "Situation", "plan"]

_ORDER = list(Kind)
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Situation:
    """What stands as of an instant. fired: the rungs that fire in this run; findings and overdue: all that stand."""

    as_of: datetime
    cases: Sequence[CaseView] = ()
    findings: Sequence[Finding] = ()
    overdue: Sequence[Obligation] = ()
    fired: Sequence[RungDue] = ()


@dataclass(frozen=True, slots=True)
class DeliveryIntent:
    """One thing that one agency must be told.

    delivery_id: kind, what it is about, which version, and a keyed digest of what is told: the same thing never gets
    a second one, a corrected version gets its own. replaces: the version told before, or empty. raised_at: since when
    the matter stands. row: canonical field -> canonical text.
    """

    delivery_id: str
    kind: Kind
    receiver: str
    row: tuple[tuple[str, str], ...] = field(repr=False)
    raised_at: datetime
    replaces: str = ""
    case_id: str = ""
    sources: tuple[str, ...] = ()
    obligation_ids: tuple[str, ...] = ()
    rung_keys: tuple[str, ...] = ()
    parties: tuple[Party, ...] = field(default=(), repr=False)
    sealed: bool = False


def plan(situation: Situation, planned: Iterable[str], desk: Desk) -> list[DeliveryIntent]:
    """What has to go out now, by kind and age; nothing for what was planned already in the same words.

    planned: the ids of every intent planned before. What the police or the procuratorate have recorded themselves is
    not told to them a first time, but a correction of what the hub told them is. What belongs to a sealed matter goes
    to nobody but its own receivers.
    """
    drafts = [draft for draft in _drafts(situation, desk) if _may_know(draft, desk) and _has_channel(draft, desk)]
    known = _latest(planned)
    intents = []
    chosen: set[str] = set()
    for draft in sorted(drafts, key=lambda d: (_ORDER.index(d.kind), d.raised_at, d.receiver, d.thread, _content(d))):
        thread = f"{draft.kind}-{_short(desk, [str(draft.kind), draft.receiver, *draft.thread])}"
        if thread in chosen:  # two drafts that speak of one thing in one run: the first in this order stands
            continue
        chosen.add(thread)
        number, content, before = known.get(thread, (0, "", ""))
        digest = _short(desk, [_content(draft)])
        if content == digest or (not before and draft.settled):
            continue
        intents.append(_intent(draft, f"{thread}-{number + 1}-{digest}", before))
    return intents


def _drafts(situation: Situation, desk: Desk) -> Iterable[Draft]:
    cases = {case.case_id: case for case in situation.cases}
    sealed_sources = {r.source for case in situation.cases for r in case.records if desk.rules.sealed.seals(r)}
    wholly_sealed = {
        case.case_id for case in situation.cases if case.records and all(map(desk.rules.sealed.seals, case.records))
    }

    def seals(obligation: Obligation) -> bool:
        parties = {base(obligation.debtor), base(obligation.creditor)}
        return (
            obligation.rule in desk.rules.sealed.rules
            or bool(parties & set(desk.rules.sealed.agencies))
            or bool({obligation.opened_by, obligation.ended_by} & sealed_sources)
            or obligation.case_id in wholly_sealed
        )

    owed: dict[str, list[Obligation]] = defaultdict(list)
    for obligation in situation.overdue:
        owed[obligation.case_id].append(obligation)
        yield from draft_overdue(obligation, seals(obligation), desk)
    for case in situation.cases:
        yield from draft_referrals(case, desk, situation.as_of)
        yield from draft_decisions(case, desk, situation.as_of)
    for finding in situation.findings:
        found_in = cases.get(finding.case_id)
        yield from draft_finding(finding, found_in, owed.get(finding.case_id, ()), desk, situation.as_of)
    climbed: dict[str, list[RungDue]] = defaultdict(list)
    for rung in sorted(situation.fired, key=lambda rung: (rung.due_since, rung.rung_key)):
        climbed[rung.obligation.obligation_id].append(rung)
    for rungs in climbed.values():
        yield from draft_notices(rungs, seals(rungs[0].obligation), desk)


def _may_know(draft: Draft, desk: Desk) -> bool:
    return not draft.sealed or draft.receiver in desk.rules.sealed.receivers


def _has_channel(draft: Draft, desk: Desk) -> bool:
    receiver = desk.receivers.get(draft.receiver)
    return receiver is not None and desk.rules.layout(receiver.code, receiver.kind, draft.kind) is not None


def _latest(planned: Iterable[str]) -> dict[str, tuple[int, str, str]]:
    """thread -> (number, content digest, delivery id) of the last version planned."""
    latest: dict[str, tuple[int, str, str]] = {}
    for delivery_id in planned:
        kind, *rest = delivery_id.split("-")
        if kind not in _ORDER or len(rest) != 3 or not rest[1].isdigit():
            continue  # a parcel's id, not an intent's
        thread, number, content = f"{kind}-{rest[0]}", int(rest[1]), rest[2]
        latest[thread] = max(latest.get(thread, (0, "", "")), (number, content, delivery_id))
    return latest


def _content(draft: Draft) -> str:
    told = [sorted(draft.row.items()), [[party.name, party.id_no] for party in draft.parties]]
    return json.dumps(told, ensure_ascii=False)


def _short(desk: Desk, parts: Sequence[str]) -> str:
    return desk.index(json.dumps(list(parts), ensure_ascii=False))[:_DIGITS]


def _intent(draft: Draft, delivery_id: str, replaces: str) -> DeliveryIntent:
    return DeliveryIntent(
        delivery_id=delivery_id,
        kind=draft.kind,
        receiver=draft.receiver,
        row=tuple(sorted(draft.row.items())),
        raised_at=draft.raised_at,
        replaces=replaces,
        case_id=draft.case_id,
        sources=draft.sources,
        obligation_ids=draft.obligation_ids,
        rung_keys=draft.rung_keys,
        parties=draft.parties,
        sealed=draft.sealed,
    )
