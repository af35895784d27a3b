"""What do the tests of the DAGs share: an Airflow home of their own, and what a bare parse of the folder gives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

# Importing Airflow makes its home; that must not be the one of whoever runs the tests.
os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="airflow-home-")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"

PARSER = Path(__file__).parent / "parse_folder.py"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one parse of the DAG folder gave. reached: every network or database call that it made."""

    dags: Mapping[str, Mapping[str, Any]]
    errors: Mapping[str, str]
    reached: tuple[str, ...]
    seconds: float


def parse_folder(root: Path, mappings: Path) -> Parsed:
    """Parse the project's DAG folder in a process of its own, against these mappings."""
    environment = {**os.environ, "HUB_MAPPINGS": str(mappings), "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, PARSER, root / "dags"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    read = json.loads(done.stdout.splitlines()[-1])
    return Parsed(read["dags"], read["errors"], tuple(read["reached"]), read["seconds"])


@pytest.fixture(scope="session")
def parsed(project_root: Path) -> Parsed:
    """The folder parsed against the project's own mappings."""
    return parse_folder(project_root, project_root / "mappings")
