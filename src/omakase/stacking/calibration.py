"""What scores mean: how many of the candidates scored like this were taken up; else 0..1."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self, runtime_checkable

import numpy as np
import scipy
from numpy.typing import NDArray
from pydantic import Field

from omakase.arrays.kernel import kernel
from omakase.arrays.standard import to_unit
from omakase.errors import EmptyData
from omakase.types import PAD, Arrays, Config, Rows, Scores, Slate

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


class ScoreCalibrationConfig(Config):
    """A rising curve from the scores of one stage to chances, as it was found at training."""

    stage: str = Field(description="whose scores, as traces call it")
    scores: tuple[float, ...] = Field(min_length=1, description="ascending")
    chances: tuple[float, ...] = Field(min_length=1, description="of each score, 0..1")

    @classmethod
    def of(cls, stage: str, curve: Calibration) -> Self:
        """Without the points that lie inside of a flat stretch."""
        rises = np.diff(curve.chances) != 0
        bends = np.append(True, rises) | np.append(rises, True)
        return cls(
            stage=stage,
            scores=tuple(curve.scores[bends].tolist()),
            chances=tuple(curve.chances[bends].tolist()),
        )


@runtime_checkable
class GivesProbability(Protocol):
    """A ranker that has learnt what its scores mean."""

    @property
    def curve(self) -> Calibration: ...


@dataclass(frozen=True)
class ScoreCalibration:
    """How likely an item is among a person's next events, by its score.

    Attributes:
        stage: whose scores.
        curve: from them to chances.
    """

    stage: str
    curve: Calibration

    @classmethod
    def restored(cls, config: ScoreCalibrationConfig) -> Self:
        """From what was saved."""
        curve = Calibration(np.asarray(config.scores), np.asarray(config.chances))
        return cls(config.stage, curve)

    def chances(self, stages: Mapping[str, Slate]) -> Scores:
        """(B, K) of the answer's items, 0 at PAD; least for one that the stage did not score."""
        scored, items = stages[self.stage], stages["answer"].items
        least = np.float32(self.curve.scores[0])
        own = _values_of(scored.items, scored.scores, items, least)
        return np.where(items == PAD, 0, self.curve.chance(own)).astype(np.float32)


def relative(stages: Mapping[str, Slate]) -> Scores:
    """(B, K) of the answer's items: 1 for the best candidate of the person, 0 for the last.

    By the last scores before boosts and the gate; 0 for what fills up a short list.
    """
    names = list(stages)
    last = next((n for n, name in enumerate(names) if name in ("boosts", "gate")), len(names))
    scored = stages[names[max(last - 1, 0)]]
    return _values_of(scored.items, to_unit(scored), stages["answer"].items, np.float32(0))


def _values_of(items: Rows, values: Scores, wanted: Rows, otherwise: np.float32) -> Scores:
    """(B, K) the values (B, C) of the items that are wanted."""
    found = np.full(wanted.shape, otherwise, dtype=np.float32)
    _look_up(items, values, wanted, found)
    return found


@kernel
def _look_up(items: Rows, values: Scores, wanted: Rows, found: Scores) -> None:
    for b in range(len(wanted)):
        for k in range(wanted.shape[1]):
            for c in range(items.shape[1]):
                if wanted[b, k] != PAD and items[b, c] == wanted[b, k]:
                    found[b, k] = values[b, c]
                    break
