"""How do people read the results? A workbook: key figures with charts, then every list, ready to print."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace

from openpyxl import Workbook

from connectors.report_book_counterparts import beside_findings, counterpart_list
from connectors.report_book_lists import (
    Told,
    balance_list,
    finding_list,
    link_list,
    obligation_list,
    overdue_list,
    set_aside_list,
)
from connectors.report_book_matters import Matters, matter_lists, matters_of
from connectors.report_book_overview import write_overview
from connectors.report_book_sealed import Share, split
from connectors.report_book_sheet import HEADING, Listing, Pens, new_sheet, put_line, put_list, write_list
from connectors.workbook import freeze
from hub.hub import Hub
from hub.mapping.agency import Agency
from hub.moment import SHANGHAI
from hub.receiving.balance import FileBalance
from hub.usecases.reconcile import Reconciliation
from hub.view import View

SEALED = "密"
_SEALED_WIDEST = 26  # its lists stand below one another and share their columns


def report_of(hub: Hub, done: Reconciliation) -> bytes:
    """The results of a reconciliation, as `report_book` makes them."""
    return report_book(done.view, done.balance, hub.agencies, hub.rules.titles, matters_of(hub, done))


def report_book(
    view: View,
    balanced: Sequence[FileBalance],
    agencies: Mapping[str, Agency],
    titles: Mapping[str, str],
    matters: Matters,
) -> bytes:
    """The results of a view as an .xlsx for the procuratorate's office; the same bytes for the same view.

    Sheets: 概览, 逾期事项, 发现问题, 可能同一事项, 三方情形, 三方记录, 记载不一致, 义务清单, 收件平衡, 未收行, 关联. titles: rule id ->
    Chinese title; a rule without one is shown by its id. Names no party and no identity number, and of a row in quarantine no cell, only its place.

    Sealed matters (whatever the supervision commission sent, duty-crime clues, and what they open) stand on the
    sheet 密 alone, which is there only where there are any; every other sheet and figure leaves them out, so that
    they can be printed and passed on. The sums therefore differ from those of the CSV files by what 密 shows.
    """
    told = Told(view.as_of, agencies, titles)
    as_of = f"{view.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    shared, sealed = split(view, balanced, agencies)
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = "行刑衔接核对报告", "衔接平台"
    write_overview(book, shared, told, as_of)
    for listing in _lists(shared, told, matters):
        write_list(book, listing, f"行刑衔接核对报告　{listing.name}", as_of)
    if sealed.anything():
        _write_sealed(book, _lists(sealed, told, matters), as_of)
    buffer = io.BytesIO()
    book.save(buffer)
    return freeze(buffer.getvalue())


def _lists(share: Share, told: Told, matters: Matters) -> list[Listing]:
    of_share = replace(
        matters,
        presences=tuple(one for one in matters.presences if one.case_id in share.holds),
        differing=tuple(one for one in matters.differing if one.case_id in share.holds),
        counterparts=tuple(one for one in matters.counterparts if share.holds.issuperset(one.case_ids)),
    )
    return [
        overdue_list(share, told),
        finding_list(share, told, beside_findings(of_share.counterparts, told)),
        counterpart_list(of_share.counterparts, told),
        *matter_lists(of_share, told),
        obligation_list(share, told),
        balance_list(share.balance),
        set_aside_list(share, told),
        link_list(share, told),
    ]


def _write_sealed(book: Workbook, lists: Sequence[Listing], as_of: str) -> None:
    """All lists of the sealed matters, one below the other, on one sheet that nobody takes for another."""
    columns = max(len(listing.columns) for listing in lists)
    widths = [min(_SEALED_WIDEST, max(c.columns[n].width for c in lists if n < len(c.columns))) for n in range(columns)]
    sheet = new_sheet(book, SEALED, widths, "密　不得转发乡镇、公安机关和司法局", as_of)
    sheet.sheet_properties.tabColor = "C00000"
    pens = Pens(sheet)
    put_line(sheet, pens, [(HEADING, "密　职务违法犯罪线索　本页单独保管，不得转发乡镇、公安机关和司法局")])
    filled = 1
    for listing in lists:
        sheet.append([])
        put_line(sheet, pens, [(HEADING, listing.name)])
        shown = tuple(replace(column, width=width) for column, width in zip(listing.columns, widths, strict=False))
        filled = put_list(sheet, pens, replace(listing, columns=shown), above=filled + 2)
