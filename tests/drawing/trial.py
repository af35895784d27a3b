"""What does the hub make of a drawing? The command as a user runs it, and the scorer that came with the samples."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.drawing.compare import Difference, differences
from tests.drawing.draw import SAMPLES, Drawing

ROOT = Path(__file__).resolve().parents[2]
LIMITS = ("--links-f1", "0.99", "--obligations", "0.99", "--findings", "0.98", "--rows", "1.0")


@dataclass(frozen=True)
class Trial:
    """The scorer's words and verdict on one run, and everything in which the hub differs from the truth."""

    scored: str
    reached: bool
    differences: tuple[Difference, ...]


def rehearse(drawing: Drawing, out: Path) -> Trial:
    """Run `hub rehearse` on a drawing and score what it wrote; raises where the hub fails."""
    as_of = f"{drawing.as_of:%Y-%m-%dT%H:%M}+08:00"
    chosen = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    hub = [sys.executable, "-m", "cli.main", "rehearse", str(drawing.folder), "--as-of", as_of, "--out", str(out)]
    run = subprocess.run(hub, cwd=ROOT, env=chosen, capture_output=True, text=True, check=False, timeout=600)
    if run.returncode:
        raise RuntimeError(f"hub rehearse ended with {run.returncode}: {run.stderr[-2000:]}")
    scorer = [sys.executable, str(SAMPLES / "score.py"), str(drawing.expected), str(out), *LIMITS]
    scored = subprocess.run(scorer, capture_output=True, text=True, check=False, timeout=300)
    return Trial(scored.stdout, scored.returncode == 0, tuple(differences(drawing.expected, out)))
