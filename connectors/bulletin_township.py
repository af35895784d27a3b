"""How is a township's bulletin (情况通报) written: a workbook to print and read, or plain lines for who takes no workbooks?"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime

from openpyxl import Workbook

from connectors.bulletin_lists import township_lists
from connectors.bulletin_words import FIGURES, rate_text
from connectors.report_book_charts import Bars, rate_chart
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
from connectors.workbook import freeze
from hub.mapping.agency import Agency
from hub.moment import SHANGHAI
from hub.reports.figures import NOTHING, Rate
from hub.reports.township import Compared, TownshipBulletin

ISSUER = "繁峙县人民检察院"
_WIDTHS = (38, 18, 18, 18)
_CHART_ROWS = 14
_NOTES = (
    "按期率＝按期办结÷（按期办结＋逾期办结＋逾期未办），括号内为分子/分母；没有到期事项的记“—”。",
    "全县为各乡镇合计。上期数按目前掌握的情况重新计算，可能与上期通报不同。",
    "后附各表：目前逾期未办、本期到期事项（附依据和期限计算）、相对单位逾期、核对问题、平台推送。",
    "本通报不载当事人姓名、名称和证件号码。对内容有异议的，请书面告知本院，核实后更正。",
    "请按平台约定签收本文件（机制一（三）：定期互相通报衔接工作情况）。",
)


def township_book(
    bulletin: TownshipBulletin, agencies: Mapping[str, Agency], titles: Mapping[str, str], replaces: str = ""
) -> bytes:
    """The bulletin as an .xlsx for A4; the same bytes for the same bulletin. replaces: the file that it corrects.

    The first sheet, upright, holds the figures with those of the span before and the county's averages, and a chart;
    each list has a sheet of its own, across. Names no party, no identity number and no other township.
    """
    told = Told(bulletin.as_of, agencies, titles)
    as_of = f"{bulletin.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    heading = f"行刑衔接工作情况通报（{bulletin.span.label}）　{bulletin.name}"
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = heading, ISSUER
    sheet = new_sheet(book, "情况通报", _WIDTHS, heading, as_of)
    sheet.page_setup.orientation = "portrait"
    page = Page(sheet)
    _first_page(page, bulletin, as_of, replaces)
    for listing in township_lists(bulletin, told):
        write_list(book, listing, f"{heading}　{listing.name}", as_of)
    buffer = io.BytesIO()
    book.save(buffer)
    return freeze(buffer.getvalue())


def township_lines(
    bulletin: TownshipBulletin, agencies: Mapping[str, Agency], titles: Mapping[str, str]
) -> list[dict[str, str]]:
    """All that the workbook says, as rows of three texts: which part, what, and what of it."""
    told = Told(bulletin.as_of, agencies, titles)
    as_of = f"{bulletin.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    title = f"{bulletin.name}　{bulletin.span.label}　截至 {as_of}（北京时间）"
    lines = [_line("情况通报", "行刑衔接工作情况通报", title)]
    lines += [
        _line("情况通报", FIGURES[one.name], f"本期 {_said(one.now)}；上期 {_said(one.before)}" + _average(one))
        for one in bulletin.figures
    ]
    for listing in township_lists(bulletin, told):
        headers = [column.header for column in listing.columns]
        for row in listing.rows:
            cells = [(h, _text(v)) for h, v in zip(headers[1:], row[1:], strict=True)]
            lines.append(_line(listing.name, _text(row[0]), "；".join(f"{h}：{text}" for h, text in cells if text)))
    return lines


def _first_page(page: Page, bulletin: TownshipBulletin, as_of: str, replaces: str) -> None:
    page.put([(TITLE, "行刑衔接工作情况通报")], height=34)
    page.put([(HEADING, f"{bulletin.name}　{bulletin.span.label}")], height=24)
    page.put([(NOTE, f"{ISSUER}　截至 {as_of}（北京时间）")], height=ROW)
    if replaces:
        page.put([(NOTE, f"本件为更正，替代 {replaces}；原件作废。")], height=ROW)
    page.skip()
    page.put([(HEADING, "一、总体情况")], height=24)
    page.put([(HEAD, text) for text in ("指标", "本期", "上期", "全县本期")], height=22)
    for one in bulletin.figures:
        late = one.name == "overdue" and bool(one.now)
        page.put(
            [
                (PLAIN, FIGURES[one.name]),
                (ALARM if late else PLAIN, _said(one.now)),
                (PLAIN, _said(one.before)),
                (PLAIN, rate_text(one.county) if one.county else ""),
            ],
            height=20,
        )
    page.skip()
    page.put([(HEADING, "二、近六个月按期率")], height=24)
    page.put([(HEAD, text) for text in ("月份", "本单位", "全县", "本单位按期/应办")], height=22)
    first = page.last + 1
    for month, own, county in bulletin.trend:
        page.put(
            [(PLAIN, month.label), _percent(own), _percent(county), (PLAIN, f"{own.part}/{own.whole}")], height=ROW
        )
    last, top = page.last, page.last + 2
    bars = [Bars(page.sheet, 2, "本单位", "2F5597"), Bars(page.sheet, 3, "全县", "BFBFBF")]
    page.sheet.add_chart(rate_chart("按期率", bars, (first, last), (1, top, 4, top + _CHART_ROWS - 2)))
    page.skip(_CHART_ROWS + 1)
    for note in _NOTES:
        page.put([(NOTE, note)], height=15)


def _percent(rate: Rate) -> tuple[str, Value]:
    return (PLAIN, NOTHING) if rate.value is None else (PERCENT, rate.value)


def _said(figure: int | Rate) -> str:
    return rate_text(figure) if isinstance(figure, Rate) else str(figure)


def _average(one: Compared) -> str:
    return f"；全县 {rate_text(one.county)}" if one.county else ""


def _line(part: str, title: str, detail: str) -> dict[str, str]:
    return {"part": part, "title": title, "detail": detail}


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split("\n"))
