"""One score an item, the same for whoever asks."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray

from omakase.types import PAD, Arrays, Queries, Rows, Scores


@dataclass(frozen=True, slots=True)
class ConstantScores:
    """What a model answers whose scores do not depend on the question.

    Attributes:
        primary: why an item is in its lists: many chose it, or it is new.
        share: (N,) float32, at least 0.
    """

    primary: ClassVar[Literal["list", "new"]] = "list"
    share: NDArray[np.float32]

    @classmethod
    def of_totals(cls, totals: NDArray[np.number]) -> Self:
        """From what each item (N,) was chosen in all; one that was disliked more counts as 0."""
        chosen = np.maximum(totals, 0)
        return cls((chosen / max(chosen.sum(), 1e-12)).astype(np.float32))

    def score(self, queries: Queries) -> Scores:
        return np.tile(self.share, (len(queries), 1))

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        """(B, C) as `score`, for a few items."""
        return np.where(items == PAD, np.float32(-np.inf), self.share[items])

    def arrays(self) -> Arrays:
        return {"share": self.share}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Any) -> Self:
        return cls(arrays["share"])
