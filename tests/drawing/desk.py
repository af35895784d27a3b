"""When do police enter what? Records on working days, added to or sent once more, and rows set aside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.drawing.duedays import add_working, is_working, roll
from tests.drawing.model import Acceptance, Decision, Fault
from tests.drawing.places import FIRST_DAY, LAST_POLICE_DAY
from tests.drawing.spelling import spell_number
from tests.drawing.world import World

HEADERS = {
    kind: words.split()
    for kind, words in (
        (
            "sa",
            "受案登记表文号 案件编号 案件名称 移送单位 移送书文号 嫌疑人/单位 证件号码 接受时间 受案单位 补正通知时间 "  # noqa: ISC004
            "涉案金额 原案件编号 备注",
        ),
        ("cl", "案件编号 结果 文书文号 决定时间 延长天数 送达时间 罪名 理由 复议结论"),
    )
}


@dataclass(eq=False)
class Line:
    """A row on the day it was entered."""

    record: Acceptance | Decision
    fields: list[str]
    fault: Fault | None = None
    full: bool = True


@dataclass(eq=False)
class Day:
    """A file of one kind for one working day, with what is wrong about it."""

    kind: str
    day: date
    lines: list[Line] = field(default_factory=list)
    trouble: str = ""


def _sa(w: World, a: Acceptance, *, full: bool) -> list[str]:
    return [
        a.register.text,
        a.case_no,
        a.case_name,
        a.agency_text,
        _reference(w, a),
        "、".join(n.name_text for n in a.suspects),
        "、".join(n.id_text for n in a.suspects) if all(n.id_text for n in a.suspects) else "",
        f"{a.received:%Y-%m-%d %H:%M:%S}",
        f"繁峙县公安局{a.unit}",
        f"{a.incomplete:%Y-%m-%d %H:%M:%S}" if a.incomplete and full else "",
        f"{a.amount:f}" if a.amount is not None else "",
        a.earlier_case_no,
        "",
    ]


def _reference(w: World, a: Acceptance) -> str:
    if a.reference is None:
        return ""
    return spell_number(a.reference, w.rng) if w.rng.random() < 0.6 else a.reference.text


def _cl(d: Decision, *, full: bool) -> list[str]:
    return [
        d.case_no,
        d.result,
        d.number.text if d.number else "",
        f"{d.at:%Y-%m-%d %H:%M:%S}",
        str(d.days) if d.days else "",
        d.served.isoformat() if d.served and full else "",
        d.charge,
        d.grounds,
        d.outcome,
    ]


class Desk:
    """Enters records on working days, never on one whose files never come."""

    def __init__(self, w: World) -> None:
        self.w = w
        self.days = {
            kind: {
                day: Day(kind, day)
                for n in range((LAST_POLICE_DAY - FIRST_DAY).days + 1)
                if is_working(day := FIRST_DAY + timedelta(n))
            }
            for kind in ("sa", "cl")
        }
        self.missing = {w.rng.choice(sorted(self.days["sa"])[10:])} if w.luck.plants("day_missing") else set()

    def open_day(self, day: date) -> date:
        """That day, or the next on which files come."""
        day = roll(day)
        while day in self.missing:
            day = add_working(day, 1)
        return day

    def enter(self, kind: str, line: Line, day: date) -> bool:
        """Put a row into a day's file; False beyond the last day."""
        if day > LAST_POLICE_DAY:
            return False
        self.days[kind][day].lines.append(line)
        return True

    def entry_day(self, moment: datetime) -> date:
        """The day of the act, or some working days later."""
        day = roll(moment.date())
        if self.w.luck.strikes("entry_late", self.w.rng):
            day = add_working(day, self.w.rng.choice((1, 1, 2, 3)))
        return self.open_day(day)


def enter_all(w: World, desk: Desk) -> None:
    """Every record on its day; added to, or sent once more by mistake, on a later one."""
    for a in w.acceptances:
        fields = _sa(w, a, full=False)
        day = desk.entry_day(a.received)
        later = a.incomplete is not None and w.luck.strikes("record_resent_more", w.rng)
        full = list(fields)
        if a.incomplete is not None:
            full[9] = f"{a.incomplete:%Y-%m-%d %H:%M:%S}"
        corrected = not later and a.incomplete is None and w.luck.strikes("record_corrected", w.rng)
        if corrected:
            # The first entry had another desk or a remark, or the referral's number not yet.
            column, text = w.rng.choice(((8, "繁峙县公安局指挥中心"), (12, "待核"), (12, "重复录入")))
            fields[column] = text
        if a.incomplete is not None and not later:
            day = max(day, desk.open_day(a.incomplete.date()))
        first = fields if later or corrected else full
        _enter(w, desk, "sa", Line(a, first, full=not later), day, full if first is fields else None)
    # What was never entered as accepted has no result either: nobody could tell whose it is.
    entered = {line.record.case_no for day in desk.days["sa"].values() for line in day.lines}
    for d in (d for d in w.decisions if d.case_no in entered):
        _enter(
            w,
            desk,
            "cl",
            Line(d, _cl(d, full=not d.served_later), full=not d.served_later),
            desk.entry_day(d.at),
            _cl(d, full=True) if d.served_later else None,
        )


def _enter(w: World, desk: Desk, kind: str, line: Line, day: date, added: list[str] | None) -> None:
    if not desk.enter(kind, line, day):
        return
    again = desk.open_day(add_working(day, w.rng.randint(1, 2)))
    if added is not None and added != line.fields:
        desk.enter(kind, Line(line.record, added), again)
    elif w.luck.strikes("record_resent_same", w.rng):
        desk.enter(kind, Line(line.record, list(line.fields), full=line.full), again)


def _unreadable(line: Line) -> bool:
    return isinstance(line.record, Acceptance) and line.record.fault is not None


def spoil_rows(w: World, desk: Desk) -> None:
    """Rows that are set aside: one of them readable when it is sent again, the others of nobody."""
    single = [
        (day, line)
        for kind in ("sa", "cl")
        for day in sorted(desk.days[kind])[20:-4]
        for line in desk.days[kind][day].lines
        if sum(other.record is line.record for d in desk.days[kind].values() for other in d.lines) == 1
    ]
    for line in (line for day in desk.days["sa"].values() for line in day.lines if _unreadable(line)):
        line.fields[7] = "2026-09-31 09:10:00"
        line.fault = Fault("接受时间", "impossible_date", "")
    single = [(day, line) for day, line in single if line.fault is None]
    for _ in range(2):
        if single and w.luck.plants("police_unreadable"):
            day, line = single.pop(w.rng.randrange(len(single)))
            kind = "sa" if isinstance(line.record, Acceptance) else "cl"
            desk.enter(kind, Line(line.record, list(line.fields)), desk.open_day(add_working(day, 2)))
            column = 7 if kind == "sa" else 3
            line.fields[column] = "2026-02-30 09:10:00"
            line.fault = Fault(HEADERS[kind][column], "impossible_date", "")
    if not w.luck.plants("police_never_readable"):
        return
    days = sorted(desk.days["sa"])
    for kind, column, text, reason in (
        ("sa", 5, "", "missing_required"),
        ("sa", 7, "2026-13-01 10:00:00", "impossible_date"),
        ("cl", 1, "已处理", "unknown_category"),
        ("cl", 3, "", "missing_required"),
        ("cl", 8, "变更", "unknown_category"),
    ):
        record: Acceptance | Decision = w.rng.choice(w.acceptances)
        if kind == "cl":
            record = w.rng.choice([d for d in w.decisions if d.result == "立案"])
        fields = _sa(w, record, full=True) if isinstance(record, Acceptance) else _cl(record, full=True)
        if kind == "sa":
            fields[0] = f"繁公（刑）受案字〔2026〕{20500 + w.next('nobody sa')}号"
            fields[1] = f"A1409240200002026{w.rng.randint(6, 9):02d}9{w.next('nobody sa'):03d}"
            fields[2], fields[4], fields[5], fields[6] = "涉嫌非法采矿案", "", "贾无名", ""
        else:
            fields[2] = f"繁公（刑）杂字〔2026〕{w.next('nobody cl')}号"
        fields[column] = text
        day = desk.open_day(w.rng.choice(days[8:-8]))
        desk.enter(kind, Line(record, fields, Fault(HEADERS[kind][column], reason, text)), day)
