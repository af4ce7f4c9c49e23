"""Figures for Prometheus. Where a server has several processes, each shows those of all.

`omakase serve` gives the processes a folder in which they count together; without it, as in tests
and commands, a process counts for itself.
"""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    values,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

log = logging.getLogger("omakase.metrics")
ALLOCATED_BYTES = 2**21
"""Of each file of figures: room for about ten thousand of them."""


_counts_as: int = os.getpid()
"""By which process's files this one counts."""


def allocate(folder: Path, process: int) -> bool:
    """Have the disk set room aside for the figures of a process; whether it did.

    They are written through memory, where a disk that is full ends the process (SIGBUS), unless
    every block of the file is there before.
    """
    files = [folder / f"{kind}_{process}.db" for kind in ("counter", "histogram")]
    try:
        for path in files:
            with path.open("ab") as file:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file.fileno(), 0, ALLOCATED_BYTES)
    except OSError as error:
        log.warning("no room for figures that processes share: %s", error)
        for path in files:
            path.unlink(missing_ok=True)
        return False
    return True


def _allocate_in_child(folder: Path) -> None:
    """Count for oneself; on a full disk by the parent's files, whose blocks are there.

    Of two that count by one file some counts are lost, which is better than to lose the process.
    """
    global _counts_as
    if allocate(folder, os.getpid()):
        _counts_as = os.getpid()


if getattr(values.ValueClass, "_multiprocess", False):
    _folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])  # noqa: TID251
    if allocate(_folder, os.getpid()):
        # it asks whose process it is at each count
        values.ValueClass = values.MultiProcessValue(lambda: _counts_as)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=lambda: _allocate_in_child(_folder))
    else:
        values.ValueClass = values.MutexValue
OURS = CollectorRegistry()
requests = Counter(
    "omakase_requests", "Requests answered", ("method", "route", "status"), registry=OURS
)
request_seconds = Histogram(
    "omakase_request_seconds",
    "Time to answer a request",
    ("route",),
    buckets=SECONDS,
    registry=OURS,
)
answers = Counter(
    "omakase_answers", "Lists answered", ("algorithm", "cache", "notice"), registry=OURS
)
answer_seconds = Histogram(
    "omakase_answer_seconds",
    "Time to make a list",
    ("algorithm",),
    buckets=SECONDS,
    registry=OURS,
)
events = Counter("omakase_events", "Events that came in", ("outcome",), registry=OURS)


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Of HTTP, by its route, never by what stood in its place."""
    number, time = _of_request(method, route, status)
    number.inc()
    time.observe(seconds)


def count_answer(algorithm: str, cache: str, notice: str, seconds: float) -> None:
    """A list that was answered."""
    number, time = _of_answer(algorithm, cache, notice)
    number.inc()
    time.observe(seconds)


def count_events(outcome: str, number: int) -> None:
    """That came in, and what became of them."""
    if number:
        _of_events(outcome).inc(number)


@lru_cache(maxsize=256)
def _of_request(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """To find a figure by its labels costs more than to count."""
    return requests.labels(method, route, status), request_seconds.labels(route)


@lru_cache(maxsize=256)
def _of_answer(algorithm: str, cache: str, notice: str) -> tuple[Counter, Histogram]:
    return answers.labels(algorithm, cache, notice), answer_seconds.labels(algorithm)


@lru_cache(maxsize=8)
def _of_events(outcome: str) -> Counter:
    return events.labels(outcome)


Gauges = Mapping[str, tuple[str, Callable[[], float]]]
"""Name to what it tells and how it is measured."""


def text(gauges: Gauges) -> bytes:
    """All figures as Prometheus reads them; what no counter holds is asked at this moment."""
    return generate_latest(counter_registry()) + generate_latest(_gauge_registry(gauges))


def requests_of_servers(folder: Path) -> dict[str, tuple[int, int]]:
    """Requests that each server of this machine has answered, and how many of them failed (5xx).

    By the name of its folder of figures. Whether it is ready, which it is asked all the time, is
    no request.
    """
    return {
        path.name: _answered(path) for path in sorted(folder.glob("*")) if any(path.glob("*.db"))
    }


def _answered(folder: Path) -> tuple[int, int]:
    together = CollectorRegistry()
    MultiProcessCollector(together, path=str(folder))
    numbers = [
        (sample.value, sample.labels["status"].startswith("5"))
        for metric in together.collect()
        if metric.name == "omakase_requests"
        for sample in metric.samples
        if "health" not in sample.labels["route"]
    ]
    return int(sum(n for n, _ in numbers)), int(sum(n for n, failed in numbers if failed))


def counter_registry() -> CollectorRegistry:
    if not getattr(values.ValueClass, "_multiprocess", False):
        return OURS
    together = CollectorRegistry()
    MultiProcessCollector(together)
    return together


def _gauge_registry(gauges: Gauges) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Measured(gauges))
    return registry


class Measured:
    """Figures that are measured when somebody asks, and lie in no file."""

    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Each with its value now."""
        for name, (about, measure) in self._gauges.items():
            yield GaugeMetricFamily(name, about, value=measure())
