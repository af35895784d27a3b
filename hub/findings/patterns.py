"""Which of township, police and procuratorate have a record of a matter, and is a record that is absent owed by now?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.duties.duty import Obligation, RuleKind, State
from hub.duties.rules import Rules
from hub.event_codes import EVENTS
from hub.findings.finding import Finding
from hub.link import Case
from hub.model import Record, RecordKind
from hub.moment import Moment
from hub.words import Word


class Side(Word):
    """The three that pass matters to each other; the receipts of others make no pattern."""

    TOWNSHIP = "township"
    POLICE = "police"
    PROCURATORATE = "procuratorate"


class Pattern(Word):
    """Which sides have a record of a matter."""

    ALL_THREE = "all_three"
    TOWNSHIP_POLICE = "township_police"
    TOWNSHIP_PROCURATORATE = "township_procuratorate"
    POLICE_PROCURATORATE = "police_procuratorate"
    TOWNSHIP_ONLY = "township_only"
    POLICE_ONLY = "police_only"
    PROCURATORATE_ONLY = "procuratorate_only"


class Standing(Word):
    """How it stands with the record that a side does not have; the worst first."""

    MISSING = "missing"  # its time is over, or another side's record shows that it must be there
    UNPLACED = "unplaced"  # the linker left the matter to a person, who may find it
    PENDING = "pending"  # owed, and not yet due
    NOT_OWED = "not_owed"  # nothing in the matter asks for it


PATTERNS: Mapping[frozenset[Side], Pattern] = {
    frozenset(Side): Pattern.ALL_THREE,
    frozenset({Side.TOWNSHIP, Side.POLICE}): Pattern.TOWNSHIP_POLICE,
    frozenset({Side.TOWNSHIP, Side.PROCURATORATE}): Pattern.TOWNSHIP_PROCURATORATE,
    frozenset({Side.POLICE, Side.PROCURATORATE}): Pattern.POLICE_PROCURATORATE,
    frozenset({Side.TOWNSHIP}): Pattern.TOWNSHIP_ONLY,
    frozenset({Side.POLICE}): Pattern.POLICE_ONLY,
    frozenset({Side.PROCURATORATE}): Pattern.PROCURATORATE_ONLY,
}
MEANINGS: Mapping[Pattern, str] = {
    Pattern.ALL_THREE: "三方都有记录：移送、受案和检察文书（含抄送登记）对得上",
    Pattern.TOWNSHIP_POLICE: "乡镇、公安有记录，检察院没有：移送材料没有抄送或抄送没有登记",
    Pattern.TOWNSHIP_PROCURATORATE: "乡镇、检察院有记录，公安没有：移送后公安没有签收；或者事项只在乡镇和检察院之间（意见、线索、咨询）",
    Pattern.POLICE_PROCURATORATE: "公安、检察院有记录，乡镇没有：受案的移送乡镇没有登记；或者事项只在公安和检察院之间（咨询）",
    Pattern.TOWNSHIP_ONLY: "只有乡镇有记录：立案后尚未移送，移送后未见签收和抄送，或者自行处罚",
    Pattern.POLICE_ONLY: "只有公安有记录：受理了移送，没有乡镇登记过，检察院也没有收到抄送",
    Pattern.PROCURATORATE_ONLY: "只有检察院有记录：文书已登记或送达，乡镇、公安没有相应的记录",
}
# Whose kinds of record they are: a township's ledger is its own, whichever township it is.
_SIDES: Mapping[RecordKind, Side] = {
    RecordKind.REFERRAL: Side.TOWNSHIP,
    RecordKind.PENALTY: Side.TOWNSHIP,
    RecordKind.OPINION_HANDLING: Side.TOWNSHIP,
    RecordKind.CORRESPONDENCE: Side.TOWNSHIP,
    RecordKind.ACCEPTANCE: Side.POLICE,
    RecordKind.POLICE_RESULT: Side.POLICE,
    RecordKind.DOCUMENT: Side.PROCURATORATE,
}
# A side's record is known to be missing by these findings, without any clock: another side shows that it must be there.
SHOWN_BY = {"received_not_sent": Side.TOWNSHIP, "sent_not_received": Side.POLICE}


@dataclass(frozen=True, slots=True)
class Absence:
    """A side without a record. waits_for: the rule whose act it would record, due_at its time; or the finding's code."""

    side: Side
    standing: Standing
    waits_for: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """Which sides have a record of a case, and how it stands with each that has none."""

    case_id: str
    pattern: Pattern
    absences: tuple[Absence, ...] = ()

    @property
    def standing(self) -> Standing:
        """The worst of its absences; `not_owed` where nothing is absent."""
        return min((a.standing for a in self.absences), key=list(Standing).index, default=Standing.NOT_OWED)


def presences(
    cases: Iterable[Case],
    obligations: Iterable[Obligation],
    findings: Iterable[Finding],
    unplaced: Collection[str],
    rules: Rules,
    as_of: datetime,
) -> list[Presence]:
    """The pattern of every case of which one of the three has a record by the instant, by case id; pure.

    unplaced: sources of the records that fit several others equally well.
    """
    owed: dict[str, list[Obligation]] = defaultdict(list)
    for obligation in obligations:
        if obligation.state in (State.OPEN, State.OVERDUE) and obligation.kind is not RuleKind.RIGHT:
            owed[obligation.case_id].append(obligation)
    shown: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        shown[finding.case_id].add(finding.code)
    ends = _ends(rules)
    found = []
    for case in cases:
        there = [record for record in case.records if record.kind in _SIDES and _is_there(record, Moment.of(as_of))]
        present = frozenset(_SIDES[record.kind] for record in there)
        if not present:
            continue
        left_open = any(record.source in unplaced for record in there)
        absences = tuple(
            _absence(side, owed[case.case_id], shown[case.case_id], left_open, ends)
            for side in Side
            if side not in present
        )
        found.append(Presence(case.case_id, PATTERNS[present], absences))
    return sorted(found, key=lambda presence: presence.case_id)


def tally(found: Iterable[Presence]) -> list[tuple[Pattern, Counter[Standing]]]:
    """Every pattern, also one that no case has, with its cases by their worst absence."""
    counts: dict[Pattern, Counter[Standing]] = {pattern: Counter() for pattern in Pattern}
    for presence in found:
        counts[presence.pattern][presence.standing] += 1
    return list(counts.items())


def _is_there(record: Record, now: Moment) -> bool:
    """Whether a record says anything by then; one without events (a letter not yet served) is there from the start."""
    return not record.events or any(not event.at.after(now) for event in record.events)


def _ends(rules: Rules) -> Mapping[str, frozenset[Side]]:
    """Rule -> the sides of which a record would end what it owes."""
    return {
        rule_id: frozenset(side for side in Side if any(ending.event in EVENTS[side] for ending in rule.ends))
        for rule_id, rule in rules.by_id.items()
    }


def _absence(
    side: Side, owed: Sequence[Obligation], shown: Collection[str], left_open: bool, ends: Mapping[str, frozenset[Side]]
) -> Absence:
    waiting = sorted((o for o in owed if side in ends.get(o.rule, ())), key=lambda o: (o.due_at, o.rule))
    overdue = [o for o in waiting if o.state is State.OVERDUE]
    if overdue:
        return Absence(side, Standing.MISSING, overdue[0].rule, overdue[0].due_at)
    if code := next((code for code in sorted(shown) if SHOWN_BY.get(code) is side), ""):
        return Absence(side, Standing.MISSING, code)
    if left_open:
        return Absence(side, Standing.UNPLACED, "ambiguous")
    if waiting:
        return Absence(side, Standing.PENDING, waiting[0].rule, waiting[0].due_at)
    return Absence(side, Standing.NOT_OWED)
