"""What was let go of is void with its reason, its ladders stop, and the decision can be taken back."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from hub.duties.duty import State
from hub.duties.waivers import Waiver, apply_waivers, waivers
from hub.errors import ConfigurationFault
from hub.evidence.bundle import verify_chain
from hub.hub import Hub
from hub.ladder.told import questions
from hub.usecases.escalate import escalate
from hub.usecases.waive import find_obligation, revoke_waiver, waive
from hub.view import look
from tests.hub.ladder_obligations import DUE, obligation
from tests.support.installation import AS_OF

REASON = "移送后当事人死亡，公安机关已书面说明"
DAY = timedelta(days=1)


def test_a_waiver_makes_it_void_from_then_on_and_says_who_and_why() -> None:
    as_of = DUE + 5 * DAY
    given = Waiver("O1", 1, DUE + 2 * DAY, "检察长", REASON)
    (before,) = apply_waivers([obligation(as_of=DUE + DAY)], [given], DUE + DAY)
    assert before.state is State.OVERDUE
    (after,) = apply_waivers([obligation(as_of=as_of)], [given], as_of)
    assert after.state is State.VOID
    assert after.steps[-1].endswith(f"由 检察长 决定不再要求履行。理由：{REASON}")
    (other,) = apply_waivers([obligation(as_of=as_of, obligation_id="O2")], [given], as_of)
    assert other.state is State.OVERDUE


def test_an_act_before_the_waiver_stays_the_end_and_one_after_it_changes_nothing() -> None:
    as_of = DUE + 9 * DAY
    given = Waiver("O1", 1, DUE + 2 * DAY, "检察长", REASON)
    (earlier,) = apply_waivers([obligation(as_of=as_of, ended_at=DUE + DAY)], [given], as_of)
    assert earlier.state is State.DISCHARGED_LATE
    (later,) = apply_waivers([obligation(as_of=as_of, ended_at=DUE + 3 * DAY)], [given], as_of)
    assert (later.state, later.ended_by) == (State.VOID, "")


def test_a_waiver_taken_back_no_longer_counts() -> None:
    as_of = DUE + 5 * DAY
    given = Waiver("O1", 1, DUE + 2 * DAY, "检察长", REASON, revoked_at=DUE + 4 * DAY)
    (after,) = apply_waivers([obligation(as_of=as_of)], [given], as_of)
    assert after.state is State.OVERDUE
    (meanwhile,) = apply_waivers([obligation(as_of=DUE + 3 * DAY)], [given], DUE + 3 * DAY)
    assert meanwhile.state is State.VOID


def test_in_the_county_the_ladders_stop_and_what_was_asked_is_withdrawn(installation: Hub) -> None:
    asked = escalate(installation, AS_OF, AS_OF, commit=True).pending[0]
    with installation.ledger.read() as tx:
        owed = find_obligation(installation, tx, asked.obligation_id, AS_OF)
        before = look(installation, tx, AS_OF)
    assert owed.state is State.OVERDUE
    later = AS_OF + timedelta(hours=1)
    received = datetime.now(timezone.utc)  # the rows came before this, the waiver after it
    given = waive(installation, asked.obligation_id, "检察长", REASON, later, received + timedelta(seconds=1))
    with installation.ledger.read() as tx:
        assert waivers(tx) == [given]
        assert find_obligation(installation, tx, asked.obligation_id, AS_OF).state is State.OVERDUE
        assert find_obligation(installation, tx, asked.obligation_id, later).state is State.VOID
        assert find_obligation(installation, tx, asked.obligation_id, later).steps[-1].endswith(REASON)
        # What the hub knew before the waiver is what it was.
        known = look(installation, tx, later, known_at=received).obligations
        assert {o.obligation_id: o.state for o in known}[asked.obligation_id] is State.OVERDUE
        after = look(installation, tx, later)
    assert len(after.findings) <= len(before.findings)
    done = escalate(installation, later, later, commit=True)
    assert done.withdrawn >= 1
    assert asked.decision_id not in [one.decision_id for one in done.pending]
    with installation.ledger.read() as tx:
        (answered,) = [one for one in questions(tx) if one.rung_key == asked.rung_key]
    assert str(answered.answer) == "withdrawn"
    assert verify_chain(installation.ledger, ()).ok

    taken_back = later + timedelta(hours=1)
    revoke_waiver(installation, asked.obligation_id, "检察长", "公安机关的说明有误", taken_back, taken_back)
    with installation.ledger.read() as tx:
        assert find_obligation(installation, tx, asked.obligation_id, taken_back).state is State.OVERDUE
    again = waive(installation, asked.obligation_id, "检察长", REASON, taken_back + DAY, taken_back + DAY)
    assert again.number == 2


@pytest.mark.parametrize(
    ("by", "reason", "fault"),
    [
        ("检察长", " ", "a reason"),
        ("", REASON, "who decided"),
        ("检察长", "当事人 140924198003041236 已死亡", "identity number"),
    ],
)
def test_a_waiver_needs_a_person_and_a_reason_without_personal_data(
    installation: Hub, by: str, reason: str, fault: str
) -> None:
    with pytest.raises(ConfigurationFault, match=fault):
        waive(installation, "O1", by, reason, AS_OF, AS_OF)
    with pytest.raises(ConfigurationFault, match=fault):
        revoke_waiver(installation, "O1", by, reason, AS_OF, AS_OF)


def test_what_is_not_there_or_already_done_cannot_be_waived(installation: Hub) -> None:
    with pytest.raises(ConfigurationFault, match="no obligation of this id"):
        waive(installation, "O1", "检察长", REASON, AS_OF, AS_OF)
    with installation.ledger.read() as tx:
        done = next(o for o in look(installation, tx, AS_OF).obligations if o.state is State.DISCHARGED)
    with pytest.raises(ConfigurationFault, match="nothing to waive"):
        waive(installation, done.obligation_id, "检察长", REASON, AS_OF, AS_OF)
    with pytest.raises(ConfigurationFault, match="no waiver is in force"):
        revoke_waiver(installation, done.obligation_id, "检察长", REASON, AS_OF, AS_OF)
