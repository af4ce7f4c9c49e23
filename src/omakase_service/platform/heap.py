"""What the C library keeps of memory that was freed: little, and back to the system at times."""

import ctypes
from collections.abc import Callable
from functools import cache

ARENA_MAX = -8
"""M_ARENA_MAX of glibc's malloc.h."""


def limit_arenas(most: int) -> None:
    """Let the threads of this process share so many heaps, where the C library can (glibc).

    By itself each thread has its own, up to eight a core, and each keeps what was freed in it.
    Python's threads seldom allocate at the same time. To be called before threads begin.
    """
    mallopt = _function("mallopt")
    if mallopt is not None:
        mallopt(ARENA_MAX, most)


def give_back() -> None:
    """Return free memory of this process to the system, where the C library can (glibc).

    After something large, a body of megabytes or a version that was replaced, glibc keeps pages
    for a next time that may never come. It takes milliseconds; not for an event loop.
    """
    trim = _function("malloc_trim")
    if trim is not None:
        trim(0)


@cache
def _function(name: str) -> Callable[..., int] | None:
    try:
        function: Callable[..., int] = getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):  # another C library; TypeError: Windows
        return None
    return function
