"""Freed memory goes back to the system."""

import gc
import sys
from pathlib import Path
from weakref import ref

import pytest

from omakase_service.platform import heap

STATM = Path("/proc/self/statm")
MEGABYTES = 80


def resident_bytes() -> int:
    return int(STATM.read_text().split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_give_back_of_freed_blocks_below_one_in_use_returns_most_of_them():
    blocks = [bytes(1000) for _ in range(MEGABYTES * 1000)]
    last = blocks[-1]  # in use, so that the heap's end cannot sink by itself
    before = resident_bytes()
    blocks.clear()
    heap.give_back()
    assert before - resident_bytes() > MEGABYTES * 10**6 / 2
    assert len(last) == 1000


class Cycle:
    """Refers to itself, so that the collector alone frees it."""

    def __init__(self) -> None:
        self.own = self


def test_exempt_from_collection_passes_over_what_is_there_until_it_is_replaced():
    before = gc.get_threshold()
    version = Cycle()
    left = ref(version)
    try:
        heap.exempt_from_collection(is_first=True)
        del version
        gc.collect()
        assert left() is not None
        heap.exempt_from_collection(is_first=False)
        assert left() is None
        assert gc.get_threshold()[0] == heap.CONTAINERS
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
