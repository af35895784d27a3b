"""What is wrong with single rows of a ledger? Corrections, emptied cells, and versions that cannot be read."""

from __future__ import annotations

from datetime import date, timedelta

from tests.drawing.deliveries import Delivery, end_of_month
from tests.drawing.model import Fault, Row, Value
from tests.drawing.people import Person
from tests.drawing.places import MONTHS, TOWNSHIPS
from tests.drawing.spelling import Number, impossible_date
from tests.drawing.world import World

CORRECTABLE = {
    "移送案件": ("涉案金额", "数量", "备注", "移交物品时间", "收到立案通知书时间", "抄送检察院时间", "接收单位"),
    "行政处罚": ("罚款金额", "备注", "处罚决定时间"),
    "意见办理": ("回复日期", "备注", "办结日期"),
    "线索与咨询": ("事由", "备注", "回复日期"),
}
EMPTIED = {
    "移送案件": ("移交物品时间", "回执时间", "收到立案通知书时间", "抄送检察院时间", "备注"),
    "行政处罚": ("备注", "罚款金额"),
    "意见办理": ("办结日期", "备注"),
    "线索与咨询": ("事由", "回复日期"),
}


def trouble_rows(w: World, deliveries: dict[str, list[Delivery]]) -> None:
    """Corrections, emptied cells, rows no longer repeated, and versions that cannot be read."""
    for row in w.rows:
        months = [d.month for d in deliveries[row.township] if d.cutoff >= row.born]
        if row.plain or row.faults or len(set(months)) < 2:
            continue
        if w.luck.strikes("row_corrected", w.rng):
            _correct(w, row, months[: w.rng.randint(1, len(months) - 1)])
        elif w.luck.strikes("cell_emptied", w.rng):
            columns = [c for c in EMPTIED[row.sheet] if row.cells.get(c) is not None]
            if columns:
                column = w.rng.choice(columns)
                for month in (m for m in months[1:] if end_of_month(m) > row.since[column]):
                    row.changes[month, column] = row.changes[-month, column] = None
        elif w.luck.strikes("row_not_repeated", w.rng):
            row.gone_from = w.rng.choice(months[1:])
    for delivered in deliveries.values():
        for delivery in delivered:
            if not delivery.corrected:
                _correct_resent(w, delivery)
    _unreadable(w, deliveries)


def _wrong(w: World, row: Row, column: str) -> Value:
    value = row.cells[column]
    if isinstance(value, date):
        return value + timedelta(w.rng.choice((-1, 1, 2)))
    if isinstance(value, str):
        return "待核"
    return None


def _correct(w: World, row: Row, months: list[int]) -> None:
    columns = [c for c in CORRECTABLE[row.sheet] if row.cells.get(c) is not None]
    if columns:
        column = w.rng.choice(columns)
        for month in months:
            row.changes[month, column] = row.changes[-month, column] = _wrong(w, row, column)


def _correct_resent(w: World, delivery: Delivery) -> None:
    """The first sending of a month that is sent again said other things in a few rows."""
    mine = [r for r in w.rows if r.township == delivery.township and r.born <= delivery.cutoff and not r.plain]
    for row in mine[:3]:
        columns = [c for c in CORRECTABLE[row.sheet] if row.cells.get(c) is not None]
        if columns:
            column = w.rng.choice(columns)
            row.changes[-delivery.month, column] = _wrong(w, row, column)
    for row in mine[3:4]:
        fault = _fault(w, row)
        if not row.faults:
            row.faults[-delivery.month] = fault


def _unreadable(w: World, deliveries: dict[str, list[Delivery]]) -> None:
    """Versions of real rows that are set aside, and rows of nobody that always are."""
    candidates = [
        (r, sorted({d.month for d in deliveries[r.township] if d.cutoff >= r.born and not d.refused}))
        for r in w.rows
        if not r.plain and not r.faults and r.gone_from is None
    ]
    candidates = [(r, months) for r, months in candidates if len(months) >= 3]
    w.rng.shuffle(candidates)
    for hazard, wanted in (("row_unreadable_now", 4), ("row_unreadable_once", 4)):
        for _ in range(wanted):
            if not candidates or not w.luck.plants(hazard):
                break
            row, months = candidates.pop()
            fault = _fault(w, row)
            for month in months[-1:] if hazard == "row_unreadable_now" else months[: w.rng.randint(1, 2)]:
                row.faults[month] = fault
    if w.luck.plants("row_never_readable"):
        w.rows.extend(_nobody(w))


def _fault(w: World, row: Row) -> Fault:
    dates = {"移送案件": "立案日期", "行政处罚": "处罚决定时间", "意见办理": "签收日期", "线索与咨询": "日期"}
    kind = w.rng.choice(("impossible_date", "impossible_date", "missing_required", "unknown_category"))
    if kind == "impossible_date":
        style = w.rng.choice(("dash", "cn", "slash", "dot"))
        return Fault(dates[row.sheet], kind, impossible_date(style, w.rng))
    if kind == "missing_required":
        column = {"移送案件": "当事人", "行政处罚": "案由", "意见办理": "意见类型", "线索与咨询": "类别"}[row.sheet]
        return Fault(column, kind, "")
    column = {"意见办理": "意见类型", "线索与咨询": "类别"}.get(row.sheet, "案由")
    return Fault(column, kind, w.rng.choice(("其他", "待定性", "其他违法")))


NOBODY = (
    ("移送案件", Fault("当事人", "missing_required", "")),
    ("移送案件", Fault("是否批准", "unknown_category", "同意")),
    ("移送案件", Fault("复议结果", "unknown_category", "变更")),
    ("行政处罚", Fault("案由", "unknown_category", "其他违法")),
    ("行政处罚", Fault("处罚决定时间", "impossible_date", "2026-02-30")),
    ("意见办理", Fault("回复类型", "unknown_category", "已阅")),
    ("意见办理", Fault("回复类型", "missing_required", "")),
    ("线索与咨询", Fault("类别", "unknown_category", "工作动态")),
    ("线索与咨询", Fault("日期", "missing_required", "")),
)


def _nobody(w: World) -> list[Row]:
    """Rows that are set aside each time they come, and are about no matter of the world."""
    found = []
    for sheet, fault in NOBODY:
        code = w.township()
        place = TOWNSHIPS[code]
        day = date(2026, w.rng.randint(7, 10), w.rng.randint(1, 28))
        prefix = {
            "移送案件": place.case_prefix,
            "行政处罚": place.penalty_prefix,
            "意见办理": "繁检意",
            "线索与咨询": place.letter_prefix,
        }[sheet]
        row = Row(sheet, code, None, Number(prefix, 90 + w.next("nobody")), born=day, plain=True)
        cells = _nobody_cells(sheet, row, day, w.registry.person())
        if fault.column == "复议结果":
            cells |= {"收到复议结果时间": day, "复议结果": "维持"}
        for column, value in cells.items():
            row.put(column, value, day)
        row.faults = dict.fromkeys(MONTHS, fault)
        found.append(row)
    return found


def _nobody_cells(sheet: str, row: Row, day: date, person: Person) -> dict[str, Value]:
    if sheet == "移送案件":
        return {
            "立案号": row.number,
            "立案日期": day,
            "案由": "非法采矿",
            "当事人": [person],
            "是否批准": "是",
            "批准时间": day,
        }
    if sheet == "行政处罚":
        return {"处罚决定书文号": row.number, "处罚决定时间": day, "案由": "非法采矿", "当事人": [person]}
    if sheet == "意见办理":
        return {
            "意见书文号": row.number,
            "意见类型": "行政处罚",
            "签收日期": day,
            "回复日期": day,
            "回复类型": "异议",
        }
    return {"类别": "口头咨询", "文号": row.number, "日期": day, "事由": "月度小结"}
