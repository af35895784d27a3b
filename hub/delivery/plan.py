"""What must be pushed to whom, that was not pushed already? Pure planning; the outbox renders, the ledger remembers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hub.delivery.desk import CaseView, Desk, Draft, Receiver, base
from hub.delivery.drafts import (
    draft_decisions,
    draft_finding,
    draft_notices,
    draft_overdue,
    draft_referrals,
    draft_return,
)
from hub.delivery.rules import Kind
from hub.duties.duty import Obligation
from hub.findings.finding import Finding
from hub.ladder.rung import RungDue
from hub.model import Party, Receipt

__all__ = ["CaseView", "DeliveryIntent", "Desk", "IntentId", "Kind", "Receiver", "Situation", "on_record", "plan"]

_ORDER = list(Kind)
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Situation:
    """What stands as of an instant. fired: the rungs that fire in this run; findings and overdue: all that stand.

    refused: intent id -> the receiver's answer, of what was sent and not taken. papers: rung key -> the number of the
    paper drafted for it.
    """

    as_of: datetime
    cases: Sequence[CaseView] = ()
    findings: Sequence[Finding] = ()
    overdue: Sequence[Obligation] = ()
    fired: Sequence[RungDue] = ()
    refused: Mapping[str, Receipt] = field(default_factory=dict)
    papers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IntentId:
    """What the id of an intent says. thread: what it is about, for whom; number: which version; content: its digest."""

    kind: Kind
    thread: str
    number: int
    content: str

    def __str__(self) -> str:
        return f"{self.thread}-{self.number}-{self.content}"

    @property
    def corrects(self) -> bool:
        """True where an earlier version was told before."""
        return self.number > 1

    @classmethod
    def parse(cls, text: str) -> IntentId | None:
        """The parts of an intent's id; None for the id of a parcel."""
        kind, *rest = text.split("-")
        if kind not in _ORDER or len(rest) != 3 or not rest[1].isdigit():
            return None
        return cls(Kind(kind), f"{kind}-{rest[0]}", int(rest[1]), rest[2])


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
    known = _latest(planned)
    drafts = list(_drafts(situation, desk))
    drafts += _returns(drafts, known, situation, desk)
    fitting = [draft for draft in drafts if _may_know(draft, desk) and _has_channel(draft, desk)]
    intents = []
    chosen: set[str] = set()
    for draft in sorted(fitting, key=lambda d: (_ORDER.index(d.kind), d.raised_at, d.receiver, d.thread, _content(d))):
        thread = _thread(draft, desk, known)
        if thread in chosen:  # two drafts that speak of one thing in one run: the first in this order stands
            continue
        chosen.add(thread)
        before = known.get(thread)
        now = IntentId(draft.kind, thread, before.number + 1 if before else 1, _digest(draft, desk))
        if before.content == now.content if before else draft.settled_by:
            continue
        intents.append(_intent(draft, str(now), str(before) if before else ""))
    return intents


def on_record(situation: Situation, desk: Desk) -> dict[str, tuple[str, ...]]:
    """thread of each decision of the police that its township has noted -> the township's rows that say so."""
    drafts = (draft for case in situation.cases for draft in draft_decisions(case, desk, situation.as_of))
    return {_thread(draft, desk, {}): draft.settled_by for draft in drafts if draft.settled_by}


def thread_of(kind: Kind, receiver: str, about: Sequence[str], index: Callable[[str], str]) -> str:
    """The thread of what one receiver is told: of which kind, to whom, about what. index: the keyed digest of the desk."""
    return f"{kind}-{digest_of([str(kind), receiver, *about], index)}"


def digest_of(parts: Sequence[str], index: Callable[[str], str]) -> str:
    """What stands in an intent's id for some texts."""
    return index(json.dumps(list(parts), ensure_ascii=False))[:_DIGITS]


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
        yield from draft_notices(rungs, seals(rungs[0].obligation), desk, situation.papers)


def _returns(
    drafts: Iterable[Draft], known: Mapping[str, IntentId], situation: Situation, desk: Desk
) -> Iterable[Draft]:
    """What the police did not take goes back to the township, unless they have it by now or a correction is under way."""
    for draft in drafts if situation.refused else ():
        sent = known.get(_thread(draft, desk, known)) if draft.kind is Kind.REFERRAL and not draft.settled_by else None
        if sent is not None and sent.content == _digest(draft, desk) and str(sent) in situation.refused:
            yield draft_return(draft, situation.refused[str(sent)], desk)


def _may_know(draft: Draft, desk: Desk) -> bool:
    return not draft.sealed or draft.receiver in desk.rules.sealed.receivers


def _has_channel(draft: Draft, desk: Desk) -> bool:
    receiver = desk.receivers.get(draft.receiver)
    return receiver is not None and desk.layout(receiver, draft.kind) is not None


def _latest(planned: Iterable[str]) -> dict[str, IntentId]:
    """thread -> the last version planned."""
    latest: dict[str, IntentId] = {}
    for one in filter(None, map(IntentId.parse, planned)):
        before = latest.get(one.thread)
        if before is None or (before.number, before.content) < (one.number, one.content):
            latest[one.thread] = one
    return latest


def _thread(draft: Draft, desk: Desk, known: Mapping[str, IntentId]) -> str:
    """The thread under which this was told before, or else its own."""
    own, *former = (
        thread_of(draft.kind, draft.receiver, thread, desk.index) for thread in (draft.thread, *draft.aliases)
    )
    return own if own in known else next(filter(known.__contains__, former), own)


def _digest(draft: Draft, desk: Desk) -> str:
    return digest_of([_content(draft)], desk.index)


def _content(draft: Draft) -> str:
    # A finding whose case is called by another number, since a record joined it, says nothing new.
    row = {name: text for name, text in draft.row.items() if draft.kind is not Kind.FINDING or name != "subject"}
    told = [sorted(row.items()), [[party.name, party.id_no] for party in draft.parties]]
    return json.dumps(told, ensure_ascii=False)


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
