"""How is it shown what an amendment moves: counts by rule and agency, a line for each obligation, the rungs told before?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cli.session import show
from hub.duties.amendment import Shift, tally
from hub.duties.duty import Obligation
from hub.ladder.hindsight import ToldOtherwise
from hub.ladder.rung import shown_subject
from hub.moment import Moment
from hub.usecases.amend import Amended

TALLY = ("rule", "debtor", "only_before", "only_after", "moved", "state_changed", "becomes_final")
SHIFTS = (
    "rule", "debtor", "subject", "opened_at", "due_before", "due_after", "state_before", "state_after", "final",
    "version_before", "version_after", "case_id", "obligation_id",
)  # fmt: skip
TOLD = ("rung", "outcome", "told_at", "stands_since", "too_early")


def as_object(amended: Amended | None) -> Mapping[str, object]:
    """For `--json`."""
    if amended is None:
        return {"compared": 0, "counts": [], "shifts": [], "told": []}
    counts = [{name: getattr(one, name) for name in TALLY} for one in tally(amended.shifts)]
    return {
        "as_of": _shown(amended.as_of),
        "compared": amended.compared,
        "counts": counts,
        "shifts": [dict(zip(SHIFTS, _line(one), strict=True)) for one in amended.shifts],
        "told": [dict(zip(TOLD, _told(one), strict=True)) for one in amended.told],
    }


def print_amended(amended: Amended | None, *, lines: bool = True) -> None:
    """For people."""
    if amended is None:
        print("no ledger is compared")
        return
    counts = [tuple(getattr(one, name) for name in TALLY) for one in tally(amended.shifts)]
    show(TALLY, counts, as_json=False)
    if lines:
        show(SHIFTS, [_line(one) for one in amended.shifts], as_json=False)
    if amended.told:
        print("told under the old due time; stays told, and is not told again:")
        show(TOLD, [_told(one) for one in amended.told], as_json=False)
    print(
        f"obligations compared: {amended.compared} · come out otherwise: {len(amended.shifts)} · as of {_shown(amended.as_of)}"
    )
    print(
        "what was told, proposed and sealed keeps its due time and versions; what is computed from now on carries the new"
    )


def _line(one: Shift) -> tuple[str, ...]:
    owed, old, new = one.obligation, one.before, one.after
    return (
        owed.rule,
        owed.debtor,
        shown_subject(owed.subject),
        str(owed.opened_at),
        _due(old),
        _due(new),
        str(old.state) if old else "",
        str(new.state) if new else "",
        "yes" if one.becomes_final else "",
        old.rule_version if old else "",
        new.rule_version if new else "",
        owed.case_id,
        owed.obligation_id,
    )


def _told(one: ToldOtherwise) -> tuple[str, ...]:
    since = _shown(one.stands_since) if one.stands_since else ""
    return (one.rung_key, str(one.outcome), _shown(one.told_at), since, "yes" if one.too_early else "no")


def _due(obligation: Obligation | None) -> str:
    if obligation is None:
        return ""
    return _shown(obligation.due_at) + (" (provisional)" if obligation.provisional else "")


def _shown(at: datetime) -> str:
    return str(Moment.of(at))
