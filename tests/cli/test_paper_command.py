"""`hub paper` as an officer uses it: list, draft, take out; and several at once, or killed half way."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hub.evidence.bundle import verify_chain
from hub.hub import Hub
from hub.ledger.papers import papers
from hub.view import look
from tests.hub.papers.paper_matters import given_by_hand, text_of
from tests.support.installation import AS_OF, ROOT

FACTS = ["--field", "source=巡查", "--field", "grounds=涉及多个机关", "--field", "facts=示例甲堆放废渣", "--field", "handled=已责令清理"]  # fmt: skip


def command(hub: Hub, *arguments: str) -> subprocess.Popen[str]:
    """The command on this installation, started."""
    surroundings = {
        **os.environ,
        "HUB_VAR": str(hub.settings.key_file.parent),
        "HUB_AS_OF": AS_OF.isoformat(),
        "PYTHONPATH": str(ROOT),
    }
    words = [sys.executable, "-m", "cli.main", *arguments]
    return subprocess.Popen(
        words, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run(hub: Hub, *arguments: str) -> tuple[int, str, str]:
    """Exit code and what was said."""
    process = command(hub, *arguments)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def cases(installation: Hub) -> list[str]:
    """Cases of referrals, by id."""
    with installation.ledger.read() as tx:
        every = look(installation, tx, AS_OF).linkage.cases
    return [case.case_id for case in every if any(str(r.kind) == "referral" for r in case.records)]


def test_a_paper_is_drafted_listed_and_taken_out_for_its_owner_alone(
    installation: Hub, cases: list[str], tmp_path: Path
) -> None:
    code, out, err = run(installation, "paper", "draft", "clue_transfer", cases[0], *FACTS, "--json")
    assert code == 0, err
    number = json.loads(out)["number"]
    assert json.loads(run(installation, "paper", "draft", "clue_transfer", cases[0], *FACTS, "--json")[1]) == {
        "number": number,
        "title": "公益诉讼案件线索移送函",
        "drafted": "before",
    }
    listed = json.loads(run(installation, "paper", "list", "--case", cases[0], "--json")[1])
    assert [line["number"] for line in listed] == [number]
    file = tmp_path / "paper.docx"
    assert run(installation, "paper", "show", number, str(file))[0] == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = text_of(file.read_bytes())
    assert number in text
    assert "示例甲堆放废渣" in text
    code, _, err = run(installation, "paper", "show", number, str(file))
    assert (code, "is not replaced" in err) == (2, True)
    assert f"{number} 公益诉讼案件线索移送函" in run(installation, "case", cases[0])[1]


def test_a_case_and_its_evidence_are_found_by_the_number_of_a_paper_that_the_hub_drafted(
    installation: Hub, cases: list[str], tmp_path: Path
) -> None:
    code, out, err = run(installation, "paper", "draft", "clue_transfer", cases[11], *FACTS, "--json")
    assert code == 0, err
    number = json.loads(out)["number"]
    otherwise_typed = number.replace("〔", "(").replace("〕", ")")
    for ref in (number, otherwise_typed):
        code, out, err = run(installation, "case", ref, "--json")
        assert code == 0, err
        assert json.loads(out)["case_id"] == cases[11]
    file = tmp_path / "case.zip"
    code, _, err = run(installation, "evidence", "export", number, str(file))
    assert code == 0, err
    assert file.exists()


def test_a_sealed_paper_does_not_lead_to_the_open_case_that_it_is_about(installation: Hub, cases: list[str]) -> None:
    fields = given_by_hand(installation.papers.by_name["duty_clue"])
    given = [word for name, text in fields.items() for word in ("--field", f"{name}={text}")]
    code, out, err = run(
        installation, "paper", "draft", "duty_clue", cases[11], *given, "--approved-by", "检察长", "--json"
    )
    assert code == 0, err
    code, _, err = run(installation, "case", json.loads(out)["number"])
    assert (code, "no case and no number of one" in err) == (2, True)


def test_what_is_missing_is_said_in_chinese_and_nothing_is_kept(
    installation: Hub, cases: list[str], tmp_path: Path
) -> None:
    code, _, err = run(installation, "paper", "draft", "clue_transfer", cases[1], "--field", "source=巡查")
    assert code == 2
    assert "公益诉讼案件线索移送函（clue_transfer）缺少：移送情形" in err
    file = tmp_path / "none.docx"
    assert run(installation, "paper", "show", "繁检催〔1999〕1号", str(file))[0] == 2
    assert not file.exists()


def test_fields_may_come_from_a_file_so_that_no_name_stands_on_the_command_line(
    installation: Hub, cases: list[str], tmp_path: Path
) -> None:
    fields = tmp_path / "fields.yaml"
    fields.write_text("source: 举报\ngrounds: 协调难度大\nfacts: 示例乙的事\nhandled: 无\n", encoding="utf-8")
    code, out, err = run(installation, "paper", "draft", "clue_transfer", cases[2], "--fields", str(fields))
    assert code == 0, err
    assert "示例乙" not in out + err
    fields.write_text("source: 2026-10-31\ngrounds: 0012\nfacts: 3.50\nhandled: no\n", encoding="utf-8")
    code, out, err = run(installation, "paper", "draft", "clue_transfer", cases[3], "--fields", str(fields), "--json")
    assert code == 0, err
    with installation.ledger.read() as tx:
        (paper,) = [one for one in papers(tx) if one.number == json.loads(out)["number"]]
    assert paper.given == {"source": "2026-10-31", "grounds": "0012", "facts": "3.50", "handled": "no"}
    fields.write_text("source: [一, 二]\n", encoding="utf-8")
    code, _, err = run(installation, "paper", "draft", "clue_transfer", cases[3], "--fields", str(fields))
    assert (code, f"{fields}:1: source" in err) == (2, True)


def test_the_kinds_tell_what_each_paper_needs(installation: Hub) -> None:
    told = json.loads(run(installation, "paper", "list", "--kinds", "--json")[1])
    assert {line["kind"] for line in told} == set(installation.papers.by_name)
    assert {"kind": "penalty_opinion", "label": "采取和解除刑事强制措施情况", "required": "yes"}.items() <= next(
        line for line in told if (line["kind"], line["field"]) == ("penalty_opinion", "measures")
    ).items()


def test_several_officers_at_once_never_get_one_number_twice(installation: Hub, cases: list[str]) -> None:
    started = [command(installation, "paper", "draft", "clue_transfer", case, *FACTS) for case in cases[4:9]]
    said = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0] * 5, said
    with installation.ledger.read() as tx:
        numbers = [paper.number for paper in papers(tx)]
    assert len(set(numbers)) == len(numbers) >= 5
    assert verify_chain(installation.ledger).ok


def test_a_draft_killed_at_any_moment_is_there_whole_or_not_at_all(installation: Hub, cases: list[str]) -> None:
    wanted = ("paper", "draft", "clue_transfer", cases[9], *FACTS)
    started = time.monotonic()
    assert run(installation, "paper", "draft", "clue_transfer", cases[10], *FACTS)[0] == 0
    whole = time.monotonic() - started
    for part in (0.6, 0.8, 0.95):
        process = command(installation, *wanted)
        time.sleep(whole * part)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert run(installation, *wanted)[0] == 0
    with installation.ledger.read() as tx:
        assert len([paper for paper in papers(tx) if paper.case_id == cases[9]]) == 1
    assert verify_chain(installation.ledger).ok
