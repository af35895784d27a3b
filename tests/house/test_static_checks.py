"""Does each static check fail where it should, and where it sees nothing?"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.house.checks import CHECKS, TYPED, check_named, main, run_check

AIRFLOW_2 = "from airflow.decorators import dag\n\nprint(dag)\n"
PLANTED = {
    "format": ("hub/planted.py", "x = {  'a':1 }\n", "hub/planted.py"),
    "lint": ("hub/planted.py", '"""What?"""\n\nimport json\n', "hub/planted.py"),
    "airflow": ("dags/planted.py", AIRFLOW_2, "dags/planted.py"),
    "types": ("hub/planted.py", "def double(x):\n    return 2 * x\n", "hub/planted.py:1"),
}


def test_every_check_has_a_planted_fault() -> None:
    # test_import_contracts.py plants those of the contracts, one for each.
    assert {check.name for check in CHECKS} == {*PLANTED, "imports"}


def test_no_package_escapes_the_checks(project_root: Path) -> None:
    packages = {path.parent.name for path in project_root.glob("*/*.py")} | {"tests"}
    checked = (project_root / "pyproject.toml").read_text(encoding="utf-8")
    contracted = re.search(r"root_packages = (\[.+\])", checked)
    assert contracted
    assert packages == set(TYPED)
    assert packages - {"tests", "benchmarks"} == set(json.loads(contracted[1]))


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_named(small_tree: Path, name: str) -> None:
    check = check_named(name)
    assert run_check(check, small_tree).passed
    file, content, named = PLANTED[name]
    (small_tree / file).write_text(content, encoding="utf-8")
    outcome = run_check(check, small_tree)
    assert not outcome.passed
    assert named in outcome.output


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_a_check_that_covers_nothing_fails(tmp_path: Path, project_root: Path, name: str) -> None:
    settings = (project_root / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(settings.split("[[tool.importlinter.contracts]]")[0], encoding="utf-8")
    outcome = run_check(check_named(name), tmp_path)
    assert outcome.covered == 0
    assert not outcome.passed


def test_one_failing_check_does_not_hide_the_others(small_tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (small_tree / "hub" / "planted.py").write_text("x = {  'a':1 }\n", encoding="utf-8")
    assert main(small_tree) == 1
    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines() if line.split()[1:2] in (["ok"], ["FAILED"])] == [
        check.name for check in CHECKS
    ]


@pytest.fixture
def small_tree(tmp_path: Path, project_root: Path) -> Path:
    """One faultless module in every package: type checking the whole tree once more would take a minute."""
    for package in ("hub", "connectors", "cli", "sandbox", "dags", "tests", "benchmarks"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(f'"""What is {package}?"""\n', encoding="utf-8")
    (tmp_path / "pyproject.toml").write_bytes((project_root / "pyproject.toml").read_bytes())
    return tmp_path
