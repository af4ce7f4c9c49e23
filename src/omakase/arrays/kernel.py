"""Kernels: loops that Numba compiles, and keeps on disk for the processes that come after."""

import logging
from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from typing import Any, TypeVar, overload

from numba import njit
from numba.core.caching import FunctionCache, IndexDataCacheFile

Loop = TypeVar("Loop", bound=Callable[..., Any])

log = logging.getLogger(__name__)


@overload
def kernel(function: Loop, /) -> Loop: ...


@overload
def kernel(**options: Any) -> Callable[[Loop], Loop]: ...


def kernel(function: Loop | None = None, /, **options: Any) -> Loop | Callable[[Loop], Loop]:
    """Compile a function of arrays and numbers when it is first called with their types.

    It releases the GIL. Where no folder can be written, it is compiled by each process anew.

    Args:
        function: a loop in the part of Python that Numba knows.
        options: of `numba.njit`, such as `fastmath`, `inline` and `error_model`.
    """
    if function is None:
        return lambda loop: _dispatcher(loop, options)
    return _dispatcher(function, options)


def _dispatcher(function: Loop, options: dict[str, Any]) -> Loop:
    dispatcher: Any = njit(nogil=True, **options)(function)
    try:
        dispatcher._cache = KernelCache(function)
    except RuntimeError:  # no folder can be written
        warn_of_compilation()
    return dispatcher


@cache
def warn_of_compilation() -> None:
    """Say once, not for each kernel, why the first requests of every process take seconds."""
    log.warning(
        "Compiled code can be kept nowhere, so each process compiles it anew; "
        "name a folder that can be written in NUMBA_CACHE_DIR"
    )


class KernelFiles(IndexDataCacheFile):
    """Compiled code on disk, each file named by the types that it is for.

    Numba numbers the files. Of two processes that compile a function for different types at the
    same moment, both may take the same number; from then on calls with the one types run the code
    for the other, without an error and with wrong results.
    """

    def save(self, key: object, data: object) -> None:
        """Keep code; who loads the key meets this code or none.

        Args:
            key: types, processor and the function's own code.
            data: what the code is built from again.
        """
        digest = blake2b(repr(key).encode(), digest_size=12).hexdigest()
        name = f"{self._index_name.removesuffix('.nbi')}.{digest}.nbc"
        self._save_data(name, data)
        names = self._load_index()  # others may have written it while this was compiled
        names[key] = name
        self._save_index(names)


class KernelCache(FunctionCache):
    """Numba's cache of a function, on files that no two keys share."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = KernelFiles(self.cache_path, self._impl.filename_base, stamp)
