"""Do decisions about links come to the same as when each is held against all that stand, however many there are?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.link.decisions import Judgement, Key, LinkDecision, Named, Pair, named
from hub.link.judging import Force, Judged, acting, contradicted, judge_decisions
from tests.hub.county import referral
from tests.hub.link.decided import AT

RECORDS = [referral(n) for n in range(1, 8)]
NAMED = [named(record) for record in RECORDS]
SPLIT, MERGE = Judgement.SPLIT, Judgement.MERGE
LATER = AT + timedelta(days=1)


@st.composite
def decisions(draw: st.DrawFn) -> list[LinkDecision]:
    """Decisions about a few records; some of them taken back, some about what a record no longer says."""
    made = []
    for number in range(draw(st.integers(0, 16))):
        judgement = draw(st.sampled_from(Judgement))
        size = draw(st.sampled_from((2, 2, 3, 4))) if judgement in (SPLIT, MERGE) else 2
        records = draw(st.permutations(NAMED))[:size]
        if draw(st.integers(0, 9)) == 0:
            records[0] = replace(records[0], digest="said before")
        taken = draw(st.integers(1, size - 1)) if judgement is SPLIT else 1
        at = AT + timedelta(minutes=draw(st.integers(0, 6)))
        back = LATER if draw(st.integers(0, 9)) == 0 else None
        sides = tuple(records[:taken]), tuple(records[taken:])
        made.append(LinkDecision(f"L{number}", judgement, *sides, "x", "case_officer", "x", at, back))
    return sorted(made, key=lambda one: one.at)


def can_be_followed(some: Sequence[LinkDecision]) -> bool:
    """Whether no two records are of one matter by some of them, and kept apart by another: by trying every step."""
    matter: dict[Key, set[Key]] = {one.key: {one.key} for one in NAMED}
    for pair in (pair for one in some if one.joins for pair in one.pairs()):
        together = set().union(*(matter[key] for key in pair))
        matter |= dict.fromkeys(together, together)
    return not any(b in matter[a] for one in some if not one.joins for a, b in map(tuple, one.pairs()))


def plainly_against(new: LinkDecision, others: Sequence[LinkDecision]) -> LinkDecision | None:
    """What `contradicted` promises, by leaving out one after the other of all of them."""
    if can_be_followed([*others, new]):
        return None
    against = list(others)
    for one in others:
        rest = [other for other in against if other is not one]
        if not can_be_followed([*rest, new]):
            against = rest
    return max(against, key=lambda one: one.at, default=new)


def plainly_judged(made: Sequence[LinkDecision]) -> list[Judged]:
    """What `judge_decisions` promises, each decision held against all that stand."""
    said = {one.key: one.digest for one in NAMED}
    judged: list[Judged] = []
    for one in reversed(made):
        changed = tuple(record.key for record in one.named if said[record.key] != record.digest)
        if one.taken_back_at is not None:
            judged.append(Judged(one, Force.TAKEN_BACK))
        elif changed:
            judged.append(Judged(one, Force.EXPIRED, changed))
        elif against := plainly_against(one, acting(judged)):
            judged.append(Judged(one, Force.OVERTAKEN, by=against.decision_id))
        else:
            judged.append(Judged(one, Force.STANDS))
    return judged[::-1]


@settings(max_examples=400)
@given(decisions())
def test_each_comes_to_what_it_comes_to_when_held_against_all_that_stand(made: list[LinkDecision]) -> None:
    judged = judge_decisions(made, RECORDS, LATER)
    assert judged == plainly_judged(made)
    standing = acting(judged)
    assert can_be_followed(standing)
    for new in made:
        others = [one for one in standing if one is not new]
        assert contradicted(new, others) == plainly_against(new, others)


@pytest.mark.parametrize("one", list(permutations(range(3))))
@pytest.mark.parametrize("other", list(permutations(range(3, 6))))
def test_what_is_kept_apart_stays_so_however_the_two_matters_grow(one: Sequence[int], other: Sequence[int]) -> None:
    sides = [[named(replace(referral(1), key=f"{side}{n}")) for n in range(4)] for side in "ab"]
    apart = [_said(Judgement.REJECT, a, b) for a, b in zip(*sides, strict=True)]
    joins = [_said(MERGE, side[n], side[n + 1]) for side in sides for n in range(3)]
    standing = [*apart, *(joins[n] for turn in zip(one, other, strict=True) for n in turn)]
    for a, b in product(*sides):
        assert contradicted(_said(MERGE, a, b), standing) is not None
        assert contradicted(_said(MERGE, b, a), standing) is not None


def _said(judgement: Judgement, one: Named, other: Named) -> LinkDecision:
    return LinkDecision("L", judgement, (one,), (other,), "x", "case_officer", "x", AT)


class Counted(LinkDecision):
    """A decision that counts how often it is asked whom it names."""

    asked: Counter[str] = Counter()

    @property
    def named(self) -> tuple[Named, ...]:
        """Every record that it rests on."""
        self.asked[self.decision_id] += 1
        return self.one + self.other

    def pairs(self) -> list[Pair]:
        """The pairs of records that it puts together, or keeps apart."""
        self.asked[self.decision_id] += 1
        return [frozenset((a.key, b.key)) for a in self.one for b in self.other]


def test_of_many_decisions_each_is_looked_at_as_often_as_of_few() -> None:
    records = [replace(referral(1), key=f"k{n}") for n in range(600)]
    sides = [named(record) for record in records]
    made = [
        Counted(f"L{n}", (MERGE, Judgement.REJECT)[n % 2], (sides[2 * n],), (sides[2 * n + 1],), "x", "x", "x", AT)
        for n in range(300)
    ]
    Counted.asked.clear()
    judged = judge_decisions(made, records, LATER)
    assert [one.force for one in judged] == [Force.STANDS] * 300
    assert len(Counted.asked) == 300
    assert max(Counted.asked.values()) < 10
