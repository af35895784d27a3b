"""How does the workbook for people show matters that may be one: on a list of their own, and beside the findings?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from connectors.report_book_lists import Told
from connectors.report_book_sheet import Column, Listing
from hub.findings.counterparts import Counterparts, Open
from hub.link.chinese import FEATURES, seen_in_chinese
from hub.model import RecordKind
from hub.usecases.counterparts import drawn

_LEFT_OPEN = "几件同样吻合，待人工认定"


def counterpart_list(pairs: Iterable[Counterparts], told: Told) -> Listing:
    """A referral that nobody received beside an acceptance that nobody sent, the best pair first; names no party."""
    columns = (
        Column("移送案件", 15, middle=True), Column("移送单位", 16), Column("移送文号", 20),
        Column("移送日期", 12, middle=True), Column("受案案件", 15, middle=True), Column("所记移送单位", 16),
        Column("案件编号", 24), Column("受案日期", 12, middle=True), Column("为什么可能是同一事项", 44), Column("得分", 8),
        Column("备注", 24),
    )  # fmt: skip
    rows = [
        (
            one.referral.case_id, told.name(one.referral.record.agency), _number(one.referral), one.referral.on,
            one.acceptance.case_id, _sender(one.acceptance, told), _number(one.acceptance), one.acceptance.on, _why(one),
            round(one.evidence.score, 1), _LEFT_OPEN if one.left_open else "",
        )
        for one in pairs
    ]  # fmt: skip
    return Listing("可能同一事项", columns, rows)


def beside_findings(pairs: Iterable[Counterparts], told: Told) -> Mapping[str, str]:
    """case id -> which other matters may be the same, the best first."""
    said: dict[str, list[str]] = defaultdict(list)
    for one in pairs:
        sender = told.name(one.referral.record.agency)
        said[one.acceptance.case_id].append(
            f"{sender}移送 {_number(one.referral)}（{one.referral.on}，{one.referral.case_id}）"
        )
        said[one.referral.case_id].append(
            f"公安受案 {_number(one.acceptance)}（{one.acceptance.on}，{one.acceptance.case_id}）"
        )
    return {case_id: "\n".join(lines) for case_id, lines in said.items()}


def _number(one: Open) -> str:
    """The number by which people know it."""
    fields = (
        ("referral_no", "case_no") if one.record.kind is RecordKind.REFERRAL else ("police_case_no", "acceptance_no")
    )
    return next(filter(None, map(one.record.get, fields)), "")


def _sender(acceptance: Open, told: Told) -> str:
    unit = acceptance.record.get("unit_code")
    return told.name(unit) if unit else acceptance.record.get("referring_unit")


def _why(pair: Counterparts) -> str:
    """What was seen of the two, the weightiest first."""
    return "；".join(
        f"{FEATURES.get(step.feature, step.feature)}{seen_in_chinese(step.seen)}（{step.bits:+g}）"
        for step in drawn(pair).steps
    )
