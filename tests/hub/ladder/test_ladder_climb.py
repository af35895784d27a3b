"""However often and in whatever order the hub looks: is each rung told at most once, never early, never after the end?"""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hub.duties.duty import Obligation, RuleKind, State
from hub.ladder.climb import Act, LadderPlan, Outcome, RungDue, Told, plan
from hub.ladder.ladders import load_ladders
from tests.hub.ladder_obligations import DUE, obligation

LADDERS = load_ladders(Path(__file__).resolve().parents[3] / "mappings" / "ladders.yaml")
NAMES = [ladder.ladder for ladder in LADDERS.every]
HOURS = st.integers(min_value=0, max_value=90 * 24)
DEBTORS = st.sampled_from(["police", "140924202", "procuratorate", "justice_bureau"])


class Climb(RuleBasedStateMachine):
    """Some obligations, a hub that looks at odd times and forgets nothing, and people who decide or do not."""

    def __init__(self) -> None:
        super().__init__()
        self.now = DUE - timedelta(days=70)
        self.told: list[Told] = []
        self.sent: list[tuple[datetime, RungDue]] = []
        self.parameters: list[tuple[str, RuleKind, timedelta, timedelta, str]] = []
        self.ended: dict[int, datetime] = {}
        self.random = random.Random(7)

    @initialize(
        kinds=st.lists(
            st.tuples(
                st.sampled_from(NAMES),
                st.sampled_from(RuleKind),
                HOURS.map(lambda h: timedelta(hours=h / 2)),
                st.integers(min_value=1, max_value=24 * 60).map(lambda h: timedelta(hours=h)),
                DEBTORS,
            ),
            min_size=1,
            max_size=3,
        )
    )
    def begin(self, kinds: list[tuple[str, RuleKind, timedelta, timedelta, str]]) -> None:
        self.parameters = kinds

    def owed(self) -> list[Obligation]:
        return [
            obligation(
                "township.reply_opinion",
                ladder,
                as_of=self.now,
                due_at=DUE - timedelta(days=45) + offset,
                opened_at=DUE - timedelta(days=45) + offset - period,
                obligation_id=f"O{number}",
                kind=kind,
                debtor=debtor,
                ended_at=self.ended.get(number),
            )
            for number, (ladder, kind, offset, period, debtor) in enumerate(self.parameters)
        ]

    @rule(hours=HOURS)
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours / 12)

    @rule(shuffle=st.randoms(use_true_random=False))
    def the_hub_looks_and_acts(self, shuffle: random.Random) -> None:
        found = self.look(shuffle)
        for due in found.due:
            self.told.append(due.told(self.now))
            if due.act is Act.NOTIFY:
                self.sent.append((self.now, due))
        self.told += [one.told(self.now) for one in found.settled]

    def look(self, shuffle: random.Random) -> LadderPlan:
        owed, told = self.owed(), list(self.told)
        found = plan(owed, told, LADDERS, self.now)
        shuffle.shuffle(owed)
        shuffle.shuffle(told)
        assert plan(owed, [*told, *told], LADDERS, self.now) == found, "the order in which facts are given matters"
        return found

    @rule()
    def the_hub_previews(self) -> None:
        assert self.look(self.random) == self.look(self.random)

    @rule(yes=st.booleans(), number=st.integers(min_value=0, max_value=20))
    def a_person_decides(self, yes: bool, number: int) -> None:
        asked = [one for one in self.told if one.outcome is Outcome.PROPOSED]
        if asked:
            one = asked[number % len(asked)]
            outcome = Outcome.APPROVED if yes else Outcome.DECLINED
            self.told.append(Told(one.rung_key, outcome, self.now, one.ladder_version, one.attempt))

    @rule(number=st.integers(min_value=0, max_value=2))
    def the_debtor_acts(self, number: int) -> None:
        if number < len(self.parameters):
            self.ended.setdefault(number, self.now)

    @rule(number=st.integers(min_value=0, max_value=2))
    def a_correction_takes_the_act_back(self, number: int) -> None:
        self.ended.pop(number, None)

    @invariant()
    def each_rung_is_sent_at_most_once(self) -> None:
        counts = Counter(due.rung_key for _, due in self.sent)
        assert all(count == 1 for count in counts.values())

    @invariant()
    def nothing_is_sent_before_its_time_or_after_the_end(self) -> None:
        for at, due in self.sent:
            assert due.due_since <= at
            assert due.obligation.state in (State.OPEN, State.OVERDUE)
            assert (due.obligation.state is State.OVERDUE) == (at > due.obligation.due_at)

    @invariant()
    def what_a_person_decides_is_sent_only_after_approval_and_never_after_refusal(self) -> None:
        for at, due in self.sent:
            if due.decides:
                outcomes = {one.outcome for one in self.told if one.rung_key == due.rung_key and one.at <= at}
                assert Outcome.APPROVED in outcomes
        refused = {one.rung_key: one.at for one in self.told if one.outcome is Outcome.DECLINED}
        assert not any(due.rung_key in refused and at > refused[due.rung_key] for at, due in self.sent)

    @invariant()
    def a_right_is_never_chased(self) -> None:
        assert all(due.ladder == "reminder" for _, due in self.sent if due.obligation.kind is RuleKind.RIGHT)

    @invariant()
    def automatic_rungs_come_in_their_order(self) -> None:
        highest: dict[tuple[str, str], int] = {}
        for _, due in self.sent:
            if not due.decides and not due.mandatory:
                place = (due.obligation.obligation_id, due.ladder)
                assert due.rung_no > highest.get(place, 0)
                highest[place] = due.rung_no

    @invariant()
    def nothing_is_left_to_say_twice(self) -> None:
        done = {due.rung_key for _, due in self.sent}
        found = plan(self.owed(), self.told, LADDERS, self.now)
        assert not done & {due.rung_key for due in found.due}
        told = [*self.told, *found.told(self.now)]
        again = plan(self.owed(), told, LADDERS, self.now)
        assert again.settled == ()
        assert again.due == ()


TestClimb = Climb.TestCase
TestClimb.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@given(st.sampled_from(NAMES), DEBTORS, st.lists(HOURS, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_replaying_the_same_looks_gives_the_same_plans(ladder: str, debtor: str, hours: list[int]) -> None:
    def replay() -> list[LadderPlan]:
        told: list[Told] = []
        plans = []
        for hour in sorted(hours):
            now = DUE - timedelta(days=3) + timedelta(hours=hour)
            found = plan([obligation(ladder=ladder, as_of=now, debtor=debtor)], told, LADDERS, now)
            told += found.told(now)
            plans.append(found)
        return plans

    assert replay() == replay()


@given(st.sampled_from(NAMES), st.lists(HOURS, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_hub_that_looks_every_hour_and_one_that_looks_now_and_then_end_at_the_same_rung(
    ladder: str, hours: list[int]
) -> None:
    def highest_sent(looks: list[int]) -> dict[str, int]:
        told: list[Told] = []
        for hour in sorted(looks):
            now = DUE - timedelta(days=3) + timedelta(hours=hour)
            found = plan([obligation(ladder=ladder, as_of=now)], told, LADDERS, now)
            told += found.told(now)
        sent = [one.rung_key.rsplit("/", 2)[1:] for one in told if one.outcome is Outcome.FIRED]
        return {name: max(int(no) for other, no in sent if other == name) for name, _ in sent}

    last = max(hours)
    assert highest_sent(hours) == highest_sent([*range(0, last, 6), last])
