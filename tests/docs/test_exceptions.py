"""Does the catalogue of exceptions hold everything that the hub sets aside, refuses or stops for?"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import cli
import connectors
import hub
from cli.exit_codes import FOR_A_PERSON, UNREACHABLE, WRONG_USE
from cli.session import SomethingForAPerson
from connectors.report_book_words import REASONS
from hub.delivery.receipts import Fault
from hub.delivery.rules import load_delivery_rules
from hub.errors import AgencyUnreachable, HubError, ParcelRefused, RowRejected, UnreadableValue
from tests.docs.pages import Row, rows_of

HAN = re.compile(r"[\u4e00-\u9fff]")
ASIDE = (ParcelRefused.__name__, RowRejected.__name__, UnreadableValue.__name__, "DeliveryRefused", "NameTaken")


@pytest.fixture(scope="module")
def catalogue(project_root: Path) -> list[Row]:
    """Every line of the catalogue."""
    return rows_of(project_root / "docs" / "exceptions.md")


def named(catalogue: list[Row], title: str) -> list[str]:
    """The words of every table whose first column has that title."""
    return [row.names()[0] for row in catalogue if row.titles[0] == title]


def literals(folder: Path) -> set[str]:
    """Every text that stands in the code of a package."""
    return {
        node.value
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def errors_of_the_packages() -> set[str]:
    """The names of the public error classes that are the hub's own, without those of Airflow's side."""
    found: set[type[Exception]] = set()
    for package in (hub, connectors, cli):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name:
                found |= {
                    one
                    for one in vars(importlib.import_module(module.name)).values()
                    if isinstance(one, type) and issubclass(one, (HubError, RuntimeError))
                }
    own = (hub.__name__, connectors.__name__, cli.__name__)
    return {one.__name__ for one in found if one.__module__.partition(".")[0] in own and one.__name__[0] != "_"}


def errors_of_airflow(project_root: Path) -> set[str]:
    """The error classes of the DAGs, from their text: importing them needs an Airflow that is set up."""
    tree = ast.parse((project_root / "dags" / "failures.py").read_bytes())
    bases = {n.name: [ast.unparse(b) for b in n.bases] for n in tree.body if isinstance(n, ast.ClassDef)}
    return {name for name, parents in bases.items() if parents == ["Exception"]}


def test_every_reason_of_quarantine_is_explained(catalogue: list[Row]) -> None:
    assert named(catalogue, "reason") == list(REASONS)


def test_every_reason_is_one_that_the_code_gives(project_root: Path) -> None:
    given = literals(project_root / "hub") | literals(project_root / "connectors")
    assert set(REASONS) <= given


def test_every_fault_of_an_acknowledgement_is_explained(catalogue: list[Row]) -> None:
    assert named(catalogue, "fault") == [str(fault) for fault in Fault]


def test_every_result_of_an_acknowledgement_is_explained(catalogue: list[Row], project_root: Path) -> None:
    answers = load_delivery_rules(project_root / "mappings" / "deliveries.yaml").answers
    explained = {row.names()[0]: row.cells for row in catalogue if row.titles[0] == "result"}
    assert set(explained) == set(answers)
    for code, answer in answers.items():
        assert (explained[code][2] != "—") == bool(answer.act), code


def test_what_is_no_fault_is_a_word_that_the_code_gives(catalogue: list[Row], project_root: Path) -> None:
    words = {row.names()[0] for row in catalogue if row.titles[0] == "word"}
    assert words
    assert words <= literals(project_root / "hub")


def test_every_class_of_error_is_explained(catalogue: list[Row], project_root: Path) -> None:
    explained = named(catalogue, "error")
    assert len(set(explained)) == len(explained)
    assert set(explained) == errors_of_the_packages() | errors_of_airflow(project_root)


def test_the_exit_code_beside_an_error_is_what_the_command_gives(catalogue: list[Row]) -> None:
    codes = {row.names()[0]: row.cells[1] for row in catalogue if row.titles[0] == "error"}
    every = errors_of_the_packages()
    told = {name: code for name, code in codes.items() if code != "—"}
    assert told[AgencyUnreachable.__name__] == str(UNREACHABLE)
    assert told[SomethingForAPerson.__name__] == str(FOR_A_PERSON)
    stopping = {n for n in told if n in every} - {AgencyUnreachable.__name__, SomethingForAPerson.__name__, *ASIDE}
    assert {told[name] for name in stopping} == {str(WRONG_USE)}
    assert {told[name] for name in ASIDE} == {"0"}


def test_every_line_speaks_both_languages(catalogue: list[Row]) -> None:
    assert len(catalogue) > 30
    for row in catalogue:
        told = " ".join(row.cells[1:])
        assert HAN.search(told), row
        assert re.search(r"[A-Za-z]{3}", told), row
