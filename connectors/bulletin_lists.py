"""Which rows stand on the lists of a bulletin, and in which columns? The same rows make the workbook and the plain file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connectors.bulletin_words import ANSWERED, kinds_text, own_detail
from connectors.report_book_lists import Told, shown
from connectors.report_book_sheet import ALARM, Column, Listing, Value
from connectors.report_book_words import FINDINGS, KINDS, STATES
from hub.duties.duty import Obligation, State
from hub.ladder.rung import shown_subject
from hub.moment import SHANGHAI
from hub.reports.township import TownshipBulletin

_DUE = (
    Column("事项", 16), Column("性质", 9, middle=True), Column("文号", 17), Column("对方单位", 13),
    Column("起算", 11, middle=True), Column("期限", 11, middle=True), Column("办结", 11, middle=True),
    Column("结果", 9, middle=True), Column("逾期天数", 9), Column("依据", 26), Column("期限计算", 42),
)  # fmt: skip
# Of what is not done, neither when nor how it ended.
_NOT_DONE = (*_DUE[:6], *_DUE[8:])


def due_list(bulletin: TownshipBulletin, told: Told) -> Listing:
    """What fell due in the span, in time and late, each with its basis and the arithmetic of its due time."""
    looks = {n: ALARM for n, o in enumerate(bulletin.due) if o.state is State.OVERDUE}
    return Listing("本期到期事项", _DUE, [_duty(o, told) for o in bulletin.due], looks)


def overdue_list(bulletin: TownshipBulletin, told: Told) -> Listing:
    """What the township owes and has not done, the longest first."""
    rows = [_duty(o, told) for o in bulletin.overdue]
    return Listing("目前逾期未办", _NOT_DONE, [(*row[:6], *row[8:]) for row in rows])


def owed_list(bulletin: TownshipBulletin, told: Told) -> Listing:
    """What others owe the township and have not done."""
    columns = (
        Column("事项", 22), Column("责任单位", 18), Column("文号", 26), Column("期限", 18, middle=True),
        Column("逾期天数", 10), Column("依据", 60),
    )  # fmt: skip
    rows = [
        (
            told.title(o.rule),
            told.name(o.debtor),
            shown_subject(o.subject),
            _clock(o.due_at),
            told.days_late(o),
            o.basis,
        )
        for o in bulletin.owed
    ]
    return Listing("相对单位逾期", columns, rows)


def finding_list(bulletin: TownshipBulletin, told: Told) -> Listing:
    """What the township must put right."""
    columns = (Column("问题", 20), Column("含义", 52), Column("文号", 28), Column("说明", 54))
    rows = [(*FINDINGS.get(f.code, (f.code, "")), f.subject, own_detail(f, told.titles)) for f in bulletin.findings]
    return Listing("核对问题", columns, rows)


def told_list(bulletin: TownshipBulletin) -> Listing:
    """What the hub handed to the township in the span, and whether it was acknowledged."""
    columns = (Column("推送编号", 34), Column("内容", 34), Column("发出", 20, middle=True), Column("签收情况", 14, middle=True), Column("签收", 20, middle=True))  # fmt: skip
    rows: list[Sequence[Value]] = []
    for one in bulletin.told:
        ended = one.ended_at if one.ended_at is not None and one.ended_at <= bulletin.as_of else None
        state = str(one.state) if ended else "sent"
        rows.append((one.delivery_id, kinds_text(one.kind), _clock(one.sent_at), ANSWERED[state], _clock(ended)))
    return Listing("平台推送", columns, rows)


def township_lists(bulletin: TownshipBulletin, told: Told) -> list[Listing]:
    """All lists of a township's bulletin, in the order in which they are read."""
    return [
        overdue_list(bulletin, told), due_list(bulletin, told), owed_list(bulletin, told),
        finding_list(bulletin, told), told_list(bulletin),
    ]  # fmt: skip


def _duty(o: Obligation, told: Told) -> Sequence[Value]:
    return (
        told.title(o.rule), KINDS[o.kind], shown_subject(o.subject), told.name(o.creditor), shown(o.opened_at),
        _clock(o.due_at), shown(o.ended_at), STATES[o.state], told.days_late(o), o.basis, "\n".join(o.steps),
    )  # fmt: skip


def _clock(instant: datetime | None) -> Value:
    return None if instant is None else instant.astimezone(SHANGHAI).replace(tzinfo=None)
