"""How good a vector index is: what it finds of the exact nearest, and how long it looks."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from omakase.arrays.lists import side_by_side, sorted_slate
from omakase.arrays.topk import top_k
from omakase.protocols import Embeds, VectorIndex
from omakase.types import PAD, Progress, Queries, Rows, Slate, Vectors, silent

BLOCK: Final = 100_000
"""Vectors compared at once: a catalog of any size streams through a little memory."""
SCORES: Final = 2**25
"""Scores held at once, 128 MiB."""
EFFORTS: Final[Sequence[int]] = (8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
"""What is tried, from quick to thorough."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Of an index, over some questions asked one at a time.

    Attributes:
        recall: share of the exact nearest k that is found, 0..1.
        milliseconds: median of a search.
        slow_milliseconds: that 99 of 100 searches stay under.
        questions: how many were asked.
        k: how many were wanted.
    """

    recall: float
    milliseconds: float
    slow_milliseconds: float
    questions: int
    k: int


def nearest(vectors: Vectors, probes: Vectors, k: int, *, progress: Progress = silent) -> Slate:
    """(B, min(k, N)) the largest inner products by brute force; ties by lower row.

    Args:
        vectors: (N, D), perhaps a memory map larger than the memory.
        probes: (B, D).
    """
    best = Slate(np.zeros((len(probes), 0), np.int32), np.zeros((len(probes), 0), np.float32))
    step = max(1, min(BLOCK, SCORES // max(len(probes), 1)))
    for at in range(0, len(vectors), step):
        some = np.asarray(vectors[at : at + step], dtype=np.float32)
        neighbours = top_k(probes @ some.T, k)
        both = side_by_side([best, Slate(neighbours.items + np.int32(at), neighbours.scores)])
        ranked = sorted_slate(both.items, both.scores)
        best = Slate(ranked.items[:, :k], ranked.scores[:, :k])
        progress(min(at + step, len(vectors)), len(vectors))
    return best


def recall(found: Sequence[Rows] | Rows, truth: Rows) -> float:
    """Share of the true rows (B, K) that are among the B found; 1 where there are none."""
    hits = [np.isin(t[t != PAD], f).sum() for f, t in zip(found, truth, strict=True)]
    return float(np.sum(hits) / relevant) if (relevant := int((truth != PAD).sum())) else 1.0


def quality(
    index: VectorIndex,
    probes: Vectors,
    truth: Rows,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> Quality:
    """Asks each of (B, D) probes alone for the K of (B, K) true rows."""
    k = truth.shape[1]
    lists, durations = [], []
    for probe in probes:
        began = clock()
        lists.append(index.search(probe[None], k).items[0])
        durations.append(1000 * (clock() - began))
    low, high = (float(np.quantile(durations, q)) if durations else 0.0 for q in (0.5, 0.99))
    return Quality(recall(lists, truth), low, high, len(probes), k)


def tuned(index: VectorIndex, probes: Vectors, truth: Rows, least: float) -> VectorIndex:
    """The index at the least effort that finds a share `least` of the true rows, or at the most.

    An index without a knob of effort (`effort`, the name of one in its configuration) comes back
    as it is. The probes should not be those that the recall is reported on.
    """
    if not (name := getattr(index, "effort", "")):
        return index
    tried = index
    for effort in EFFORTS:
        tried = with_effort(index, name, effort)
        if recall(tried.search(probes, truth.shape[1]).items, truth) >= least:
            break
    return tried


def with_effort(index: Any, name: str, effort: int) -> Any:
    """The same index, searched with another effort."""
    return replace(index, config=index.config.model_copy(update={name: effort}))


def questions(model: Embeds, histories: Sequence[Rows]) -> Vectors:
    """(B, D) what people with these histories ask an index of the model's item vectors."""
    width = max((len(history) for history in histories), default=0) or 1
    rows = np.full((len(histories), width), PAD, dtype=np.int32)
    for line, each in zip(rows, histories, strict=True):
        line[width - len(each) :] = each
    return np.asarray(model.query_vectors(Queries.of(rows)), dtype=np.float32)
