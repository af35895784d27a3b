"""Which rows stand on the lists of the workbook for people, and in which columns?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.report_book_sealed import Share
from connectors.report_book_sheet import ALARM, SUM, Column, Listing, Value
from connectors.report_book_words import FINDINGS, KINDS, REASONS, STATES, detail_of, name_of
from hub.duties.duty import Obligation, State
from hub.findings.patterns import SHOWN_BY
from hub.link.chinese import tier_in_chinese
from hub.mapping.agency import Agency
from hub.model import Disposition
from hub.moment import SHANGHAI, Moment
from hub.outputs import native_reference
from hub.receiving.balance import FileBalance

_CASE = Column("案件", 15, middle=True)


@dataclass(frozen=True, slots=True)
class Told:
    """What the lists need beside the rows: the instant, the agencies' names, the rules' Chinese titles."""

    as_of: datetime
    agencies: Mapping[str, Agency]
    titles: Mapping[str, str]

    def name(self, code: str) -> str:
        """An agency's Chinese name."""
        return name_of(code, self.agencies)

    def title(self, rule: str) -> str:
        """A rule's Chinese title, or its id."""
        return self.titles.get(rule, rule)

    def days_late(self, o: Obligation) -> int | None:
        """Calendar days past the due day, of what is or was late."""
        if o.state is State.OVERDUE:
            end = self.as_of.astimezone(SHANGHAI).date()
        elif o.state is State.DISCHARGED_LATE and o.ended_at is not None:
            end = o.ended_at.day
        else:
            return None
        return (end - o.due_at.astimezone(SHANGHAI).date()).days


def overdue_list(share: Share, told: Told) -> Listing:
    """What is owed and was not done in time, the longest overdue first, with the arithmetic of each due time."""
    columns = (
        _CASE, Column("事项", 16), Column("责任单位", 15), Column("对方单位", 15), Column("涉及文号", 17),
        Column("起算", 17, middle=True), Column("期限", 17, middle=True), Column("逾期天数", 9),
        Column("依据", 28), Column("计算过程", 50),
    )  # fmt: skip
    overdue = sorted((o for o in share.obligations if o.state is State.OVERDUE), key=lambda o: (o.due_at, *_order(o)))
    rows = [
        (
            o.case_id, told.title(o.rule), told.name(o.debtor), told.name(o.creditor), o.subject,
            shown(o.opened_at), _instant(o.due_at), told.days_late(o), o.basis, "\n".join(o.steps),
        )
        for o in overdue
    ]  # fmt: skip
    return Listing("逾期事项", columns, rows)


def obligation_list(share: Share, told: Told) -> Listing:
    """Everything that was or is owed; what is overdue in red."""
    columns = (
        _CASE, Column("事项", 20), Column("性质", 10, middle=True), Column("责任单位", 16), Column("对方单位", 16),
        Column("涉及文号", 17), Column("起算", 17, middle=True), Column("期限", 17, middle=True),
        Column("暂定", 6, middle=True), Column("状态", 11, middle=True), Column("办结", 17, middle=True),
        Column("逾期天数", 9), Column("规则", 24),
    )  # fmt: skip
    owed = sorted(share.obligations, key=_order)
    rows = [
        (
            o.case_id, told.title(o.rule), KINDS[o.kind], told.name(o.debtor), told.name(o.creditor), o.subject,
            shown(o.opened_at), _instant(o.due_at), "是" if o.provisional else "", STATES[o.state], shown(o.ended_at),
            told.days_late(o), o.rule,
        )
        for o in owed
    ]  # fmt: skip
    return Listing("义务清单", columns, rows, {n: ALARM for n, o in enumerate(owed) if o.state is State.OVERDUE})


def finding_list(share: Share, told: Told, beside: Mapping[str, str]) -> Listing:
    """What a person must look at. beside: case id -> the other matters that may be the same, where one is missing a side."""
    columns = (
        _CASE,
        Column("问题", 18),
        Column("含义", 46),
        Column("责任单位", 20),
        Column("说明", 46),
        Column("代码", 32),
        Column("可能同一事项", 46),
    )
    rows = [
        (
            f.case_id,
            *FINDINGS.get(f.code, (f.code, "")),
            told.name(f.agency),
            detail_of(f.detail, told.titles),
            f.code,
            beside.get(f.case_id, "") if f.code in SHOWN_BY else "",
        )
        for f in sorted(share.findings, key=lambda f: (f.agency, f.code, f.case_id, f.detail))
    ]
    return Listing("发现问题", columns, rows)


def balance_list(balanced: Sequence[FileBalance]) -> Listing:
    """Every file with what became of its rows; red where rows were set aside; the sums in the last row."""
    columns = (
        Column("文件", 60), Column("行数", 10), Column("接收", 10), Column("重复", 10), Column("被新版取代", 12),
        Column("未收", 10), Column("略过", 10),
    )  # fmt: skip
    words = tuple(Disposition)
    rows: list[Sequence[Value]] = [
        (entry.file, entry.rows, *(entry.counts.get(word, 0) for word in words)) for entry in balanced
    ]
    looks = {n: ALARM for n, entry in enumerate(balanced) if entry.counts.get(Disposition.QUARANTINED)}
    sums = [sum(entry.counts.get(word, 0) for entry in balanced) for word in words]
    rows.append(("合计", sum(entry.rows for entry in balanced), *sums))
    return Listing("收件平衡", columns, rows, looks | {len(balanced): SUM})


def set_aside_list(share: Share, told: Told) -> Listing:
    """Rows and files that were not taken in, why, and how to put them right; never what the cell held."""
    columns = (Column("单位", 20), Column("来源", 62), Column("栏目", 18), Column("原因", 32), Column("如何更正", 52))
    rows = [
        (told.name(d.row.agency), d.source, d.row.reading.column, *REASONS.get(d.row.reading.reason, (d.row.reading.reason, "")))
        for d in sorted(share.set_aside, key=lambda d: (d.row.agency, d.source))
    ]  # fmt: skip
    return Listing("未收行", columns, rows)


def link_list(share: Share, told: Told) -> Listing:
    """Which records stand together as one case, and by which signs; the score is in bits of evidence."""
    columns = (
        _CASE,
        Column("单位", 20),
        Column("来源", 62),
        Column("单位编号", 30),
        Column("关联依据", 28),
        Column("得分", 8),
    )
    links = sorted(share.links, key=lambda one: (one.case_id, one.record.agency, one.record.source))
    rows = [
        (
            one.case_id, told.name(one.record.agency), one.record.source, native_reference(one.record),
            tier_in_chinese(one.tier), float(one.score),
        )
        for one in links
    ]  # fmt: skip
    return Listing("关联", columns, rows)


def shown(moment: Moment | None) -> Value:
    """A bare date as a date, an instant as Shanghai's clock shows it."""
    if moment is None:
        return None
    return moment.day if moment.bare else _instant(moment.latest())


def _instant(instant: datetime) -> datetime:
    return instant.astimezone(SHANGHAI).replace(tzinfo=None)


def _order(o: Obligation) -> tuple[str, ...]:
    return (o.case_id, o.rule, str(o.opened_at), o.due_at.isoformat(), o.obligation_id)
