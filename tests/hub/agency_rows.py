"""What do the tests of the receiving side share: the project's own agencies, sheets as clerks fill them, parcels, rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from hub.mapping.agency import Agency, load_agencies
from hub.mapping.codes import load_codes
from hub.mapping.notice import Column
from hub.model import CellValue, Parcel, Reading, RowReading
from hub.moment import SHANGHAI
from hub.receiving.parcel import read_parcel
from hub.receiving.table import Sheet, Table
from hub.receiving.versions import HeldRow

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"
AGENCIES = load_agencies(MAPPINGS)
CODES = load_codes(MAPPINGS / "codes", AGENCIES.values())
T0 = datetime(2026, 8, 3, 9, 0, tzinfo=SHANGHAI)

TOWNSHIP, GROUPED, CSV_TOWNSHIP = "140924100", "140924102", "140924208"
REFERRALS, PENALTIES, OPINIONS, LETTERS = "移送案件", "行政处罚", "意见办理", "线索与咨询"
ID_NO, OTHER_ID_NO = "140924198003041236", "11010519491231002X"

# The least that a row of each sheet must say.
ROWS: Mapping[str, Mapping[str, CellValue]] = {
    REFERRALS: {"立案号": "繁城综执立〔2026〕1号", "立案日期": "2026-06-02", "案由": "滥伐林木", "当事人": "张三"},
    PENALTIES: {
        "处罚决定书文号": "城政罚决〔2026〕1号",
        "处罚决定时间": "2026-07-02",
        "案由": "盗伐林木",
        "当事人": "张三",
    },
    OPINIONS: {"意见书文号": "繁检意〔2026〕1号", "意见类型": "行政处罚", "签收日期": "2026-07-02"},
    LETTERS: {"类别": "线索移送", "文号": "繁城综执函〔2026〕1号", "日期": "2026-07-02"},
    "sa": {
        "受案登记表文号": "繁公（刑）受案字〔2026〕10071号",
        "案件编号": "A1409240200002026070001",
        "嫌疑人/单位": "张三",
        "接受时间": "2026-07-02 10:30",
    },
    "cl": {"案件编号": "A1409240200002026070001", "结果": "立案", "决定时间": "2026-07-03"},
    "receipts": {"检察意见书文号": "繁检意〔2026〕1号", "收文日期": "2026-07-02"},
}


def headers(agency: str, title: str) -> list[str]:
    """The notice's columns of a sheet."""
    return list(AGENCIES[agency].notice.sheets[title].columns)


def filled(agency: str, title: str, number: CellValue = 1, **cells: CellValue) -> list[CellValue]:
    """A row that says the least a row must, and what is given; under the notice's columns."""
    said = {**ROWS[title], "序号": number, **cells}
    return [said.get(header) for header in headers(agency, title)]


def sheet(name: str, *rows: Sequence[CellValue], **more: object) -> Sheet:
    """A sheet, its rows padded to one width as a format hands them over."""
    width = max(map(len, rows), default=0)
    return Sheet(name, [(*row, *[None] * (width - len(row))) for row in rows], **more)  # type: ignore[arg-type]


def parcel(agency: str, path: str, content: bytes = b"", arrived: datetime = T0, **meta: str) -> Parcel:
    """A file of an agency, by its path at the agency's place."""
    whole = f"{AGENCIES[agency].mapping.channel.place}/{path}"
    return Parcel(agency, whole, content, sha256(content).hexdigest(), arrived, arrived, tuple(sorted(meta.items())))


def read_sheets(agency: str, *sheets: Sheet, path: str = "行刑衔接台账_202607.xlsx", **meta: str) -> list[RowReading]:
    """What a workbook with these sheets gives."""
    return read_parcel(AGENCIES[agency], parcel(agency, path, b"", T0, **meta), CODES, lambda *_: Table(sheets))


def read_rows(agency: str, title: str, *rows: Sequence[CellValue]) -> list[RowReading]:
    """What these rows give under the notice's header, in the sheet's first row."""
    return read_sheets(agency, sheet(title, headers(agency, title), *rows))


def read_one(agency: str, title: str, **cells: CellValue) -> RowReading:
    """What one row gives that says the least it must, and what is given."""
    (reading,) = read_rows(agency, title, filled(agency, title, **cells))
    return reading


def read_lines(agency: str, path: str, *rows: Sequence[CellValue], **meta: str) -> list[RowReading]:
    """What a delimited file with these lines gives."""
    return read_parcel(
        AGENCIES[agency], parcel(agency, path, b"", T0, **meta), CODES, lambda *_: Table((sheet("", *rows),))
    )


def kinds(readings: Sequence[RowReading]) -> list[str]:
    """Each row's reading in a word: `read`, or why it was ignored or set aside."""
    return [r.reason if r.reading is not Reading.READ else "read" for r in readings]


def held(readings: Sequence[RowReading], one: Parcel) -> list[HeldRow]:
    """The rows of a parcel as the ledger would hold them."""
    parcel_id = sha256(f"{one.path}|{one.sha256}|{one.arrived_at}".encode()).hexdigest()[:32]
    return [
        HeldRow(one.agency, parcel_id, one.path, one.sha256, one.arrived_at, one.arrived_at, position, reading)
        for position, reading in enumerate(readings)
    ]


def days(number: float) -> datetime:
    """An instant so many days after the first."""
    return T0 + timedelta(days=number)


def required(agency: Agency, title: str) -> list[str]:
    """The headers of the columns that must not be empty."""
    columns = agency.notice.sheets[title].columns
    return [header for header, column in columns.items() if isinstance(column, Column) and column.required]
