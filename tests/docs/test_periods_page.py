"""Do the pages on periods show the options, alternatives and tiers that the data has, and no others?"""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.duties.rules import Rules, load_rules
from hub.errors import ConfigurationFault
from hub.periods.period import Unit, parse_period
from tests.docs.pages import Row, rows_of, words_of

PAGES = ("periods.md", "periods.zh-CN.md")
FIRST = {"option": ("option", "选项"), "alternative": ("alternative", "算法"), "days": ("days", "天数")}


@pytest.fixture(scope="module")
def rules(project_root: Path) -> Rules:
    return load_rules(project_root / "mappings" / "rules.yaml", as_written=True)


def lines(project_root: Path, page: str, table: str) -> list[Row]:
    found = [row for row in rows_of(project_root / "docs" / page) if row.titles[0] in FIRST[table]]
    assert found
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_option_is_one_of_the_units_beside_it_and_of_no_other(project_root: Path, page: str) -> None:
    for row in lines(project_root, page, "option"):
        named = {unit.strip() for unit in row.cells[1].replace("、", ",").split(",")}
        fitting = set()
        for unit in Unit:
            try:
                parse_period(f"3 {unit}, {row.names()[0]}")
            except ConfigurationFault:
                continue
            fitting.add(str(unit))
        assert named == fitting, row


@pytest.mark.parametrize("page", PAGES)
def test_every_alternative_stands_beside_the_rules_that_have_it(project_root: Path, rules: Rules, page: str) -> None:
    told = {row.names()[0]: set(words_of(row.cells[1])) for row in lines(project_root, page, "alternative")}
    own = {name: {r.id for r in rules.every if name in {a.name for a in r.alternatives}} for name in told}
    assert told == own
    everywhere = {one.name for one in rules.common}
    assert set(told) == everywhere | {a.name for r in rules.every for a in r.alternatives}


@pytest.mark.parametrize("page", PAGES)
def test_every_length_of_an_extension_is_told_with_its_basis(project_root: Path, rules: Rules, page: str) -> None:
    extension = rules.by_id["police.decide_filing"].replaced_by
    assert extension is not None
    told = {int(row.names()[0]): row.cells for row in lines(project_root, page, "days")}
    assert tuple(told) == extension.allowed
    for days, cells in told.items():
        tiers = [tier for tier in extension.tiers if tier.quantity == days]
        assert any(cells[3][:12] in tier.basis for tier in tiers), cells
        everywhere = any(not tier.domain and tier.checked for tier in tiers)
        assert (cells[2] == "—") == everywhere, cells


@pytest.mark.parametrize("page", PAGES)
def test_no_other_rule_can_be_extended(project_root: Path, rules: Rules, page: str) -> None:
    text = (project_root / "docs" / page).read_text(encoding="utf-8")
    for rule in rules.every:
        if rule.replaced_by:
            assert f"`{rule.id}`" in text
