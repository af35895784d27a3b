"""Which workbook is loaded? A township's ledger of many rows and 20 columns, invented, the same for the same seed.

The columns are those of the notice that eleven townships follow (`mappings/notices/township_ledger.yaml`), so the hub
reads it by its own mapping. Cells are as clerks leave them: most days are day cells, one in twelve is typed as text;
sums are numbers or words; what has not happened is empty or a stroke. One row in fifty cannot be read, some are typed
twice, some state a matter anew, and every page ends with a total.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from xlsxwriter import Workbook

from hub.model import CellValue
from hub.values.identity import person_check_digit

ROWS = 100_000
TOWNSHIP = "140924200"
SHEET = "移送案件"
HEADER = (
    "序号", "立案号", "立案日期", "案由", "当事人", "证件号码", "涉案金额", "数量", "单位", "报告时间", "是否批准", "批准时间",
    "移送书文号", "移送时间", "抄送检察院时间", "接收单位", "回执时间", "收到立案通知书时间", "收到不予立案通知书时间", "备注",
)  # fmt: skip
COLUMNS = len(HEADER)
PAGE = 2_000
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英华建国志文玉兰秀红梅春永福贵海波峰林生金龙宝成云东斌辉鹏飞宇浩然"
_REGIONS = ("140924", "140924", "140924", "140902", "140921", "140925", "130631", "410102")
_CAUSES = ("非法占地", "非法采矿", "盗伐林木", "滥伐林木", "非法占用耕地", "涉嫌非法采矿罪", "污染环境")
_DESKS = ("繁峙县公安局法制大队", "繁峙县公安局", "森林警察大队", "")
_REMARKS = ("", "", "", "", "", "附卷宗一册", "当事人已签字", "现场照片见附件", "已电话联系所有人")
_FIRST_DAY, _DAYS = date(2024, 1, 2), 900


@dataclass(frozen=True, slots=True)
class Faults:
    """How many of each kind the drawn rows hold; what every way's answer is checked against.

    quarantined: rows with a fault. ignored: totals. duplicate: typed twice. superseded: stated anew further down.
    """

    rows: int
    quarantined: int
    ignored: int
    duplicate: int
    superseded: int


def draw(rows: int = ROWS, seed: int = 11) -> tuple[list[tuple[CellValue, ...]], Faults]:
    """So many rows under the header, totals among them, and what is wrong with how many."""
    random = Random(seed)
    drawn: list[tuple[CellValue, ...]] = []
    counts: Counter[str] = Counter()
    good: list[tuple[CellValue, ...]] = []  # of this page, that may be typed again
    for number in range(1, rows + 1):
        if number % PAGE == 0:
            drawn.append(("合计", *[None] * (COLUMNS - 1)))
            counts["ignored"] += 1
            good.clear()
            continue
        dice = random.random()
        if good and dice < 0.004:
            drawn.append((number, *good.pop()[1:]))
            counts["duplicate"] += 1
            continue
        if good and dice < 0.008:
            old = good.pop()
            drawn.append((number, *old[1:-1], "更正前一行"))
            counts["superseded"] += 1
            continue
        row = _row(number, random)
        if dice < 0.028:
            drawn.append(_spoilt(row, random))
            counts["quarantined"] += 1
            continue
        good.append(row)
        drawn.append(row)
    return drawn, Faults(rows, counts["quarantined"], counts["ignored"], counts["duplicate"], counts["superseded"])


def write(rows: list[tuple[CellValue, ...]], path: Path) -> None:
    """A workbook of one sheet, its texts shared as Excel and WPS keep them."""
    book = Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    day, instant = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet(SHEET)
    for place, title in enumerate(HEADER):
        sheet.write_string(0, place, title)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, column, value)
            elif isinstance(value, datetime):
                sheet.write_datetime(number, column, value, instant)
            elif isinstance(value, date):
                sheet.write_datetime(number, column, value, day)
            elif isinstance(value, int | float):
                sheet.write_number(number, column, value)
    book.close()


def _row(number: int, random: Random) -> tuple[CellValue, ...]:
    opened = _FIRST_DAY + timedelta(days=random.randrange(_DAYS))
    proposed = opened + timedelta(days=random.randrange(1, 30))
    approved = proposed + timedelta(days=random.randrange(4))
    sent = datetime(approved.year, approved.month, approved.day, random.randrange(8, 18), random.randrange(60))  # noqa: DTZ001 - as a cell
    sent += timedelta(days=random.randrange(2))
    people = [_person(random) for _ in range(random.choices((1, 2, 3), (88, 9, 3))[0])]
    moved, passed = random.random() < 0.9, random.random() < 0.8
    noticed = _typed(sent.date() + timedelta(days=random.randrange(3, 40)), random) if moved and passed else None
    filed = random.random() < 0.85
    return (
        number,
        f"下综执立〔{opened.year}〕{number}号",
        _typed(opened, random),
        random.choice(_CAUSES),
        "、".join(name for name, _ in people),
        "、".join(id_no for _, id_no in people),
        _sum(random),
        round(random.uniform(0.5, 300), 1),
        random.choice(("亩", "立方米", "株")),
        _typed(proposed, random),
        "是" if moved else random.choice(("", "否")),
        _typed(approved, random) if moved else None,
        f"下综执移〔{sent.year}〕{number}号" if moved else random.choice((None, "/")),
        sent if moved else None,
        _typed(sent.date(), random) if moved else None,
        random.choice(_DESKS) if moved else None,
        _typed(sent.date() + timedelta(days=1), random) if moved and random.random() < 0.7 else None,
        noticed if filed else None,
        None if filed else noticed,
        random.choice(_REMARKS),
    )


def _spoilt(row: tuple[CellValue, ...], random: Random) -> tuple[CellValue, ...]:
    """A row that cannot be read: no such day, nothing where something must be, a cause that no table has."""
    place, value = random.choice(((2, "2026-02-30"), (4, None), (3, "口角纠纷"), (9, "上周")))
    return (*row[:place], value, *row[place + 1 :])


def _person(random: Random) -> tuple[str, str]:
    name = random.choice(_SURNAMES) + "".join(random.choices(_GIVEN, k=random.choice((1, 2, 2))))
    birth = date(1955, 1, 1) + timedelta(days=random.randrange(17_000))
    body = f"{random.choice(_REGIONS)}{birth:%Y%m%d}{random.randrange(1, 400):03}"
    return name, body + person_check_digit(body)


def _typed(day: date, random: Random) -> CellValue:
    if random.random() < 11 / 12:
        return day
    return random.choice((f"{day:%Y.%m.%d}", f"{day.year}年{day.month}月{day.day}日", f"{day:%Y-%m-%d}"))


def _sum(random: Random) -> CellValue:
    dice = random.random()
    amount = int(round(10 ** random.uniform(3, 6), -2))
    if dice < 0.8:
        return amount
    if dice < 0.9:
        return f"{amount:,}.00"
    return f"{amount / 10_000:g}万元" if dice < 0.97 else None
