"""Which decisions about links act as of an instant, and how does the linker follow them?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.link.decisions import Key, LinkDecision, digest_of, key_of
from hub.link.matter import Groups
from hub.model import Record
from hub.words import Word


class Force(Word):
    """Whether a decision acts."""

    STANDS = "stands"
    EXPIRED = "expired"
    TAKEN_BACK = "taken_back"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision as of an instant. changed: the records for which it expired; by: the later decision that overtook it."""

    decision: LinkDecision
    force: Force
    changed: tuple[Key, ...] = ()
    by: str = ""


def judge_decisions(decisions: Sequence[LinkDecision], records: Iterable[Record], as_of: datetime) -> list[Judged]:
    """What each decision comes to as of an instant, in their order; those that came later are left out.

    records: all that stand. Of two decisions that contradict each other the later one acts: that can only be where the
    earlier one had expired when the later one was made.
    """
    made = [one for one in decisions if one.at <= as_of]
    wanted = {named.key for one in made for named in one.named}
    said = {key: digest_of(record) for record in records if (key := key_of(record)) in wanted} if wanted else {}
    judged: list[Judged] = []
    for one in reversed(made):
        changed = tuple(named.key for named in one.named if said.get(named.key) != named.digest)
        if one.taken_back_at is not None and one.taken_back_at <= as_of:
            judged.append(Judged(one, Force.TAKEN_BACK))
        elif changed:
            judged.append(Judged(one, Force.EXPIRED, changed))
        elif against := contradicted(one, acting(judged)):
            judged.append(Judged(one, Force.OVERTAKEN, by=against.decision_id))
        else:
            judged.append(Judged(one, Force.STANDS))
    return judged[::-1]


def acting(judged: Iterable[Judged]) -> list[LinkDecision]:
    """Those that stand."""
    return [one.decision for one in judged if one.force is Force.STANDS]


def contradicted(new: LinkDecision, others: Sequence[LinkDecision]) -> LinkDecision | None:
    """Of the other decisions the latest without which a new one could stand; None where all can be followed at once."""
    against = list(others)
    if _consistent([*against, new]):
        return None
    # What is left once nothing more can be left out is all needed for the contradiction.
    for one in others:
        rest = [other for other in against if other is not one]
        if not _consistent([*rest, new]):
            against = rest
    return max(against, key=lambda one: one.at, default=new)


def decide(groups: Groups, decisions: Sequence[LinkDecision]) -> None:
    """Keep apart what people said does not belong together, and put together what does, before anything is weighed.

    Records that do not stand here are passed over; the order of the decisions changes nothing.
    """
    if not decisions:
        return
    place = {key_of(record): i for i, record in enumerate(groups.records)}
    for one in sorted(decisions, key=lambda one: (one.joins, one.at, one.decision_id)):
        for pair in one.pairs():
            here = sorted(place[key] for key in pair if key in place)
            if len(here) < 2:
                continue
            if one.joins:
                groups.join_as_decided(here[1], here[0], one.line())
            else:
                groups.keep_apart(here[0], here[1])


def _consistent(decisions: Sequence[LinkDecision]) -> bool:
    """Whether no two records are said to be of one matter, be it through others, and kept apart."""
    matter: dict[Key, Key] = {}

    def lead(key: Key) -> Key:
        while matter.get(key, key) != key:
            key = matter[key]
        return key

    for one in decisions:
        for a, b in (tuple(pair) for pair in one.pairs() if one.joins):
            matter[lead(a)] = lead(b)
    apart = [tuple(pair) for one in decisions if not one.joins for pair in one.pairs()]
    return all(lead(a) != lead(b) for a, b in apart)
