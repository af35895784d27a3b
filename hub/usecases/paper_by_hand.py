"""How does an officer have a paper drafted, see which there are, and take one out?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.duties.duty import Obligation, State
from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.ladder.rung import rung_key, shown_subject
from hub.ledger.facts import append_fact, facts
from hub.ledger.papers import StoredPaper, paper_content, papers
from hub.ledger.store import Transaction
from hub.link import Case
from hub.papers.fill import Filled
from hub.papers.matter import Matter, about
from hub.papers.rules import PaperRule
from hub.privacy import digest
from hub.usecases.escalate import waiting_rung
from hub.usecases.papers import Drafting, Occasion, rule_of_rung, rung_occasion
from hub.values.document_numbers import strict_key
from hub.view import look

EXPORTED = "paper.exported"
# What stands in the place of the number until somebody has approved.
NOT_YET = "（拟稿，批准后编号）"
FIRED = "notice.sent"
_ORDER = (State.OVERDUE, State.OPEN, State.DISCHARGED_LATE, State.DISCHARGED, State.LAPSED, State.VOID)


@dataclass(frozen=True, slots=True)
class Wish:
    """What an officer asks for. ref: a case id, or any number of the matter: then the paper is about that record.

    given: field -> text. by: who asks. approved_by: who approved, where the mechanism asks for it and no recorded
    decision says so. again: another one, though one stands for this already. duty: the rule of the duty that it is
    about, where several would do.
    """

    kind: str
    ref: str
    given: Mapping[str, str]
    by: str
    approved_by: str = ""
    again: bool = False
    duty: str = ""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of it. paper: None where something is missing; new: False where it stood already."""

    title: str
    paper: StoredPaper | None
    missing: tuple[str, ...] = ()
    new: bool = False


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A rung that fired without its paper. missing: labels of what a person must give."""

    kind: str
    title: str
    case_id: str
    rung_key: str
    missing: str
    at: datetime


def draft_paper(hub: Hub, wish: Wish, as_of: datetime, now: datetime) -> Drafted:
    """Draft a paper by hand, in one transaction: asked for twice, it is there once.

    Where a rung of a ladder asks for the very paper, it is drafted for that rung, whether the rung has fired or not.
    Raises `ConfigurationFault` where kind, matter or field is none, where several duties would do, where the matter
    stands against the paper, or where an approval is wanting.
    """
    rule = hub.papers.by_name.get(wish.kind)
    if rule is None:
        raise ConfigurationFault(f"{wish.kind}: no such paper; there are {', '.join(hub.papers.by_name)}")
    with hub.ledger.write() as tx:
        drafting = Drafting(hub, tx, look(hub, tx, as_of))
        case = _case(drafting, rule, wish.ref)
        focus = about(drafting.records(case, rule.sealed), wish.ref)
        owed = _obligation(drafting, rule, case, wish, focus)
        occasion = _occasion(drafting, rule, case, owed, focus, again=wish.again)
        if standing := drafting.standing.get(occasion.name):
            return Drafted(rule.title, standing)
        matter = drafting.matter(rule, case.case_id, owed, focus, occasion.approval)
        filled = drafting.filled(rule, matter, wish.given)
        if against := drafting.against(rule, matter, filled, again=wish.again):
            raise ConfigurationFault(f"{rule.title}（{rule.paper}）不予拟制：{'；'.join(against)}")
        if filled.missing:
            return Drafted(rule.title, None, filled.missing)
        if rule.approved_by and not occasion.approval.get("by"):
            occasion = _approved(hub, rule, occasion, wish)
        return Drafted(rule.title, _kept(drafting, rule, matter, filled, occasion, now, wish), new=True)


def papers_of(
    tx: Transaction, case_id: str = "", obligation_ids: Collection[str] = (), *, sealed: bool = False
) -> list[StoredPaper]:
    """The open papers, or the sealed ones, of one case or of all; those about its obligations are of it, too."""
    return [
        paper
        for paper in papers(tx)
        if paper.sealed is sealed
        and (not case_id or paper.case_id == case_id or any(one in paper.occasion for one in obligation_ids))
    ]


def held_back(hub: Hub, tx: Transaction, case_id: str = "") -> list[HeldBack]:
    """The rungs that fired while their paper lacked something, and whose paper is still not drafted."""
    standing = {paper.occasion for paper in papers(tx)}
    found = []
    for fact in facts(tx, code=FIRED):
        said = fact.attributes
        key = fact.subject.partition("~")[0]
        rule = rule_of_rung(hub, said.get("document", ""), said.get("rule", ""))
        if rule and said.get("paper_missing") and f"rung {key}" not in standing and case_id in ("", said["case_id"]):
            found.append(HeldBack(rule.paper, rule.title, said["case_id"], key, said["paper_missing"], fact.at))
    return found


def take_out(hub: Hub, number: str, by: str, now: datetime) -> tuple[StoredPaper, bytes]:
    """The file of a paper by its number, in any spelling; who took it is kept.

    Raises `ConfigurationFault` where there is no such number.
    """
    with hub.ledger.write() as tx:
        wanted = [paper for paper in papers(tx) if strict_key(paper.number) == strict_key(number)]
        if not wanted:
            raise ConfigurationFault(f"{number}: no paper bears this number")
        paper = wanted[0]
        noted = {"by": by, "number": paper.number, "sha256": paper.sha256}
        append_fact(tx, EXPORTED, f"{paper.paper_id}@{now.isoformat()}", now, noted)
        return paper, paper_content(tx, paper.paper_id)


def look_ahead(hub: Hub, decision_id: str, by: str, as_of: datetime, now: datetime) -> tuple[str, bytes]:
    """The paper that the approval of a waiting decision would draft: its title, and its file without a number.

    Nothing is drafted and no number is used; who looked is kept. Raises `ConfigurationFault` where no such decision
    waits, or something is still missing.
    """
    with hub.ledger.write() as tx:
        view = look(hub, tx, as_of)
        drafting = Drafting(hub, tx, view)
        rung = waiting_rung(hub, tx, view, decision_id)
        rule = rule_of_rung(hub, rung.document, rung.obligation.rule) if rung else None
        if rung is None or rule is None:
            raise ConfigurationFault(f"{decision_id}: no decision of this id is waited for")
        owed = rung.obligation
        matter = drafting.matter(rule, owed.case_id, owed, frozenset(), {})
        filled = drafting.filled(rule, matter, {})
        if lacking := drafting.lacking(rule, matter, filled):
            raise ConfigurationFault(f"{rule.title}（{rule.paper}）缺少：{'、'.join(lacking)}")
        content = drafting.written(rule, filled, NOT_YET)
        noted = {"by": by, "number": "", "decision_id": decision_id, "sha256": digest(content)}
        append_fact(tx, EXPORTED, f"{decision_id}@{now.isoformat()}", now, noted)
        return rule.title, content


def _case(drafting: Drafting, rule: PaperRule, ref: str) -> Case:
    found = [
        case
        for case in drafting.view.linkage.cases
        if (records := drafting.records(case, rule.sealed)) and (case.case_id == ref or about(records, ref))
    ]
    if len(found) != 1:
        said = f"{len(found)} cases bear this number; give the case id" if found else "no case and no number of one"
        raise ConfigurationFault(f"{ref}: {said}")
    return found[0]


def _obligation(
    drafting: Drafting, rule: PaperRule, case: Case, wish: Wish, focus: frozenset[str]
) -> Obligation | None:
    """The duty that the paper is about: the one of the record referred to, or the only one, an overdue one first."""
    hub = drafting.hub
    asked = (
        rule.performs
        or bool({"debtor", "creditor"} & set(rule.addressed_to))
        or any(field.obligation not in ("", "township") for field in rule.fields.values())
    )
    documents = {
        (ladder.ladder, rung.document) for ladder in hub.ladders.every for rung in ladder.rungs if rung.document
    }
    # Of a duty that a sealed record opened an open paper must not speak.
    known = {record.source for record in drafting.records(case, rule.sealed)}
    fitting = [
        owed
        for owed in drafting.view.obligations
        if owed.case_id == case.case_id
        and owed.opened_by in known
        and wish.duty in ("", owed.rule)
        and (owed.rule in rule.rules if rule.rules else not rule.document or (owed.ladder, rule.document) in documents)
    ]
    near = [
        one for one in fitting if one.opened_by in focus or strict_key(one.subject) == strict_key(wish.ref)
    ] or fitting
    for state in _ORDER:
        standing = [one for one in near if one.state is state]
        if len(standing) == 1:
            return standing[0]
        if standing and asked:
            told = "、".join(sorted(f"{one.rule} {shown_subject(one.subject)}".strip() for one in standing))
            raise ConfigurationFault(f"{wish.ref}: {len(standing)} duties would do ({told}); give its number or --duty")
        if standing:
            return None
    return None


def _occasion(
    drafting: Drafting, rule: PaperRule, case: Case, owed: Obligation | None, focus: frozenset[str], *, again: bool
) -> Occasion:
    """What the paper is drafted for: the rung that asks for it, else the duty, the records referred to, or the case."""
    keys = _rungs(drafting, rule, owed) if owed else ()
    records = sorted(f"{one.agency}|{one.kind}|{one.key}" for one in case.records if one.source in focus)
    what = owed.obligation_id if owed else "+".join(records) or case.case_id
    occasions = [rung_occasion(drafting.tx, key) for key in keys] or [Occasion(f"hand {rule.paper} {what}")]
    free = [one for one in occasions if one.name not in drafting.standing]
    if free or not again:
        return (free or occasions)[0]
    count = sum(name.startswith(f"hand {rule.paper} {what}") for name in drafting.standing)
    return Occasion(f"hand {rule.paper} {what} {count + 1}")


def _rungs(drafting: Drafting, rule: PaperRule, owed: Obligation) -> Sequence[str]:
    ladder = drafting.hub.ladders.in_force(owed.ladder, owed.opened_at.day)
    named = [rung for rung in ladder.rungs if rung.document] if ladder else []
    return [
        rung_key(owed.obligation_id, owed.ladder, rung.rung)
        for rung in named
        if rule_of_rung(drafting.hub, rung.document, owed.rule) == rule
    ]


def _approved(hub: Hub, rule: PaperRule, occasion: Occasion, wish: Wish) -> Occasion:
    if not wish.approved_by:
        title = hub.ladders.roles[rule.approved_by].title
        raise ConfigurationFault(f"{rule.paper}: 须经{title}批准；no recorded decision says so: give --approved-by")
    return Occasion(occasion.name, {"by": wish.approved_by})


def _kept(
    drafting: Drafting, rule: PaperRule, matter: Matter, filled: Filled, occasion: Occasion, now: datetime, wish: Wish
) -> StoredPaper:
    given = {name: text for name, text in wish.given.items() if text.strip()}
    return drafting.keep(rule, matter, filled, occasion, now, given, wish.by)
