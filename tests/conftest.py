"""What do all tests share? Plugins, and the rule that nothing is skipped under CI."""

from __future__ import annotations

from pathlib import Path

import pytest

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
