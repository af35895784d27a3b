"""A twelfth township for tests: its one mapping file, its register as its clerk keeps it, and the police's files about it."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from hub.moment import SHANGHAI

CODE = "140924212"
MAPPING = Path(__file__).with_name("twelfth_township.yaml")
REGISTER = f"townships/{CODE}/新桥乡两法衔接登记簿202609.xlsx"
AGREED, REFUSED, UNDECIDED, FILED, ALONE, KNOWN = (f"新综执立〔2026〕{number}号" for number in (4, 5, 6, 1, 2, 3))

# The sheet's own header, in two rows: a group title stands over the police's columns.
HEADER = (
    ("编号", "案号", "涉案人", "身份证或信用代码", "违法情形", "估价", "受理日", "提请日", "负责人意见", "签批",
     "送公安函号", "送出", "公安机关", None, None, "物品移交", "经办人", "说明"),
    (None, None, None, None, None, None, None, None, None, None,
     None, None, "公安签收", "立案告知", "不立案告知", None, None, None),
)  # fmt: skip
REFERRALS = (
    (1, FILED, "高明亮", "140924197506121030", "滥伐林木", "5.2万", "2026年9月1日", date(2026, 9, 3), "同意",
     "2026-09-04 10:00", "新政移函〔2026〕1号", "2026-09-04 16:30", "2026-09-05", "2026-09-08", None, None, "甲", None),
    (2, ALONE, "郝秀英", "140924198209232011", "非法采矿", 180000, "2026.9.2", "2026.9.7", "同意",
     "2026-09-08 09:00", "新政移函〔2026〕2号", "2026-09-08 15:00", None, None, None, None, "乙", None),
    (3, KNOWN, "新桥砂石有限公司", None, "非法采矿", "320,000.00", "二〇二六年九月三日", "20260910", "同意",
     "2026-09-11", "新政移函〔2026〕4号", "2026-09-11", "2026-09-12", None, "2026-09-16", None, "乙", None),
    (4, AGREED, "贾有田", "140924196807304119", "盗伐林木", None, "2026/10/20", "2026/10/29", "同意",
     "2026-10-31 10:00", None, None, None, None, None, None, "甲", None),
    (5, REFUSED, "边树林", None, "滥伐林木", 900, "2026/9/8", "2026/9/9", "不同意", "2026/9/10",
     None, None, None, None, None, None, "甲", "情节轻微"),
    (6, UNDECIDED, "边树林", None, "滥伐林木", 900, "2026/9/8", "2026/9/9", "再研究", "2026/9/10",
     None, None, None, None, None, None, "甲", None),
    ("合计", None, None, None, None, 6, None, None, None, None, None, None, None, None, None, None, None, None),
)  # fmt: skip
PENALTIES = (
    ("罚没决定书", "决定日", "被处罚人", "身份证或信用代码", "违法情形", "数额", "计量", "编号"),
    ("新政罚决〔2026〕7号", "2026-09-20", "郭三毛", "140924198808085025", "滥伐林木", 25, "立方米", 1),
)
SA = (
    "受案登记表文号", "案件编号", "案件名称", "移送单位", "移送书文号", "嫌疑人/单位", "证件号码", "接受时间",
    "受案单位", "补正通知时间", "涉案金额", "原案件编号", "备注",
)  # fmt: skip
CL = ("案件编号", "结果", "文书文号", "决定时间", "延长天数", "送达时间", "罪名", "理由", "复议结论")
FILED_CASE, KNOWN_CASE, STRAY_CASE = (f"A140924020000202609{number:04}" for number in (1, 2, 3))
# The desk names the township as it likes: a name of the team, of the merged township, of the office.
ACCEPTANCES = (
    ("繁公（刑）受案字〔2026〕10301号", FILED_CASE, "高明亮涉嫌滥伐林木案", "新桥乡综合行政执法队", "新政移函[2026]1号",
     "高明亮", "140924197506121030", "2026-09-05 09:10:00", "", "", "52000", "", ""),
    ("繁公（刑）受案字〔2026〕10302号", KNOWN_CASE, "新桥砂石有限公司涉嫌非法采矿案", "繁峙县石河乡人民政府", "",
     "新桥砂石有限公司", "", "2026-09-12 11:00:00", "", "", "320000", "", ""),
    ("繁公（刑）受案字〔2026〕10303号", STRAY_CASE, "石大柱涉嫌盗伐林木案", "新桥", "", "石大柱", "",
     "2026-09-14 08:30:00", "", "", "", "", ""),
)  # fmt: skip
RESULTS = (
    (FILED_CASE, "立案", "繁公（刑）立字〔2026〕31号", "2026-09-07 15:00:00", "", "2026-09-08", "滥伐林木罪", "", ""),
    (
        KNOWN_CASE,
        "不予立案",
        "繁公（刑）不立字〔2026〕9号",
        "2026-09-14 10:00:00",
        "",
        "2026-09-16",
        "",
        "证据不足",
        "",
    ),
)


@pytest.fixture(scope="session")
def twelve_townships(tmp_path_factory: pytest.TempPathFactory, project_root: Path) -> Path:
    """A copy of the mappings, to which the new township's one file was added; read only."""
    mappings = tmp_path_factory.mktemp("installation") / "mappings"
    shutil.copytree(project_root / "mappings", mappings)
    shutil.copyfile(MAPPING, mappings / "agencies" / f"{CODE}.yaml")
    return mappings


@pytest.fixture(scope="session")
def twelfth_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the new township and the police deliver, laid out like the samples; read only."""
    folder = tmp_path_factory.mktemp("agencies") / "county"
    _put(folder / REGISTER, register(REFERRALS), datetime(2026, 10, 8, 16, 0, tzinfo=SHANGHAI))
    for name, header, rows in (("sa_20260915.csv", SA, ACCEPTANCES), ("cl_20260915.csv", CL, RESULTS)):
        content = _police_file(header, rows)
        came = datetime(2026, 9, 15, 17, 0, tzinfo=SHANGHAI)
        _put(folder / "police" / "outbox" / name, content, came)
        manifest = f"rows={len(rows)}\nsha256={hashlib.sha256(content).hexdigest()}\n"
        _put(folder / "police" / "outbox" / f"{name}.ok", manifest.encode(), came)
    return folder


def register(referrals: Sequence[Sequence[str | float | date | None]]) -> bytes:
    """The township's workbook: a title, a two-row header, other sheets before and after its two registers."""
    book = Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "封面"
    page = book.create_sheet("移送登记")
    page.append(["新桥乡行政执法与刑事司法衔接登记簿"])
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEADER[0]))
    for row in (*HEADER, *referrals):
        page.append(list(row))
    page.merge_cells(start_row=2, start_column=13, end_row=2, end_column=15)
    for row in PENALTIES:
        (book["罚没登记"] if "罚没登记" in book.sheetnames else book.create_sheet("罚没登记")).append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _police_file(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([header, *rows])
    return text.getvalue().encode("gb18030")


def _put(path: Path, content: bytes, at: datetime) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at.timestamp(), at.timestamp()))
