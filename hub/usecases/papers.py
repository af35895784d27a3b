"""Draft a letter or notice: once for what it is about, under the next number of its series, or say what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from hub.duties.duty import Obligation
from hub.hub import Hub
from hub.ladder.rung import RungDue
from hub.ledger.facts import Fact, facts
from hub.ledger.papers import StoredPaper, keep_paper, paper_id_of, papers
from hub.ledger.store import Transaction
from hub.link import Case, Link
from hub.model import Record
from hub.moment import SHANGHAI
from hub.papers.fill import Filled, fill
from hub.papers.hindrances import hindrances
from hub.papers.matter import Matter, Unit
from hub.papers.numbers import next_number
from hub.papers.rules import PaperRule
from hub.privacy import digest
from hub.view import View

_NUMBERS = ("doc_no", "referral_no", "penalty_no", "acceptance_no")


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a paper is drafted for, once. approval: the recorded answer of whoever approved, where there is one."""

    name: str
    approval: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass
class Drafting:
    """The drafting of papers within one transaction, as a view stands."""

    hub: Hub
    tx: Transaction
    view: View

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """The agencies as papers name them."""
        known = ((code, agency.mapping) for code, agency in self.hub.agencies.items())
        return {code: Unit(code, one.kind, one.name, one.short_name) for code, one in known}

    @cached_property
    def cases(self) -> Mapping[str, Case]:
        """case_id -> case."""
        return {case.case_id: case for case in self.view.linkage.cases}

    @cached_property
    def links(self) -> Mapping[str, Sequence[Link]]:
        """case_id -> why each of its records stands there."""
        found: dict[str, list[Link]] = {}
        for link in self.view.linkage.links:
            found.setdefault(link.case_id, []).append(link)
        return found

    @cached_property
    def standing(self) -> dict[str, StoredPaper]:
        """occasion -> its paper, those of this transaction too."""
        return {paper.occasion: paper for paper in papers(self.tx)}

    def records(self, case: Case, sealed: bool) -> tuple[Record, ...]:
        """The records of a case that the readers of an open or a sealed paper may know of."""
        seals = self.hub.delivery_rules.sealed.seals
        return tuple(record for record in case.records if sealed or not seals(record))

    def matter(
        self, rule: PaperRule, case_id: str, owed: Obligation | None, focus: frozenset[str], approval: Mapping[str, str]
    ) -> Matter:
        """What a paper of this case is about."""
        case = self.cases.get(case_id)
        records = self.records(case, rule.sealed) if case else ()
        title = self.hub.rules.titles.get(owed.rule, owed.rule) if owed else ""
        opened = frozenset({owed.opened_by} if owed else ())
        return Matter(case_id, records, self.view.as_of, owed, title, focus | opened, approval)

    def filled(self, rule: PaperRule, matter: Matter, given: Mapping[str, str]) -> Filled:
        """The paper's content, or what is missing."""
        return fill(rule, matter, self.hub.papers, self.units, given)

    def against(self, rule: PaperRule, matter: Matter, filled: Filled, *, again: bool = False) -> tuple[str, ...]:
        """Why it may not be drafted, whatever its fields say; an agency writes no letter to itself, either."""
        own = self.units[filled.issuer].name if filled.issuer in self.units else ""
        itself = (f"发文机关与主送机关同为{own}",) if own in filled.addressees and own else ()
        return itself + hindrances(rule, matter, again=again)

    def lacking(self, rule: PaperRule, matter: Matter, filled: Filled) -> tuple[str, ...]:
        """All that keeps the paper of a rung back: why it may not be drafted, then what is missing."""
        return tuple(f"不予拟制：{reason}" for reason in self.against(rule, matter, filled)) + filled.missing

    def keep(
        self,
        rule: PaperRule,
        matter: Matter,
        filled: Filled,
        occasion: Occasion,
        now: datetime,
        given: Mapping[str, str],
        by: str = "",
    ) -> StoredPaper:
        """Give the paper its number, write its file and keep it; nothing may be missing and none may stand for it."""
        number = next_number(filled.prefix, self.view.as_of.astimezone(SHANGHAI).year, self._taken(rule, filled.issuer))
        content = self.written(rule, filled, number)
        paper = StoredPaper(
            kind=rule.paper,
            title=rule.title,
            number=number,
            occasion=occasion.name,
            case_id=matter.case_id,
            issuer=filled.issuer,
            addressees=filled.addressees,
            copies_to=filled.copies_to,
            sealed=rule.sealed,
            sha256=digest(content),
            drafted_at=now,
            by=by,
            approved_by=occasion.approval.get("by", ""),
            given=given,
            paper_id=paper_id_of(self.tx.cipher, occasion.name),
        )
        keep_paper(self.tx, paper, content)
        self.standing[occasion.name] = paper
        return paper

    def written(self, rule: PaperRule, filled: Filled, number: str) -> bytes:
        """The paper's file under a number."""
        template = self.hub.papers.templates / rule.template
        return self.hub.fill_template(template, {**filled.context, "number": number}, self.view.as_of)

    def _taken(self, rule: PaperRule, issuer: str) -> list[str]:
        """Numbers of the issuer's papers: those given here, and those that its own records bear."""
        given = [paper.number for paper in self.standing.values()]
        return given + (self._borne_sealed if rule.sealed else self._borne).get(issuer, [])

    @cached_property
    def _borne(self) -> Mapping[str, list[str]]:
        return self._numbers_of(sealed=False)

    @cached_property
    def _borne_sealed(self) -> Mapping[str, list[str]]:
        return self._numbers_of(sealed=True)

    def _numbers_of(self, sealed: bool) -> Mapping[str, list[str]]:
        borne: dict[str, list[str]] = {}
        for case in self.view.linkage.cases:
            for record in self.records(case, sealed):
                borne.setdefault(record.agency, []).extend(filter(None, map(record.get, _NUMBERS)))
        return borne


def draft_for_rung(drafting: Drafting, rung: RungDue, now: datetime) -> Mapping[str, str]:
    """Draft the paper of a rung that fires, in its transaction; what the rung's fact says of it.

    `paper`: the number, empty where it is held back; `paper_missing`: what a person must give first, or why there is to
    be none. Nothing where the rung has no paper. A paper that stands for this rung already is not drafted again.
    """
    rule = rule_of_rung(drafting.hub, rung.document, rung.obligation.rule)
    if rule is None:
        return {}
    occasion = rung_occasion(drafting.tx, rung.rung_key)
    if standing := drafting.standing.get(occasion.name):
        return {"paper": standing.number}
    owed = rung.obligation
    matter = drafting.matter(rule, owed.case_id, owed, frozenset(), occasion.approval)
    filled = drafting.filled(rule, matter, {})
    if lacking := drafting.lacking(rule, matter, filled):
        return {"paper": "", "paper_missing": "、".join(lacking)}
    return {"paper": drafting.keep(rule, matter, filled, occasion, now, {}).number}


def outlook(drafting: Drafting, rung: RungDue) -> tuple[str, tuple[str, ...]]:
    """Which paper a rung would draft once approved, and what is missing or stands against it, without personal data."""
    rule = rule_of_rung(drafting.hub, rung.document, rung.obligation.rule)
    if rule is None:
        return "", ()
    owed = rung.obligation
    matter = drafting.matter(rule, owed.case_id, owed, frozenset(), {})
    return rule.title, drafting.lacking(rule, matter, drafting.filled(rule, matter, {}))


def rule_of_rung(hub: Hub, document: str, rule: str) -> PaperRule | None:
    """The paper that a rung means; None for a rung without one."""
    return next(iter(hub.papers.of_rung(document, rule)), None)


def rung_occasion(tx: Transaction, rung_key: str) -> Occasion:
    """What the paper of a rung is drafted for, with the answer of the person who approved it."""
    approved = _about_rung(tx, "escalation.approved", rung_key)
    return Occasion(f"rung {rung_key}", approved[-1].attributes if approved else {})


def _about_rung(tx: Transaction, code: str, rung_key: str) -> list[Fact]:
    """The facts of one kind about a rung, of every attempt."""
    return [fact for fact in facts(tx, code=code) if fact.subject.partition("~")[0] == rung_key]
