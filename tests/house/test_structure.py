"""Does the core keep to what it is handed, and do the files keep to their size?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.house.surroundings import READINGS, readings_in, readings_under

PACKAGES = ("hub", "connectors", "cli", "sandbox", "dags")
# The aim is 50 to 250 lines; beyond this a file has more than one reason to change.
LONGEST = 300


def modules(root: Path, *packages: str) -> Iterator[Path]:
    """Every module of the named packages."""
    for package in packages:
        yield from sorted((root / package).rglob("*.py"))


def test_the_core_reads_neither_clock_nor_environment(project_root: Path) -> None:
    covered, found = readings_under(project_root / "hub")
    assert covered >= 20
    assert found == []


def test_every_planted_reading_is_named(copied_tree: Path) -> None:
    planted = copied_tree / "hub" / "planted.py"
    planted.write_text("".join(f"somewhere.{name}\n" for name in sorted(READINGS)), encoding="utf-8")
    _, found = readings_under(copied_tree / "hub")
    assert {f"{planted}:{line} {name}" for line, name in enumerate(sorted(READINGS), 1)} <= set(found)


def test_a_reading_imported_under_another_name_is_named_too(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("from os import environ as settings\n", encoding="utf-8")
    assert readings_in(planted) == [f"{planted}:1 os.environ"]


def test_every_module_says_what_question_it_answers(project_root: Path) -> None:
    silent = [
        str(path.relative_to(project_root))
        for path in modules(project_root, *PACKAGES)
        if not path.read_text(encoding="utf-8").startswith('"""')
    ]
    assert silent == []


def test_no_module_has_outgrown_its_one_reason_to_change(project_root: Path) -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules(project_root, *PACKAGES)}
    assert len(lengths) >= 20
    too_long = {str(path.relative_to(project_root)): lines for path, lines in lengths.items() if lines > LONGEST}
    assert too_long == {}


def test_no_module_is_named_for_being_a_drawer(project_root: Path) -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
    assert [str(path) for path in modules(project_root, *PACKAGES, "tests") if path.stem in drawers] == []


def test_no_two_test_modules_share_a_name(project_root: Path) -> None:
    names = [path.name for path in modules(project_root, "tests") if path.name.startswith("test_")]
    assert sorted(names) == sorted(set(names))
