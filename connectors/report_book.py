"""How do people read the results? A workbook: key figures with charts, then every list, ready to print."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from connectors.workbook import EPOCH
from hub.balance import FileBalance
from hub.duty import Obligation, State
from hub.mapping import Agency
from hub.model import Disposition, RecordKind
from hub.moment import SHANGHAI
from hub.outputs import native_reference
from hub.view import View

_A4 = 9
_SEALED_RULE = "supervision_commission.acknowledge_clue"
_STATES = {
    State.OPEN: "办理中",
    State.OVERDUE: "已逾期",
    State.DISCHARGED: "按期办结",
    State.DISCHARGED_LATE: "逾期办结",
    State.LAPSED: "期满未行使",
    State.VOID: "不再需要",
}
_FINDINGS = {
    "sent_not_received": "乡镇已移送，公安机关无受案记录且已逾期",
    "received_not_sent": "公安机关有受案记录，乡镇未报移送",
    "decided_not_notified": "公安机关已决定，乡镇未登记收到通知",
    "undecided": "已接受而逾期未作决定",
    "filed_items_not_handed_over": "已立案，涉案物品逾期未移交",
    "refused_then_nothing": "不予立案后既未复议、监督，也未处罚",
    "nonprosecution_not_reviewed": "不起诉后逾期未审查行政处罚必要性",
    "opinion_not_copied": "检察意见逾期未抄送司法行政机关",
    "replied_not_performed": "已回复而逾期未落实",
    "should_have_been_referred": "处罚已达追诉标准而未移送",
    "should_have_been_referred_jointly": "多次处罚累计达追诉标准而未移送",
    "field_conflict": "各单位记载不一致",
    "order_conflict": "时间先后矛盾",
    "status_conflict": "办理结果矛盾",
    "duplicate_reference": "文号重复",
    "reference_gap": "文号缺号",
    "ambiguous": "与多案同等吻合，须人工判断",
}
_REASONS = {
    "impossible_date": "日期无法识别或不存在：请按 2026-03-05 的样式更正后重报",
    "missing_required": "必填项为空：请补填后重报",
    "unknown_category": "不在约定取值之内：请按接口约定的用词更正后重报",
    "unreadable_file": "文件无法读取：请另存后重报",
    "hash_mismatch": "内容与清单（行数或校验值）不符：请重新生成文件和清单",
    "unknown_column": "列与接口约定不符：请恢复约定列名，或告知平台修改对照",
    "archive_bomb": "压缩比异常，未打开：请核对来源",
}
_SEALED_KINDS = (RecordKind.CLUE_RECEIPT,)


def report_book(view: View, balanced: Sequence[FileBalance], agencies: Mapping[str, Agency]) -> bytes:
    """The results of a view as an .xlsx for the procuratorate's office; the same bytes for the same view.

    Names no person. Matters that are sealed (职务违法犯罪线索) stand on no sheet and in no figure.
    """
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": EPOCH.replace(tzinfo=None)})
    looks = {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "head": book.add_format({"bold": True, "bg_color": "#D9E1F2", "border": 1, "text_wrap": True}),
        "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
    }
    sealed = _sealed_cases(view)
    owed = [o for o in view.obligations if o.rule != _SEALED_RULE and o.case_id not in sealed]
    found = [f for f in view.findings if f.case_id not in sealed]
    names = {code: agency.mapping.name for code, agency in agencies.items()}
    _summary(book, looks, view, owed, [f.code for f in found], names)
    overdue = [o for o in owed if o.state is State.OVERDUE]
    header = ("案件", "义务", "责任单位", "相对单位", "起算", "届满", "状态", "办结", "依据", "计算")
    _sheet(book, looks, "逾期事项", header, [_obligation(o, names) for o in overdue])
    _sheet(
        book,
        looks,
        "发现问题",
        ("案件", "问题", "含义", "应处理单位", "说明"),
        [(f.case_id, f.code, _FINDINGS.get(f.code, ""), names.get(f.agency, f.agency), f.detail) for f in found],
    )
    _sheet(book, looks, "义务清单", header, [_obligation(o, names) for o in owed])
    _sheet(
        book,
        looks,
        "收件平衡",
        ("文件", "行数", "受理", "重复", "被取代", "隔离", "忽略"),
        [(b.file, b.rows, *(b.counts.get(word, 0) for word in Disposition)) for b in balanced],
    )
    _sheet(
        book,
        looks,
        "未收行",
        ("来源", "列", "原因", "怎样更正"),
        [
            (d.source, d.row.reading.column, d.row.reading.reason, _REASONS.get(d.row.reading.reason, ""))
            for d in view.disposed
            if d.disposition is Disposition.QUARANTINED
        ],
    )
    links = [one for one in view.linkage.links if one.case_id not in sealed]
    _sheet(
        book,
        looks,
        "关联",
        ("案件", "单位", "来源", "单位编号", "层级", "分值"),
        sorted(
            (one.case_id, names.get(one.record.agency, one.record.agency), one.record.source,
             native_reference(one.record), one.tier, one.score)
            for one in links
        ),
    )  # fmt: skip
    book.close()
    return buffer.getvalue()


def _sealed_cases(view: View) -> set[str]:
    return {
        one.case_id
        for one in view.linkage.links
        if one.record.kind in _SEALED_KINDS or one.record.get("doc_type") == "duty_clue"
    }


def _obligation(o: Obligation, names: Mapping[str, str]) -> tuple[str, ...]:
    return (
        o.case_id,
        o.rule,
        names.get(o.debtor, o.debtor),
        names.get(o.creditor, o.creditor),
        str(o.opened_at),
        f"{o.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
        _STATES[o.state],
        str(o.ended_at) if o.ended_at else "",
        o.basis,
        "\n".join(o.steps),
    )


def _summary(
    book: Workbook,
    looks: Mapping[str, Format],
    view: View,
    owed: Sequence[Obligation],
    codes: Sequence[str],
    names: Mapping[str, str],
) -> None:
    sheet = _laid_out(book, "概览")
    sheet.write_string(0, 0, f"行刑衔接核对结果　截至 {view.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}", looks["title"])
    by_agency: dict[str, Counter[State]] = {}
    for o in owed:
        by_agency.setdefault(o.debtor, Counter())[o.state] += 1
    header = ("责任单位", *_STATES.values(), "合计")
    _write_row(sheet, 2, header, looks["head"])
    for row, agency in enumerate(sorted(by_agency), start=3):
        states = [by_agency[agency][state] for state in _STATES]
        _write_row(sheet, row, (names.get(agency, agency), *states, sum(states)), looks["cell"])
    last = 2 + len(by_agency)
    kinds = Counter(codes)
    start = last + 2
    _write_row(sheet, start, ("问题", "件数"), looks["head"])
    for row, code in enumerate(sorted(kinds), start=start + 1):
        _write_row(sheet, row, (_FINDINGS.get(code, code), kinds[code]), looks["cell"])
    for title, (first, end, column), place in (
        ("各单位逾期事项", (3, last, 2), "J3"),
        ("发现问题", (start + 1, start + len(kinds), 1), "J20"),
    ):
        if end < first:
            continue
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"categories": ["概览", first, 0, end, 0], "values": ["概览", first, column, end, column]})
        chart.set_title({"name": title})
        chart.set_legend({"none": True})
        sheet.insert_chart(place, chart)


def _sheet(
    book: Workbook,
    looks: Mapping[str, Format],
    name: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str | int | float]],
) -> None:
    sheet = _laid_out(book, name)
    _write_row(sheet, 0, header, looks["head"])
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(header) - 1)
    for number, row in enumerate(rows, start=1):
        _write_row(sheet, number, row, looks["cell"])


def _laid_out(book: Workbook, name: str) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.set_column(0, 9, 18)
    return sheet


def _write_row(sheet: Worksheet, row: int, cells: Sequence[str | int | float], look: Format) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, str):
            sheet.write_string(row, column, cell, look)
        else:
            sheet.write_number(row, column, cell, look)
