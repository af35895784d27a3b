"""Does every clause of the county's text have its entry, does every rule stand under one, and does the page say so?"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import commands_for
from hub.duties.clauses import load_clauses, uncovered
from hub.errors import ConfigurationFault
from tests.docs.pages import Row, rows_of
from tests.mechanism.county_text import paragraphs
from tests.mechanism.coverage import PAGE, county, page
from tests.mechanism.table import LINES, MODULES

COUNTY = county()
LABELS = [clause.clause for clause in COUNTY.clauses.clauses]
# Stands after a slip that is quoted as it is.
SIC = "〔原文如此〕"
# How bases cite the mechanism: 机制二（四）第一款、二（五）.
_CITED = re.compile(r"机制((?:、?[一二三四五六](?:（[一二三四五六七八九]）)?(?:第[一二三]款)?)+)")


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """Every line of the page's tables."""
    return rows_of(PAGE)


def cited(basis: str) -> list[str]:
    """The clauses that a basis cites."""
    return [label for found in _CITED.findall(basis) for label in found.split("、") if label]


def under(label: str) -> set[str]:
    """Every clause that a citation means: a clause without its paragraph means all of them."""
    return {found for found in LABELS if found == label or found.startswith(f"{label}第")}


def test_every_paragraph_of_the_countys_text_has_its_entries_in_the_order_of_the_text() -> None:
    assert list(dict.fromkeys(LABELS)) == list(paragraphs())


def test_every_entry_quotes_its_own_paragraph() -> None:
    text = paragraphs()
    for clause in COUNTY.clauses.clauses:
        pattern = ".*".join(map(re.escape, clause.words.replace(SIC, "").split("……")))
        assert re.search(pattern, text[clause.clause]), clause.words


def test_the_slip_of_the_text_is_quoted_and_marked() -> None:
    marked = [clause for clause in COUNTY.clauses.clauses if SIC in clause.words]
    assert [clause.clause for clause in marked] == ["二（七）"]
    assert f"检家院{SIC}" in marked[0].words


def test_a_paper_that_no_rung_proposes_is_not_shown_as_a_decision_on_a_proposal() -> None:
    """Its approval is recorded with the paper, where the hub drafts it."""
    proposed = {rung.document for ladder in COUNTY.ladders.every for rung in ladder.rungs if rung.document}
    by_hand = {
        paper.paper
        for paper in COUNTY.papers.every
        if paper.approved_by and not {paper.title, paper.document} & proposed
    }
    assert {"transfer_opinion", "penalty_opinion"} <= by_hand
    for clause in COUNTY.clauses.clauses:
        if "procuratorate.decide_escalation" in clause.rules:
            assert not by_hand & set(clause.papers), clause.clause
        elif "检察意见书" in {COUNTY.papers.by_name[paper].title for paper in clause.papers} and clause.rules:
            assert "--approved-by" in clause.instead, clause.clause


def test_the_countys_police_owe_nothing_under_the_clauses_that_bind_only_its_two_sides() -> None:
    for clause in COUNTY.clauses.clauses:
        if clause.clause.startswith("一"):
            assert "police" not in (*clause.who, *clause.whom), clause.clause


@pytest.mark.parametrize(
    ("article", "what"),
    [
        ("国令第730号第五条第一款", "2名以上"),
        ("国令第730号第七条", "24小时内转送"),
        ("第一百八十条第二款", "24小时内书面告知补正"),
        ("国令第730号第十三条", "应当追究行政责任"),
        ("第一百八十四条", "3日内告知"),
        ("行政处罚法第六十一条", "7日内送达"),
        ("最高检2021年规定第十六条", "7日内录入"),
        ("第五百六十五条", "复议7日、复核15日"),
    ],
)
def test_a_duty_of_the_surrounding_law_that_no_rule_computes_is_named_with_its_reason(article: str, what: str) -> None:
    (found,) = (c for c in COUNTY.clauses.clauses if c.clause == "五" and article in c.what and what in c.what)
    assert not found.rules
    assert found.why
    assert found.instead


def test_a_paragraph_without_an_entry_is_noticed() -> None:
    without = [label for label in LABELS if label != "二（四）第二款"]
    assert [label for label in paragraphs() if label not in without] == ["二（四）第二款"]


def test_what_the_clauses_name_is_there_and_nothing_is_left_without_a_clause(project_root: Path) -> None:
    assert uncovered(project_root / "mappings" / "clauses.yaml", COUNTY.clauses, COUNTY.known()) == []


def test_a_rule_stands_under_every_clause_that_its_basis_cites() -> None:
    checked = 0
    for rule in COUNTY.rules.by_id.values():
        for label in cited(rule.basis):
            assert under(label), f"{rule.id}: {label}"
            entries = [clause for clause in COUNTY.clauses.clauses if clause.clause in under(label)]
            assert any(rule.id in clause.rules for clause in entries), f"{rule.id}: {label}"
            checked += 1
    assert checked >= 15


def test_a_ladder_stands_under_every_clause_that_its_rungs_cite() -> None:
    checked = 0
    for ladder in COUNTY.ladders.every:
        for rung in ladder.rungs:
            for label in cited(rung.basis):
                entries = [clause for clause in COUNTY.clauses.clauses if clause.clause in under(label)]
                climbed = {COUNTY.rules.by_id[rule].ladder for clause in entries for rule in clause.rules}
                climbed |= {name for clause in entries for name in clause.ladders}
                assert ladder.ladder in climbed, f"{ladder.ladder}: {label}"
                checked += 1
    assert checked >= 10


def test_the_page_is_what_the_data_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(COUNTY), "run: python -m tests.mechanism.coverage"


def test_every_clause_rule_ladder_and_finding_is_on_the_page(rows: list[Row]) -> None:
    assert [row.cells[0] for row in rows if row.heading.startswith("条款")] == LABELS
    assert [row.names()[0] for row in rows if row.heading.startswith("规则")] == list(COUNTY.rules.by_id)
    text = PAGE.read_text(encoding="utf-8")
    names = [ladder.ladder for ladder in COUNTY.ladders.every]
    names += COUNTY.deliveries.findings
    assert [name for name in names if f"`{name}`" not in text] == []
    assert [paper.paper for paper in COUNTY.papers.every if paper.title not in text] == []


def test_no_clause_is_left_without_a_rule_or_a_reason(rows: list[Row]) -> None:
    reasons = [row for row in rows if row.heading.startswith("没有计算")]
    assert all(cell not in ("", "—") for row in reasons for cell in row.cells)
    for row in (row for row in rows if row.heading.startswith("条款")):
        assert row.cells[4] != "—" or "没有计算" in row.cells[3], row.cells[0]


def test_the_tests_that_the_page_names_for_a_rule_are_there(rows: list[Row], project_root: Path) -> None:
    shown = {(one.rule, one.kind) for one in LINES}
    for row in (row for row in rows if row.heading.startswith("规则")):
        (rule,) = row.names()[:1]
        link, _, aspects = row.cells[-1].partition("：")
        assert (project_root / MODULES[rule]).is_file()
        assert link.endswith(f"(../{MODULES[rule]})")
        assert {(rule, aspect) for aspect in re.findall(r"`([^`]+)`", aspects)} <= shown
        assert "`on_time`" in aspects
        assert "`late`" in aspects


MISTAKES = {
    "a rule": ("rules: [agency.report,", "rules: [agency.raport,", "no rule is named agency.raport"),
    "a ladder": ("ladders: [transfer_refused]", "ladders: [refused]", "no ladder is named refused"),
    "a finding": ("findings: [opinion_not_copied]", "findings: [opinion_lost]", "no finding is named opinion_lost"),
    "a paper": ("papers: [duty_clue]", "papers: [duty]", "no paper is named duty"),
    "an event": ("    why: 原则", "    events: [x.y]\n    why: 原则", "no event is named x.y"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_name_that_nothing_answers_to_is_found_with_file_and_line(
    project_root: Path, tmp_path: Path, mistake: str
) -> None:
    old, new, said = MISTAKES[mistake]
    path = Path(shutil.copy(project_root / "mappings" / "clauses.yaml", tmp_path))
    text = path.read_text(encoding="utf-8")
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    faults = uncovered(path, load_clauses(path), COUNTY.known())
    assert f"{path}:{line}: " in faults[0]
    assert faults[0].endswith(said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rules: [police.explain_nonfiling, ", "rules: [", "rule police.explain_nonfiling stands under no clause"),
        ("papers: [clue_transfer]", "papers: []", "paper clue_transfer stands under no clause"),
        ("    findings: [replied_not_performed]\n", "", "finding replied_not_performed stands under no clause"),
    ],
)
def test_what_stands_under_no_clause_is_found(
    project_root: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = Path(shutil.copy(project_root / "mappings" / "clauses.yaml", tmp_path))
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    (fault,) = uncovered(path, load_clauses(path), COUNTY.known())
    assert fault.endswith(said)


def test_the_command_that_checks_an_installation_checks_the_clauses(project_root: Path, tmp_path: Path) -> None:
    mappings = Path(shutil.copytree(project_root / "mappings", tmp_path / "mappings"))
    environ = {"HUB_MAPPINGS": str(mappings), "HUB_VAR": str(tmp_path)}
    done = CliRunner().invoke(commands_for([]), ["check"], env=environ, catch_exceptions=False)
    assert f"clauses of the mechanism: {len(LABELS)}" in done.output
    path = mappings / "clauses.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("agency.report,", "agency.raport,"), encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=r"clauses\.yaml:\d+: .*no rule is named agency\.raport"):
        CliRunner().invoke(commands_for([]), ["check"], env=environ, catch_exceptions=False)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    instead: 每项义务写明谁负、对谁负；记载不一致时写明由谁更正\n", "", "give both why and instead"),
        ("    why: 原则，没有行为和期限\n    instead: 每项义务写明谁负、对谁负；记载不一致时写明由谁更正\n", "",
         "a clause without a rule says why"),
        ("    who: [lead_group]", "    who: [leaders]", "no party is named leaders"),
        ("    whom: [everyone]\n    what: 制定", "    to: [everyone]\n    what: 制定", "clauses.0.to"),
    ],
)  # fmt: skip
def test_a_slip_in_the_clauses_is_named_with_its_place(
    project_root: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = Path(shutil.copy(project_root / "mappings" / "clauses.yaml", tmp_path))
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=r"clauses\.yaml:\d+: ") as fault:
        load_clauses(path)
    assert said in str(fault.value)
