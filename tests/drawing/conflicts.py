"""Which contradictions must a drawing hold? A planted scene for each kind of conflict, and for what fits twice."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tests.drawing import aftermath
from tests.drawing.aftermath import file, reconsider, refuse
from tests.drawing.model import Acceptance, Document, Named
from tests.drawing.offences import TERMS, draw_offence
from tests.drawing.people import Person
from tests.drawing.places import TOWNSHIPS
from tests.drawing.referral import (
    approve,
    copy,
    decide,
    open_referral,
    receive,
    send,
    send_before_approval,
    stated,
)
from tests.drawing.scenes import JUNE, SEPTEMBER, received, sent, soon
from tests.drawing.spelling import Number, old_id
from tests.drawing.world import World


def party_conflict(w: World) -> None:
    r = sent(w)
    a = received(w, r)
    who = a.suspects[0]
    other = who.person.name[:-1] + next(c for c in "鹏琨烨" if c not in who.person.name)
    a.suspects = [type(who)(who.person, other, who.person.id_no, other, who.person.id_no)]
    a.case_name = a.case_name.replace(who.person.name, other)
    file(w, r, a, soon(w, a))


def id_conflict(w: World) -> None:
    r = sent(w)
    a = received(w, r)
    who = a.suspects[0]
    wrong = w.registry.mistaken_number(who.person, keep_check=w.rng.random() < 0.5)
    if wrong[6:8] == "19" and w.rng.random() < 0.3:
        wrong = old_id(wrong)
    a.suspects = [type(who)(who.person, who.person.name, wrong, who.person.name, wrong)]
    file(w, r, a, soon(w, a))


def document_id_conflict(w: World) -> None:
    """The procuratorate's register has another number for the party."""
    r = sent(w)
    a = received(w, r)
    file(w, r, a, soon(w, a))
    person = r.persons[0]
    wrong = w.registry.mistaken_number(person, keep_check=w.rng.random() < 0.5)
    for document in w.documents:
        if document.case is r.case:
            document.persons = [Named(person, person.name, wrong, person.name, wrong)]
            document.related = r.number
            return
    w.documents.append(
        Document(
            r.case,
            "supervision_acceptance",
            w.number("繁检立监受"),
            r.township,
            [Named(person, person.name, wrong, person.name, wrong)],
            w.later(a.received, 2, 5),
            related=r.number,
            police_case_no=a.case_no,
        )
    )


def cause_conflict(w: World) -> None:
    r = sent(w)
    a = received(w, r)
    other = w.other_cause(r.offence)
    if w.rng.random() < 0.5:
        a.charged = other
    else:
        a.cause_code = other
        a.case_name = f"{a.suspects[0].name_text}涉嫌{w.rng.choice(TERMS[other])}案"
    file(w, r, a, soon(w, a))


def amount_conflict(w: World) -> None:
    r = sent(w, offence=draw_offence(w.rng, "over", code="A343"))
    a = received(w, r)
    assert r.offence.amount is not None
    a.amount = r.offence.amount + Decimal(w.rng.choice((-10000, 500, 10000)))
    file(w, r, a, soon(w, a))


def receipt_date_conflict(w: World) -> None:
    r = sent(w)
    a = received(w, r)
    r.row.put("回执时间", a.received.date() + timedelta(w.rng.randint(1, 4)))
    file(w, r, a, soon(w, a))


def decided_before_received(w: World) -> None:
    r = sent(w)
    assert r.sent is not None
    a = receive(w, r, at=w.later(r.sent, 4, 5), plain=True)
    assert a is not None
    file(w, r, a, a.received - timedelta(days=w.rng.randint(1, 2)))


def received_before_sent(w: World) -> None:
    r = sent(w)
    assert r.sent is not None
    a = receive(w, r, at=r.sent - timedelta(days=w.rng.randint(1, 2)), plain=True)
    assert a is not None
    file(w, r, a, a.received + timedelta(days=2, minutes=30))


def sent_before_approved(w: World) -> None:
    r = open_referral(
        w, w.township(), [w.registry.person()], draw_offence(w.rng, "over"), w.day(JUNE, SEPTEMBER), plain=True
    )
    send_before_approval(w, r)
    copy(w, r)
    a = received(w, r)
    file(w, r, a, soon(w, a))


def filing_outcomes_differ(w: World) -> None:
    r = sent(w)
    a = received(w, r)
    at = soon(w, a)
    decide(w, a, "立案", at)
    stated(w, r.row, "收到不予立案通知书时间", w.later(at, 0, 2))


def reconsideration_outcomes_differ(w: World) -> None:
    r = sent(w)
    a = received(w, r)
    told = refuse(w, r, a, soon(w, a))
    assert told is not None
    reconsider(w, r, a, told, "维持", noted="撤销")


def withdrawn_and_prosecuted(w: World) -> None:
    r = sent(w)
    a = received(w, r)
    filed = file(w, r, a, soon(w, a))
    assert filed is not None
    aftermath.conclude(w, r, a, w.later(filed, 5, 15), withdraw=True)
    aftermath.indict(w, r, a, w.later(filed, 16, 25))


def duplicate_reference(w: World) -> None:
    first = sent(w)
    second = open_referral(
        w, first.township, [w.registry.person()], draw_offence(w.rng, "over"), w.day(JUNE, SEPTEMBER), plain=True
    )
    assert approve(w, second, sure=True)
    assert send(w, second, sure=True, number=first.number)
    for r in (first, second):
        # The number says two matters; only the names tell them apart.
        for person in r.persons:
            w.needs_id.add(person.uid)
        a = received(w, r)
        a.reference = None if r is first else a.reference
        file(w, r, a, soon(w, a))


def reference_gap(w: World) -> None:
    """A township leaves out a serial; it refers at least twice, so that there is something on either side."""
    township = w.township()
    w.gap_after[township] = 1
    for _ in range(2):
        r = sent(w, township=township, day=w.day(JUNE, date(2026, 8, 31)))
        a = received(w, r)
        file(w, r, a, soon(w, a))


def ambiguous(w: World) -> None:
    """Two referrals of one day, one surname, one amount; police mask the name and give nothing else."""
    first = w.registry.person()
    while len(first.name) != 3:
        first = w.registry.person()
    second = w.registry.person(name=first.name[0] + first.name[:0:-1])
    a = _twice(w, [first, second])
    who = a.suspects[0]
    masked = who.person.name[0] + "某某"
    a.suspects = [Named(who.person, masked, "", None, None)]
    a.case_name = f"{masked}涉嫌{w.rng.choice(TERMS[a.charged])}案"


def ambiguous_person(w: World) -> None:
    """Two referrals of one person, of one day and one amount; police note the person in full, and no number."""
    person = w.registry.person()
    w.needs_reference.add(person.uid)
    _twice(w, [person, person])


def _twice(w: World, people: list[Person]) -> Acceptance:
    """Two referrals alike in all but their numbers and people, and one acceptance that could be either's."""
    township, day = w.township(), w.day(JUNE, date(2026, 8, 31))
    code = w.rng.choice(("A343", "A140"))
    offence = draw_offence(w.rng, "over", code=code)
    pair = [open_referral(w, township, [p], offence, day, plain=True) for p in people]
    reported = w.later(w.at(day), 1, 2)
    approved = w.at(reported.date(), reported)
    gone = approved + timedelta(minutes=30)
    for r in pair:
        for column, moment in (("报告时间", reported), ("批准时间", approved), ("移送时间", gone)):
            # Both clerks' rows are dated alike, to the day, so that nothing but chance could tell them apart.
            r.row.put(column, moment.date())
        r.row.put("是否批准", "是", approved.date())
        r.sent = gone
        r.row.put("移送书文号", Number(TOWNSHIPS[township].sent_prefix), gone.date())
    a = receive(w, pair[0], at=w.later(gone, 0, 1), plain=True, note=False)
    assert a is not None
    a.case = w.case(township)
    a.reference, a.amount, a.cause_code = None, offence.amount, code
    a.case_name = f"{people[0].name}涉嫌{w.rng.choice(TERMS[code])}案"
    a.candidates = [r.row for r in pair]
    return a
