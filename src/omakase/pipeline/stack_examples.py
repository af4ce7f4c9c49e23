"""Learning a stack from what its own candidates were worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omakase.data.dataset import Dataset
from omakase.features.moment import Moment
from omakase.features.profiles import profiled
from omakase.pipeline.pipeline import Pipeline
from omakase.protocols import Model, Parts
from omakase.stacking.examples import StackExamples
from omakase.stacking.stack import Stack, StackConfig, codes, features
from omakase.types import PAD, Progress, Queries, Rows, Slate, silent

BLOCK = 64
"""Queries described at once: what a model looks at for each candidate is large."""


@dataclass(frozen=True)
class Impressions:
    """Questions with what was taken up afterwards.

    Attributes:
        queries: Q of them, asked before it was.
        right: (Q, N) a stored entry where the person took the item up.
    """

    queries: Queries
    right: sparse.csr_array


@dataclass(frozen=True)
class StackLearner:
    """Makes examples of candidates, and stacks of examples.

    Attributes:
        proposing: a pipeline of sources and a merge; its candidates are what is ranked.
        parts: the models; they must not have learnt from what the impressions ask.
        past: what had happened before the impressions; features of items are as of its end.
        pool: candidates of each query.
    """

    proposing: Pipeline
    parts: Parts
    past: Dataset
    pool: int = 100

    def examples(self, config: StackConfig, shown: Impressions) -> StackExamples:
        """Reconstructed impressions: the candidates the pipeline would have had."""
        models = [self.parts.model(component.model) for component in config.components]
        moment = Moment.of(self.past) if config.moment else None
        blocks = [
            self._block(config, models, moment, shown, slice(at, at + BLOCK))
            for at in range(0, max(1, len(shown.queries)), BLOCK)
        ]
        return StackExamples.joined(blocks)

    def fit(
        self,
        config: StackConfig,
        examples: StackExamples,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Stack:
        """A stack of these examples; see `Stack.fit`."""
        width = (self.past.n_items, 0)
        table = Moment.of(self.past).table if config.moment else np.zeros(width, dtype=np.float32)
        return Stack.fit(examples, config, table, rng=rng, progress=progress)

    def _block(
        self,
        config: StackConfig,
        models: Sequence[Model[Any]],
        moment: Moment | None,
        shown: Impressions,
        chosen: slice,
    ) -> StackExamples:
        queries = shown.queries[chosen]
        slate = self.proposing.recommend(queries, self.pool)
        asking = profiled(queries, self.past.users)
        names, table = features(config, models, moment, asking, slate.items)
        category_codes = codes(config, moment, asking, slate.items)
        right = _right(slate, shown.right[chosen])
        return StackExamples(names, table, right, slate.items != PAD, category_codes)


def _right(slate: Slate, right: sparse.csr_array) -> NDArray[np.bool_]:
    """(B, C) whether each candidate was taken up."""
    wanted = np.repeat(np.arange(len(slate)), np.diff(right.indptr)) * right.shape[1]
    keys = np.arange(len(slate))[:, None] * right.shape[1] + slate.items
    return np.isin(keys, wanted + right.indices) & (slate.items != PAD)


def as_scores(slate: Slate, n_items: int) -> NDArray[np.float32]:
    """(B, N) whose best are the slate, in its order; everything else is 0 and less than it."""
    places: NDArray[np.float32] = np.arange(slate.items.shape[1], 0, -1, dtype=np.float32)
    scores = np.zeros((len(slate), n_items + 1), dtype=np.float32)
    rows: Rows = np.where(slate.items == PAD, n_items, slate.items)
    np.put_along_axis(scores, rows, np.broadcast_to(places, rows.shape), axis=1)
    return scores[:, :n_items]
