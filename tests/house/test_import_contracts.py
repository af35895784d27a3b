"""Is each import contract really enforced? For every one a violation is planted and must be named."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli

from tests.house.checks import check_named, run_check

# contract id -> the planted file and what it imports
PLANTED = {
    "layers": [("hub/planted.py", "connectors"), ("connectors/planted.py", "cli"), ("dags/planted.py", "cli.main")],
    "rooms": [("hub/link/planted.py", "hub.duties.duty"), ("hub/ledger/planted.py", "hub.view")],
    "airflow": [("connectors/planted.py", "airflow"), ("cli/planted.py", "airflow.sdk")],
    "sql": [("hub/planted.py", "sqlalchemy"), ("connectors/planted.py", "psycopg"), ("hub/link/planted.py", "sqlite3")],
    "network": [
        ("hub/planted.py", "requests"),
        ("hub/ledger/planted.py", "socket"),
        ("hub/planted.py", "urllib.request"),
    ],
    "surroundings": [("hub/planted.py", "os"), ("hub/ledger/planted.py", "time")],
    "sandbox": [("sandbox/planted.py", "hub.model"), ("sandbox/planted.py", "connectors.sftp")],
    "agencies": [("connectors/planted.py", "sandbox"), ("hub/planted.py", "sandbox")],
}
CASES = [(contract, file, module) for contract, cases in PLANTED.items() for file, module in cases]


def contracts(root: Path) -> dict[str, str]:
    """Id -> name of every contract in pyproject.toml."""
    settings = tomli.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


def test_imports_point_one_way(project_root: Path) -> None:
    outcome = run_check(check_named("imports"), project_root)
    assert outcome.passed, outcome.output
    assert outcome.covered == len(contracts(project_root))


def test_every_contract_has_a_planted_violation(project_root: Path) -> None:
    assert set(PLANTED) == set(contracts(project_root))


@pytest.mark.parametrize(("contract", "file", "module"), CASES, ids=[f"{c}-{f}-{m}" for c, f, m in CASES])
def test_a_planted_import_breaks_its_contract(
    copied_tree: Path, project_root: Path, contract: str, file: str, module: str
) -> None:
    (copied_tree / file).write_text(f"import {module}  # planted\n", encoding="utf-8")
    outcome = run_check(check_named("imports"), copied_tree)
    assert not outcome.passed
    said = " ".join(outcome.output.split())
    assert f"{contracts(project_root)[contract]} BROKEN" in said
    assert file.removesuffix(".py").replace("/", ".") + " -> " + module.split(".")[0] in said
