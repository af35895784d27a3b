"""Does anything that a township, the police or the justice bureau get show that a clue of duty crime exists? Byte by byte, no."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from hub.privacy import Cipher
from tests.hub.agency_rows import AGENCIES
from tests.mechanism.counties import County, running, sealed_documents

TOWNSHIPS = [code for code, agency in AGENCIES.items() if agency.mapping.kind == "township"]
SHUT_OUT = [*TOWNSHIPS, "police", "justice_bureau"]
SEALED_SHEET = "密"
RULE = "police.conclude_supervised_case"
# The folders of a bundle whose statements name their place in the ledger.
PLACED = ("readings", "links", "facts")

Counties = tuple[County, County]
"""with sealed matters, and without"""


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Iterator[Counties]:
    """Both counties, each after two full cycles."""
    key = Cipher.generate()
    having, lacking = tmp_path_factory.mktemp("having"), tmp_path_factory.mktemp("lacking")
    with running(samples, having, key, sealed=True) as one, running(samples, lacking, key, sealed=False) as other:
        yield one, other


def received(county: County, agency: str) -> dict[str, bytes]:
    """Every file that lies at an agency's place, by its path there."""
    place = county.place / AGENCIES[agency].mapping.channel.place
    return {
        path.relative_to(place).as_posix(): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()
    }


def written(county: County, table: str) -> list[dict[str, str]]:
    """The lines of a table of the last reconciliation."""
    with (county.out / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def open_sheets(county: County) -> dict[str, list[list[object]]]:
    """The cells of every sheet of the report but the sealed one."""
    book = load_workbook(county.out / "report.xlsx")
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()]
        for sheet in book.worksheets
        if sheet.title != SEALED_SHEET
    }


def test_the_one_county_has_sealed_matters_and_the_other_has_none(counties: Counties) -> None:
    having, lacking = counties
    rules = [
        [o["rule"] for o in county.listed("obligations", "--agency", "supervision_commission")] for county in counties
    ]
    assert rules[0].count("supervision_commission.acknowledge_clue") >= 8
    assert rules[1] == []
    assert having.listed("deliveries", "--agency", "supervision_commission") != []
    assert lacking.listed("deliveries", "--agency", "supervision_commission") == []
    assert SEALED_SHEET in load_workbook(having.out / "report.xlsx").sheetnames
    assert SEALED_SHEET not in load_workbook(lacking.out / "report.xlsx").sheetnames


@pytest.mark.parametrize("agency", SHUT_OUT)
def test_what_lies_at_their_places_is_the_same_by_name_and_byte(counties: Counties, agency: str) -> None:
    having, lacking = (received(county, agency) for county in counties)
    assert list(having) == list(lacking)
    assert having == lacking
    assert any(path.startswith("inbox/") for path in having) or agency == "justice_bureau"


@pytest.mark.parametrize("agency", SHUT_OUT)
def test_their_deliveries_have_the_same_ids_numbers_and_states(counties: Counties, agency: str) -> None:
    having, lacking = (county.listed("deliveries", "--agency", agency) for county in counties)
    assert having == lacking
    assert having != [] or agency == "justice_bureau"


@pytest.mark.parametrize("agency", SHUT_OUT)
def test_what_they_owe_and_are_owed_is_the_same(counties: Counties, agency: str) -> None:
    having, lacking = (county.run("obligations", "--agency", agency, "--json") for county in counties)
    assert having == lacking
    assert json.loads(having) != []


@pytest.mark.parametrize("agency", SHUT_OUT)
def test_the_findings_that_they_must_act_on_are_the_same(counties: Counties, agency: str) -> None:
    having, lacking = ([f for f in written(county, "findings.csv") if f["agency"] == agency] for county in counties)
    assert having == lacking


def test_all_findings_and_open_links_are_the_same(counties: Counties) -> None:
    having, lacking = counties
    assert written(having, "findings.csv") == written(lacking, "findings.csv")
    open_cases = {line["case_id"] for line in written(lacking, "links.csv")}
    ours = [line for line in written(having, "links.csv") if line["case_id"] in open_cases]
    assert ours == written(lacking, "links.csv")


def test_the_matters_whose_numbers_and_persons_a_clue_shares_look_the_same(counties: Counties, samples: Path) -> None:
    having, lacking = counties
    shown = 0
    for clue in sealed_documents(samples)[:3]:
        for name in ("unified_case_no", "police_case_no", "related_doc_no"):
            if number := clue[name]:
                said = lacking.run("case", str(number), "--json")
                assert having.run("case", str(number), "--json") == said
                assert "dutyclue" not in said
                shown += 1
    assert shown >= 3


def test_the_figures_and_the_conferences_papers_are_the_same(counties: Counties, tmp_path: Path) -> None:
    packs = []
    for name, county in zip(("having", "lacking"), counties, strict=True):
        county.run("conference", "pack", "2026Q3", "--out", str(tmp_path / name))
        packs.append({path.name: path.read_bytes() for path in sorted((tmp_path / name).iterdir())})
    assert packs[0] == packs[1]
    assert len(packs[1]) >= 3
    having, lacking = counties
    for words in (("--period", "2026Q3"), ("--period", "2026-10"), ("--period", "2026Q3", "--agency", "police")):
        assert having.run("kpi", *words, "--json") == lacking.run("kpi", *words, "--json")


def test_a_sealed_paper_takes_no_number_of_an_open_series_and_is_in_no_open_list(
    counties: Counties, samples: Path, tmp_path: Path
) -> None:
    having, lacking = counties
    clue = str(sealed_documents(samples)[4]["doc_no"])
    fields = {"persons": "某某", "source": "办案中发现", "facts": "示例事实", "materials": "示例材料"}
    given = [word for name, text in fields.items() for word in ("--field", f"{name}={text}")]
    having.run("paper", "draft", "duty_clue", clue, *given, "--approved-by", "检察长")
    assert having.listed("paper", "list", "--sealed") != []
    overdue = next(o for o in lacking.listed("obligations", "--overdue", "--agency", "police") if o["rule"] == RULE)
    for county in counties:
        county.run("paper", "draft", "reminder", overdue["case_id"], "--duty", RULE)
    assert having.listed("paper", "list") == lacking.listed("paper", "list")
    assert having.listed("paper", "list") != []
    said = lacking.run("case", overdue["case_id"], "--json")
    assert having.run("case", overdue["case_id"], "--json") == said


def test_the_report_is_the_same_but_for_its_sealed_sheet(counties: Counties) -> None:
    having, lacking = map(open_sheets, counties)
    assert list(having) == list(lacking)
    for title, cells in lacking.items():
        assert having[title] == cells, title


def statements(bundle: Path) -> dict[str, list[bytes]]:
    """What a bundle says, by the folder it stands in, without the places in the chain, which every act of anyone moves."""
    said: dict[str, list[bytes]] = {}
    with ZipFile(bundle) as archive:
        for name in archive.namelist():
            if name in ("chain.txt", "manifest.json") or name.endswith("digests.txt"):
                continue
            top = name.partition("/")[0] if name.startswith(("readings/", "links/", "facts/", "deliveries/")) else name
            said.setdefault(top, []).append(
                _without_places(archive.read(name)) if top in PLACED else archive.read(name)
            )
    return {top: sorted(texts) for top, texts in said.items()}


def _without_places(statement: bytes) -> bytes:
    told = json.loads(statement)
    return json.dumps({name: told[name] for name in told if name not in ("position", "link_id", "salt")}).encode()


def test_the_evidence_of_an_open_case_says_the_same_but_for_the_places_in_the_chain(
    counties: Counties, samples: Path, tmp_path: Path
) -> None:
    clues = sealed_documents(samples)
    number = str(next(clue["police_case_no"] for clue in clues if clue["police_case_no"]))
    bundles = [tmp_path / "having.zip", tmp_path / "lacking.zip"]
    for county, bundle in zip(counties, bundles, strict=True):
        county.run("evidence", "export", number, str(bundle))
    having, lacking = map(statements, bundles)
    assert list(having) == list(lacking)
    assert len(having) >= 8
    for top, texts in lacking.items():
        assert having[top] == texts, top
    with ZipFile(bundles[0]) as archive:
        whole = b"".join(
            archive.read(name) for name in archive.namelist() if not name.startswith(("versions/", "README"))
        )
    marks = ["dutyclue", "duty_clue", "clue_receipt", *(str(clue["doc_id"]) for clue in clues)]
    assert [mark for mark in marks if mark.encode() in whole] == []


def test_what_people_decide_about_sealed_matters_is_in_no_open_list_and_changes_no_open_figure(
    counties: Counties, samples: Path
) -> None:
    having, lacking = counties
    one, other = (str(clue["doc_no"]) for clue in sealed_documents(samples)[5:7])
    having.run("links", "merge", one, other, "--by", "chief_procurator", "--reason", "同一线索")
    assert [line["judgement"] for line in having.listed("links", "list", "--sealed")] == ["merge"]
    assert having.listed("links", "list") == lacking.listed("links", "list") == []
    assert having.run("links", "open", "--json") == lacking.run("links", "open", "--json")
    for words in (("--period", "2026Q3"), ("--period", "2026-10")):
        assert having.run("kpi", *words, "--json") == lacking.run("kpi", *words, "--json")
    number = str(next(clue["police_case_no"] for clue in sealed_documents(samples) if clue["police_case_no"]))
    assert having.run("case", number, "--json") == lacking.run("case", number, "--json")
