"""Does the tree keep the rules that a tool can check, and how much of it did each tool see?

`make check` runs this as a program; the tests run the same checks on copies with planted faults.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
TYPED = ("hub", "connectors", "cli", "sandbox", "dags", "benchmarks", "tests")
AIRFLOW_CODE = ("dags",)


@dataclass(frozen=True, slots=True)
class Check:
    """One static check. `sized` is the command whose output tells, by `size`, how much is covered.

    size: a pattern; the number in its first group, or how often it matches where it has no group.
    """

    name: str
    command: tuple[str, ...]
    sized: tuple[str, ...]
    size: str
    unit: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check said. It passed only if it covered something."""

    check: Check
    passed: bool
    covered: int
    output: str


LINT_IMPORTS = ("lint-imports", "--no-cache", "--config", "pyproject.toml")
CHECKS = (
    Check("format", ("ruff", "format", "--check", "."), ("ruff", "check", "--show-files"), r"(?m)\.pyi?$", "files"),
    Check("lint", ("ruff", "check", "."), ("ruff", "check", "--show-files"), r"(?m)\.pyi?$", "files"),
    Check(
        "airflow",
        ("ruff", "check", "--select", "AIR", *AIRFLOW_CODE),
        ("ruff", "check", "--show-files", *AIRFLOW_CODE),
        r"(?m)\.pyi?$",
        "files",
    ),
    Check("types", ("mypy", "--strict", *TYPED), (), r"(?:in|checked) (\d+) source files", "files"),
    Check("imports", LINT_IMPORTS, (), r"Contracts: (\d+) kept", "contracts"),
)


def check_named(name: str) -> Check:
    """The check of that name; a KeyError names an unknown one."""
    return {check.name: check for check in CHECKS}[name]


def run_check(check: Check, root: Path) -> Outcome:
    """Run one check in `root` with this environment's tools."""
    code, output = run_tool(check.command, root)
    sized = run_tool(check.sized, root)[1] if check.sized else output
    found = re.findall(check.size, sized)
    covered = int(found[0]) if found and found[0].isdigit() else len(found)
    return Outcome(check, code == 0 and covered > 0, covered, output)


def run_tool(command: tuple[str, ...], root: Path) -> tuple[int, str]:
    """Exit code and everything said, by a tool that is installed beside this Python."""
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=root, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def report(outcome: Outcome) -> str:
    """One line for people; what the tool said follows where the check failed."""
    state = "ok" if outcome.passed else "FAILED"
    line = f"{outcome.check.name:8} {state:6} {outcome.covered:5} {outcome.check.unit}"
    if outcome.passed:
        return line
    return line + ("" if outcome.covered else " (it covered nothing)") + "\n" + outcome.output


def main(root: Path) -> int:
    """Run every check, also after one has failed; 1 if any did."""
    passed = True
    for check in CHECKS:
        outcome = run_check(check, root)
        print(report(outcome), flush=True)
        passed = passed and outcome.passed
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent.parent))
