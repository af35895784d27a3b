"""How is the county's bulletin written, of a month or a quarter: figures with charts, rankings, what is overdue?"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

from connectors.bulletin_county_lists import clue_list, definition_list, overdue_list
from connectors.bulletin_township import ISSUER
from connectors.bulletin_words import rate_text, spread_text
from connectors.report_book_charts import Bars, bar_chart, rate_chart
from connectors.report_book_lists import Told
from connectors.report_book_page import ROW, Page
from connectors.report_book_sheet import (
    ALARM,
    HEAD,
    HEADING,
    NOTE,
    PERCENT,
    PLAIN,
    TITLE,
    Value,
    new_sheet,
    write_list,
)
from connectors.report_book_words import FINDINGS
from connectors.workbook import freeze
from hub.mapping.agency import Agency
from hub.moment import SHANGHAI
from hub.reports.acknowledging import Latency
from hub.reports.county import CountyBulletin
from hub.reports.figures import NOTHING, Rate, Spread
from hub.reports.kpi import Kpis

Cell = tuple[str, Value]
_WIDTHS = (38, 28, 28)
_TABLE = (30, *[11.5] * 9)


def county_book(
    bulletin: CountyBulletin,
    agencies: Mapping[str, Agency],
    titles: Mapping[str, str],
    ladders: Mapping[str, str],
) -> bytes:
    """The county's bulletin as an .xlsx for A4; the same bytes for the same bulletin. ladders: name -> Chinese title.

    For the procuratorate's office and the joint conference; names no party and no identity number.
    """
    told = Told(bulletin.as_of, agencies, titles)
    as_of = f"{bulletin.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    heading = f"全县行刑衔接工作情况通报（{bulletin.span.label}）"
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = heading, ISSUER
    first = new_sheet(book, "情况通报", _WIDTHS, heading, as_of)
    first.page_setup.orientation = "portrait"
    _first_page(Page(first), bulletin, as_of)
    _rules(Page(new_sheet(book, "分事项", _TABLE, f"{heading}　分事项", as_of)), bulletin, told)
    _agencies(Page(new_sheet(book, "分单位", _TABLE, f"{heading}　分单位", as_of)), bulletin, told)
    _problems(Page(new_sheet(book, "核对问题", _TABLE, f"{heading}　核对问题", as_of)), bulletin, told)
    _pressing(Page(new_sheet(book, "督促与决定", _TABLE, f"{heading}　督促与决定", as_of)), bulletin, told, ladders)
    write_list(book, overdue_list(bulletin, told), f"{heading}　逾期未办", as_of)
    write_list(book, clue_list(bulletin, told), f"{heading}　线索筛查", as_of)
    write_list(book, definition_list(), f"{heading}　指标说明", as_of)
    buffer = io.BytesIO()
    book.save(buffer)
    return freeze(buffer.getvalue())


def key_figures(now: Kpis, before: Kpis) -> list[tuple[str, str, str]]:
    """(figure, of the span, of the span before), each rate with what it was counted over."""

    def line(k: Kpis) -> dict[str, str]:
        p, a, d = k.punctuality, k.automation, k.decisions
        latency = k.acknowledging.whole
        return {
            "按期率": rate_text(p.on_time),
            "　法定义务": rate_text(dict(p.by_kind)["duty"]),
            "　县定期限": rate_text(dict(p.by_kind)["policy"]),
            "报送签收按期率": rate_text(p.platform),
            "逾期天数": spread_text(p.late, "天"),
            "权利行使率": rate_text(p.rights),
            "反复逾期": rate_text(p.repeated),
            "签收时长": _hours(latency.hours),
            "未签收／被退回／发出（件）": f"{latency.unacknowledged}／{latency.refused}／{latency.sent}",
            "自动化率（收件）": rate_text(a.rows),
            "自动化率（关联）": rate_text(a.links),
            "自动化率（督促）": rate_text(a.rungs),
            "误报率": rate_text(k.breaks.false),
            "提请决定／已答复／撤回（件）": f"{d.asked}／{d.answered}／{d.withdrawn}",
            "决定时长": _hours(d.hours),
        }

    earlier = line(before)
    return [(name, text, earlier[name]) for name, text in line(now).items()]


def _first_page(page: Page, bulletin: CountyBulletin, as_of: str) -> None:
    page.put([(TITLE, "全县行刑衔接工作情况通报")], height=34)
    page.put([(HEADING, bulletin.span.label)], height=24)
    page.put([(NOTE, f"{ISSUER}　截至 {as_of}（北京时间）")], height=ROW)
    page.skip()
    page.put([(HEADING, "一、主要指标")], height=24)
    page.put([(HEAD, text) for text in ("指标", "本期", "上期")], height=22)
    for name, now, before in key_figures(bulletin.kpis, bulletin.before):
        page.put([(PLAIN, name), (PLAIN, now), (PLAIN, before)], height=ROW)
    page.put(
        [(PLAIN, "期末逾期未办（件）"), _alarm(len(bulletin.overdue)), (PLAIN, bulletin.overdue_before)], height=ROW
    )
    waiting = len(bulletin.kpis.decisions.waiting)
    page.put([(PLAIN, "期末待决定（件）"), _alarm(waiting), (PLAIN, "")], height=ROW)
    page.skip()
    page.put([(HEADING, "二、近六个月按期率")], height=24)
    page.put([(HEAD, text) for text in ("月份", "按期率", "按期/应办")], height=22)
    first = page.last + 1
    for month, rate in bulletin.trend:
        page.put([(PLAIN, month.label), _percent(rate), (PLAIN, f"{rate.part}/{rate.whole}")], height=ROW)
    top = page.last + 2
    bars = [Bars(page.sheet, 2, "按期率", "2F5597")]
    page.sheet.add_chart(rate_chart("全县按期率", bars, (first, page.last), (1, top, 3, top + 11)))
    page.skip(14)
    for note in (
        "括号内为分子/分母；没有可计事项的记“—”。各指标的定义见“指标说明”页。上期数按目前掌握的情况重新计算。",
        "本通报不载当事人姓名、名称和证件号码。",
    ):
        page.put([(NOTE, note)], height=15)


def _rules(page: Page, bulletin: CountyBulletin, told: Told) -> None:
    page.put([(HEADING, "各事项按期率（由低到高）")], height=24)
    page.put([(HEAD, text) for text in ("事项", "按期", "应办", "按期率", "逾期", "中位天数", "最长天数")], height=22)
    records = sorted(bulletin.kpis.punctuality.by_rule, key=lambda r: (r.on_time.value or 0.0, -r.late.count, r.rule))
    first = page.last + 1
    for one in records:
        page.put([(PLAIN, told.title(one.rule)), *_rate(one.on_time), *_late(one.late)], height=ROW)
    _none(page, records)
    _chart_rates(page, "各事项按期率", first, len(records))


def _agencies(page: Page, bulletin: CountyBulletin, told: Told) -> None:
    page.put([(HEADING, "各单位按期率（由低到高）")], height=24)
    header = ("单位", "按期", "应办", "按期率", "逾期", "中位天数", "最长天数", "报送按期", "报送应办", "报送按期率")
    page.put([(HEAD, text) for text in header], height=22)
    records = sorted(
        bulletin.kpis.punctuality.by_agency,
        key=lambda r: (r.on_time.value is None, r.on_time.value or 0.0, -r.late.count, r.agency),
    )
    first = page.last + 1
    for one in records:
        cells = [(PLAIN, told.name(one.agency)), *_rate(one.on_time), *_late(one.late), *_rate(one.platform)]
        page.put(cells, height=ROW)
    _none(page, records)
    _chart_rates(page, "各单位按期率", first, sum(one.on_time.value is not None for one in records))
    page.turn()
    page.put([(HEADING, "签收时长（小时，按单位）")], height=24)
    page.put([(HEAD, text) for text in ("单位", "发出", "已签收", "中位", "九成以内", "被退回", "未签收")], height=22)
    for agency, latency in bulletin.kpis.acknowledging.by_agency:
        page.put([(PLAIN, told.name(agency)), *_latency(latency)], height=ROW)
    _none(page, bulletin.kpis.acknowledging.by_agency)
    page.skip()
    page.put([(HEADING, "签收时长（小时，按升级层级）")], height=24)
    page.put(
        [(HEAD, text) for text in ("签收前触发到的层级", "发出", "已签收", "中位", "九成以内", "被退回", "未签收")],
        height=22,
    )
    for level, latency in bulletin.kpis.acknowledging.by_level:
        page.put([(PLAIN, f"第 {level} 级" if level else "未触发"), *_latency(latency)], height=ROW)
    _none(page, bulletin.kpis.acknowledging.by_level)


def _problems(page: Page, bulletin: CountyBulletin, told: Told) -> None:
    page.put([(HEADING, "期末核对问题（按种类）")], height=24)
    page.put([(HEAD, text) for text in ("问题", "件数", "本期告知", "其中误报", "误报率")], height=22)
    kinds: Counter[str] = Counter()
    for code, _, count in bulletin.findings:
        kinds[code] += count
    breaks = dict(bulletin.kpis.breaks.by_code)
    codes = sorted(kinds.keys() | breaks.keys(), key=lambda code: (-kinds[code], code))
    first = page.last + 1
    for code in codes:
        rate = breaks.get(code, Rate(0, 0))
        name = FINDINGS.get(code, (code, ""))[0]
        page.put(
            [(PLAIN, name), (PLAIN, kinds[code]), (PLAIN, rate.whole), (PLAIN, rate.part), _percent(rate)], height=ROW
        )
    _none(page, codes)
    last = page.last
    if codes:
        page.turn()
        top = page.last + 1
        bars = [Bars(page.sheet, 2, "件数", "2F5597")]
        page.sheet.add_chart(bar_chart("期末核对问题（件）", bars, (first, last), (1, top, 10, top + 19)))
        page.skip(22)
    page.turn()
    page.put([(HEADING, "期末核对问题（按责任单位）")], height=24)
    page.put([(HEAD, "责任单位"), (HEAD, "件数")], height=22)
    owners: Counter[str] = Counter()
    for _, agency, count in bulletin.findings:
        owners[agency] += count
    for agency, count in sorted(owners.items(), key=lambda entry: (-entry[1], entry[0])):
        page.put([(PLAIN, told.name(agency)), (PLAIN, count)], height=ROW)
    _none(page, owners)


def _pressing(page: Page, bulletin: CountyBulletin, told: Told, ladders: Mapping[str, str]) -> None:
    page.put([(HEADING, "反复逾期（含本期的最近三个月）")], height=24)
    page.put([(HEAD, text) for text in ("事项", "三月逾期", "本期逾期", "责任单位")], height=22)
    for one in bulletin.kpis.punctuality.repeaters:
        cells: list[Cell] = [(PLAIN, told.title(one.rule)), (PLAIN, one.times), (PLAIN, one.in_span)]
        page.put([*cells, (PLAIN, told.name(one.agency))], height=32)
    _none(page, bulletin.kpis.punctuality.repeaters)
    page.skip()
    page.put([(HEADING, "升级督促")], height=24)
    page.put([(HEAD, text) for text in ("升级梯", "梯级", "已通知", "提请决定")], height=22)
    for rung in bulletin.kpis.rungs:
        page.put(
            [(PLAIN, ladders.get(rung.ladder, rung.ladder)), (PLAIN, rung.rung), (PLAIN, rung.told), (PLAIN, rung.put)],
            height=ROW,
        )
    _none(page, bulletin.kpis.rungs)
    page.turn()
    page.put([(HEADING, "期末待决定")], height=24)
    page.put([(HEAD, text) for text in ("拟发文书", "提请日", "责任单位")], height=22)
    for waiting in bulletin.kpis.decisions.waiting:
        asked = waiting.asked_at.astimezone(SHANGHAI).date()
        page.put([(PLAIN, f"{waiting.document}：{told.title(waiting.rule)}"), (PLAIN, asked), (PLAIN, told.name(waiting.debtor))], height=32)  # fmt: skip
    _none(page, bulletin.kpis.decisions.waiting)


def _chart_rates(page: Page, title: str, first: int, count: int) -> None:
    if not count:
        return
    page.turn()
    top, bottom = page.last + 1, page.last + max(8, min(28, 3 + count * 3 // 2))
    bars = [Bars(page.sheet, 4, "按期率", "2F5597")]
    chart = rate_chart(title, bars, (first, first + count - 1), (1, top, 10, bottom), lying=True)
    page.sheet.add_chart(chart)
    page.skip(bottom - top + 3)


def _none(page: Page, rows: Sequence[object] | Mapping[str, int]) -> None:
    if not rows:
        page.put([(PLAIN, "（无）")], height=ROW)


def _alarm(count: int) -> Cell:
    return (ALARM if count else PLAIN, count)


def _percent(rate: Rate) -> Cell:
    return (PLAIN, NOTHING) if rate.value is None else (PERCENT, rate.value)


def _rate(rate: Rate) -> list[Cell]:
    return [(PLAIN, rate.part), (PLAIN, rate.whole), _percent(rate)]


def _late(late: Spread) -> list[Cell]:
    return [(PLAIN, late.count), _number(late.median), _number(late.most)]


def _latency(one: Latency) -> list[Cell]:
    hours = (_number(one.hours.median), _number(one.hours.p90))
    return [(PLAIN, one.sent), (PLAIN, one.hours.count), *hours, (PLAIN, one.refused), (PLAIN, one.unacknowledged)]


def _number(value: float | None) -> Cell:
    return (PLAIN, NOTHING) if value is None else (PLAIN, value)


def _hours(spread: Spread) -> str:
    return NOTHING if spread.median is None else f"中位 {spread.median:.1f}，九成 {spread.p90:.1f} 小时"
