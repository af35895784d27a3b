"""Does the glossary name every word of the code with its Chinese term, and none that the code does not know?"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import cli
import connectors
import hub
from connectors.report_book_words import FINDINGS, KINDS, STATES
from hub.delivery.rules import load_delivery_rules
from hub.duties.duty import STATE_WORDS, RuleKind, State
from hub.duties.rules import load_rules
from hub.event_codes import EVENTS
from hub.ladder.ladders import load_ladders
from hub.link.chinese import SIGNS
from hub.words import Word
from tests.docs.pages import Row, rows_of

# The names that the house has settled on: one word per thing.
NAMES = (
    "agency", "parcel", "record", "event", "case", "link", "rule", "obligation", "due_at", "debtor", "creditor",
    "ladder", "rung", "finding", "disposition", "quarantine", "delivery", "receipt", "notice", "decision", "evidence",
    "mapping", "lookup", "transport", "format",
)  # fmt: skip
SUFFIXES = ("_id", "_no", "_code", "_on", "_at")
# What the hub did or was told is kept under codes of its own; this is how they begin.
OWN_CODE = re.compile(
    r"(?:acknowledgement|clock|conference|decision|delivery|escalation|evidence|ladder|link|notice|obligation|paper|parcel|reminder|rung)\.[a-z_]+"
)
# Not a fact that is kept, but what ends the duty to report (mappings/rules.yaml).
OF_THE_RULES = {"report.received"}
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def glossary(project_root: Path) -> list[Row]:
    """Every line of the glossary."""
    return rows_of(project_root / "docs" / "glossary.md")


def words_under(glossary: list[Row], heading: str, title: str = "") -> list[str]:
    """The words of the table under a heading, or of the one whose first column has that title."""
    return [r.names()[0] for r in glossary if r.heading == heading and (not title or r.titles[0] == title)]


def chinese_under(glossary: list[Row], heading: str, title: str = "") -> dict[str, str]:
    """Word -> its Chinese term."""
    return {r.names()[0]: r.cells[1] for r in glossary if r.heading == heading and (not title or r.titles[0] == title)}


def word_classes() -> dict[str, type[Word]]:
    """Every closed list of words in the packages, by the name of its class."""
    for package in (hub, connectors, cli):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)
    return {found.__name__: found for found in Word.__subclasses__()}


CLASSES = word_classes()


def test_there_are_closed_lists_of_words_to_explain() -> None:
    assert {"Disposition", "State", "Outcome", "DeliveryState", "Fault"} <= set(CLASSES)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_member_of_a_list_of_words_stands_in_the_glossary_and_no_other(glossary: list[Row], name: str) -> None:
    assert words_under(glossary, f"`{name}`") == [str(member) for member in CLASSES[name]]


def test_no_list_of_words_is_explained_that_the_code_does_not_have(glossary: list[Row]) -> None:
    explained = {row.heading.strip("`") for row in glossary if row.heading.startswith("`")}
    assert explained == set(CLASSES)


def test_the_names_of_the_house_are_explained(glossary: list[Row]) -> None:
    explained = words_under(glossary, "Names · 名称", "word")
    assert explained[: len(NAMES)] == list(NAMES)
    assert words_under(glossary, "Names · 名称", "suffix") == list(SUFFIXES)


def test_every_word_has_a_chinese_term_and_a_meaning(glossary: list[Row]) -> None:
    assert len(glossary) > 200
    for row in glossary:
        assert len(row.cells) == 3, row
        assert HAN.search(row.cells[1]), row
        assert row.cells[2], row


def test_no_word_is_explained_twice_in_one_table(glossary: list[Row]) -> None:
    seen = [(row.heading, row.titles[0], row.names()[0]) for row in glossary]
    assert len(set(seen)) == len(seen)


def test_every_event_that_an_agency_may_assert_is_explained(glossary: list[Row]) -> None:
    explained = words_under(glossary, "Events of the agencies")
    assert sorted(explained) == sorted(frozenset[str]().union(*EVENTS.values()))


def test_every_fact_that_the_hub_keeps_is_explained(glossary: list[Row], project_root: Path) -> None:
    told = {
        node.value
        for path in (project_root / "hub").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and OWN_CODE.fullmatch(node.value)
    }
    assert len(told) > 10
    assert set(words_under(glossary, "Events of the hub")) == told | OF_THE_RULES


def test_every_rule_is_named_as_the_rules_name_it(glossary: list[Row], project_root: Path) -> None:
    rules = load_rules(project_root / "mappings" / "rules.yaml")
    assert chinese_under(glossary, "Rules · 规则") == dict(rules.titles)


def test_every_finding_is_named_as_the_workbook_names_it(glossary: list[Row], project_root: Path) -> None:
    explained = chinese_under(glossary, "Findings · 核对问题")
    assert explained == {code: name for code, (name, _) in FINDINGS.items()}
    assert set(explained) == set(load_delivery_rules(project_root / "mappings" / "deliveries.yaml").findings)


def test_every_ladder_and_role_is_named_as_the_ladders_name_it(glossary: list[Row], project_root: Path) -> None:
    ladders = load_ladders(project_root / "mappings" / "ladders.yaml")
    heading = "Ladders and roles · 升级梯与角色"
    assert chinese_under(glossary, heading, "ladder") == {one.ladder: one.title for one in ladders.every}
    assert chinese_under(glossary, heading, "role") == {name: role.title for name, role in ladders.roles.items()}


def test_every_tier_of_a_link_is_named_as_the_workbook_names_it(glossary: list[Row]) -> None:
    assert chinese_under(glossary, "Tiers of a link · 关联依据") == SIGNS


def test_the_states_and_kinds_are_named_as_the_workbook_names_them(glossary: list[Row]) -> None:
    assert chinese_under(glossary, "`State`") == {str(state): STATES[state] for state in State}
    assert STATE_WORDS == STATES
    assert chinese_under(glossary, "`RuleKind`") == {str(kind): KINDS[kind] for kind in RuleKind}
