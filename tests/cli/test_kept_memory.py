"""Is memory that arrays leave kept for the next ones?"""

from __future__ import annotations

import subprocess
import sys

# In a process of its own, for what is kept stays kept. Twelve arrays of two megabytes, made and left twenty times.
_WORK = """
import resource
import numpy as np
from cli.kept_memory import keep_memory

def work():
    for _ in range(20):
        some = [np.ones(1 << 18) for _ in range(12)]
        del some

{before}
work()
fetched = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - fetched)
"""


def test_arrays_made_again_and_again_fetch_no_pages_anew_once_memory_is_kept() -> None:
    """240 arrays have 122,880 pages; where they are given back each time, nearly all of them are fetched anew."""
    assert _pages_fetched("assert keep_memory()") * 100 < _pages_fetched("")


def _pages_fetched(before: str) -> int:
    program = [sys.executable, "-c", _WORK.format(before=before)]
    return int(subprocess.run(program, capture_output=True, text=True, check=True).stdout)
