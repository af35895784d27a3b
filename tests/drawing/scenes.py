"""Which findings must a drawing hold? One planted scene for each, so that none is left to chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.drawing import letters, reverse
from tests.drawing.aftermath import file, refuse
from tests.drawing.model import Acceptance, Document
from tests.drawing.offences import Level, Offence, draw_offence
from tests.drawing.people import Person
from tests.drawing.referral import (
    Referral,
    approve,
    copy,
    decide,
    open_referral,
    receive,
    send,
)
from tests.drawing.world import World

JUNE, SEPTEMBER = date(2026, 6, 1), date(2026, 9, 20)


def sent(
    w: World,
    *,
    township: str | None = None,
    persons: list[Person] | None = None,
    offence: Offence | None = None,
    day: date | None = None,
    plain: bool = True,
) -> Referral:
    """A referral that has left in good order."""
    r = open_referral(
        w,
        township or w.township(),
        persons or [w.registry.person()],
        offence or draw_offence(w.rng, "over"),
        day or w.day(JUNE, SEPTEMBER),
        plain=plain,
    )
    assert approve(w, r, sure=True)
    assert send(w, r, sure=True)
    copy(w, r)
    return r


def received(w: World, r: Referral) -> Acceptance:
    """The same, and accepted by police in plain words."""
    a = receive(w, r, sure=True, plain=True)
    assert a is not None
    return a


def soon(w: World, a: Acceptance) -> datetime:
    """A decision within its three days."""
    return a.received + timedelta(minutes=5 * w.rng.randrange(4, 40))


def sent_not_received(w: World) -> None:
    sent(w)


def received_not_sent(w: World) -> None:
    r = sent(w)
    received(w, r)
    w.rows.remove(r.row)
    copies = [d for d in w.documents if d.case is r.case]
    for document in copies:
        w.documents.remove(document)
    a = next(a for a in w.acceptances if a.case is r.case)
    # No township row has this number: a desk that wrote one wrote one beyond the township's serials.
    a.reference = None if w.rng.random() < 0.5 else r.number
    if a.reference is not None:
        a.reference.serial = 150 + w.rng.randrange(40)
    decide(w, a, "立案", soon(w, a))


def decided_not_notified(w: World) -> None:
    r = sent(w)
    a = received(w, r)
    decide(w, a, "立案", soon(w, a))


def undecided(w: World) -> None:
    received(w, sent(w))


def filed_items_not_handed_over(w: World) -> None:
    r = sent(w)
    a = received(w, r)
    file(w, r, a, soon(w, a), hand_over=False)


def refused_then_nothing(w: World) -> None:
    r = sent(w, day=w.day(JUNE, date(2026, 7, 1)))
    a = received(w, r)
    refuse(w, r, a, soon(w, a))


def nonprosecution_not_reviewed(w: World) -> None:
    at = w.at(w.day(JUNE, SEPTEMBER))
    reverse.not_prosecuted(w, w.township(), [w.registry.person()], "A343", at, reviewed=False)


def _opinion(w: World, *, copied: bool = True) -> Document:
    at = w.at(w.day(JUNE, date(2026, 7, 20)))
    found = reverse.not_prosecuted(w, w.township(), [w.registry.person()], "A345-2", at, reviewed=True, sure=True)
    document, reviewed = found[0]
    assert reviewed is not None
    served = w.at((reviewed + timedelta(days=1)).date())
    return reverse.penalty_opinion(w, document, [document.persons[0].person], reviewed, copied=copied, served=served)


def opinion_not_copied(w: World) -> None:
    reverse.answer_penalty_opinion(w, _opinion(w, copied=False))


def replied_not_performed(w: World) -> None:
    letter = _opinion(w)
    row = reverse.opinion_row(w, letter)
    assert row is not None
    assert letter.served is not None
    reverse.reply(w, row, letter.served + timedelta(days=w.rng.randint(5, 40)), "办理情况")


def signing_date_conflict(w: World) -> None:
    letter = _opinion(w)
    assert letter.served is not None
    reverse.opinion_row(w, letter, signed=letter.served.date() + timedelta(w.rng.randint(1, 4)), plain=True)


def replied_before_served(w: World) -> None:
    letter = _opinion(w)
    row = reverse.opinion_row(w, letter, plain=True)
    assert row is not None
    assert letter.served is not None
    reverse.reply(w, row, letter.served - timedelta(days=w.rng.randint(1, 3)), "处理结果")


def should_have_been_referred(w: World) -> None:
    level: Level = "just" if w.rng.random() < 0.4 else "over"
    offence = draw_offence(w.rng, level, measured=True)
    reverse.penalty_row(w, w.township(), [w.registry.person()], offence, w.day(JUNE, SEPTEMBER))


def should_have_been_referred_jointly(w: World) -> None:
    """Two penalties of one person in two townships: together at or over the threshold."""
    _pair(w, draw_offence(w.rng, "half", measured=True), w.day(JUNE, date(2026, 7, 31)))


def jointly_three(w: World) -> None:
    """Three penalties of one person, no two of them enough."""
    person = w.registry.person()
    half = draw_offence(w.rng, "half", measured=True)
    offence = replace(
        half,
        amount=None if half.amount is None else half.amount * Decimal("0.75"),
        quantity=None if half.quantity is None else half.quantity * Decimal("0.75"),
    )
    for first, last in (
        (JUNE, date(2026, 6, 30)),
        (date(2026, 7, 10), date(2026, 8, 20)),
        (date(2026, 9, 1), SEPTEMBER),
    ):
        reverse.penalty_row(w, w.township(), [person], offence, w.day(first, last), whole_ids=True)


def opinion_again(w: World) -> None:
    """No reply to the first letter within its time, so a second one is served about the same person."""
    letter = _opinion(w)
    reverse.opinion_row(w, letter)
    assert letter.served is not None
    again = reverse.penalty_opinion(
        w, letter, [letter.persons[0].person], w.later(letter.served, 65, 75), served=w.later(letter.served, 76, 80)
    )
    again.unified = letter.unified if w.rng.random() < 0.5 else None
    reverse.answer_penalty_opinion(w, again)


def clue_about_suspect(w: World) -> None:
    """A duty-crime clue names a person whom the same township has referred: sealed, and another matter."""
    r = sent(w)
    a = received(w, r)
    file(w, r, a, soon(w, a))
    letters.duty_clue(w, r.township, w.day(JUNE, SEPTEMBER))
    clue = w.documents[-1]
    clue.persons = [w.full_names(r.persons[0])]


def served_though_unneeded(w: World) -> None:
    """The review says that no penalty is needed, and the letter asks for one all the same."""
    letter = _opinion(w)
    reverse.opinion_row(w, letter)
    review = next(d for d in w.documents if d.case is letter.case and d.kind == "nonprosecution_review")
    review.penalty_needed = False


def object_absent(w: World) -> None:
    """The row does not say what kind of land it was, and the thresholds differ by that."""
    offence = replace(draw_offence(w.rng, "over", code="A342"), object="")
    assert not offence.reaches_threshold()
    reverse.penalty_row(w, w.township(), [w.registry.person()], offence, w.day(JUNE, SEPTEMBER))


def joint_trap(w: World) -> None:
    """The same, but one penalty more than two years old; and one of another kind."""
    first = draw_offence(w.rng, "half", measured=True)
    _pair(w, first, date(2024, w.rng.randint(1, 7), w.rng.randint(1, 28)), year=2024)
    unlike = draw_offence(w.rng, "half", code="A343" if first.code != "A343" else "A140")
    _pair(w, first, w.day(JUNE, date(2026, 7, 31)), second=unlike)


def _pair(w: World, offence: Offence, first: date, *, second: Offence | None = None, year: int = 2026) -> None:
    person = w.registry.person()
    here, there = w.rng.sample(sorted({w.township() for _ in range(40)}), 2)
    later = w.day(date(2026, 8, 20), date(2026, 10, 20))
    reverse.penalty_row(w, here, [person], offence, first, whole_ids=True, year=year)
    reverse.penalty_row(w, there, [person], second or offence, later, whole_ids=True)
