"""What does the procuratorate ask of a township? Decisions not to prosecute, opinions, and what is done about them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.drawing.duedays import Period, due
from tests.drawing.model import Case, Document, Receipt, Row
from tests.drawing.offences import Offence, draw_offence, term
from tests.drawing.people import Person
from tests.drawing.places import TOWNSHIPS
from tests.drawing.referral import DAYS3, Referral, approve, copy, open_referral, receive, send
from tests.drawing.spelling import Number
from tests.drawing.world import World

DAYS7, MONTHS2, WORKING10 = Period(7, "day"), Period(2, "month"), Period(10, "working_day")


def _document(
    w: World, case: Case, kind: str, prefix: str, township: str, persons: list[Person], at: datetime, cause: str
) -> Document:
    document = Document(
        case,
        kind,
        w.number(prefix),
        township,
        [w.full_names(p, certain=not any(p.uid in w.needs_id for p in persons)) for p in persons],
        at,
        cause_code=cause,
    )
    w.documents.append(document)
    return document


def not_prosecuted(
    w: World,
    township: str,
    persons: list[Person],
    cause: str,
    at: datetime,
    *,
    case: Case | None = None,
    police_case_no: str | None = None,
    reviewed: bool | None = None,
    sure: bool = False,
) -> list[tuple[Document, datetime | None]]:
    """不起诉, a document per person, each with its review; gives decisions and the reviews that ask for a penalty."""
    case = case or w.case(township)
    number = f"1409242026{w.next('统一受案号'):05d}"
    found: list[tuple[Document, datetime | None]] = []
    absent = len(persons) == 1 and police_case_no is None and w.luck.strikes("doc_unified_absent", w.rng)
    for n, person in enumerate(persons):
        moment = at + timedelta(minutes=10 * n)
        decided = _document(w, case, "nonprosecution", "繁检刑不诉", township, [person], moment, cause)
        decided.unified = None if absent else number
        decided.police_case_no = police_case_no
        done = w.act(moment, WORKING10, 8, sure=sure) if reviewed is not False else None
        if done is None or not w.happens(done):
            found.append((decided, None))
            continue
        review = _document(w, case, "nonprosecution_review", "繁检行审", township, [person], done, cause)
        review.unified = None if absent and w.rng.random() < 0.5 else number
        review.police_case_no = police_case_no if w.rng.random() < 0.5 else None
        review.penalty_needed = True if reviewed else w.rng.random() < 0.85
        found.append((decided, done if review.penalty_needed else None))
    return found


def penalty_opinion(
    w: World,
    first: Document,
    persons: list[Person],
    after: datetime,
    *,
    copied: bool = True,
    served: datetime | None = None,
) -> Document:
    """The 检察意见书 that asks for a penalty: served, or not yet, and copied to the justice bureau."""
    at = after + timedelta(minutes=5)
    assert first.cause_code is not None
    letter = _document(w, first.case, "penalty_opinion", "繁检意", first.township, persons, at, first.cause_code)
    letter.unified = first.unified
    letter.police_case_no = first.police_case_no
    serve(w, letter, served, copied=copied)
    return letter


def serve(w: World, letter: Document, served: datetime | None = None, *, copied: bool = True) -> None:
    """The letter reaches the township; the copy reaches the justice bureau, which signs for it."""
    if served is None:
        if w.luck.strikes("doc_unserved", w.rng):
            return
        served = w.later(letter.decided, 0, 1)
    if not w.happens(served):
        return
    letter.served = served
    if letter.kind == "penalty_opinion" and w.luck.strikes("reply_by", w.rng):
        letter.reply_by = served.date() + timedelta(w.rng.choice((20, 30, 45)))
    sent = w.act(served, DAYS3) if copied else None
    if sent is None or not w.happens(sent):
        return
    letter.copied.append(sent)
    signed = w.act(sent, DAYS3)
    if signed is not None and w.happens(signed):
        bureau = Receipt("justice_bureau", letter.case, letter.number, signed.date(), w.number("收司"))
        w.receipts.append(bureau)


def opinion_row(w: World, letter: Document, *, signed: date | None = None, plain: bool = False) -> Row | None:
    """The township's row about a letter."""
    if letter.served is None:
        return None
    row = Row(
        "意见办理",
        letter.township,
        letter.case,
        letter.number,
        [n.person for n in letter.persons],
        born=letter.served.date(),
        plain=plain,
    )
    row.put("意见书文号", letter.number)
    row.put("意见类型", "建议移送" if letter.kind == "transfer_opinion" else "行政处罚")
    row.put("签收日期", signed or letter.served.date(), row.born)
    if plain or not w.luck.strikes("handling_party_absent", w.rng):
        row.put("当事人", row.parties)
    w.rows.append(row)
    return row


def reply(w: World, row: Row, at: datetime | None, kind: str) -> bool:
    """回复: its day, its kind, its number."""
    if at is None or not w.happens(at):
        return False
    row.put("回复日期", at.date())
    row.put("回复类型", kind, at.date())
    row.put("回复文号", w.number(TOWNSHIPS[row.township].reply_prefix), at.date())
    return True


def answer_penalty_opinion(w: World, letter: Document, *, perform: bool | None = None) -> None:
    """The township answers a penalty opinion, and mostly does what it says."""
    row = opinion_row(w, letter)
    if row is None or letter.served is None:
        return
    last = letter.reply_by or due(letter.served, MONTHS2).date()
    at = w.act(letter.served, Period((last - letter.served.date()).days, "day"), 55)
    kind = w.rng.choice(("处理结果", "办理情况", "办理情况", "异议")) if perform is None else "办理情况"
    if not reply(w, row, at, kind) or at is None or kind == "异议" or perform is False:
        return
    done = at if kind == "处理结果" else w.act(at, Period(30, "day"), 28)
    if done is None or not w.happens(done):
        return
    if kind == "处理结果" or w.rng.random() < 0.5:
        assert letter.cause_code is not None
        penalty_row(
            w,
            letter.township,
            row.parties[:1],
            draw_offence(w.rng, "under", code=letter.cause_code),
            done.date(),
            case=letter.case,
            answers=letter.number,
        )
    else:
        row.put("办结日期", done.date())


def penalty_row(
    w: World,
    township: str,
    persons: list[Person],
    offence: Offence,
    at: date,
    *,
    case: Case | None = None,
    answers: Number | None = None,
    whole_ids: bool = False,
    year: int = 2026,
) -> Row:
    """A row of 行政处罚."""
    prefix = TOWNSHIPS[township].penalty_prefix
    number = w.number(prefix) if year == 2026 else Number(prefix, 1 + w.next(f"{prefix}{year}"), year)
    row = Row("行政处罚", township, case or w.case(township), number, persons, offence, born=max(at, date(2026, 6, 1)))
    row.whole_ids = whole_ids
    row.put("处罚决定书文号", number)
    row.put("处罚决定时间", at)
    row.put("案由", term(w.rng, offence.code))
    row.put("对象", offence.object or None)
    row.put("当事人", persons)
    if whole_ids or not w.luck.strikes("id_absent", w.rng):
        row.put("证件号码", persons)
    row.put("涉案金额", offence.amount)
    row.put("数量", offence.quantity)
    row.put("单位", offence.unit or None)
    row.put("罚款金额", Decimal(w.rng.randrange(2, 60) * 500))
    row.put("关联文号", answers)
    for column in row.since:
        row.since[column] = row.born
    w.rows.append(row)
    return row


def transfer_opinion(w: World, penalty: Row, at: datetime, *, related: bool = True, copied: bool = True) -> Document:
    """The 检察意见书 that asks a township to refer what it only fined."""
    assert penalty.case is not None
    assert penalty.offence is not None
    letter = _document(
        w,
        penalty.case,
        "transfer_opinion",
        "繁检行意",
        penalty.township,
        penalty.parties,
        at,
        penalty.offence.code,
    )
    letter.related = penalty.number if related else None
    serve(w, letter, w.later(at, 0, 1), copied=copied)
    return letter


def refer_after_opinion(w: World, letter: Document, penalty: Row) -> Referral | None:
    """The township refers after all; gives the referral where it left."""
    assert letter.served is not None
    assert penalty.offence is not None
    assert penalty.case is not None
    row = opinion_row(w, letter)
    start = w.act(letter.served, DAYS7, 1)
    if start is None or not w.happens(start):
        return None
    r = open_referral(w, penalty.township, penalty.parties, penalty.offence, start.date(), case=penalty.case)
    if w.rng.random() < 0.7:
        r.row.put("备注", f"依检察意见书移送（{letter.number.text}）")
    r.now = start
    if not approve(w, r, sure=True) or not send(w, r, sure=True) or r.sent is None:
        return None
    if row is not None:
        reply(w, row, r.sent, "处理结果")
    copy(w, r)
    receive(w, r)
    return r


def object_to_opinion(w: World, letter: Document) -> None:
    """The township objects; the procuratorate tells the police, soon, late or never."""
    assert letter.served is not None
    row = opinion_row(w, letter)
    if row is not None:
        reply(w, row, w.later(letter.served, 2, 6), "异议")
    missed = due(letter.served, DAYS7)
    told = w.act(missed.replace(hour=10, minute=0, second=0), DAYS7, 5)
    if told is None or not w.happens(told) or not w.happens(missed):
        return
    notice = _document(
        w, letter.case, "refusal_notice", "繁检情通", letter.township, [n.person for n in letter.persons], told, ""
    )
    notice.cause_code = None
    notice.served = told
    notice.related = letter.number if w.rng.random() < 0.8 else None
