"""A twelfth township with a sheet of its own joins the exchange by one mapping file; no code, no other data changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from cli.main import commands_for
from hub.mapping.agency import load_agencies
from hub.mapping.codes import load_codes
from hub.moment import SHANGHAI
from sandbox.agencies import Sandbox
from tests.support.twelfth_township import (
    AGREED,
    ALONE,
    CODE,
    FILED,
    FILED_CASE,
    KNOWN,
    KNOWN_CASE,
    REFERRALS,
    REFUSED,
    REGISTER,
    STRAY_CASE,
    register,
)

AS_OF = datetime(2026, 10, 31, 23, 59, tzinfo=SHANGHAI)
SHEET = f"{REGISTER}!移送登记"


def hub(environ: dict[str, str], *words: str, status: int = 0) -> str:
    """What a command prints; it must end with this status."""
    done = CliRunner().invoke(commands_for([]), list(words), env=environ)
    assert done.exit_code == status, f"{done.output}{done.exception!r}"
    return done.stdout


@pytest.fixture(scope="module")
def environ(
    twelve_townships: Path, twelfth_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """An installation with twelve townships; the new one and the police run, and were exchanged with once."""
    var = tmp_path_factory.mktemp("var")
    environ = {
        "HUB_VAR": str(var),
        "HUB_DATABASE_URL": f"sqlite:///{var / 'ledger.db'}",
        "HUB_KEY_FILE": str(var / "hub.key"),
        "HUB_MAPPINGS": str(twelve_townships),
        "HUB_ENDPOINTS": str(var / "endpoints.json"),
        "HUB_AS_OF": AS_OF.isoformat(),
    }
    with Sandbox(twelfth_folder, var / "agencies", answers=False) as sandbox:
        (var / "endpoints.json").write_text(json.dumps(sandbox.endpoints), encoding="utf-8")
        hub(environ, "init")
        hub(environ, "exchange")
        yield environ


def listed(environ: dict[str, str], *words: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(hub(environ, *words, "--json"))
    return rows


def test_nothing_but_one_file_was_added(twelve_townships: Path, project_root: Path) -> None:
    def contents(folder: Path) -> dict[str, bytes]:
        return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    ours, theirs = contents(project_root / "mappings"), contents(twelve_townships)
    assert theirs.keys() - ours.keys() == {f"agencies/{CODE}.yaml"}
    assert all(theirs[name] == content for name, content in ours.items())


def test_the_mappings_are_sound_with_the_new_township(environ: dict[str, str]) -> None:
    printed = hub(environ, "check")
    assert "agencies: 16" in printed
    assert "ledger: ready" in printed


def test_a_dry_run_reads_the_register_row_by_row(environ: dict[str, str], twelfth_folder: Path) -> None:
    rows = {row["source"]: row for row in listed(environ, "try", CODE, str(twelfth_folder / REGISTER))}
    assert [row["reading"] for row in rows.values()] == ["read"] * 5 + ["quarantined", "ignored", "read"]
    first = rows[f"{SHEET}!R4"]
    assert first["events"].splitlines() == [
        "2026-09-01 case.opened ",
        "2026-09-03 transfer.proposed ",
        "2026-09-04T10:00:00+08:00 transfer.approved ",
        "2026-09-04T16:30:00+08:00 referral.sent doc_no=新政移函〔2026〕1号",
        "2026-09-08 filing.notice_received ",
    ]
    assert "amount=52000" in first["record"]
    assert "140924197506121030" not in first["record"]
    assert rows[f"{SHEET}!R10"]["reason"] == "total"
    assert rows[f"{REGISTER}!罚没登记!R2"]["events"].startswith("2026-09-20 penalty.decided")


def test_the_townships_own_words_decide_and_an_unknown_one_sets_its_row_aside(
    environ: dict[str, str], twelfth_folder: Path
) -> None:
    rows = {row["source"]: row for row in listed(environ, "try", CODE, str(twelfth_folder / REGISTER))}
    assert "transfer.rejected" in rows[f"{SHEET}!R8"]["events"]
    aside = rows[f"{SHEET}!R9"]
    assert (aside["column"], aside["reason"]) == ("负责人意见", "unknown_category")
    assert [row["source"] for row in listed(environ, "quarantine", "list")] == [f"{SHEET}!R9"]


@pytest.mark.parametrize(
    "spelling",
    [
        "新桥",
        "新桥乡",
        "繁峙县新桥乡人民政府",
        "石河乡",
        "新桥乡综合行政执法队",
        "新桥乡执法大队",
        "新桥乡综合执法中队",
        "繁峙县公安局转新桥乡",
        CODE,
    ],
)
def test_every_name_of_the_township_means_it_because_its_file_says_so(twelve_townships: Path, spelling: str) -> None:
    codes = load_codes(twelve_townships / "codes", load_agencies(twelve_townships).values())
    assert codes.township(spelling) == CODE


@pytest.mark.parametrize(("case_no", "police_case", "row"), [(FILED, FILED_CASE, 4), (KNOWN, KNOWN_CASE, 6)])
def test_its_referrals_meet_the_polices_records_by_any_of_its_names(
    environ: dict[str, str], case_no: str, police_case: str, row: int
) -> None:
    said = json.loads(hub(environ, "case", case_no, "--json"))
    assert said == json.loads(hub(environ, "case", police_case, "--json"))
    whose = [" ".join(line.split(" ", 2)[:2]) for line in said["records"]]
    assert whose == [f"{CODE} referral", "police acceptance", "police police_result"]
    assert f"{SHEET}!R{row} " in said["records"][0]


def test_its_events_open_duties_with_its_own_calendar_and_end_them(environ: dict[str, str]) -> None:
    owed = listed(environ, "obligations", "--agency", CODE)
    states = {(row["rule"], row["subject"]): row["state"] for row in owed}
    assert states["township.decide_transfer", FILED] == "discharged"
    assert states["township.decide_transfer", REFUSED] == "discharged"
    assert states["township.send_referral", AGREED] == "open"
    assert states["township.hand_over_items", FILED] == "overdue"
    assert states["police.decide_filing", FILED_CASE] == "discharged"
    reports = {row["subject"]: (row["due_at"][:10], row["state"]) for row in owed if row["rule"] == "agency.report"}
    # Due on the 8th, not on the others' 5th: October's falls on a Sunday and rolls to the Monday.
    assert reports == {"202609": ("2026-10-08", "discharged"), "202610": ("2026-11-09", "open")}


def test_what_it_and_the_others_miss_is_found_and_reported_under_its_name(
    environ: dict[str, str], tmp_path: Path
) -> None:
    hub(environ, "reconcile", "--out", str(tmp_path))
    lines = (tmp_path / "findings.csv").read_text(encoding="utf-8").splitlines()[1:]
    found = {tuple(line.split(",", 3)[1:]) for line in lines}
    assert {
        ("filed_items_not_handed_over", CODE, "rule=township.hand_over_items"),
        ("sent_not_received", "police", "rule=police.sign_receipt"),
        ("received_not_sent", CODE, f"police_case={STRAY_CASE}"),
        ("should_have_been_referred", CODE, "penalty=新政罚决〔2026〕7号"),
        ("reference_gap", CODE, "missing=新政移函〔2026〕3号"),
    } <= found
    # One was sent to the police and never came: the one whose number no acceptance bears.
    owed = listed(environ, "obligations", "--overdue", "--agency", CODE)
    assert [row["subject"] for row in owed if row["rule"] == "police.sign_receipt"] == ["新政移函〔2026〕2号"]
    book = openpyxl.load_workbook(tmp_path / "report.xlsx", read_only=True)
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    assert any("新桥" in cell for cell in cells)


def test_a_later_register_stands_in_the_place_of_the_earlier_one(environ: dict[str, str]) -> None:
    place = Path(environ["HUB_VAR"]) / "agencies" / "townships" / CODE
    known = [list(row) for row in REFERRALS]
    known[5][8] = "同意"
    later = place / Path(REGISTER).name.replace("202609", "202610")
    later.write_bytes(register(known))
    settled = (datetime.now(SHANGHAI) - timedelta(minutes=5)).timestamp()
    os.utime(later, (settled, settled))
    pulled = {row["agency"]: row for row in listed(environ, "exchange", CODE)}
    assert (pulled[CODE]["parcels"], pulled[CODE]["quarantined"]) == ("1", "0")
    balance = json.loads(hub(environ, "reconcile", "--json"))
    assert (balance["quarantined"], balance["superseded"]) == (1, 6)


def test_a_dress_run_takes_the_new_township_along(
    environ: dict[str, str], twelfth_folder: Path, tmp_path: Path
) -> None:
    hub(environ, "rehearse", str(twelfth_folder), "--as-of", AS_OF.isoformat(), "--out", str(tmp_path))
    balance = (tmp_path / "balance.csv").read_text(encoding="utf-8")
    assert f"{REGISTER},8,6,0,0,1,1\n" in balance
    links = (tmp_path / "links.csv").read_text(encoding="utf-8")
    assert f",{CODE},{SHEET}!R4," in links
    assert ALONE in links


def test_airflow_gets_a_pool_for_it_of_one_connection(environ: dict[str, str]) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "cli.stack", "pools"],
        env={**os.environ, **environ},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert json.loads(printed)[f"agency_{CODE}"]["slots"] == 1


def test_it_is_told_in_its_own_inbox_what_concerns_it_and_has_the_time_that_its_file_gives(
    environ: dict[str, str],
) -> None:
    hub(environ, "reconcile", "--commit")
    sent = {row["agency"]: row for row in listed(environ, "exchange")}
    assert int(sent[CODE]["sent"]) >= 1
    inbox = Path(environ["HUB_VAR"]) / "agencies" / "townships" / CODE / "inbox"
    (book,) = inbox.glob(f"T{CODE}-*.xlsx")
    cells = [
        cell for sheet in openpyxl.load_workbook(book) for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    assert any("处罚数额达到追诉标准" in str(cell) for cell in cells)
    assert not any("140924198808085025" in str(cell) for cell in cells)
    # It has two working days for the receipt, as its file says, where the others have a day.
    owed = listed(environ, "obligations", "--agency", CODE, "--as-of", "2026-11-01T00:30+08:00")
    due = {row["due_at"][:10] for row in owed if row["rule"] == "agency.acknowledge_delivery"}
    assert due == {"2026-11-03"}
