"""Draw a folder (python -m tests.drawing TARGET --seed N), or try the hub on many (--seeds 1 2 3)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.drawing.draw import Drawing, draw
from tests.drawing.hazards import HAZARDS
from tests.drawing.trial import rehearse


def main() -> int:
    """Draw one folder and say what is in it; with --seeds, draw each, run the hub on it, and say how it did."""
    parser = argparse.ArgumentParser(prog="python -m tests.drawing", description=__doc__)
    parser.add_argument(
        "target", type=Path, nargs="?", help="the folder to draw into (with --seeds: one below it each)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--seeds", type=int, nargs="+", metavar="N", help="try the hub on each; 1 where one falls short"
    )
    parser.add_argument("--matters", type=int, default=120)
    parser.add_argument("--hazards", nargs="*", metavar="NAME", help="only these switches (default: all)")
    parser.add_argument("--without", nargs="*", default=[], metavar="NAME", help="all but these")
    parser.add_argument("--show", type=int, default=20, help="so many differences of each trial")
    given = parser.parse_args()
    on = set(HAZARDS if given.hazards is None else given.hazards) - set(given.without)
    if given.seeds:
        with TemporaryDirectory() as scratch:
            root = given.target or Path(scratch)
            return max(_try(root / str(seed), seed, given.matters, on, given.show) for seed in given.seeds)
    if given.target is None:
        parser.error("a target, or --seeds")
    _tell(draw(given.target, given.seed, matters=given.matters, hazards=on))
    return 0


def _try(folder: Path, seed: int, matters: int, on: set[str], show: int) -> int:
    drawing = draw(folder / "drawn", seed, matters=matters, hazards=on)
    print(f"seed {seed}: {drawing.cases} cases, {drawing.records} records, {drawing.obligations} duties")
    trial = rehearse(drawing, folder / "out")
    print(trial.scored.rstrip())
    for one in trial.differences[:show]:
        print(f"  {one}")
    print(f"  {len(trial.differences)} differences", flush=True)
    return 0 if trial.reached else 1


def _tell(drawing: Drawing) -> None:
    print(f"{drawing.cases} cases, {drawing.records} records, {drawing.obligations} duties in {drawing.folder}")
    for name, count in sorted(drawing.findings.items()):
        print(f"  {count:4} {name}")
    for name in HAZARDS:
        print(f"  {drawing.hazards[name]:4} {name}")


if __name__ == "__main__":
    sys.exit(main())
