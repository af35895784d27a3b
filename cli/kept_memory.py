"""How is memory kept at hand that whole columns need again and again?"""

from __future__ import annotations

import ctypes

_TRIM, _MMAP, _ARENAS = -1, -3, -8  # glibc's M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX
_NEVER = (1 << 31) - 1
_MOST = 32 << 20  # bytes; glibc takes no more
_FEW = 2  # stores of memory that threads share; each would keep its own


def keep_memory() -> bool:
    """Keep what arrays leave for the next ones, rather than give it back to the system; whether that can be done here.

    Stages make and leave arrays of some megabytes by the hundred. Given back each time, every page of them is fetched
    and cleared anew: of lists of a million rows a few hundredths of the processor's time; kept, they cost a tenth more
    memory. Of the C library alone, and nothing where it is not glibc; what polars holds is its own.
    """
    adjust = getattr(ctypes.CDLL(None), "mallopt", None)
    return adjust is not None and all((adjust(_TRIM, _NEVER), adjust(_MMAP, _MOST), adjust(_ARENAS, _FEW)))
