"""What else passes between township and procuratorate? Clues, consultations, suggestions, duty-crime clues."""

from __future__ import annotations

from datetime import date, timedelta

from tests.drawing.duedays import Period, due
from tests.drawing.model import Document, Receipt, Row
from tests.drawing.places import TOWNSHIPS
from tests.drawing.referral import DAYS3, DAYS7
from tests.drawing.world import World

SUBJECTS = {
    "线索移送": ("河道倾倒弃土", "饮用水源地养殖", "公益林内毁草", "尾矿扬尘"),
    "书面咨询": ("追诉标准", "林木价值认定", "电子数据固定", "涉案矿产品价格"),
    "口头咨询": ("管辖", "取证程序"),
    "检察建议": ("规范执法程序", "加强案卷管理"),
}


def _row(w: World, township: str, kind: str, day: date) -> Row:
    number = w.number(TOWNSHIPS[township].letter_prefix)
    row = Row("线索与咨询", township, w.case(township), number, born=day)
    row.put("类别", kind)
    row.put("文号", number)
    row.put("日期", day)
    row.put("事由", w.rng.choice(SUBJECTS[kind]))
    w.rows.append(row)
    return row


def clue(w: World, township: str, day: date) -> None:
    """线索移送, registered and answered."""
    row = _row(w, township, "线索移送", day)
    assert row.case is not None
    registered = w.act(w.at(day), DAYS7, 5)
    if registered is None or not w.happens(registered):
        return
    w.documents.append(
        Document(row.case, "clue_registration", w.number("繁检公线"), township, [], registered, related=row.number)
    )
    told = w.act(registered, Period(30, "day"), 28)
    if told is None or not w.happens(told):
        return
    w.documents.append(
        Document(
            row.case,
            "clue_result",
            w.number("繁检公告"),
            township,
            [],
            told - timedelta(minutes=30),
            served=told,
            related=row.number,
        )
    )
    row.put("回复日期", told.date())


def consultation(w: World, township: str, day: date) -> None:
    """书面咨询 or 口头咨询; the written one is answered."""
    written = w.rng.random() < 0.75
    row = _row(w, township, "书面咨询" if written else "口头咨询", day)
    assert row.case is not None
    answered = w.act(w.at(day), DAYS7, 5)
    if not written or answered is None or not w.happens(answered):
        return
    w.documents.append(
        Document(
            row.case,
            "consultation_answer",
            w.number("繁检咨复"),
            township,
            [],
            answered - timedelta(minutes=40),
            served=answered,
            related=row.number,
        )
    )
    row.put("回复日期", answered.date())


def suggestion(w: World, township: str, day: date) -> None:
    """检察建议, served, received that day, and answered."""
    moment = w.at(day)
    document = Document(w.case(township), "suggestion", w.number("繁检建"), township, [], moment)
    w.documents.append(document)
    if w.luck.strikes("doc_unserved", w.rng):
        return
    served = moment + timedelta(hours=1)
    document.served = served
    document.urgent = w.luck.strikes("urgent", w.rng)
    if not document.urgent and w.luck.strikes("reply_by", w.rng):
        document.reply_by = day + timedelta(w.rng.choice((20, 30)))
    row = Row("线索与咨询", township, document.case, document.number, born=day)
    row.put("类别", "检察建议")
    row.put("文号", document.number)
    row.put("日期", day)
    row.put("事由", w.rng.choice(SUBJECTS["检察建议"]))
    w.rows.append(row)
    last = document.reply_by or due(served, Period(15, "day") if document.urgent else Period(2, "month")).date()
    answered = w.act(served, Period((last - day).days, "day"), 13 if document.urgent else 40)
    if answered is not None and w.happens(answered):
        row.put("回复日期", answered.date())


def duty_clue(w: World, township: str, day: date) -> None:
    """职务违法犯罪线索移送函, sealed, and the commission's receipt."""
    moment = w.at(day)
    named = w.full_names(w.registry.person())
    document = Document(w.case(township), "duty_clue", w.number("繁检职移"), township, [named], moment, sealed=True)
    w.documents.append(document)
    if w.luck.strikes("doc_unserved", w.rng):
        return
    document.served = moment + timedelta(hours=2)
    signed = w.act(document.served, DAYS3)
    if signed is not None and w.happens(signed):
        receipt = Receipt("supervision_commission", document.case, document.number, signed.date(), w.number("收监"))
        w.receipts.append(receipt)
