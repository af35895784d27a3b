"""A year's notice and an amendment of the rules, looked at over the ledger of the samples before they are put in force."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import commands_for
from hub.errors import ConfigurationFault
from hub.hub import Hub
from hub.periods.calendar import load_calendar
from tests.hub.periods.notices import NOTICE_2026, NOTICE_2027
from tests.support.environ import environ_of
from tests.support.installation import ROOT

RUN = CliRunner()
AS_OF = "2026-10-31T23:59+08:00"


@pytest.fixture
def mappings(tmp_path: Path) -> Path:
    """A copy of the county's data that may be changed."""
    shutil.copytree(ROOT / "mappings", tmp_path / "mappings")
    return tmp_path / "mappings"


@pytest.fixture
def environ(installation: Hub, mappings: Path) -> dict[str, str]:
    return environ_of(replace(installation.settings, mappings=mappings), AS_OF)


def run(environ: dict[str, str], *words: str) -> str:
    done = RUN.invoke(commands_for([]), list(words), env=environ, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def said(environ: dict[str, str], *words: str) -> Any:
    return json.loads(run(environ, *words, "--json"))


def notice(folder: Path, text: str, name: str = "notice.txt") -> str:
    (folder / name).write_text(text, encoding="gb18030")
    return str(folder / name)


def test_a_preview_of_a_new_year_shows_what_becomes_final_and_writes_nothing(
    environ: dict[str, str], mappings: Path, tmp_path: Path
) -> None:
    asked = ("calendar", "import", notice(tmp_path, NOTICE_2027), "--as-of", "2026-12-31T23:59+08:00")
    found = said(environ, *asked)
    assert found["files"] == {"2026": "changed", "2027": "new"}
    assert found["remarks"][-1] == "13 statutory days, all off"
    assert found["compared"] > 1200
    # December's report is due on 5 January: provisional until the notice is held.
    final = [one for one in found["shifts"] if one["final"]]
    assert {(one["rule"], one["due_before"], one["due_after"]) for one in final} == {
        ("agency.report", "2027-01-05T23:59:59+08:00 (provisional)", "2027-01-05T23:59:59+08:00")
    }
    assert sum(count["becomes_final"] for count in found["counts"]) == len(final) == 11
    # The police report on working days: 27 December becomes one, 31 December is one no longer.
    police = [one for one in found["shifts"] if one["debtor"] == "police"]
    assert [
        (one["due_before"][:10], one["due_after"][:10])
        for one in police
        if not all((one["due_before"], one["due_after"]))
    ] == [
        ("", "2026-12-27"),
        ("2026-12-31", ""),
    ]
    assert found["written"] == []
    assert not (mappings / "calendars" / "2027.yaml").exists()
    printed = run(environ, *asked)
    assert "a preview" in printed
    assert "files: 2026.yaml changed, 2027.yaml new\n" in printed


def test_a_notice_is_written_in_the_form_of_its_neighbours_and_is_then_held(
    environ: dict[str, str], mappings: Path, tmp_path: Path
) -> None:
    file = notice(tmp_path, NOTICE_2027)
    before = said(environ, "due", "police.decide_filing", "--from", "2026-12-30")
    written = said(environ, "calendar", "import", file, "--source", "https://www.gov.cn/2027", "--write")
    assert written["written"] == ["2026.yaml", "2027.yaml"]
    text = (mappings / "calendars" / "2027.yaml").read_text(encoding="utf-8")
    assert text.startswith("year: 2027\nnotice:\n  title: 国务院办公厅关于2027年部分节假日安排的通知\n")
    assert "    - https://www.gov.cn/2027\n" in text
    assert load_calendar(mappings / "calendars").version == written["calendar_versions"][1]
    assert sorted(path.name for path in (mappings / "calendars").iterdir() if path.name.startswith(".")) == []
    after = said(environ, "due", "police.decide_filing", "--from", "2026-12-30")
    assert (before["provisional"], after["provisional"]) == (True, False)
    assert after["due_at"] == "2027-01-04T23:59:59+08:00"
    assert "holds all of it already" in run(environ, "calendar", "import", file)
    checked = run(environ, "check")
    assert "calendar years: 24" in checked
    assert "years of statutory days: 36" in checked


def test_a_year_that_is_held_otherwise_is_shown_and_not_overwritten_unless_asked(
    environ: dict[str, str], mappings: Path, tmp_path: Path
) -> None:
    held = (mappings / "calendars" / "2026.yaml").read_text(encoding="utf-8")
    longer = NOTICE_2026.replace("至7日（周三）放假调休，共7天", "至9日（周五）放假调休，共9天")
    file = notice(tmp_path, longer)
    with pytest.raises(ConfigurationFault, match=r"2026\.yaml: held with other days"):
        run(environ, "calendar", "import", file, "--write")
    assert (mappings / "calendars" / "2026.yaml").read_text(encoding="utf-8") == held
    found = said(environ, "calendar", "import", file, "--write", "--replace")
    assert found["written"] == ["2026.yaml"]
    assert any(one["state_before"] != one["state_after"] for one in found["shifts"])
    assert all(one["due_before"].startswith("2026-10-08") or "2026-10" in one["due_before"] for one in found["shifts"])


def test_rungs_that_were_told_under_the_old_due_time_are_named(environ: dict[str, str], tmp_path: Path) -> None:
    run(environ, "escalate", "--as-of", "2026-10-09T12:00+08:00", "--commit")
    longer = NOTICE_2026.replace("至7日（周三）放假调休，共7天", "至9日（周五）放假调休，共9天")
    found = said(environ, "calendar", "import", notice(tmp_path, longer), "--as-of", "2026-10-09T13:00+08:00")
    assert any(one["too_early"] == "yes" and one["outcome"] == "fired" for one in found["told"])
    shown = run(environ, "calendar", "import", notice(tmp_path, longer), "--as-of", "2026-10-09T13:00+08:00")
    assert "stays told, and is not told again" in shown


def test_a_notice_that_does_not_agree_with_itself_is_refused_with_its_line(
    environ: dict[str, str], tmp_path: Path
) -> None:
    file = notice(tmp_path, NOTICE_2027.replace("共3天。２０２６年", "共4天。２０２６年"))
    assert NOTICE_2027.count("共３天。２０２６年") == 1
    with pytest.raises(ConfigurationFault, match=r"notice\.txt:\d+: "):
        run(
            environ,
            "calendar",
            "import",
            notice(tmp_path, NOTICE_2027.replace("共３天。２０２６年", "共４天。２０２６年")),
        )
    with pytest.raises(ConfigurationFault, match="no such file"):
        run(environ, "calendar", "import", file + ".missing")


def test_a_year_in_our_own_form_can_be_taken_in_too(environ: dict[str, str], mappings: Path, tmp_path: Path) -> None:
    own = tmp_path / "2026.yaml"
    text = (mappings / "calendars" / "2026.yaml").read_text(encoding="utf-8")
    own.write_text(text.replace("last: 2026-10-07", "last: 2026-10-09"), encoding="utf-8")
    assert said(environ, "calendar", "import", str(own))["files"] == {"2026": "changed"}


def test_without_a_ledger_a_notice_can_still_be_checked(tmp_path: Path, mappings: Path) -> None:
    environ = {
        "HUB_MAPPINGS": str(mappings),
        "HUB_VAR": str(tmp_path / "var"),
        "HUB_KEY_FILE": "",
        "HUB_DATABASE_URL": "",
    }
    found = said(environ, "calendar", "import", notice(tmp_path, NOTICE_2027))
    assert (found["compared"], found["shifts"]) == (0, [])
    assert "no ledger is compared" in run(environ, "calendar", "import", notice(tmp_path, NOTICE_2027))


def amended_rules(mappings: Path, folder: Path) -> Path:
    """The county's rules with another period to hand over items, and the decision extended by an amendment in August."""
    text = (mappings / "rules.yaml").read_text(encoding="utf-8")
    begins = text.index("  - id: township.hand_over_items\n")
    entry = text[begins : text.index("\n  - id:", begins)]
    newer = (
        entry.replace('version: "1"', 'version: "2"').replace("2020-08-07", "2026-08-01").replace("3 day", "10 day", 1)
    )
    folder.mkdir()
    (folder / "rules.yaml").write_text(text.replace(entry, f"{entry}\n{newer}"), encoding="utf-8")
    return folder


def test_an_amendment_shows_what_it_would_have_changed_since_it_took_effect(
    environ: dict[str, str], mappings: Path, tmp_path: Path
) -> None:
    other = amended_rules(mappings, tmp_path / "amended")
    found = said(environ, "rules", "diff", str(other))
    assert [(one["rule"], one["part"], one["effective_from"]) for one in found["wording"]] == [
        ("township.hand_over_items", "entry", "2026-08-01")
    ]
    assert found["shifts"]
    assert {one["rule"] for one in found["shifts"]} == {"township.hand_over_items"}
    assert all(one["opened_at"][:10] >= "2026-08-01" for one in found["shifts"])
    assert {(one["version_before"], one["version_after"]) for one in found["shifts"]} == {("1", "2")}
    # What was opened before keeps its version, so it is no shift at all.
    owed = said(environ, "obligations")
    july = [one for one in owed if one["rule"] == "township.hand_over_items" and one["opened_at"] < "2026-08-01"]
    assert july
    assert not {one["obligation_id"] for one in july} & {one["obligation_id"] for one in found["shifts"]}


def test_the_counts_are_by_rule_and_agency_and_the_lines_come_when_asked_for(
    environ: dict[str, str], mappings: Path, tmp_path: Path
) -> None:
    other = str(amended_rules(mappings, tmp_path / "amended"))
    found = said(environ, "rules", "diff", str(mappings), other)
    assert sum(count["moved"] for count in found["counts"]) == len(found["shifts"])
    assert all(count["debtor"].isdigit() for count in found["counts"])
    short, long = run(environ, "rules", "diff", other), run(environ, "rules", "diff", other, "--lines")
    one_id = found["shifts"][0]["obligation_id"]
    assert one_id not in short
    assert one_id in long
    assert "obligations compared:" in short


def test_a_text_of_the_rules_does_not_differ_from_itself(environ: dict[str, str], mappings: Path) -> None:
    found = said(environ, "rules", "diff", str(mappings / "rules.yaml"))
    assert (found["wording"], found["shifts"], found["counts"]) == ([], [], [])
    assert found["versions"][0] == found["versions"][1]
