"""Is everything that the code imports declared, and everything declared pinned?"""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import tomli

OURS = {"hub", "connectors", "cli", "sandbox", "dags", "tests", "benchmarks"}
# package -> the extras whose libraries it may import besides the core's
MAY_IMPORT = {
    "hub": (),
    "connectors": (),
    "cli": (),
    "sandbox": ("sandbox",),
    "dags": ("airflow",),
    "tests": ("airflow", "sandbox", "dev", "tests"),
}
# What comes with a library under a name of its own, and is its public interface all the same.
PARTS = {
    "apache-airflow": {"apache-airflow-task-sdk", "apache-airflow-core", "croniter"},
    "docxtpl": {"jinja2", "python-docx"},
    "pydantic": {"pydantic-core"},
}
# Imported nowhere, needed at run time: loaded by name, used as programs, or the data behind a library.
BY_NAME = {
    "psycopg",
    "tzdata",
    "opencc-python-reimplemented",
    "apache-airflow",
    "apache-airflow-providers-celery",
    "apache-airflow-providers-fab",
    "apache-airflow-providers-smtp",
    "apache-airflow-providers-standard",
}
TOOLS = {
    *("coverage", "import-linter", "mypy", "podman-compose", "pytest-cov", "pytest-xdist", "ruff"),
    *("setuptools", "uv", "tomli"),
}


def declared(root: Path, *extras: str) -> set[str]:
    """Names of the distributions that the core and the named extras ask for."""
    project: dict[str, Any] = tomli.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return {normal(re.split(r"[\[<>=!~; ]", line)[0]) for line in lines}


def normal(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(package: Path) -> dict[str, str]:
    """Top-level module -> one file that imports it; the standard library and ourselves left out."""
    found: dict[str, str] = {}
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.split(".")[0]
                if top not in sys.stdlib_module_names and top not in OURS:
                    found.setdefault(top, str(path))
    return found


def undeclared(root: Path, package: str) -> list[str]:
    """What the package imports and no declaration that holds for it provides."""
    allowed = declared(root, *MAY_IMPORT[package])
    allowed |= {part for name, parts in PARTS.items() if name in allowed for part in parts}
    provided = packages_distributions()
    return [
        f"{path} imports {module}"
        for module, path in imported(root / package).items()
        if not allowed & {normal(name) for name in provided.get(module, [module])}
    ]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_every_import_is_declared(project_root: Path, package: str) -> None:
    assert imported(project_root / package)
    assert undeclared(project_root, package) == []


def test_a_planted_import_of_something_undeclared_is_named(copied_tree: Path) -> None:
    planted = copied_tree / "hub" / "planted.py"
    planted.write_text("import pytest\n", encoding="utf-8")
    assert f"{planted} imports pytest" in undeclared(copied_tree, "hub")


def test_nothing_is_declared_that_nothing_uses(project_root: Path) -> None:
    provided = packages_distributions()
    used = {
        normal(name)
        for package in OURS
        for module in imported(project_root / package)
        for name in provided.get(module, [])
    }
    names = declared(project_root, "airflow", "sandbox", "dev", "tests")
    stubs = {name for name in names if name.startswith("types-")}
    assert names - used - BY_NAME - TOOLS - stubs == set()


def test_what_only_tests_import_is_no_part_of_the_core(project_root: Path) -> None:
    provided = packages_distributions()
    used = {
        normal(name)
        for package in OURS - {"tests", "benchmarks"}
        for module in imported(project_root / package)
        for name in provided.get(module, [])
    }
    assert declared(project_root) - used - BY_NAME == set()


def lock_entries(root: Path) -> dict[str, str]:
    """`name==version ; marker` -> the lines below it, of requirements.lock."""
    text = (root / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"(?m)^(?=[a-z0-9])", text)
    return {entry.split(" \\\n")[0]: entry for entry in entries if entry.strip()}


def test_every_locked_version_is_exact_and_hashed(project_root: Path) -> None:
    entries = lock_entries(project_root)
    assert len(entries) >= 100
    assert [head for head in entries if not re.match(r"^[a-z0-9-]+==[^ ]+( ; .+)?$", head)] == []
    assert [head for head, entry in entries.items() if "--hash=sha256:" not in entry] == []


def test_everything_declared_is_locked(project_root: Path) -> None:
    locked = {head.split("==")[0] for head in lock_entries(project_root)}
    assert declared(project_root, "airflow", "sandbox", "dev", "tests") - locked == set()


def test_no_library_of_learning_machines_is_locked(project_root: Path) -> None:
    locked = {head.split("==")[0] for head in lock_entries(project_root)}
    assert locked & {"torch", "tensorflow", "transformers", "scikit-learn"} == set()


def test_the_image_can_leave_the_development_tools_out(project_root: Path) -> None:
    tools = declared(project_root, "dev") - declared(project_root, "airflow", "sandbox", "tests")
    needed = {}
    for head, entry in lock_entries(project_root).items():
        name = head.split("==")[0]
        because = set(re.findall(r"(?m)^    # (?:via|  ) ([a-z0-9-]+)$", entry)) - tools
        if name in tools and because - {"xianjie-hub"}:
            needed[name] = because
    # A tool that a library of the hub needs as well would be missing from the image.
    assert needed == {}
