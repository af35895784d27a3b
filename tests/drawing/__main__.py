"""Draw from the command line: python -m tests.drawing TARGET --seed N."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.drawing.draw import draw
from tests.drawing.hazards import HAZARDS


def main() -> None:
    """Draw one folder and say what is in it."""
    parser = argparse.ArgumentParser(prog="python -m tests.drawing", description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--matters", type=int, default=120)
    parser.add_argument("--hazards", nargs="*", metavar="NAME", help="only these switches (default: all)")
    parser.add_argument("--without", nargs="*", default=[], metavar="NAME", help="all but these")
    given = parser.parse_args()
    on = set(HAZARDS if given.hazards is None else given.hazards) - set(given.without)
    drawing = draw(given.target, given.seed, matters=given.matters, hazards=on)
    print(f"{drawing.cases} cases, {drawing.records} records, {drawing.obligations} duties in {drawing.folder}")
    for name, count in sorted(drawing.findings.items()):
        print(f"  {count:4} {name}")
    for name in HAZARDS:
        print(f"  {drawing.hazards[name]:4} {name}")


if __name__ == "__main__":
    main()
