"""Who trains: the holder of a locked file, which the system unlocks when a process ends.

A time stamp would have to be renewed while a solver works for minutes in one call, and would go on
looking alive after a crash. A lock holds by itself, and no longer than its process. All that train
for one database share its data folder, where the file lies.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files import locks

from omakase_settings import settings


@contextmanager
def held() -> Iterator[bool]:
    """Whether training is this block's alone; False at once where somebody else trains."""
    file = Path(settings().data_folder) / "training.lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as handle:
        mine = locks.lock(handle, locks.LOCK_EX | locks.LOCK_NB)
        try:
            yield mine
        finally:
            if mine:
                locks.unlock(handle)


def is_free() -> bool:
    """Whether nobody trains."""
    with held() as mine:
        return mine
