"""Who could be taken for whom? Namesakes, repeat offenders, twins, and referrals that police join, split or pass on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from tests.drawing import conflicts, reverse, scenes
from tests.drawing.aftermath import about, file, refuse
from tests.drawing.duedays import day_of, roll
from tests.drawing.model import Acceptance, Fault, Named
from tests.drawing.offences import draw_offence
from tests.drawing.places import UNITS
from tests.drawing.referral import DAYS3, Referral, accept, approve, copy, decide, open_referral, receive, send
from tests.drawing.scenes import received, sent, soon
from tests.drawing.spelling import mask_id
from tests.drawing.stories import decided
from tests.drawing.world import World


def _whole(w: World, r: Referral) -> Acceptance | None:
    """The rest of a referral's way, as chance has it."""
    assert approve(w, r, sure=True)
    assert send(w, r, sure=True)
    copy(w, r)
    a = receive(w, r, sure=True)
    if a is not None:
        decided(w, r, a)
    return a


def namesakes(w: World) -> None:
    """Three of one name: two in one township, the third elsewhere; and one cause for all."""
    first = w.registry.person()
    people = [first, w.registry.person(name=first.name), w.registry.person(name=first.name)]
    here, there = w.rng.sample(sorted({w.township() for _ in range(40)}), 2)
    offence = draw_offence(w.rng, "over")
    w.needs_id.update(p.uid for p in people)
    for person, township in zip(people, (here, here, there), strict=True):
        day = w.day(date(2026, 6, 1), scenes.SEPTEMBER)
        _whole(w, open_referral(w, township, [person], offence, day, plain=True))


def repeat_offenders(w: World) -> None:
    """One person, one township, one cause, two matters weeks apart; and a third matter elsewhere."""
    person = w.registry.person()
    here, there = w.rng.sample(sorted({w.township() for _ in range(40)}), 2)
    code = w.rng.choice(("A342", "A345-2", "A343"))
    w.needs_reference.add(person.uid)
    first = w.day(date(2026, 6, 1), date(2026, 6, 30))
    days = (first, roll(first + timedelta(w.rng.randint(40, 60))), roll(first + timedelta(w.rng.randint(20, 90))))
    for day, township in zip(days, (here, here, there), strict=True):
        a = _whole(w, open_referral(w, township, [person], draw_offence(w.rng, "over", code=code), day, plain=True))
        if a is not None and w.rng.random() < 0.5:
            # The days tell which of them it is.
            a.reference, a.agency_text = None, a.agency_text or w.agency_text(township)


def twins(w: World) -> None:
    """Brothers born on one day, referred on one day for one thing; police know each by name."""
    born = date(w.rng.randint(1965, 2001), w.rng.randint(1, 12), w.rng.randint(1, 28))
    first = w.registry.person(born=born)
    people = [first, w.registry.person(born=born, surname=first.name[0])]
    township, day, offence = w.township(), w.day(date(2026, 6, 1), scenes.SEPTEMBER), draw_offence(w.rng, "over")
    for person in people:
        r = sent(w, township=township, persons=[person], offence=offence, day=day)
        a = received(w, r)
        a.reference = None
        who = a.suspects[0]
        if w.rng.random() < 0.5:
            a.suspects = [type(who)(who.person, who.name_text, "", who.name, None)]
        file(w, r, a, soon(w, a))


def joined(w: World) -> None:
    """Two referrals of one township that police join under one 案件编号."""
    township, day = w.township(), w.day(date(2026, 6, 1), scenes.SEPTEMBER)
    offence, unit = draw_offence(w.rng, "over"), w.unit()
    first = sent(w, township=township, offence=offence, day=day)
    second = open_referral(w, township, [w.registry.person()], offence, day, case=first.case, plain=True)
    assert approve(w, second, sure=True)
    assert send(w, second, sure=True)
    copy(w, second)
    a = receive(w, first, sure=True, unit=unit, must_refer=True)
    assert a is not None
    assert second.sent is not None
    at = max(a.received, second.sent) + timedelta(minutes=20)
    b = receive(w, second, at=at, unit=unit, case_no=a.case_no, must_refer=True)
    filed = file(w, first, a, at + timedelta(hours=2))
    if b is not None and filed is not None:
        told = first.row.cells.get("收到立案通知书时间")
        if isinstance(told, date):
            second.row.put("收到立案通知书时间", told)
            gave = w.act(w.at(day_of(told)), DAYS3)
            if gave is not None and w.happens(gave):
                second.row.put("移交物品时间", gave.date())


def joined_across(w: World) -> None:
    """Referrals of two townships under one 案件编号, known by their people alone; the decision takes longer."""
    day = w.day(date(2026, 6, 1), scenes.SEPTEMBER)
    offence, unit = draw_offence(w.rng, "over"), w.unit()
    here, there = w.rng.sample(sorted({w.township() for _ in range(40)}), 2)
    first = sent(w, township=here, offence=offence, day=day)
    second = open_referral(w, there, [w.registry.person()], offence, day, case=first.case, plain=True)
    assert approve(w, second, sure=True)
    assert send(w, second, sure=True)
    copy(w, second)
    a = receive(w, first, sure=True, unit=unit, plain=True)
    assert a is not None
    assert second.sent is not None
    b = receive(
        w, second, at=max(a.received, second.sent) + timedelta(minutes=20), unit=unit, case_no=a.case_no, plain=True
    )
    assert b is not None
    a.reference = b.reference = None
    longer = b.received + timedelta(hours=3)
    decide(w, a, "延长审查", longer, days=w.rng.choice((7, 10)))
    filed = file(w, first, a, w.later(longer, 2, 12))
    told = first.row.cells.get("收到立案通知书时间")
    if filed is not None and isinstance(told, date):
        second.row.put("收到立案通知书时间", told)


def split(w: World) -> None:
    """One referral of several suspects that police turn into a case for each."""
    persons = [w.registry.person() for _ in range(w.rng.randint(2, 3))]
    r = sent(w, persons=persons)
    assert r.sent is not None
    at = w.later(r.sent, 0, 0)
    filed = w.later(at, 1, 2)
    for n, person in enumerate(persons):
        a = receive(w, r, at=at, unit=w.rng.choice(UNITS), persons=[person])
        if a is not None:
            file(w, r, a, filed + timedelta(minutes=5 * n))


def rerouted(w: World) -> None:
    """Passed on to another organ, whose row names the first one's 案件编号."""
    _reroute(w, named=True)


def rerouted_silently(w: World) -> None:
    """Passed on to another organ, whose row does not say so."""
    _reroute(w, named=False)


def rerouted_unnamed(w: World) -> None:
    """Passed on to another organ, whose row has nothing but the person."""
    b = _reroute(w, named=False)
    b.reference = None


def _reroute(w: World, *, named: bool) -> Acceptance:
    r = sent(w)
    first, second = w.rng.sample(UNITS, 2)
    a = receive(w, r, sure=True, unit=first, must_refer=not named)
    assert a is not None
    gone = a.received + timedelta(minutes=5 * w.rng.randrange(6, 60))
    decide(w, a, "转送", gone)
    b = accept(w, r, w.later(gone, 1, 3), second, r.persons, plain=not named)
    b.earlier_case_no = a.case_no if named else ""
    if w.rng.random() < 0.5:
        b_now = b.received
        decide(w, b, "延长审查", b_now + timedelta(hours=1), days=w.rng.choice((7, 30)))
        file(w, r, b, w.later(b_now, 4, 12))
    else:
        file(w, r, b, soon(w, b))
    return b


def returned(w: World) -> None:
    """Sent back as no police matter."""
    r = sent(w)
    a = receive(w, r, sure=True)
    assert a is not None
    decide(w, a, "退回", soon(w, a))


def penalised_elsewhere(w: World) -> None:
    """A referred party's other, small penalty in the same township: another case."""
    r = sent(w)
    a = received(w, r)
    file(w, r, a, soon(w, a))
    w.needs_reference.update(p.uid for p in r.persons)
    small = draw_offence(w.rng, "under", code=w.other_cause(r.offence))
    reverse.penalty_row(w, r.township, r.persons[:1], small, w.day(date(2026, 6, 1), scenes.SEPTEMBER))


def reference_of_another(w: World) -> None:
    """Police type the number of the township's next referral; name and identity number are right."""
    r = sent(w, day=w.day(date(2026, 6, 1), date(2026, 8, 15)))
    other = sent(w, township=r.township, day=w.day(date(2026, 8, 25), scenes.SEPTEMBER))
    for referral, number in ((r, other.number), (other, other.number)):
        a = receive(w, referral, sure=True, plain=True, reference=number)
        assert a is not None
        who = a.suspects[0]
        if referral is r and w.rng.random() < 0.5:
            a.suspects = [Named(who.person, who.name_text, mask_id(who.person.id_no), who.name, None)]
        file(w, referral, a, soon(w, a))


def reference_of_another_unsent(w: World) -> None:
    """Police type the number of a referral about somebody else; the one they mean was never reported."""
    other = sent(w)
    a = received(w, other)
    file(w, other, a, soon(w, a))
    unsent = sent(w, township=other.township)
    b = receive(w, unsent, sure=True, plain=True, reference=other.number)
    assert b is not None
    decide(w, b, "立案", soon(w, b))
    w.rows.remove(unsent.row)
    for document in [d for d in w.documents if d.case is unsent.case]:
        w.documents.remove(document)


def acceptance_unreadable(w: World) -> None:
    """Police refuse a referral whose 受案登记表 never comes in a readable form; a document names both numbers."""
    r = sent(w, day=w.day(date(2026, 6, 1), date(2026, 8, 31)))
    a = received(w, r)
    a.fault = Fault("接受时间", "impossible_date", "")
    told = refuse(w, r, a, soon(w, a))
    assert told is not None
    about(w, r, a, "supervision_acceptance", w.later(told, 2, 5), r.persons)
    document = w.documents[-1]
    document.related, document.police_case_no = r.number, a.case_no


def referral_unreadable(w: World) -> None:
    """Police have it and decide; the township's row lacks its party each time it comes."""
    r = sent(w, day=w.day(date(2026, 8, 1), date(2026, 9, 10)))
    a = received(w, r)
    file(w, r, a, soon(w, a))
    for document in w.documents:
        if document.case is r.case:
            document.police_case_no = a.case_no
    r.row.faults = {month: Fault("当事人", "missing_required", "") for month in (7, 8, 9, 10)}


Scene = Callable[[World], None]

SCENES: dict[str, Scene] = {
    scene.__name__: scene
    for scene in (
        scenes.sent_not_received,
        scenes.received_not_sent,
        scenes.decided_not_notified,
        scenes.undecided,
        scenes.filed_items_not_handed_over,
        scenes.refused_then_nothing,
        scenes.nonprosecution_not_reviewed,
        scenes.opinion_not_copied,
        scenes.replied_not_performed,
        scenes.signing_date_conflict,
        scenes.replied_before_served,
        scenes.should_have_been_referred,
        scenes.should_have_been_referred_jointly,
        scenes.jointly_three,
        scenes.opinion_again,
        scenes.clue_about_suspect,
        scenes.served_though_unneeded,
        scenes.object_absent,
        scenes.joint_trap,
        conflicts.party_conflict,
        conflicts.id_conflict,
        conflicts.document_id_conflict,
        conflicts.cause_conflict,
        conflicts.amount_conflict,
        conflicts.receipt_date_conflict,
        conflicts.decided_before_received,
        conflicts.received_before_sent,
        conflicts.sent_before_approved,
        conflicts.filing_outcomes_differ,
        conflicts.reconsideration_outcomes_differ,
        conflicts.withdrawn_and_prosecuted,
        conflicts.duplicate_reference,
        conflicts.reference_gap,
        conflicts.ambiguous,
        conflicts.ambiguous_person,
        namesakes,
        repeat_offenders,
        twins,
        joined,
        joined_across,
        split,
        rerouted,
        rerouted_silently,
        rerouted_unnamed,
        returned,
        penalised_elsewhere,
        reference_of_another,
        reference_of_another_unsent,
        acceptance_unreadable,
        referral_unreadable,
    )
}
