"""SASRec: milliseconds to answer one user, in one thread, without torch.

Width 64, two blocks, histories of 50, 12,000 items: the history goes through the ONNX graph, its
vector is multiplied with all item vectors, what was seen is masked, and the best ten are chosen.
The weights are random: time does not depend on them. Beside it, how far the graph's scores are
from those of torch over 1,000 random histories.
"""

import time

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from benchmarks.form import Asked, Result, run
from omakase.arrays.topk import mask_rows, top_k
from omakase.deep.nn.encoder import initialise
from omakase.deep.nn.shape import Shape
from omakase.deep.train.next_item import NextItem, export_net
from omakase.models.sasrec import SasRec, SasRecConfig
from omakase.types import PAD, Queries, Rows

ITEMS, LENGTH = 12_000, 50
BAR_MILLISECONDS = 1.5


def answer(asked: Asked) -> Result:
    """One row a kind of block."""
    count = 100 if asked.quick else 1000
    rows = [measured(block, count, asked.seeds[0]) for block in ("plain", "gated")]
    slowest = max(row["median ms"] for row in rows)
    verdict = "within" if slowest <= BAR_MILLISECONDS else "over"
    return Result(
        rows, [f"the slower block is {verdict} the bar of {BAR_MILLISECONDS} ms: {slowest:.2f} ms"]
    )


def measured(block: str, count: int, seed: int) -> dict[str, float | str]:
    """Times of `count` requests, one after the other, and the distance to torch."""
    rng = np.random.default_rng(seed)
    shape = Shape(width=64, blocks=2, length=LENGTH, block=block)
    net = NextItem(ITEMS, shape).eval()
    initialise(net, torch.Generator().manual_seed(seed))
    arrays = {**export_net(net), "curve": np.empty((0, 4), dtype=np.float32)}
    model = SasRec.from_arrays(arrays, SasRecConfig(shape=shape))
    history = histories(count, rng)
    with threadpool_limits(1):
        milliseconds = [one_answer(model, history[n : n + 1]) for n in range(count)]
    return {
        "block": block,
        "median ms": float(np.median(milliseconds)),
        "p99 ms": float(np.quantile(milliseconds, 0.99)),
        "largest distance to torch": distance(net, model, history),
    }


def histories(count: int, rng: np.random.Generator) -> Rows:
    """(count, LENGTH) random items, half of the histories shorter than the whole."""
    history = rng.integers(0, ITEMS, (count, LENGTH)).astype(np.int32)
    short = rng.integers(-LENGTH, LENGTH, count)
    history[np.arange(LENGTH) < short[:, None]] = PAD
    return history


def one_answer(model: SasRec, history: Rows) -> float:
    """Milliseconds of one request of ten items."""
    start = time.perf_counter()
    queries = Queries.of(history)
    top_k(mask_rows(model.score(queries), queries.exclude), 10)
    return (time.perf_counter() - start) * 1000


def distance(net: NextItem, model: SasRec, history: Rows) -> float:
    """The largest difference of any score."""
    with torch.inference_mode():
        table = net.table()
        hidden = net(torch.from_numpy(history.astype(np.int64)), table)[:, -1]
        expected = (hidden @ table.T).numpy()
    return float(np.abs(model.score(Queries.of(history)) - expected).max())


if __name__ == "__main__":
    run("sasrec_answer", answer, __doc__)
