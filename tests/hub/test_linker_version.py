"""Is a linker told from another by everything that its links follow from, and by nothing else?"""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from hub.hub import Hub
from hub.linker_version import linker_version, modules_of, text_digest
from hub.mapping.agency import Agency
from hub.receiving.versions import settled_by
from tests.support.installation import installation

__all__ = ["installation"]
POLICE = "police"
# Some of those that once were left out, or of which nobody would think first.
NAMED = (
    "delivery/rules.py", "ledger/canon.py", "ledger/notes.py", "link/acceptances.py", "link/columns/engine.py",
    "mapping/notice.py", "model.py", "moment.py", "outputs.py", "privacy.py", "receiving/versions.py",
    "usecases/relink.py", "usecases/rows_to_link.py", "values/document_numbers.py", "view.py",
)  # fmt: skip


def with_police(hub: Hub, agency: Agency) -> Hub:
    """The installation with another police."""
    return replace(hub, agencies={**hub.agencies, POLICE: agency})


def test_every_module_of_the_hub_counts_and_none_is_empty(project_root: Path) -> None:
    found = {
        path.relative_to(project_root / "hub").as_posix(): path.read_text(encoding="utf-8") for path in modules_of()
    }
    assert len(found) > 150
    assert set(NAMED) <= set(found)
    assert [name for name, text in found.items() if not text.strip()] == []


def test_a_letter_another_name_or_another_module_is_another_text(tmp_path: Path) -> None:
    seen: set[str] = set()

    def another(name: str, modules: dict[str, str]) -> bool:
        for place, text in modules.items():
            path = tmp_path / name / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        before = len(seen)
        seen.add(text_digest(tmp_path / name))
        return len(seen) > before

    assert another("first", {"a.py": "x = 1", "b/c.py": "y = 2"})
    assert not another("copied", {"b/c.py": "y = 2", "a.py": "x = 1", "b/notes.txt": "no module"})
    assert another("a letter", {"a.py": "x = 1", "b/c.py": "y = 3"})
    assert another("another name", {"a.py": "x = 1", "b/d.py": "y = 2"})
    assert another("another place", {"a.py": "x = 1", "c.py": "y = 2"})
    assert another("one more", {"a.py": "x = 1", "b/c.py": "y = 2", "b/d.py": "z"})
    assert another("texts change places", {"a.py": "y = 2", "b/c.py": "x = 1"})


def test_where_there_is_no_text_no_version_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no modules"):
        text_digest(tmp_path)


def test_another_text_of_the_hub_is_another_linker(installation: Hub, tmp_path: Path) -> None:
    for name, text in (("one", "x = 1"), ("other", "x = 2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text(text, encoding="utf-8")
    roots = [tmp_path / "one", tmp_path / "other"]
    assert len({linker_version(installation), *(linker_version(installation, root) for root in roots)}) == 3


def test_a_figure_a_place_and_a_word_of_a_notice_make_another_linker(installation: Hub) -> None:
    police = installation.agencies[POLICE]
    place = police.mapping.channel.model_copy(update={"place": "police/elsewhere"})
    decide = installation.link_weights.decide
    letter = decide.model_copy(update={"letter": decide.letter.model_copy(update={"person": -9.5})})
    others = [
        replace(installation, link_weights=installation.link_weights.model_copy(update={"decide": letter})),
        with_police(installation, replace(police, mapping=police.mapping.model_copy(update={"channel": place}))),
        with_police(installation, replace(police, notice=police.notice.model_copy(update={"versions": "period"}))),
        with_police(
            installation, replace(police, notice=police.notice.model_copy(update={"files": police.notice.files[::-1]}))
        ),
        replace(installation, agencies={code: one for code, one in installation.agencies.items() if code != POLICE}),
    ]
    assert len({linker_version(hub) for hub in (installation, *others)}) == len(others) + 1


def test_another_liaison_or_another_order_of_the_agencies_is_no_other_linker(installation: Hub) -> None:
    police = installation.agencies[POLICE]
    contact = police.mapping.contact.model_copy(update={"liaison": "赵六"})
    mapping = police.mapping.model_copy(update={"contact": contact, "people": {}, "schedule": "5 * * * *"})
    shuffled = {code: installation.agencies[code] for code in sorted(installation.agencies, reverse=True)}
    assert linker_version(replace(installation, agencies=shuffled)) == linker_version(installation)
    assert linker_version(with_police(installation, replace(police, mapping=mapping))) == linker_version(installation)


def test_the_digest_covers_all_of_a_mapping_by_which_versions_are_told_apart(project_root: Path) -> None:
    receiving = project_root / "hub" / "receiving"
    versions = ast.parse((receiving / "versions.py").read_bytes())
    naming = [
        node
        for node in ast.walk(ast.parse((receiving / "parcel.py").read_bytes()))
        if isinstance(node, ast.FunctionDef) and node.name in ("read_name", "_title_of", "_is_period")
    ]
    assert len(naming) == 3
    read = {
        ast.unparse(node)
        for tree in (versions, *naming)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("agency.")
    }
    assert {"agency.mapping.channel.place", "agency.notice.versions", "agency.notice.files"} <= read
    assert all(one.startswith(("agency.notice", "agency.mapping.channel.place")) or
               "agency.mapping.channel.place".startswith(one) for one in read)  # fmt: skip


def test_the_agencies_of_an_installation_have_one_digest(installation: Hub) -> None:
    assert len(settled_by(installation.agencies)) == 64
    assert settled_by(installation.agencies) != settled_by({})
