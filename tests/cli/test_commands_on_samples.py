"""The subcommands on an installation that has pulled the samples."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import CliRunner

from cli.main import commands_for
from hub.errors import ConfigurationFault, EvidenceBroken
from hub.evidence.bundle import EXPORTED
from hub.findings.patterns import Pattern, Standing
from hub.findings.run_changes import RunChanged
from hub.hub import Hub
from hub.ledger.facts import facts
from hub.link.weights import load_weights
from hub.privacy import holds_identity_number
from hub.view import look
from tests.support.environ import environ_of
from tests.support.installation import AS_OF, ROOT

RUN = CliRunner()


@pytest.fixture
def environ(installation: Hub) -> dict[str, str]:
    """The environment that points at the installation."""
    return environ_of(installation.settings, "2026-10-31T23:59+08:00")


def run(environ: dict[str, str], *words: str) -> str:
    """What a subcommand prints; it must end well."""
    done = RUN.invoke(commands_for([]), list(words), env=environ, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_check_counts_what_it_checked(environ: dict[str, str]) -> None:
    printed = run(environ, "check")
    assert "agencies: 15" in printed
    assert "fields that an agency settles: 6" in printed
    assert (
        f"version of the ledger's linking: {load_weights(ROOT / 'mappings' / 'linking_ledger.yaml').version}" in printed
    )
    assert "ledger: ready" in printed


def test_check_names_a_faulty_figure_of_the_linker_with_its_line(environ: dict[str, str], tmp_path: Path) -> None:
    mappings = tmp_path / "mappings"
    copytree(ROOT / "mappings", mappings)
    file = mappings / "linking_ledger.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    (place,) = [n for n, line in enumerate(lines) if line.startswith("cause: ")]
    lines[place] = "cause: {equal: -3.0, differs: -4.0}"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ConfigurationFault) as fault:
        run({**environ, "HUB_MAPPINGS": str(mappings)}, "check")
    assert f"{file}:{place + 1}: cause.equal: " in str(fault.value)


def test_pulling_again_brings_nothing_new(environ: dict[str, str]) -> None:
    rows = json.loads(run(environ, "exchange", "--json"))
    assert len(rows) == 15
    assert {row["parcels"] for row in rows} == {"0"}


def test_overdue_obligations_are_listed_with_their_basis(environ: dict[str, str]) -> None:
    rows = json.loads(run(environ, "obligations", "--overdue", "--json"))
    assert len(rows) == 116
    assert all(row["state"] == "overdue" and row["basis"] for row in rows)
    police = json.loads(run(environ, "obligations", "--overdue", "--agency", "police", "--json"))
    assert 0 < len(police) < len(rows)


def test_before_anything_was_known_nothing_was_owed(environ: dict[str, str]) -> None:
    rows = json.loads(run(environ, "obligations", "--known-at", "2020-01-01", "--overdue", "--json"))
    assert all(row["rule"] == "agency.report" for row in rows)


def test_what_changed_in_a_month_is_listed_with_its_reason(environ: dict[str, str]) -> None:
    rows = json.loads(run(environ, "diff", "2026-09-30", "2026-10-31", "--hindsight", "--json"))
    assert {"opened", "ended", "fell_overdue"} <= {row["what"] for row in rows}
    assert all(row["why"] for row in rows if row["what"] == "fell_overdue")
    police = json.loads(run(environ, "diff", "2026-09-30", "2026-10-31", "--hindsight", "--agency", "police", "--json"))
    assert 0 < len(police) < len(rows)
    with pytest.raises(ConfigurationFault, match="lies before"):
        run(environ, "diff", "2026-10-31", "2026-09-30")
    with pytest.raises(ConfigurationFault, match="no instant"):
        run(environ, "diff", "yesterday", "2026-09-30")


def test_a_difference_begins_with_its_figures_and_says_how_much_was_only_learned_late(environ: dict[str, str]) -> None:
    between = ("2026-10-30", f"{datetime.now(timezone.utc) + timedelta(days=1):%Y-%m-%d}")
    figures, rows, late, *table = run(environ, "diff", *between).splitlines()
    assert re.match(r"opened \d+ · ended \d+ · ", figures)
    assert rows.startswith("rows known: 0 then, ")
    assert late.endswith("(marked late); --hindsight leaves it out")
    lines = [line for line in table if " (late) " in line]
    assert len(lines) == int(late.split()[4]) > 1000
    assert len(run(environ, "diff", *between, "--hindsight").splitlines()) < len(table) / 4


def test_a_waiver_is_given_listed_and_taken_back(environ: dict[str, str]) -> None:
    owed = json.loads(run(environ, "obligations", "--overdue", "--json"))[0]["obligation_id"]
    run(environ, "waiver", "give", owed, "--by", "检察长", "--reason", "依法终止", "--as-of", "2026-11-01")
    assert owed not in run(environ, "obligations", "--overdue", "--as-of", "2026-11-02", "--json")
    assert owed in run(environ, "obligations", "--overdue", "--json")
    run(environ, "waiver", "revoke", owed, "--by", "检察长", "--reason", "误录", "--as-of", "2026-11-02")
    (listed,) = json.loads(run(environ, "waiver", "list", "--json"))
    assert (listed["obligation_id"], listed["reason"]) == (owed, "依法终止")
    assert (listed["number"], listed["waived_at"]) == (1, "2026-11-01T23:59:59+08:00")
    assert listed["revoked_at"]
    at_an_instant = ("--as-of", "2026-10-31T08:00:00.5Z", "--by", "检察长", "--reason", "误录")
    with pytest.raises(ConfigurationFault, match=r"as of 2026-10-31T16:00:00\+08:00$"):
        run(environ, "waiver", "give", "O0", *at_an_instant)
    assert owed in run(environ, "obligations", "--overdue", "--as-of", "2026-11-03", "--json")


def test_a_clock_is_stopped_listed_and_runs_again(environ: dict[str, str]) -> None:
    rows = json.loads(run(environ, "obligations", "--overdue", "--agency", "police", "--json"))
    owed = next(row for row in rows if row["rule"] == "police.decide_filing")
    paper = ("--paper", "繁公（刑）鉴通字〔2026〕1号")
    opened = owed["opened_at"][:10]
    said = run(environ, "clock", "stop", owed["obligation_id"], "--at", opened, *paper, "--basis", "鉴定期间")
    assert "尚未恢复" in said
    assert owed["obligation_id"] not in run(environ, "obligations", "--overdue", "--json")
    run(environ, "clock", "resume", owed["obligation_id"], "--at", opened, *paper)
    (listed,) = json.loads(run(environ, "clock", "list", "--json"))
    assert (listed["since"], listed["until"]) == (opened, opened)
    assert owed["obligation_id"] in run(environ, "obligations", "--overdue", "--json")
    with pytest.raises(ConfigurationFault, match="no day like"):
        run(environ, "clock", "resume", owed["obligation_id"], "--at", "2026-02-3x", *paper)


@pytest.mark.parametrize(
    ("opened", "due_at"),
    [
        ("2026-09-17", "2026-09-20T23:59:59+08:00"),
        ("2026-02-12", "2026-02-24T23:59:59+08:00"),
        ("2026-04-30", "2026-05-06T23:59:59+08:00"),
    ],
)
def test_due_shows_its_arithmetic(environ: dict[str, str], opened: str, due_at: str) -> None:
    said = json.loads(run(environ, "due", "police.decide_filing", "--from", opened, "--json"))
    assert said["due_at"] == due_at
    assert said["steps"]
    assert not said["provisional"]


def test_a_due_time_in_a_year_without_notice_is_provisional(environ: dict[str, str]) -> None:
    assert json.loads(run(environ, "due", "police.decide_filing", "--from", "2028-03-01", "--json"))["provisional"]


def test_a_case_is_found_by_any_of_its_numbers_and_shows_no_identity_number(environ: dict[str, str]) -> None:
    said = json.loads(run(environ, "case", "A1409240200002026060001", "--json"))
    assert any("referral" in record for record in said["records"])
    assert said["timeline"]
    assert "140924198705186296" not in json.dumps(said, ensure_ascii=False)
    pattern, *absent = said["presence"]
    assert pattern.split()[0] in list(Pattern)
    assert all(line.split()[1] in list(Standing) for line in absent)


def test_a_case_whose_records_disagree_says_who_says_what_and_whose_word_counts(
    environ: dict[str, str], installation: Hub
) -> None:
    with installation.ledger.read() as tx:
        found = [one for one in look(installation, tx, AS_OF).findings if one.code == "field_conflict"]
    assert found
    for finding in found:
        said = json.loads(run(environ, "case", finding.case_id, "--json"))["differing"]
        assert any(f"| {finding.agency}: " in line for line in said), (finding, said)
        assert all(line.count("(") >= 2 for line in said)
        assert not any(holds_identity_number(line) for line in said)


def test_quarantine_lists_shows_and_replays(environ: dict[str, str]) -> None:
    rows = json.loads(run(environ, "quarantine", "list", "--json"))
    assert len(rows) == 12
    assert all(re.fullmatch(r"2026-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", row["arrived_at"]) for row in rows)
    shown = json.loads(run(environ, "quarantine", "show", rows[-1]["source"], "--json"))
    assert shown["row"]
    assert shown["reason"] == rows[-1]["reason"]
    assert "aside after: 12" in run(environ, "quarantine", "replay")


def test_a_committed_reconciliation_keeps_its_links_once(environ: dict[str, str], tmp_path: Path) -> None:
    first = json.loads(run(environ, "reconcile", "--commit", "--json", "--out", str(tmp_path)))
    assert first["links_changed"] == first["links"]
    assert (tmp_path / "report.xlsx").stat().st_size > 10_000
    again = json.loads(run(environ, "reconcile", "--commit", "--json"))
    assert again["links_changed"] == 0
    assert (first["kept"], first["run"] != "") == ("yes", True)
    assert list(first["patterns"]) == list(Pattern)
    assert sum(line["cases"] for line in first["patterns"].values()) <= first["cases"]
    for line in first["patterns"].values():
        assert sum(line[word] for word in Standing) == line["cases"]
    assert first["patterns"]["township_only"]["missing"] > 0
    assert first["patterns"]["township_only"]["not_owed"] > 0
    assert "township_police" in run(environ, "reconcile")
    narrow = json.loads(run(environ, "reconcile", "--agency", "police", "--period", "2026-07-01..2026-07-31", "--json"))
    assert 0 < narrow["obligations"] < first["obligations"]
    assert narrow["patterns"]["all_three"]["cases"] < first["patterns"]["all_three"]["cases"]


def test_a_liaison_gets_the_cases_under_its_own_numbers_and_what_was_found_in_them(environ: dict[str, str]) -> None:
    printed = run(environ, "reconcile", "--agency", "140924209")
    counted = json.loads(run(environ, "reconcile", "--agency", "140924209", "--json"))
    cases, found = printed.split("own_numbers")[1].split("detail")
    assert "综执立〔2026〕" in cases
    assert len(found.strip().splitlines()) == counted["findings"] + 2
    assert "sent_not_received" in found


def test_two_runs_are_compared_by_their_ids_or_the_last_two_without(environ: dict[str, str]) -> None:
    environ = {**environ, "HUB_AS_OF": ""}  # by the clock, since the hub learned by the clock
    first = json.loads(run(environ, "reconcile", "--commit", "--as-of", "2026-09-30", "--json"))["run"]
    second = json.loads(run(environ, "reconcile", "--commit", "--as-of", "2026-10-31", "--json"))["run"]
    rows = json.loads(run(environ, "diff", "--run", first, "--run", second, "--json"))
    assert {row["what"] for row in rows} <= set(RunChanged)
    assert "finding_came" in {row["what"] for row in rows}
    assert all(row["why"] for row in rows)
    assert first in run(environ, "diff", "--run", first)
    assert "from R" in run(environ, "diff")
    police = json.loads(run(environ, "diff", "--run", first, "--agency", "police", "--json"))
    assert {row["agency"] for row in police} == {"police"}
    for words in (
        ["--run", "Rnone"],
        ["--run", first, "--run", first, "--run", first],
        ["2026-09-30"],
        ["--hindsight"],
    ):
        with pytest.raises(ConfigurationFault):
            run(environ, "diff", *words)


def test_a_climb_is_a_preview_until_it_is_committed(environ: dict[str, str]) -> None:
    first = json.loads(run(environ, "escalate", "--json"))
    acts = {row["act"] for row in first}
    assert acts == {"notify", "decide"}
    assert all(row["decision_id"] for row in first if row["act"] == "decide")
    assert json.loads(run(environ, "escalate", "--commit", "--json")) == first
    again = json.loads(run(environ, "escalate", "--json"))
    assert {row["act"] for row in again} == {"decide"}
    previewed = run(environ, "escalate")
    assert "would fire " in previewed
    assert previewed.endswith(" · a preview\n")
    assert re.search(r"(?m)^[0-9]+ rows$", previewed)


def test_an_exchange_hands_over_what_was_planned_and_the_listing_shows_how_far_it_came(environ: dict[str, str]) -> None:
    run(environ, "reconcile", "--commit")
    run(environ, "escalate", "--commit")
    sent = json.loads(run(environ, "exchange", "--json"))
    assert sum(int(row["sent"]) for row in sent) > 100
    listed = json.loads(run(environ, "deliveries", "--json"))
    assert {row["state"] for row in listed} == {"sent", "acknowledged"}
    assert all(row["receipt_no"] for row in listed if row["state"] == "acknowledged")
    police = json.loads(run(environ, "deliveries", "--agency", "police", "--state", "sent", "--json"))
    assert police
    assert {row["agency"] for row in police} == {"police"}
    faults = json.loads(run(environ, "deliveries", "--faults", "--json"))
    assert {row["fault"] for row in faults} == {"ack_unknown_parcel"}
    assert len(faults) == 2
    assert sum(int(row["sent"]) for row in json.loads(run(environ, "exchange", "--json"))) == 0


def test_an_agency_that_is_set_up_wrong_stops_no_other_and_is_told_at_the_end(
    environ: dict[str, str], tmp_path: Path
) -> None:
    addresses = json.loads(Path(environ["HUB_ENDPOINTS"]).read_text(encoding="utf-8"))
    wrong = {**addresses, "140924100": "sftp://hub:secret@127.0.0.1/a/password/in/the/address"}
    endpoints = tmp_path / "endpoints.json"
    endpoints.write_text(json.dumps(wrong), encoding="utf-8")
    at_fault = {**environ, "HUB_ENDPOINTS": str(endpoints)}
    done = RUN.invoke(commands_for([]), ["exchange", "--json"], env=at_fault)
    assert isinstance(done.exception, ConfigurationFault)
    assert "140924100" in str(done.exception)
    assert str(done.exception).endswith("the others were exchanged")
    assert {row["agency"] for row in json.loads(done.stdout)} == set(addresses) - {"140924100"}
    both = {**wrong, "140924101": (tmp_path / "gone").as_uri()}
    endpoints.write_text(json.dumps(both), encoding="utf-8")
    done = RUN.invoke(commands_for([]), ["exchange", "--json"], env=at_fault)
    assert isinstance(done.exception, ConfigurationFault)
    assert "not reached: 140924101" in str(done.exception)
    assert len(json.loads(done.stdout)) == len(addresses) - 2


def test_evidence_is_exported_once_noted_and_the_chain_verifies(
    environ: dict[str, str], installation: Hub, tmp_path: Path
) -> None:
    bundle = tmp_path / "case.zip"
    before = json.loads(run(environ, "evidence", "verify", "--json"))
    run(environ, "evidence", "export", "A1409240200002026060001", str(bundle))
    assert "verify.py" in zipfile.ZipFile(bundle).namelist()
    with installation.ledger.read() as tx:
        (exported,) = facts(tx, code=EXPORTED)
    assert exported.attributes["sha256"] == hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert exported.attributes["by"]
    assert bundle.stat().st_mode & 0o077 == 0
    again = RUN.invoke(commands_for([]), ["evidence", "export", "A1409240200002026060001", str(bundle)], env=environ)
    assert isinstance(again.exception, ConfigurationFault)
    after = json.loads(run(environ, "evidence", "verify", "--anchor", before["head"], "--json"))
    assert after["ok"]
    assert after["entries"] == before["entries"] + 1


def test_a_place_that_cannot_be_written_is_wrong_use_and_nothing_is_noted(
    environ: dict[str, str], installation: Hub
) -> None:
    words = ["evidence", "export", "A1409240200002026060001", "/nowhere/case.zip"]
    with installation.ledger.read() as tx:
        before = len(facts(tx, code=EXPORTED))
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", *words], env=os.environ | environ, cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (2, "hub: /nowhere/case.zip: No such file or directory\n")
    with installation.ledger.read() as tx:
        assert len(facts(tx, code=EXPORTED)) == before


def test_a_chain_without_the_entry_that_was_noted_down_does_not_verify(environ: dict[str, str]) -> None:
    said = json.loads(run(environ, "evidence", "verify", "--json"))
    other = f"{said['entries']}:{'0' * 64}"
    done = RUN.invoke(commands_for([]), ["evidence", "verify", "--anchor", other], env=environ)
    assert isinstance(done.exception, EvidenceBroken)
    wrong = RUN.invoke(commands_for([]), ["evidence", "verify", "--anchor", "yesterday"], env=environ)
    assert isinstance(wrong.exception, ConfigurationFault)


def test_try_shows_the_events_of_each_row(environ: dict[str, str], samples: Path) -> None:
    file = samples / "townships" / "140924208" / "行刑衔接台账_202610_移送案件.csv"
    rows = json.loads(run(environ, "try", "140924208", str(file), "--json"))
    assert len(rows) == 11
    assert "referral.sent" in rows[1]["events"]
    assert rows[2]["reason"] == "impossible_date"


def test_try_says_in_plain_words_what_it_was_given_instead_of_one_of_the_agencys_files(
    environ: dict[str, str], tmp_path: Path
) -> None:
    named = tmp_path / "十月台账.xlsx"
    named.write_bytes(b"%PDF-1.7")
    for agency, path, said in (
        ("140924208", tmp_path, "is a folder; give one of its files"),
        ("140924208", tmp_path / "none.xlsx", "no such file"),
        ("140924208", named, "it knows names like 行刑衔接台账_202610.xlsx, 行刑衔接台账_202610_移送案件.csv"),
        ("police", named, "it knows names like outbox/sa_20261031.csv"),
    ):
        done = RUN.invoke(commands_for([]), ["try", agency, str(path)], env=environ)
        assert isinstance(done.exception, ConfigurationFault)
        assert str(done.exception).endswith(said)
    printed = named.rename(tmp_path / "行刑衔接台账_202610.xlsx")
    (row,) = json.loads(run(environ, "try", "140924208", str(printed), "--json"))
    assert row["reason"] == "unreadable_file"
    assert "a PDF under the name of a workbook" in row["record"]


def test_three_plain_lists_are_linked(environ: dict[str, str], tmp_path: Path) -> None:
    columns = "record_id,unit,doc_no,ref_doc_no,police_doc_no,party,id_no,cause,date,amount\n"
    township = "t1,砂河镇,砂政移字〔2026〕8号,,,曹军,13063219660209229X,销售不合格食品,2026-08-03,27000\n"
    police = (
        "p1,砂河,繁公（刑）受案字〔2026〕7号,砂政移字(2026)8,,曹军,,生产销售不符合安全标准的食品罪,2026-08-03,27000\n"
    )
    procuratorate = (
        "r1,砂河镇,繁检移收〔2026〕1号,,,曹军,13063219660209229X,,2026-08-04,\nr2,大营镇,x,,,王五,,,2026-08-04,\n"
    )
    paths = []
    for name, rows in (("t", township), ("p", police), ("r", procuratorate)):
        path = tmp_path / f"{name}.csv"
        path.write_text(columns + rows, encoding="utf-8")
        paths.append(str(path))
    out = tmp_path / "links.csv"
    run(environ, "link", *paths, "--out", str(out))
    lines = out.read_text(encoding="utf-8").splitlines()
    case_of = {line.split(",")[2]: line.split(",")[0] for line in lines[1:]}
    assert case_of["t1"] == case_of["p1"] == case_of["r1"] != case_of["r2"]
    assert len(lines) == 5


def test_init_makes_a_key_and_a_ledger_once(tmp_path: Path) -> None:
    environ = {"HUB_VAR": str(tmp_path), "HUB_MAPPINGS": str(ROOT / "mappings")}
    assert "made a new key" in run(environ, "init")
    assert "made a new key" not in run(environ, "init")
