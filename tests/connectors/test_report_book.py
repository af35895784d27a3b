"""Does the workbook for people say what the view says, and nothing that it must not?"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from connectors.report_book import report_book
from connectors.report_book_matters import Matters
from connectors.report_book_words import FINDINGS, KINDS, REASONS, STATES
from hub.duties.duty import Obligation, RuleKind, State
from hub.findings import Finding
from hub.findings.authority import About, load_authorities
from hub.findings.counterparts import Counterparts, Open
from hub.findings.differing import Differing, Statement
from hub.findings.patterns import Absence, Pattern, Presence, Side, Standing
from hub.link import Case, Linkage
from hub.link.evidence import Evidence, Observation
from hub.link.linker import Ambiguity, Link
from hub.mapping.agency import load_agencies
from hub.model import Disposition, Event, Party, Reading, Record, RecordKind, RowReading
from hub.moment import SHANGHAI, Moment
from hub.receiving.balance import FileBalance
from hub.receiving.versions import Disposed, HeldRow
from hub.view import View

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"
AGENCIES = load_agencies(MAPPINGS)
AS_OF = datetime(2026, 10, 31, 23, 59, tzinfo=SHANGHAI)
TOWNSHIP, OTHER = "140924102", "140924208"
NAME, ID_NO = "欧阳示例", "140924198003041236"
LISTS = (
    "逾期事项", "发现问题", "可能同一事项", "三方情形", "三方记录", "记载不一致", "义务清单", "收件平衡", "未收行", "关联",
)  # fmt: skip
TITLES = {"police.decide_filing": "决定是否立案", "township.hand_over_items": "移交涉案物品和材料"}


def record(agency: str, kind: RecordKind, source: str, **fields: str) -> Record:
    return Record(
        agency, kind, source, source, fields, (Party(NAME, ID_NO, "complete"),), raw=(("姓名", NAME), ("证件", ID_NO))
    )


def obligation(rule: str, debtor: str, creditor: str, state: State, **given: str) -> Obligation:
    return Obligation(
        obligation_id=f"O-{rule}-{debtor}-{state}",
        case_id=given.get("case_id", "C1"),
        rule=rule,
        kind=RuleKind.RIGHT if state is State.LAPSED else RuleKind.DUTY,
        debtor=debtor,
        creditor=creditor,
        opened_at=Moment.parse("2026-10-12"),
        due_at=datetime(2026, 10, 15, 23, 59, 59, tzinfo=SHANGHAI),
        state=state,
        ended_at=Moment.parse(given["ended"]) if "ended" in given else None,
        basis="国令730 八",
        ladder="reminder",
        rule_version="1",
        calendar_version="1",
        subject=given.get("subject", "繁营移字〔2026〕3号"),
        opened_by=given.get("opened_by", ""),
        steps=("起算：2026-10-12（周一）当日不计入期间。", "届满：2026-10-15（周四）23:59:59（北京时间）。"),
    )


def row(agency: str, path: str, number: int, disposition: Disposition, held: Record | None = None) -> Disposed:
    source = held.source if held else f"{path}!移送案件!R{number}"
    aside = disposition is Disposition.QUARANTINED
    reading = RowReading(
        source,
        Reading.QUARANTINED if aside else Reading.READ,
        held.kind if held else RecordKind.REFERRAL,
        column="移送时间" if aside else "",
        reason="impossible_date" if aside else "",
        detail=json.dumps({"fault": f"got {ID_NO}", "row": [["被移送人", NAME], ["移送时间", "2026/13/1"]]})
        if aside
        else "",
        record=held,
    )
    return Disposed(HeldRow(agency, f"parcel-{path}", path, "", AS_OF, AS_OF, number, reading), disposition, source)


LEDGER = f"townships/{TOWNSHIP}/行刑衔接台账_202610.xlsx"
CLUES = "supervision_commission/receipts_202610.csv"
REFERRAL = record(TOWNSHIP, RecordKind.REFERRAL, f"{LEDGER}!移送案件!R3", case_no="繁营罚立〔2026〕3号")
ACCEPTANCE = record("police", RecordKind.ACCEPTANCE, "police/outbox/sa_20261013.csv!R1", police_case_no="A1")
CLUE = record("procuratorate", RecordKind.DOCUMENT, "api:JD1", doc_no="繁检职移〔2026〕1号", doc_type="duty_clue")
RECEIPT = record("supervision_commission", RecordKind.CLUE_RECEIPT, f"{CLUES}!R1", receipt_no="繁监收〔2026〕9号")
OPEN_OWED = (
    obligation("police.decide_filing", "police", TOWNSHIP, State.OVERDUE),
    obligation("township.hand_over_items", TOWNSHIP, "police", State.DISCHARGED, ended="2026-10-14"),
    obligation("township.hand_over_items", OTHER, "police", State.DISCHARGED_LATE, ended="2026-10-20"),
    obligation("township.decide_transfer", TOWNSHIP, f"{TOWNSHIP}/head", State.OPEN),
    obligation("township.request_supervision", TOWNSHIP, "procuratorate", State.LAPSED),
    obligation("agency.report", TOWNSHIP, "hub", State.OVERDUE, case_id=f"report:{TOWNSHIP}", subject="202609"),
)
DUE = datetime(2026, 10, 15, 23, 59, 59, tzinfo=SHANGHAI)
MATTERS = Matters(
    (
        Presence("C1", Pattern.TOWNSHIP_POLICE, (Absence(Side.PROCURATORATE, Standing.PENDING, "police.decide_filing", DUE),)),
        Presence("C9", Pattern.PROCURATORATE_ONLY, (Absence(Side.TOWNSHIP, Standing.NOT_OWED),)),
    ),
    (
        Differing(
            "C1", About.PARTY,
            (Statement("police", "police/outbox/sa_20261013.csv!R1", "欧阳示列"), Statement(TOWNSHIP, "x", NAME)), "police",
        ),
        Differing(
            "C1", About.CAUSE, (Statement("police", "p", "A345-1"), Statement(TOWNSHIP, "t", "滥伐林木")), "police"
        ),
        Differing("C9", About.AMOUNT, (Statement("procuratorate", "api:JD1", "7"),), "procuratorate"),
    ),
    load_authorities(MAPPINGS / "authority.yaml").of,
    {"A345-1": "盗伐林木罪"},
)  # fmt: skip
OPEN_FOUND = (
    Finding("C1", "undecided", "police", "police_case=A1"),
    Finding("C1", "field_conflict", "police", "field=party"),
    Finding("", "reference_gap", TOWNSHIP, "missing=繁营移字〔2026〕2号"),
)


def a_view(
    owed: Sequence[Obligation] = OPEN_OWED, found: Sequence[Finding] = OPEN_FOUND, sealed: bool = False
) -> tuple[View, list[FileBalance]]:
    """One referral with its acceptance; a row set aside; and, where asked for, a duty-crime clue with its receipt."""
    cases = [Case("C1", (REFERRAL, ACCEPTANCE))]
    disposed = [
        row(TOWNSHIP, LEDGER, 3, Disposition.ACCEPTED, REFERRAL),
        row(TOWNSHIP, LEDGER, 4, Disposition.QUARANTINED),
        row("police", "police/outbox/sa_20261013.csv", 1, Disposition.ACCEPTED, ACCEPTANCE),
    ]
    balanced = [
        FileBalance("police/outbox/sa_20261013.csv", 1, {Disposition.ACCEPTED: 1}),
        FileBalance(LEDGER, 2, {Disposition.ACCEPTED: 1, Disposition.QUARANTINED: 1}),
    ]
    if sealed:
        clue = obligation(
            "supervision_commission.acknowledge_clue", "supervision_commission", "procuratorate", State.OVERDUE,
            case_id="C9", subject="繁检职移〔2026〕1号",
        )  # fmt: skip
        owed = (*owed, clue)
        found = (*found, Finding("C9", "field_conflict", "procuratorate", "field=date"))
        cases.append(Case("C9", (CLUE, RECEIPT)))
        disposed += [
            row("procuratorate", "api:page", 1, Disposition.ACCEPTED, CLUE),
            row("supervision_commission", CLUES, 1, Disposition.ACCEPTED, RECEIPT),
            row("supervision_commission", CLUES, 2, Disposition.QUARANTINED),
        ]
        balanced = [
            FileBalance("api", 1, {Disposition.ACCEPTED: 1}),
            *balanced,
            FileBalance(CLUES, 2, {Disposition.ACCEPTED: 1, Disposition.QUARANTINED: 1}),
        ]
    links = tuple(Link(case.case_id, r, "number+name", 21.5, ()) for case in cases for r in case.records)
    linkage = Linkage(tuple(cases), links, (Ambiguity(ACCEPTANCE, (REFERRAL,)),))
    return View(AS_OF, (), tuple(disposed), linkage, tuple(owed), tuple(found)), balanced


def opened(view: View, balanced: Sequence[FileBalance]) -> Workbook:
    return load_workbook(io.BytesIO(report_book(view, balanced, AGENCIES, TITLES, MATTERS)))


def rows_of(sheet: Worksheet) -> list[dict[str, object]]:
    """The rows of a list by their headers; none where the list says that there are none."""
    header, *rows = sheet.iter_rows(values_only=True)
    listed: list[dict[str, object]] = [dict(zip(map(str, header), one, strict=True)) for one in rows]
    return [] if listed and listed[0][str(header[0])] == "（无）" else listed


def _charts(book: Workbook) -> list[object]:
    overview = book["概览"]
    assert isinstance(overview, Worksheet)
    return list(overview._charts)  # type: ignore[attr-defined]


def texts(book: Workbook, *names: str) -> str:
    """All cells of the named sheets, or of the whole book."""
    sheets = [book[name] for name in names or book.sheetnames]
    return "\n".join(
        str(v) for sheet in sheets for line in sheet.iter_rows(values_only=True) for v in line if v is not None
    )


def test_the_lists_hold_as_many_lines_as_the_view() -> None:
    view, balanced = a_view()
    book = opened(view, balanced)
    counts = view.counts()
    assert len(rows_of(book["义务清单"])) == counts["obligations"] == 6
    assert len(rows_of(book["逾期事项"])) == counts["overdue"] == 2
    assert len(rows_of(book["发现问题"])) == counts["findings"] == 3
    assert len(rows_of(book["关联"])) == counts["links"] == 2
    assert len(rows_of(book["未收行"])) == counts["quarantined"] == 1
    assert [line["行数"] for line in rows_of(book["收件平衡"])] == [1, 2, counts["rows"]]


def test_the_key_figures_are_those_of_the_view() -> None:
    view, balanced = a_view()
    sheet = opened(view, balanced)["概览"]
    figures = {sheet.cell(4, column).value: sheet.cell(5, column).value for column in range(1, 9)}
    assert figures == {
        "案件": 1, "义务事项": 6, "逾期未办": 2, "逾期办结": 1, "发现问题": 3, "须人工认定": 1, "收件行数": 3, "未收行": 1,
    }  # fmt: skip
    assert "2026-10-31 23:59" in str(sheet["A2"].value)


def test_an_agencys_rate_counts_neither_its_rights_nor_its_reports() -> None:
    view, balanced = a_view()
    lines = [line for line in opened(view, balanced)["概览"].iter_rows(values_only=True) if line[0] == "大营镇人民政府"]
    assert lines == [("大营镇人民政府", 2, 1, 0, 0, 1, 0, 1.0, 1, 1, 0.0, 1, 1)]


def test_what_nobody_could_judge_yet_has_no_rate() -> None:
    view, balanced = a_view()
    lines = {line[0]: line for line in opened(view, balanced)["概览"].iter_rows(values_only=True)}
    assert lines["繁峙县司法局"][7] == "—"
    assert lines["繁峙县公安局"][7] == 0.0


def test_the_agencies_and_the_kinds_of_findings_are_drawn() -> None:
    view, balanced = a_view()
    assert len(_charts(opened(view, balanced))) == 3


def test_a_county_without_any_trouble_gets_a_report_too() -> None:
    view, _ = a_view((), ())
    quiet = replace(view, disposed=(), linkage=Linkage((), (), ()))
    book = opened(quiet, [])
    assert [rows_of(book[name]) for name in ("逾期事项", "发现问题", "义务清单", "未收行", "关联")] == [[]] * 5
    assert len(_charts(book)) == 2


def test_an_overdue_matter_comes_with_its_arithmetic_and_its_days() -> None:
    view, balanced = a_view()
    line = next(one for one in rows_of(opened(view, balanced)["逾期事项"]) if one["责任单位"] == "繁峙县公安局")
    assert line["事项"] == "决定是否立案"
    assert line["对方单位"] == "大营镇人民政府"
    assert line["逾期天数"] == 16
    assert line["期限"] == datetime.fromisoformat("2026-10-15T23:59:59")
    assert str(line["计算过程"]).split("\n") == list(OPEN_OWED[0].steps)


def test_a_rule_without_a_chinese_title_is_named_by_its_id() -> None:
    view, balanced = a_view()
    book = load_workbook(io.BytesIO(report_book(view, balanced, AGENCIES, {}, MATTERS)))
    assert "police.decide_filing" in [line["事项"] for line in rows_of(book["逾期事项"])]


def test_a_matter_that_may_be_another_stands_beside_its_finding_and_on_a_list_without_a_name() -> None:
    found = (
        *OPEN_FOUND,
        Finding("C1", "sent_not_received", "police", "rule=police.sign_receipt"),
        Finding("C2", "received_not_sent", TOWNSHIP, "police_case=A1"),
    )
    view, balanced = a_view(found=found)
    linkage = replace(view.linkage, cases=(Case("C1", (REFERRAL,)), Case("C2", (ACCEPTANCE,))))
    links = tuple(Link(case.case_id, one, "own", 0.0, ()) for case in linkage.cases for one in case.records)
    seen = Evidence(3.0, 8.0, (Observation("name", 3.0, "one character off"), Observation("amount", 5.0, "equal")))
    pair = Counterparts(Open("C1", REFERRAL, date(2026, 10, 12)), Open("C2", ACCEPTANCE, date(2026, 10, 13)), seen, 5.0)
    matters = replace(MATTERS, counterparts=(pair,))
    view = replace(view, linkage=replace(linkage, links=links))
    book = load_workbook(io.BytesIO(report_book(view, balanced, AGENCIES, TITLES, matters)))
    beside = {line["代码"]: line["可能同一事项"] for line in rows_of(book["发现问题"])}
    assert beside["sent_not_received"] == "公安受案 A1（2026-10-13，C2）"
    assert beside["received_not_sent"] == "大营镇人民政府移送 繁营罚立〔2026〕3号（2026-10-12，C1）"
    assert beside["undecided"] is None
    (line,) = rows_of(book["可能同一事项"])
    assert line["为什么可能是同一事项"] == "金额相同（+5）；姓名或名称一字之差（+3）"
    assert (line["移送案件"], line["受案案件"], line["得分"], line["备注"]) == ("C1", "C2", 11, None)
    assert NAME not in texts(book)


def test_each_pattern_is_counted_by_what_is_absent_and_a_missing_record_is_listed_with_its_due_time() -> None:
    view, balanced = a_view(sealed=True)
    book = opened(view, balanced)
    counted = {
        line["情形"]: (line["案件"], line["缺失"], line["未到期"], line["无须"]) for line in rows_of(book["三方情形"])
    }
    assert len(counted) == 8
    # The sealed matter is counted on its own sheet alone.
    assert counted["只有检察院"] == (0, 0, 0, 0)
    assert counted["乡镇和公安"] == counted["合计"] == (1, 0, 1, 0)
    (line,) = rows_of(book["三方记录"])
    assert line == {
        "案件": "C1", "情形": "乡镇和公安", "乡镇": "有", "公安机关": "有",
        "检察院": "未到期：决定是否立案，期限 2026-10-15 23:59",
    }  # fmt: skip
    assert "只有检察院" in texts(book, "密")


def test_a_disagreement_shows_each_record_and_who_settles_it_but_no_name() -> None:
    view, balanced = a_view(sealed=True)
    book = opened(view, balanced)
    lines = rows_of(book["记载不一致"])
    assert [(line["栏目"], line["记载单位"], line["记载"]) for line in lines] == [
        ("当事人姓名（名称）", "繁峙县公安局", "（姓名、名称不载，见来源）"),
        ("当事人姓名（名称）", "大营镇人民政府", "（姓名、名称不载，见来源）"),
        ("案由（罪名）", "繁峙县公安局", "盗伐林木罪"),
        ("案由（罪名）", "大营镇人民政府", "滥伐林木"),
    ]
    assert {line["核实单位"] for line in lines} == {"繁峙县公安局"}
    assert all(line["理由"] for line in lines)
    assert "欧阳" not in texts(book)


def test_findings_are_said_in_chinese() -> None:
    view, balanced = a_view()
    lines = rows_of(opened(view, balanced)["发现问题"])
    assert {line["说明"] for line in lines} == {"案件编号：A1", "栏目：当事人", "缺号：繁营移字〔2026〕2号"}
    assert all(line["含义"] for line in lines)


def test_every_word_of_the_contract_has_its_chinese(samples: Path) -> None:
    expected = samples / "expected"
    codes = {line.split(",")[1] for line in (expected / "findings.csv").read_text(encoding="utf-8").splitlines()[1:]}
    assert codes <= set(FINDINGS)
    assert len(codes) >= 15
    aside = [
        line for line in (expected / "rows.csv").read_text(encoding="utf-8").splitlines() if ",quarantined," in line
    ]
    assert aside
    assert {line.rsplit(",", 1)[1] for line in aside} <= set(REASONS)
    assert set(STATES) == set(State)
    assert set(KINDS) == set(RuleKind)


def test_a_file_with_rows_set_aside_stands_out_in_red() -> None:
    view, balanced = a_view()
    sheet = opened(view, balanced)["收件平衡"]
    colours = {sheet.cell(n, 1).value: sheet.cell(n, 1).font.color for n in range(2, 5)}
    assert colours[LEDGER] is not None
    assert colours[LEDGER].rgb == "00C00000"
    assert colours["police/outbox/sa_20261013.csv"] is None
    assert colours["合计"] is None


def test_a_row_set_aside_says_how_to_correct_it_and_never_what_it_held() -> None:
    view, balanced = a_view()
    (line,) = rows_of(opened(view, balanced)["未收行"])
    assert line["单位"] == "大营镇人民政府"
    assert line["来源"] == f"{LEDGER}!移送案件!R4"
    assert line["栏目"] == "移送时间"
    assert "重报" in str(line["如何更正"])
    assert "2026/13/1" not in " ".join(map(str, line.values()))


def test_no_party_and_no_identity_number_stands_in_the_workbook() -> None:
    view, balanced = a_view(sealed=True)
    typed_wrong = replace(view.obligations[0], subject=f"移送{ID_NO}")
    book = opened(replace(view, obligations=(typed_wrong, *view.obligations[1:])), balanced)
    assert NAME not in texts(book)
    assert ID_NO not in texts(book)


def test_sealed_matters_stand_on_their_own_sheet_alone() -> None:
    view, balanced = a_view(sealed=True)
    book = opened(view, balanced)
    assert book.sheetnames == ["概览", *LISTS, "密"]
    elsewhere = texts(book, "概览", *LISTS)
    for sign in ("C9", "api:JD1", "职移", "监委", "监察委", "supervision_commission", "繁监收"):
        assert sign not in elsewhere
    sealed = texts(book, "密")
    for sign in ("C9", "api:JD1", "繁检职移〔2026〕1号", f"{CLUES}!R1", f"{CLUES}!移送案件!R2", "逾期未办"):
        assert sign in sealed


def test_the_figures_are_the_same_with_and_without_sealed_matters() -> None:
    plain, sealed = opened(*a_view()), opened(*a_view(sealed=True))
    assert texts(plain, "概览") == texts(sealed, "概览")
    assert "密" not in plain.sheetnames
    assert rows_of(sealed["收件平衡"])[0] == {
        "文件": "api", "行数": 0, "接收": 0, "重复": 0, "被新版取代": 0, "未收": 0, "略过": 0,
    }  # fmt: skip


def test_a_clue_that_could_not_be_read_is_sealed_as_well() -> None:
    view, balanced = a_view()
    aside = row("procuratorate", "api:page", 1, Disposition.QUARANTINED)
    said = json.dumps({"fault": "", "row": [["doc_id", "JD7"], ["doc_type", "duty_clue"], ["sealed", "True"]]})
    reading = replace(aside.row.reading, kind=RecordKind.DOCUMENT, detail=said)
    clue = replace(aside, row=replace(aside.row, reading=reading), source="api:JD7")
    book = opened(
        replace(view, disposed=(*view.disposed, clue)), [FileBalance("api", 1, {Disposition.QUARANTINED: 1}), *balanced]
    )
    assert "api:JD7" in texts(book, "密")
    assert "api:JD7" not in texts(book, *LISTS)


def test_a_document_of_a_clue_by_its_event_is_sealed_whatever_it_calls_itself() -> None:
    view, balanced = a_view()
    event = Event("dutyclue.sent", Moment.parse("2026-10-01"), "procuratorate")
    document = replace(record("procuratorate", RecordKind.DOCUMENT, "api:JD8", doc_no="8"), events=(event,))
    linkage = replace(view.linkage, links=(*view.linkage.links, Link("C8", document, "own", 0.0, ())))
    opens = obligation("agency.acknowledge_delivery", "police", "hub", State.OPEN, opened_by="api:JD8", case_id="C8")
    book = opened(replace(view, linkage=linkage, obligations=(*view.obligations, opens)), balanced)
    assert "C8" in texts(book, "密")
    assert "C8" not in texts(book, "概览", *LISTS)


def test_the_same_view_gives_the_same_bytes() -> None:
    view, balanced = a_view(sealed=True)
    shuffled = replace(view, obligations=view.obligations[::-1], findings=view.findings[::-1])
    assert report_book(view, balanced, AGENCIES, {}, MATTERS) == report_book(view, balanced, AGENCIES, {}, MATTERS)
    assert report_book(shuffled, balanced, AGENCIES, {}, MATTERS) == report_book(view, balanced, AGENCIES, {}, MATTERS)


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "#N/A", "007", "1e5", "a\x07b"]
)
def test_a_text_that_looks_like_something_else_stays_text(text: str) -> None:
    view, balanced = a_view((replace(OPEN_OWED[0], subject=text),))
    cell = opened(view, balanced)["逾期事项"]["E2"]
    assert cell.data_type == "s"
    assert cell.value == text.replace("\x07", "\N{REPLACEMENT CHARACTER}")
    assert cell.quotePrefix == text.startswith(("=", "+", "-", "@"))


@given(st.text(min_size=1))
def test_no_text_at_all_becomes_a_formula_or_stops_the_report(text: str) -> None:
    view, balanced = a_view((replace(OPEN_OWED[0], subject=text),))
    assert opened(view, balanced)["逾期事项"]["E2"].data_type in ("s", "n")  # n: nothing was left of it


@pytest.mark.parametrize("name", ["概览", *LISTS])
def test_every_sheet_prints_on_a4_across_one_page_wide_with_page_numbers(name: str) -> None:
    sheet = opened(*a_view())[name]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter is not None
    assert "&P" in str(sheet.oddFooter.center.text)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_keeps_its_header_in_sight_and_can_be_filtered(name: str) -> None:
    sheet = opened(*a_view())[name]
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.auto_filter.ref is not None
    assert sheet.auto_filter.ref.startswith("A1:")


def test_the_filter_of_the_balance_leaves_the_sums_alone() -> None:
    sheet = opened(*a_view())["收件平衡"]
    assert sheet.auto_filter.ref == "A1:G3"
    assert sheet["A4"].value == "合计"
