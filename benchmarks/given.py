"""Recall and NDCG at 20 on a split that came with the data: what the tables of papers hold.

`evaluate` measures a dozen things of every list; on the largest public splits that would take most
of an hour a table. This asks the same questions with the same formulas for these two alone.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.topk import hide_rows, top_k
from omakase.data.dataset import Dataset
from omakase.evaluate import accuracy
from omakase.evaluate.compare import Candidate
from omakase.evaluate.confidence import interval
from omakase.evaluate.cost import PeakMemory
from omakase.evaluate.questions import EvaluationQueries
from omakase.protocols import Model
from omakase.types import Rows

K = 20
BLOCK_USERS = 512
Figures = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Run:
    """One model: its figures of each query, and what it cost.

    Attributes:
        figures: "recall@20" and "ndcg@20" to (Q,) values.
        train_seconds: wall clock of `fit`.
        peak_bytes: memory above the start, fitting or answering; none where nobody tells.
    """

    figures: Figures
    train_seconds: float
    peak_bytes: int | None

    def row(self, name: str) -> dict[str, Any]:
        """A line of the table."""
        peak = None if self.peak_bytes is None else self.peak_bytes / 2**20
        return {
            "model": name,
            **{measure: float(values.mean()) for measure, values in self.figures.items()},
            f"95 % of recall@{K}": bounds(self.figures[f"recall@{K}"]),
            "train seconds": self.train_seconds,
            "peak MiB": peak,
        }


def bounds(values: NDArray[np.float64]) -> list[float]:
    """Low and high end of the 95 % bootstrap interval of the mean."""
    low, high = interval(values[None], rng=np.random.default_rng(0))
    return [float(low[0]), float(high[0])]


def measured(contender: Candidate, learnt: Dataset, asked: EvaluationQueries, seed: int = 0) -> Run:
    """Fit on `learnt` and ask."""
    with PeakMemory() as memory:
        start = time.perf_counter()
        model = contender.cls.fit(learnt, contender.config, rng=np.random.default_rng(seed))
        seconds = time.perf_counter() - start
        figures = answered(model, asked)
    return Run(figures, seconds, memory.bytes)


def answered(model: Model[Any], asked: EvaluationQueries) -> Figures:
    """Recall and NDCG of each query; the whole catalog is ranked, what was seen is masked."""
    blocks = [_block(model, asked, start) for start in range(0, len(asked), BLOCK_USERS)]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def some(asked: EvaluationQueries, count: int, rng: np.random.Generator) -> EvaluationQueries:
    """A draw of the questions, for choosing settings."""
    chosen = np.sort(rng.permutation(len(asked))[:count])
    return replace(
        asked,
        users=asked.users[chosen],
        truth=asked.truth[chosen],
        now=asked.now[chosen],
        is_new=asked.is_new[chosen],
    )


def _block(
    model: Model[Any], asked: EvaluationQueries, start: int
) -> dict[str, NDArray[np.float64]]:
    block = slice(start, min(start + BLOCK_USERS, len(asked)))
    queries = asked.queries(block)
    scores = np.array(model.score(queries))
    hide_rows(scores, queries.exclude)
    hits = _hits(top_k(scores, K).items, asked, block)
    relevant = np.diff(asked.truth[block].indptr).astype(np.int64)
    return {
        f"recall@{K}": accuracy.recall(hits, relevant),
        f"ndcg@{K}": accuracy.ndcg(hits, relevant),
    }


def _hits(shown: Rows, asked: EvaluationQueries, block: slice) -> NDArray[np.bool_]:
    """(B, K)"""
    right = asked.truth[block].astype(bool).toarray()
    return np.take_along_axis(right, shown, axis=1) & (shown >= 0)
