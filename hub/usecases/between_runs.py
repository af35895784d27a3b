"""What is otherwise since an earlier run: links, cases, findings, decisions, and since when did the hub know?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.errors import ConfigurationFault
from hub.findings.run_changes import RunChange, RunChanged, compare_runs
from hub.findings.run_reasons import Seen
from hub.hub import Hub
from hub.ledger.facts import facts
from hub.ledger.links import current_links
from hub.ledger.runs import Run, looks_back, runs
from hub.link.decisions import CODES, TAKEN_BACK, Key, LinkDecision, key_of, link_decisions
from hub.model import Disposition
from hub.usecases.explain import decision_records
from hub.usecases.judge_links import about_sealed
from hub.usecases.relink import stored_links
from hub.view import View, look, set_aside_numbers

KIND = "reconcile"
_LAST = 5


@dataclass(frozen=True, slots=True)
class BetweenRuns:
    """What lies between two committed runs.

    learned: source of a record, or id of a decision, that made a difference -> since when the hub has it.
    otherwise_kept: how many links of the two runs stand otherwise in the ledger than the hub finds them today for the
    same instant: zero unless the rules, the mappings or the hub itself were changed since. versions: what of rules,
    calendar, code tables and figures was of another version in the second run, as each run kept it; no change rests on
    that, since both are looked at by those of today.
    """

    first: Run
    second: Run
    changes: tuple[RunChange, ...]
    learned: Mapping[str, datetime]
    otherwise_kept: int
    versions: tuple[str, ...] = ()


def between_runs(hub: Hub, first_id: str = "", second_id: str = "") -> BetweenRuns:
    """Compare two committed runs, each as of its instant and by what was known when it ran; by default the last two.

    With one id, that run and the last. Raises `ConfigurationFault` where there are no such runs, or not in that order.
    """
    with hub.ledger.read() as tx:
        known = runs(tx)
        first, second = _chosen([run for run in known if run.kind == KIND], first_id, second_id)
        before = look(hub, tx, first.as_of, first.known_at)
        after = look(hub, tx, second.as_of, second.known_at)
        otherwise = sum(
            len(set(stored_links(view.linkage)) ^ set(current_links(tx, run.known_at)))
            for view, run in ((before, first), (after, second))
            if not looks_back(run.as_of, run.at, known[: known.index(run)])  # such a run kept no links
        )
        earlier, later = (link_decisions(tx, run.known_at) for run in (first, second))
        hidden = about_sealed(hub, after, later)
        decided = _Decided(earlier, [one for one in later if one.decision_id not in hidden])
        told = {
            fact.subject: fact.learned_at
            for code in (*CODES.values(), TAKEN_BACK)
            for fact in facts(tx, code=code, known_at=second.known_at)
        }
        seen = seen_by(hub, before, after)
    changes = [*compare_runs(*seen), *decided.changes(after)]
    named = {source for change in changes for source in change.sources}
    learned = {one.row.reading.source: one.row.received_at for view in (before, after) for one in view.disposed}
    found = {source: at for source, at in learned.items() if source in named}
    return BetweenRuns(first, second, tuple(changes), found | told, otherwise, _versions(first, second))


class _Decided:
    """What people decided about links between two runs: what the later one knew and the earlier one did not.

    Decisions about sealed matters are told by `hub links`, to those whose business they are.
    """

    def __init__(self, before: Sequence[LinkDecision], after: Sequence[LinkDecision]) -> None:
        known = {one.decision_id: one for one in before}
        self._made = [one for one in after if one.decision_id not in known]
        self._taken_back = [
            one
            for one in after
            if one.taken_back_at is not None
            and (one.decision_id not in known or known[one.decision_id].taken_back_at is None)
        ]

    def changes(self, view: View) -> list[RunChange]:
        """Each decision that was made, then each that was taken back, with the case of its first record."""
        case_of = {key_of(link.record): link.case_id for link in view.linkage.links}
        made = [_decision_change(RunChanged.DECISION_MADE, one, "", str(one.judgement), case_of) for one in self._made]
        return made + [
            _decision_change(RunChanged.DECISION_TAKEN_BACK, one, str(one.judgement), "", case_of)
            for one in self._taken_back
        ]


def _decision_change(what: RunChanged, one: LinkDecision, was: str, now: str, case_of: Mapping[Key, str]) -> RunChange:
    agencies = "、".join(dict.fromkeys(named.key[0] for named in one.named))
    case_id = next((case_of[named.key] for named in one.named if named.key in case_of), "")
    why = f"{one.role} {one.by}：{one.reason}（{decision_records(one.named)}）"
    return RunChange(what, case_id, agencies, one.decision_id, was, now, why, (one.decision_id,))


def seen_by(hub: Hub, before: View, after: View) -> tuple[Seen, Seen]:
    """What two looks saw, without decisions about sealed matters."""
    hidden = {
        decision_id
        for view in (before, after)
        for decision_id in about_sealed(hub, view, (j.decision for j in view.judged))
    }
    return _seen(hub, before, hidden), _seen(hub, after, hidden)


def _seen(hub: Hub, view: View, hidden: Collection[str]) -> Seen:
    told = [one for one in view.judged if one.decision.decision_id not in hidden]
    aside = set_aside_numbers(view.disposed, hub.agencies)
    standing = [one.row.reading for one in view.disposed if one.disposition is Disposition.ACCEPTED]
    content = {reading.source: reading.content_hash for reading in standing}
    return Seen(view.as_of, view.linkage, view.obligations, view.findings, told, aside, content)


def _versions(first: Run, second: Run) -> tuple[str, ...]:
    both = sorted(first.parameters.keys() & second.parameters.keys())
    pairs = ((name, first.parameters[name], second.parameters[name]) for name in both)
    return tuple(f"{name}: {was} → {now}" for name, was, now in pairs if was != now)


def _chosen(known: Sequence[Run], first_id: str, second_id: str) -> tuple[Run, Run]:
    if len(known) < 2:
        raise ConfigurationFault("there are no two committed runs to compare: hub reconcile --commit makes one")
    by_id = {run.run_id: run for run in known}
    for run_id in filter(None, (first_id, second_id)):
        if run_id not in by_id:
            last = ", ".join(run.run_id for run in known[-_LAST:])
            raise ConfigurationFault(f"{run_id}: no committed run of this id; the last ones are {last}")
    second = by_id[second_id] if second_id else known[-1]
    first = by_id[first_id] if first_id else known[-2]
    if known.index(second) < known.index(first):
        raise ConfigurationFault(f"{second.run_id} ran before {first.run_id}")
    return first, second
