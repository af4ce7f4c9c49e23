"""Which 64-bit hashes were seen before."""

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.kernel import kernel

FULL = 0.6
Hashes = NDArray[np.uint64]


class Seen:
    """A growing set of hashes; about 13 to 27 bytes a hash."""

    def __init__(self) -> None:
        self._table: Hashes = np.zeros(1 << 12, dtype=np.uint64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def first_time(self, hashes: Hashes) -> NDArray[np.bool_]:
        """(n,) whether each hash was never seen before, earlier in `hashes` included."""
        self._make_room(len(hashes))
        fresh = np.zeros(len(hashes), dtype=np.bool_)
        self._count += int(_insert(self._table, hashes, fresh))
        return fresh

    def _make_room(self, more: int) -> None:
        size = len(self._table)
        while self._count + more > FULL * size:
            size *= 2
        if size > len(self._table):
            old, self._table = self._table, np.zeros(size, dtype=np.uint64)
            keys = old[old != 0]
            _insert(self._table, keys, np.zeros(len(keys), dtype=np.bool_))


@kernel
def _insert(table: Hashes, hashes: Hashes, fresh: NDArray[np.bool_]) -> int:
    """Linear probing; 0 marks an empty place, so a hash of 0 is taken for 1."""
    mask = np.uint64(len(table) - 1)
    count = 0
    for n in range(len(hashes)):
        key = hashes[n] if hashes[n] != 0 else np.uint64(1)
        slot = key & mask
        while table[slot] != 0 and table[slot] != key:
            slot = (slot + np.uint64(1)) & mask
        if table[slot] == 0:
            table[slot] = key
            fresh[n] = True
            count += 1
    return count
