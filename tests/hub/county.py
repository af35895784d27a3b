"""What do the agencies of one small matter say? Rows as clerks fill them, really read; and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hub import findings
from hub.duties import obligations
from hub.duties.duty import Obligation
from hub.duties.rules import Rules, load_rules
from hub.findings import Finding
from hub.findings.authority import load_authorities
from hub.link import Case, Linkage, link
from hub.link.decisions import LinkDecision
from hub.link.weights import Weights, load_weights
from hub.model import CellValue, Record
from hub.periods.calendar import load_calendar
from hub.receiving.parcel import read_parcel
from hub.receiving.table import Table
from hub.settings import read_instant
from tests.hub.agency_rows import (
    AGENCIES,
    CODES,
    ID_NO,
    LETTERS,
    MAPPINGS,
    OPINIONS,
    PENALTIES,
    REFERRALS,
    TOWNSHIP,
    parcel,
    sheet,
)

RULES = load_rules(MAPPINGS / "rules.yaml")
CALENDAR = load_calendar(MAPPINGS / "calendars")
AUTHORITIES = load_authorities(MAPPINGS / "authority.yaml")
WEIGHTS = load_weights(MAPPINGS / "linking_ledger.yaml")
AS_OF = "2026-10-31T23:59+08:00"
ANOTHER_TOWNSHIP, ANOTHER_NAME = "140924209", "岩头乡"
# The short name by which a township's numbers begin.
SHORT = {TOWNSHIP: "繁城", ANOTHER_TOWNSHIP: "岩头"}
# Whom the police and the procuratorate name as the referring unit.
UNIT = {TOWNSHIP: "繁城镇", ANOTHER_TOWNSHIP: ANOTHER_NAME}

_FILES = {
    REFERRALS: "行刑衔接台账_202607_移送案件.csv",
    PENALTIES: "行刑衔接台账_202607_行政处罚.csv",
    OPINIONS: "行刑衔接台账_202607_意见办理.csv",
    LETTERS: "行刑衔接台账_202607_线索与咨询.csv",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What follows from some records, as of an instant."""

    linkage: Linkage
    owed: tuple[Obligation, ...]
    found: tuple[Finding, ...]

    def duty(self, rule: str, subject: str = "") -> Obligation:
        """The only obligation of a rule (about this subject, where one is given)."""
        (only,) = [o for o in self.owed if o.rule == rule and subject in ("", o.subject)]
        return only

    def state(self, rule: str, subject: str = "") -> str:
        """Where the only obligation of a rule stands."""
        return str(self.duty(rule, subject).state)

    def rules(self) -> list[str]:
        """The rules of all obligations, in their order."""
        return [o.rule for o in self.owed]

    def codes(self) -> list[tuple[str, str, str]]:
        """Every finding: code, agency, detail."""
        return [(f.code, f.agency, f.detail) for f in self.found]

    def about(self, code: str) -> list[tuple[str, str]]:
        """Every finding of one code: agency, detail."""
        return [(f.agency, f.detail) for f in self.found if f.code == code]

    def case(self, record: Record) -> Case:
        """The case that a record stands in."""
        (only,) = [c for c in self.linkage.cases if record in c.records]
        return only


def judge(
    *records: Record,
    as_of: str = AS_OF,
    rules: Rules = RULES,
    set_aside: Sequence[tuple[str, str]] = (),
) -> Judged:
    """Link the records, derive what is owed and find what is wrong, as of an instant."""
    instant = read_instant("as_of", as_of)
    linkage = linked(records)
    owed = obligations.derive(linkage.cases, rules, CALENDAR, instant)
    return Judged(linkage, tuple(owed), findings.find(linkage, owed, CODES, AUTHORITIES, CALENDAR, instant, set_aside))


def together(*records: Record) -> bool:
    """Whether the linker puts all of these into one case."""
    return len(linked(records).cases) == 1


def linked(records: Iterable[Record], decisions: Sequence[LinkDecision] = (), weights: Weights = WEIGHTS) -> Linkage:
    """What the linker makes of the records by the project's own figures."""
    return link(records, weights, decisions)


def at(text: str) -> datetime:
    """An instant."""
    return read_instant("at", text)


def referral(no: int = 1, township: str = TOWNSHIP, /, **cells: CellValue) -> Record:
    """A row of 移送案件: approved on 1 July at nine, sent at ten; None takes a cell away."""
    said: dict[str, CellValue] = {
        "立案号": f"{SHORT[township]}综执立〔2026〕{no}号",
        "立案日期": "2026-06-02",
        "案由": "滥伐林木",
        "当事人": "张三",
        "证件号码": ID_NO,
        "批准时间": "2026-07-01 09:00",
        "移送书文号": f"{SHORT[township]}综执移〔2026〕{no}号",
        "移送时间": "2026-07-01 10:00",
    }
    return _read(township, _FILES[REFERRALS], {**said, **cells}, no)


def penalty(no: int = 1, township: str = TOWNSHIP, /, **cells: CellValue) -> Record:
    """A row of 行政处罚: timber, below every threshold."""
    said: dict[str, CellValue] = {
        "处罚决定书文号": f"{SHORT[township]}政罚决〔2026〕{no}号",
        "处罚决定时间": "2026-07-02",
        "案由": "滥伐林木",
        "当事人": "张三",
        "证件号码": ID_NO,
        "数量": "5",
        "单位": "立方米",
    }
    return _read(township, _FILES[PENALTIES], {**said, **cells}, no)


def handling(no: int = 1, township: str = TOWNSHIP, /, **cells: CellValue) -> Record:
    """A row of 意见办理: the letter of that number, signed for on 10 July."""
    said: dict[str, CellValue] = {
        "意见书文号": f"繁检意〔2026〕{no}号",
        "意见类型": "行政处罚",
        "签收日期": "2026-07-10",
        "当事人": "张三",
    }
    return _read(township, _FILES[OPINIONS], {**said, **cells}, no)


def correspondence(no: int = 1, township: str = TOWNSHIP, /, **cells: CellValue) -> Record:
    """A row of 线索与咨询: a clue sent on 10 July."""
    said: dict[str, CellValue] = {
        "类别": "线索移送",
        "文号": f"{SHORT[township]}综执函〔2026〕{no}号",
        "日期": "2026-07-10",
    }
    return _read(township, _FILES[LETTERS], {**said, **cells}, no)


def police_no(no: int = 1) -> str:
    """The 案件编号 of a number."""
    return f"A140924020000202607{no:04}"


def acceptance(no: int = 1, township: str = TOWNSHIP, /, **cells: CellValue) -> Record:
    """A line of sa: the answer to the referral of the same number, received on 2 July at nine."""
    said: dict[str, CellValue] = {
        "受案登记表文号": f"繁公（刑）受案字〔2026〕{10000 + no}号",
        "案件编号": police_no(no),
        "移送单位": UNIT[township],
        "移送书文号": f"{SHORT[township]}综执移〔2026〕{no}号",
        "嫌疑人/单位": "张三",
        "证件号码": ID_NO,
        "接受时间": "2026-07-02 09:00",
    }
    return _read("police", "outbox/sa_20260702.csv", {**said, **cells}, no)


def result(word: str = "立案", when: str = "2026-07-03 16:00", no: int = 1, /, **cells: CellValue) -> Record:
    """A line of cl: what became of the police case of a number."""
    said: dict[str, CellValue] = {
        "案件编号": police_no(no),
        "结果": word,
        "文书文号": f"繁公（刑）字〔2026〕{no}号",
        "决定时间": when,
    }
    return _read("police", "outbox/cl_20260703.csv", {**said, **cells}, no)


def document(doc_type: str, no: int = 1, /, **members: CellValue) -> Record:
    """A document of the procuratorate about 张三 of 繁城镇, decided and served on 6 July; None takes a member away."""
    said: dict[str, CellValue] = {
        "doc_id": f"{doc_type}-{no}",
        "doc_type": doc_type,
        "doc_no": f"繁检意〔2026〕{no}号",
        "persons": [{"name": "张三", "id_no": ID_NO}],
        "township": UNIT[TOWNSHIP],
        "decided_at": "2026-07-06T09:00:00+08:00",
        "served_at": "2026-07-06T15:00:00+08:00",
        "updated_at": "2026-07-06T15:00:00+08:00",
    }
    return _read("procuratorate", "page.json", {**said, **members}, no)


def copies(*days: str) -> CellValue:
    """The member `copies`: to the justice bureau, on each of these days."""
    return [{"agency": "justice_bureau", "copied_at": f"{day}T09:00:00+08:00"} for day in days]


def copy_receipt(no: int = 1, /, **cells: CellValue) -> Record:
    """A line of the justice bureau: the letter of that number came on 9 July."""
    said: dict[str, CellValue] = {
        "检察意见书文号": f"繁检意〔2026〕{no}号",
        "收文日期": "2026-07-09",
        "收文编号": f"司收{no}",
    }
    return _read("justice_bureau", "receipts_202607.csv", {**said, **cells}, no)


def clue_receipt(no: int = 1, /, **cells: CellValue) -> Record:
    """A line of the supervision commission: the letter of that number came on 9 July."""
    said: dict[str, CellValue] = {
        "移送函文号": f"繁检意〔2026〕{no}号",
        "收到日期": "2026-07-09",
        "收文编号": f"监收{no}",
    }
    return _read("supervision_commission", "receipts_202607.csv", {**said, **cells}, no)


def _read(agency: str, path: str, cells: Mapping[str, CellValue], no: int) -> Record:
    given = {header: cell for header, cell in cells.items() if cell is not None}
    rows = (tuple(given), tuple(given.values()))
    (reading,) = read_parcel(AGENCIES[agency], parcel(agency, path), CODES, lambda *_: Table((sheet("", *rows),)))
    assert reading.record is not None, reading
    # In its file each of these would stand in a row of its own.
    return replace(reading.record, source=f"{agency}/{path}!R{no}:{reading.key}")
