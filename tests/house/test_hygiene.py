"""Does the tree hold something that has no business there?"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

# Spelled in parts, so that this file does not hold what it looks for.
REGISTRIES = ("pypi", "org"), ("pythonhosted", "org"), ("docker", "io"), ("ghcr", "io"), ("quay", "io"), ("gcr", "io")
REGISTRY = re.compile(r"(?i)\b(" + "|".join(r"\.".join(parts) for parts in REGISTRIES) + r")\b")
INDEX_OPTION = re.compile(
    r"--(?:extra-)?index-u[r]l\b|--f[i]nd-links\b|^\s*(?:extra-)?index-url\s*=|^\s*find-links\s*=", re.MULTILINE
)
MACHINE_PATH = re.compile(
    r"(?<![\w.$}/])/(?:" + "|".join(("ro" + "ot", "wo" + "rk", "ho" + "me", "Us" + "ers")) + r")/\w"
)
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY" + "-----")
FAULTS = {
    "a registry host": (REGISTRY, "docker." + "io/library/python"),
    "an index option": (INDEX_OPTION, "--index" + "-url x"),
    "a path of a machine": (MACHINE_PATH, "open('/ro" + "ot/x')"),
    "something unfinished": (UNFINISHED, "# TO" + "DO: later"),
    "a private key": (PRIVATE_KEY, "-----BEGIN RSA PRIVATE KEY" + "-----"),
}
# Deliveries as they came: what a clerk typed is not ours to judge.
OTHERS = ("tests/samples/",)


def texts(root: Path) -> dict[str, str]:
    """Path -> text of every file that git knows or would add, but binary ones."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.split("\0")
    found = {}
    for name in filter(None, listed):
        content = (root / name).read_bytes() if (root / name).is_file() else b"\0"
        if not name.startswith(OTHERS) and b"\0" not in content[:8192]:
            found[name] = content.decode("utf-8", "replace")
    return found


@pytest.fixture(scope="module")
def tree(project_root: Path) -> dict[str, str]:
    """The project's own texts, read once."""
    return texts(project_root)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_tree_holds_no_such_thing(tree: dict[str, str], fault: str) -> None:
    assert len(tree) >= 100
    pattern = FAULTS[fault][0]
    named = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1} {match[0]}"
        for name, text in tree.items()
        for match in pattern.finditer(text)
    ]
    assert named == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_one_would_be_seen(fault: str) -> None:
    pattern, planted = FAULTS[fault]
    assert pattern.search(planted)


def test_what_a_run_leaves_behind_is_ignored(project_root: Path) -> None:
    left = [".venv/x", "var/x", "docker/.env", "hub/__pycache__/x.pyc", ".coverage", ".mypy_cache/x"]
    done = subprocess.run(["git", "check-ignore", *left], cwd=project_root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == left
