"""How does one referral go, from the township's desk to what police decide? Steps that stories put together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.drawing.duedays import Period, roll
from tests.drawing.model import Acceptance, Case, Decision, Document, Row
from tests.drawing.offences import CHARGES, Offence, term
from tests.drawing.people import Person
from tests.drawing.places import TOWNSHIPS, Unit
from tests.drawing.spelling import Number
from tests.drawing.world import World

DAYS3, DAYS7 = Period(3, "day"), Period(7, "day")
HOURS24 = Period(24, "hour")


@dataclass(eq=False)
class Referral:
    """A township's row with its case, and the moment that the story has reached."""

    case: Case
    row: Row
    persons: list[Person]
    offence: Offence
    now: datetime
    sent: datetime | None = None

    @property
    def township(self) -> str:
        """The township's code."""
        return self.row.township

    @property
    def number(self) -> Number:
        """The 移送书文号."""
        number = self.row.cells["移送书文号"]
        assert isinstance(number, Number)
        return number


def stated(w: World, row: Row, column: str, moment: datetime) -> None:
    """Write a date into a row as precisely as that clerk does."""
    habit = TOWNSHIPS[row.township].habit
    timed = column in {"报告时间", "批准时间", "移送时间"} and habit.timed and w.rng.random() < 0.9
    timed = timed or (not row.plain and w.luck.strikes("time_of_day", w.rng))
    # A cell cannot tell midnight from a day without a time.
    timed = timed and (moment.hour, moment.minute) != (0, 0)
    row.put(column, moment if timed else moment.date(), moment.date())


def open_referral(
    w: World,
    township: str,
    persons: list[Person],
    offence: Offence,
    opened: date,
    *,
    case: Case | None = None,
    plain: bool = False,
) -> Referral:
    """The township opens a case that it may refer; `plain`: written without oddities, for what must be certain."""
    case = case or w.case(township)
    place = TOWNSHIPS[township]
    row = Row("移送案件", township, case, w.number(place.case_prefix), persons, offence, born=opened, plain=plain)
    row.put("立案号", row.number)
    row.put("立案日期", opened)
    row.put("案由", term(w.rng, offence.code))
    row.put("当事人", persons)
    if plain or not w.luck.strikes("id_absent", w.rng):
        row.put("证件号码", persons)
    row.put("涉案金额", offence.amount)
    row.put("数量", offence.quantity)
    row.put("单位", offence.unit or None)
    if offence.object:
        row.put("备注", f"对象：{offence.object}")
    w.rows.append(row)
    return Referral(case, row, persons, offence, w.at(opened))


def approve(w: World, r: Referral, *, sure: bool = False, answer: str = "是") -> bool:
    """A report to the head, and the head's answer; False where the story stops before it."""
    r.now = w.later(r.now, 1, 6)
    if not w.happens(r.now):
        return False
    stated(w, r.row, "报告时间", r.now)
    decided = w.act(r.now, DAYS3, sure=sure)
    if not w.happens(decided) or decided is None:
        return False
    r.now = decided
    r.row.put("是否批准", answer, decided.date())
    stated(w, r.row, "批准时间", decided)
    return answer == "是"


def send(w: World, r: Referral, *, sure: bool = False, number: Number | None = None) -> bool:
    """The referral leaves for the police; False where it does not."""
    sent = w.act(r.now, HOURS24, sure=sure)
    if sent is None or not w.happens(sent):
        return False
    _stamp_sent(w, r, sent, number)
    return True


def _stamp_sent(w: World, r: Referral, sent: datetime, number: Number | None = None) -> None:
    r.now = r.sent = sent
    r.row.put("移送书文号", number or Number(TOWNSHIPS[r.township].sent_prefix), sent.date())
    stated(w, r.row, "移送时间", sent)


def send_before_approval(w: World, r: Referral) -> None:
    """The referral leaves days before the head approves it."""
    stated(w, r.row, "报告时间", r.now)
    _stamp_sent(w, r, w.later(r.now, 1, 2))
    approved = w.later(r.now, 2, 4)
    r.row.put("是否批准", "是", approved.date())
    stated(w, r.row, "批准时间", approved)


def copy(w: World, r: Referral, *, sure: bool = False) -> None:
    """The copy for the procuratorate, which registers it."""
    assert r.sent is not None
    came = w.act(r.sent, DAYS3, sure=sure)
    if came is None or not w.happens(came):
        return
    r.row.put("抄送检察院时间", came.date())
    certain = w.rng.random() < 0.7 or any(p.uid in w.needs_reference for p in r.persons)
    w.documents.append(
        Document(
            r.case,
            "copy_receipt",
            w.number("繁检移收"),
            r.township,
            [w.full_names(p, certain=certain) for p in r.persons],
            came,
            related=r.number if certain else None,
        )
    )


def receive(
    w: World,
    r: Referral,
    *,
    at: datetime | None = None,
    unit: Unit | None = None,
    persons: list[Person] | None = None,
    sure: bool = False,
    case_no: str | None = None,
    plain: bool = False,
    reference: Number | None = None,
    must_refer: bool = False,
    note: bool = True,
) -> Acceptance | None:
    """Police accept it; None where they do not (or not before the drawing ends)."""
    assert r.sent is not None
    at = at or w.act(r.sent, HOURS24, sure=sure)
    if at is None or not w.entered(at) or not w.happens(at):
        return None
    r.now = at
    acceptance = accept(
        w,
        r,
        at,
        unit or w.unit(),
        persons or r.persons,
        case_no=case_no,
        plain=plain,
        reference=reference,
        must_refer=must_refer,
    )
    if note and "回执时间" not in r.row.cells:
        r.row.put("接收单位", acceptance.unit, at.date())
        stated(w, r.row, "回执时间", at)
    return acceptance


def accept(
    w: World,
    r: Referral,
    at: datetime,
    unit: Unit,
    persons: list[Person],
    *,
    case_no: str | None = None,
    plain: bool = False,
    reference: Number | None = None,
    must_refer: bool = False,
) -> Acceptance:
    """The police row: who, when, and as much of the township's number as the desk cared to type."""
    needed = must_refer or any(p.uid in w.needs_reference for p in persons)
    given = needed or plain or not w.luck.strikes("reference_absent", w.rng)
    named = [w.police_names(p, certain=given, plain=plain) for p in persons]
    w.rng.shuffle(named)  # the desk has its own order
    name_text, cause = w.describe(persons, r.offence.code, at.date())
    for who in named:
        name_text = name_text.replace(who.person.name, who.name_text)
    # Without the unit something else must say which matter is meant.
    silent = given and not plain and w.luck.strikes("unit_absent", w.rng)
    acceptance = Acceptance(
        r.case,
        Number(f"繁公（{unit.word}）受案字", 10040 + w.next("受案")),
        case_no or f"A{unit.code}{at:%Y%m}{w.next('案件编号'):04d}",
        unit.name,
        r.township,
        "" if silent else w.agency_text(r.township),
        named,
        name_text,
        cause,
        at,
        r.offence.code,
        reference=reference or (r.number if given else None),
        amount=r.offence.amount if plain or w.rng.random() < 0.5 else None,
    )
    w.acceptances.append(acceptance)
    return acceptance


WORDS = {
    "立案": "立字",
    "不予立案": "不立字",
    "延长审查": "延审字",
    "转送": "移字",
    "退回": "退字",
    "撤案": "撤案字",
    "撤案通知": "撤通字",
    "复议受理": "复受字",
    "复议决定": "刑复字",
    "说明不立案理由": "说明字",
    "说明逾期理由": "说逾字",
    "移送起诉": "诉字",
    "书面咨询": "询字",
}
GROUNDS = {
    "不予立案": ("没有犯罪事实", "犯罪事实显著轻微", "未达追诉标准"),
    "延长审查": ("案情重大疑难复杂", "线索需要查证"),
    "转送": ("不属本单位管辖",),
    "退回": ("不属公安机关管辖",),
    "撤案": ("不应对犯罪嫌疑人追究刑事责任", "没有犯罪事实"),
    "说明不立案理由": ("证据不足",),
    "说明逾期理由": ("案卷流转延误",),
    "书面咨询": ("征求立案意见",),
}


def decide(
    w: World, a: Acceptance, result: str, at: datetime | None, *, days: int | None = None, outcome: str = ""
) -> Decision | None:
    """A row of `cl`; None where it does not come to that before the drawing ends."""
    if at is None or not w.entered(at) or not w.happens(at):
        return None
    word = next(u for u in ("刑", "经", "治", "食药环", "砂河", "大营") if f"（{u}）" in a.register.prefix)
    code = a.charged if result in {"立案", "移送起诉"} else None
    served = None
    if result not in {"延长审查", "复议受理", "移送起诉", "书面咨询", "撤案"}:
        served = at.date() if w.rng.random() < 0.7 else roll(at.date() + timedelta(1))
    unnumbered = result != "书面咨询" and not any((d.case_no, d.result) == (a.case_no, result) for d in w.decisions)
    absent = unnumbered and w.luck.strikes("result_no_absent", w.rng)
    decision = Decision(
        a.case,
        a.case_no,
        result,
        None if absent else w.number(f"繁公（{word}）{WORDS[result]}"),
        at,
        days=days,
        served=served,
        served_later=served is not None and w.luck.strikes("record_resent_more", w.rng),
        charge=CHARGES[code] if code else "",
        cause_code=code,
        grounds=w.rng.choice(GROUNDS.get(result, ("",))),
        outcome=outcome,
        persons=[n.person for n in a.suspects],
    )
    w.decisions.append(decision)
    return decision


def noticed(w: World, r: Referral, column: str, at: datetime, low: int = 0, high: int = 2) -> datetime | None:
    """The township notes a notice that it received; None where that lies beyond the drawing."""
    moment = w.later(at, low, high)
    if not w.happens(moment):
        return None
    stated(w, r.row, column, moment)
    return moment
