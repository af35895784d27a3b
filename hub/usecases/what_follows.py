"""What becomes of the records that a decision names, now that it acts, or does not act any more?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.hub import Hub
from hub.link import Case, Link, Linkage
from hub.link.decisions import Key, LinkDecision, key_of
from hub.link.matter import DECIDED
from hub.model import Record
from hub.usecases.explain import ref_of
from hub.view import look

# Tiers of links that rest on no weighing.
_UNWEIGHED = (DECIDED, "own", "own_key")


@dataclass(frozen=True, slots=True)
class Follows:
    """The place of one record, where before it was another.

    beside: the first other record of its case; None where it stands alone. left_open: between which records it is left
    to a person now. was_open: whether it was before.
    """

    link: Link
    beside: Record | None
    left_open: tuple[Record, ...]
    was_open: bool

    @property
    def by_evidence(self) -> bool:
        """Whether weighing alone put it there."""
        return self.beside is not None and self.link.tier not in _UNWEIGHED

    def form(self) -> dict[str, object]:
        """As JSON."""
        return {
            "ref": _name(self.link.record),
            "case_id": self.link.case_id,
            "beside": None if self.beside is None else _name(self.beside),
            "by_evidence": self.by_evidence,
            "tier": self.link.tier,
            "score": self.link.score,
            "left_open": [_name(record) for record in self.left_open],
        }

    def line(self) -> str:
        """In words; what the evidence alone did is said to whoever decided, with the way to say otherwise."""
        ref = _name(self.link.record)
        if self.left_open:
            return (
                f"{ref}: {'still ' * self.was_open}left to a person, between {' and '.join(map(_name, self.left_open))}"
            )
        if self.beside is None:
            return f"{ref}: stands alone now, in {self.link.case_id}"
        other = _name(self.beside)
        if not self.by_evidence:
            return f"{ref}: stands with {other} now, in {self.link.case_id}"
        why = f"{self.link.tier} {self.link.score:.1f} bits" + (", nothing else fits as well any more" * self.was_open)
        return f'{ref}: linked with {other} by the evidence now ({why}); if that is wrong too: reject "{ref}" "{other}"'


def standing_now(hub: Hub, as_of: datetime) -> Linkage:
    """Where every record stands, to be compared with once a decision was made or taken back."""
    with hub.ledger.read() as tx:
        return look(hub, tx, as_of).linkage


def what_follows(hub: Hub, decision: LinkDecision, before: Linkage, as_of: datetime) -> list[Follows]:
    """What is otherwise of the records that a decision names than it was before, in their order.

    The ledger keeps the links with the next run.
    """
    now, then = _Places(standing_now(hub, as_of)), _Places(before)
    return [
        Follows(now.links[key], now.beside(key), now.open.get(key, ()), key in then.open)
        for key in (named.key for named in decision.named)
        if key in now.links and key in then.links and now.place(key) != then.place(key)
    ]


class _Places:
    """Where each record stands in a linkage."""

    def __init__(self, linkage: Linkage) -> None:
        self._cases = {case.case_id: case for case in linkage.cases}
        self.links = {key_of(one.record): one for one in linkage.links}
        self.open = {key_of(one.record): one.candidates for one in linkage.ambiguities}

    def place(self, key: Key) -> object:
        """With whom it stands, or between whom it is left open."""
        return {key_of(record) for record in self._case(key).records}, [*map(key_of, self.open.get(key, ()))]

    def beside(self, key: Key) -> Record | None:
        """The first other record of its case."""
        return next((record for record in self._case(key).records if key_of(record) != key), None)

    def _case(self, key: Key) -> Case:
        return self._cases[self.links[key].case_id]


def _name(record: Record) -> str:
    return ref_of(key_of(record))
