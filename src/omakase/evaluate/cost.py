"""What a model costs: seconds to train, milliseconds to answer, memory at the peak."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

_OWN = Path("/proc/self")


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one model.

    Attributes:
        train_seconds: wall clock of `fit`; none where it was fitted elsewhere.
        answer_milliseconds: median for one query, scoring and selection.
        peak_bytes: memory of the process at its highest, above what it held before; none where
            the system does not tell.
    """

    train_seconds: float | None
    answer_milliseconds: float
    peak_bytes: int | None


class PeakMemory:
    """A with-block that knows afterwards how much memory was held at most, above the start.

    Attributes:
        bytes: none where the system does not tell (other than Linux, or a closed /proc).
    """

    def __init__(self) -> None:
        self.bytes: int | None = None
        self._before: int | None = None

    def __enter__(self) -> Self:
        self._before = _resident("VmRSS") if reset_peak_memory() else None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._before is not None:
            self.bytes = max(0, _resident("VmHWM") - self._before)


def milliseconds(work: Callable[[int], object], times: int) -> float:
    """Median wall clock of work(0), work(1), …, after one call that does not count."""
    work(0)
    durations = []
    for turn in range(times):
        start = time.perf_counter()
        work(turn)
        durations.append(time.perf_counter() - start)
    return float(np.median(durations)) * 1000 if durations else 0.0


def reset_peak_memory() -> bool:
    if sys.platform != "linux":
        return False
    try:
        (_OWN / "clear_refs").write_text("5")
    except OSError:
        return False
    return True


def _resident(field: str) -> int:
    lines = (_OWN / "status").read_text(encoding="ascii").splitlines()
    (line,) = (line for line in lines if line.startswith(field + ":"))
    return int(line.split()[1]) * 1024
