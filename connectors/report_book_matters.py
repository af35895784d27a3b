"""Which lists of the workbook show how the records of the three sides stand to each other, matter by matter?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.report_book_lists import Told
from connectors.report_book_sheet import ALARM, SUM, Column, Listing, Value
from connectors.report_book_words import PATTERNS, SIDES, STANDINGS
from hub.findings.authority import About, Authority
from hub.findings.counterparts import Counterparts
from hub.findings.differing import Differing, differing_fields
from hub.findings.patterns import MEANINGS, Absence, Presence, Side, Standing, tally
from hub.hub import Hub
from hub.moment import SHANGHAI
from hub.usecases.reconcile import Reconciliation

_WITHHELD = "（姓名、名称不载，见来源）"


@dataclass(frozen=True, slots=True)
class Matters:
    """What the lists show. settled: what is compared -> who settles it. charges: cause code -> the charge in words.

    counterparts: pairs of matters that may be one.
    """

    presences: tuple[Presence, ...] = ()
    differing: tuple[Differing, ...] = ()
    settled: Mapping[About, Authority] = field(default_factory=dict)
    charges: Mapping[str, str] = field(default_factory=dict)
    counterparts: tuple[Counterparts, ...] = ()


def matters_of(hub: Hub, done: Reconciliation) -> Matters:
    """What a reconciliation found, as far as it shows it."""
    conflicting = {finding.case_id for finding in done.view.findings if finding.code == "field_conflict"}
    cases = [case for case in done.view.linkage.cases if case.case_id in conflicting]
    differing = tuple(one for case in cases for one in differing_fields(case, hub.authorities))
    charges = {cause.code: cause.charge for cause in hub.codes.causes.values()}
    return Matters(done.presences, differing, hub.authorities.of, charges, done.counterparts)


def matter_lists(matters: Matters, told: Told) -> list[Listing]:
    """三方情形, 三方记录, 记载不一致."""
    return [_pattern_list(matters.presences), _presence_list(matters.presences, told), _differing_list(matters, told)]


def _pattern_list(presences: Iterable[Presence]) -> Listing:
    """How many matters of each pattern there are, by what is absent in them; the sums in the last row."""
    columns = (
        Column("情形", 16), Column("含义", 60), Column("案件", 10),
        *(Column(STANDINGS[standing], 12) for standing in Standing),
    )  # fmt: skip
    lines = tally(presences)
    rows: list[Sequence[Value]] = [
        (PATTERNS[pattern], MEANINGS[pattern], sum(counts.values()), *(counts[standing] for standing in Standing))
        for pattern, counts in lines
    ]
    sums = [sum(counts[standing] for _, counts in lines) for standing in Standing]
    rows.append(("合计", "", sum(sums), *sums))
    return Listing("三方情形", columns, rows, {len(lines): SUM})


def _presence_list(presences: Iterable[Presence], told: Told) -> Listing:
    """Every matter in which a record is absent and owed, the worst first; what is owed to nobody is only counted."""
    columns = (
        Column("案件", 15, middle=True), Column("情形", 16), *(Column(SIDES[side], 40) for side in Side),
    )  # fmt: skip
    shown = sorted(
        (one for one in presences if one.standing is not Standing.NOT_OWED),
        key=lambda one: (list(Standing).index(one.standing), one.case_id),
    )
    rows = [(one.case_id, PATTERNS[one.pattern], *(_said_of(side, one, told) for side in Side)) for one in shown]
    looks = {n: ALARM for n, one in enumerate(shown) if one.standing is Standing.MISSING}
    return Listing("三方记录", columns, rows, looks)


def _said_of(side: Side, presence: Presence, told: Told) -> str:
    absence = next((one for one in presence.absences if one.side is side), None)
    return "有" if absence is None else _absent(absence, told)


def _absent(absence: Absence, told: Told) -> str:
    if absence.due_at is None:
        return STANDINGS[absence.standing]
    due = f"{absence.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return f"{STANDINGS[absence.standing]}：{told.title(absence.waits_for)}，期限 {due}"


def _differing_list(matters: Matters, told: Told) -> Listing:
    """What each record says where they disagree, and who settles it; a line for each record, names withheld."""
    columns = (
        Column("案件", 15, middle=True), Column("栏目", 20), Column("记载单位", 18), Column("来源", 52),
        Column("记载", 30), Column("核实单位", 18), Column("理由", 40),
    )  # fmt: skip
    ordered = sorted(matters.differing, key=lambda one: (one.case_id, list(About).index(one.about), one.statements))
    rows = [
        (
            one.case_id, matters.settled[one.about].title, told.name(said.agency), said.source,
            _WITHHELD if one.about is About.PARTY else matters.charges.get(said.value, said.value),
            told.name(one.settled_by), matters.settled[one.about].why,
        )
        for one in ordered
        for said in one.statements
    ]  # fmt: skip
    return Listing("记载不一致", columns, rows)
