"""Is everything that is said of a link said in Chinese too?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hub.link.chinese import ACTS, FEATURES, KINDS, SEEN, SIGNS, seen_in_chinese, tier_in_chinese
from hub.link.columns.explanations import FEATURE_NAMES
from hub.link.documents import TARGETS
from hub.link.evidence import IDENTITY_WORDS, NAME_WORDS
from hub.link.waterfall import Step, Waterfall
from hub.model import RecordKind
from tests.docs.pages import rows_of

HAN = re.compile(r"[\u4e00-\u9fff]")
_LITERAL = re.compile(
    r'"((?:days from|act before|already|identity|name$|township$|cause$|amount$|[a-z]+ number)[a-z \']*)"'
)


def words_of_the_linker(project_root: Path) -> set[str]:
    """The names of what is compared, as they stand in the linker's text."""
    found = set()
    for path in (project_root / "hub" / "link").glob("*.py"):
        if path.name != "chinese.py":
            found |= set(_LITERAL.findall(path.read_text(encoding="utf-8")))
    return found


def test_every_feature_of_the_linker_has_a_chinese_name(project_root: Path) -> None:
    found = words_of_the_linker(project_root) - {"clue number", "no number", "identity"}  # signs, by which records meet
    assert len(found) > 10
    assert found <= FEATURES.keys()
    assert set(FEATURE_NAMES.values()) <= FEATURES.keys()


def test_so_has_everything_that_may_be_seen() -> None:
    assert {*IDENTITY_WORDS.values(), *NAME_WORDS.values()} <= SEEN.keys()
    acts = {target.after for targets in TARGETS.values() for target in targets if target.after}
    assert acts == ACTS.keys()
    for seen in (*SEEN, *ACTS, *(f"no {act}" for act in acts), "0 days", "-12 days"):
        assert HAN.search(seen_in_chinese(seen))
    assert seen_in_chinese("no such words") == "no such words"


def test_kinds_and_acts_are_called_as_in_the_glossary(project_root: Path) -> None:
    rows = rows_of(project_root / "docs" / "glossary.md")
    kinds = {row.names()[0]: row.cells[1] for row in rows if row.heading == "`RecordKind`"}
    glossary = {row.names()[0]: row.cells[1] for row in rows}
    assert {str(kind): kinds[str(kind)] for kind in RecordKind} == KINDS
    assert {act: glossary[act] for act in ACTS} == ACTS


@pytest.mark.parametrize("sign", SIGNS)
def test_every_sign_is_named(sign: str) -> None:
    assert HAN.search(tier_in_chinese(sign))
    assert tier_in_chinese(f"{sign}+name").endswith(" + 姓名或名称")


def test_a_waterfall_is_a_table_where_no_columns_of_text_can_stand() -> None:
    steps = (Step("name", "equal", 9.0), Step("cause", "differs", -4.0), Step("police_case_no equal", "", None))
    assert Waterfall("", steps, 4.0).table() == [
        "| 比较项 Feature | 所见 Seen | 位 Bits | 累计 Sum | |",
        "|---|---|--:|--:|---|",
        "| 姓名或名称 name | 相同 equal | +9 | 9 | ██ |",
        "| 案由 cause | 不同 differs | -4 | 5 | ░▒ |",
        "| police_case_no equal | | | | |",
        "| 所需 asked for | | | 4 | +1 |",
    ]


def test_one_day_is_not_shown_as_one_days() -> None:
    shown = {seen: Step("days between", seen, 1.0).seen_in_both for seen in ("1 days", "-1 days", "11 days", "0 days")}
    assert shown == {
        "1 days": "1日 1 day", "-1 days": "-1日 -1 day", "11 days": "11日 11 days", "0 days": "0日 0 days",
    }  # fmt: skip
