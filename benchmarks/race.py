"""How are several ways of doing one thing timed so that a noisy machine does not decide?"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Result:
    """Median seconds of one way, and how many times longer than ours it took."""

    name: str
    seconds: float
    ratio: float


def race(ways: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> list[Result]:
    """Time every way, in turn, round after round; the first is ours. Medians and ratios to it.

    In turn, since what else the machine does then slows all of them alike. Raises AssertionError where two ways do not
    give the same answer: a faster wrong one is no peer.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    answers: dict[str, object] = {}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            answers[name] = way()
            seconds[name].append(time.perf_counter() - start)
    (ours, *others) = answers
    for other in others:
        if answers[other] != answers[ours]:
            raise AssertionError(f"{other} and {ours} do not agree")
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    return [Result(name, median, median / medians[ours]) for name, median in medians.items()]
