"""One person's list from a loaded model: milliseconds in process.

On MovieLens 1M: the model is saved as arrays and built again from them, then asked for one person
at a time, chosen at random: the history (a median of 96 films, up to 2,314) is folded in, the whole
catalog is scored, what was seen is hidden, and the best ten are chosen. The bar is a median under
one millisecond.
"""

import time
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.form import Asked, Result, Row, run
from omakase.arrays.topk import hide_rows, top_k
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.weighting import EVERY_RATING
from omakase.protocols import Model
from omakase.registry import MODELS
from omakase.types import Queries

NAMES, PEOPLE, BAR = ("ials", "item_knn", "ease", "sparse_ease", "pure_svd"), 1000, 1.0


def benchmark(asked: Asked) -> Result:
    """Median, 95th percentile and slowest of each model."""
    data = load(asked.folder("ml-1m"), weighting=EVERY_RATING).dataset
    names = NAMES[:2] if asked.quick else NAMES
    rows = [_row(name, data, asked.seeds[0]) for name in names]
    words = [f"{r['model']}: {r['median ms']:.2f} ms, the bar is {BAR:.0f} ms" for r in rows[:2]]
    return Result(rows, words)


def _row(name: str, data: Dataset, seed: int) -> Row:
    model = _loaded(name, data, seed)
    rng = np.random.default_rng(seed)
    people = rng.choice(data.n_users, PEOPLE, replace=False).astype(np.int32)
    with threadpool_limits(1):
        taken = [_milliseconds(model, data.queries(people[p : p + 1])) for p in range(PEOPLE)]
    median, high = np.percentile(taken[10:], [50, 95])
    return {"model": name, "median ms": median, "p95 ms": high, "slowest ms": max(taken[10:])}


def _loaded(name: str, data: Dataset, seed: int) -> Model[Any]:
    cls = MODELS[name]
    config = cls.config_type()
    model = cls.fit(data, config, rng=np.random.default_rng(seed))
    return cls.from_arrays(model.arrays(), config)


def _milliseconds(model: Model[Any], query: Queries) -> float:
    start = time.perf_counter()
    scores = model.score(query)
    hide_rows(scores, query.exclude)
    top_k(scores, 10)
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    run("answer_time", benchmark, __doc__)
