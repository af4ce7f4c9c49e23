"""Deep models in eight bits: bytes, milliseconds and NDCG beside the same nets in float32.

Each net is trained once on ML-100K without the last two films of each person, and exported twice:
as it is, and with the weights of its layers and what flows into them in whole numbers of eight
bits. The test is the last film of each person, the whole catalog ranked, films seen masked. An
answer is all scores of one person, in one thread, by the processor's clock; the median is shown.
`plan.int8` keeps the smaller graph only where validation NDCG stays within 1 %; here both are kept
and judged on the test. Training is short: the ratio is what is asked for.
"""

import time
from collections.abc import Mapping
from typing import Any
from unittest import mock

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.form import Asked, Result, Row, run
from benchmarks.neural_pairs import crossing
from omakase.data.dataset import Dataset
from omakase.data.readers import load
from omakase.data.splits import Split, leave_one_out
from omakase.data.weighting import EVERY_RATING
from omakase.deep.nn.graph import OnnxGraph
from omakase.deep.nn.int8 import Inputs, int8_graph
from omakase.evaluate.run import evaluate
from omakase.models import neumf, sasrec, two_tower, wide_deep
from omakase.protocols import Model
from omakase.types import Queries

K = 10
BAR = 0.99


def field(data: Dataset, epochs: int) -> Mapping[str, tuple[type[Model[Any]], Any]]:
    """Models with their defaults, but for the passes."""
    plan = {"epochs": epochs}
    pairs = {**neumf.NeuMfConfig().plan.model_dump(), **plan}
    return {
        "sasrec": (sasrec.SasRec, sasrec.SasRecConfig(plan={"epochs": 4 * epochs})),
        "neumf": (neumf.NeuMf, neumf.NeuMfConfig(plan=pairs)),
        "wide_deep": (wide_deep.WideDeep, crossing(data, plan)),
        "two_tower": (two_tower.TwoTower, two_tower.TwoTowerConfig()),
    }


def benchmark(asked: Asked) -> Result:
    """A row a model and kind of numbers."""
    torch.set_num_threads(1)
    data = load(asked.folder("ml-100k"), weighting=EVERY_RATING).dataset
    split = leave_one_out(data)
    rows: list[Row] = []
    chosen = field(data, 1 if asked.quick else 3)
    for name in ("sasrec",) if asked.quick else chosen:
        cls, config = chosen[name]
        model = cls.fit(split.train, config, rng=np.random.default_rng(asked.seeds[0]))
        rows += compared(name, model, config, split)
    return Result(rows, [sentence(rows)])


def compared(name: str, model: Model[Any], config: Any, split: Split) -> list[Row]:
    """Two rows: float32, int8."""
    arrays = dict(model.arrays())
    queries = split.train.queries(np.arange(min(64, split.train.n_users), dtype=np.int32))
    small = int8_graph(arrays["graph"], asked_of(model, queries))
    graphs: Mapping[str, NDArray[np.uint8]] = {"float32": arrays["graph"], "int8": small}
    rows: list[dict[str, Any]] = []
    for numbers, graph in graphs.items():
        told = {**arrays, "graph": graph}
        served = type(model).from_arrays(told, config)
        figure = evaluate(served, split, k=K, name=name).figures[f"ndcg@{K}"]
        rows.append(
            {
                "model": name,
                "numbers": numbers,
                "graph KiB": len(graph) / 1024,
                "all arrays KiB": sum(a.nbytes for a in ({**arrays, "graph": graph}).values())
                / 1024,
                "median ms": milliseconds(served, queries),
                f"ndcg@{K}": figure,
            }
        )
    rows[1]["share of ndcg"] = rows[1][f"ndcg@{K}"] / rows[0][f"ndcg@{K}"]
    return rows


def asked_of(model: Model[Any], queries: Queries) -> list[Inputs]:
    """What the graph is asked when the model answers these."""
    heard: list[Inputs] = []
    plain = OnnxGraph.run

    def run_and_listen(self: OnnxGraph, **inputs: NDArray[Any]) -> NDArray[np.float32]:
        heard.append(inputs)
        return plain(self, **inputs)

    with mock.patch.object(OnnxGraph, "run", run_and_listen):
        model.score(queries)
    return heard


def milliseconds(model: Model[Any], queries: Queries) -> float:
    """The median of one answer a query."""
    with threadpool_limits(1):
        return float(np.median([_once(model, queries[n : n + 1]) for n in range(len(queries))]))


def _once(model: Model[Any], query: Queries) -> float:
    start = time.process_time()
    model.score(query)
    return (time.process_time() - start) * 1000


def sentence(rows: list[Row]) -> str:
    """Where it holds."""
    shares = {str(row["model"]): row["share of ndcg"] for row in rows if "share of ndcg" in row}
    held = [name for name, share in shares.items() if share >= BAR]
    lost = [name for name in shares if name not in held]
    words = f"within 1 % of the NDCG in float32: {', '.join(held) or 'none'}"
    return words + (f"; not: {', '.join(lost)}." if lost else ".")


if __name__ == "__main__":
    run("int8", benchmark, __doc__)
