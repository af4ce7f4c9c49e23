"""An index whose store may go away: then it finds nothing, at once, until it is mended."""

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.lists import nothing
from omakase.errors import StoreError
from omakase.protocols import Filters, VectorIndex
from omakase.types import Slate, Vectors


class GuardedIndex:
    """Searches as the index it holds; for requests, which must be answered whatever is away.

    Nobody waits twice for a store that did not answer: it is left alone until `mend`, which
    somebody calls beside the requests, has opened it anew.

    Args:
        open: gives the index, filled.

    Raises:
        OmakaseError: of `open`, other than StoreError, which only leaves it to be mended.
    """

    def __init__(self, open: Callable[[], VectorIndex]) -> None:
        self._open = open
        self._held: VectorIndex | None = None
        self._mending = threading.Lock()
        self.mend()

    @property
    def is_away(self) -> bool:
        """Whether nothing is found for want of the store."""
        return self._held is None

    @property
    def is_remote(self) -> bool:
        """Whether a search waits for another process; an index that does not say so does not."""
        return bool(getattr(self._held, "is_remote", False))

    def mend(self) -> bool:
        """Open it anew where it is away; whether it is there now. One at a time."""
        with self._mending:
            if self._held is None:
                try:
                    self._held = self._open()
                except StoreError:
                    return False
            return True

    def search(self, vectors: Vectors, k: int) -> Slate:
        """As the index; (B, k) of PAD where it is away."""
        return self._ask(vectors, k, lambda held: held.search(vectors, k))

    def search_among(self, vectors: Vectors, k: int, allowed: NDArray[np.bool_]) -> Slate:
        """As `search`, over the rows that (N,) `allowed` marks, where the index can do that."""

        def among(held: VectorIndex) -> Slate:
            if isinstance(held, Filters):
                return held.search_among(vectors, k, allowed)
            return held.search(vectors, k)

        return self._ask(vectors, k, among)

    def _ask(self, vectors: Vectors, k: int, ask: Callable[[VectorIndex], Slate]) -> Slate:
        index = self._held
        if index is not None:
            try:
                return ask(index)
            except StoreError:
                self._held = None
        return nothing(len(vectors), k)
