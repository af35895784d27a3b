"""Does docs/mapping.md name every key and word of the mapping language, and none that does not exist?"""

from __future__ import annotations

import csv
import re
import shutil
from enum import Enum
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from hub.mapping.agency import AgencyMapping, ChannelRule, Liaison, Reporting, load_agencies
from hub.mapping.codes import load_codes
from hub.mapping.notice import ByWord, Column, EventRule, FileRule, Notice, ReadAs, SheetRule
from tests.docs.pages import Row, fenced, rows_of, words_of

# The heading under which the keys of each model stand.
MODELS: dict[str, type[BaseModel]] = {
    "The agency": AgencyMapping,
    "`channel`": ChannelRule,
    "`reporting`": Reporting,
    "`contact`": Liaison,
    "The notice": Notice,
    "`files`": FileRule,
    "`sheets`": SheetRule,
    "`columns`": Column,
    "`events`": EventRule,
    "A choice by a word": ByWord,
}
EMPTY = "—"


@pytest.fixture(scope="module")
def page(project_root: Path) -> Path:
    """The page itself."""
    return project_root / "docs" / "mapping.md"


def keys_under(page: Path, heading: str) -> dict[str, Row]:
    """The key table under a heading."""
    return {row.names()[0]: row for row in rows_of(page) if row.heading == heading and row.titles[0] == "key"}


def closed_words(annotation: object) -> set[str]:
    """The words that a key is limited to: those of a Literal of texts, or the members of an enum."""
    if get_origin(annotation) is Literal:
        return {word for word in get_args(annotation) if isinstance(word, str)}
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return {str(member) for member in annotation}
    return set()


@pytest.mark.parametrize("heading", MODELS)
def test_every_key_of_a_mapping_stands_on_the_page_and_no_other(page: Path, heading: str) -> None:
    assert list(keys_under(page, heading)) == list(MODELS[heading].model_fields)


def test_there_is_no_table_of_keys_that_belongs_to_no_model(page: Path) -> None:
    assert {row.heading for row in rows_of(page) if row.titles[0] == "key"} == set(MODELS)


@pytest.mark.parametrize("heading", MODELS)
def test_the_page_tells_what_holds_where_a_key_is_not_given(page: Path, heading: str) -> None:
    for name, row in keys_under(page, heading).items():
        told = row.cells[-1]
        field = MODELS[heading].model_fields[name]
        if field.is_required():
            assert told == "required", name
        elif field.default in ("", (), {}, None) or isinstance(field.default, BaseModel):
            assert told == EMPTY, name
        elif isinstance(field.default, tuple):
            assert words_of(told) == field.default, name
        else:
            assert words_of(told) == (str(field.default).lower() if field.default is False else str(field.default),), (
                name
            )


@pytest.mark.parametrize("heading", MODELS)
def test_the_words_that_a_key_may_hold_stand_beside_it(page: Path, heading: str) -> None:
    for name, row in keys_under(page, heading).items():
        expected = closed_words(MODELS[heading].model_fields[name].annotation)
        if expected and name != "read":  # the words of `read` have a table of their own
            assert expected <= set(words_of(row.cells[1])), name


def test_every_word_of_read_has_its_line(page: Path) -> None:
    told = [row.names()[0] for row in rows_of(page) if row.titles[0] == "word"]
    assert sorted(told) == sorted(get_args(ReadAs))


def test_the_named_groups_of_file_names_are_those_that_the_mappings_use(page: Path, project_root: Path) -> None:
    told = {row.names()[0] for row in rows_of(page) if row.titles[0] == "group"}
    agencies = load_agencies(project_root / "mappings").values()
    used = {group for agency in agencies for rule in agency.notice.files for group in rule.groups}
    assert told == used


def test_the_columns_of_the_code_tables_are_those_of_the_files(page: Path, project_root: Path) -> None:
    tables = [row for row in rows_of(page) if row.titles[0] == "file" and row.names()[0].endswith(".csv")]
    assert len(tables) == 3
    for row in tables:
        with (project_root / row.names()[0]).open(encoding="utf-8", newline="") as handle:
            assert tuple(next(csv.reader(handle))) == words_of(row.cells[1])


def test_the_examples_load_beside_the_mappings_of_the_county(page: Path, project_root: Path, tmp_path: Path) -> None:
    mappings = tmp_path / "mappings"
    shutil.copytree(project_root / "mappings", mappings)
    before = load_agencies(mappings)
    examples = fenced(page, "yaml")
    for text in examples:
        named = re.match(r"# (mappings/\S+\.yaml)\n", text)
        assert named, text
        (tmp_path / named[1]).write_text(text, encoding="utf-8")
    agencies = load_agencies(mappings)
    load_codes(mappings / "codes", agencies.values())
    assert set(agencies) - set(before) == {"140924299", "forest_police"}
    assert len(examples) == 3
    assert (mappings / "notices" / "opinion_register.yaml").is_file()


def test_the_notice_of_the_examples_is_one_that_a_township_can_follow(
    page: Path, project_root: Path, tmp_path: Path
) -> None:
    mappings = tmp_path / "mappings"
    shutil.copytree(project_root / "mappings", mappings)
    township, _, notice = fenced(page, "yaml")
    follows = township.replace("township_ledger", "opinion_register")
    follows = re.sub(r"(?m)^headers:\n(?:  .*\n)+", "", follows)
    (mappings / "agencies" / "140924299.yaml").write_text(follows, encoding="utf-8")
    (mappings / "notices" / "opinion_register.yaml").write_text(notice, encoding="utf-8")
    agencies = load_agencies(mappings)
    load_codes(mappings / "codes", agencies.values())
    assert list(agencies["140924299"].notice.sheets) == ["意见办理"]
