"""What follows when police have decided? Notices, items, reconsideration, supervision, withdrawal, prosecution."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tests.drawing.duedays import Period
from tests.drawing.model import Acceptance, Document
from tests.drawing.people import Person
from tests.drawing.places import TOWNSHIPS
from tests.drawing.referral import DAYS3, DAYS7, Referral, decide, noticed, stated
from tests.drawing.world import World

DAYS10, DAYS15 = Period(10, "day"), Period(15, "day")
WORDS = {
    "supervision_acceptance": "繁检立监受",
    "reasons_for_nonfiling": "繁检不立通",
    "reasons_for_overdue": "繁检逾期通",
    "filing_order": "繁检通立",
    "reasons_upheld": "繁检立监审",
    "supervision_result": "繁检立监告",
    "indictment": "繁检刑诉",
}
SERVED = {"reasons_for_nonfiling", "reasons_for_overdue", "filing_order", "supervision_result"}


def about(w: World, r: Referral, a: Acceptance, kind: str, at: datetime, persons: list[Person]) -> Document:
    """A document about a police case: by its number, the referral's, or the persons alone."""
    police = not w.luck.strikes("doc_police_no_absent", w.rng)
    related = not w.luck.strikes("doc_reference_absent", w.rng)
    if not police and not related and any(p.uid in w.needs_reference for p in persons):
        police = True
    document = Document(
        r.case,
        kind,
        w.number(WORDS[kind]),
        r.township,
        [w.full_names(p, certain=police or related) for p in persons],
        at,
        served=w.at(at.date(), at) if kind in SERVED else None,
        related=r.number if related else None,
        police_case_no=a.case_no if police else None,
    )
    if kind != "indictment" and (police or related) and w.luck.strikes("doc_persons_absent", w.rng):
        document.persons = []
    if kind == "indictment":
        document.cause_code = r.offence.code
        document.unified = unified(w)
    w.documents.append(document)
    return document


def unified(w: World) -> str:
    """The next 统一受案号."""
    return f"1409242026{w.next('统一受案号'):05d}"


def file(w: World, r: Referral, a: Acceptance, at: datetime | None, *, hand_over: bool = True) -> datetime | None:
    """立案, its notice, and the items; gives the moment of the decision where police could enter it."""
    if decide(w, a, "立案", at) is None or at is None:
        return None
    if "收到立案通知书时间" in r.row.cells:
        return at
    told = noticed(w, r, "收到立案通知书时间", at)
    if told is not None and hand_over:
        gave = w.act(told, DAYS3)
        if gave is not None and w.happens(gave):
            stated(w, r.row, "移交物品时间", gave)
    return at


def refuse(w: World, r: Referral, a: Acceptance, at: datetime | None) -> datetime | None:
    """不予立案 and its notice; gives the moment when the township had it."""
    if at is None or decide(w, a, "不予立案", at) is None:
        return None
    return noticed(w, r, "收到不予立案通知书时间", at)


def reconsider(
    w: World, r: Referral, a: Acceptance, told: datetime, outcome: str, *, noted: str = ""
) -> datetime | None:
    """复议: asked in time, taken up, decided; gives the moment when the township had the result."""
    asked = w.act(told, DAYS3, sure=True)
    if asked is None or not w.happens(asked):
        return None
    stated(w, r.row, "提请复议时间", asked)
    taken = w.later(asked, 0, 2)
    if decide(w, a, "复议受理", taken) is None:
        return None
    decided = w.act(taken, DAYS3)
    if decide(w, a, "复议决定", decided, outcome=outcome) is None or decided is None:
        return None
    had = noticed(w, r, "收到复议结果时间", decided)
    if had is not None:
        r.row.put("复议结果", noted or outcome, had.date())
    return had


def penalise(w: World, r: Referral, told: datetime, *, low: int = 15, high: int = 100) -> None:
    """The township punishes the matter itself after a refusal, in the row of the referral."""
    done = w.later(told, low, high)
    if not w.happens(done):
        return
    r.row.put("处罚决定书文号", w.number(TOWNSHIPS[r.township].penalty_prefix), done.date())
    r.row.put("处罚决定时间", done.date())
    r.row.put("罚款金额", Decimal(w.rng.randrange(2, 60) * 500), done.date())


def ask_supervision(w: World, r: Referral, a: Acceptance, since: datetime) -> datetime | None:
    """建议立案监督, in time or late; gives the moment when the procuratorate took it up."""
    asked = w.act(since, DAYS3)
    if asked is None or not w.happens(asked):
        return None
    stated(w, r.row, "建议立案监督时间", asked)
    taken = w.act(asked, DAYS7, 5)
    if taken is None or not w.happens(taken):
        return None
    about(w, r, a, "supervision_acceptance", taken, r.persons)
    return taken


def supervise_refusal(w: World, r: Referral, a: Acceptance, taken: datetime) -> None:
    """Reasons asked and given; then they are upheld, or filing is ordered."""
    asked = about(w, r, a, "reasons_for_nonfiling", w.later(taken, 1, 4), r.persons)
    assert asked.served is not None
    if not w.happens(asked.served):
        w.documents.remove(asked)
        return
    given = w.act(asked.served, DAYS7, 5)
    if decide(w, a, "说明不立案理由", given) is None or given is None:
        return
    if w.rng.random() < 0.35:
        upheld = w.later(given, 1, 6)
        if not w.happens(upheld):
            return
        about(w, r, a, "reasons_upheld", upheld, r.persons)
        told = w.act(upheld, DAYS10, 8)
        if told is not None and w.happens(told):
            document = about(w, r, a, "supervision_result", told, r.persons)
            document.served = told
        return
    order = about(w, r, a, "filing_order", w.later(given, 1, 8), r.persons)
    assert order.served is not None
    if not w.happens(order.served):
        w.documents.remove(order)
        return
    filed = file(w, r, a, w.act(order.served, DAYS15, 10))
    if filed is not None and w.rng.random() < 0.6:
        conclude(w, r, a, w.later(filed, 10, 100))


def supervise_silence(w: World, r: Referral, a: Acceptance, since: datetime) -> datetime | None:
    """Reasons asked for a decision that is overdue; gives the moment of the explanation."""
    asked = about(w, r, a, "reasons_for_overdue", w.later(since, 3, 10), r.persons)
    assert asked.served is not None
    if not w.happens(asked.served):
        w.documents.remove(asked)
        return None
    given = w.act(asked.served, DAYS7, 5)
    return given if decide(w, a, "说明逾期理由", given) is not None else None


def conclude(w: World, r: Referral, a: Acceptance, at: datetime, *, withdraw: bool | None = None) -> datetime | None:
    """撤案 with its notice, or 移送起诉; gives the moment where it came to prosecution."""
    withdraw = w.rng.random() < 0.5 if withdraw is None else withdraw
    if not withdraw:
        return at if decide(w, a, "移送起诉", at) is not None else None
    if decide(w, a, "撤案", at) is not None:
        decide(w, a, "撤案通知", w.act(at, DAYS3))
    return None


def indict(w: World, r: Referral, a: Acceptance, at: datetime) -> None:
    """起诉书."""
    if w.happens(at):
        about(w, r, a, "indictment", at, r.persons)


def consult(w: World, r: Referral, a: Acceptance, at: datetime) -> None:
    """Police ask the procuratorate in writing, and are answered."""
    asked = decide(w, a, "书面咨询", at)
    if asked is None or asked.number is None:
        return
    answered = w.act(at, DAYS7, 5)
    if answered is None or not w.happens(answered):
        return
    w.documents.append(
        Document(
            r.case,
            "consultation_answer",
            w.number("繁检咨复"),
            r.township,
            [w.full_names(p) for p in r.persons],
            answered,
            served=answered,
            related=asked.number,
            police_case_no=a.case_no if w.rng.random() < 0.5 else None,
        )
    )
