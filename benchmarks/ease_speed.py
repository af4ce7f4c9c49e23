"""EASE: time and memory to build and to answer, beside `rectools`.

Both build the item-item weights of MovieLens 1M's ratings with the same penalty and two threads,
then make a list of ten for every user, seen films left out. The peer runs in its own process,
taking turns with ours; a small build before the clock loads what is compiled. Memory is what the
process held at most above what it held before the build. The two sets of weights are compared in a
corner of 200 films.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numba import set_num_threads
from threadpoolctl import threadpool_limits

from benchmarks import peer
from benchmarks.form import Asked, Result, run
from omakase.arrays.topk import hide_rows, top_k
from omakase.conformance.toy_data import two_tribes
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.weighting import EVERY_RATING
from omakase.evaluate.cost import PeakMemory
from omakase.models.ease import Ease, EaseConfig
from omakase.types import Rows

L2, THREADS, ROUNDS, CORNER, BLOCK = 500.0, 2, 3, 200, 512
MEASURES = ("build seconds", "answer seconds", "peak MiB")


def benchmark(asked: Asked) -> Result:
    """Turns of both, medians and ratios."""
    data = load(asked.folder("ml-1m"), weighting=EVERY_RATING).dataset
    corner = np.flatnonzero(np.bincount(data.matrix.indices))[:CORNER].astype(np.int32)
    given = {**peer.stored(data.matrix), "corner": corner}
    settings = {"l2": L2, "threads": THREADS, "blas_threads": THREADS}
    ours, theirs, apart, version = [], [], 0.0, ""
    set_num_threads(THREADS)
    _build(two_tribes())
    for _ in range(1 if asked.quick else ROUNDS):
        model, figures = _build(data)
        ours.append({**figures, "answer seconds": _answer_seconds(model, data)})
        found = peer.ask(asked.peer_python, "rectools_ease", given, settings)
        theirs.append({name: found.figures[name] for name in MEASURES})
        version = found.figures["version"]
        apart = max(apart, _apart(model, corner, found.arrays["corner"]))
    mine, other = _medians(ours), _medians(theirs)
    ratios = {f"{name} ratio": other[name] / mine[name] for name in MEASURES}
    rows = [{"model": "omakase", **mine, **ratios}, {"model": "rectools", **other}]
    return Result(rows, [f"weights differ by at most {apart:.1g}"], {"rectools": version})


def _build(data: Dataset) -> tuple[Ease, dict[str, float]]:
    with threadpool_limits(THREADS), PeakMemory() as memory:
        start = time.perf_counter()
        model = Ease.fit(data, EaseConfig(l2=L2), rng=np.random.default_rng(0))
        seconds = time.perf_counter() - start
    return model, {"build seconds": seconds, "peak MiB": (memory.bytes or 0) / 2**20}


def _answer_seconds(model: Ease, data: Dataset) -> float:
    queries = data.queries(np.arange(data.n_users, dtype=np.int32))
    start = time.perf_counter()
    for first in range(0, len(queries), BLOCK):
        block = queries[first : first + BLOCK]
        scores = model.score(block)
        hide_rows(scores, block.exclude)
        top_k(scores, 10)
    return time.perf_counter() - start


def _apart(model: Ease, corner: Rows, theirs: np.ndarray[Any, Any]) -> float:
    return float(np.abs(model.weights[np.ix_(corner, corner)] - theirs).max())


def _medians(turns: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: float(np.median([turn[name] for turn in turns])) for name in MEASURES}


if __name__ == "__main__":
    run("ease_speed", benchmark, __doc__)
