"""A model as people meet it: whom it knows nothing of gets what is popular."""

from dataclasses import dataclass

import numpy as np

from omakase.evaluate.run import Scorer
from omakase.types import PAD, Queries, Scores


@dataclass(frozen=True)
class ServedScorer:
    """Scores of the model; of `popular` for queries without a history, as serving does it.

    Attributes:
        model: asked about people with a history.
        popular: asked about the others.
    """

    model: Scorer
    popular: Scorer

    def score(self, queries: Queries) -> Scores:
        """(B, N) finite, higher is better."""
        strangers = np.flatnonzero((queries.history == PAD).all(axis=1)).astype(np.int32)
        scores = np.array(self.model.score(queries), dtype=np.float32)
        if len(strangers):
            scores[strangers] = self.popular.score(queries[strangers])
        return scores
