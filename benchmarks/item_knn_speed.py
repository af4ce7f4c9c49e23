"""Item neighbours: time to the same lists as `implicit`.

Both build the 20 nearest items of each of MovieLens 1M's films by the cosine of their ratings, with
two threads, and keep everything above 0. A build is timed whole (weighing, transposing, searching).
The peer runs in its own process; the two take turns, each first builds once without a clock, which
on our side loads the compiled kernels. What counts is the ratio of the medians. The peer counts an
item among its own neighbours, so it is asked for 21; lists agree when the likeness at each place
is the same (of two films equally alike either may come first).
"""

import time
from dataclasses import dataclass

import numpy as np
from numba import set_num_threads
from numpy.typing import NDArray
from scipy import sparse

from benchmarks import peer
from benchmarks.form import Asked, Result, run
from omakase.arrays.topk import mask_rows, top_k
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.weighting import EVERY_RATING
from omakase.models.item_knn import ItemKnn, ItemKnnConfig

NEIGHBOURS, THREADS, ROUNDS, ASKED_USERS = 20, 2, 7, 300
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Build:
    """One turn: seconds of each build, and the links of the last, (N, N)."""

    seconds: list[float]
    links: sparse.csr_array
    version: str = ""


def benchmark(asked: Asked) -> Result:
    """Turns of both, the ratio of their medians, and whether their lists agree."""
    data = load(asked.folder("ml-1m"), weighting=EVERY_RATING).dataset
    set_num_threads(THREADS)
    turns = 1 if asked.quick else 3
    pairs = [(_ours(data), _theirs(data, asked)) for _ in range(turns)]
    ours, theirs = (
        np.asarray([s for pair in pairs for s in pair[side].seconds]) for side in (0, 1)
    )
    ratio = float(np.median(theirs) / np.median(ours))
    same = agreement(pairs[0][0].links, pairs[0][1].links)
    rows = [
        {"model": "omakase", **_spread(ours), "ratio": ratio, "same lists": same},
        {"model": "implicit", **_spread(theirs)},
        {"model": "omakase, one answer", "milliseconds": _answer_milliseconds(data)},
    ]
    words = f"{ratio:.1f}x as fast as implicit; {same:.2%} of the places agree"
    return Result(rows, [words], {"implicit": pairs[0][1].version})


def agreement(ours: sparse.csr_array, theirs: sparse.csr_array) -> float:
    """Share of the places of all lists whose likeness is the same to five digits.

    Their diagonal is left out, and places beyond the first `NEIGHBOURS`.
    """
    others = theirs.copy()
    others.setdiag(0)
    others.eliminate_zeros()
    first, second = _places(ours), _places(others)
    return float(np.isclose(first, second, rtol=1e-5, atol=1e-7).mean())


def _places(links: sparse.csr_array) -> Values:
    """(N, NEIGHBOURS) likeness of each place, best first, 0 where the list is shorter."""
    best = np.zeros((links.shape[0], NEIGHBOURS))
    for row, (start, end) in enumerate(zip(links.indptr[:-1], links.indptr[1:], strict=True)):
        values = -np.sort(-links.data[start:end])[:NEIGHBOURS]
        best[row, : len(values)] = values
    return best


def _ours(data: Dataset) -> Build:
    config = ItemKnnConfig(neighbours=NEIGHBOURS, threshold=0.0)
    seconds = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        model = ItemKnn.fit(data, config, rng=np.random.default_rng(0))
        seconds.append(time.perf_counter() - start)
    parts = (model.links.weights, model.links.items, model.links.starts)
    return Build(seconds[1:], sparse.csr_array(parts, shape=(data.n_items, data.n_items)))


def _theirs(data: Dataset, asked: Asked) -> Build:
    settings = {"neighbours": NEIGHBOURS + 1, "threads": THREADS, "rounds": ROUNDS}
    found = peer.ask(asked.peer_python, "implicit_cosine", peer.stored(data.matrix), settings)
    parts = tuple(found.arrays[name] for name in ("data", "indices", "indptr"))
    links = sparse.csr_array(parts, shape=(data.n_items, data.n_items))
    return Build(list(found.figures["seconds"]), links, str(found.figures["version"]))


def _spread(seconds: Values) -> dict[str, float]:
    names = ("seconds", "fastest", "slowest")
    return dict(zip(names, (np.median(seconds), seconds.min(), seconds.max()), strict=True))


def _answer_milliseconds(data: Dataset) -> float:
    """Median of one person's list of 10: scores, mask, selection."""
    model = ItemKnn.fit(data, ItemKnnConfig(), rng=np.random.default_rng(0))
    everyone = data.queries(np.arange(ASKED_USERS, dtype=np.int32))
    taken = []
    for user in range(ASKED_USERS):
        query = everyone[user : user + 1]
        start = time.perf_counter()
        top_k(mask_rows(model.score(query), query.exclude), 10)
        taken.append(time.perf_counter() - start)
    return float(np.median(taken)) * 1000


if __name__ == "__main__":
    run("item_knn_speed", benchmark, __doc__)
