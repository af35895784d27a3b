"""Which agencies are there, and how does each of them write? Facts of the county and habits of its clerks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

AS_OF = datetime(2026, 10, 31, 23, 59)  # noqa: DTZ001  (the drawing lives on the county clock)
FIRST_DAY = date(2026, 6, 1)
LAST_POLICE_DAY = date(2026, 10, 30)
MONTHS = (7, 8, 9, 10)
SHEETS = ("移送案件", "行政处罚", "意见办理", "线索与咨询")


@dataclass(frozen=True)
class Habit:
    """How a township's clerk lays out the ledger."""

    title: bool = True
    filled_by: bool = True
    two_rows: bool = False
    hidden: bool = False
    party_first: bool = False
    dates: tuple[str, ...] = ("excel", "excel", "excel", "dash")
    timed: bool = False
    ids: tuple[str, ...] = ("text",)
    amounts: tuple[str, ...] = ("number",)
    spacer: bool = False
    total: bool = True
    footnote: bool = False
    other_sheets: bool = False
    suffix: str = ".xlsx"


_PLAIN = Habit(timed=True, footnote=True, spacer=True)
_GROUPED = Habit(
    filled_by=True,
    two_rows=True,
    hidden=True,
    dates=("dot", "dot", "dot", "cn", "compact"),
    ids=("text", "text", "number"),
    amounts=("wan", "wanyuan", "number"),
    spacer=True,
)
_BARE = Habit(
    title=False,
    filled_by=False,
    party_first=True,
    dates=("cn", "cn", "serial", "slash"),
    ids=("text", "apostrophe"),
    amounts=("yen", "wide"),
    total=False,
)


@dataclass(frozen=True)
class Township:
    """A township: its code and names, the words its numbers begin with, its clerk's habits."""

    code: str
    short: str
    kind: str
    case_prefix: str
    sent_prefix: str
    penalty_prefix: str
    reply_prefix: str
    letter_prefix: str
    habit: Habit

    @property
    def name(self) -> str:
        """The short name with its kind, 繁城镇."""
        return self.short + self.kind


def _township(code: str, short: str, kind: str, word: str, sent: str, habit: Habit) -> Township:
    return Township(
        code,
        short,
        kind,
        f"繁{word}综执立",
        sent,
        f"{word}政罚决",
        f"{word}政复",
        f"繁{word}综执函",
        habit,
    )


TOWNSHIPS = {
    t.code: t
    for t in (
        _township("140924100", "繁城", "镇", "城", "繁城综执移", _PLAIN),
        _township("140924101", "砂河", "镇", "砂", "砂政移字", _PLAIN),
        _township("140924102", "大营", "镇", "营", "营综执移字", _GROUPED),
        _township("140924103", "平型关", "镇", "平", "平综执移", _GROUPED),
        _township("140924200", "下茹越", "乡", "茹", "茹综执移", _BARE),
        _township("140924202", "光裕堡", "乡", "光", "光政移字", _BARE),
        _township("140924203", "集义庄", "乡", "集", "集综执移", _BARE),
        _township(
            "140924204", "东山", "乡", "东", "东综执移", Habit(dates=("cnnum", "dash"), footnote=True, suffix=".xls")
        ),
        _township("140924205", "金山铺", "乡", "金", "金政移字", _GROUPED),
        _township(
            "140924208",
            "神堂堡",
            "乡",
            "神",
            "神综执移",
            Habit(
                title=False,
                filled_by=False,
                dates=("slash", "slash", "dash"),
                ids=("text", "equals"),
                amounts=("comma",),
                suffix=".csv",
            ),
        ),
        _township(
            "140924209",
            "岩头",
            "乡",
            "岩",
            "岩综执移",
            Habit(filled_by=False, dates=("dash", "serial"), timed=True, other_sheets=True),
        ),
    )
}


@dataclass(frozen=True)
class Unit:
    """A unit of the county police: its name, the word in its numbers, its twelve-digit code."""

    name: str
    word: str
    code: str


UNITS = (
    Unit("刑侦大队", "刑", "140924020000"),
    Unit("经侦大队", "经", "140924030000"),
    Unit("治安大队", "治", "140924040000"),
    Unit("食药环侦大队", "食药环", "140924050000"),
    Unit("砂河派出所", "砂河", "140924510000"),
    Unit("大营派出所", "大营", "140924520000"),
)
