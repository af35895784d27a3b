"""A copy of the tree that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

COPIED = ("hub", "connectors", "cli", "sandbox", "dags", "pyproject.toml")


@pytest.fixture
def copied_tree(tmp_path: Path, project_root: Path) -> Path:
    """The project's packages and its configuration, in a folder of their own."""
    for name in COPIED:
        source = project_root / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            shutil.copy(source, tmp_path / name)
    return tmp_path
