"""Scores as chances: of the candidates scored like this, how many were taken up?"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import scipy
from numpy.typing import NDArray

from omakase.errors import EmptyData
from omakase.types import Arrays, Scores

KNOTS = 200


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising curve from score to chance, 0..1.

    What it means: among people and candidates like those it was made from, an item with this
    score is among the next events this often. It never changes an order, it may make ties.

    Paper: Zadrozny, Elkan, "Transforming Classifier Scores into Accurate Multiclass Probability
        Estimates", KDD 2002 (isotonic regression).
    Differs: at most 200 steps, joined by straight lines; a half success is added to each end, so
        nothing is said to be sure or impossible.

    Attributes:
        scores: (M,) float64, ascending.
        chances: (M,) float64, not falling.
    """

    scores: NDArray[np.float64]
    chances: NDArray[np.float64]

    @classmethod
    def of(cls, scores: NDArray[np.floating], right: NDArray[np.bool_]) -> Self:
        """From scores that were not learnt from their own outcomes, and those outcomes.

        Raises:
            EmptyData: no scores.
        """
        if not len(scores):
            raise EmptyData("no outcomes to calibrate scores by")
        order = np.argsort(scores, kind="stable")
        blocks = np.array_split(order, min(KNOTS, len(order)))
        middle = np.asarray([scores[block].mean(dtype=np.float64) for block in blocks])
        share = np.asarray([right[block].mean() for block in blocks])
        sizes = np.asarray([len(block) for block in blocks])
        rising = scipy.optimize.isotonic_regression(share, weights=sizes).x
        edge = 0.5 / (len(scores) + 1)
        return cls(middle, np.clip(rising, edge, 1 - edge))

    def chance(self, scores: Scores) -> Scores:
        """(any shape) 0..1; 0 where the score is -inf."""
        chances = np.interp(scores, self.scores, self.chances)
        return np.where(np.isneginf(scores), 0, chances).astype(np.float32)

    def arrays(self) -> Arrays:
        """All that must be saved."""
        return {"scores": self.scores, "chances": self.chances}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Inverse of `arrays`."""
        return cls(arrays["scores"], arrays["chances"])
