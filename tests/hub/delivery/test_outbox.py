"""Are the bytes that travel the ones that each agency takes?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
import yaml

from connectors import excel
from hub.delivery.outbox import Dispatch, compose
from hub.delivery.plan import CaseView, DeliveryIntent, Kind, Situation, plan
from hub.delivery.rules import load_delivery_rules
from hub.errors import ConfigurationFault
from hub.findings.finding import Finding
from hub.model import Party
from sandbox.acks import read_parcel
from tests.hub.ladder_obligations import obligation
from tests.hub.matters import (
    AS_OF,
    CSV_TOWNSHIP,
    ID_NO,
    MAPPINGS,
    TOWNSHIP,
    WRITERS,
    case,
    decision,
    desk,
    referral,
    sha256,
)

DESK = desk()
DAY = date(2026, 10, 31)
REFUSED = case(referral(), decision())


def told(*cases: CaseView, findings: Sequence[Finding] = ()) -> list[DeliveryIntent]:
    return plan(Situation(AS_OF, cases, findings), [], DESK)


def sent(intents: Sequence[DeliveryIntent], used: Sequence[str] = ()) -> list[Dispatch]:
    return compose(intents, used, DAY, DESK, WRITERS)


def of(dispatches: Sequence[Dispatch], agency: str) -> list[Dispatch]:
    return [dispatch for dispatch in dispatches if dispatch.outgoing.agency == agency]


def test_the_referrals_of_a_run_travel_to_the_police_in_one_parcel_oldest_first() -> None:
    later, earlier = referral(no=4), referral(no=3, sent_at="2026-10-20")
    intents = told(case(later), case(earlier, case_id="C2"))
    (parcel,) = of(sent(intents), "police")
    assert parcel.outgoing.path == "inbox/P20261031-0001.csv"
    assert parcel.outgoing.delivery_id == "P20261031-0001"
    assert parcel.outgoing.content.decode("gb18030") == (
        '"移送书文号","移送单位","案由","当事人","移送时间","附件数"\r\n'
        '"营综执移字〔2026〕3号","大营镇人民政府","非法采矿","示例甲","2026-10-20","0"\r\n'
        '"营综执移字〔2026〕4号","大营镇人民政府","非法采矿","示例甲","2026-10-26 10:00","0"\r\n'
    )
    assert parcel.intents == tuple(i.delivery_id for i in intents if i.kind is Kind.REFERRAL)
    assert (parcel.expects, parcel.case_ids) == (2, ("C2", "C1"))


def test_a_parcel_has_the_form_of_the_polices_own_examples_and_passes_their_reader(
    samples: Path, tmp_path: Path
) -> None:
    (parcel,) = of(sent(told(case(referral()))), "police")
    header = (samples / "police" / "inbox" / "P20260901-0001.csv").read_bytes().split(b"\r\n")[0]
    assert parcel.outgoing.content.startswith(header + b"\r\n")
    path = tmp_path / "P20261031-0001.csv"
    path.write_bytes(parcel.outgoing.content)
    path.with_name(f"{path.name}.ok").write_text(f"rows=1\nsha256={parcel.sha256}\n", encoding="utf-8")
    assert read_parcel(path)[0]["移送书文号"] == "营综执移字〔2026〕3号"


def test_a_rare_character_and_a_name_like_a_formula_reach_the_police_as_they_are() -> None:
    odd = replace(referral(), parties=(Party("𠮷某=1+1"), Party('引"号')))
    (parcel,) = of(sent(told(case(odd))), "police")
    rows = list(csv.reader(io.StringIO(parcel.outgoing.content.decode("gb18030"), newline="")))
    assert rows[1][3] == '𠮷某=1+1、引"号'


def test_half_a_character_of_a_broken_file_stops_no_parcel() -> None:
    broken = replace(referral(), parties=(Party("张\ud842"),))
    (parcel, copy) = sent(told(case(broken)))
    assert "张\ufffd" in parcel.outgoing.content.decode("gb18030")
    assert json.loads(copy.outgoing.content)["parties"][0]["name"] == "张\ufffd"


def test_serial_numbers_go_on_from_those_used_that_day_for_each_receiver_on_its_own() -> None:
    used = ["P20261031-0007", "P20261030-0099", f"T{CSV_TOWNSHIP}-20261031-0004", "N20261031-0003"]
    names = [dispatch.outgoing.delivery_id for dispatch in sent(told(REFUSED), used)]
    assert [name for name in names if "-20261031-" in name or name.startswith("P")] == [
        "P20261031-0008",
        f"T{TOWNSHIP}-20261031-0001",
    ]


@pytest.fixture(scope="module")
def interface(samples: Path) -> dict[str, object]:
    read: dict[str, object] = yaml.safe_load((samples / "procuratorate" / "openapi.yaml").read_text(encoding="utf-8"))
    return read


def check(interface: dict[str, object], name: str, body: bytes) -> dict[str, object]:
    schema = {**interface, "$ref": f"#/components/schemas/{name}"}
    read: dict[str, object] = json.loads(body)
    jsonschema.validate(read, schema, format_checker=jsonschema.FormatChecker())
    return read


def test_the_copy_for_the_procuratorate_is_what_its_interface_takes(interface: dict[str, object]) -> None:
    masked = Party("示例乙", "1409241980****1236", "masked")
    odd = (referral().parties[0], masked, Party("示例丙", "140924800304123", "legacy"), Party("示例丁", "1", "damaged"))
    (copy,) = of(sent(told(case(replace(referral(), parties=odd)))), "procuratorate")
    assert copy.outgoing.path == "/api/v1/referral-copies"
    assert (copy.outgoing.media_type, copy.expects) == ("application/json", 0)
    assert copy.outgoing.delivery_id == copy.intents[0]
    assert check(interface, "ReferralCopy", copy.outgoing.content) == {
        "township": TOWNSHIP,
        "doc_no": "营综执移字〔2026〕3号",
        "parties": [
            {"name": "示例甲", "id_no": ID_NO},
            {"name": "示例乙", "id_no": "1409241980****1236"},
            {"name": "示例丙", "id_no": None},
            {"name": "示例丁", "id_no": None},
        ],
        "cause": "非法采矿",
        "sent_on": "2026-10-26",
        "amount": 125000,
        "attachments": [],
    }


def test_an_alert_is_what_its_interface_takes_and_carries_due_time_basis_and_words(
    interface: dict[str, object],
) -> None:
    owed = obligation(as_of=AS_OF, due_at=AS_OF - timedelta(days=2), case_id="C7")
    (alert,) = sent(plan(Situation(AS_OF, overdue=[owed]), [], DESK))
    assert alert.outgoing.path == "/api/v1/alerts"
    assert check(interface, "Alert", alert.outgoing.content) == {
        "case_id": "C7",
        "code": "police.decide_filing",
        "agency": "police",
        "raised_at": "2026-10-29T23:59:00+08:00",
        "due_at": "2026-10-29T23:59:00+08:00",
        "basis": "国令第730号第八条",
        "detail": "决定是否立案（A1409240400002026070052）：繁峙县公安局：逾期未办",
    }


def test_an_alert_about_no_case_and_without_due_time_is_still_what_the_interface_takes(
    interface: dict[str, object],
) -> None:
    gap = Finding("", "reference_gap", TOWNSHIP, "missing=营综执移字〔2026〕10号")
    (alert,) = of(sent(told(findings=[gap])), "procuratorate")
    read = check(interface, "Alert", alert.outgoing.content)
    assert (read["case_id"], read["due_at"], read["basis"]) == ("", None, None)


def test_a_corrected_alert_says_which_one_it_replaces(interface: dict[str, object]) -> None:
    first = obligation(as_of=AS_OF, due_at=AS_OF - timedelta(days=2))
    moved = replace(first, due_at=AS_OF - timedelta(days=1))
    (before,) = plan(Situation(AS_OF, overdue=[first]), [], DESK)
    (alert,) = sent(plan(Situation(AS_OF, overdue=[moved]), [before.delivery_id], DESK))
    assert f"更正，替代 {before.delivery_id}。" in str(check(interface, "Alert", alert.outgoing.content)["detail"])


def test_a_township_gets_one_workbook_with_a_sheet_for_each_kind_and_text_as_text() -> None:
    gap = Finding("", "reference_gap", TOWNSHIP, "missing=营综执移字〔2026〕10号")
    odd = case(referral(), decision(reason="=HYPERLINK(1)"))
    (book,) = of(sent(told(odd, findings=[gap])), TOWNSHIP)
    assert book.outgoing.path == f"inbox/T{TOWNSHIP}-20261031-0001.xlsx"
    assert (book.expects, book.kinds) == (1, (Kind.FILING_DECISION, Kind.FINDING))
    sheets = {sheet.name: sheet.rows for sheet in excel.read(book.outgoing.content, "x.xlsx").sheets}
    assert list(sheets) == ["公安机关决定", "核对问题"]
    header, row = sheets["公安机关决定"]
    assert header[:7] == ("文书文号", "案件编号", "移送书文号", "结果", "决定时间", "理由", "到期与依据")
    assert row[:6] == (
        "繁公（刑）不立字〔2026〕4号",
        "A1409240400002026100052",
        "营综执移字〔2026〕3号",
        "不予立案",
        "2026-10-28 16:00",
        "=HYPERLINK(1)",
    )


def test_a_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    endless = case(referral(), decision(reason="经审查" * 12_000))
    (book,) = of(sent(told(endless)), TOWNSHIP)
    (sheet,) = excel.read(book.outgoing.content, "x.xlsx").sheets
    reason = str(list(sheet.rows)[1][5])
    assert reason.startswith("经审查" * 10_000)
    assert reason.endswith("全文见原件）")


def test_a_township_without_workbooks_gets_a_file_for_each_kind_in_its_own_encoding_and_no_live_formula() -> None:
    gap = Finding("", "reference_gap", CSV_TOWNSHIP, "missing=神综执移字〔2026〕10号")
    odd = case(referral(CSV_TOWNSHIP), decision(reason="=HYPERLINK(1)"))
    files = of(sent(told(odd, findings=[gap])), CSV_TOWNSHIP)
    assert [f.outgoing.path for f in files] == [f"inbox/T{CSV_TOWNSHIP}-20261031-000{number}.csv" for number in (1, 2)]
    first, second = (f.outgoing.content.decode("gb18030") for f in files)
    assert '"\'=HYPERLINK(1)"' in first
    assert "神综执移字〔2026〕10号" in second


def test_notices_for_the_justice_bureau_open_in_a_spreadsheet() -> None:
    finding = Finding("", "duplicate_reference", "justice_bureau", "number=x〔2026〕1号")
    (file,) = of(sent(told(findings=[finding])), "justice_bureau")
    assert file.outgoing.path == "inbox/J20261031-0001.csv"
    assert file.outgoing.content.startswith(b"\xef\xbb\xbf")


def test_what_is_no_referral_goes_to_the_police_under_another_letter() -> None:
    finding = Finding("C1", "undecided", "police", "police_case=A1409240400002026100052")
    paths = [d.outgoing.path for d in of(sent(told(case(referral()), findings=[finding])), "police")]
    assert paths == ["inbox/P20261031-0001.csv", "inbox/N20261031-0001.csv"]


def test_no_file_name_and_no_id_holds_personal_data_and_the_same_intents_give_the_same_bytes() -> None:
    once, again = sent(told(REFUSED)), sent(told(REFUSED))
    assert once == again
    assert not any(ID_NO in d.outgoing.path or "示例" in d.outgoing.path for d in once)
    assert [sha256(d.outgoing.content) for d in once] == [d.sha256 for d in again]
    assert ID_NO not in repr(once)


def test_more_rows_than_a_parcel_takes_are_split_in_order() -> None:
    many = [case(referral(no=number), case_id=f"C{number}") for number in range(1, 1203)]
    parcels = of(sent([i for i in told(*many) if i.kind is Kind.REFERRAL]), "police")
    assert [(p.outgoing.delivery_id, p.expects) for p in parcels] == [("P20261031-0001", 1000), ("P20261031-0002", 202)]


def test_a_kind_that_no_layout_takes_is_a_fault_of_the_configuration() -> None:
    intent = replace(told(case(referral()))[0], receiver="justice_bureau")
    with pytest.raises(ConfigurationFault, match="justice_bureau: no layout says how a referral goes there"):
        sent([intent])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("for_people: true", "for_peoples: true", "for_peoples"),
        ("案由: cause,", "案由: motive,", "a referral has no field motive"),
        ("parcel: P{day}-{serial}", "parcel: P{day}", "needs {day} and {serial}"),
        ("parcel: J{day}-{serial}", "parcel: P{day}-{serial}", "two files one name"),
        ("parcel: T{receiver}-{day}-{serial}\n    folder: inbox\n    suffix: .xlsx", "parcel: X{day}-{serial}\n    folder: inbox\n    suffix: .xlsx", "need {receiver}"),
        ("kinds: [referral]", "kinds: [referral, notice]", "both say how something goes to police"),
        ("name: police_notices", "name: police_referrals", "two layouts have one name"),
        ("    name: 核对问题\n", "", "needs columns, and in a workbook a name"),
        ("    folder: /api/v1/alerts", "    folder: /api/v1/alerts\n    parcel: A{day}-{serial}", "named by its own delivery id"),
    ],
)  # fmt: skip
def test_a_fault_in_the_layouts_is_refused_with_the_file_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (MAPPINGS / "deliveries.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "deliveries.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=r"deliveries\.yaml:\d+") as refused:
        load_delivery_rules(path)
    assert says in str(refused.value)


def test_every_code_of_a_finding_has_its_name_for_people(samples: Path) -> None:
    with (samples / "expected" / "findings.csv").open(encoding="utf-8-sig", newline="") as handle:
        found = {row["code"] for row in csv.DictReader(handle)}
    assert found <= set(DESK.rules.findings)
