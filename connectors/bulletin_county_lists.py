"""What stands on the lists of the county's bulletin: what is overdue, what a screening finds, what the figures mean?"""

from __future__ import annotations

from connectors.bulletin_words import DEFINITIONS
from connectors.report_book_lists import Told
from connectors.report_book_sheet import Column, Listing
from connectors.report_book_words import CLUES
from hub.ladder.rung import shown_subject
from hub.moment import SHANGHAI
from hub.privacy import mask_identity_numbers
from hub.reports.county import CountyBulletin


def overdue_list(bulletin: CountyBulletin, told: Told) -> Listing:
    """What is not done as of the instant, the longest first, each with its arithmetic."""
    columns = (
        Column("事项", 20), Column("责任单位", 17), Column("对方单位", 17), Column("文号", 24),
        Column("期限", 17, middle=True), Column("逾期天数", 9), Column("依据", 32), Column("期限计算", 50),
    )  # fmt: skip
    rows = [
        (
            told.title(o.rule), told.name(o.debtor), told.name(o.creditor), shown_subject(o.subject),
            o.due_at.astimezone(SHANGHAI).replace(tzinfo=None), told.days_late(o), o.basis, "\n".join(o.steps),
        )
        for o in bulletin.overdue
    ]  # fmt: skip
    return Listing("逾期未办", columns, rows)


def clue_list(bulletin: CountyBulletin, told: Told) -> Listing:
    """What a screening finds, for a prosecutor: how it was counted and on what basis."""
    columns = (
        Column("线索", 18), Column("乡镇", 20), Column("日期", 12, middle=True), Column("文号", 34),
        Column("计算", 56), Column("依据", 46),
    )  # fmt: skip
    rows = [
        (
            CLUES[clue.kind], told.name(clue.agency), clue.seen_on, mask_identity_numbers("\n".join(clue.numbers)),
            mask_identity_numbers("\n".join(clue.arithmetic)), clue.basis,
        )
        for clue in bulletin.clues
    ]  # fmt: skip
    return Listing("线索筛查", columns, rows)


def definition_list() -> Listing:
    """What each figure means."""
    return Listing("指标说明", (Column("指标", 24), Column("定义", 120)), list(DEFINITIONS))
