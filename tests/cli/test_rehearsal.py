"""A dress run on the samples gives what is true about them, on either database, twice the same."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
AS_OF = "2026-10-31T23:59+08:00"
WRITTEN = ("links.csv", "obligations.csv", "findings.csv", "rows.csv", "balance.csv", "report.xlsx")


def rehearse(folder: Path, out: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "cli.main", "rehearse", str(folder), "--as-of", AS_OF, "--out", str(out)]
    chosen = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    return subprocess.run(
        command, cwd=ROOT, env={**chosen, **environ}, capture_output=True, text=True, check=False, timeout=300
    )


def digests(out: Path) -> Mapping[str, str]:
    """What was written, by name."""
    return {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in WRITTEN}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    """The results of one run on the samples."""
    out = tmp_path_factory.mktemp("first")
    done = rehearse(samples, out)
    assert done.returncode == 0, done.stderr
    return out


def test_the_samples_come_out_as_the_truth_says(first: Path, samples: Path) -> None:
    limits = ["--links-f1", "0.99", "--obligations", "0.99", "--findings", "0.98", "--rows", "1.0"]
    done = subprocess.run(
        [sys.executable, str(samples / "score.py"), str(samples / "expected"), str(first), *limits],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "274 of 274 files agree" in done.stdout


def test_a_second_run_in_another_zone_and_language_writes_the_same_bytes(
    first: Path, samples: Path, tmp_path: Path
) -> None:
    done = rehearse(samples, tmp_path, TZ="America/New_York", LC_ALL="C", PYTHONHASHSEED="7")
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path) == digests(first)


def test_postgresql_gives_what_sqlite_gives(first: Path, samples: Path, tmp_path: Path, postgres_url: str) -> None:
    done = rehearse(samples, tmp_path, HUB_DATABASE_URL=postgres_url)
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path) == digests(first)


def test_a_folder_without_one_agency_still_gives_the_others(samples: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(samples / "justice_bureau", folder / "justice_bureau")
    shutil.copytree(samples / "townships" / "140924208", folder / "townships" / "140924208")
    shutil.copytree(samples / "townships" / "140924208", folder / "townships" / "140924999")
    done = rehearse(folder, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "140924999: no mapping" in done.stderr
    files = (tmp_path / "out" / "balance.csv").read_text(encoding="utf-8")
    assert files.count("townships/140924208/") == 16
    assert "140924999" not in files


def test_a_folder_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    done = rehearse(tmp_path / "nowhere", tmp_path / "out")
    assert done.returncode == 2
    assert "no such folder" in done.stderr


def test_a_folder_without_agencies_is_named(tmp_path: Path) -> None:
    done = rehearse(tmp_path, tmp_path / "out")
    assert done.returncode == 2
    assert "holds no agency's folder" in done.stderr
    assert "Traceback" not in done.stderr
