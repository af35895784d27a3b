"""How long do many obligations take, derived and their rungs planned? The hub, and a nightly job in plain Python."""

from __future__ import annotations

import argparse
import gc
import resource
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

from benchmarks.matters import AS_OF, OBLIGATIONS_PER_MATTER, draw_matters
from benchmarks.nightly_walk import Tally, walk
from benchmarks.race import Result, race
from hub.duties.obligations import derive
from hub.duties.rules import load_rules
from hub.ladder.climb import Act, LadderPlan, plan
from hub.ladder.ladders import load_ladders
from hub.link import Case
from hub.periods.calendar import load_calendar

MAPPINGS = Path(__file__).resolve().parents[1] / "mappings"
MATTERS = 20_000


def race_obligations(matters: int = MATTERS, rounds: int = 3) -> list[Result]:
    """Both ways over the same matters; they give the same obligations, states, due times, notices and questions."""
    return race_over(list(draw_matters(matters)), rounds)


def race_over(cases: list[Case], rounds: int) -> list[Result]:
    """The race over these matters."""
    return race(
        {
            "hub, with versions, scopes, pauses and the arithmetic in words": lambda: count(cases, AS_OF),
            "nightly job in plain Python, day by day": lambda: walk(cases, AS_OF),
        },
        rounds,
    )


def count(cases: list[Case], as_of: datetime) -> Tally:
    """Derive and plan with the project's own rules and ladders, and count what the peer counts."""
    rules, calendar = load_rules(MAPPINGS / "rules.yaml"), load_calendar(MAPPINGS / "calendars")
    obligations = derive(cases, rules, calendar, as_of)
    planned = plan(obligations, (), load_ladders(MAPPINGS / "ladders.yaml"), as_of, rules.titles)
    return Tally(Counter((o.rule, str(o.state), o.due_at) for o in obligations), *_raised(planned))


def _raised(planned: LadderPlan) -> tuple[int, int]:
    acts = Counter(rung.act for rung in planned.due)
    passed_over = sum(settled.why == "higher_rung_stands" for settled in planned.settled)
    return acts[Act.NOTIFY] + passed_over, acts[Act.PROPOSE]


def main() -> None:
    """So many obligations at once, in one process: both ways in one run, and the peak of memory."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--obligations", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    wanted = parser.parse_args()
    matters = wanted.obligations // OBLIGATIONS_PER_MATTER
    cases = list(draw_matters(matters))
    gc.freeze()  # the matters stay as they are: neither way pays for looking through them again
    drawn = _peak()
    results = race_over(cases, wanted.rounds)
    derived = sum(walk(cases, AS_OF).obligations.values())
    print(f"{derived:,} obligations of {matters:,} matters; peak {_peak():,} MB, of which the matters {drawn:,} MB")
    for one in results:
        print(f"{one.seconds:8.2f} s  {derived / one.seconds:10,.0f} obligations/s  × {one.ratio:.2f}  {one.name}")


def _peak() -> int:
    """Megabytes of this process at its most."""
    unit = 1024 if sys.platform == "darwin" else 1
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 * unit)


if __name__ == "__main__":
    main()
