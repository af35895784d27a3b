"""Why does each record of a case stand there, what nearly stood with it, and what is left to a person?

Nothing here names a person: a record is named by agency, kind and number, what was seen of it in words and bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hub.delivery.rules import Sealing
from hub.link import Case, Link, Linkage
from hub.link.chinese import KINDS, tier_in_chinese
from hub.link.decisions import Key, LinkDecision, Named, key_of
from hub.link.judging import Force, Judged, acting
from hub.link.near import NearMiss, Neighbourhood, asked_of, waterfall
from hub.link.waterfall import Waterfall
from hub.link.weights import Decide, Weights
from hub.model import Record
from hub.moment import SHANGHAI
from hub.outputs import native_reference
from hub.privacy import mask_identity_numbers


@dataclass(frozen=True, slots=True)
class WhyHere:
    """One record of a case: why it stands there. near: what else was weighed for it, or drawn to it, the best first.

    weights: those that it was linked by.
    """

    link: Link
    weights: Weights
    near: tuple[NearMiss, ...] = ()

    @property
    def asked(self) -> Decide:
        """What its step asks for."""
        return asked_of(self.link, self.weights.decide)

    @property
    def drawn(self) -> Waterfall:
        """The steps to its place."""
        title = f"{name_of(self.link.record)}: {tier_in_chinese(self.link.tier)} {self.link.tier} {self.link.score:.1f}"
        return waterfall(title, self.link.explanation, self.asked)

    @property
    def margin(self) -> float | None:
        """Bits between its place and the best other that was weighed for it; None where none was."""
        others = [miss.evidence.score for miss in self.near if miss.newcomer is self.link.record]
        return round(self.link.score - max(others), 1) if others and self.drawn.asked is not None else None

    def markdown(self, agency: str) -> list[str]:
        """As a page's lines for people: which record of the agency so named, by which signs; the steps as a table."""
        record = self.link.record
        number = mask_identity_numbers(native_reference(record) or record.key)
        title = (
            f"**{agency} {KINDS[str(record.kind)]}** {number}：{tier_in_chinese(self.link.tier)}（`{self.link.tier}`）"
        )
        return [title, "", *self.drawn.table()]

    def form(self) -> dict[str, object]:
        """As JSON."""
        place = {"tier": self.link.tier, "score": self.link.score, "margin": self.margin}
        return {**record_form(self.link.record), **place, **_steps(self.drawn, self.asked)}


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """A record that was left to a person, and what fits it equally well; candidates: the best first."""

    record: Record
    candidates: tuple[NearMiss, ...]


class Explaining:
    """The cases as they stand, and how to speak of them to whom sealed matters are known, or the open ones alone."""

    def __init__(self, linkage: Linkage, sealing: Sealing, weights: Weights, judged: Iterable[Judged] = ()) -> None:
        self._linkage, self._sealing, self._weights = linkage, sealing, weights
        self._standing = Neighbourhood(linkage, weights, acting(judged))
        self.case_of = {(r.agency, r.source): case.case_id for case in linkage.cases for r in case.records}

    def why(self, case: Case) -> list[WhyHere]:
        """Each record of a case with its link and near misses; of a sealed matter only where the case itself is one."""
        links = {id(link.record): link for link in self._linkage.links}
        near = self._tellable(self._standing.near_misses(case), case)
        return [
            WhyHere(
                links[id(record)],
                self._weights,
                tuple(m for m in near if record is m.newcomer or record is m.standing),
            )
            for record in case.records
        ]

    def left_open(self, *, sealed: bool = False) -> list[LeftOpen]:
        """What is left to a person: the open matters, or the sealed ones."""
        found = []
        for one in self._linkage.ambiguities:
            if self._sealing.seals(one.record) is sealed:
                tied = {self.case_of[(c.agency, c.source)] for c in one.candidates}
                weighed = self._standing.weighed_for(one.record)
                near = [m for m in weighed if self.case_of[(m.standing.agency, m.standing.source)] in tied]
                found.append(LeftOpen(one.record, tuple(near)))
        return found

    def other_case(self, miss: NearMiss) -> str:
        """The case of the record that a near miss was held against."""
        return self.case_of[(miss.standing.agency, miss.standing.source)]

    def elsewhere(self, miss: NearMiss, case_id: str) -> str:
        """The other case of a near miss of this one."""
        other = self.other_case(miss)
        return other if other != case_id else self.case_of[(miss.newcomer.agency, miss.newcomer.source)]

    def miss_form(self, miss: NearMiss) -> dict[str, object]:
        """A near miss as JSON."""
        return {
            "record": record_form(miss.newcomer),
            "other": record_form(miss.standing),
            "record_case_id": self.case_of[(miss.newcomer.agency, miss.newcomer.source)],
            "other_case_id": self.other_case(miss),
            "score": round(miss.evidence.score, 1),
            "refusal": str(miss.refusal),
            "why": miss.why,
            **_steps(miss_drawn(miss), miss.asked),
        }

    def _tellable(self, near: Sequence[NearMiss], case: Case) -> list[NearMiss]:
        if all(map(self._sealing.seals, case.records)):
            return list(near)
        return [m for m in near if not (self._sealing.seals(m.newcomer) or self._sealing.seals(m.standing))]


def miss_drawn(miss: NearMiss) -> Waterfall:
    """The steps to a place that was not taken."""
    title = f"{name_of(miss.newcomer)} – {name_of(miss.standing)}"
    return waterfall(title, miss.evidence.explanation, miss.asked, f"not taken: {miss.why}")


def lines_of(drawn: Waterfall, more: str = "") -> list[str]:
    """A waterfall's title with its verdict, and its lines below."""
    verdict = f": {drawn.verdict}" if drawn.verdict else ""
    return [drawn.title + verdict + more, *(f"    {line}" for line in drawn.lines())]


def name_of(record: Record) -> str:
    """What a record is called where persons must not be: agency, kind, the agency's own number."""
    return mask_identity_numbers(f"{record.agency} {record.kind} {native_reference(record) or record.key}")


def ref_of(key: Key) -> str:
    """What a record is called where it must be told from every other: agency, kind, the agency's own key."""
    return mask_identity_numbers(" ".join(key))


def goes_by(record: Record, ref: str) -> bool:
    """Whether the ref is the record's source, or what it is called where it is shown."""
    return ref in (record.source, ref_of(key_of(record)), name_of(record))


def decision_refs(named: Iterable[Named]) -> list[str]:
    """The records that a decision names, each as it can be asked for."""
    return [ref_of(one.key) for one in named]


def decision_records(named: Iterable[Named]) -> str:
    """The same in a line."""
    return "; ".join(decision_refs(named))


def why_not(judged: Judged) -> str:
    """Why a decision does not act; empty where it does."""
    if judged.force is Force.EXPIRED:
        return f"changed since: {'; '.join(map(ref_of, judged.changed))}"
    if judged.force is Force.OVERTAKEN:
        return f"a later one says otherwise: {judged.by}"
    if judged.force is Force.TAKEN_BACK and judged.decision.taken_back_at is not None:
        return f"taken back {judged.decision.taken_back_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return ""


def decisions_about(judged: Iterable[Judged], case: Case) -> list[Judged]:
    """The decisions that name a record of the case."""
    keys = {key_of(record) for record in case.records}
    return [one for one in judged if any(named.key in keys for named in one.decision.named)]


def speaks_of_others(decision: LinkDecision, case: Case) -> bool:
    """Whether a decision names a record that stands in another case."""
    keys = {key_of(record) for record in case.records}
    return any(named.key not in keys for named in decision.named)


def decision_line(judged: Judged, case: Case) -> str:
    """A decision about a case in a line; of records of other matters only how many they are."""
    one = judged.decision
    keys = {key_of(record) for record in case.records}
    ours = [named for named in one.named if named.key in keys]
    others = len(one.named) - len(ours)
    about = decision_records(ours) + (f"; and {others} of another matter" if others else "")
    force = ": ".join(filter(None, (str(judged.force), why_not(judged) if not others else "")))
    since = f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return f"{one.decision_id} {one.judgement} [{force}] {since} {one.role} {one.by}: {one.reason} | {about}"


def record_form(record: Record) -> dict[str, object]:
    """A record as JSON: where it stands, and the number by which its agency knows it.

    ref: what asks for it alone; the number may be that of the letter that it answers, or of all rows of its case.
    """
    return {
        "ref": ref_of(key_of(record)),
        "agency": record.agency,
        "kind": str(record.kind),
        "source": record.source,
        "reference": mask_identity_numbers(native_reference(record)),
    }


def _steps(drawn: Waterfall, asked: Decide) -> dict[str, object]:
    return {
        "asked": drawn.asked,
        "margin_asked": asked.margin if drawn.asked is not None else None,
        "steps": [
            {"feature": step.feature, "seen": step.seen, "bits": step.bits, "sum": total}
            for step, total in zip(drawn.steps, drawn.sums(), strict=True)
        ],
    }
