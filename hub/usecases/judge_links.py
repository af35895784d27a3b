"""Say which records are of one matter and which are not: who decided it, when, and why, sealed in the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.ledger.facts import append_fact
from hub.ledger.store import Transaction
from hub.link.decisions import (
    CODES,
    TAKEN_BACK,
    Judgement,
    LinkDecision,
    content_of,
    decision_id_of,
    key_of,
    link_decisions,
    named,
)
from hub.link.judging import acting, contradicted
from hub.model import Record, RecordKind
from hub.moment import Moment
from hub.privacy import holds_identity_number
from hub.usecases.explain import goes_by
from hub.values.document_numbers import strict_key
from hub.view import View, look

K = RecordKind
# The numbers that are a record's own; the number of the letter that a row is about is the letter's.
_OWN: Mapping[RecordKind, tuple[str, ...]] = {
    K.REFERRAL: ("case_no", "referral_no"),
    K.PENALTY: ("penalty_no",),
    K.OPINION_HANDLING: (),
    K.CORRESPONDENCE: ("doc_no",),
    K.ACCEPTANCE: ("acceptance_no", "police_case_no"),
    K.POLICE_RESULT: ("doc_no", "police_case_no"),
    K.DOCUMENT: ("doc_no", "doc_id"),
    K.COPY_RECEIPT: ("receipt_no",),
    K.CLUE_RECEIPT: ("receipt_no",),
}


@dataclass(frozen=True, slots=True)
class Judge:
    """Who decides, under which role. sees_sealed: whether sealed matters are this person's business."""

    by: str
    role: str
    sees_sealed: bool


def judge_named(hub: Hub, by: str) -> Judge:
    """Whoever holds, or names, a role that may decide about links; `ConfigurationFault` for anybody else."""
    may = {name: role for name, role in hub.ladders.roles.items() if role.may_link}
    for name, role in may.items():
        agency = hub.agencies.get(role.agency)
        holder = agency.mapping.people.get(name, "") if agency else ""
        if by.strip() and by.strip() in (name, holder):
            return Judge(by.strip(), name, role.agency in hub.delivery_rules.sealed.receivers)
    told = "、".join(f"{name}（{role.title}）" for name, role in may.items())
    raise ConfigurationFault(
        f"{by or '--by'}: 无权决定关联，有权的角色为 / may not decide about links; who may: {told}"
    )


def judge_links(
    hub: Hub, judgement: Judgement, refs: Sequence[str], by: str, reason: str, as_of: datetime, now: datetime
) -> LinkDecision:
    """Keep a decision about the records of these refs: sources, names, or numbers that one alone bears as its own.

    confirm, reject: two records; merge: two or more, that do not stand together; split: one or more of one case, to
    be taken out of it. reason: in words, without names and numbers of persons. Raises `ConfigurationFault` where
    something of it is missing, the records do not stand so, or another decision that stands says otherwise.
    """
    with hub.ledger.write() as tx:
        judge = judge_named(hub, by)
        _must_say(reason)
        view = look(hub, tx, as_of)
        records = [_find(hub, view, ref, judge) for ref in refs]
        _must_not_mix(hub, records)
        decision = _made(tx, judgement, _sides(view, judgement, records), judge, reason.strip(), as_of)
        if against := contradicted(decision, acting(view.judged)):
            raise ConfigurationFault(
                f"{against.decision_id}（{against.judgement}）与此矛盾，先撤销它 / says otherwise and stands; take it back first"
            )
        append_fact(tx, CODES[judgement], decision.decision_id, as_of, content_of(decision), learned_at=now)
    return decision


def take_back(hub: Hub, decision_id: str, by: str, reason: str, as_of: datetime, now: datetime) -> LinkDecision:
    """Take a decision back: the evidence alone decides again.

    Raises `ConfigurationFault` where there is none to take back.
    """
    with hub.ledger.write() as tx:
        judge = judge_named(hub, by)
        _must_say(reason)
        found = next((one for one in link_decisions(tx) if one.decision_id == decision_id), None)
        if found is None or (not judge.sees_sealed and about_sealed(hub, look(hub, tx, as_of), [found])):
            raise ConfigurationFault(f"{decision_id}: 没有此决定 / no decision of this id")
        if found.taken_back_at is not None or found.at > as_of:
            raise ConfigurationFault(f"{decision_id}: 该决定现未生效 / does not stand as of {Moment.of(as_of)}")
        said = {"by": judge.by, "role": judge.role, "reason": reason.strip()}
        append_fact(tx, TAKEN_BACK, decision_id, as_of, said, learned_at=now)
    return found


def about_sealed(hub: Hub, view: View, decisions: Iterable[LinkDecision]) -> set[str]:
    """The ids of those that are about a sealed matter, as any version of their records shows."""
    asked = list(decisions)
    wanted = {named.key for one in asked for named in one.named}
    seals = hub.delivery_rules.sealed.seals
    records = [d.row.reading.record for d in view.disposed if d.row.reading.record is not None]
    sealed = {key for record in records if (key := key_of(record)) in wanted and seals(record)}
    return {one.decision_id for one in asked if any(named.key in sealed for named in one.named)}


def _find(hub: Hub, view: View, ref: str, judge: Judge) -> Record:
    """The one standing record of a source, a name or a number; a sealed one only if no open one does, to whom may see it."""
    bearing = [r for case in view.linkage.cases for r in case.records if goes_by(r, ref) or _bears(r, ref)]
    opened = [record for record in bearing if not hub.delivery_rules.sealed.seals(record)]
    found = opened or (bearing if judge.sees_sealed else [])
    if not found:
        raise ConfigurationFault(
            f"{ref}: 没有以此为来源、名称或自身编号的记录 / no record stands there, is called so or bears it as its own number"
        )
    if len(found) > 1:
        sources = "、".join(sorted(record.source for record in found))
        raise ConfigurationFault(
            f"{ref}: 有多条记录，请指明来源 / several records bear it; give the source of one: {sources}"
        )
    return found[0]


def _bears(record: Record, ref: str) -> bool:
    if record.get("category") == "suggestion":
        return False
    said = [record.get(field) for field in _OWN[record.kind]]
    return any(number and (number == ref or strict_key(number) == strict_key(ref)) for number in said)


def _sides(view: View, judgement: Judgement, records: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """The two sides of a decision, where the records stand so that it can be made."""
    case_of = {id(record): case for case in view.linkage.cases for record in case.records}
    cases = {case_of[id(record)].case_id for record in records}
    if len({id(record) for record in records}) < len(records):
        raise ConfigurationFault(f"{records[0].source}: 同一条记录 / the same record twice")
    if judgement is Judgement.SPLIT:
        within = case_of[id(records[0])].records
        if len(cases) > 1 or len(within) == len(records):
            raise ConfigurationFault(
                "须为同一案件的部分记录 / to split, name some records of one case, and not all of it"
            )
        return list(records), [record for record in within if all(record is not one for one in records)]
    if len(records) < 2 or (judgement is not Judgement.MERGE and len(records) > 2):
        raise ConfigurationFault(
            f"{judgement}: 记录数不对 / needs two records" + (" or more" if judgement is Judgement.MERGE else "")
        )
    if judgement is Judgement.MERGE and len(cases) == 1:
        raise ConfigurationFault("已在同一案件，可用 confirm / they stand in one case already; to keep it so, confirm")
    if judgement is Judgement.CONFIRM and len(cases) > 1 and not _left_open(view, records):
        raise ConfigurationFault(
            "不在同一案件，也不是待定的候选，可用 merge / they are not linked and neither was left open for the other; merge them"
        )
    return [records[0]], list(records[1:])


def _left_open(view: View, records: Sequence[Record]) -> bool:
    """Whether the one record was left to a person with the other among its candidates."""
    a, b = records
    return any(
        (one.record is a and any(c is b for c in one.candidates))
        or (one.record is b and any(c is a for c in one.candidates))
        for one in view.linkage.ambiguities
    )


def _must_not_mix(hub: Hub, records: Sequence[Record]) -> None:
    """A sealed matter is linked with no other, whoever asks: who sees the other must not see it."""
    sealed = [hub.delivery_rules.sealed.seals(record) for record in records]
    if any(sealed) and not all(sealed):
        raise ConfigurationFault(
            "密案不与其他案件关联 / a sealed matter stands by itself; nothing is decided about it and others"
        )


def _made(
    tx: Transaction,
    judgement: Judgement,
    sides: tuple[list[Record], list[Record]],
    judge: Judge,
    reason: str,
    at: datetime,
) -> LinkDecision:
    one, other = (tuple(named(record) for record in side) for side in sides)
    number = 1
    earlier = {decision.decision_id: decision for decision in link_decisions(tx)}
    while (decision_id := decision_id_of(judgement, one, other, number)) in earlier:
        number += 1
    decision = LinkDecision(decision_id, judgement, one, other, judge.by, judge.role, reason, at)
    for made in earlier.values():
        if made.taken_back_at is None and made.says_the_same(decision):
            raise ConfigurationFault(f"{made.decision_id}: 已有同样的决定 / the same is decided already")
    return decision


def _must_say(reason: str) -> None:
    if not reason.strip():
        raise ConfigurationFault("须写明理由 / a decision about links needs a reason")
    if holds_identity_number(reason):
        raise ConfigurationFault("理由中有证件号码，请删去 / the reason holds an identity number; say it without")
