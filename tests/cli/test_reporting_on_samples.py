"""The commands of the periodic reports on an installation that has pulled the samples: do the sums agree with the tables?"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from cli.main import commands_for
from hub.errors import ConfigurationFault
from hub.hub import Hub
from tests.support.environ import environ_of

RUN = CliRunner()
SEALED = "supervision_commission"
JUDGED = ("discharged", "discharged_late", "overdue")


@pytest.fixture
def environ(installation: Hub) -> dict[str, str]:
    """The environment that points at the installation."""
    return environ_of(installation.settings, "2026-10-31T23:59+08:00")


def run(environ: dict[str, str], *words: str) -> str:
    done = RUN.invoke(commands_for([]), list(words), env=environ, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def kpi(environ: dict[str, str], *words: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(run(environ, "kpi", *words, "--json"))
    return read


@pytest.fixture
def owed(environ: dict[str, str], tmp_path: Path) -> list[dict[str, str]]:
    """Every open obligation of the contract's table; those of sealed matters are no part of any report."""
    run(environ, "reconcile", "--out", str(tmp_path / "tables"))
    with (tmp_path / "tables" / "obligations.csv").open(encoding="utf-8", newline="") as handle:
        return [row for row in csv.DictReader(handle) if SEALED not in (row["debtor"], row["creditor"])]


def test_the_rates_of_october_are_the_counts_of_the_obligations_table(
    environ: dict[str, str], owed: list[dict[str, str]], installation: Hub
) -> None:
    rights = {rule.id for rule in installation.rules.every if str(rule.kind) == "right"}
    due = [row for row in owed if row["due_at"].startswith("2026-10") and row["rule"] not in rights]
    acts = [row for row in due if not row["rule"].startswith("agency.") and row["state"] in JUDGED]
    platform = [row for row in due if row["rule"].startswith("agency.") and row["state"] in JUDGED]
    found = kpi(environ, "--period", "2026-10")
    assert found["on_time"]["numerator"] == sum(row["state"] == "discharged" for row in acts) > 0
    assert found["on_time"]["denominator"] == len(acts) > found["on_time"]["numerator"]
    assert found["on_time_platform"]["denominator"] == len(platform) > 0
    assert found["void"] == sum(row["state"] == "void" for row in due)
    for rule, told in found["on_time_by_rule"].items():
        rows = [row for row in (*acts, *platform) if row["rule"] == rule]
        assert (told["numerator"], told["denominator"]) == (sum(r["state"] == "discharged" for r in rows), len(rows))
    for agency, told in found["on_time_by_agency"].items():
        assert told["denominator"] == sum(row["debtor"].partition("/")[0] == agency for row in acts)
    sums = [sum(told[part] for told in found["on_time_by_agency"].values()) for part in ("numerator", "denominator")]
    assert sums == [found["on_time"]["numerator"], found["on_time"]["denominator"]]
    assert sum(told["denominator"] for told in found["on_time_by_kind"].values()) == len(acts)


def test_a_quarter_is_the_sum_of_its_months_where_nothing_was_done_late(environ: dict[str, str]) -> None:
    months = [kpi(environ, "--period", f"2026-0{month}") for month in (7, 8, 9)]
    quarter = kpi(environ, "--period", "2026Q3")
    assert quarter["as_of"] == "2026-09-30T23:59:59+08:00"
    # Done in time is done in time whenever it is asked; what had no end then may have been void since.
    assert quarter["on_time"]["numerator"] == sum(month["on_time"]["numerator"] for month in months)
    assert (
        quarter["automation"]["rows"]["denominator"] == sum(m["automation"]["rows"]["denominator"] for m in months) > 0
    )


def test_this_month_is_told_without_a_period_and_as_lines_for_people(environ: dict[str, str]) -> None:
    assert kpi(environ)["period"] == "2026-10"
    printed = run(environ, "kpi", "--agency", "police")
    assert "on_time_by_rule.police.decide_filing" in printed
    assert "township" not in printed


def test_what_cannot_be_asked_for_is_refused(environ: dict[str, str], tmp_path: Path) -> None:
    for words, named in (
        (["kpi", "--period", "2026-13"], "no month like"),
        (["kpi", "--agency", "nobody"], "no mapping"),
        (["kpi", "--period", "2027-01"], "has not begun"),
        (["bulletin", "2026-09"], "--out DIR"),
        (["bulletin", "2026-09", "--out", str(tmp_path), "--correct"], "--commit"),
        (["bulletin", "2026-09", "--commit", "--known-at", "2026-10-01"], "--known-at"),
        (["conference", "pack", "2026-09", "--out", str(tmp_path)], "such as 2026Q3"),
    ):
        with pytest.raises(ConfigurationFault, match=named):
            RUN.invoke(commands_for([]), words, env=environ, catch_exceptions=False)


def test_the_bulletins_are_written_and_planned_once(environ: dict[str, str], tmp_path: Path) -> None:
    said = json.loads(run(environ, "bulletin", "2026-10", "--out", str(tmp_path), "--commit", "--json"))
    assert (len(said["written"]), len(said["planned"])) == (12, 11)
    county = load_workbook(tmp_path / "情况通报_2026-10_全县.xlsx")
    first = {str(row[0]): str(row[1]) for row in county["情况通报"].values if row[0]}
    rate = kpi(environ, "--period", "2026-10")["on_time"]
    assert first["按期率"].endswith(f"（{rate['numerator']}/{rate['denominator']}）")
    again = json.loads(run(environ, "bulletin", "2026-10", "--out", str(tmp_path), "--commit", "--json"))
    assert again["planned"] == []
    planned = json.loads(run(environ, "deliveries", "--state", "planned", "--json"))
    assert sorted(one["delivery_id"] for one in planned) == sorted(said["planned"])


def test_the_conference_is_prepared_and_its_minutes_kept_and_given_back(
    environ: dict[str, str], tmp_path: Path
) -> None:
    said = json.loads(run(environ, "conference", "pack", "2026Q3", "--out", str(tmp_path), "--json"))
    form = tmp_path / said["written"][1]
    kept = run(environ, "conference", "minutes", "2026Q3", str(form), "--resolution", "每月五日前报送台账")
    assert "minutes 1 kept" in kept
    assert "1 resolution\n" in kept
    assert "on file already" in run(environ, "conference", "minutes", "2026Q3", str(form))
    (listed,) = json.loads(run(environ, "conference", "list", "--json"))
    assert (listed["quarter"], listed["name"], listed["resolutions"]) == ("2026Q3", form.name, 1)
    assert (listed["number"], listed["bytes"]) == (1, form.stat().st_size)
    run(environ, "conference", "show", "2026Q3", str(tmp_path / "again.docx"))
    assert (tmp_path / "again.docx").stat().st_mode & 0o077 == 0
    assert (tmp_path / "again.docx").read_bytes() == form.read_bytes()
    assert "ok: True" in run(environ, "evidence", "verify")
