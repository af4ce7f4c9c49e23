"""Memory of this process: what the collector of cycles looks at, and what the C library keeps of
what was freed, which is little, and goes back to the system at times."""

import ctypes
import gc
from collections.abc import Callable
from functools import cache

ARENA_MAX = -8
"""M_ARENA_MAX of glibc's malloc.h."""

CONTAINERS = 20_000
"""New ones by which the collector is begun. By 700, as is usual, one person's history begins it."""


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


def exempt_from_collection(*, is_first: bool) -> None:
    """Have the collector of cycles pass over all that is there now, a whole version above all.

    It looked at every card and every name again and again, and stopped all requests for as long;
    what requests make from now on goes by itself, and is looked at seldom. What was passed over
    before is looked at once more where a version was replaced: that one goes, and its memory
    returns to the system. The first time it is what this process shares with the one that it was
    forked from, and to look at it is to copy it.
    """
    if not is_first:
        gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(CONTAINERS)
    give_back()


@cache
def _function(name: str) -> Callable[..., int] | None:
    try:
        function: Callable[..., int] = getattr(ctypes.CDLL(None), name)
    except (AttributeError, OSError, TypeError):  # another C library; TypeError: Windows
        return None
    return function
