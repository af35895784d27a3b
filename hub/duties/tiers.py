"""By how much may a period be extended, who approves it, on which paper and on what basis?"""

from __future__ import annotations

import re
from dataclasses import replace

from pydantic import Field, StrictBool, StrictInt, StrictStr, model_validator
from typing_extensions import Self

from hub.data_file import Strict
from hub.periods.period import MonthEnd, Period, Unit
from hub.values.document_numbers import read_document_number

_QUANTITY = re.compile(r"0*[1-9][0-9]{0,3}")
_UNITS = {Unit.DAY: "日", Unit.WORKING_DAY: "个工作日", Unit.MONTH: "个月", Unit.HOUR: "小时"}


class Tier(Strict):
    """One lawful length. One length may be lawful on several bases, each with its own condition.

    approver, paper: empty where the basis names none. domain: the matters to which it is limited; empty: all.
    checked: false where the basis was written from memory and is to be compared with its text before use.
    """

    quantity: StrictInt = Field(ge=1)
    when: StrictStr = Field(min_length=1)
    approver: StrictStr = ""
    paper: StrictStr = ""
    basis: StrictStr = Field(min_length=1)
    domain: StrictStr = ""
    checked: StrictBool = True

    def __str__(self) -> str:
        """The tier in words, for the arithmetic."""
        limited = f"限{self.domain}；" if self.domain else ""
        approver = f"批准：{self.approver}" if self.approver else "批准：规定未载明批准人"
        paper = f"；文书：{self.paper}" if self.paper else ""
        check = "" if self.checked else "（原文待核）"
        return f"{limited}{self.when}；{approver}{paper}；依据：{self.basis}{check}"


class Replacement(Strict):
    """A later event puts another length in the place of the period: the latest one counts.

    The length is the whole number in `attribute`, in `unit`, counted from `counted_from` (the opening
    event). Only the lengths of `tiers` are lawful; another one is for a person to look at.
    """

    event: StrictStr
    attribute: StrictStr
    unit: Unit
    counted_from: StrictStr
    tiers: tuple[Tier, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> Self:
        said = [(tier.quantity, tier.domain, tier.basis) for tier in self.tiers]
        if len(set(said)) < len(said):
            raise ValueError("a tier stands twice")
        return self

    @property
    def allowed(self) -> tuple[int, ...]:
        """The lawful lengths, each once, in order."""
        return tuple(sorted({tier.quantity for tier in self.tiers}))

    def length(self, period: Period, quantity: int) -> Period:
        """The period in whose place the extension stands, with its roll and closing time."""
        return replace(period, quantity=quantity, unit=self.unit, month_end=MonthEnd.CIVIL, office=())

    def steps(self, quantity: int, paper_no: str = "") -> tuple[str, ...]:
        """What the arithmetic says of an extension to that length, lawful or not.

        paper_no: the number it came under; not shown where it does not read as one, since it may then be anything.
        """
        length = f"{quantity} {_UNITS[self.unit]}"
        found = [tier for tier in self.tiers if tier.quantity == quantity]
        came = f"（{paper_no}）" if read_document_number(paper_no).readable else ""
        if not found:
            lawful = "、".join(map(str, self.allowed))
            unlawful = f"所载 {length}{came}不在依法可延长的档次（{lawful} {_UNITS[self.unit]}）之内"
            return (f"延长：{unlawful}，请核实批准依据；以下仍按所载 {length}推算。",)
        return (
            f"延长：以 {length}{came}代替原期限，仍自原起算时间计算。",
            *(f"档次：{length}，{tier}。" for tier in found),
        )


def read_quantity(text: str) -> int | None:
    """The length that an event states; None where it states none, or one that no period can have.

    >>> read_quantity("30"), read_quantity(""), read_quantity("0"), read_quantity("123456789")
    (30, None, None, None)
    """
    return int(text) if _QUANTITY.fullmatch(text) else None
