"""How do matters stand, on a few pages: key figures, each agency's record, charts?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

from connectors.report_book_charts import Bars, bar_chart
from connectors.report_book_lists import Told
from connectors.report_book_page import ROW, Page
from connectors.report_book_sealed import Share
from connectors.report_book_sheet import (
    ALARM,
    ALARM_FIGURE,
    FIGURE,
    HEAD,
    HEADING,
    LABEL,
    NOTE,
    PERCENT,
    PLAIN,
    SUM,
    SUM_PERCENT,
    TITLE,
    Value,
    new_sheet,
)
from connectors.report_book_words import FINDINGS, STATES
from hub.duties.duty import Obligation, RuleKind, State

NAME = "概览"
_CHART_ROWS = 24
_WIDTHS = (22, *[9.5] * 12)
_AGENCY_HEADER = (
    "责任单位", "应办", "按期办结", "逾期办结", "逾期未办", "未到期", "不再需要", "按期率", "应报送", "未报送",
    "报送率", "权利", "逾期合计",
)  # fmt: skip
_ACTS = (State.DISCHARGED, State.DISCHARGED_LATE, State.OVERDUE, State.OPEN, State.VOID)
_COLOURS = {
    State.DISCHARGED: "70AD47", State.DISCHARGED_LATE: "F4B183", State.OVERDUE: "C00000",
    State.OPEN: "9DC3E6", State.VOID: "BFBFBF",
}  # fmt: skip
_NOTES = (
    "按期率＝按期办结÷（按期办结＋逾期办结＋逾期未办）。“应办”为法定义务和县定期限的事项，向平台报送、签收的另列。",
    "“权利”为复议、申请监督等可以不行使的事项，不计入按期率。",
    "本报告不载当事人姓名、名称和证件号码。涉密事项只见“密”页，不计入本页和其他各页的数字。",
)


def write_overview(book: Workbook, share: Share, told: Told, as_of: str) -> None:
    """The first sheet: as-of instant, key figures, the agencies' record, three charts, states and findings by kind."""
    page = Page(new_sheet(book, NAME, _WIDTHS, "行刑衔接核对报告", as_of))
    page.put([(TITLE, "行刑衔接核对报告")], height=34)
    page.put([(NOTE, f"截至 {as_of}（北京时间）")], height=ROW)
    page.skip()
    figures = _figures(share)
    page.put([(LABEL, name) for name, _, _ in figures], height=ROW)
    page.put([(look, value) for _, value, look in figures], height=34)
    page.skip()
    page.put([(HEADING, "一、各单位办理情况")], height=24)
    first, last = _agencies(page, share, told)
    for note in _NOTES:
        page.put([(NOTE, note)], height=15)
    page.turn()
    page.put([(HEADING, "二、逾期和办理状态")], height=24)
    _agency_charts(page, first, last)
    page.turn()
    page.put([(HEADING, "三、发现问题")], height=24)
    _findings(page, share)
    page.skip()
    page.put([(HEADING, "四、义务状态")], height=24)
    _states(page, share)


def _figures(share: Share) -> list[tuple[str, Value, str]]:
    states = Counter(o.state for o in share.obligations)
    rows = sum(entry.rows for entry in share.balance)
    overdue, found, aside = states[State.OVERDUE], len(share.findings), len(share.set_aside)
    return [
        ("案件", share.cases, FIGURE),
        ("义务事项", len(share.obligations), FIGURE),
        ("逾期未办", overdue, ALARM_FIGURE if overdue else FIGURE),
        ("逾期办结", states[State.DISCHARGED_LATE], FIGURE),
        ("发现问题", found, ALARM_FIGURE if found else FIGURE),
        ("须人工认定", share.unclear, FIGURE),
        ("收件行数", rows, FIGURE),
        ("未收行", aside, ALARM_FIGURE if aside else FIGURE),
    ]


def _agencies(page: Page, share: Share, told: Told) -> tuple[int, int]:
    """The agencies' record; (first, last) row of it without the sums."""
    page.put([(HEAD, text) for text in _AGENCY_HEADER], height=22)
    open_agencies = {code for code, agency in told.agencies.items() if not agency.mapping.sealed}
    codes = sorted({o.debtor for o in share.obligations} | open_agencies)
    first = page.last + 1
    for code in codes:
        page.put(_agency_line(told.name(code), [o for o in share.obligations if o.debtor == code], PLAIN), height=ROW)
    last = page.last
    page.put(_agency_line("合计", share.obligations, SUM), height=20)
    return first, last


def _agency_line(name: str, owed: Sequence[Obligation], look: str) -> list[tuple[str, Value]]:
    rights = [o for o in owed if o.kind is RuleKind.RIGHT]
    reports = [o for o in owed if o.kind is not RuleKind.RIGHT and _is_report(o)]
    acts = [o for o in owed if o.kind is not RuleKind.RIGHT and not _is_report(o)]
    by_state, reported = Counter(o.state for o in acts), Counter(o.state for o in reports)
    counts = [len(acts), *(by_state[state] for state in _ACTS)]
    overdue = 1 + _ACTS.index(State.OVERDUE)
    return [
        (look, name),
        *((_red(n, look) if place == overdue else look, n) for place, n in enumerate(counts)),
        _rate(by_state, look),
        (look, len(reports)),
        (_red(reported[State.OVERDUE], look), reported[State.OVERDUE]),
        _rate(reported, look),
        (look, len(rights)),
        (look, by_state[State.OVERDUE] + reported[State.OVERDUE]),
    ]


def _red(number: int, look: str) -> str:
    return ALARM if number and look == PLAIN else look


def _is_report(o: Obligation) -> bool:
    """What an agency owes the hub itself: its reports and acknowledgements."""
    return o.rule.startswith("agency.")


def _rate(states: Counter[State], look: str) -> tuple[str, Value]:
    judged = states[State.DISCHARGED] + states[State.DISCHARGED_LATE] + states[State.OVERDUE]
    if not judged:
        return (look, "—")
    return (SUM_PERCENT if look == SUM else PERCENT, states[State.DISCHARGED] / judged)


def _agency_charts(page: Page, first: int, last: int) -> None:
    if last < first:
        return
    top, bottom = page.last + 1, page.last + _CHART_ROWS
    late = [Bars(page.sheet, len(_AGENCY_HEADER), "逾期合计", "C00000")]
    states = [Bars(page.sheet, 3 + n, STATES[state], _COLOURS[state]) for n, state in enumerate(_ACTS)]
    page.sheet.add_chart(bar_chart("各单位逾期事项（件）", late, (first, last), (1, top, 5, bottom)))
    page.sheet.add_chart(bar_chart("各单位办理状态（件）", states, (first, last), (7, top, 13, bottom)))
    page.skip(_CHART_ROWS)


def _findings(page: Page, share: Share) -> None:
    kinds = Counter(f.code for f in share.findings)
    order = [*FINDINGS, *sorted(set(kinds) - set(FINDINGS))]
    counted = sorted(((code, kinds[code]) for code in order if kinds[code]), key=lambda entry: -entry[1])
    header = page.put([(HEAD, "问题"), (HEAD, "件数")], height=20)
    for code, number in counted:
        page.put([(PLAIN, FINDINGS.get(code, (code, ""))[0]), (PLAIN, number)], height=ROW)
    last = page.last
    page.put([(SUM, "合计"), (SUM, len(share.findings))], height=ROW)
    if counted:
        page.skip(max(0, 8 - len(counted)))
        bars = [Bars(page.sheet, 2, "件数", "2F5597")]
        chart = bar_chart("发现问题分类（件）", bars, (header + 1, last), (4, header, 13, page.last))
        page.sheet.add_chart(chart)


def _states(page: Page, share: Share) -> None:
    states: Iterable[tuple[State, str]] = STATES.items()
    counts = Counter(o.state for o in share.obligations)
    page.put([(HEAD, "状态"), (HEAD, "件数")], height=20)
    for state, word in states:
        page.put([(PLAIN, word), (PLAIN, counts[state])], height=ROW)
    page.put([(SUM, "合计"), (SUM, len(share.obligations))], height=ROW)
