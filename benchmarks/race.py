"""How are several ways of doing one thing timed so that a noisy machine does not decide?"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

ROUNDS = 5
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Result:
    """Median seconds of one way, how many times longer than ours it took, and the processor's seconds.

    processor: of this process and the commands that it ran, not of servers beside it.
    """

    name: str
    seconds: float
    ratio: float
    processor: float = 0.0


def race(
    ways: Mapping[str, Callable[[], Answer]],
    rounds: int = ROUNDS,
    compared: Callable[[Answer], object] = lambda answer: answer,
) -> list[Result]:
    """Time every way, in turn, round after round; the first is ours. Medians and ratios to it.

    In turn, since what else the machine does then slows all of them alike. compared: what of an answer must be the
    same for all; it is worked out, each round, after the clock has stopped. Raises AssertionError where two ways do
    not give the same answer: a faster wrong one is no peer.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    processor: dict[str, list[float]] = {name: [] for name in ways}
    answers: dict[str, object] = {}
    for _ in range(rounds):
        for name, way in ways.items():
            start, busy = time.perf_counter(), _processor_seconds()
            answer = way()
            seconds[name].append(time.perf_counter() - start)
            processor[name].append(_processor_seconds() - busy)
            answers[name] = compared(answer)
    (ours, *others) = answers
    for other in others:
        if answers[other] != answers[ours]:
            raise AssertionError(f"{other} and {ours} do not agree")
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    return [
        Result(name, median, median / medians[ours], statistics.median(processor[name]))
        for name, median in medians.items()
    ]


def _processor_seconds() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
