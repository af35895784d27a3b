"""What becomes of a matter that nobody planned? Stories left to chance."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from tests.drawing import aftermath, letters, reverse
from tests.drawing.aftermath import conclude, file, reconsider, refuse, supervise_refusal, supervise_silence
from tests.drawing.duedays import add_working
from tests.drawing.model import Acceptance, Document
from tests.drawing.offences import draw_offence
from tests.drawing.referral import DAYS3, Referral, approve, copy, decide, open_referral, receive, send, stated
from tests.drawing.world import World


def referral(w: World) -> None:
    """A referral from its opening to whatever chance makes of it."""
    persons = [w.party()]
    if w.luck.strikes("several_parties", w.rng):
        persons = [w.registry.person() for _ in range(w.rng.randint(2, 3))]
    r = open_referral(w, w.township(), persons, draw_offence(w.rng, "over"), w.day())
    if not approve(w, r, answer="否" if w.rng.random() < 0.03 else "是") or not send(w, r):
        return
    copy(w, r)
    a = receive(w, r)
    if a is not None:
        decided(w, r, a)


def decided(w: World, r: Referral, a: Acceptance) -> None:
    """What police do with what they accepted."""
    now = a.received
    if w.rng.random() < 0.08:
        a.incomplete = now + timedelta(hours=w.rng.randint(1, 5))
        added = w.act(a.incomplete, DAYS3)
        if added is not None and w.happens(added):
            stated(w, r.row, "补正时间", added)
    if w.rng.random() < 0.06:
        aftermath.consult(w, r, a, now + timedelta(minutes=50))
    if w.rng.random() < 0.1:
        extended(w, r, a)
        return
    at = w.act(now, DAYS3)
    if at is None or not w.happens(at):
        explained = supervise_silence(w, r, a, now) if w.rng.random() < 0.6 else None
        if explained is not None and w.rng.random() < 0.7:
            after_filing(w, r, a, w.later(explained, 1, 10))
        return
    if w.rng.random() < 0.55:
        after_filing(w, r, a, at)
    elif w.rng.random() < 0.08:
        decide(w, a, "退回", at)
    else:
        after_refusal(w, r, a, at)


def extended(w: World, r: Referral, a: Acceptance) -> None:
    """延长审查, once or twice, and a filing in time or not."""
    days = w.rng.choice((7, 10))
    first = w.act(a.received, DAYS3, sure=True)
    if decide(w, a, "延长审查", first, days=days) is None or first is None:
        return
    if w.rng.random() < 0.4:
        second = first + timedelta(days=w.rng.randint(3, 6))
        days = w.rng.choice((30, 60))
        if decide(w, a, "延长审查", second, days=days) is None:
            return
        first = second
    at = w.later(first, 1, days + 4)
    if w.rng.random() < 0.85:
        after_filing(w, r, a, at)


def after_filing(w: World, r: Referral, a: Acceptance, at: datetime) -> None:
    """立案, and sometimes its end: withdrawn, prosecuted, or not prosecuted."""
    filed = file(w, r, a, at)
    if filed is None or w.rng.random() < 0.7:
        return
    sent = conclude(w, r, a, w.later(filed, 10, 60))
    if sent is None:
        return
    if w.rng.random() < 0.4:
        aftermath.indict(w, r, a, w.later(sent, 15, 40))
        return
    at = w.later(sent, 10, 40)
    if w.happens(at):
        opinions(
            w,
            reverse.not_prosecuted(w, r.township, r.persons, r.offence.code, at, case=r.case, police_case_no=a.case_no),
        )


def opinions(w: World, found: list[tuple[Document, datetime | None]]) -> None:
    """One letter about all who need one, or one each; and what the township does about it."""
    wanted = [(d, at) for d, at in found if at is not None]
    if not wanted:
        return
    groups = [[pair] for pair in wanted] if w.rng.random() < 0.3 else [wanted]
    for group in groups:
        first = group[0][0]
        latest = max(at for _, at in group)
        if w.happens(latest + timedelta(minutes=5)):
            letter = reverse.penalty_opinion(w, first, [d.persons[0].person for d, _ in group], latest)
            reverse.answer_penalty_opinion(w, letter)


def after_refusal(w: World, r: Referral, a: Acceptance, at: datetime) -> None:
    """不予立案, and what the township does: reconsideration, supervision, a penalty, or nothing."""
    told = refuse(w, r, a, at)
    if told is None:
        return
    way = w.rng.random()
    if way < 0.35:
        outcome = w.rng.choice(("维持", "维持", "撤销"))
        had = reconsider(w, r, a, told, outcome)
        if had is None:
            return
        if outcome == "撤销":
            if w.rng.random() < 0.7:
                file(w, r, a, w.later(had, 1, 6))
        elif w.rng.random() < 0.6:
            taken = aftermath.ask_supervision(w, r, a, had)
            if taken is not None:
                supervise_refusal(w, r, a, taken)
    elif way < 0.65:
        taken = aftermath.ask_supervision(w, r, a, told)
        if taken is not None:
            supervise_refusal(w, r, a, taken)
    elif way < 0.9:
        aftermath.penalise(w, r, told)


def older_nonprosecution(w: World) -> None:
    """A decision not to prosecute in a matter that began before the drawing."""
    persons = [w.party()] if w.rng.random() < 0.7 else [w.registry.person() for _ in range(w.rng.randint(2, 3))]
    cause = draw_offence(w.rng, "over").code
    opinions(w, reverse.not_prosecuted(w, w.township(), persons, cause, w.at(w.day())))


def opinion_to_refer(w: World) -> None:
    """A penalty over the threshold, an opinion about it, and a referral, an objection or nothing."""
    offence = draw_offence(w.rng, "over", measured=True)
    penalty = reverse.penalty_row(w, w.township(), [w.party()], offence, w.day(last=date(2026, 9, 30)))
    at = w.at(add_working(penalty.born, w.rng.randint(8, 20)))
    if not w.happens(at + timedelta(days=2)):
        return
    letter = reverse.transfer_opinion(w, penalty, at, related=w.rng.random() < 0.6)
    if letter.served is None:
        return
    way = w.rng.random()
    if way < 0.5:
        reverse.refer_after_opinion(w, letter, penalty)
    elif way < 0.85:
        reverse.object_to_opinion(w, letter)
    else:
        reverse.opinion_row(w, letter)


def small_penalty(w: World) -> None:
    """A penalty below every threshold, and nothing more."""
    reverse.penalty_row(w, w.township(), [w.party()], draw_offence(w.rng, "under"), w.day())


def letter(w: World) -> None:
    """A clue, a consultation, a suggestion or a duty-crime clue."""
    tell = w.rng.choice((letters.clue, letters.consultation, letters.suggestion, letters.duty_clue))
    tell(w, w.township(), w.day())


STORIES = ((referral, 62), (older_nonprosecution, 10), (opinion_to_refer, 6), (small_penalty, 6), (letter, 16))


def tell(w: World) -> None:
    """One matter, of a kind left to chance."""
    w.rng.choices([s for s, _ in STORIES], [n for _, n in STORIES])[0](w)
