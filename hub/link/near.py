"""What else was weighed for the records of a case, and why was it not taken?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hub.link.acceptances import Candidate, acceptable, less_where_answered, weigh_referrals
from hub.link.decisions import LinkDecision, key_of
from hub.link.documents import TARGETS, weigh_matters
from hub.link.evidence import Evidence, Observation
from hub.link.letters import ANSWERS, LETTER_NUMBER, weigh_letters
from hub.link.linker import Case, Link, Linkage
from hub.link.matter import DECIDED, Groups
from hub.link.opinions import ACTS, OPINION, weigh_acts
from hub.link.signs import SEALED
from hub.link.waterfall import Step, Waterfall
from hub.link.weights import Decide, Steps, Weights
from hub.model import Record, RecordKind
from hub.words import Word

K = RecordKind

# Bits below acceptance up to which a matter that was not taken is told, and how many of them for one record.
NEAR, MOST = 10.0, 3
# Tiers of links that no evidence was weighed for.
_UNWEIGHED = (DECIDED, "own", "own_key")
_OF_LETTERS = frozenset(answer.tier for answer in ANSWERS)


class Refusal(Word):
    """Why a matter was not taken for a record."""

    DECIDED = "decided"
    PERSON = "person"
    MATTER = "matter"
    BELOW = "below"
    UNIDENTIFIED = "unidentified"
    TOWNSHIP = "township"
    TIED = "tied"
    ANSWERED = "answered"
    WEAKER = "weaker"
    PLACED = "placed"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A record of another case that came near and was not joined.

    newcomer: the record whose place was sought; standing: the record of the matter it was held against; the one is of
    the case that is asked about, the other of another. asked: what the step in which they were weighed asks for. taken:
    the score of what was taken for the newcomer, where it was weighed.
    """

    newcomer: Record
    standing: Record
    evidence: Evidence
    refusal: Refusal
    asked: Decide
    taken: float | None = None

    @property
    def why(self) -> str:
        """The refusal in words, with its figures."""
        score, asked = self.evidence.score, self.asked
        return {
            Refusal.DECIDED: "a person decided that they are not of one matter",
            Refusal.PERSON: f"the person contradicts: {self.evidence.person:+g} bits, and {asked.person:+g} or less is refused",
            Refusal.MATTER: f"the matter contradicts: {self.evidence.matter:+g} bits, and {asked.matter:+g} or less is refused",
            Refusal.BELOW: f"{asked.accept - score:g} bits below the {asked.accept:g} that are asked for",
            Refusal.UNIDENTIFIED: "neither a person nor a number speaks for it",
            Refusal.TOWNSHIP: "the letter is about another township",
            Refusal.TIED: f"another fits within {asked.margin:g} bits: nothing was guessed, a person decides",
            Refusal.ANSWERED: "another acceptance stands there for the same person",
            Refusal.WEAKER: f"what was taken is {(self.taken or 0) - score:g} bits better, and {asked.margin:g} are enough",
            Refusal.PLACED: "its place was found otherwise",
        }[self.refusal]  # fmt: skip


class Neighbourhood:
    """The cases as they stand, to be asked what else was weighed. Every record is in one case, and has one link."""

    def __init__(self, linkage: Linkage, weights: Weights, decisions: Iterable[LinkDecision] = ()) -> None:
        records = [record for case in linkage.cases for record in case.records]
        self._groups = Groups(records, weights)
        self._place = {_name(record): i for i, record in enumerate(records)}
        for case in linkage.cases:
            first = self._place[_name(case.records[0])]
            for record in case.records[1:]:
                self._groups.join(self._place[_name(record)], first, "", 0.0, ())
        self._links: Mapping[tuple[str, str], Link] = {_name(link.record): link for link in linkage.links}
        self._between = {
            _name(one.record): {self._groups.root(self._place[_name(c)]) for c in one.candidates}
            for one in linkage.ambiguities
        }
        self._apart = self._kept_apart([one for one in decisions if not one.joins])

    def near_misses(self, case: Case) -> list[NearMiss]:
        """What came near the records of a case, and to what they came near; the best first, at most `MOST` a record."""
        within = {self._place[_name(record)] for record in case.records}
        found = [miss for i in sorted(within) for miss in self.weighed_for(self._groups.records[i])[:MOST]]
        counts = dict.fromkeys(within, 0)
        for miss in self._drawn_to(within):
            place = self._place[_name(miss.standing)]
            if counts[place] < MOST:
                counts[place] += 1
                found.append(miss)
        return found

    def weighed_for(self, record: Record) -> list[NearMiss]:
        """The other cases that were held against a record whose place is sought, the best first."""
        i = self._place[_name(record)]
        best: dict[int, tuple[Candidate, Decide]] = {}
        for candidate, asked in weighed(self._groups, i):
            root = self._groups.root(candidate.index)
            if root != self._groups.root(i) and (
                root not in best or candidate.evidence.score > best[root][0].evidence.score
            ):
                best[root] = candidate, asked
        misses = [self._miss(i, candidate, asked) for candidate, asked in best.values()]
        told = [m for m in misses if m.evidence.score >= m.asked.accept - NEAR]
        return sorted(told, key=lambda m: (-m.evidence.score, _name(m.standing)))

    def _drawn_to(self, within: set[int]) -> list[NearMiss]:
        """The records of other cases that were held against one of these."""
        newcomers = [self._groups.records[i] for i in self._groups.looking_at(within) if i not in within]
        misses = [miss for record in newcomers for miss in self.weighed_for(record)]
        here = [miss for miss in misses if self._place[_name(miss.standing)] in within]
        return sorted(here, key=lambda m: (-m.evidence.score, _name(m.newcomer)))

    def _miss(self, i: int, candidate: Candidate, asked: Decide) -> NearMiss:
        newcomer, standing = self._groups.records[i], self._groups.records[candidate.index]
        link = self._links[_name(newcomer)]
        taken = None if link.tier in _UNWEIGHED else link.score
        miss = NearMiss(newcomer, standing, candidate.evidence, Refusal.PLACED, asked, taken)
        if frozenset((self._groups.root(i), self._groups.root(candidate.index))) in self._apart:
            return replace(miss, refusal=Refusal.DECIDED)
        return _refused(miss, self._groups, i, candidate, tied=self._tied(newcomer, candidate))

    def _kept_apart(self, decisions: Sequence[LinkDecision]) -> set[frozenset[int]]:
        """The pairs of cases of which people said that they are two."""
        wanted = {key for one in decisions for pair in one.pairs() for key in pair}
        root = {
            key: self._groups.root(i)
            for i, record in enumerate(self._groups.records if wanted else ())
            if (key := key_of(record)) in wanted
        }
        return {frozenset(root[key] for key in pair if key in root) for one in decisions for pair in one.pairs()}

    def _tied(self, newcomer: Record, candidate: Candidate) -> bool:
        return self._groups.root(candidate.index) in self._between.get(_name(newcomer), ())


def weighed(groups: Groups, index: int) -> Iterator[tuple[Candidate, Decide]]:
    """Everything that the steps hold against a record when its place is sought, each with what its step asks for.

    Nothing for a kind that seeks no place.
    """
    record, steps = groups.records[index], groups.weights.decide
    if record.kind is K.ACCEPTANCE:
        yield from ((candidate, steps.acceptance) for candidate in weigh_referrals(groups, index))
    if record.kind is K.DOCUMENT and record.get("doc_type") != SEALED:
        if record.get("doc_type") == "transfer_opinion":
            for kind in ACTS:
                yield from ((candidate, steps.opinion) for candidate in weigh_acts(groups, index, kind))
        for target in TARGETS.get(record.get("doc_type"), ()):
            yield from ((candidate, steps.document) for candidate in weigh_matters(groups, index, target))
    yield from ((candidate, steps.letter) for candidate in weigh_letters(groups, index))


def asked_of(link: Link, steps: Steps) -> Decide:
    """What the step asks for in which a link was made; where nothing was weighed it says nothing."""
    if link.tier in _OF_LETTERS:
        return steps.letter
    if link.tier == OPINION:
        return steps.opinion
    return steps.acceptance if link.record.kind is K.ACCEPTANCE else steps.document


def waterfall(title: str, explanation: Iterable[str], asked: Decide, verdict: str = "") -> Waterfall:
    """The lines of a link's explanation as steps; lines that weigh nothing stand without bits."""
    read = [(line, Observation.read(line)) for line in explanation]
    steps = tuple(Step(line, "", None) if one is None else Step(one.feature, one.seen, one.bits) for line, one in read)
    return Waterfall(title, steps, asked.accept if any(step.bits is not None for step in steps) else None, verdict)


def _refused(miss: NearMiss, groups: Groups, index: int, candidate: Candidate, *, tied: bool) -> NearMiss:
    """The near miss with the first reason that is enough."""
    evidence, asked = miss.evidence, miss.asked
    if evidence.person <= asked.person:
        return replace(miss, refusal=Refusal.PERSON)
    if evidence.matter <= asked.matter:
        return replace(miss, refusal=Refusal.MATTER)
    if evidence.score < asked.accept:
        return replace(miss, refusal=Refusal.BELOW)
    if not acceptable(evidence, asked):
        return replace(miss, refusal=Refusal.UNIDENTIFIED)
    if tied:
        return replace(miss, refusal=Refusal.TIED)
    if miss.taken is not None and evidence.score < miss.taken - asked.margin:
        return replace(miss, refusal=Refusal.WEAKER)
    # Only the step of the letters refuses another township whatever else fits; in the others it has its bits.
    bits = {one.feature: one.bits for one in evidence.observations}
    if LETTER_NUMBER in bits and bits.get("township", 0) < 0:
        return replace(miss, refusal=Refusal.TOWNSHIP)
    if miss.newcomer.kind is K.ACCEPTANCE:
        less = less_where_answered(groups, index, candidate).evidence
        if less != evidence:
            return replace(miss, evidence=less, refusal=Refusal.ANSWERED)
    return miss


def _name(record: Record) -> tuple[str, str]:
    return record.agency, record.source
