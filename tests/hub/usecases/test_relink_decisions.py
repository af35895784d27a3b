"""Does a run over what came lately follow people's decisions as a whole run does, also when one is made, expires or is taken back?"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hub.hub import Hub
from hub.ledger.facts import append_fact
from hub.ledger.notes import last_linked
from hub.ledger.store import Ledger
from hub.link.decisions import (
    CODES,
    TAKEN_BACK,
    Judgement,
    Key,
    LinkDecision,
    content_of,
    decision_id_of,
    digest_of,
    key_of,
    link_decisions,
    named,
)
from hub.link.judging import Force, acting, contradicted
from hub.model import Record
from hub.usecases.judge_links import take_back
from hub.usecases.reconcile import reconcile
from hub.usecases.relink import relink
from hub.view import View, look
from tests.hub.agency_rows import ID_NO
from tests.hub.usecases.test_judge_links import (
    ACCEPTANCE,
    AS_OF,
    CONFIRM,
    FIRST,
    MERGE,
    OFFICER,
    OTHER,
    REASON,
    SECOND,
    county,
    decide,
)
from tests.hub.usecases.test_relink import T0, Arrival, arrivals, keep, kept_links, ledger, whole_linkage, whole_run
from tests.support.installation import installation
from tests.support.small_county import SmallCounty

NUMBERED = {
    "受案登记表文号": "繁公（刑）受案字〔2026〕10090号",
    "案件编号": "A1409240200002026070090",
    "证件号码": ID_NO,
}
__all__ = ["arrivals", "county", "installation", "ledger"]


def relinked(found: SmallCounty) -> tuple[bool, int]:
    """Whether a run linked everything, and how many lines it kept; its links are those of a whole run."""
    found.clock += timedelta(minutes=1)
    now = max(found.clock, AS_OF)
    done = relink(found.hub, now)
    assert kept_links(found.hub) == whole_run(found.hub, now)
    return done.whole, done.links_changed


def test_a_decision_moves_only_what_it_is_about(county: SmallCounty) -> None:
    assert relinked(county)[0]
    assert relinked(county) == (False, 0)
    decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    assert relinked(county) == (False, 1)
    decide(county, MERGE, OTHER, SECOND["立案号"])
    assert relinked(county) == (False, 1)
    assert relinked(county) == (False, 0)
    with county.hub.ledger.read() as tx:
        last = last_linked(tx)
        assert last is not None
        assert len(last.acted) == 2


def test_a_decision_that_is_taken_back_or_expires_lets_go_of_what_it_held(county: SmallCounty) -> None:
    relinked(county)
    decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    merged = decide(county, MERGE, OTHER, SECOND["立案号"])
    assert relinked(county) == (False, 2)
    county.clock += timedelta(minutes=1)
    take_back(county.hub, merged.decision_id, OFFICER, REASON, AS_OF, county.clock)
    assert relinked(county) == (False, 1)
    county.ledger("202608", {**FIRST, "涉案金额": "12万"}, SECOND)
    county.pull()
    whole, changed = relinked(county)
    assert not whole
    assert changed >= 1
    with county.hub.ledger.read() as tx:
        view = look(county.hub, tx, AS_OF)
    assert [one.force for one in view.judged] == [Force.EXPIRED, Force.TAKEN_BACK]


def test_a_reconciliation_about_the_past_leaves_the_links_as_people_decided_since(county: SmallCounty) -> None:
    relinked(county)
    decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    assert relinked(county) == (False, 1)
    now = max(county.clock, AS_OF) + timedelta(hours=1)
    past = reconcile(county.hub, AS_OF - timedelta(days=1), now, commit=True)
    assert len(past.view.linkage.ambiguities) == 1, "as of the day before nothing was decided"
    assert past.committed == 0
    assert kept_links(county.hub) == whole_run(county.hub, now)
    assert relinked(county) == (False, 0)


def test_a_reconciliation_as_of_now_keeps_what_a_run_over_what_came_lately_would_keep(county: SmallCounty) -> None:
    relinked(county)
    decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"])
    assert relinked(county) == (False, 1)
    now = max(county.clock, AS_OF) + timedelta(hours=1)
    assert reconcile(county.hub, now, now, commit=True).committed == 0
    assert relinked(county) == (False, 0)
    decide(county, MERGE, OTHER, SECOND["立案号"])
    later = now + timedelta(hours=1)
    assert reconcile(county.hub, later, later, commit=True).committed == 1
    assert relinked(county) == (False, 0), "the notes are brought up to what a reconciliation kept"


def test_figures_that_are_set_back_before_the_next_run_leave_no_links_of_theirs(county: SmallCounty) -> None:
    relinked(county)
    hub, now = county.hub, max(county.clock, AS_OF) + timedelta(hours=1)
    decide_by = hub.link_weights.decide
    asked = decide_by.model_copy(update={"acceptance": decide_by.acceptance.model_copy(update={"accept": 60.0})})
    stricter = replace(hub, link_weights=hub.link_weights.model_copy(update={"decide": asked}))
    county.outbox("sa_20260705.csv", {**NUMBERED, "移送书文号": SECOND["移送书文号"]})
    county.pull("police")
    assert relinked(county) == (False, 2)
    fewer = reconcile(stricter, now, now, commit=True).committed
    assert fewer
    assert relinked(county) == (True, fewer)


def test_a_decision_dated_later_than_now_holds_nothing_yet(county: SmallCounty) -> None:
    relinked(county)
    now, then = max(county.clock, AS_OF) + timedelta(hours=1), AS_OF + timedelta(days=5)
    decide(county, CONFIRM, ACCEPTANCE, FIRST["立案号"], as_of=then)
    assert reconcile(county.hub, then, now, commit=True).committed == 1
    assert relinked(county) == (False, 1), "of the decisions that acted, that one does not act yet"


def test_decisions_between_portions_in_any_order_give_the_links_of_a_whole_run(
    installation: Hub, arrivals: tuple[Arrival, ...], ledger: Ledger
) -> None:
    chance = random.Random(7)
    shuffled = chance.sample(arrivals, len(arrivals))
    hub = replace(installation, ledger=ledger)
    seen = {str(force): 0 for force in Force}
    restless = _restless(arrivals)
    for step in range(12):
        now = T0 + timedelta(minutes=10 * step)
        portion = [shuffled.pop() for _ in range(min(len(shuffled), 25))]
        keep(hub.ledger, portion, now)
        if step % 3 == 2:
            whole_linkage(hub, now)  # with notes that are behind rows and decisions alike
        relink(hub, now)
        with hub.ledger.read() as tx:
            view = look(hub, tx, now)
        for one in view.judged:
            seen[str(one.force)] += 1
        _decide_at_random(hub, view, restless, chance, now)
        relink(hub, now + timedelta(minutes=5))
        if step % 3 == 2:
            assert kept_links(hub) == whole_run(hub, now + timedelta(minutes=5)), step
    assert seen["stands"] > 20
    assert seen["expired"] > 0
    assert seen["taken_back"] > 0


def _restless(arrivals: Sequence[Arrival]) -> set[Key]:
    """The records of which there are versions that say different things by which they are told apart."""
    said: dict[Key, set[str]] = {}
    for record in (reading.record for one in arrivals for reading in one.readings if reading.record is not None):
        said.setdefault(key_of(record), set()).add(digest_of(record))
    return {key for key, digests in said.items() if len(digests) > 1}


def _decide_at_random(hub: Hub, view: View, restless: Collection[Key], chance: random.Random, now: datetime) -> None:
    """Some decisions of every kind about what stands, and one that is taken back."""
    records = [record for case in view.linkage.cases for record in case.records]
    many = [case.records for case in view.linkage.cases if len(case.records) > 2]
    standing = acting(view.judged)
    with hub.ledger.write() as tx:
        for judgement in (*Judgement, Judgement.REJECT, Judgement.SPLIT):
            if judgement in (Judgement.SPLIT, Judgement.REJECT) and many:
                one, *rest = chance.sample(chance.choice(many), 3)
                new = _made(judgement, [one], rest if judgement is Judgement.SPLIT else rest[:1], now)
            else:
                moving = [record for record in records if key_of(record) in restless] or records
                a, b = chance.choice(moving), chance.choice(records)
                if a is b:
                    continue
                new = _made(judgement, [a], [b], now)
            if contradicted(new, standing) is None:
                standing.append(new)
                append_fact(tx, CODES[judgement], new.decision_id, now, content_of(new))
        if earlier := [one for one in link_decisions(tx) if one.at < now and one.taken_back_at is None]:
            append_fact(
                tx, TAKEN_BACK, chance.choice(earlier).decision_id, now, {"by": "x", "role": "x", "reason": "x"}
            )


def _made(judgement: Judgement, one: Sequence[Record], other: Sequence[Record], now: datetime) -> LinkDecision:
    sides = tuple(tuple(map(named, side)) for side in (one, other))
    made = decision_id_of(judgement, sides[0], sides[1], 1)
    return LinkDecision(made, judgement, sides[0], sides[1], OFFICER, "case_officer", REASON, now)
