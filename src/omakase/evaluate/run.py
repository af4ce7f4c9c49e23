"""Ask a model every question of a part of a split, block by block."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.topk import mask_rows, top_k
from omakase.data.dataset import Dataset
from omakase.data.splits import Part, Split
from omakase.evaluate import accuracy, beyond
from omakase.evaluate.cost import Cost, PeakMemory, milliseconds
from omakase.evaluate.questions import EvaluationQueries, evaluation_queries
from omakase.evaluate.report import Report
from omakase.stacking.calibration import Calibration
from omakase.types import PAD, Progress, Queries, Rows, Scores, Slate, silent

BLOCK_SCORES: Final = 2**22
"""Scores held at once: 16 MiB of float32, whatever the number of users."""

LONGEST: Final = 50
"""Places of a list whose scores tell what a score means."""

MOST_TOLD: Final = 2_000_000
"""Scores that are enough to tell it."""

AT_K: Final[Mapping[str, Callable[[accuracy.Hits, accuracy.Counts], accuracy.Figures]]] = {
    "recall": accuracy.recall,
    "precision": accuracy.precision,
    "ndcg": accuracy.ndcg,
    "map": accuracy.average_precision,
    "mrr": accuracy.reciprocal_rank,
    "hit_rate": accuracy.hit_rate,
}


class Scorer(Protocol):
    """What is evaluated: a model, or whatever else scores the catalog."""

    def score(self, queries: Queries) -> Scores:
        """(B, N) finite, higher is better."""
        ...


@dataclass(frozen=True)
class Catalog:
    """What the measures beyond accuracy know of the items; from what a model has learnt.

    Attributes:
        information: (N,) bits of surprise.
        unexpected: (N,) share of the catalog that is more popular.
        company: (N, D) unit vectors of who used them.
    """

    information: NDArray[np.float64]
    unexpected: NDArray[np.float64]
    company: NDArray[np.float32]

    @classmethod
    def of(cls, learnt: Dataset) -> "Catalog":
        """From the events that models are fitted on."""
        used = learnt.positive
        counts = np.bincount(used.indices, minlength=learnt.n_items).astype(np.int64)
        return cls(
            beyond.information(counts, learnt.n_users),
            beyond.unexpectedness(counts),
            beyond.company(used),
        )


@dataclass
class ScoreMemo:
    """Scores of candidates and whether they were right, as far as they are needed."""

    scores: list[Scores] = field(default_factory=list)
    right: list[NDArray[np.bool_]] = field(default_factory=list)

    def hear(self, slate: Slate, hits: NDArray[np.bool_], known: NDArray[np.bool_]) -> None:
        """(B, K) candidates and hits of those people (B,) of whom something is known."""
        if sum(map(len, self.scores)) < MOST_TOLD:
            real = (slate.items != PAD) & known[:, None]
            self.scores.append(slate.scores[real])
            self.right.append(hits[real])

    def curve(self) -> Calibration | None:
        """None where nothing was heard."""
        if not sum(map(len, self.scores)):
            return None
        return Calibration.of(np.concatenate(self.scores), np.concatenate(self.right))


def evaluate(
    model: Scorer,
    split: Split,
    part: Part = "test",
    *,
    k: int = 10,
    name: str = "",
    mask_seen: bool = True,
    progress: Progress = silent,
) -> Report:
    """How the model's lists of k do on a part; the whole catalog is ranked.

    Memory grows with the catalog, not with users times items: queries are asked in blocks.

    Args:
        model: fitted on `split.learnt(part)`.
        part: "validation" to choose settings, "test" once at the end.
        name: for the report.
        mask_seen: whether items of the history are kept out of the lists; false for shops where
            people buy the same thing again.

    Raises:
        EmptyData: the part holds nothing that could be predicted.
        ValueError: k < 1, or the model's scores hold NaN.
    """
    questions = evaluation_queries(split, part, mask_seen=mask_seen)
    catalog = Catalog.of(split.learnt(part))
    with PeakMemory() as memory:
        per_query, exposure, memo = _figures(model, questions, catalog, k, progress)
        answer = _answer_milliseconds(model, questions, k)
    return Report(
        model=name or type(model).__name__,
        split=split.name,
        part=part,
        k=k,
        figures={
            **_means(per_query),
            f"coverage@{k}": beyond.coverage(exposure),
            f"gini@{k}": beyond.gini(exposure),
        },
        groups=_groups(per_query, questions.is_new),
        counts=questions.counts,
        cost=Cost(None, answer, memory.bytes),
        users=questions.users,
        per_query=per_query,
        chances=memo.curve(),
    )


def _figures(
    model: Scorer, asked: EvaluationQueries, catalog: Catalog, k: int, progress: Progress
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.int64], ScoreMemo]:
    """Values of each query, how often each item was shown (N,), and what scores came to."""
    blocks: list[dict[str, NDArray[np.float64]]] = []
    memo = ScoreMemo()
    exposure = np.zeros(asked.truth.shape[1], dtype=np.int64)
    for block in _blocks(asked):
        figures, slate = _one_block(model, asked, block, catalog, k, memo)
        blocks.append(figures)
        exposure += np.bincount(slate.items[slate.items != PAD], minlength=len(exposure))
        progress(block.stop, len(asked))
    values = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    return values, exposure, memo


def _one_block(
    model: Scorer,
    asked: EvaluationQueries,
    block: slice,
    catalog: Catalog,
    k: int,
    told: ScoreMemo,
) -> tuple[dict[str, NDArray[np.float64]], Slate]:
    queries = asked.queries(block)
    scores = mask_rows(model.score(queries), queries.exclude)
    wide = top_k(scores, max(k, LONGEST))
    rows, items = asked.right(block)
    slate = Slate(wide.items[:, :k], wide.scores[:, :k])
    every = right_places(wide.items, max(k, LONGEST), rows, items, scores.shape[1])
    hits = every[:, :k]
    has_history = (queries.history != PAD).any(axis=1)
    told.hear(wide, every[:, : wide.items.shape[1]], has_history)
    figures = {f"{name}@{k}": at_k(hits, asked.relevant[block]) for name, at_k in AT_K.items()}
    figures["auc"] = accuracy.auc(scores, rows, items)
    figures[f"novelty@{k}"] = beyond.novelty(slate.items, catalog.information)
    figures[f"diversity@{k}"] = beyond.intra_list_diversity(slate.items, catalog.company)
    shown = np.pad(slate.items, ((0, 0), (0, k - slate.items.shape[1])), constant_values=PAD)
    figures[f"serendipity@{k}"] = beyond.serendipity(hits, shown, catalog.unexpected)
    return figures, slate


def right_places(
    shown: Rows, k: int, rows: NDArray[np.int64], items: NDArray[np.int64], n_items: int
) -> accuracy.Hits:
    """(B, k) whether each place holds a right item; places beyond the catalog hold none."""
    right = rows * n_items + items  # ascending
    keys = np.arange(len(shown))[:, None] * n_items + shown
    index = np.minimum(np.searchsorted(right, keys), len(right) - 1)
    hits = (right[index] == keys) & (shown != PAD)
    return np.pad(hits, ((0, 0), (0, k - hits.shape[1])))


def _blocks(asked: EvaluationQueries) -> Iterator[slice]:
    size = int(np.clip(BLOCK_SCORES // asked.truth.shape[1], 1, 1024))
    for start in range(0, len(asked), size):
        yield slice(start, min(start + size, len(asked)))


def _answer_milliseconds(model: Scorer, asked: EvaluationQueries, k: int) -> float:
    sampled = np.linspace(0, len(asked) - 1, min(len(asked), 30)).astype(np.int32)
    queries = asked.queries(sampled)

    def answer(turn: int) -> Slate:
        one = queries[turn : turn + 1]
        return top_k(mask_rows(model.score(one), one.exclude), k)

    return milliseconds(answer, len(queries))


def _means(per_query: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
    return {name: float(values.mean()) for name, values in per_query.items()}


def _groups(
    per_query: Mapping[str, NDArray[np.float64]], is_new: NDArray[np.bool_]
) -> dict[str, dict[str, float]]:
    """Means of known and of new users apart, when there are new ones."""
    if not is_new.any():
        return {}
    masks = {"known users": ~is_new, "new users": is_new}
    return {
        name: _means({measure: values[mask] for measure, values in per_query.items()})
        for name, mask in masks.items()
        if mask.any()
    }
