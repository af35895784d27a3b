"""Does `hub due` show every line of the arithmetic, under the alternative that is asked for?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import commands_for
from hub.errors import ConfigurationFault

RUN = CliRunner()
DECIDE = "police.decide_filing"


def said(*words: str) -> dict[str, object]:
    """What `hub due … --json` says."""
    content = json.loads(printed(*words, "--json"))
    assert isinstance(content, dict)
    return content


def printed(*words: str, mappings: Path | None = None) -> str:
    done = RUN.invoke(
        commands_for([]),
        ["due", *words],
        env={"HUB_MAPPINGS": str(mappings) if mappings else ""},
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output
    return done.output


def steps(*words: str) -> list[str]:
    found = said(*words)["steps"]
    assert isinstance(found, list)
    return found


def test_the_steps_stand_line_by_line_under_the_basis() -> None:
    lines = printed(DECIDE, "--from", "2026-09-24").splitlines()
    assert lines[2].startswith("basis: 《行政执法机关移送涉嫌犯罪案件的规定》（国令第730号）第八条")
    assert "due_at: 2026-09-28T23:59:59+08:00" in lines
    assert [line[:5] for line in lines[lines.index("steps:") + 1 :]] == [
        "  起算：",
        "  计算：",
        "  顺延：",
        "  依据：",
        "  届满：",
    ]


@pytest.mark.parametrize(
    ("alternative", "due_at", "version"),
    [
        ("as_written", "2026-02-24T23:59:59+08:00", "1"),
        ("working_days", "2026-02-24T23:59:59+08:00", "1+working_days"),
        ("no_roll", "2026-02-15T23:59:59+08:00", "1+no_roll"),
        ("working_days+close_of_business", "2026-02-24T18:00:00+08:00", "1+working_days+close_of_business"),
    ],
)
def test_another_alternative_can_be_asked_for(alternative: str, due_at: str, version: str) -> None:
    found = said(DECIDE, "--from", "2026-02-12", "--alternative", alternative)
    assert (found["due_at"], found["rule_version"]) == (due_at, version)
    assert found["note"]


def test_an_alternative_that_the_rule_does_not_have_is_refused() -> None:
    with pytest.raises(
        ConfigurationFault, match=r"no alternative is named lunar; there are as_written, .*working_days"
    ):
        printed(DECIDE, "--from", "2026-02-12", "--alternative", "lunar")
    with pytest.raises(ConfigurationFault, match="no alternative is named lunar; there are "):
        printed(DECIDE, "--from", "2026-02-12", "--alternative", "working_days+lunar")


def test_all_alternatives_are_compared_in_one_call() -> None:
    rows = json.loads(printed("township.send_referral", "--from", "2026-04-30T16:30+08:00", "--all", "--json"))
    assert {row["alternative"]: row["due_at"] for row in rows} == {
        "as_written": "2026-05-01T16:30:00+08:00",
        "next_hour": "2026-05-01T17:00:00+08:00",
        "office_hours": "2026-05-09T10:00:00+08:00",
    }
    assert [row["alternative"] for row in rows if row["in_use"]] == ["as_written"]
    assert all(row["note"] for row in rows)


def test_the_alternative_that_the_county_uses_is_marked(project_root: Path, tmp_path: Path) -> None:
    (tmp_path / "calendars").symlink_to(project_root / "mappings" / "calendars")
    text = (project_root / "mappings" / "rules.yaml").read_text(encoding="utf-8")
    begins = "  - id: township.hand_over_items\n"
    chosen = text.replace(begins, f"{begins}    use: working_days+close_of_business\n")
    (tmp_path / "rules.yaml").write_text(chosen, encoding="utf-8")
    asked = ("township.hand_over_items", "--from", "2026-03-05")
    rows = json.loads(printed(*asked, "--all", "--json", mappings=tmp_path))
    assert [row["alternative"] for row in rows if row["in_use"]] == ["working_days+close_of_business"]
    assert "due_at: 2026-03-10T18:00:00+08:00" in printed(*asked, mappings=tmp_path)
    plain = printed(*asked, "--alternative", "as_written", mappings=tmp_path)
    assert "due_at: 2026-03-09T23:59:59+08:00" in plain


def test_pauses_move_the_due_time_and_say_by_how_much() -> None:
    asked = (DECIDE, "--from", "2026-06-01", "--pause", "2026-06-02..2026-06-03", "--pause", "2026-06-04..2026-06-05")
    assert said(*asked)["due_at"] == "2026-06-08T23:59:59+08:00"
    assert sum(step.startswith("中止：") for step in steps(*asked)) == 2


def test_an_extension_names_its_tiers() -> None:
    found = said(DECIDE, "--from", "2026-07-02", "--days", "30")
    assert found["lawful"] is True
    assert found["due_at"] == "2026-08-03T23:59:59+08:00"
    assert any("县级以上公安机关负责人" in step for step in steps(DECIDE, "--from", "2026-07-02", "--days", "30"))


def test_an_extension_by_days_that_no_rule_allows_says_so_and_names_the_lawful_ones() -> None:
    found = said(DECIDE, "--from", "2026-07-02", "--days", "15")
    assert found["lawful"] is False
    assert found["due_at"] == "2026-07-17T23:59:59+08:00"
    assert "不在依法可延长的档次（7、10、30、60 日）之内" in steps(DECIDE, "--from", "2026-07-02", "--days", "15")[0]
    assert isinstance(found["lawful_tiers"], list)
    assert len(found["lawful_tiers"]) > 4


def test_a_day_that_the_letter_names_is_due_that_day() -> None:
    found = said("township.reply_opinion", "--from", "2026-07-10", "--reply-by", "2026-07-26")
    assert (found["due_at"], found["period"]) == ("2026-07-26T23:59:59+08:00", "reply_by 2026-07-26")
    assert said("township.reply_suggestion", "--from", "2026-07-10", "--urgent")["period"] == "15 day"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("no.rule", "--from", "2026-07-10"), "no such rule"),
        ((DECIDE, "--from", "2026-02-30"), "no day"),
        ((DECIDE, "--from", "1999-01-01"), "not in force"),
        ((DECIDE, "--from", "2026-07-10T25:00"), "no instant"),
        ((DECIDE, "--from", "2026-07-10", "--pause", "2026-07-11"), "not of the form"),
        ((DECIDE, "--from", "2026-07-10", "--pause", "2026-07-12..2026-07-11"), "lies before"),
        (("township.hand_over_items", "--from", "2026-07-10", "--days", "7"), "no extension"),
        (("agency.report", "--from", "2026-07-10"), "agency's mapping"),
        (("police.decide_filing", "--from", "9999-12-30"), "no calendar goes so far"),
        (("police.decide_filing", "--from", "2026-06-01", "--reply-by", "2026-06-03"), "no letter sets its day"),
        (("township.reply_opinion", "--from", "2026-07-10", "--reply-by", "2026-07-01"), "lies before 2026-07-10"),
        (("township.reply_opinion", "--from", "2026-07-10", "--urgent"), "knows no urgent letters"),
    ],
)
def test_what_cannot_be_computed_says_why(words: tuple[str, ...], told: str) -> None:
    with pytest.raises(ConfigurationFault, match=told):
        printed(*words)
