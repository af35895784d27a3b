"""What do all tests share? Plugins, the way examples are drawn, and the rule that nothing is skipped under CI."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# How fast this machine is says nothing about the code; and CI draws the same examples every time.
settings.register_profile("house", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent

# Fixtures that several folders use live in tests/support, one module per real thing that is started.
SUPPORT = tuple(sorted(f"tests.support.{path.stem}" for path in (ROOT / "tests" / "support").glob("*.py")))
pytest_plugins = ("tests.house.nothing_skipped", "pytester", *SUPPORT)


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def samples() -> Path:
    """The samples as the agencies deliver them; read only."""
    return ROOT / "tests" / "samples"
