"""What the scores of an answer mean: chances where they are known, else places in 0..1."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self, runtime_checkable

import numpy as np
from numba import njit
from pydantic import Field

from omakase.arrays.standard import to_unit
from omakase.stacking.calibration import Calibration
from omakase.types import PAD, Config, Rows, Scores, Slate


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


@njit(cache=True, nogil=True)
def _look_up(items: Rows, values: Scores, wanted: Rows, found: Scores) -> None:
    for b in range(len(wanted)):
        for k in range(wanted.shape[1]):
            for c in range(items.shape[1]):
                if wanted[b, k] != PAD and items[b, c] == wanted[b, k]:
                    found[b, k] = values[b, c]
                    break
