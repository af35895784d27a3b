"""How does a way measure itself? From the file on the disk to the last commit, in its own process."""

from __future__ import annotations

import json
import os
import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figures:
    """One run: seconds by the clock and of processor time (helpers of its own included), megabytes at its most.

    start_seconds: what it took to be ready (imports, settings); not part of `seconds`. answer: what came of it.
    """

    seconds: float
    processor_seconds: float
    peak_mb: int
    start_seconds: float
    answer: dict[str, float | int | bool]


def measured(load: Callable[[], dict[str, float | int | bool]]) -> Figures:
    """Run a way's work and measure it. Imports and settings must be done before."""
    ready = time.perf_counter() - _began()
    processor, start = _processor(), time.perf_counter()
    answer = load()
    seconds, spent = time.perf_counter() - start, _processor() - processor
    return Figures(seconds, spent, _peak_mb(), ready, answer)


def tell(figures: Figures) -> None:
    """Print them for the program that started this one."""
    print(json.dumps(asdict(figures)))


def read(said: str) -> Figures:
    """The figures that `tell` printed, in the last line of what a way said."""
    return Figures(**json.loads(said.strip().splitlines()[-1]))


def _began() -> float:
    """When this process began, on the clock of `perf_counter`, which counts from the machine's start."""
    ticks = int(Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19])
    return ticks / os.sysconf("SC_CLK_TCK")


def _processor() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _peak_mb() -> int:
    """Of this process, and of the largest that it started, as if both had been at their most at once."""
    # Not ru_maxrss: a process begins with that of the one that started it.
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    own = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return (own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024
