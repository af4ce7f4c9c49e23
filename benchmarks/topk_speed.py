"""The best hundred of a million items: every index beside bare FAISS, and what it finds.

A million vectors of 64 numbers, drawn around a few thousand centres as those of real items are,
one question at a time and a hundred at a time. "of bare" is the time through our protocol as a
share of the time of calling FAISS itself with the same settings, in the same run; recall is
the share of the true best hundred that is found. Times are medians of several rounds, on one
thread.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import faiss
import numpy as np

from benchmarks.form import Asked, Result, run
from omakase.protocols import VectorIndex
from omakase.registry import INDEXES
from omakase.types import Vectors

WIDTH, K, BATCH = 64, 100, 100


def topk_speed(asked: Asked) -> Result:
    """A row an index."""
    rng = np.random.default_rng(asked.seeds[0])
    size, rounds = (10_000, 5) if asked.quick else (1_000_000, BATCH)
    faiss.omp_set_num_threads(1)
    vectors, probes = world(rng, size)
    truth = INDEXES["exact"].build(vectors, None, rng=rng).search(probes, K).items
    rows = [
        {"data": f"{size:,} vectors of {WIDTH}", **measured(name, vectors, probes, truth, rounds)}
        for name in names()
    ]
    ratios = ", ".join(f"{row['index']} {row['of bare']:.2f}" for row in rows if "of bare" in row)
    return Result(rows, [f"One question through the protocol, as a share of bare FAISS: {ratios}."])


def names() -> list[str]:
    """All indexes that live in this process."""
    return [name for name in INDEXES if name == "exact" or name.startswith("faiss")]


def world(rng: np.random.Generator, size: int) -> tuple[Vectors, Vectors]:
    """Items and questions around the same centres."""
    centres = rng.standard_normal((2_000, WIDTH), dtype=np.float32)
    vectors, probes = (
        centres[rng.integers(0, len(centres), n)]
        + 0.7 * rng.standard_normal((n, WIDTH), dtype=np.float32)
        for n in (size, BATCH)
    )
    return vectors, probes


def measured(
    name: str, vectors: Vectors, probes: Vectors, truth: np.ndarray, rounds: int
) -> dict[str, Any]:
    """Seconds to build, size, recall, and the times."""
    cls = INDEXES[name]
    start = perf_counter()
    index = cls.build(vectors, cls.config_type(), rng=np.random.default_rng(0))
    built = perf_counter() - start
    found = index.search(probes, K).items
    return {
        "index": name,
        "build s": built,
        "MB": sum(array.nbytes for array in index.arrays().values()) / 1e6,
        f"recall@{K}": share(found, truth),
        **times(index, probes, rounds),
    }


def times(index: VectorIndex, probes: Vectors, rounds: int) -> dict[str, float]:
    """Milliseconds a question, alone and in a batch; and beside FAISS where FAISS has no helper."""
    native = getattr(index, "native", None)
    asks: list[Callable[[Vectors], Any]] = [lambda some: index.search(some, K)]
    if native is not None:
        parameters = index.parameters(K)  # type: ignore[attr-defined]
        asks.append(lambda some: native.search(some, K, params=parameters))
    alone = medians(asks, [probes[n : n + 1] for n in range(rounds)])
    together = medians(asks, [probes] * max(2, rounds // 20))
    row = {"ms alone": alone[0], "ms in a batch": together[0] / len(probes)}
    if native is None:
        return row
    ratios = (alone[0] / alone[1], together[0] / together[1])
    return row | {"of bare": ratios[0], "of bare in a batch": ratios[1]}


def medians(asks: list[Callable[[Vectors], Any]], questions: list[Vectors]) -> list[float]:
    """Milliseconds of each way to ask, taken in turn so that both meet the same machine.

    Each way asks other questions than the one before it, or it would find the memory warm.
    """
    taken = np.zeros((len(asks), len(questions)))
    for ask in asks:
        ask(questions[0])
    for column in range(len(questions)):
        for line, ask in enumerate(asks):
            some = questions[(column + line * (len(questions) // 2)) % len(questions)]
            start = perf_counter()
            ask(some)
            taken[line, column] = perf_counter() - start
    return [float(each) for each in 1000 * np.median(taken, axis=1)]


def share(found: np.ndarray, truth: np.ndarray) -> float:
    """Of the true best, how many were found."""
    hits = [len(set(f) & set(t)) for f, t in zip(found.tolist(), truth.tolist(), strict=True)]
    return sum(hits) / truth.size


if __name__ == "__main__":
    run("topk_speed", topk_speed, __doc__)
