"""Climb the ladders: what is told now, each once, and what is put to a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from hub.cycles import cycles_left_alone
from hub.duties.duty import STATE_WORDS, Obligation
from hub.hub import Hub
from hub.ladder.climb import Act, LadderPlan, RungDue, plan
from hub.ladder.ladders import Ladders
from hub.ladder.questions import decision_id
from hub.ladder.rung import Told, shown_subject
from hub.ladder.told import told_so_far
from hub.ledger.deliveries import RESEND_DUE, DeliveryState, deliveries
from hub.ledger.facts import append_fact, facts
from hub.ledger.store import Transaction
from hub.moment import SHANGHAI
from hub.usecases.dispatch import dispatch
from hub.usecases.explain import WhyHere
from hub.usecases.papers import Drafting, draft_for_rung, outlook
from hub.usecases.push import to_repeat
from hub.view import View, look

LADDER_KEPT = "ladder.kept"


@dataclass(frozen=True, slots=True)
class PendingDecision:
    """A rung that waits for a person. decision_id: the same for every run; body_markdown: without personal data.

    since: when the rung fell due, Shanghai's clock. may_waive: whether who decides may let go of the obligation.
    """

    decision_id: str
    rung_key: str
    attempt: int
    case_id: str
    obligation_id: str
    rule: str
    debtor: str
    since: str
    assigned_role: str
    document: str
    subject: str
    body_markdown: str
    may_waive: bool = False


@dataclass(frozen=True, slots=True)
class Escalation:
    """What one climb gave. fired: rungs told now; pending: decisions waited for; lost: ladders nobody kept.

    outgoing: receiver -> hand-overs that are to go to it now, whichever run planned them, after a commit; so that what
        a stop came between is not forgotten. papers: the numbers of the papers drafted for the rungs that fired;
    held_back: how many of those papers wait for what a person must give.
    """

    fired: tuple[RungDue, ...]
    pending: tuple[PendingDecision, ...]
    withdrawn: int
    lost: int
    outgoing: Mapping[str, int] = field(default_factory=dict)
    papers: tuple[str, ...] = ()
    held_back: int = 0

    def counts(self) -> dict[str, int]:
        """The figures."""
        return {
            "fired": len(self.fired),
            "pending": len(self.pending),
            "withdrawn": self.withdrawn,
            "lost": self.lost,
            "outgoing": sum(self.outgoing.values()),
            "papers": len(self.papers),
            "held_back": self.held_back,
        }


@cycles_left_alone()
def escalate(hub: Hub, as_of: datetime, now: datetime, commit: bool) -> Escalation:
    """Plan the rungs as of the instant and, with `commit`, remember each as told or proposed, in one transaction.

    Told twice is impossible: a rung's fact has one subject, and the ledger keeps a subject once. The notices are
    planned in the same transaction, and go out with the next exchange of the agency that they are for.
    """
    if not commit:
        with hub.ledger.read() as tx:
            view = look(hub, tx, as_of)
            return _result(hub, _planned(hub, tx, view), Drafting(hub, tx, view))
    with hub.ledger.write() as tx:
        view = look(hub, tx, as_of)
        planned = _planned(hub, tx, view)
        drafting = Drafting(hub, tx, view)
        numbers: dict[str, str] = {}
        for rung in planned.due:
            told = rung.told(as_of)
            drafted = draft_for_rung(drafting, rung, now) if rung.act is Act.NOTIFY else {}
            append_fact(tx, told.code, told.subject, as_of, {**_attributes(rung), **drafted}, learned_at=now)
            if "paper" in drafted:
                numbers[rung.rung_key] = drafted["paper"]
            if rung.resend and rung.act is Act.NOTIFY:
                append_fact(tx, RESEND_DUE, rung.obligation.subject, as_of, {"rung": rung.rung_key}, learned_at=now)
        for settled in planned.settled:
            told = settled.told(as_of)
            content = {"ladder_version": settled.ladder_version, "why": settled.why}
            append_fact(tx, told.code, told.subject, as_of, content, learned_at=now)
        _keep_ladders(hub, tx, planned, now)
        fired = [rung for rung in planned.due if rung.act is Act.NOTIFY]
        dispatch(hub, tx, view, now, fired=fired, papers=numbers)
        outgoing = Counter(one.agency for one in (*deliveries(tx, state=DeliveryState.PLANNED), *to_repeat(tx)))
        result = _result(hub, planned, drafting)
    papers = tuple(filter(None, numbers.values()))
    return replace(result, outgoing=outgoing, papers=papers, held_back=len(numbers) - len(papers))


def preview(hub: Hub, obligations: Sequence[Obligation], as_of: datetime) -> Escalation:
    """What a first climb would give for these obligations, with nothing told before."""
    return _result(hub, plan(obligations, (), hub.ladders, as_of, hub.rules.titles))


def pending_decisions(hub: Hub, tx: Transaction, as_of: datetime) -> tuple[PendingDecision, ...]:
    """Every decision that is waited for, as of the instant."""
    view = look(hub, tx, as_of)
    return _result(hub, _planned(hub, tx, view), Drafting(hub, tx, view)).pending


def waiting_rung(hub: Hub, tx: Transaction, view: View, wanted: str) -> RungDue | None:
    """The rung whose decision, by its id, is waited for as the view stands; None where none is."""
    asked = _planned(hub, tx, view).waiting
    return next((rung for rung in asked if decision_id(rung.rung_key, rung.attempt) == wanted), None)


def who_decides(hub: Hub, tx: Transaction, asked: Told) -> str:
    """The role that decides a rung, by the very ladder on which it was put to a person; empty where nobody kept that."""
    _, name, number = asked.rung_key.rsplit("/", 2)
    ladder = _ladders(hub, tx).of_version(name, asked.ladder_version)
    return ladder.rungs[int(number) - 1].decides if ladder else ""


def _planned(hub: Hub, tx: Transaction, view: View) -> LadderPlan:
    return plan(view.obligations, told_so_far(tx), _ladders(hub, tx), view.as_of, hub.rules.titles)


def _ladders(hub: Hub, tx: Transaction) -> Ladders:
    """The ladders as they stand, and those on which obligations began before the file was changed."""
    return hub.ladders.keeping(fact.attributes["text"] for fact in facts(tx, code=LADDER_KEPT))


def _keep_ladders(hub: Hub, tx: Transaction, planned: LadderPlan, now: datetime) -> None:
    """Keep the very text of each ladder that an obligation began on: it climbs that one to the end."""
    begun = {(rung.ladder, rung.ladder_version) for rung in planned.due}
    begun |= {(settled.rung_key.rsplit("/", 2)[1], settled.ladder_version) for settled in planned.settled}
    for name, version in sorted(begun):
        ladder = hub.ladders.of_version(name, version)
        if ladder is not None:
            append_fact(tx, LADDER_KEPT, f"{name}@{version}", now, {"text": ladder.text()})


def _attributes(rung: RungDue) -> Mapping[str, str]:
    return {
        "ladder_version": rung.ladder_version,
        "case_id": rung.obligation.case_id,
        "rule": rung.obligation.rule,
        "debtor": rung.obligation.debtor,
        "creditor": rung.obligation.creditor,
        "due_at": rung.obligation.due_at.astimezone(SHANGHAI).isoformat(),
        "rule_version": rung.obligation.rule_version,
        "calendar_version": rung.obligation.calendar_version,
        "roles": ",".join(rung.roles),
        "document": rung.document,
        "text": rung.text,
        "basis": rung.basis,
        "rule_basis": rung.obligation.basis,
        "steps": "\n".join(rung.obligation.steps),
    }


def _result(hub: Hub, planned: LadderPlan, drafting: Drafting | None = None) -> Escalation:
    asked = [rung for rung in (*planned.waiting, *planned.due) if rung.act is Act.PROPOSE]
    return Escalation(
        fired=tuple(rung for rung in planned.due if rung.act is Act.NOTIFY),
        pending=tuple(_pending(hub, rung, drafting) for rung in _once(asked)),
        withdrawn=sum(str(settled.outcome) == "withdrawn" for settled in planned.settled),
        lost=len(planned.lost),
    )


def _once(rungs: Iterable[RungDue]) -> list[RungDue]:
    return list({(rung.rung_key, rung.attempt): rung for rung in rungs}.values())


def _paper_line(drafting: Drafting, rung: RungDue) -> list[str]:
    """What would be drafted, and what a person must still give; labels only, for Airflow's database keeps the text."""
    title, missing = outlook(drafting, rung)
    said = f"尚缺 / still missing：{'、'.join(missing)}" if missing else "要素齐全 / complete"
    # Whoever decides has no shell, and the text itself holds names, which Airflow's database must not.
    command = f"`hub paper preview {decision_id(rung.rung_key, rung.attempt)} FILE`"
    look = "" if missing else f"　草稿请运维人员调出过目 / The operator shows the draft：{command}"
    return [f"- 批准后拟制 / Drafted once approved：{title}　{said}{look}"] if title else []


def _why_linked(hub: Hub, drafting: Drafting, case_id: str) -> list[str]:
    """Why the records are taken for one matter, a table each: Airflow's pages break no lines in a block of code."""
    case = drafting.cases.get(case_id)
    known = {record.source for record in drafting.records(case, sealed=False)} if case else set()
    links = [one for one in drafting.links.get(case_id, ()) if one.explanation and one.record.source in known]
    lines = [
        line for one in links for line in ("", *WhyHere(one, hub.link_weights).markdown(_name(hub, one.record.agency)))
    ]
    return ["", "记录为何同属一案 / Why these records are of one matter：", *lines] if lines else []


def _pending(hub: Hub, rung: RungDue, drafting: Drafting | None) -> PendingDecision:
    o = rung.obligation
    roles = [hub.ladders.roles[role].title for role in rung.roles]
    asked = hub.ladders.roles[rung.decides].title
    subject = shown_subject(o.subject)
    title = hub.rules.titles.get(o.rule, o.rule)
    due_at = f"{o.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    number = decision_id(rung.rung_key, rung.attempt)
    lines = [
        f"**{rung.text}**",
        "",
        f"- 事项 / Duty：{title}（`{o.rule}`）{subject}",
        f"- 责任单位 / Debtor：{_name(hub, o.debtor)}　相对单位 / Creditor：{_name(hub, o.creditor)}",
        f"- 期限 / Due：{due_at}（北京时间）　状态 / State：{STATE_WORDS[o.state]}",
        f"- 依据 / Basis：{o.basis}",
        f"- 本级依据 / Basis of this rung：{rung.basis}",
        f"- 拟发文书 / Document：{rung.document}　送 / To：{'、'.join(roles)}",
        *(_paper_line(drafting, rung) if drafting else ()),
        f"- 由{asked}决定；未经批准不发出。 / Nothing is sent without the decision.",
        "",
        "计算 / Arithmetic：",
        *(f"1. {step}" for step in o.steps),
        "",
        f"案件 / Case：`{o.case_id}`",
        *(_why_linked(hub, drafting, o.case_id) if drafting else ()),
    ]
    return PendingDecision(
        decision_id=number,
        rung_key=rung.rung_key,
        attempt=rung.attempt,
        case_id=o.case_id,
        obligation_id=o.obligation_id,
        rule=o.rule,
        debtor=o.debtor,
        since=f"{rung.due_since.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        assigned_role=rung.decides,
        document=rung.document,
        # A person sees many of them in one list, each cut after two lines: what tells them apart stands first.
        subject=f"{number} {asked}决定 {rung.document}：{_name(hub, o.debtor)} {title}（{subject or o.case_id}）",
        body_markdown="\n".join(lines),
        may_waive=hub.ladders.roles[rung.decides].may_waive,
    )


def _name(hub: Hub, agency: str) -> str:
    code, _, head = agency.partition("/")
    known = hub.agencies.get(code)
    return (known.mapping.name if known else code) + ("负责人" if head else "")
