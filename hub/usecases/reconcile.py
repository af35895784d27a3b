"""Link and compare everything that is known, as of an instant; a preview unless it is committed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from hub.cycles import cycles_left_alone
from hub.findings.counterparts import Counterparts
from hub.findings.patterns import Presence, presences
from hub.hub import Hub
from hub.ledger.runs import Run, append_run, looks_back, next_run_id, runs
from hub.link.judging import Force
from hub.linked import notes_left
from hub.receiving.balance import FileBalance, balance
from hub.usecases.counterparts import counterparts_in
from hub.usecases.dispatch import dispatch
from hub.usecases.relink import bring_up_to_date
from hub.view import View, look


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The view with its balance. presences: which of the three have a record of each case. counterparts: pairs of
    cases that may be one. committed: lines of links that were kept, and run_id: the id of the run; None and empty for a
    preview.

    planned: receiver -> hand-overs that were planned for it, in a run that was committed.
    """

    view: View
    balance: tuple[FileBalance, ...]
    presences: tuple[Presence, ...] = ()
    counterparts: tuple[Counterparts, ...] = ()
    committed: int | None = None
    run_id: str = ""
    planned: Mapping[str, int] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """The figures of the run."""
        kept = {} if self.committed is None else {"links_changed": self.committed}
        forces = [one.force for one in self.view.judged]
        judged = {"decisions": forces.count(Force.STANDS), "decisions_expired": forces.count(Force.EXPIRED)}
        pairs = {"counterparts": len(self.counterparts)}
        return self.view.counts() | judged | pairs | kept | ({"planned": sum(self.planned.values())} if kept else {})


Period = tuple[date, date]
"""first and last day, both within"""


@cycles_left_alone()
def reconcile(
    hub: Hub,
    as_of: datetime,
    now: datetime,
    agencies: Collection[str] = (),
    period: Period | None = None,
    commit: bool = False,
    first_periods: Mapping[str, str] | None = None,
) -> Reconciliation:
    """Link all records, derive what is owed and find what is missing; raises `BalanceBroken` if rows are lost.

    agencies, period: narrow what is shown (obligations of these debtors or creditors, opened in the
    period, and the findings for them or in their cases), never what is linked: a case is judged whole. Of a case with a
    sealed record only the findings for the agencies themselves are shown. commit: keep the links and
    the run, and plan what the agencies must be told; the same run twice keeps and plans nothing new. A run as of an
    instant before that of an earlier run is about the past: it tells nobody anything, and it leaves the links as they
    are, for those in the ledger follow what people have decided by now (an earlier `relink` counts as well).
    """
    if not commit:
        with hub.ledger.read() as tx:
            view = look(hub, tx, as_of, first_periods=first_periods)
        return _narrowed(hub, _reconciliation(hub, view, _balanced(hub, view)), agencies, period)
    with hub.ledger.write() as tx:
        earlier = runs(tx)
        of_this_kind = [run for run in earlier if run.kind == "reconcile"]
        run_id = next_run_id(tx, _run_id(as_of, now))
        past = looks_back(as_of, now, earlier)
        # First, so that what came since the last run is linked once, and the view goes on from there.
        kept = 0 if past else bring_up_to_date(hub, tx, run_id, as_of, now, whole=not notes_left(tx)).links_changed
        view = look(hub, tx, as_of, first_periods=first_periods)
        balanced = _balanced(hub, view)
        parameters = {
            "rules": hub.rules.version,
            "calendar": hub.calendar.version,
            "codes": hub.codes.version,
            "linking": hub.link_weights.version,
        }
        run = Run(run_id, "reconcile", as_of, now, parameters, view.counts(), now)
        same = [one for one in of_this_kind if (one.as_of, one.at) == (as_of, now)]
        if same and not kept and replace(same[-1], run_id=run_id) == run:
            run_id = same[-1].run_id
        else:
            append_run(tx, run)
        planned = {} if looks_back(as_of, now, of_this_kind) else dispatch(hub, tx, view, now, compared=True)
    done = replace(_reconciliation(hub, view, balanced), committed=kept, run_id=run_id, planned=planned)
    return _narrowed(hub, done, agencies, period)


def _reconciliation(hub: Hub, view: View, balanced: tuple[FileBalance, ...]) -> Reconciliation:
    unplaced = {one.record.source for one in view.linkage.ambiguities}
    seen = presences(view.linkage.cases, view.obligations, view.findings, unplaced, hub.rules, view.as_of)
    return Reconciliation(view, balanced, tuple(seen), counterparts_in(hub, view))


def _balanced(hub: Hub, view: View) -> tuple[FileBalance, ...]:
    return tuple(balance(view.parcels, view.disposed, hub.agencies))


def _run_id(as_of: datetime, now: datetime) -> str:
    return "R" + hashlib.sha256(f"reconcile|{as_of.isoformat()}|{now.isoformat()}".encode()).hexdigest()[:16]


def _narrowed(hub: Hub, whole: Reconciliation, agencies: Collection[str], period: Period | None) -> Reconciliation:
    if not agencies and period is None:
        return whole
    view = whole.view
    owed = tuple(
        o
        for o in view.obligations
        if (not agencies or {o.debtor, o.creditor} & set(agencies))
        and (period is None or period[0] <= o.opened_at.day <= period[1])
    )
    cases = {o.case_id for o in owed} if period else None
    theirs = _cases_of(hub, view, agencies, {o.case_id for o in owed})
    found = tuple(
        f
        for f in view.findings
        if (not agencies or f.agency in agencies or f.case_id in theirs)
        and (cases is None or not f.case_id or f.case_id in cases)
    )
    shown = {o.case_id for o in owed} | {f.case_id for f in found} | (theirs if cases is None else set())
    return replace(
        whole,
        view=replace(view, obligations=owed, findings=found),
        presences=tuple(one for one in whole.presences if one.case_id in shown),
        counterparts=tuple(one for one in whole.counterparts if not shown.isdisjoint(one.case_ids)),
    )


def _cases_of(hub: Hub, view: View, agencies: Collection[str], owing: Collection[str]) -> set[str]:
    """The cases in which one of the agencies has a record, and those in which it owes or is owed; none with a sealed record."""
    seals = hub.delivery_rules.sealed.seals
    return {
        case.case_id
        for case in view.linkage.cases
        if (case.case_id in owing or any(one.agency in agencies for one in case.records))
        and not any(map(seals, case.records))
    }
