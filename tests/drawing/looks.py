"""How do a township's books look? Columns and their words, order, layout; decided once per drawing."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import cache

from tests.drawing.offences import CODES
from tests.drawing.places import SHEETS, TOWNSHIPS, Habit, Township
from tests.drawing.world import World

COLUMNS = {
    "移送案件": "序号 立案号 立案日期 案由 当事人 证件号码 涉案金额 数量 单位 报告时间 是否批准 批准时间 移送书文号 移送时间 抄送检察院时间 "
    "接收单位 回执时间 补正时间 收到立案通知书时间 收到不予立案通知书时间 提请复议时间 收到复议结果时间 复议结果 建议立案监督时间 移交物品时间 "
    "处罚决定书文号 处罚决定时间 罚款金额 备注",
    "行政处罚": "序号 处罚决定书文号 处罚决定时间 案由 对象 当事人 证件号码 涉案金额 数量 单位 罚款金额 关联文号 备注",
    "意见办理": "序号 意见书文号 意见类型 签收日期 当事人 回复日期 回复类型 回复文号 办结日期 备注",
    "线索与咨询": "序号 类别 文号 日期 事由 回复日期 备注",
}
REQUIRED = {
    "移送案件": ("立案号", "立案日期", "案由", "当事人"),
    "行政处罚": ("处罚决定书文号", "处罚决定时间", "案由", "当事人"),
    "意见办理": ("意见书文号", "意见类型", "签收日期"),
    "线索与咨询": ("类别", "文号", "日期"),
}
# Columns that assert nothing: a township that leaves one out says the same.
SPARE = {"备注", "接收单位", "回复文号", "事由"}
DATED = {c for columns in COLUMNS.values() for c in columns.split() if c.endswith(("时间", "日期"))}
TITLES = {
    "移送案件": "移送涉嫌犯罪案件",
    "行政处罚": "行政处罚案件",
    "意见办理": "检察意见办理",
    "线索与咨询": "线索与咨询",
}
KEYS = {"移送案件": "立案号", "行政处罚": "处罚决定书文号", "意见办理": "意见书文号", "线索与咨询": "文号"}
GROUPS = (("案件基本情况", 8), ("移送审批情况", 6), ("公安机关办理情况", 5), ("后续情况", 8))
FOOTNOTE = "注：1.本表按月累计。2.日期以签收为准。"
FORMULAS = ("=待补", "+见附件", "-另案", "@经办", "=SUM(A1:A3)", "=1+1")
BROKEN = ("见附件\n第二页", "已电话核实\r\n待补材料", "一、现场照片\n二、询问笔录\n")


@cache
def synonyms() -> dict[tuple[str, str], str]:
    """(township, column) to the township's own word for it."""
    with (CODES / "headers.csv").open(encoding="utf-8-sig", newline="") as file:
        return {(r["township"], r["column"]): r["header"] for r in csv.DictReader(file)}


@dataclass(frozen=True)
class Look:
    """How this drawing's book of a township looks; decided once, so that the months agree."""

    habit: Habit
    order: dict[str, list[str]]
    headers: dict[str, str]
    epoch_1904: bool
    footnote: bool
    other_sheets: bool
    hidden: bool
    hidden_rows: bool = False
    gap_above_header: bool = False
    trailing_blanks: bool = False
    sheet_order: tuple[str, ...] = SHEETS


def look(w: World, place: Township, *, keep_untitled: bool, epoch_1904: bool) -> Look:
    """Decide how a township's books look."""
    habit = place.habit
    if w.luck.strikes("layout_moves", w.rng) and habit.suffix != ".csv" and not keep_untitled:
        other = w.rng.choice([t.habit for t in TOWNSHIPS.values() if t.habit.suffix != ".csv"])
        habit = replace(
            habit, title=other.title, filled_by=other.filled_by, two_rows=other.two_rows, party_first=other.party_first
        )
    order = {}
    for name, columns in COLUMNS.items():
        first, *rest = columns.split()
        if habit.two_rows and name == "移送案件":
            rest = _grouped(rest)
        elif habit.party_first and "证件号码" in rest:
            for column in ("证件号码", "当事人"):
                rest.remove(column)
                rest.insert(0, column)
        elif not habit.two_rows and w.luck.strikes("column_order", w.rng):
            last = rest.pop()
            w.rng.shuffle(rest)
            rest.append(last)
        if not (habit.two_rows and name == "移送案件") and w.luck.strikes("column_absent", w.rng):
            spare = [c for c in rest if c in SPARE]
            rest.remove(w.rng.choice(spare))
        order[name] = [first, *rest]
    headers = {}
    for column in sorted({c for columns in COLUMNS.values() for c in columns.split()}):
        own = synonyms().get((place.code, column), column)
        if own != column and w.luck.strikes("notice_word", w.rng):
            own = column
        headers[column] = own
    return Look(
        habit,
        order,
        headers,
        epoch_1904,
        habit.footnote or (habit.title and w.luck.strikes("footnotes", w.rng)),
        habit.other_sheets or (habit.suffix != ".csv" and w.luck.strikes("other_sheets", w.rng)),
        habit.hidden or (habit.suffix == ".xlsx" and w.luck.strikes("hidden_columns", w.rng)),
        habit.suffix == ".xlsx" and w.luck.strikes("hidden_rows", w.rng),
        habit.title and w.luck.strikes("gap_above_header", w.rng),
        habit.suffix == ".xlsx" and w.luck.strikes("trailing_blanks", w.rng),
        tuple(w.rng.sample(SHEETS, len(SHEETS))) if w.luck.strikes("sheet_order", w.rng) else SHEETS,
    )


def _grouped(columns: list[str]) -> list[str]:
    """立案日期 after 证件号码, so that the groups of the upper header row hold together."""
    rest = [c for c in columns if c != "立案日期"]
    rest.insert(rest.index("证件号码") + 1, "立案日期")
    return rest
