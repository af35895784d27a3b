"""Where do the standing records of a case contradict each other, or leave something out? README 6.6, field by field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from tests.drawing.duedays import When, before, day_of
from tests.drawing.ledgers import Entry
from tests.drawing.model import Acceptance, Case, Decision, Document, Event, Row
from tests.drawing.offences import THRESHOLDS
from tests.drawing.places import TOWNSHIPS
from tests.drawing.spelling import Number
from tests.drawing.standing import Stand


@dataclass(frozen=True)
class Finding:
    """One line: the case (none for a gap), what it is, who must act, and what tells it from others."""

    case: Case | None
    code: str
    agency: str
    detail: str


@dataclass(eq=False)
class File:
    """Everything that stands about one case."""

    case: Case
    rows: list[Entry] = field(default_factory=list)
    acceptances: list[Acceptance] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def of(self, *codes: str) -> list[Event]:
        """The case's events of some kinds."""
        return [e for e in self.events if e.code in codes]

    def sheet(self, name: str) -> list[tuple[Row, Entry]]:
        """The case's rows of a sheet."""
        return [(e.record, e) for e in self.rows if isinstance(e.record, Row) and e.record.sheet == name]


def gather(stands: Iterable[Stand], events: Iterable[Event]) -> list[File]:
    """The case files, in the order in which their first records stand."""
    files: dict[int, File] = {}
    for stand in stands:
        record = stand.entry.record
        case = record.case if record is not None else None
        if case is None:
            continue
        mine = files.setdefault(id(case), File(case))
        if isinstance(record, Row):
            mine.rows.append(stand.entry)
        elif isinstance(record, Acceptance):
            mine.acceptances.append(record)
        elif isinstance(record, Decision):
            mine.decisions.append(record)
        elif isinstance(record, Document):
            mine.documents.append(record)
    for event in events:
        files[id(event.case)].events.append(event)
    return list(files.values())


def contradictions(file: File) -> Iterator[Finding]:
    """Field, order and status conflicts of one case."""
    for name in sorted({*_fields(file)}):
        agency, what = name
        yield Finding(file.case, "field_conflict", agency, f"field={what}")
    yield from _orders(file)
    yield from _outcomes(file)


def _fields(file: File) -> Iterator[tuple[str, str]]:
    names: dict[int, set[str]] = defaultdict(set)
    numbers: dict[int, set[str]] = defaultdict(set)
    causes: set[str] = set()
    for entry in file.rows:
        row = entry.record
        assert isinstance(row, Row)
        for person in row.parties if "当事人" in entry.content else ():
            names[person.uid].add(person.name)
            # A number that Excel rounded says nothing; an unrounded one is the person's own.
            if "证件号码" in entry.content:
                numbers[person.uid].add(person.id_no)
        if row.offence is not None and row.sheet in {"移送案件", "行政处罚"}:
            causes.add(row.offence.code)
    named = [n for a in file.acceptances for n in a.suspects] + [n for d in file.documents for n in d.persons]
    for one in named:
        names[one.person.uid] |= {one.name} if one.name else set()
        numbers[one.person.uid] |= {one.id_no} if one.id_no else set()
    causes |= {a.cause_code for a in file.acceptances if a.cause_code}
    causes |= {d.cause_code for d in file.documents if d.cause_code}
    causes |= {d.cause_code for d in file.decisions if d.cause_code}
    if any(len(n) > 1 for n in names.values()):
        yield "police", "party"
    if any(len(n) > 1 for n in numbers.values()):
        yield "police", "id_no"
    if len(causes) > 1:
        yield "police", "cause"
    yield from _days_and_amounts(file)


def _days_and_amounts(file: File) -> Iterator[tuple[str, str]]:
    days = {a.received.date() for a in file.acceptances}
    amounts = {a.amount for a in file.acceptances if a.amount is not None}
    for row, entry in file.sheet("移送案件"):
        noted = entry.content.get("回执时间")
        if days and isinstance(noted, date) and day_of(noted) not in days:
            yield "police", "date"
        amount = entry.content.get("涉案金额")
        if isinstance(amount, Decimal) and amounts - {amount}:
            yield row.township, "amount"
    served = {d.number.text: d.served for d in file.documents if d.served is not None}
    for row, entry in file.sheet("意见办理"):
        at, signed = served.get(row.number.text), entry.content["签收日期"]
        if at is not None and isinstance(signed, date) and day_of(signed) != at.date():
            yield "procuratorate", "date"


def _orders(file: File) -> Iterator[Finding]:
    for number in sorted({a.case_no for a in file.acceptances}):
        first = min(a.received for a in file.acceptances if a.case_no == number)
        if any(d.at < first for d in file.decisions if d.case_no == number and d.result in {"立案", "不予立案"}):
            yield Finding(file.case, "order_conflict", "police", "decided_before_received")
            break
    sent = file.of("referral.sent")
    if sent and any(before(e.at, _earliest(sent)) for e in file.of("referral.received")):
        yield Finding(file.case, "order_conflict", "police", "received_before_sent")
    served = {e.letter: e.at for e in file.of("penalty_opinion.served", "transfer_opinion.served")}
    for e in file.of("opinion.replied"):
        if e.letter in served and before(e.at, served[e.letter]):
            yield Finding(file.case, "order_conflict", e.agency, "replied_before_served")
    for e in sent:
        if any(before(e.at, a.at) for a in file.of("transfer.approved") if a.row == e.row):
            yield Finding(file.case, "order_conflict", e.agency, "sent_before_approved")


def _earliest(events: list[Event]) -> When:
    return min((e.at for e in events), key=lambda at: (day_of(at), at.isoformat()))


def _outcomes(file: File) -> Iterator[Finding]:
    told_yes, told_no = file.of("filing.notice_received"), file.of("nonfiling.received")
    did_yes, did_no = file.of("filing.accepted"), file.of("filing.refused")
    if (told_yes and did_no and not did_yes) or (told_no and did_yes and not did_no):
        yield Finding(file.case, "status_conflict", "police", "filing")
    noted = {e.flag for e in file.of("reconsideration.result_received") if e.flag}
    decided = {e.flag for e in file.of("reconsideration.decided") if e.flag}
    if noted and decided and noted != decided:
        yield Finding(file.case, "status_conflict", "police", "reconsideration")
    if file.of("prosecution.filed") and file.of("case.withdrawn"):
        yield Finding(file.case, "status_conflict", "procuratorate", "withdrawn_and_prosecuted")


def penalties(files: list[File]) -> Iterator[Finding]:
    """Penalties that should have been referred, alone or together."""
    small: list[tuple[Row, File]] = []
    for file in files:
        if file.of("referral.sent"):
            continue
        for row, _ in file.sheet("行政处罚"):
            assert row.offence is not None
            if row.offence.reaches_threshold():
                detail = f"penalty={row.number.text}"
                yield Finding(file.case, "should_have_been_referred", row.township, detail)
            else:
                small.append((row, file))
    for row, file in small:
        earlier = [(r, f) for r, f in small if r is not row and _adds_up(r, row)]
        if earlier and _together([r for r, _ in earlier] + [row]):
            numbers = "+".join(r.number.text for r, _ in [*earlier, (row, file)])
            detail = f"penalties={numbers}"
            yield Finding(file.case, "should_have_been_referred_jointly", row.township, detail)


def _adds_up(first: Row, second: Row) -> bool:
    one, two = first.cells["处罚决定时间"], second.cells["处罚决定时间"]
    assert isinstance(one, date)
    assert isinstance(two, date)
    assert first.offence is not None
    assert second.offence is not None
    same = bool({p.uid for p in first.parties} & {p.uid for p in second.parties})
    known = "证件号码" in first.cells and "证件号码" in second.cells
    recent = timedelta(0) <= two - one <= timedelta(730)
    return same and known and recent and first.offence.comparable(second.offence)


def _together(rows: list[Row]) -> bool:
    assert rows[0].offence is not None
    for thing, unit, _ in rows[0].offence.measures():
        limit = THRESHOLDS.get((rows[0].offence.code, thing, unit))
        total = sum(value for r in rows if r.offence for t, u, value in r.offence.measures() if (t, u) == (thing, unit))
        if limit is not None and total >= limit:
            return True
    return False


def references(files: list[File]) -> Iterator[Finding]:
    """One 移送书文号 in two rows of a township; a serial that no row has."""
    where: dict[Number, list[File]] = defaultdict(list)
    for file in files:
        for _, entry in file.sheet("移送案件"):
            number = entry.content.get("移送书文号")
            if isinstance(number, Number):
                where[number].append(file)
    for code, place in TOWNSHIPS.items():
        mine = {n: f for n, f in where.items() if n.prefix == place.sent_prefix}
        for number, found in mine.items():
            if len(found) > 1:
                for file in {id(f): f for f in found}.values():
                    yield Finding(file.case, "duplicate_reference", code, f"number={number.text}")
        serials = {n.serial for n in mine if n.serial is not None}
        for serial in range(min(serials, default=0), max(serials, default=0)):
            if serial not in serials:
                missing = Number(place.sent_prefix, serial).text
                yield Finding(None, "reference_gap", code, f"missing={missing}")
