"""Do the ways to run the project agree: the Makefile, CI and what the README tells a newcomer?"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TARGETS = ("help", "run", "demo", "test", "check", "bench", "bench-million", "bench-loading", "lock", "image", "clean")


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make there; nothing of a surrounding make leaks in."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_make_alone_lists_every_target_with_one_line(project_root: Path) -> None:
    done = make(project_root)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[1] for line in lines] == list(TARGETS)
    assert all(len(line.split()) > 3 for line in lines)


def test_ci_runs_the_command_that_the_readme_names(project_root: Path) -> None:
    runs = (project_root / ".ci" / "run").read_text(encoding="utf-8")
    called = re.findall(r'(?m)^stage "make \w+" (make \w+)$', runs)
    assert called == ["make test"]
    for readme in ("README.md", "README.zh-CN.md"):
        told = re.findall(r"\bmake (\w+)", (project_root / readme).read_text(encoding="utf-8"))
        assert "test" in told
        assert set(told) <= set(TARGETS)


def test_ci_needs_no_system_package_that_it_does_not_name(project_root: Path) -> None:
    runs = (project_root / ".ci" / "run").read_text(encoding="utf-8")
    named = set(re.findall(r"(?m)^    '/\S+ +(\S+)'$", runs))
    assert {"postgresql", "openssh-server", "openssh-client", "redis-server", "chromium", "fonts-noto-cjk"} <= named
    assert {"libreoffice-writer-nogui", "poppler-utils"} <= named
    assert {"make", "python3", "python3-venv"} <= named


@pytest.mark.parametrize(
    "script", [".ci/run", ".ci/venv", "docker/build-without-engine.sh", "docker/ledger-database.sh"]
)
def test_every_script_can_be_run_and_parsed(project_root: Path, script: str) -> None:
    path = project_root / script
    assert os.access(path, os.X_OK)
    shell = path.read_text(encoding="utf-8").split("\n")[0].split("/")[-1].split()[-1]
    assert subprocess.run([shell, "-n", path], check=False).returncode == 0


def test_without_a_fitting_python_the_way_out_is_told(project_root: Path, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "id", "rm"):
        (tools / name).symlink_to(str(shutil.which(name)))
    done = subprocess.run(
        [project_root / ".ci" / "venv", tmp_path / "venv"],
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "No Python 3.10 or newer" in done.stderr
    assert not (tmp_path / "venv").exists()
